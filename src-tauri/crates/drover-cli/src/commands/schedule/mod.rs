//! `schedule`: rules that start tasks by themselves.

mod fix;
mod missed;
mod preview_text;
mod rule;
mod simulate;
mod text;
mod verbs;

pub(crate) use verbs::{ScheduleVerb, schedule};
