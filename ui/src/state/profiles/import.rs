//! Looks at pasted JSON before it is sent.

/// Where a text stops being JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonProblem {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// A lower-case fragment.
    pub message: String,
}

impl JsonProblem {
    /// "Line 2, column 27: trailing comma." The text itself is not repeated; it may hold token values.
    pub fn in_words(&self) -> String {
        format!(
            "Line {}, column {}: {}.",
            self.line, self.column, self.message
        )
    }
}

/// What is wrong with the text, if it is no JSON.
pub fn json_problem(text: &str) -> Option<JsonProblem> {
    let error = serde_json::from_str::<serde_json::Value>(text).err()?;
    let (line, column) = (error.line().max(1), error.column().max(1));
    let full = error.to_string();
    let message = full.split(" at line ").next().unwrap_or(&full).to_owned();
    Some(JsonProblem {
        line,
        column,
        message,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_text_has_line_and_column() {
        let problem = json_problem("[\n  {\"profile_name\": \"anna\",}\n]").unwrap();
        assert_eq!((problem.line, problem.column), (2, 27));
        assert_eq!(problem.message, "trailing comma");
        assert_eq!(problem.in_words(), "Line 2, column 27: trailing comma.");
    }

    #[test]
    fn good_text_has_no_problem_and_nothing_is_a_problem_on_line_1() {
        assert_eq!(json_problem("{\"profile_name\": \"anna\"}"), None);
        assert_eq!(
            json_problem("").map(|problem| (problem.line, problem.column)),
            Some((1, 1))
        );
    }
}
