//! What makes a schedule start its task.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Cron;
use crate::{Name, RunState, Span};

/// The trigger of a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// At the times that a rule names in a zone.
    Cron(Cron),
    /// Every so much real time, counted from an anchor; clocks and zones do not matter.
    /// Without an anchor it counts from the making of the schedule.
    Every {
        step: Span,
        anchor: Option<Timestamp>,
    },
    /// Once.
    At(Timestamp),
    /// When a run of another task has ended.
    After {
        task: Name,
        on: EndedAs,
        scope: AfterScope,
    },
}

/// Which ends of the other run count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedAs {
    #[default]
    Succeeded,
    /// It ended without success after it had been started: failed, timed out or lost.
    Failed,
    /// Any end of a run that was started.
    Any,
}

/// How runs of the other task and of this one belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterScope {
    /// One for one, in the profile of the other run.
    #[default]
    SameProfile,
    /// Once, when the whole batch of the other task has ended as asked.
    Batch,
    /// One for one, in the profiles that this task names itself.
    Any,
}

impl EndedAs {
    /// Whether a run that ended in that state counts. A live one never does.
    #[must_use]
    pub const fn counts(self, state: RunState) -> bool {
        match state {
            RunState::Succeeded => matches!(self, Self::Succeeded | Self::Any),
            RunState::Failed | RunState::TimedOut | RunState::Lost => {
                matches!(self, Self::Failed | Self::Any)
            }
            // A run that somebody stopped has ended, but has not failed.
            RunState::Cancelled => matches!(self, Self::Any),
            _ => false,
        }
    }
}
