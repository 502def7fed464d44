//! A schedule's policies, in the few words of a column.

use drover_model::schedule::{Missed, Overlap, Schedule, ScheduleSpec, When};

/// What becomes of times that were missed.
pub fn missed_word(spec: &ScheduleSpec) -> String {
    match spec.missed {
        _ if matches!(spec.when, When::After { .. }) => "–".to_owned(),
        Missed::RunOnce => "latest".to_owned(),
        Missed::Skip => "none".to_owned(),
        Missed::RunAll => format!("newest {}", spec.missed_max),
    }
}

/// What becomes of a start while the last one still runs.
pub fn overlap_word(spec: &ScheduleSpec) -> &'static str {
    match spec.overlap {
        Overlap::Skip => "skip",
        Overlap::QueueOne => "one waits",
        Overlap::QueueAll => "all wait",
        Overlap::CancelPrevious => "stop the old",
        Overlap::Allow => "both run",
    }
}

/// By how much a start may come later.
pub fn jitter_word(spec: &ScheduleSpec) -> String {
    spec.jitter
        .map_or_else(|| "–".to_owned(), |jitter| jitter.to_string())
}

/// Whether it can run what its pause passed over.
pub fn catches_up(schedule: &Schedule) -> bool {
    let spec = &schedule.spec;
    spec.missed != Missed::Skip && !matches!(spec.when, When::After { .. })
}

#[cfg(test)]
mod tests {
    use drover_model::schedule::ScheduleFile;

    use super::*;

    #[test]
    fn policies_are_said_in_a_word_or_two() {
        let check = |rest: &str, missed: &str, overlap: &str, jitter: &str| {
            let text = format!(r#"{{"name":"a","task":"check",{rest}}}"#);
            let file: ScheduleFile = serde_json::from_str(&text).unwrap();
            let spec = ScheduleSpec::try_from(file).unwrap();
            assert_eq!(missed_word(&spec), missed, "{rest}");
            assert_eq!(overlap_word(&spec), overlap, "{rest}");
            assert_eq!(jitter_word(&spec), jitter, "{rest}");
        };
        check(r#""when":{"every":"1h"}"#, "latest", "skip", "–");
        check(
            r#""when":{"every":"1h"},"missed":"run_all","missed_max":4,"overlap":"queue_all","jitter":"90s""#,
            "newest 4",
            "all wait",
            "90s",
        );
        check(r#""when":{"after":"b"}"#, "–", "skip", "–");
    }
}
