//! The counts at the end of what nextest and `cargo test` print.

use std::ops::AddAssign;

use crate::process::plain;

/// How many tests went which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    /// Not run: ignored in the code, or left out by a filter.
    pub(crate) skipped: u32,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Counts from either program; `None` where neither got as far as a summary.
pub(super) fn read(output: &str) -> Option<Counts> {
    let text = plain(output);
    nextest(&text).or_else(|| cargo_test(&text))
}

/// `Summary [   1.2s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 3 skipped`. A run that was
/// broken off says `5/12 tests run`; what it did not reach counts as failed.
fn nextest(text: &str) -> Option<Counts> {
    let line = text
        .lines()
        .rev()
        .find(|line| line.trim_start().starts_with("Summary ["))?;
    let (run, results) = line.split_once(']')?.1.split_once(':')?;
    let mut counts = Counts::default();
    for part in without_brackets(results).split(',') {
        let mut words = part.split_whitespace();
        let Some(number) = words.next().and_then(|word| word.parse::<u32>().ok()) else {
            continue;
        };
        match words.next() {
            Some("passed") => counts.passed += number,
            Some("skipped") => counts.skipped += number,
            // Failed, timed out, failed to execute: whatever it is called, it did not pass.
            _ => counts.failed += number,
        }
    }
    if let Some((reached, all)) = run.split_whitespace().next()?.split_once('/') {
        let missing = all
            .parse::<u32>()
            .ok()?
            .saturating_sub(reached.parse().ok()?);
        counts.failed += missing;
    }
    Some(counts)
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; …`, once a binary.
fn cargo_test(text: &str) -> Option<Counts> {
    let mut counts = None;
    for line in text.lines() {
        let Some(rest) = line.trim_start().strip_prefix("test result: ") else {
            continue;
        };
        let counts = counts.get_or_insert_with(Counts::default);
        for part in rest.split(". ").last().unwrap_or_default().split(';') {
            let mut words = part.split_whitespace();
            let number = words
                .next()
                .and_then(|word| word.parse::<u32>().ok())
                .unwrap_or(0);
            match words.next() {
                Some("passed") => counts.passed += number,
                Some("failed") => counts.failed += number,
                Some("ignored" | "filtered") => counts.skipped += number,
                _ => {}
            }
        }
    }
    counts
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0;
    text.chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(
        clippy::unnecessary_wraps,
        reason = "compared with what `read` returns"
    )]
    fn counts(passed: u32, failed: u32, skipped: u32) -> Option<Counts> {
        Some(Counts {
            passed,
            failed,
            skipped,
        })
    }

    #[test]
    fn reads_nextest() {
        let fine = "    Starting 10 tests\n\u{1b}[1m     Summary\u{1b}[0m [   0.013s] \
            \u{1b}[1m10\u{1b}[0m tests run: \u{1b}[1m10\u{1b}[0m passed, \u{1b}[1m2\u{1b}[0m skipped\n";
        assert_eq!(read(fine), counts(10, 0, 2));
        let one = "     Summary [   0.005s] 1 test run: 1 passed, 0 skipped";
        assert_eq!(read(one), counts(1, 0, 0));
        let bad = "     Summary [   9.1s] 12 tests run: 8 passed (1 slow, 1 leaky), 2 failed, \
            1 timed out, 1 exec failed, 3 skipped\n        FAIL [   0.1s] drover-x a::b\nerror: test run failed\n";
        assert_eq!(read(bad), counts(8, 4, 3));
        let cut = "     Summary [   1.0s] 5/12 tests run: 4 passed, 1 failed, 0 skipped";
        assert_eq!(read(cut), counts(4, 8, 0));
        let none = "     Summary [   0.000s] 0 tests run: 0 passed, 41 skipped";
        assert_eq!(read(none), counts(0, 0, 41));
    }

    #[test]
    fn adds_up_the_binaries_of_cargo_test() {
        let text = "test a ... ok\n\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; \
            2 filtered out; finished in 0.00s\n\ntest result: FAILED. 1 passed; 2 failed; 0 ignored; \
            0 measured; 0 filtered out; finished in 1.10s\n";
        assert_eq!(read(text), counts(4, 2, 3));
    }

    #[test]
    fn a_build_that_broke_has_no_counts() {
        assert_eq!(
            read("error[E0308]: mismatched types\nerror: could not compile `x`\n"),
            None
        );
    }
}
