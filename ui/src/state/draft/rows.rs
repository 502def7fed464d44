//! Rows of tables whose keys are still being typed: parameters and plain variables.

use std::collections::BTreeMap;

use drover_model::FieldError;
use drover_model::plan::text_of;
use drover_model::task::{Parameter, ParameterType};
use serde_json::Value;

/// A parameter as it is typed. A map cannot hold two unfinished names, so rows are a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParameterRow {
    pub name: String,
    pub kind: ParameterType,
    /// Empty means that there is none.
    pub default: String,
    pub help: String,
}

impl ParameterRow {
    fn written(&self) -> Parameter {
        let text = Value::String(self.default.clone());
        let default = (!self.default.trim().is_empty()).then(|| {
            let parameter = Parameter {
                kind: self.kind,
                ..Parameter::default()
            };
            // A text that does not fit stays a text; the model then says what is wrong with it.
            parameter.read(&text).unwrap_or(text)
        });
        Parameter {
            kind: self.kind,
            default,
            help: self.help.trim().to_owned(),
        }
    }
}

/// A plain variable of the child's environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvRow {
    pub variable: String,
    pub value: String,
}

pub(super) fn parameter_rows(parameters: &BTreeMap<String, Parameter>) -> Vec<ParameterRow> {
    let row = |(name, parameter): (&String, &Parameter)| ParameterRow {
        name: name.clone(),
        kind: parameter.kind,
        default: parameter.default.as_ref().map(text_of).unwrap_or_default(),
        help: parameter.help.clone(),
    };
    parameters.iter().map(row).collect()
}

/// The map of all rows that have a name or anything else; empty rows are left out.
pub(super) fn parameters(rows: &[ParameterRow]) -> BTreeMap<String, Parameter> {
    let filled = rows.iter().filter(|row| **row != ParameterRow::default());
    filled
        .map(|row| (row.name.trim().to_owned(), row.written()))
        .collect()
}

pub(super) fn env_rows(env: &BTreeMap<String, String>) -> Vec<EnvRow> {
    env.iter()
        .map(|(variable, value)| EnvRow {
            variable: variable.clone(),
            value: value.clone(),
        })
        .collect()
}

pub(super) fn env(rows: &[EnvRow]) -> BTreeMap<String, String> {
    let filled = rows.iter().filter(|row| **row != EnvRow::default());
    filled
        .map(|row| (row.variable.trim().to_owned(), row.value.clone()))
        .collect()
}

/// Names that stand in several rows: a map would keep one of them without a word.
pub(super) fn twice<'a>(prefix: &str, names: impl Iterator<Item = &'a str>) -> Vec<FieldError> {
    let mut names: Vec<&str> = names
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    names.sort_unstable();
    let mut doubles: Vec<&str> = names
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
        .collect();
    doubles.dedup();
    let problem = |name| FieldError {
        field: format!("{prefix}.{name}"),
        message: format!("`{name}` stands here twice"),
    };
    doubles.into_iter().map(problem).collect()
}
