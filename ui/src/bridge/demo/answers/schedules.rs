//! Answers about schedules. The demo has no planner, and says so.

use drover_model::request::PreviewSchedule;
use drover_model::{Code, CommandError};

use super::Outcome;
use crate::bridge::demo::world::World;

impl World {
    pub(super) fn preview_schedule(&mut self, _: PreviewSchedule) -> Outcome<PreviewSchedule> {
        Err(CommandError::new(
            Code::Invalid,
            "the demo plans no schedules",
        ))
    }
}
