//! How a schedule stands, in words.

use drover_model::RunState;
use drover_model::schedule::{LastStart, Schedule, ScheduleState, When};
use jiff::Timestamp;

use crate::components::Tone;
use crate::format;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateLook {
    pub tone: Tone,
    pub icon: &'static str,
    pub word: &'static str,
    /// Why, where there is more to say.
    pub detail: Option<String>,
}

pub fn state_look(schedule: &Schedule, now: Timestamp) -> StateLook {
    let (tone, icon, word, detail) = match schedule.state {
        ScheduleState::Active => (Tone::Ok, "circle-check", "On", None),
        ScheduleState::Paused => {
            let until = schedule.pause.as_ref().and_then(|pause| pause.until);
            let until = until.map(|at| format!("Until {}.", format::relative(at, now)));
            let note = schedule
                .pause
                .as_ref()
                .map(|pause| pause.note.clone())
                .filter(|note| !note.is_empty());
            (Tone::Warn, "pause", "Paused", until.or(note))
        }
        ScheduleState::Over => (
            Tone::Mute,
            "circle-minus",
            "Over",
            Some("It has no further time.".to_owned()),
        ),
        ScheduleState::Broken => (
            Tone::Err,
            "circle-x",
            "Cannot start",
            schedule.problem.as_deref().map(format::sentence),
        ),
    };
    StateLook {
        tone,
        icon,
        word,
        detail,
    }
}

/// The rule as it is written, beside its words.
pub fn rule_text(when: &When) -> Option<String> {
    match when {
        When::Cron(cron) => Some(cron.to_string()),
        When::Every { .. } | When::At(_) | When::After { .. } => None,
    }
}

/// When it is due, computed from the due time so that it never drifts.
pub fn next_words(schedule: &Schedule, now: Timestamp) -> String {
    match (&schedule.next, &schedule.spec.when) {
        _ if schedule.state != ScheduleState::Active => "–".to_owned(),
        (Some(at), _) if *at <= now => "now".to_owned(),
        (Some(at), _) => format::relative(*at, now),
        (None, When::After { .. }) => "after that".to_owned(),
        (None, _) => "–".to_owned(),
    }
}

/// What the newest row of it came to, with how many times it stands for; and why nothing was run.
pub fn last_words(last: &LastStart) -> (String, Option<String>) {
    let label = last.state.label();
    let words = match last.covers {
        0 | 1 => label.to_owned(),
        times => format!("{label} ×{times}"),
    };
    let skipped = matches!(last.state, RunState::Skipped | RunState::Expired);
    let why = last.reason.as_ref().filter(|_| skipped);
    (words, why.map(|reason| reason.replace('_', " ")))
}

#[cfg(test)]
mod tests {
    use drover_model::schedule::ScheduleSpec;
    use drover_model::{RunId, ScheduleId, TaskId};

    use super::*;

    fn schedule(state: ScheduleState) -> Schedule {
        let now: Timestamp = "2026-05-04T12:00:00Z".parse().unwrap();
        let text = r#"{"name":"a","task":"check","when":{"cron":"0 9 * * *"}}"#;
        let file: drover_model::schedule::ScheduleFile = serde_json::from_str(text).unwrap();
        Schedule {
            id: ScheduleId::from_bits(1),
            version: 1,
            spec: ScheduleSpec::try_from(file).unwrap(),
            task_id: TaskId::from_bits(2),
            words: "At 09:00".into(),
            state,
            problem: Some("its task is gone".into()),
            pause: None,
            next: Some("2026-05-04T12:20:00Z".parse().unwrap()),
            last: None,
            live: 0,
            created_at: now,
            updated_at: now,
            removed_at: None,
        }
    }

    #[test]
    fn only_an_active_schedule_is_due() {
        let now: Timestamp = "2026-05-04T12:00:00Z".parse().unwrap();
        assert_eq!(
            next_words(&schedule(ScheduleState::Active), now),
            "in 20 min"
        );
        assert_eq!(next_words(&schedule(ScheduleState::Paused), now), "–");
        let broken = state_look(&schedule(ScheduleState::Broken), now);
        assert_eq!(broken.detail.as_deref(), Some("Its task is gone."));
    }

    #[test]
    fn a_row_that_stands_for_several_says_so() {
        let last = LastStart {
            run: RunId::from_bits(1),
            at: Timestamp::UNIX_EPOCH,
            state: RunState::Skipped,
            reason: Some("still_running".into()),
            covers: 3,
        };
        let (words, why) = last_words(&last);
        assert_eq!(words, "Skipped ×3");
        assert_eq!(why.as_deref(), Some("still running"));
    }
}
