//! Version numbers as programs print them.

use std::fmt;

/// Major, minor and patch; compared in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32, pub(crate) u32);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// The first version number in a program's answer: `v20.20.2`, `wasm-opt version 132 (…)`.
pub(crate) fn find(text: &str) -> Option<Version> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ','))
        .find_map(parse)
}

/// One word as a version; a missing minor or patch number is 0, what follows a `-` or `+` is left out.
fn parse(word: &str) -> Option<Version> {
    let word = word.strip_prefix('v').unwrap_or(word);
    let numbers = word.split(['-', '+']).next()?;
    let mut parts = numbers.split('.');
    let major = parts.next()?.parse().ok()?;
    let mut next = || parts.next().map_or(Some(0), |part| part.parse().ok());
    Some(Version(major, next()?, next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_programs_print() {
        assert_eq!(find("v20.20.2\n"), Some(Version(20, 20, 2)));
        assert_eq!(
            find("wasm-opt version 132 (version_132)"),
            Some(Version(132, 0, 0))
        );
        assert_eq!(find("trunk 0.21.14"), Some(Version(0, 21, 14)));
        assert_eq!(
            find("rustc 1.97.0-nightly (abc 2026-01-01)"),
            Some(Version(1, 97, 0))
        );
        assert_eq!(find("no number here"), None);
    }

    #[test]
    fn compares_by_number_and_not_by_text() {
        assert!(Version(20, 0, 0) > Version(9, 11, 1));
        assert_eq!(Version(0, 2, 130).to_string(), "0.2.130");
    }
}
