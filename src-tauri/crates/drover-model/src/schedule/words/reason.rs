//! Why a time did not become a run, in words.

use super::{
    super::Reason,
    table::{Language, Words},
};
use crate::RunId;

/// Between a reason and the run that was in the way, in the language in which messages are kept.
const RUN: &str = ": run ";

impl Words {
    /// Why a time did not become a run, as a fragment.
    #[must_use]
    pub const fn reason(&self, reason: Reason) -> &'static str {
        let index = match reason {
            Reason::StillRunning => 0,
            Reason::QueueFull => 1,
            Reason::Missed => 2,
            Reason::TooOld => 3,
            Reason::ClockCorrection => 4,
            Reason::Paused => 5,
            Reason::NoSuchLocalTime => 6,
            Reason::StartDeadline => 7,
            Reason::Replaced => 8,
            Reason::CannotPlan => 9,
            Reason::ChainTooLong => 10,
            Reason::LineFull => 11,
        };
        self.reasons[index]
    }

    /// The message that is kept for a time that did not become a run. Messages are kept in English, whatever the language
    /// is that day; [`Self::retold`] is what a person reads.
    #[must_use]
    pub fn kept(reason: Reason, blocker: Option<RunId>) -> String {
        let words = Language::English.words().reason(reason);
        match blocker {
            Some(run) => format!("{words}{RUN}{}", run.short()),
            None => words.to_owned(),
        }
    }

    /// A kept message in this language. None when the code is not one of a time that did not become a run.
    #[must_use]
    pub fn retold(&self, code: &str, kept: &str) -> Option<String> {
        let reason = Reason::of_code(code)?;
        let told = self.reason(reason);
        let Some(detail) = kept.strip_prefix(Language::English.words().reason(reason)) else {
            // What is wrong with the task is told as it is everywhere.
            let is_english = self.tag == Language::English.words().tag;
            return (reason == Reason::CannotPlan && !is_english)
                .then(|| format!("{told}: {kept}"));
        };
        Some(match detail.strip_prefix(RUN) {
            Some(run) => format!("{told}: {} {run}", self.run),
            None => format!("{told}{detail}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_message_is_told_in_the_language_of_the_day() {
        let (english, german) = (Language::English.words(), Language::German.words());
        let run = RunId::from_bits(7);
        for reason in Reason::ALL {
            assert_eq!(Reason::of_code(reason.code()), Some(reason));
            for blocker in [None, Some(run)] {
                let kept = Words::kept(reason, blocker);
                let told = |words: &Words| words.retold(reason.code(), &kept).unwrap();
                assert_eq!(told(english), kept);
                let there = german.reason(reason);
                let by = blocker.map(|run| format!(": Lauf {}", run.short()));
                assert_eq!(told(german), format!("{there}{}", by.unwrap_or_default()));
            }
        }
        let gone = "profile `anna` is gone";
        assert_eq!(english.retold("cannot_plan", gone), None);
        let told = german.retold("cannot_plan", gone).unwrap();
        assert_eq!(
            told,
            format!("{}: {gone}", german.reason(Reason::CannotPlan))
        );
        assert_eq!(german.retold("exit_code", "it ended with 1"), None);
        assert_eq!(german.retold("paused", "something else"), None);
    }
}
