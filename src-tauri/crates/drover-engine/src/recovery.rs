//! What the last life left: processes are ended first, then their runs get their end, and
//! only then may anything new be claimed.

use std::collections::BTreeSet;

use drover_model::RunId;
use drover_runner::{attempt_marker, browser_marker};
use drover_scheduler::LocalQueue;
use drover_store::{LiveRun, Store};
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
    let survivors = survivors(&Rooms::marker(paths), &live, &swept.markers);
    let settled = LocalQueue::new(store.clone())
        .settle_orphans(now, &survivors)
        .await
        .doing("settle the runs of the last life")?;
    let count = |runs: &[RunId]| u32::try_from(runs.len()).unwrap_or(u32::MAX);
    Ok(words(count(&settled.requeued), count(&settled.lost)))
}

/// The runs to which processes belong that do not end, by their markers. One without a marker may belong to any of them,
/// so all go on holding what they have.
fn survivors(marker: &str, live: &[LiveRun], left: &[Option<String>]) -> BTreeSet<RunId> {
    let owns = |run: &LiveRun, left: &str| {
        left == attempt_marker(marker, run.id, run.attempt)
            || run
                .profile_id
                .is_some_and(|profile| left == browser_marker(marker, profile))
    };
    let owners = live.iter().filter(|run| {
        left.iter()
            .any(|left| left.as_deref().is_none_or(|left| owns(run, left)))
    });
    owners.map(|run| run.id).collect()
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
    use drover_model::{Plan, ProfileId, RunState, Task, task::Command};

    use super::*;

    #[test]
    fn survivors_belong_to_whose_marker_they_carry() {
        let command = Command {
            program: "true".to_owned(),
            args: Vec::new(),
            cwd: None,
            shell: false,
        };
        let spec = Task::command(command).named("t".parse().unwrap()).unwrap();
        let run = |number, profile: Option<u128>| LiveRun {
            id: RunId::from_bits(number),
            state: RunState::Running,
            attempt: 2,
            stop_intent: None,
            profile_id: profile.map(ProfileId::from_bits),
            marker: String::new(),
            process: None,
            plan: Plan::unplanned(&spec, 1),
        };
        let live = [run(1, Some(7)), run(2, Some(8)), run(3, None)];
        let of = |left: &[Option<String>]| survivors("d:", &live, left);
        let runs = |numbers: &[u128]| numbers.iter().copied().map(RunId::from_bits).collect();
        let child = Some(attempt_marker("d:", RunId::from_bits(3), 2));
        let earlier = Some(attempt_marker("d:", RunId::from_bits(2), 1));
        let browser = Some(browser_marker("d:", ProfileId::from_bits(7)));
        assert_eq!(of(&[]), runs(&[]));
        assert_eq!(of(std::slice::from_ref(&child)), runs(&[3]));
        assert_eq!(of(&[child, browser]), runs(&[1, 3]));
        assert_eq!(of(&[earlier]), runs(&[]), "its attempt is over");
        assert_eq!(of(&[None]), runs(&[1, 2, 3]), "nobody knows whose it is");
    }

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
