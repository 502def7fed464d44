//! `artifacts`: the files that a run left: list, save, show.

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use clap::{ArgGroup, Args};
use drover_model::{
    Code, CommandError, RunId,
    request::{GetRun, OpenTrace, Place, RevealPath},
    run::Artifact,
};
use serde::Serialize;

use crate::{
    commands::trace::show_trace,
    failure::Outcome,
    find,
    session::Session,
    table::table,
    words::{plural, size},
};

/// Of which run, and what to do with them.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("what")),
    after_help = "Without an option the files are listed. A file is named by the end of its path, as listed.\n\nExample:\n  drover-cli artifacts 01K0000000000000000000ABCD\n  drover-cli artifacts 0ABCD1 --save ./evidence\n  drover-cli artifacts 0ABCD1 --trace"
)]
pub(crate) struct ArtifactsArgs {
    /// Its id, or at least the last six characters of it
    run: String,
    /// Show a file in the program that the system has for it; a trace in Playwright's viewer
    #[arg(long, value_name = "FILE", group = "what")]
    open: Option<String>,
    /// Show the run's only trace in Playwright's viewer
    #[arg(long, group = "what")]
    trace: bool,
    /// With a trace: print the address instead of opening a browser; it is good once
    #[arg(long, requires = "what", conflicts_with = "save")]
    no_browser: bool,
    /// Copy files into a folder, which is made; nothing in it is replaced
    #[arg(long, value_name = "FOLDER", group = "what")]
    save: Option<PathBuf>,
    /// With `--save`: only these files
    #[arg(value_name = "FILE", requires = "save")]
    files: Vec<String>,
}

/// A file that was copied.
#[derive(Debug, Serialize)]
struct Saved {
    path: String,
    to: PathBuf,
    bytes: u64,
}

/// Does it.
pub(crate) async fn artifacts(args: ArtifactsArgs, session: &Session) -> Outcome {
    let run = find::run(&session.backend, &args.run).await?;
    let found = session.backend.call(GetRun { run }).await?;
    let (files, out) = (&found.artifacts, &session.out);
    if args.trace {
        return trace(run, None, args.no_browser, session).await;
    }
    if let Some(name) = &args.open {
        let file = named(files, name)?;
        if file.kind == "trace" {
            return trace(run, Some(file.path.clone()), args.no_browser, session).await;
        }
        let path = file.path.clone();
        let place = Place::Artifact { run, path };
        session.backend.call(RevealPath { place }).await?;
        return Ok(0);
    }
    if let Some(folder) = &args.save {
        let wanted = match args.files.as_slice() {
            [] => files.iter().collect(),
            names => names
                .iter()
                .map(|name| named(files, name))
                .collect::<Result<Vec<_>, _>>()?,
        };
        let saved = save(&wanted, &session.data, folder)?;
        out.answer(&saved, |saved| {
            let folder = folder.display();
            format!("saved {} in `{folder}`", plural(saved.len(), "file"))
        })?;
        if wanted.iter().any(|file| holds_logins(file)) {
            out.note("traces and HAR files can contain logins of the sites: look before you pass them on");
        }
        return Ok(0);
    }
    if files.is_empty() {
        out.note("this run left no files");
    }
    out.answer(files, |files| rows(files, &session.data, out.colour))?;
    Ok(0)
}

async fn trace(run: RunId, path: Option<String>, quiet: bool, session: &Session) -> Outcome {
    let show = !quiet;
    show_trace(OpenTrace { run, path, show }, session).await
}

/// Whether requests are in it, with what was sent along. A HAR is cleaned before it is kept, of what is known.
fn holds_logins(file: &Artifact) -> bool {
    matches!(file.kind.as_str(), "trace" | "har")
}

/// The one file whose path ends so, by whole names.
fn named<'a>(files: &'a [Artifact], name: &str) -> Result<&'a Artifact, CommandError> {
    let typed = Path::new(name);
    let mut meant = files
        .iter()
        .filter(|file| Path::new(&file.path).ends_with(typed));
    let refuse = |message: String| {
        CommandError::new(Code::ArtifactNotFound, message)
            .hint("`drover-cli artifacts RUN` lists them")
            .field("file")
    };
    match (meant.next(), meant.next()) {
        (Some(file), None) => Ok(file),
        (None, _) => Err(refuse(format!("the run left no file `{name}`"))),
        (Some(_), Some(_)) => Err(refuse(format!("the run left several files `{name}`"))),
    }
}

/// Copies files under their own names; of two with one name the folder of the second stands before it.
fn save(files: &[&Artifact], data: &Path, folder: &Path) -> Result<Vec<Saved>, CommandError> {
    let failed = |doing: String, error: &io::Error| {
        let code = match error.kind() {
            ErrorKind::NotFound => Code::ArtifactNotFound,
            ErrorKind::StorageFull => Code::DiskFull,
            _ => Code::Invalid,
        };
        CommandError::new(code, format!("failed to {doing}: {error}"))
    };
    fs::create_dir_all(folder)
        .map_err(|error| failed(format!("make `{}`", folder.display()), &error))?;
    let mut saved: Vec<Saved> = Vec::new();
    for file in files {
        let to = free(&file.path, folder, &saved);
        let copied = copy(&data.join(&file.path), &to);
        let bytes = copied.map_err(|error| failed(format!("save `{}`", to.display()), &error))?;
        saved.push(Saved {
            path: file.path.clone(),
            to,
            bytes,
        });
    }
    Ok(saved)
}

fn free(path: &str, folder: &Path, saved: &[Saved]) -> PathBuf {
    let mut parts = path.rsplit('/');
    let mut name = parts.next().unwrap_or(path).to_owned();
    loop {
        let to = folder.join(&name);
        if saved.iter().all(|saved| saved.to != to) {
            return to;
        }
        match parts.next() {
            Some(part) => name = format!("{part}-{name}"),
            None => name = format!("again-{name}"),
        }
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<u64> {
    let mut read = fs::File::open(from)?;
    let mut write = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(to)?;
    io::copy(&mut read, &mut write)
}

fn rows(files: &[Artifact], data: &Path, colour: bool) -> String {
    let rows = files.iter().map(|file| {
        [
            file.kind.clone().into(),
            size(file.bytes).into(),
            data.join(&file.path).display().to_string().into(),
        ]
    });
    table(["KIND", "SIZE", "FILE"], rows, colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(kind: &str, path: &str) -> Artifact {
        Artifact {
            kind: kind.into(),
            path: path.into(),
            bytes: 48_211,
        }
    }

    #[cfg(unix)]
    #[test]
    fn files_can_be_opened_from_the_list() {
        let file = file("screenshot", "runs/01J/01-home.png");
        insta::assert_snapshot!(rows(&[file], Path::new("/data"), false), @r"
        KIND        SIZE     FILE
        screenshot  48.2 kB  /data/runs/01J/01-home.png
        ");
    }

    #[test]
    fn traces_and_recordings_of_requests_are_warned_of() {
        let warned = |kind| holds_logins(&file(kind, "runs/01J/x"));
        assert!(warned("trace") && warned("har"));
        assert!(!warned("screenshot") && !warned("video"));
    }

    #[test]
    fn a_file_is_named_by_the_end_of_its_path() {
        let files = [
            file("trace", "runs/01J/a/trace.zip"),
            file("trace", "runs/01J/b/trace.zip"),
            file("har", "runs/01J/traffic.har"),
        ];
        let meant = |name| named(&files, name).map(|file| file.path.as_str());
        assert_eq!(meant("traffic.har"), Ok("runs/01J/traffic.har"));
        assert_eq!(meant("b/trace.zip"), Ok("runs/01J/b/trace.zip"));
        assert_eq!(
            meant("trace.zip").unwrap_err().message,
            "the run left several files `trace.zip`"
        );
        assert_eq!(
            meant("race.zip").unwrap_err().message,
            "the run left no file `race.zip`"
        );
    }

    #[test]
    fn files_of_one_name_are_all_saved_and_nothing_is_replaced() {
        let place = tempfile::tempdir().unwrap();
        let (data, to) = (place.path().join("data"), place.path().join("to/deep"));
        let files = [file("trace", "runs/a/t.zip"), file("trace", "runs/b/t.zip")];
        for file in &files {
            fs::create_dir_all(data.join(&file.path).parent().unwrap()).unwrap();
            fs::write(data.join(&file.path), &file.path).unwrap();
        }
        let all: Vec<_> = files.iter().collect();
        let saved = save(&all, &data, &to).unwrap();
        assert_eq!(saved.len(), 2);
        assert_eq!(
            fs::read_to_string(to.join("t.zip")).unwrap(),
            "runs/a/t.zip"
        );
        assert_eq!(
            fs::read_to_string(to.join("b-t.zip")).unwrap(),
            "runs/b/t.zip"
        );
        assert_eq!(save(&all, &data, &to).unwrap_err().code, Code::Invalid);
    }
}
