//! The lines of the tray's menu.

use drover_model::{RunRow, RunState, request::Summary};

use super::pick::Pick;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MenuLine {
    Entry { pick: Pick, label: String },
    Rule,
}

/// The menu at this moment.
pub(crate) fn menu(summary: &Summary) -> Vec<MenuLine> {
    let mut lines = vec![entry(
        Pick::Runs,
        format!("{} running · {} queued", summary.running, summary.queued),
    )];
    lines.extend(needs_you(summary));
    if !summary.last.is_empty() {
        lines.push(MenuLine::Rule);
        lines.extend(summary.last.iter().map(|row| {
            entry(
                Pick::Run(row.id),
                format!("{} – {}", title(row), row.state.label()),
            )
        }));
    }
    lines.push(MenuLine::Rule);
    lines.push(if summary.paused {
        entry(Pick::Resume, "Resume queue")
    } else {
        entry(Pick::Pause, "Pause queue")
    });
    lines.push(entry(Pick::Open, "Open Drover"));
    lines.push(entry(Pick::Quit, "Quit"));
    lines
}

/// The one run that waits for a person by its name, several of them as a number.
fn needs_you(summary: &Summary) -> Option<MenuLine> {
    let parked = summary
        .last
        .iter()
        .find(|row| row.state == RunState::Parked);
    match (summary.needs_you, parked) {
        (0, _) => None,
        (1, Some(row)) => Some(entry(
            Pick::Run(row.id),
            format!("Needs you: {}", title(row)),
        )),
        (1, None) => Some(entry(Pick::NeedsYou, "Needs you: 1 run")),
        (count, _) => Some(entry(Pick::NeedsYou, format!("Needs you: {count} runs"))),
    }
}

fn title(row: &RunRow) -> String {
    match &row.profile {
        Some(profile) => format!("{} · {profile}", row.task),
        None => row.task.to_string(),
    }
}

fn entry(pick: Pick, label: impl Into<String>) -> MenuLine {
    MenuLine::Entry {
        pick,
        label: label.into(),
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{RunId, TaskId, task::Kind};

    use super::*;

    fn row(number: u128, task: &str, profile: Option<&str>, state: RunState) -> RunRow {
        RunRow {
            id: RunId::from_bits(number),
            task: task.parse().unwrap(),
            task_id: TaskId::from_bits(1),
            task_version: 1,
            kind: Kind::Command,
            profile: profile.map(|name| name.parse().unwrap()),
            profile_id: None,
            state,
            reason: None,
            message: None,
            attempt: 1,
            stop_intent: None,
            queued_at: "2026-11-23T08:00:00Z".parse().unwrap(),
            started_at: None,
            finished_at: None,
            waited_ms: None,
            ran_ms: None,
            rerun_of: None,
            asks: false,
            pinned: false,
            park_ends_at: None,
            origin: None,
            seq: 1,
        }
    }

    fn text(summary: &Summary) -> String {
        let lines = menu(summary).into_iter().map(|line| match line {
            MenuLine::Entry { pick, label } => format!("{label}  [{pick}]"),
            MenuLine::Rule => "---".to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_fresh_drover_has_a_short_menu() {
        insta::assert_snapshot!(text(&Summary::default()), @r"
        0 running · 0 queued  [runs]
        ---
        Pause queue  [pause]
        Open Drover  [open]
        Quit  [quit]
        ");
    }

    #[test]
    fn runs_are_named_and_the_queue_can_go_on() {
        let summary = Summary {
            running: 2,
            queued: 5,
            needs_you: 1,
            paused: true,
            last: vec![
                row(3, "renew listing", Some("anna"), RunState::Parked),
                row(2, "daily-check", Some("ben"), RunState::Running),
                row(1, "tidy & sort", None, RunState::TimedOut),
            ],
            ..Summary::default()
        };
        insta::assert_snapshot!(text(&summary), @r"
        2 running · 5 queued  [runs]
        Needs you: renew listing · anna  [run:00000000000000000000000003]
        ---
        renew listing · anna – Needs you  [run:00000000000000000000000003]
        daily-check · ben – Running  [run:00000000000000000000000002]
        tidy & sort – Timed out  [run:00000000000000000000000001]
        ---
        Resume queue  [resume]
        Open Drover  [open]
        Quit  [quit]
        ");
    }

    #[test]
    fn several_that_wait_are_a_number() {
        let several = Summary {
            needs_you: 3,
            last: vec![row(1, "a", None, RunState::Parked)],
            ..Summary::default()
        };
        assert!(
            text(&several).contains("Needs you: 3 runs  [needs-you]"),
            "{}",
            text(&several)
        );
        let elsewhere = Summary {
            needs_you: 1,
            ..Summary::default()
        };
        assert!(
            text(&elsewhere).contains("Needs you: 1 run  [needs-you]"),
            "{}",
            text(&elsewhere)
        );
    }
}
