//! Pictures and documents of a page.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::time::timeout_at;

use super::{
    Shown, StepEvent, StepProblem,
    actions::Scene,
    probe::{Details, Limit, Need, wait_for},
};
use crate::{
    Error, Page,
    cdp::protocol::{Clip, GetLayoutMetrics, PrintToPdf},
    page::failed,
};

/// How often a taken name is counted up.
const MOST_NAMES: u32 = 1000;

/// A picture as PNG.
pub(super) async fn picture(
    page: &Page,
    shown: &Shown,
    limit: Limit,
) -> Result<Vec<u8>, StepProblem> {
    let drawn = async {
        Ok(match shown {
            Shown::Page => page.screenshot().await?,
            Shown::Full => page.full_screenshot().await?,
            Shown::Element(target) => {
                let at = wait_for(page, target, Need::Clip, Details::default(), limit).await?;
                let metrics = page.session().call(&GetLayoutMetrics {}).await;
                let view = metrics
                    .map_err(failed("measure the page"))?
                    .css_visual_viewport;
                let clip = Clip {
                    x: at.x + view.page_x,
                    y: at.y + view.page_y,
                    width: at.size.0,
                    height: at.size.1,
                    scale: 1.0,
                };
                page.clipped_screenshot(clip).await?
            }
        })
    };
    match timeout_at(limit.deadline, drawn).await {
        Ok(drawn) => drawn,
        Err(_) => Err(Error::Navigation("the page was not drawn in time".to_owned()).into()),
    }
}

/// Prints the page into the folder for files.
pub(super) async fn pdf(scene: &mut Scene<'_>, name: &str) -> Result<(), StepProblem> {
    let folder = folder(scene)?;
    let print = PrintToPdf {
        print_background: true,
        prefer_css_page_size: true,
    };
    let session = scene.page.session();
    let printed = session.call_within(&print, scene.limit.whole);
    let printed = match timeout_at(scene.limit.deadline, printed).await {
        Ok(printed) => printed.map_err(failed("print the page"))?,
        Err(_) => return Err(Error::LoadLimit(scene.limit.whole).into()),
    };
    let bytes = STANDARD.decode(printed.data).map_err(|_| Error::Picture)?;
    let file = file_name(name);
    let wanted = if has_ending(&file, "pdf") {
        file
    } else {
        format!("{file}.pdf")
    };
    let (path, mut file) = fresh(&folder, &wanted)?;
    file.write_all(&bytes)
        .map_err(|error| problem(&path, &error))?;
    let (index, bytes) = (scene.index, bytes.len() as u64);
    (scene.report)(StepEvent::File {
        index,
        kind: "pdf",
        path,
        bytes,
    });
    Ok(())
}

/// The folder for files, made when it is missing.
pub(super) fn folder(scene: &Scene<'_>) -> Result<PathBuf, StepProblem> {
    let folder = scene.around.artifacts.clone();
    let folder = folder.ok_or(StepProblem::NoFolder)?;
    fs::create_dir_all(&folder).map_err(|error| problem(&folder, &error))?;
    Ok(folder)
}

/// A new file of this name, or of the name with a number; the path is below the folder.
pub(super) fn fresh(folder: &Path, name: &str) -> Result<(PathBuf, fs::File), StepProblem> {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    for number in 1..=MOST_NAMES {
        let name = match number {
            1 => name.to_owned(),
            number => format!("{stem} ({number}){ending}"),
        };
        let opened = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(folder.join(&name));
        match opened {
            Ok(file) => return Ok((name.into(), file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(problem(Path::new(&name), &error)),
        }
    }
    Err(problem(
        Path::new(name),
        &io::Error::from(io::ErrorKind::AlreadyExists),
    ))
}

/// A name that stays in its folder and that every file system takes.
pub(super) fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .map(|c| match c {
            ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            c if c.is_control() => '_',
            c => c,
        })
        .take(120)
        .collect();
    let kept = kept.trim().trim_start_matches('.').to_owned();
    if kept.is_empty() {
        "file".to_owned()
    } else {
        kept
    }
}

pub(super) fn problem(path: &Path, error: &io::Error) -> StepProblem {
    let file = path.file_name().unwrap_or(path.as_os_str());
    StepProblem::File {
        file: file.to_string_lossy().into_owned(),
        problem: error.to_string(),
    }
}

fn has_ending(file: &str, ending: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|own| own.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_folder() {
        for (name, kept) in [
            ("report.csv", "report.csv"),
            ("../../etc/passwd", "passwd"),
            ("a\\b:c", "b_c"),
            ("..", "file"),
            (".hidden", "hidden"),
            ("", "file"),
            ("a\u{7}b", "a_b"),
        ] {
            assert_eq!(file_name(name), kept, "{name}");
        }
    }

    #[test]
    fn a_taken_name_is_counted_up() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.txt", "a (2).txt", "a (3).txt"] {
            assert_eq!(fresh(folder.path(), "a.txt").unwrap().0, Path::new(name));
        }
    }
}
