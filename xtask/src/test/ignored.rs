//! Tests that the code itself leaves out, with the reason that it gives.

use std::path::Path;

/// A test under `#[ignore]`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ignored {
    pub(crate) line: usize,
    pub(crate) test: String,
    /// `None` where the attribute gives no reason, which tidy refuses.
    pub(crate) reason: Option<String>,
}

impl Ignored {
    /// One line for the report.
    pub(crate) fn describe(&self, path: &Path) -> String {
        let reason = self.reason.as_deref().unwrap_or("NO REASON GIVEN");
        format!("{} ({}:{}): {reason}", self.test, path.display(), self.line)
    }
}

/// The ignored tests in a source file.
pub(crate) fn find_ignored(source: &str) -> Vec<Ignored> {
    let lines: Vec<&str> = source.lines().collect();
    let starts = lines.iter().enumerate().filter_map(|(at, line)| {
        let rest = line.trim_start().strip_prefix("#[ignore")?;
        Some((at, rest))
    });
    starts
        .map(|(at, rest)| Ignored {
            line: at + 1,
            test: lines[at..]
                .iter()
                .find_map(|line| function_name(line))
                .unwrap_or_default(),
            reason: reason(rest),
        })
        .collect()
}

fn reason(rest: &str) -> Option<String> {
    let text = rest
        .trim_start()
        .strip_prefix('=')?
        .trim()
        .strip_prefix('"')?;
    let text = text.strip_suffix("\"]")?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn function_name(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("fn ")?;
    let name: String = rest
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_test_and_its_reason() {
        let source = "#[test]\n    #[ignore = \"needs a fleet\"]\n    async fn spreads() {}\n\
            #[test]\n#[ignore]\nfn silent() {}\n";
        let found = find_ignored(source);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].test, "spreads");
        assert_eq!(found[0].reason.as_deref(), Some("needs a fleet"));
        assert_eq!(
            (found[1].test.as_str(), &found[1].reason),
            ("silent", &None)
        );
    }
}
