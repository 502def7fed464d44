//! One part of the test run.

use std::time::Duration;

use super::summary::{Counts, read};
use crate::process::Teed;

/// How one part went.
#[derive(Debug)]
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) counts: Counts,
    pub(crate) took: Duration,
}

impl Suite {
    /// A part that is a single check.
    pub(crate) fn of_one(name: &str, ok: bool, took: Duration) -> Self {
        Self {
            name: name.to_owned(),
            counts: Counts {
                passed: u32::from(ok),
                failed: u32::from(!ok),
                skipped: 0,
            },
            took,
        }
    }

    /// A part run by a test runner. A failure that no test accounts for counts as one: code that did not
    /// compile, a test program that died.
    pub(crate) fn of_tests(name: &str, said: &Teed, took: Duration) -> Self {
        let mut counts = read(&said.text).unwrap_or_default();
        if !said.ok && counts.failed == 0 {
            counts.failed = 1;
        }
        Self {
            name: name.to_owned(),
            counts,
            took,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suite(ok: bool, text: &str) -> Counts {
        let said = Teed {
            ok,
            text: text.to_owned(),
        };
        Suite::of_tests("some", &said, Duration::ZERO).counts
    }

    #[test]
    fn what_does_not_compile_is_one_failure() {
        assert_eq!(suite(false, "error: could not compile").failed, 1);
    }

    #[test]
    fn a_test_program_that_died_is_one_failure() {
        let text = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n\
            error: test failed, process didn't exit successfully (signal: 11)";
        let counts = suite(false, text);
        assert_eq!((counts.passed, counts.failed), (3, 1));
    }

    #[test]
    fn failures_that_were_counted_are_not_counted_twice() {
        let text = "     Summary [ 1.0s] 3 tests run: 1 passed, 2 failed, 0 skipped";
        assert_eq!(suite(false, text).failed, 2);
    }
}
