//! B6: several profiles at once.

use std::time::Instant;

use crate::Done;
use crate::cycles::steps;
use crate::place::Place;
use crate::processes::{memory, own_memory};
use crate::series::{Series, count};

/// The first profile of these measurements; the others follow.
const FIRST: u32 = 100;

/// Warm tasks on so many profiles at once, so many on each.
pub(crate) async fn many(place: &Place, profiles: u64, tasks: u64) -> Done<Vec<Series>> {
    let all: Vec<u32> = (FIRST..).take(usize::try_from(profiles)?).collect();
    let tiny = steps(place, "tiny");
    let shot = steps(place, "shot");
    for profile in &all {
        place.run_well(&place.warm, *profile, &tiny).await?;
    }
    let started = Instant::now();
    let working = all.iter().map(|profile| async {
        for _ in 0..tasks {
            place.run_well(&place.warm, *profile, &shot).await?;
        }
        Done::Ok(())
    });
    for worked in futures_util::future::join_all(working).await {
        worked?;
    }
    let minutes = started.elapsed().as_secs_f64() / 60.0;
    let roots = place.warm.seats().into_iter().filter_map(|seat| {
        let browser = place.warm.browser(&seat.profile)?;
        Some(browser.identity().pid)
    });
    let shares: Vec<f64> = roots.map(memory).collect();
    place.warm.close_all().await;
    let done = count(all.len() * usize::try_from(tasks)?);
    let label = format!("{profiles} at once");
    Ok(vec![
        Series::new(label.clone(), "tasks/min", vec![done / minutes]),
        Series::new(format!("{label}, a browser's memory"), "MB", shares),
        Series::new(
            format!("{label}, Drover's memory"),
            "MB",
            vec![own_memory()],
        ),
    ])
}
