//! Which problems are shown, where, and in what order.

use drover_model::FieldError;

use super::Draft;
use crate::format;

impl Draft {
    /// What stands below a field: its problem as a sentence, once the field was left or saving was tried.
    pub fn error(&self, field: &str) -> Option<String> {
        let shown = self.submitted || self.touched.contains(field);
        let own = self.problems.iter().filter(|_| shown);
        let found = self
            .refused
            .iter()
            .chain(own)
            .find(|problem| problem.field == field);
        found.map(|problem| format::sentence(&problem.message))
    }

    /// Every problem that the summary lists, first to last.
    pub fn summary(&self) -> Vec<FieldError> {
        let own = self.problems.iter().filter(|_| self.submitted);
        self.refused.iter().chain(own).cloned().collect()
    }
}
