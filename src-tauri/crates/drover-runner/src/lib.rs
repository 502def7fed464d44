//! One attempt at a run: the one door for starting processes, output that is redacted before it is kept, the protocol
//! with task code, Node and Playwright, time limits, and the end of the whole tree.
//!
//! What it is not: it knows no database, no keychain and no schedule. Secrets and the commit of `running` come
//! through ports that the engine implements.

pub mod capture;
pub mod discovery;
pub mod node;
pub mod process;
pub mod protocol;
pub mod python;
pub mod redact;

mod answer;
mod attempt;
mod chosen;
mod chrome;
mod clue;
mod command;
mod control;
mod dialogue;
mod event;
mod evidence;
mod known;
mod memory;
mod outcome;
mod playwright;
mod prepare;
mod python_task;
mod ready;
mod recorded;
mod request;
mod runtime;
mod scratch;
mod spare;
mod steps;
mod supervise;
mod surroundings;
mod tell;
mod trace_viewer;

pub use attempt::{Ports, attempt};
pub use event::AttemptEvent;
pub use outcome::{Outcome, Reason};
pub use request::{
    Chrome, Control, Ledger, NoStart, Opening, OutputLimits, Places, Request, Secrets,
    attempt_marker, browser_marker, run_folder,
};
pub use runtime::Runtime;
pub use spare::{SpareRules, Spares};
pub use trace_viewer::{TraceViewer, ViewerError, viewer_for};
