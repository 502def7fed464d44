//! What is told while steps run.

use std::{path::PathBuf, time::Duration};

use serde_json::Value;

/// No step tells more than this, so a channel of that size for each step is never full.
pub const MOST_EVENTS_A_STEP: usize = 40;

/// What happens while steps run.
#[derive(Clone, Debug, PartialEq)]
pub enum StepEvent {
    /// A step begins.
    Started {
        /// Counted from 0.
        index: usize,
        /// As the step list shows it.
        title: String,
    },
    /// A step read something.
    Output {
        /// Counted from 0.
        index: usize,
        /// Its name.
        name: String,
        /// The value.
        value: Value,
    },
    /// A step took a picture.
    Picture {
        /// Counted from 0.
        index: usize,
        /// Its name.
        name: String,
        /// PNG.
        png: Vec<u8>,
    },
    /// A step put a file into the run's folder for files.
    File {
        /// Counted from 0.
        index: usize,
        /// `download` or `pdf`.
        kind: &'static str,
        /// Below that folder.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// A download goes on.
    Progress {
        /// Counted from 0.
        index: usize,
        /// So much has come.
        bytes: u64,
        /// Of so much, if that is known.
        total: Option<u64>,
    },
    /// Something a reader of the log should know: a dialog was answered.
    Note {
        /// Counted from 0.
        index: usize,
        /// In words.
        text: String,
    },
    /// A step waits for a person.
    Paused {
        /// Counted from 0.
        index: usize,
        /// What the person does.
        reason: String,
    },
    /// The person is done.
    Resumed {
        /// Counted from 0.
        index: usize,
    },
    /// A step is done.
    Passed {
        /// Counted from 0.
        index: usize,
        /// How long it took.
        took: Duration,
    },
    /// A step failed; the failure itself is the result of the run.
    Failed {
        /// Counted from 0.
        index: usize,
        /// How long it took.
        took: Duration,
    },
}
