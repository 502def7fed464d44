//! The step that a run takes when an attempt of it has ended: an end, another attempt, or a wait.

use drover_model::{Ended, Move, RunState, StopIntent, task::RetryOn};
use drover_runner::{Outcome, Reason};
use drover_store::{Charge, Claimed, MoveDetail};
use jiff::SignedDuration;

/// How long a run waits before it is tried again in a profile that was in use, when nobody is found there any more.
const FOREIGN_CHROME: SignedDuration = SignedDuration::from_secs(5);

/// The same for memory.
const SHORT_MEMORY: SignedDuration = SignedDuration::from_secs(10);

/// How long a run waits before it asks its pool for another proxy. The one that failed is left out by then.
const OTHER_PROXY: SignedDuration = SignedDuration::ZERO;

/// How long a run waits before it looks again whether the keychain was unlocked, when something other than its tokens
/// is in there.
const LOCKED_KEYCHAIN: SignedDuration = SignedDuration::from_secs(10);

/// What is known of the machine when an attempt has ended.
#[derive(Clone, Copy, Default)]
pub(super) struct Machine {
    /// The keychain is locked.
    pub(super) locked: bool,
    /// What the attempt lacked is still lacking, and the queue lets the run start when it is there.
    pub(super) queue_waits: bool,
}

/// Where a run stands when its attempt has ended.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    pub(super) state: RunState,
    /// Why it is being stopped, if it is.
    pub(super) stop: Option<StopIntent>,
    /// Retries that earlier attempts have used.
    pub(super) used: u32,
}

/// The step that the run takes. A stop that was committed decides how it ends, whatever the process did meanwhile.
pub(super) fn next(
    outcome: &Outcome,
    claimed: &Claimed,
    standing: Standing,
    machine: Machine,
    detail: MoveDetail,
) -> (Move, MoveDetail) {
    let (step, detail) = wanted(outcome, claimed, standing, machine, detail);
    match standing.stop {
        Some(intent) => detail.as_decided(intent, step),
        None => (step, detail),
    }
}

fn wanted(
    outcome: &Outcome,
    claimed: &Claimed,
    Standing { state, used, .. }: Standing,
    Machine {
        locked,
        queue_waits,
    }: Machine,
    detail: MoveDetail,
) -> (Move, MoveDetail) {
    let now = detail.at;
    let again = |pause: SignedDuration, charge: Charge, detail: MoveDetail| {
        (
            Move::Requeue,
            MoveDetail {
                charge,
                not_before: now.checked_add(pause).ok(),
                ..detail
            },
        )
    };
    // Whether the start line was written or not: nothing has started behind it, and the disk takes runs again by now.
    if outcome.reason == Reason::StorageError && !outcome.started && state != RunState::Stopping {
        return again(SignedDuration::ZERO, Charge::None, detail);
    }
    if state == RunState::Starting && !outcome.started {
        match outcome.reason {
            Reason::ProfileInUse | Reason::MemoryShort if queue_waits => {
                return again(SignedDuration::ZERO, Charge::None, detail);
            }
            Reason::ProfileInUse => return again(FOREIGN_CHROME, Charge::None, detail),
            Reason::ProxyFailed if claimed.plan.pool.is_some() => {
                return again(OTHER_PROXY, Charge::None, detail);
            }
            Reason::MemoryShort => return again(SHORT_MEMORY, Charge::None, detail),
            Reason::SecretUnavailable if locked => {
                // A run with tokens is not claimed again before the keychain is open; the queue knows that it is locked.
                let pause = if claimed.plan.tokens.is_empty() {
                    LOCKED_KEYCHAIN
                } else {
                    SignedDuration::ZERO
                };
                return again(
                    pause,
                    Charge::None,
                    MoveDetail {
                        reason: Some("vault_locked".to_owned()),
                        ..detail
                    },
                );
            }
            _ => {}
        }
    }
    // A person's stop wins over whatever the process said at its end.
    let cancelled = outcome.ended == Ended::Cancelled
        || outcome.reason == Reason::Stale && state == RunState::Stopping;
    if cancelled {
        return (
            Move::End {
                ended: Ended::Cancelled,
            },
            detail,
        );
    }
    let retries = &claimed.plan.retries;
    if retry_on(outcome).is_some_and(|end| retries.grants(end, used)) {
        let pause = SignedDuration::try_from(retries.pause_of(used + 1, claimed.run.id).duration())
            .unwrap_or(SignedDuration::from_secs(30));
        return again(pause, Charge::Retry, detail);
    }
    (
        Move::End {
            ended: outcome.ended,
        },
        detail,
    )
}

/// Under which heading a task asks for another attempt after this end.
const fn retry_on(outcome: &Outcome) -> Option<RetryOn> {
    match (outcome.ended, outcome.reason) {
        (Ended::TimedOut, _) => Some(RetryOn::TimedOut),
        (Ended::Failed, Reason::BrowserCrashed | Reason::BrowserHung | Reason::BrowserClosed) => {
            Some(RetryOn::BrowserCrashed)
        }
        (Ended::Failed, _) if !outcome.started => Some(RetryOn::StartError),
        (Ended::Failed, _) => Some(RetryOn::Failed),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use drover_model::{
        Plan, RunId, RunRow, Surroundings, Task, TaskId,
        task::{Command, Kind, Retries},
    };
    use jiff::Timestamp;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    /// An attempt of a task with two retries.
    fn claimed() -> Claimed {
        let command = Command {
            program: "true".to_owned(),
            args: Vec::new(),
            cwd: None,
            shell: false,
        };
        let spec = Task::command(command)
            .tuned(|spec| {
                spec.retries = Retries {
                    max: 2,
                    ..Retries::default()
                };
            })
            .named("t".parse().unwrap())
            .unwrap();
        let around = Surroundings {
            task_version: 1,
            run: Some(RunId::from_bits(1)),
            profile: None,
            proxy: None,
            pool: None,
            tokens: &[],
            params: &BTreeMap::new(),
            program: Some("/bin/true"),
            browser: None,
            visible: false,
        };
        let run = RunRow {
            id: RunId::from_bits(1),
            task: "t".parse().unwrap(),
            task_id: TaskId::from_bits(1),
            task_version: 1,
            kind: Kind::Command,
            profile: None,
            profile_id: None,
            state: RunState::Starting,
            reason: None,
            message: None,
            attempt: 1,
            stop_intent: None,
            queued_at: now(),
            started_at: None,
            finished_at: None,
            park_ends_at: None,
            waited_ms: None,
            ran_ms: None,
            rerun_of: None,
            asks: false,
            pinned: false,
            origin: None,
            seq: 1,
        };
        Claimed {
            run,
            attempt: 1,
            plan: Plan::resolve(&spec, &around).unwrap(),
        }
    }

    pub(in crate::attempt) fn outcome(reason: Reason, started: bool) -> Outcome {
        Outcome {
            ended: reason.ended(),
            reason,
            message: "so it ended".to_owned(),
            started,
            exit: None,
            browser: None,
            network: None,
            survivors: Vec::new(),
            masked: 0,
            log_cut: None,
        }
    }

    fn step(reason: Reason, started: bool, stop: Option<StopIntent>) -> (Move, MoveDetail) {
        let state = match (stop, started) {
            (Some(_), _) => RunState::Stopping,
            (None, true) => RunState::Running,
            (None, false) => RunState::Starting,
        };
        let standing = Standing {
            state,
            stop,
            used: 0,
        };
        let detail = MoveDetail::at(now());
        next(
            &outcome(reason, started),
            &claimed(),
            standing,
            Machine::default(),
            detail,
        )
    }

    #[test]
    fn a_committed_cancel_is_the_end_whatever_the_process_did() {
        for stop in [StopIntent::Cancel, StopIntent::Quit] {
            for (reason, started) in [
                (Reason::Succeeded, true),
                (Reason::ExitCode, true),
                (Reason::RunLimit, true),
                (Reason::Cancelled, true),
                (Reason::Stale, false),
                (Reason::ProfileInUse, false),
                (Reason::StorageError, false),
            ] {
                let (step, detail) = step(reason, started, Some(stop));
                let cancelled = Move::End {
                    ended: Ended::Cancelled,
                };
                assert_eq!(step, cancelled, "{reason:?} after {stop:?}");
                assert_eq!(detail.charge, Charge::None);
            }
        }
    }

    #[test]
    fn a_failure_is_tried_again_and_so_is_a_limit() {
        for stop in [None, Some(StopIntent::Leftovers)] {
            let (step, detail) = step(Reason::ExitCode, true, stop);
            assert_eq!((step, detail.charge), (Move::Requeue, Charge::Retry));
            assert!(detail.not_before.unwrap() > now());
        }
        let (limit, detail) = step(Reason::RunLimit, true, Some(StopIntent::Timeout));
        assert_eq!((limit, detail.charge), (Move::Requeue, Charge::Retry));
        let (late, _) = step(Reason::Succeeded, true, Some(StopIntent::Timeout));
        let timed_out = Move::End {
            ended: Ended::TimedOut,
        };
        assert_eq!(late, timed_out);
    }

    #[test]
    fn what_the_queue_waits_for_needs_no_pause() {
        for reason in [Reason::ProfileInUse, Reason::MemoryShort] {
            let standing = Standing {
                state: RunState::Starting,
                stop: None,
                used: 0,
            };
            for (queue_waits, at_once) in [(true, true), (false, false)] {
                let machine = Machine {
                    locked: false,
                    queue_waits,
                };
                let (step, detail) = next(
                    &outcome(reason, false),
                    &claimed(),
                    standing,
                    machine,
                    MoveDetail::at(now()),
                );
                assert_eq!((step, detail.charge), (Move::Requeue, Charge::None));
                assert_eq!(detail.not_before == Some(now()), at_once, "{reason:?}");
            }
        }
    }

    #[test]
    fn a_disk_that_takes_no_start_costs_a_run_nothing() {
        for state in [RunState::Starting, RunState::Running] {
            let standing = Standing {
                state,
                stop: None,
                used: 2,
            };
            let (step, detail) = next(
                &outcome(Reason::StorageError, false),
                &claimed(),
                standing,
                Machine::default(),
                MoveDetail::at(now()),
            );
            assert_eq!((step, detail.charge), (Move::Requeue, Charge::None));
            assert_eq!(detail.not_before, Some(now()));
        }
    }
}
