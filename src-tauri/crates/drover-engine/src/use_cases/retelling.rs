//! Rows of times that did not become runs, in the language that is chosen now: they are kept in one language, and what is
//! chosen may change.

use drover_model::{RunRow, RunState, schedule::Language};
use drover_store::Reading;

/// Tells those rows in the chosen language; `system` is that of the computer.
pub(super) fn retell(
    db: &Reading<'_>,
    system: Language,
    rows: &mut [RunRow],
) -> drover_store::Result<()> {
    let mut never_ran = rows
        .iter_mut()
        .filter(|row| matches!(row.state, RunState::Skipped | RunState::Expired))
        .peekable();
    if never_ran.peek().is_none() {
        return Ok(());
    }
    let words = db.settings()?.language.or_system(system).words();
    for row in never_ran {
        let (Some(code), Some(kept)) = (&row.reason, &row.message) else {
            continue;
        };
        row.message = words.retold(code, kept).or_else(|| row.message.take());
    }
    Ok(())
}
