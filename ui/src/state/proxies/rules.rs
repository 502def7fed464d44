//! Rules of a proxy as rows of an editor.

use drover_model::FieldErrors;
use drover_model::proxy::{HostPattern, Rules, Way};

/// The ways in the order in which they are offered.
pub const WAYS: [Way; 3] = [Way::Direct, Way::Block, Way::Proxy];

/// A way in words.
pub fn way_word(way: Way) -> &'static str {
    match way {
        Way::Proxy => "Through the proxy",
        Way::Direct => "Past the proxy",
        Way::Block => "Nowhere",
    }
}

/// One rule as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRow {
    pub way: Way,
    pub pattern: String,
}

impl RuleRow {
    pub fn rows(rules: &Rules) -> Vec<Self> {
        let row = |rule: &drover_model::proxy::Rule| Self {
            way: rule.way,
            pattern: rule.pattern.to_string(),
        };
        rules.0.iter().map(row).collect()
    }

    /// The rules as text, or what is wrong in which row: `rules[1]`. Rows without a host are left out.
    pub fn text(rows: &[Self]) -> Result<String, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut lines = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let pattern = row.pattern.trim();
            if pattern.is_empty() {
                continue;
            }
            let read = errors.take(&format!("rules[{index}]"), pattern.parse::<HostPattern>());
            lines.extend(read.map(|pattern| format!("{} {pattern}", row.way.as_str())));
        }
        errors.finish()?;
        Ok(lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(way: Way, pattern: &str) -> RuleRow {
        RuleRow {
            way,
            pattern: pattern.into(),
        }
    }

    #[test]
    fn rows_and_text_say_the_same() {
        let rules: Rules = "BLOCK *.ads.example\nDIRECT 10.0.0.0/8:443"
            .parse()
            .unwrap();
        let rows = RuleRow::rows(&rules);
        assert_eq!(rows[0], row(Way::Block, "*.ads.example"));
        let text = RuleRow::text(&rows).unwrap();
        assert_eq!(text.parse::<Rules>().unwrap(), rules, "{text}");
    }

    #[test]
    fn a_row_that_is_no_host_is_named_and_an_empty_one_left_out() {
        let rows = [row(Way::Direct, " "), row(Way::Block, "two words")];
        let errors = RuleRow::text(&rows).unwrap_err();
        assert!(errors.of("rules[1]").is_some(), "{errors}");
        assert_eq!(RuleRow::text(&rows[..1]).unwrap(), "");
    }
}
