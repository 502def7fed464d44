//! The states of a run and the one function that moves between them.

use serde::{Deserialize, Serialize};

/// Where a run stands. The first five are live, the others never change again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Accepted and on disk. The claimer moves it to `starting`; an operator may cancel it.
    Queued,
    /// Claimed: browser, proxy and secrets are being made ready, no task code has started.
    /// The launcher moves it to `running`.
    Starting,
    /// Task code may have started. The reaper ends it.
    Running,
    /// Task code waits for a person. The operator resumes it, the reaper ends it.
    Parked,
    /// Its processes are being ended. The stopper ends it, when the tree is proven empty.
    Stopping,
    /// Ended as wished.
    Succeeded,
    /// Ended otherwise.
    Failed,
    /// A time limit passed.
    TimedOut,
    /// Ended by an operator.
    Cancelled,
    /// Drover or the computer stopped while task code may have been running.
    Lost,
    /// Never started, on purpose.
    Skipped,
    /// Never started, because its latest start time passed.
    Expired,
}

/// How a run can end once it was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    Succeeded,
    Failed,
    TimedOut,
    Cancelled,
    Lost,
}

impl Ended {
    /// The state of a run that ended so.
    #[must_use]
    pub const fn state(self) -> RunState {
        match self {
            Self::Succeeded => RunState::Succeeded,
            Self::Failed => RunState::Failed,
            Self::TimedOut => RunState::TimedOut,
            Self::Cancelled => RunState::Cancelled,
            Self::Lost => RunState::Lost,
        }
    }
}

/// Why a run is being stopped; it decides how the run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopIntent {
    /// An operator pressed Stop.
    Cancel,
    /// Drover is quitting.
    Quit,
    /// A time limit passed.
    Timeout,
    /// The output quota was used up.
    Quota,
    /// The main process ended and left others behind.
    Leftovers,
    /// Survivors of an earlier life of Drover.
    Lost,
}

impl StopIntent {
    /// Every intent.
    pub const ALL: [Self; 6] = [
        Self::Cancel,
        Self::Quit,
        Self::Timeout,
        Self::Quota,
        Self::Leftovers,
        Self::Lost,
    ];

    /// The step that a run takes which is stopped with this intent and is said to have ended by that one: whoever wants
    /// to end it or try it again may not know of the stop yet. A cancelled run is cancelled whatever its process said at
    /// its end, and never tried again.
    #[must_use]
    pub const fn decides(self, step: Move) -> Move {
        let ended = match (self, step) {
            (Self::Cancel | Self::Quit, Move::End { .. } | Move::Requeue) => Ended::Cancelled,
            (
                Self::Timeout,
                Move::End {
                    ended: Ended::Succeeded | Ended::Failed | Ended::Lost,
                },
            ) => Ended::TimedOut,
            (
                Self::Quota,
                Move::End {
                    ended: Ended::Succeeded,
                },
            ) => Ended::Failed,
            _ => return step,
        };
        Move::End { ended }
    }

    /// The code of the reason of a run that ends so.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cancel => "cancelled",
            Self::Quit => "quit",
            Self::Timeout => "run_limit",
            Self::Quota | Self::Leftovers => "leftovers",
            Self::Lost => "lost",
        }
    }

    /// The same in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Cancel => "stopped by you",
            Self::Quit => "stopped because Drover quit",
            Self::Timeout => "a time limit passed",
            Self::Quota | Self::Leftovers => "it left processes behind",
            Self::Lost => "Drover stopped while this ran; its outcome is unknown",
        }
    }
}

/// One step of a run's life. Each is one guarded update with its event row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Move {
    /// The claimer took it together with everything it needs.
    Claim,
    /// Everything is ready; task code starts after this is committed.
    Run,
    /// The task asks for a person.
    Park,
    /// The person is done.
    Resume,
    /// Its processes are to be ended.
    Stop { intent: StopIntent },
    /// Its tree is empty and it ended so.
    End { ended: Ended },
    /// Another attempt: the state is `queued` again and the attempt number grows by one.
    Requeue,
    /// It was never started, on purpose.
    Skip,
    /// It was never started, its time passed.
    Expire,
}

/// A step that a run in that state cannot take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a run that is `{}` cannot take the step {step:?}", from.key())]
pub struct IllegalMove {
    pub from: RunState,
    pub step: Move,
}

impl RunState {
    /// Every state, live ones first.
    pub const ALL: [Self; 12] = [
        Self::Queued,
        Self::Starting,
        Self::Running,
        Self::Parked,
        Self::Stopping,
        Self::Succeeded,
        Self::Failed,
        Self::TimedOut,
        Self::Cancelled,
        Self::Lost,
        Self::Skipped,
        Self::Expired,
    ];

    /// The state after a step. This is the only way from one state to another.
    pub fn after(self, step: Move) -> Result<Self, IllegalMove> {
        use Ended::{Cancelled, Failed, Lost, Succeeded, TimedOut};
        use RunState::{Parked, Queued, Running, Starting, Stopping};
        match (self, step) {
            (Queued, Move::Claim) => Ok(Starting),
            (Queued, Move::Skip) => Ok(Self::Skipped),
            (Queued, Move::Expire) => Ok(Self::Expired),
            (Starting, Move::Run) | (Parked, Move::Resume) => Ok(Running),
            (Running, Move::Park) => Ok(Parked),
            (Starting | Running | Parked | Stopping, Move::Requeue) => Ok(Queued),
            (Starting | Running | Parked, Move::Stop { .. }) => Ok(Stopping),
            (from, Move::End { ended }) => match (from, ended) {
                (Queued, Cancelled | TimedOut)
                // No task code ran yet, so only a failed preparation ends it without a stop.
                | (Starting, Failed)
                | (Running | Parked, Succeeded | Failed | Lost)
                | (Stopping, _) => Ok(ended.state()),
                _ => Err(IllegalMove { from, step }),
            },
            (from, step) => Err(IllegalMove { from, step }),
        }
    }

    /// Whether it can still change.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Queued) || self.holds()
    }

    /// Whether it holds its profile.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(
            self,
            Self::Starting | Self::Running | Self::Parked | Self::Stopping
        )
    }

    /// Whether it never changes again.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        !self.is_live()
    }

    /// The name in files, in JSON and in the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Parked => "parked",
            Self::Stopping => "stopping",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
            Self::Skipped => "skipped",
            Self::Expired => "expired",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// The word that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Starting => "Starting",
            Self::Running => "Running",
            Self::Parked => "Needs you",
            Self::Stopping => "Stopping",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::TimedOut => "Timed out",
            Self::Cancelled => "Cancelled",
            Self::Lost => "Lost",
            Self::Skipped => "Skipped",
            Self::Expired => "Expired",
        }
    }

    /// The icon (a Lucide name), so that colour is never the only sign.
    #[must_use]
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Queued => "clock",
            Self::Starting => "circle-dashed",
            Self::Running => "loader",
            Self::Parked => "hand",
            Self::Stopping => "circle-stop",
            Self::Succeeded => "circle-check",
            Self::Failed => "circle-x",
            Self::TimedOut => "hourglass",
            Self::Cancelled => "ban",
            Self::Lost => "unplug",
            Self::Skipped => "circle-minus",
            Self::Expired => "timer-off",
        }
    }

    /// The colour family: `info`, `ok`, `warn`, `err`, `attn` or `quiet`.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Queued | Self::Cancelled | Self::Skipped | Self::Expired => "quiet",
            Self::Starting | Self::Running => "info",
            Self::Parked => "attn",
            Self::Stopping | Self::TimedOut | Self::Lost => "warn",
            Self::Succeeded => "ok",
            Self::Failed => "err",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_move() -> impl Strategy<Value = Move> {
        let intents = prop::sample::select(StopIntent::ALL.to_vec());
        let ends = prop::sample::select(vec![
            Ended::Succeeded,
            Ended::Failed,
            Ended::TimedOut,
            Ended::Cancelled,
            Ended::Lost,
        ]);
        prop_oneof![
            Just(Move::Claim),
            Just(Move::Run),
            Just(Move::Park),
            Just(Move::Resume),
            Just(Move::Requeue),
            Just(Move::Skip),
            Just(Move::Expire),
            intents.prop_map(|intent| Move::Stop { intent }),
            ends.prop_map(|ended| Move::End { ended }),
        ]
    }

    proptest! {
        #[test]
        fn what_ended_never_moves(step in any_move()) {
            for state in RunState::ALL.into_iter().filter(|state| state.is_terminal()) {
                prop_assert!(state.after(step).is_err());
            }
        }

        #[test]
        fn what_was_cancelled_ends_cancelled(step in any_move()) {
            for intent in [StopIntent::Cancel, StopIntent::Quit] {
                if let Ok(to) = RunState::Stopping.after(intent.decides(step)) {
                    prop_assert_eq!(to, RunState::Cancelled);
                }
            }
            for intent in StopIntent::ALL {
                let decided = intent.decides(step);
                prop_assert_eq!(intent.decides(decided), decided);
                prop_assert_eq!(RunState::Stopping.after(step).is_ok(), RunState::Stopping.after(decided).is_ok());
            }
        }

        #[test]
        fn task_code_runs_only_after_a_claim_and_a_commit(steps in prop::collection::vec(any_move(), 0..30)) {
            let (mut state, mut claimed, mut committed) = (RunState::Queued, false, false);
            for step in steps {
                let Ok(next) = state.after(step) else { continue };
                match step {
                    Move::Claim => claimed = true,
                    Move::Run => {
                        prop_assert!(claimed);
                        committed = true;
                    }
                    Move::Requeue => (claimed, committed) = (false, false),
                    _ => {}
                }
                if matches!(next, RunState::Running | RunState::Parked | RunState::Succeeded | RunState::Lost) && !matches!(state, RunState::Stopping) {
                    prop_assert!(committed, "{:?} after {:?}", next, step);
                }
                state = next;
            }
        }

        #[test]
        fn a_profile_is_held_from_claim_to_end(steps in prop::collection::vec(any_move(), 0..30)) {
            let mut state = RunState::Queued;
            for step in steps {
                let Ok(next) = state.after(step) else { continue };
                prop_assert_eq!(next.holds() && !state.holds(), step == Move::Claim);
                state = next;
            }
        }
    }

    #[test]
    fn keys_are_those_of_the_wire() {
        for state in RunState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.key());
            assert_eq!(RunState::from_key(state.key()), Some(state));
        }
    }
}
