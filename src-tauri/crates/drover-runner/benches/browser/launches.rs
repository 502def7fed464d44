//! B3: from the start of the process to the first answer, on three kinds of profiles.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use drover_browser::{Browser, LaunchOptions};
use drover_model::overrides::Overrides;
use serde_json::json;

use crate::Done;
use crate::place::Place;
use crate::series::Series;
use crate::timed::timed;
use crate::wire::Wire;

/// The switches that Drover starts a browser with, but for the folder and the pipe: read from a real process.
pub(crate) async fn arguments(place: &mut Place) -> Done<Vec<String>> {
    let browser = Browser::launch(&place.door, place.options(place.profile(2))).await?;
    let line = fs::read(format!("/proc/{}/cmdline", browser.identity().pid));
    browser.close().await?;
    let line = String::from_utf8(line?)?;
    // A wrapper of the distribution may put words of its own in front and at the end; they come for everybody.
    let words = line
        .split(['\0', ' '])
        .filter(|word| word.starts_with("--"));
    let own =
        |word: &&str| !word.starts_with("--user-data-dir") && *word != "--remote-debugging-pipe";
    place.arguments.clear();
    for word in words.filter(own) {
        if place.arguments.iter().all(|there| there != word) {
            place.arguments.push(word.to_owned());
        }
    }
    Ok(place.arguments.clone())
}

/// Drover's launch beside the bare one; who comes first changes from round to round.
pub(crate) async fn launch(
    place: &Place,
    profile: &str,
    name: &str,
    count: u64,
) -> Done<Vec<Series>> {
    let (mut plain, mut sized, mut raw, mut raw_page) =
        <(Vec<_>, Vec<_>, Vec<_>, Vec<_>)>::default();
    for _ in 0..count {
        let turn = place.turn.fetch_add(1, Ordering::Relaxed);
        for at in 0..3 {
            // Three kinds of profiles take turns, so every third call is the same kind again.
            let folder = folder(place, profile, &format!("{turn}-{at}"));
            match (turn / 3 + at) % 3 {
                0 => plain.push(drovers(place, &folder, Overrides::default()).await?),
                1 => sized.push(drovers(place, &folder, place.overrides()).await?),
                _ => {
                    let (first, page) = bare(place, &folder).await?;
                    raw.push(first);
                    raw_page.push(page);
                }
            }
            clean(profile, &folder)?;
        }
    }
    Ok(vec![
        Series::times(format!("{name}: Drover, until it can be used"), &plain),
        Series::times(format!("{name}: Drover, with a size of pages"), &sized),
        Series::times(format!("{name}: bare pipe, first answer"), &raw),
        Series::times(format!("{name}: bare pipe, first page"), &raw_page),
    ])
}

async fn drovers(place: &Place, folder: &Path, overrides: Overrides) -> Done<Duration> {
    let options = LaunchOptions {
        overrides,
        ..place.options(folder.to_owned())
    };
    let (browser, took) = timed(Browser::launch(&place.door, options)).await;
    browser?.close().await?;
    Ok(took)
}

/// Until the first answer, and until the first page.
async fn bare(place: &Place, folder: &Path) -> Done<(Duration, Duration)> {
    let started = Instant::now();
    let mut wire = Wire::launch(place, folder.to_owned()).await?;
    wire.ask("Browser.getVersion", json!({}), None).await?;
    let first = started.elapsed();
    first_page(&mut wire).await?;
    let page = started.elapsed();
    wire.close().await?;
    Ok((first, page))
}

/// Waits for the first tab, as everybody has to who wants to use the browser.
async fn first_page(wire: &mut Wire) -> Done<()> {
    loop {
        let targets = wire.ask_value("Target.getTargets", json!({}), None).await?;
        let infos = targets["targetInfos"].as_array().cloned();
        if infos
            .unwrap_or_default()
            .iter()
            .any(|one| one["type"] == "page")
        {
            return Ok(());
        }
    }
}

fn folder(place: &Place, profile: &str, name: &str) -> PathBuf {
    match profile {
        "fresh" => place.setup.folder.join(format!("fresh-{name}")),
        "used" => place.profile(2),
        aged => place.setup.keep.join(aged),
    }
}

fn clean(profile: &str, folder: &Path) -> Done<()> {
    if profile == "fresh" {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}
