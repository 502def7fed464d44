//! B9: what many tasks leave behind.

use std::fs;

use drover_browser::{Leases, Rules};

use crate::Done;
use crate::cycles::steps;
use crate::place::Place;
use crate::processes::{descriptors, naming};
use crate::series::{Series, count};

/// The profile of these measurements.
const PROFILE: u32 = 6;

/// Runs small tasks on a warm Chrome that is retired as in the app, and counts descriptors, processes and folders.
pub(crate) async fn tasks(place: &Place, times: u64) -> Done<Vec<Series>> {
    let leases = Leases::new(Rules {
        memory: 0,
        // At least one retirement happens, also in a short run.
        uses: u32::try_from(times / 3 + 1)?.min(Rules::default().uses),
        ..Rules::default()
    });
    let tiny = steps(place, "tiny");
    // What is opened once for all, such as the runtime's own descriptors, is no leak.
    place.run_well(&leases, PROFILE, &tiny).await?;
    leases.close_all().await;
    let before = Left::now(place)?;
    let started = std::time::Instant::now();
    for _ in 0..times {
        place.run_well(&leases, PROFILE, &tiny).await?;
    }
    let rate = count(usize::try_from(times)?) / started.elapsed().as_secs_f64() * 60.0;
    leases.close_all().await;
    let after = Left::now(place)?;
    let more = |after: usize, before: usize| vec![count(after.saturating_sub(before))];
    Ok(vec![
        Series::new(
            "descriptors left",
            "descriptors",
            more(after.descriptors, before.descriptors),
        ),
        Series::new(
            "processes left",
            "processes",
            more(after.processes, before.processes),
        ),
        Series::new(
            "temporary files left",
            "files",
            more(after.files, before.files),
        ),
        Series::new("tasks of one page", "tasks/min", vec![rate]),
    ])
}

struct Left {
    descriptors: usize,
    processes: usize,
    files: usize,
}

impl Left {
    fn now(place: &Place) -> Done<Self> {
        Ok(Self {
            descriptors: descriptors()?,
            processes: naming(&place.setup.folder).len(),
            files: fs::read_dir(&place.setup.scratch)?.count()
                + fs::read_dir(std::env::temp_dir())?.count(),
        })
    }
}
