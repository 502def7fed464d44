//! What a rule means and would do, as text.

use drover_model::{
    request::SchedulePreview,
    schedule::{NextRun, Words},
};

use crate::{table::table, words::plural};

/// The coming times.
pub(super) fn next(preview: &SchedulePreview, words: &Words, colour: bool) -> String {
    let table = times(&preview.next, words, colour);
    let zone = preview.zone.as_deref().unwrap_or("UTC");
    format!("{} ({zone})\n\n{}", preview.words, table.trim_end())
}

/// What the planner would write.
pub(super) fn simulated(preview: &SchedulePreview, days: u32) -> String {
    let Some(told) = &preview.simulation else {
        return preview.words.clone();
    };
    format!(
        "{}\nin {}: {}, {} skipped, {} expired; the planner looked {} times",
        preview.words,
        plural(days as usize, "day"),
        plural(usize::try_from(told.runs).unwrap_or(usize::MAX), "run"),
        told.skipped,
        told.expired,
        told.passes
    )
}

/// Coming times, with what the clocks do to them.
pub(super) fn times(next: &[NextRun], words: &Words, colour: bool) -> String {
    let rows = next.iter().map(|run| {
        [
            run.local
                .strftime("%a %Y-%m-%d %H:%M:%S")
                .to_string()
                .into(),
            run.abbreviation.clone().into(),
            run.operator.strftime("%a %H:%M").to_string().into(),
            run.note
                .map(|note| words.note(note, run.local))
                .unwrap_or_default()
                .into(),
        ]
    });
    table(["time", "zone", "here", "note"], rows, colour)
}
