//! Words for what a retention removes.

use drover_model::Retention;

use crate::format::{plural, size};

/// "12 runs are forgotten, and 40 runs lose their logs and files: 1.2 GB."
pub fn goes_words(found: &Retention) -> String {
    let forgotten = (found.runs > 0).then(|| {
        let verb = if found.runs == 1 { "is" } else { "are" };
        format!("{} {verb} forgotten", plural(u64::from(found.runs), "run"))
    });
    let emptied = (found.files_of > 0).then(|| {
        let (verb, whose) = if found.files_of == 1 {
            ("loses", "its")
        } else {
            ("lose", "their")
        };
        let runs = plural(u64::from(found.files_of), "run");
        format!("{runs} {verb} {whose} log and files")
    });
    match (forgotten, emptied) {
        (None, None) => "Nothing is old or large enough to go.".to_owned(),
        (Some(one), None) | (None, Some(one)) => format!("{one}: {}.", size(found.bytes)),
        (Some(first), Some(second)) => format!("{first}, {second}: {}.", size(found.bytes)),
    }
}

/// "Logs and files of ended runs take 4.1 GB. 3 pinned runs would go otherwise."
pub fn stays_words(found: &Retention) -> String {
    let total = format!(
        "Logs and files of ended runs take {}.",
        size(found.total_bytes)
    );
    match found.pinned {
        0 => total,
        1 => format!("{total} 1 pinned run stays that would go otherwise."),
        many => format!("{total} {many} pinned runs stay that would go otherwise."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(runs: u32, files_of: u32, pinned: u32) -> Retention {
        Retention {
            runs,
            files_of,
            bytes: 48_200_000,
            total_bytes: 4_100_000_000,
            pinned,
        }
    }

    #[test]
    fn what_goes_is_counted_with_its_bytes() {
        assert_eq!(
            goes_words(&found(12, 1, 0)),
            "12 runs are forgotten, 1 run loses its log and files: 48.2 MB."
        );
        assert_eq!(goes_words(&found(1, 0, 0)), "1 run is forgotten: 48.2 MB.");
        assert_eq!(
            goes_words(&found(0, 0, 0)),
            "Nothing is old or large enough to go."
        );
    }

    #[test]
    fn pinned_runs_are_told() {
        assert_eq!(
            stays_words(&found(0, 0, 1)),
            "Logs and files of ended runs take 4.1 GB. 1 pinned run stays that would go otherwise."
        );
    }
}
