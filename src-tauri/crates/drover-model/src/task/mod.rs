//! Tasks: what to run, where, with which proxy and tokens, and within which limits.
//!
//! A [`TaskSpec`] can only be made complete: [`Task::playwright`], [`Task::command`] and
//! [`Task::steps`] take the target, and every further part is a type that holds no nonsense.

mod evidence;
mod parameter;
mod rules;
mod spec;
mod work;

pub use evidence::{Evidence, Keep, KeepScreenshot};
pub use parameter::{OutputType, Parameter, ParameterType};
pub use rules::{Backoff, Limits, OnLost, Retries, RetryOn};
pub use spec::{Task, TaskBuilder, TaskSpec};
pub use work::{
    AbsolutePath, Command, HandOver, Kind, Placement, Script, TokenUse, Work, is_absolute,
};
