//! B4: a script that nobody has changed, from the start of its attempt to its end.

use serde_json::{Value, json};

use crate::Done;
use crate::place::Place;
use crate::series::Series;

/// The profile of these measurements.
const PROFILE: u32 = 7;

/// Cold, every run starts Chrome and Node. Warm, Chrome is up and a Node is ready, as between the runs of a schedule.
pub(crate) async fn script(place: &Place, order: &Value) -> Done<Vec<Series>> {
    let text = |name: &str| order[name].as_str().unwrap_or_default();
    let task = json!({
        "kind": "playwright", "script": text("script"),
        "env": {
            "BENCH_SITE": &place.setup.site, "BENCH_SLEEP_MS": order["sleep"].to_string(),
            "BENCH_FOLDER": place.profile(PROFILE), "BENCH_PROGRAM": &place.setup.program, "BENCH_ARGUMENTS": "[]",
        },
    });
    let (leases, spares) = match text("temperature") {
        "warm" => (&place.warm, &place.ready),
        _ => (&place.cold, &place.none),
    };
    if text("temperature") == "warm" && spares.waiting() == 0 {
        place.run_task(leases, spares, PROFILE, &task).await?;
    }
    let mut samples = Vec::new();
    for _ in 0..order["count"].as_u64().unwrap_or(1) {
        spares.settled().await;
        samples.push(place.run_task(leases, spares, PROFILE, &task).await?.took);
    }
    Ok(vec![Series::times("", &samples)])
}
