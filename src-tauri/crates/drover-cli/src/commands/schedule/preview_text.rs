//! What a rule means and would do, as text.

use std::collections::BTreeMap;

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
pub(super) fn simulated(
    preview: &SchedulePreview,
    days: u32,
    words: &Words,
    colour: bool,
) -> String {
    let Some(told) = &preview.simulation else {
        return preview.words.clone();
    };
    let cut = told
        .cut_at
        .map(|at| format!("\nThis is more than one simulation takes on; it went as far as {at}."));
    let rows = told.first.iter().map(|row| {
        [
            row.at.to_string().into(),
            row.state.key().to_owned().into(),
            row.covers.to_string().into(),
            row.reason
                .map(|reason| words.reason(reason).to_owned())
                .unwrap_or_default()
                .into(),
        ]
    });
    let rows = table(["time", "state", "times", "why"], rows, colour);
    format!(
        "{}\nin {}: {}, {} skipped, {} expired; the planner looked {} times{}\n\n{}",
        preview.words,
        plural(days as usize, "day"),
        plural(usize::try_from(told.runs).unwrap_or(usize::MAX), "run"),
        told.skipped,
        told.expired,
        told.passes,
        cut.unwrap_or_default(),
        rows.trim_end()
    )
}

/// What the planner would write for each of several schedules.
pub(super) fn all_simulated(
    told: &BTreeMap<String, SchedulePreview>,
    days: u32,
    colour: bool,
) -> String {
    let rows = told.iter().map(|(name, preview)| {
        let told = preview.simulation.clone().unwrap_or_default();
        [
            name.clone().into(),
            told.runs.to_string().into(),
            told.skipped.to_string().into(),
            told.expired.to_string().into(),
            told.cut_at
                .map(|at| format!("as far as {at}"))
                .unwrap_or_default()
                .into(),
        ]
    });
    let rows = table(
        ["schedule", "runs", "skipped", "expired", "note"],
        rows,
        colour,
    );
    format!(
        "in {}:\n\n{}",
        plural(days as usize, "day"),
        rows.trim_end()
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
