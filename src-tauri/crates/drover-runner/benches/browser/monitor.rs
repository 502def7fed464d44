//! B7: what looking costs: the same work with nobody watching, and with live pictures of so many browsers.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::Done;
use crate::cycles::steps;
use crate::place::Place;
use crate::series::{Series, count};

/// The first profile of these measurements; the others follow.
const FIRST: u32 = 200;
/// So many browsers work; the others are open and stand still.
const WORKING: usize = 2;
/// As often as a grid asks for a picture of each.
const EVERY: Duration = Duration::from_millis(500);

/// Warm tasks, with no live pictures, then with those of 4 browsers, then of 8 where so many are open.
pub(crate) async fn monitor(place: &Place, browsers: u64, tasks: u64) -> Done<Vec<Series>> {
    let all: Vec<u32> = (FIRST..).take(usize::try_from(browsers)?).collect();
    let tiny = steps(place, "tiny");
    for profile in &all {
        place.run_well(&place.warm, *profile, &tiny).await?;
    }
    let mut series = Vec::new();
    for watched in [0, 4, 8]
        .into_iter()
        .filter(|watched| *watched <= all.len())
    {
        let (rate, pictures) = work(place, &all, watched, tasks).await?;
        if watched > 0 && pictures == 0 {
            return Err("nobody got a live picture".into());
        }
        series.push(Series::new(
            format!("{watched} thumbnails"),
            "tasks/min",
            vec![rate],
        ));
        series.push(Series::new(
            format!("{watched} thumbnails, pictures"),
            "pictures",
            vec![f64::from(pictures)],
        ));
    }
    place.warm.close_all().await;
    Ok(series)
}

/// Tasks in a minute, and how many pictures were seen meanwhile.
async fn work(place: &Place, all: &[u32], watched: usize, tasks: u64) -> Done<(f64, u32)> {
    let seen = AtomicU32::new(0);
    let mut looks = Vec::new();
    for seat in place.warm.seats().into_iter().take(watched) {
        let browser = place
            .warm
            .browser(&seat.profile)
            .ok_or("a browser is gone")?;
        looks.push(browser.preview(EVERY));
    }
    let looking = futures_util::future::join_all(looks.iter_mut().map(|look| async {
        while look.next().await.is_some() {
            seen.fetch_add(1, Ordering::Relaxed);
        }
    }));
    let shot = steps(place, "shot");
    let started = Instant::now();
    let working = futures_util::future::join_all(all.iter().take(WORKING).map(|profile| async {
        for _ in 0..tasks {
            place.run_well(&place.warm, *profile, &shot).await?;
        }
        Done::Ok(())
    }));
    let worked = tokio::select! {
        worked = working => worked,
        _ = looking, if watched > 0 => return Err("a browser ended while it was watched".into()),
    };
    let minutes = started.elapsed().as_secs_f64() / 60.0;
    for one in worked {
        one?;
    }
    let done = count(WORKING * usize::try_from(tasks)?);
    Ok((done / minutes, seen.load(Ordering::Relaxed)))
}
