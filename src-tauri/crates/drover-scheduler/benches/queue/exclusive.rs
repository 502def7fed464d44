//! W5: many runs over few profiles, of which none may have two at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use drover_store::Claimed;

use crate::Done;
use crate::check::delivered;
use crate::desk::{Class, Desk, Setup};
use crate::series::{Series, count};
use crate::workers::Workers;

const AT_ONCE: usize = 64;
/// What a run takes.
const JOB: Duration = Duration::from_millis(5);

/// So many runs over so many profiles: the rate, its part of what is possible without any queue, and overlaps.
pub(crate) async fn exclusive(setup: &Setup, times: usize, keys: usize) -> Done<Vec<Series>> {
    let desk = Desk::open(setup, Class::Power)?;
    let kinds = desk.kinds(keys, true).await?;
    desk.preload(kinds.runs(0..times)).await?;
    let names = (0..keys).map(|key| (format!("profile-{key}"), AtomicUsize::new(0)));
    let inside: Arc<HashMap<String, AtomicUsize>> = Arc::new(names.collect());
    let overlaps = Arc::new(AtomicUsize::new(0));
    let (seen, job) = (overlaps.clone(), inside.clone());
    let begun = Instant::now();
    let mut workers = Workers::start(&desk, AT_ONCE, move |claimed| {
        let (inside, overlaps, name) = (job.clone(), seen.clone(), profile(claimed));
        async move {
            // A run without a profile would overlap with all others, which is told as well.
            let Some(inside) = inside.get(&name) else {
                overlaps.fetch_add(1, Ordering::Relaxed);
                return;
            };
            if inside.fetch_add(1, Ordering::SeqCst) > 0 {
                overlaps.fetch_add(1, Ordering::Relaxed);
            }
            tokio::time::sleep(JOB).await;
            inside.fetch_sub(1, Ordering::SeqCst);
        }
    });
    workers.ends(times).await?;
    let took = begun.elapsed().as_secs_f64();
    let started = workers.end().await?;
    delivered(&desk, times, &started).await?;
    desk.close().await?;
    let side_by_side = count(AT_ONCE.min(keys));
    let ideal = count(times) / side_by_side * JOB.as_secs_f64();
    Ok(vec![
        Series::new("", "jobs/s", vec![count(times) / took]),
        Series::new(", of what is possible", "%", vec![100.0 * ideal / took]),
        Series::new(
            ", overlaps",
            "overlaps",
            vec![count(overlaps.load(Ordering::Relaxed))],
        ),
    ])
}

fn profile(claimed: &Claimed) -> String {
    let profile = claimed.plan.profile.as_ref();
    profile.map_or_else(String::new, |profile| profile.name.to_string())
}
