//! What a task takes and gives.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterType {
    #[default]
    String,
    Number,
    Boolean,
}

/// A parameter of a task.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    #[serde(rename = "type", default)]
    pub kind: ParameterType,
    /// Without one, a value must be given at each start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
}

impl Parameter {
    /// A value in the parameter's type; texts are read as numbers and booleans where needed.
    pub fn read(&self, value: &Value) -> Result<Value, String> {
        match (self.kind, value) {
            (ParameterType::String, Value::String(_))
            | (ParameterType::Number, Value::Number(_))
            | (ParameterType::Boolean, Value::Bool(_)) => Ok(value.clone()),
            (ParameterType::String, Value::Number(_) | Value::Bool(_)) => {
                Ok(Value::String(value.to_string()))
            }
            (ParameterType::Number, Value::String(text)) => {
                match serde_json::from_str::<serde_json::Number>(text.trim()) {
                    Ok(number) => Ok(Value::Number(number)),
                    Err(_) => Err(format!("`{text}` is not a number")),
                }
            }
            (ParameterType::Boolean, Value::String(text)) => match text.trim() {
                "true" | "yes" => Ok(Value::Bool(true)),
                "false" | "no" => Ok(Value::Bool(false)),
                _ => Err(format!("`{text}` is not `true` or `false`")),
            },
            _ => Err(format!("`{value}` has the wrong type")),
        }
    }
}

/// The type of a value that a task's runs give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputType {
    String,
    Number,
    Boolean,
    /// Anything: a list, a table, an object.
    Json,
}

impl OutputType {
    /// The word in files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Json => "json",
        }
    }

    /// Whether every value of it can be read as that parameter.
    #[must_use]
    pub const fn fits(self, parameter: ParameterType) -> bool {
        matches!(
            (self, parameter),
            (
                Self::String | Self::Number | Self::Boolean,
                ParameterType::String
            ) | (Self::Number, ParameterType::Number)
                | (Self::Boolean, ParameterType::Boolean)
        )
    }
}
