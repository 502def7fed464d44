//! Schedules that this Drover cannot read: others go on, and a person is told what to do about these.

use drover_model::{Code, CommandError, schedule::BrokenSchedule};
use drover_store::{Reading, StoredSchedule};

/// Why nothing can be done with it but to write it anew.
fn cannot_read(broken: BrokenSchedule) -> CommandError {
    let message = format!(
        "schedule `{}` cannot be read: {}",
        broken.name, broken.problem
    );
    CommandError::new(Code::WrongState, message)
        .hint(broken.hint)
        .field("schedule")
}

/// The schedule that a person means, by id or by name.
pub(super) fn find_readable(
    db: &Reading<'_>,
    text: &str,
) -> drover_store::Result<Result<Option<StoredSchedule>, CommandError>> {
    match db.broken_schedule(text)? {
        Some(broken) => Ok(Err(cannot_read(broken))),
        None => db.find_schedule(text).map(Ok),
    }
}
