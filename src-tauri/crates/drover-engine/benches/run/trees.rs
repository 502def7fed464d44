//! W7: the end of a tree of three levels, one of which has left the group and the session.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use drover_model::Caller;
use drover_model::RunState;
use drover_model::request::CancelRun;
use serde_json::json;

use crate::Done;
use crate::rooms::{Ends, Rooms};
use crate::series::{Series, count};

const TREE: &str = r#"
    sh -c 'sleep 611 & sh -c "sleep 612 & sleep 613"' &
    (setsid sh -c 'sleep 614 & sleep 615' &)
    : >"$DROVER_ARTIFACTS/ready"
    sleep 616
"#;
/// A program that has not come so far by then never will.
const PATIENCE: Duration = Duration::from_mins(1);
const TICK: Duration = Duration::from_millis(2);

/// Cancels so many, one after another.
pub(crate) async fn trees(rooms: &Rooms, times: usize) -> Done<Vec<Series>> {
    let task = json!({ "name": "tree", "kind": "command", "shell": true, "program": TREE });
    rooms.task(&task).await?;
    let mut ends = Ends::of(&rooms.engine);
    let (mut took, mut survivors) = (Vec::new(), Vec::new());
    for _ in 0..times {
        let run = rooms.start("tree").await?;
        let ready = drover_runner::run_folder(&rooms.data, run).join("a1/artifacts/ready");
        let began = Instant::now();
        while !ready.exists() {
            if began.elapsed() > PATIENCE {
                return Err("the tree did not grow".into());
            }
            tokio::time::sleep(TICK).await;
        }
        let started = Instant::now();
        rooms
            .engine
            .cancel_run(Caller::Cli, CancelRun { run })
            .await?;
        let ended = ends.next(1).await?;
        took.push(started.elapsed());
        if ended != [(run, RunState::Cancelled)] {
            return Err(format!("instead of one cancel there was {ended:?}").into());
        }
        survivors.push(count(left(&rooms.data)?));
    }
    let name = "a tree of three levels is cancelled";
    Ok(vec![
        Series::times(format!("{name}, until its end is committed"), &took),
        Series::new(format!("{name}, processes left"), "processes", survivors),
    ])
}

/// Processes that a run in this data folder has started, by their environment.
pub(crate) fn left(data: &Path) -> Done<usize> {
    let wanted = data.as_os_str().as_encoded_bytes();
    let own = std::process::id().to_string();
    let mut found = 0;
    for entry in fs::read_dir("/proc")? {
        let entry = entry?;
        if entry.file_name() == *own {
            continue;
        }
        // It may have ended, or belong to somebody else.
        let Ok(environment) = fs::read(entry.path().join("environ")) else {
            continue;
        };
        found += usize::from(environment.windows(wanted.len()).any(|part| part == wanted));
    }
    Ok(found)
}
