//! What the last life left: processes are ended first, then their runs get their end, and
//! only then may anything new be claimed.

use drover_model::{Caller, Ended, Move, RunState, StopIntent, task::OnLost};
use drover_scheduler::LocalQueue;
use drover_store::{Budget, Charge, LiveRun, MoveDetail, Store};
use jiff::Timestamp;

use crate::{Paths, Result, engine::Rooms, error::Doing as _};

/// The most attempts that a crash in their preparation may cost one run.
const MAX_STARTS: u32 = 3;

/// The most repetitions that `on_lost = "retry"` grants.
const MAX_LOST: u32 = 1;

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
    let survivors = !swept.survivors.is_empty();
    let (mut requeued, mut lost) = (0_u32, 0_u32);
    for run in live {
        let id = run.id;
        let used = store
            .read(move |db| db.budget(id))
            .await
            .doing("count the attempts")?;
        let Some((step, detail)) = settle(&run, used, survivors, now) else {
            continue;
        };
        match step {
            Move::Requeue => requeued += 1,
            Move::End { ended: Ended::Lost } => lost += 1,
            _ => {}
        }
        let attempt = run.attempt;
        store
            .write(now, Caller::Drover, move |tx| {
                tx.advance(id, attempt, step, detail)
            })
            .await
            .doing("settle a run of the last life")?;
    }
    LocalQueue::new(store.clone())
        .recover(now)
        .await
        .doing("put the queue in order")?;
    Ok(words(requeued, lost))
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

/// The step that a run of the last life takes (scheduler.md, section 18).
fn settle(
    run: &LiveRun,
    used: Budget,
    survivors: bool,
    now: Timestamp,
) -> Option<(Move, MoveDetail)> {
    let detail = |reason: &str, message: &str, charge| MoveDetail {
        reason: Some(reason.to_owned()),
        message: Some(message.to_owned()),
        charge,
        ..MoveDetail::at(now)
    };
    let unknown = "Drover stopped while this ran; its outcome is unknown";
    match run.state {
        RunState::Starting if used.never_started + 1 >= MAX_STARTS => {
            let step = Move::End {
                ended: Ended::Failed,
            };
            Some((
                step,
                detail(
                    "start_crash",
                    "Drover stopped three times while this was being prepared",
                    Charge::None,
                ),
            ))
        }
        // No task code can have run, so it may simply start again.
        RunState::Starting => Some((
            Move::Requeue,
            detail(
                "app_stopped",
                "Drover stopped before it had started",
                Charge::None,
            ),
        )),
        RunState::Running | RunState::Parked if survivors => {
            let step = Move::Stop {
                intent: StopIntent::Lost,
            };
            Some((
                step,
                detail(
                    "survivors",
                    "processes of this run did not end",
                    Charge::None,
                ),
            ))
        }
        RunState::Running | RunState::Parked
            if run.plan.on_lost == OnLost::Retry && used.lost < MAX_LOST =>
        {
            Some((Move::Requeue, detail("lost", unknown, Charge::Lost)))
        }
        RunState::Running | RunState::Parked => Some((
            Move::End { ended: Ended::Lost },
            detail("lost", unknown, Charge::Lost),
        )),
        RunState::Stopping if survivors => None,
        RunState::Stopping => {
            let (ended, reason, message) = match run.stop_intent.unwrap_or(StopIntent::Lost) {
                StopIntent::Cancel => (Ended::Cancelled, "cancelled", "stopped by you"),
                StopIntent::Quit => (Ended::Cancelled, "quit", "stopped because Drover quit"),
                StopIntent::Timeout => (Ended::TimedOut, "run_limit", "a time limit passed"),
                StopIntent::Quota | StopIntent::Leftovers => {
                    (Ended::Failed, "leftovers", "it left processes behind")
                }
                StopIntent::Lost => (Ended::Lost, "lost", unknown),
            };
            Some((Move::End { ended }, detail(reason, message, Charge::None)))
        }
        _ => None,
    }
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
