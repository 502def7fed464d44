//! What one look of the planner found missed.

use drover_model::{RunId, ScheduleId};
use jiff::Timestamp;

use crate::{
    Result, Snapshot,
    column::{Count, Ms, Text},
};

/// A row that stands for missed times: the schedule, the first and the last time, and how many.
pub type MissedRow = (ScheduleId, Timestamp, Timestamp, u32);

impl Snapshot<'_> {
    /// The runs of a look that were to catch up and still wait.
    pub fn waiting_of_look(&self, look: u64) -> Result<Vec<RunId>> {
        self.all(
            "read what is to catch up",
            "SELECT id FROM run WHERE look = ?1 AND state = 'queued' ORDER BY id",
            [Count(look)],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )
    }

    /// The rows of a look that were skipped because they were missed, oldest first.
    pub fn skipped_of_look(&self, look: u64) -> Result<Vec<MissedRow>> {
        self.all(
            "read what was missed",
            "SELECT schedule_id, first_ms, nominal_ms, covers FROM run
             WHERE look = ?1 AND state = 'skipped' AND schedule_id IS NOT NULL AND first_ms IS NOT NULL
                 AND nominal_ms IS NOT NULL ORDER BY first_ms, id",
            [Count(look)],
            |row| {
                Ok((
                    row.get::<_, Text<_>>(0)?.0,
                    row.get::<_, Ms>(1)?.0,
                    row.get::<_, Ms>(2)?.0,
                    row.get(3)?,
                ))
            },
        )
    }
}
