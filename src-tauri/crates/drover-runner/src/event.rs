//! What an attempt tells while it goes on.

use drover_model::LogLine;
use drover_model::run::{Artifact, Progress, StepRow};
use serde_json::Value;

/// One thing that happened. All texts are redacted.
#[derive(Clone, Debug, PartialEq)]
pub enum AttemptEvent {
    /// Output, in order. A jump in the sequence numbers is a gap that the log file can fill.
    Log(Vec<LogLine>),
    /// What Drover is doing, such as "launching Chrome".
    Phase(String),
    /// A step or a test began or ended; the newest row with an index wins.
    Step(StepRow),
    Progress(Progress),
    /// A named result of the run.
    Output {
        name: String,
        value: Value,
    },
    /// A file the attempt left; its path is relative to the data folder.
    Artifact(Artifact),
    /// Task code waits for a person.
    Parked {
        reason: String,
    },
    /// It goes on.
    Resumed,
    /// These processes do not end. Killing them is tried again.
    Survivors(Vec<u32>),
}
