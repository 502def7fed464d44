//! Exact delivery: every run once, none beside them, and rows that agree with what was seen.

use std::collections::HashMap;
use std::time::Instant;

use drover_model::request::ListRuns;
use drover_model::{RunId, RunState};

use crate::Done;
use crate::desk::{Desk, id};

/// The states of all runs of a database.
pub(crate) async fn states(desk: &Desk) -> Done<HashMap<RunId, RunState>> {
    let all = ListRuns {
        limit: u32::MAX,
        ..ListRuns::default()
    };
    let rows = desk.store.read(move |db| db.runs(&all)).await?.rows;
    Ok(rows.iter().map(|row| (row.id, row.state)).collect())
}

/// All runs from the first to that number started once and have ended well, and no other was there.
pub(crate) async fn delivered(
    desk: &Desk,
    count: usize,
    started: &HashMap<RunId, (u32, Instant)>,
) -> Done<()> {
    let states = states(desk).await?;
    if states.len() != count || started.len() != count {
        let (rows, seen) = (states.len(), started.len());
        return Err(format!("{rows} rows and {seen} starts for {count} runs").into());
    }
    for number in 0..count {
        let run = id(number);
        let (state, times) = (states.get(&run), started.get(&run).map(|(times, _)| *times));
        if state != Some(&RunState::Succeeded) || times != Some(1) {
            return Err(format!("run {run} started {times:?} times and is {state:?}").into());
        }
    }
    Ok(())
}
