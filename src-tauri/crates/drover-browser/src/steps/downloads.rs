//! A click that brings a file.

use std::{fs, sync::Arc};

use drover_model::step::MouseButton;
use serde_json::Value;
use tokio::{sync::broadcast, time::timeout_at};

use super::{
    StepEvent, StepProblem, Target,
    actions::Scene,
    mouse::click_at,
    pictures::{file_name, folder, fresh, problem},
    probe::{Details, Need, wait_for},
};
use crate::{
    cdp::{
        Event,
        protocol::{CancelDownload, DownloadProgress, DownloadWillBegin, SetDownloadBehavior},
    },
    page::failed,
};

/// How often one download tells how far it is.
const MOST_TOLD: u32 = 10;
/// The first time that a download of unknown size tells how far it is; then at twice as much.
const FIRST_TOLD: u64 = 1024 * 1024;

/// Clicks, waits for the file and keeps it under its name.
pub(super) async fn download(
    scene: &mut Scene<'_>,
    target: &Target,
    into: Option<&str>,
    name: Option<&str>,
) -> Result<(), StepProblem> {
    let folder = folder(scene)?;
    let (page, limit) = (scene.page.clone(), scene.limit);
    let at = wait_for(&page, target, Need::Click, Details::default(), limit).await?;
    let root = page.root();
    let doing = failed("prepare the download");
    let mut events = root.events().map_err(&doing)?;
    let path = folder.to_string_lossy();
    let behavior = SetDownloadBehavior {
        behavior: "allowAndName",
        download_path: Some(&path),
        events_enabled: true,
    };
    root.call(&behavior).await.map_err(&doing)?;
    let mut begun = None;
    let come = async {
        click_at(&page, &at, MouseButton::Left, 1, limit).await?;
        let first = begin(&mut events).await?;
        let guid = begun.insert(first.guid).clone();
        let bytes = finish(&mut events, &guid, scene).await?;
        Ok::<_, StepProblem>((guid, first.suggested_filename, bytes))
    };
    let come = timeout_at(limit.deadline, come).await;
    let come = come.unwrap_or_else(|_| {
        let far = limit.whole.as_secs_f32();
        Err(StepProblem::Download(match &begun {
            None => format!("a click on {} began none within {far} s", at.element),
            Some(_) => format!("it was not complete within {far} s"),
        }))
    });
    if come.is_err()
        && let Some(guid) = &begun
    {
        root.call(&CancelDownload { guid }).await.ok(); // it may have ended by itself
        fs::remove_file(folder.join(guid)).ok(); // Chrome may have taken it away
    }
    let back = SetDownloadBehavior {
        behavior: "default",
        download_path: None,
        events_enabled: false,
    };
    root.call(&back).await.ok(); // the browser may be gone, which the step itself says
    let (guid, suggested, bytes) = come?;
    // The empty file holds the name until the download takes its place.
    let (kept, _) = fresh(&folder, &file_name(name.unwrap_or(&suggested)))?;
    let whole = folder.join(&kept);
    fs::rename(folder.join(guid), &whole).map_err(|error| problem(&kept, &error))?;
    let index = scene.index;
    (scene.report)(StepEvent::File {
        index,
        kind: "download",
        path: kept,
        bytes,
    });
    if let Some(into) = into {
        scene.output(into, Value::String(whole.to_string_lossy().into_owned()));
    }
    Ok(())
}

type Events = broadcast::Receiver<Arc<Event>>;

async fn next<T: serde::de::DeserializeOwned>(
    events: &mut Events,
    method: &str,
) -> Result<T, StepProblem> {
    loop {
        match events.recv().await {
            Ok(event) => {
                if let Some(told) = event.read(method) {
                    return Ok(told);
                }
            }
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => {
                return Err(StepProblem::Download("the browser is gone".to_owned()));
            }
        }
    }
}

async fn begin(events: &mut Events) -> Result<DownloadWillBegin, StepProblem> {
    next(events, "Browser.downloadWillBegin").await
}

/// Gives the number of bytes.
async fn finish(
    events: &mut Events,
    guid: &str,
    scene: &mut Scene<'_>,
) -> Result<u64, StepProblem> {
    let mut told = 0;
    let mut next_told = 0;
    loop {
        let now: DownloadProgress = next(events, "Browser.downloadProgress").await?;
        if now.guid != guid {
            continue;
        }
        let (bytes, total) = (whole(now.received_bytes), whole(now.total_bytes));
        match now.state.as_str() {
            "completed" => return Ok(bytes),
            "canceled" => {
                return Err(StepProblem::Download("it was broken off".to_owned()));
            }
            _ if bytes >= next_told && told < MOST_TOLD => {
                told += 1;
                next_told = match total {
                    0 => (bytes * 2).max(FIRST_TOLD),
                    total => bytes + total / u64::from(MOST_TOLD) + 1,
                };
                let index = scene.index;
                let total = Some(total).filter(|total| *total > 0);
                (scene.report)(StepEvent::Progress {
                    index,
                    bytes,
                    total,
                });
            }
            _ => {}
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "Chrome tells whole numbers of bytes as floating-point numbers"
)]
fn whole(bytes: f64) -> u64 {
    bytes as u64
}
