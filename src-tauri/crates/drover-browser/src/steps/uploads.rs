//! Handing files to a page.

use std::{fs, path::Path};

use drover_model::step::MouseButton;
use tokio::time::timeout_at;

use super::{
    StepProblem, Target,
    mouse::click_at,
    place::{Resolved, resolve},
    probe::{Details, Limit, Need, broken, wait_for},
    question::{Field, found_object},
};
use crate::{
    Page,
    cdp::{
        CdpError, Session,
        protocol::{FileChooserOpened, SetFileInputFiles, SetInterceptFileChooserDialog},
    },
    page::failed,
};

/// Hands files to a file field, or to the file dialog that a click on the element opens.
pub(super) async fn upload(
    page: &Page,
    target: &Target,
    files: &[String],
    limit: Limit,
) -> Result<(), StepProblem> {
    for file in files {
        check_file(file)?;
    }
    let details = Details {
        count: files.len(),
        ..Details::default()
    };
    let ready = wait_for(page, target, Need::File, details, limit).await?;
    if ready.field != Some(Field::File) {
        return through_dialog(page, target, files, limit).await;
    }
    let gone = || CdpError::Detached;
    let Resolved::Place(place) = resolve(page, &target.frames).await? else {
        return Err(broken(gone()));
    };
    let field = found_object(&place, "globalThis.droverFound").await;
    let field = field.map_err(broken)?.ok_or_else(gone).map_err(broken)?;
    let set = SetFileInputFiles {
        files,
        object_id: Some(&field),
        backend_node_id: None,
    };
    put(&place.session, &set).await
}

fn check_file(file: &str) -> Result<(), StepProblem> {
    let wrong = |problem: &str| StepProblem::File {
        file: file.to_owned(),
        problem: problem.to_owned(),
    };
    if !Path::new(file).is_absolute() {
        return Err(wrong("the whole path is needed"));
    }
    match fs::metadata(file) {
        Ok(meta) if meta.is_file() => Ok(()),
        Ok(_) => Err(wrong("it is no file")),
        Err(error) => Err(wrong(&error.to_string())),
    }
}

async fn put(session: &Session, set: &SetFileInputFiles<'_>) -> Result<(), StepProblem> {
    let set = session.call(set).await;
    set.map_err(failed("hand over the files"))?;
    Ok(())
}

async fn through_dialog(
    page: &Page,
    target: &Target,
    files: &[String],
    limit: Limit,
) -> Result<(), StepProblem> {
    let at = wait_for(page, target, Need::Click, Details::default(), limit).await?;
    let doing = failed("wait for the file dialog");
    let session = page.session();
    let mut events = session.events().map_err(&doing)?;
    let intercept = |enabled| SetInterceptFileChooserDialog { enabled };
    session.call(&intercept(true)).await.map_err(&doing)?;
    let opened = async {
        click_at(page, &at, MouseButton::Left, 1, limit).await?;
        let opened = async {
            loop {
                let event = events.recv().await.ok()?;
                let opened = event.read::<FileChooserOpened>("Page.fileChooserOpened");
                if opened.is_some() {
                    return opened;
                }
            }
        };
        match timeout_at(limit.deadline, opened).await {
            Ok(Some(opened)) => Ok(opened),
            _ => Err(StepProblem::Wrong {
                target: target.shown.clone(),
                problem: format!("a click on {} opened no file dialog", at.element),
            }),
        }
    };
    let opened = opened.await;
    session.call(&intercept(false)).await.ok(); // the page may be gone
    let opened = opened?;
    if opened.mode == "selectSingle" && files.len() > 1 {
        return Err(StepProblem::Wrong {
            target: target.shown.clone(),
            problem: format!("its file dialog takes one file, not {}", files.len()),
        });
    }
    let set = SetFileInputFiles {
        files,
        object_id: None,
        backend_node_id: opened.backend_node_id,
    };
    put(session, &set).await
}
