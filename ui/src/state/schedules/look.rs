//! How a schedule stands, in words.

use drover_model::RunState;
use drover_model::schedule::{LastStart, Pause, Schedule, ScheduleState, When};
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
            let pause = schedule.pause.as_ref();
            let detail = pause.map(|pause| pause_words(pause, now));
            (Tone::Warn, "pause", "Paused", detail)
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

/// How long a pause lasts, and why: `Goes on in 3 h. The shop moves.`
pub fn pause_words(pause: &Pause, now: Timestamp) -> String {
    let until = pause.until.map_or_else(
        || "Until somebody resumes it.".to_owned(),
        |at| format!("Goes on {}.", format::relative(at, now)),
    );
    let why = format::sentence(&pause.note);
    format!("{until} {why}").trim_end().to_owned()
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
    fn a_pause_says_how_long_it_lasts_and_why() {
        let now: Timestamp = "2026-05-04T12:00:00Z".parse().unwrap();
        let pause = |until: Option<&str>, note: &str| Pause {
            since: now,
            by: drover_model::Caller::Window,
            until: until.map(|at| at.parse().unwrap()),
            note: note.into(),
        };
        let short = pause(Some("2026-05-04T15:10:00Z"), "the shop moves");
        assert_eq!(pause_words(&short, now), "Goes on in 3 h. The shop moves.");
        let long = Schedule {
            pause: Some(pause(None, "")),
            ..schedule(ScheduleState::Paused)
        };
        let look = state_look(&long, now);
        assert_eq!(look.detail.as_deref(), Some("Until somebody resumes it."));
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
