//! What becomes of a run whose owner died: the step of each state (scheduler.md, section 18).

use drover_model::{
    Ended, Move, Plan, RunId, RunState, StopIntent,
    task::{OnLost, RetryOn},
};
use drover_store::{APP_STOPPED, Budget, Charge, MoveDetail};
use jiff::{SignedDuration, Timestamp};

/// The most attempts that a crash in their preparation may cost one run.
const MAX_STARTS: u32 = 3;

/// The most repetitions that `on_lost = "retry"` grants.
const MAX_LOST: u32 = 1;

/// A run as its dead owner left it.
#[derive(Debug, Clone, Copy)]
pub struct Orphan {
    pub state: RunState,
    pub stop_intent: Option<StopIntent>,
    pub on_lost: OnLost,
    /// What its closed attempts were charged with.
    pub used: Budget,
    /// The pause before its next attempt, where its task grants one after a time limit.
    pub after_timeout: Option<SignedDuration>,
    /// Processes of it live on and cannot be ended.
    pub survives: bool,
}

impl Orphan {
    /// The pause before the next attempt of a run whose plan grants one after a time limit.
    #[must_use]
    pub fn pause_after_timeout(plan: &Plan, run: RunId, used: Budget) -> Option<SignedDuration> {
        let retries = &plan.retries;
        let granted = retries.grants(RetryOn::TimedOut, used.retries);
        let pause = granted.then(|| retries.pause_of(used.retries + 1, run).duration())?;
        Some(SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX))
    }
}

/// The step that it takes; none when it stays as it is.
#[must_use]
pub fn settle(orphan: Orphan, now: Timestamp) -> Option<(Move, MoveDetail)> {
    let Orphan { used, survives, .. } = orphan;
    let detail = |reason: &str, message: &str, charge| MoveDetail {
        reason: Some(reason.to_owned()),
        message: Some(message.to_owned()),
        charge,
        ..MoveDetail::at(now)
    };
    let unknown = StopIntent::Lost.words();
    match orphan.state {
        // Its profile is not free; when they are gone it starts again.
        RunState::Starting | RunState::Stopping if survives => None,
        RunState::Starting if used.cut_short + 1 >= MAX_STARTS => {
            let words = "Drover stopped three times while this was being prepared";
            let step = Move::End {
                ended: Ended::Failed,
            };
            Some((step, detail("start_crash", words, Charge::None)))
        }
        // No task code can have run, so it may simply start again.
        RunState::Starting => {
            let words = "Drover stopped before it had started";
            Some((Move::Requeue, detail(APP_STOPPED, words, Charge::None)))
        }
        RunState::Running | RunState::Parked if survives => {
            let words = "processes of this run did not end";
            let step = Move::Stop {
                intent: StopIntent::Lost,
            };
            Some((step, detail("survivors", words, Charge::None)))
        }
        RunState::Running | RunState::Parked
            if orphan.on_lost == OnLost::Retry && used.lost < MAX_LOST =>
        {
            Some((Move::Requeue, detail("lost", unknown, Charge::Lost)))
        }
        RunState::Running | RunState::Parked => Some((
            Move::End { ended: Ended::Lost },
            detail("lost", unknown, Charge::Lost),
        )),
        RunState::Stopping
            if orphan.stop_intent == Some(StopIntent::Lost)
                && orphan.on_lost == OnLost::Retry
                && used.lost < MAX_LOST =>
        {
            Some((Move::Requeue, detail("lost", unknown, Charge::Lost)))
        }
        RunState::Stopping => {
            let intent = orphan.stop_intent.unwrap_or(StopIntent::Lost);
            if let Some(pause) = orphan
                .after_timeout
                .filter(|_| intent == StopIntent::Timeout)
            {
                let detail = MoveDetail {
                    not_before: now.checked_add(pause).ok(),
                    ..detail(intent.code(), intent.words(), Charge::Retry)
                };
                return Some((Move::Requeue, detail));
            }
            let ended = match intent {
                StopIntent::Cancel | StopIntent::Quit => Ended::Cancelled,
                StopIntent::Timeout => Ended::TimedOut,
                StopIntent::Quota | StopIntent::Leftovers => Ended::Failed,
                StopIntent::Lost => Ended::Lost,
            };
            let (reason, message) = (intent.code(), intent.words());
            Some((Move::End { ended }, detail(reason, message, Charge::None)))
        }
        _ => None,
    }
}
