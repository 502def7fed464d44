//! What the last life left: processes are ended first, then their runs get their end, and
//! only then may anything new be claimed.

use std::collections::BTreeSet;

use drover_model::RunId;
use drover_scheduler::LocalQueue;
use drover_store::Store;
use jiff::Timestamp;

use crate::{Paths, Result, engine::Rooms, error::Doing as _};

/// Ends survivors and settles every live run; answers in words what happened, if anything did.
pub(crate) async fn recover(
    store: &Store,
    paths: &Paths,
    now: Timestamp,
) -> Result<Option<String>> {
    let live = store
        .read(|db| db.live_runs())
        .await
        .doing("read the live runs")?;
    let marker = Rooms::marker(paths);
    let swept = drover_runner::process::sweep(&[marker], &[paths.data.join("profiles")]).await;
    if !swept.found.is_empty() {
        tracing::warn!(found = ?swept.found, survivors = ?swept.survivors, "an earlier life left processes");
    }
    // Whose processes they are is not known, so every run goes on holding what it has.
    let survivors: BTreeSet<RunId> = match swept.survivors.as_slice() {
        [] => BTreeSet::new(),
        _ => live.iter().map(|run| run.id).collect(),
    };
    let settled = LocalQueue::new(store.clone())
        .settle_orphans(now, &survivors)
        .await
        .doing("settle the runs of the last life")?;
    let count = |runs: &[RunId]| u32::try_from(runs.len()).unwrap_or(u32::MAX);
    Ok(words(count(&settled.requeued), count(&settled.lost)))
}

fn words(requeued: u32, lost: u32) -> Option<String> {
    let runs = |count: u32, one: &str, many: &str| {
        if count == 1 {
            format!("1 run {one}")
        } else {
            format!("{count} runs {many}")
        }
    };
    let mut parts = Vec::new();
    if requeued > 0 {
        parts.push(runs(
            requeued,
            "went back to the queue",
            "went back to the queue",
        ));
    }
    if lost > 0 {
        parts.push(runs(
            lost,
            "was lost: its outcome is unknown",
            "were lost: their outcomes are unknown",
        ));
    }
    (!parts.is_empty()).then(|| format!("Drover stopped unexpectedly. {}.", parts.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_said_in_words() {
        assert_eq!(words(0, 0), None);
        let said = words(5, 1).unwrap();
        assert_eq!(
            said,
            "Drover stopped unexpectedly. 5 runs went back to the queue, 1 run was lost: its outcome is unknown."
        );
    }
}
