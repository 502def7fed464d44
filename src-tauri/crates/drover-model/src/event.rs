//! Facts that were committed, and the batches in which a view hears of a run.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    BatchId, LogLine, PoolId, ProfileId, ProxyId, RunId, RunState, ScheduleId, TaskId, TokenId,
    run::{Progress, RunRow, StepRow},
    schedule::{ClockChange, MissedReport},
};

/// The number of an event. It grows with every commit and is never used twice.
pub type Seq = u64;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Caller {
    Window,
    Tray,
    Cli,
    /// Drover itself: the scheduler, the runner, the recovery at start.
    Drover,
}

impl Caller {
    /// The name in the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Tray => "tray",
            Self::Cli => "cli",
            Self::Drover => "drover",
        }
    }
}

/// Something that was committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// 0 for news that no row holds: what keeps the queue from working, which is told even while nothing can be written.
    pub seq: Seq,
    pub at: Timestamp,
    pub by: Caller,
    pub fact: Fact,
}

/// What was committed. It carries ids and small deltas; readers fetch the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    ProfileChanged {
        profile: ProfileId,
    },
    /// A saved set of profiles was saved or removed.
    ProfileSetsChanged,
    ProxyChanged {
        proxy: ProxyId,
    },
    /// A pool was saved or removed, or one of its members began or ended a rest.
    PoolChanged {
        pool: PoolId,
    },
    TokenChanged {
        token: TokenId,
    },
    TaskChanged {
        task: TaskId,
    },
    RunQueued {
        run: RunId,
    },
    RunMoved {
        run: RunId,
        attempt: u32,
        to: RunState,
        reason: Option<String>,
    },
    /// Something about a run has changed that is not its state: it was pinned, answered, or lost its files.
    RunChanged {
        run: RunId,
    },
    SettingsChanged,
    QueuePaused {
        paused: bool,
    },
    /// A limit, a priority or a pause was set, or a condition of the whole queue has changed: the disk, the database
    /// or the keychain. A condition is not a row.
    QueueChanged,
    /// The queue is paused, and the last live run has ended.
    QueueDrained,
    /// A schedule was saved, paused, resumed, removed or restored.
    ScheduleChanged {
        schedule: ScheduleId,
    },
    /// A batch was begun, sealed, stopped or cancelled. What its runs do is told by themselves.
    BatchChanged {
        batch: BatchId,
    },
    /// Times had passed while nobody could start anything. Told once for all schedules;
    /// [`crate::request::SettleMissed`] is the answer to it.
    RunsMissed {
        report: MissedReport,
    },
    /// What that look found missed was answered.
    MissedSettled {
        look: u64,
    },
    /// The computer slept, or its clock was set.
    ClockChanged {
        change: ClockChange,
    },
    /// A browser was started, taken, given back or has ended.
    BrowsersChanged,
    /// The keychain changed its state. Not a row; it is told in the same stream.
    KeychainChanged,
}

/// News of one run for one open view. Within a batch the newest row and progress win;
/// log lines are complete but for a stated gap, which is filled from the file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunBatch {
    pub row: Option<RunRow>,
    pub lines: Vec<LogLine>,
    /// Lines left out here; they are in the file: from, to (inclusive).
    pub gap: Option<(u64, u64)>,
    pub steps: Vec<StepRow>,
    pub progress: Option<Progress>,
    /// What is being done before task code starts, such as "launching Chrome".
    pub phase: Option<String>,
    /// Outputs or artifacts were added; fetch the run again.
    pub refresh: bool,
}
