//! Reading one key of a written step, and noting what is wrong with it.

use std::fmt;

use super::{Locator, StepFile};
use crate::{FieldErrors, Template};

/// A step that is being read. What is wrong is noted, and the value is then missing.
pub(super) struct Reader<'a> {
    pub(super) file: &'a StepFile,
    pub(super) index: usize,
    pub(super) errors: FieldErrors,
}

impl Reader<'_> {
    pub(super) fn key(&self, name: &str) -> String {
        format!("steps[{}].{name}", self.index)
    }

    pub(super) fn take<T, E: fmt::Display>(
        &mut self,
        name: &str,
        result: Result<T, E>,
    ) -> Option<T> {
        let key = self.key(name);
        self.errors.take(&key, result)
    }

    pub(super) fn wrong<T>(&mut self, name: &str, problem: impl Into<String>) -> Option<T> {
        let key = self.key(name);
        self.errors.add(key, problem);
        None
    }

    pub(super) fn at(&mut self) -> Option<Locator> {
        match &self.file.at {
            Some(at) => self.take("at", at.locator()),
            None => self.wrong("at", "say which element: `at = { label = \"…\" }`"),
        }
    }

    pub(super) fn at_if_any(&mut self) -> Option<Locator> {
        self.file.at.as_ref()?;
        self.at()
    }

    pub(super) fn value(&mut self) -> Option<Template> {
        match &self.file.value {
            Some(value) => self.template("value", value),
            None => self.wrong("value", "a value is needed"),
        }
    }

    pub(super) fn template(&mut self, name: &str, text: &str) -> Option<Template> {
        self.take(name, text.parse())
    }

    /// A text that is not blank.
    pub(super) fn text(
        &mut self,
        name: &str,
        text: Option<&str>,
        missing: &str,
    ) -> Option<Template> {
        match text.filter(|text| !text.trim().is_empty()) {
            Some(text) => self.template(name, text),
            None => self.wrong(name, missing),
        }
    }

    pub(super) fn text_if_any(&mut self, name: &str, text: Option<&str>) -> Option<Template> {
        let text = text.filter(|text| !text.trim().is_empty())?;
        self.template(name, text)
    }

    pub(super) fn name(&mut self, name: &str, text: Option<&str>) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        self.take(name, text.map(str::to_owned).ok_or("a name is needed"))
    }

    pub(super) fn name_if_any(&mut self, name: &str, text: Option<&str>) -> Option<String> {
        self.name(name, Some(text?))
    }

    pub(super) fn word<T: Copy>(
        &mut self,
        name: &str,
        text: Option<&str>,
        words: &[(&str, T)],
    ) -> Option<T> {
        let text = text?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        let problem = format!("`{text}` is unknown; use one of {}", known.join(", "));
        self.wrong(name, problem)
    }
}
