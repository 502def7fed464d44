//! B1 and B2: the cycles, as tasks of built-in steps and with the library alone.

use std::time::Duration;

use drover_browser::{Browser, Page};
use serde_json::{Value, json};

use crate::Done;
use crate::place::Place;
use crate::series::Series;
use crate::timed::timed;

/// The profile of these measurements.
const PROFILE: u32 = 1;
/// No page here takes as long.
const LIMIT: Duration = Duration::from_secs(30);
/// What the form answers.
const WELCOME: &str = "Welcome, Ada";

/// The steps of a piece of work.
pub(crate) fn steps(place: &Place, work: &str) -> Value {
    let page = |path: &str| place.setup.page(path);
    match work {
        "form" => json!([
            { "do": "open", "url": page("form") },
            { "do": "fill", "at": { "css": "#name" }, "value": "Ada" },
            { "do": "click", "at": { "css": "button" } },
            { "do": "wait", "for": { "text": WELCOME }, "timeout": "30s" },
        ]),
        "table" => json!([
            { "do": "open", "url": page("table") },
            { "do": "extract", "at": { "css": "table" }, "as": "rows", "what": "table" },
        ]),
        "tiny" => json!([{ "do": "open", "url": page("tiny") }]),
        _ => json!([
            { "do": "open", "url": page("paragraphs") },
            { "do": "screenshot", "name": "shot" },
        ]),
    }
}

/// From the start of the attempt until its Chrome is proven gone.
pub(crate) async fn cold(place: &Place, count: u64) -> Done<Vec<Series>> {
    let steps = steps(place, "shot");
    let mut samples = Vec::new();
    for _ in 0..count {
        samples.push(place.run_well(&place.cold, PROFILE, &steps).await?.took);
    }
    Ok(vec![Series::times("", &samples)])
}

/// From the start of the attempt until its Chrome is tidied up and idle again.
pub(crate) async fn warm(place: &Place, work: &str, count: u64) -> Done<Vec<Series>> {
    let tiny = steps(place, "tiny");
    if place.warm.seats().is_empty() {
        place.run_well(&place.warm, PROFILE, &tiny).await?;
    }
    let steps = steps(place, work);
    let mut samples = Vec::new();
    for _ in 0..count {
        let ran = place.run_well(&place.warm, PROFILE, &steps).await?;
        if work == "table" {
            check_rows(&ran.outputs["rows"])?;
        }
        samples.push(ran.took);
    }
    Ok(vec![Series::times("", &samples)])
}

fn check_rows(rows: &Value) -> Done<()> {
    let all = rows.as_array().map_or(&[][..], Vec::as_slice);
    // With a header a row is an object by column, otherwise a list.
    let last = all.last().map(|row| {
        let first = row.get(0).or_else(|| row.get("Number"));
        first.and_then(Value::as_str).unwrap_or_default()
    });
    if all.len() == 50 && last == Some("50") {
        return Ok(());
    }
    Err(format!("{} rows instead of 50, the last is {last:?}", all.len()).into())
}

/// The same cycle with the library alone: no run, no log, no files of a run but the picture.
pub(crate) async fn library(place: &Place, temperature: &str, count: u64) -> Done<Vec<Series>> {
    let mut samples = Vec::new();
    if temperature == "warm" {
        let browser = Browser::launch(&place.door, options(place)).await?;
        for _ in 0..count {
            let (done, took) = timed(visit(place, &browser)).await;
            done?;
            samples.push(took);
        }
        browser.close().await?;
    } else {
        for _ in 0..count {
            let cycle = async {
                let browser = Browser::launch(&place.door, options(place)).await?;
                visit(place, &browser).await?;
                browser.close().await?;
                Done::Ok(())
            };
            let (done, took) = timed(cycle).await;
            done?;
            samples.push(took);
        }
    }
    Ok(vec![Series::times("", &samples)])
}

fn options(place: &Place) -> drover_browser::LaunchOptions {
    place.options(place.profile(2))
}

async fn visit(place: &Place, browser: &Browser) -> Done<()> {
    let page: Page = browser.new_page().await?;
    page.navigate(&place.setup.page("paragraphs"), LIMIT)
        .await?;
    let picture = page.screenshot().await?;
    place.check_picture(&picture)?;
    std::fs::write(place.setup.folder.join("shot.png"), picture)?;
    page.close().await?;
    Ok(())
}
