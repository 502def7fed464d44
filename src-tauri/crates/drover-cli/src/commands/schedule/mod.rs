//! `schedule`: rules that start tasks by themselves.

mod preview_text;
mod rule;
mod text;
mod verbs;

pub(crate) use verbs::{ScheduleVerb, schedule};
