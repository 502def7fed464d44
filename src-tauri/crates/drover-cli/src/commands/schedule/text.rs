//! Kept schedules as text.

use drover_model::{
    RunRow, RunState, Schedule,
    request::{Calendar, ScheduleDetail, ScheduleList},
    schedule::{LastStart, ScheduleState, Words},
};
use jiff::Timestamp;

use super::preview_text::times;
use crate::{
    table::{Cell, facts, table, toned},
    words::{Tone, plural, relative},
};

/// A line for each; those that cannot be read come last.
pub(super) fn rows(list: &ScheduleList, now: Timestamp, colour: bool) -> String {
    let broken = list.broken.iter().map(|broken| {
        let nothing = || Cell::from("-");
        [
            broken.name.clone().into(),
            nothing(),
            nothing(),
            state(ScheduleState::Broken),
            nothing(),
            nothing(),
        ]
    });
    let rows = list.rows.iter().map(|schedule| {
        [
            schedule.spec.name.to_string().into(),
            schedule.spec.task.to_string().into(),
            rule(schedule).into(),
            state(schedule.state),
            schedule
                .next
                .map_or_else(|| "-".to_owned(), |next| relative(next, now))
                .into(),
            last(schedule.last.as_ref(), now),
        ]
    });
    table(
        ["name", "task", "rule", "state", "next", "last"],
        rows.chain(broken),
        colour,
    )
}

fn rule(schedule: &Schedule) -> String {
    match &schedule.spec.zone {
        Some(zone) => format!("{} ({zone})", schedule.words),
        None => schedule.words.clone(),
    }
}

fn state(state: ScheduleState) -> Cell {
    match state {
        ScheduleState::Active => toned("active", Tone::of(RunState::Succeeded)),
        ScheduleState::Paused => toned("paused", Tone::of(RunState::Parked)),
        ScheduleState::Over => "over".into(),
        ScheduleState::Broken => toned("broken", Tone::of(RunState::Failed)),
    }
}

fn last(last: Option<&LastStart>, now: Timestamp) -> Cell {
    let Some(last) = last else {
        return "-".into();
    };
    let mut text = format!(
        "{}, {}",
        last.state.label().to_lowercase(),
        relative(last.at, now)
    );
    if last.covers > 1 {
        text = format!("{text} ({} times)", last.covers);
    }
    toned(text, Tone::of(last.state))
}

/// One with its coming times and newest rows.
pub(super) fn detail(
    detail: &ScheduleDetail,
    (words, now): (&Words, Timestamp),
    colour: bool,
) -> String {
    let schedule = &detail.schedule;
    let mut pairs: Vec<(&'static str, Cell)> = vec![
        ("schedule", schedule.spec.name.to_string().into()),
        ("id", schedule.id.to_string().into()),
        ("task", schedule.spec.task.to_string().into()),
        ("rule", rule(schedule).into()),
        ("state", state(schedule.state)),
    ];
    if let Some(problem) = &schedule.problem {
        pairs.push(("problem", problem.clone().into()));
    }
    if let Some(pause) = &schedule.pause {
        let until = pause.until.map(|until| format!(", until {until}"));
        let since = format!("since {}{}", pause.since, until.unwrap_or_default());
        pairs.push(("paused", since.into()));
    }
    let mut text = facts(pairs, colour);
    if !detail.next.is_empty() {
        text = format!(
            "{}\n\n{}",
            text.trim_end(),
            times(&detail.next, words, colour)
        );
    }
    if !detail.recent.is_empty() {
        text = format!(
            "{}\n\n{}",
            text.trim_end(),
            recent(&detail.recent, now, colour)
        );
    }
    text.trim_end().to_owned()
}

fn recent(runs: &[RunRow], now: Timestamp, colour: bool) -> String {
    let rows = runs.iter().map(|run| {
        let origin = run.origin.as_ref();
        let at = origin.and_then(|origin| origin.nominal_at);
        let covers = origin.map_or(1, |origin| origin.covers);
        [
            run.id.short().into(),
            relative(at.unwrap_or(run.queued_at), now).into(),
            toned(run.state.label().to_lowercase(), Tone::of(run.state)),
            covers.to_string().into(),
            run.message.clone().unwrap_or_default().into(),
        ]
    });
    table(["run", "time", "state", "times", "why"], rows, colour)
}

/// The coming days: starts by hour, then what gets in the way.
pub(super) fn calendar(calendar: &Calendar, words: &Words, colour: bool) -> String {
    let rows = calendar.density.days.iter().map(|day| {
        let hours = day
            .hours
            .iter()
            .enumerate()
            .filter(|(_, starts)| **starts > 0);
        let full: Vec<String> = hours
            .map(|(hour, starts)| format!("{hour:02}h×{starts}"))
            .collect();
        [
            day.date.strftime("%a %Y-%m-%d").to_string().into(),
            day.hours.iter().sum::<u32>().to_string().into(),
            full.join(" ").into(),
        ]
    });
    let mut text = table(["day", "starts", "by hour"], rows, colour);
    for (number, warning) in (1..).zip(&calendar.warnings) {
        let local = warning.at.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        let fix = warning.fix.as_ref().map(|fix| words.fix(fix));
        let clash = words.clash(&warning.clash, local);
        let often = plural(warning.times as usize, "time");
        let fix = fix.map(|fix| format!(" → {fix}")).unwrap_or_default();
        text = format!("{}\n{number}. {clash} UTC, {often}{fix}", text.trim_end());
    }
    text
}
