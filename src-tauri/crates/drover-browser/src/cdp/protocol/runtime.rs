//! `Runtime.*`. Arguments and values may hold secrets or private text, so they have no `Debug`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use super::command;

/// Runs an expression.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluate<'a> {
    /// The expression.
    pub expression: &'a str,
    /// In which world; the page's own without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_id: Option<i64>,
    /// Wait for a promise.
    pub await_promise: bool,
    /// Give the value itself.
    pub return_by_value: bool,
}
command!(Evaluate<'a>, "Runtime.evaluate", CallResult);

/// Calls a function with arguments.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallFunctionOn<'a> {
    /// The source of the function.
    pub function_declaration: &'a str,
    /// In which world.
    pub execution_context_id: i64,
    /// What it gets.
    pub arguments: Vec<Argument<'a>>,
    /// Wait for a promise.
    pub await_promise: bool,
    /// Give the value itself.
    pub return_by_value: bool,
}
command!(CallFunctionOn<'a>, "Runtime.callFunctionOn", CallResult);

/// Calls a function with an object of the page as `this`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallFunctionOnObject<'a> {
    /// The source of the function.
    pub function_declaration: &'a str,
    /// The object.
    pub object_id: &'a str,
    /// What it gets.
    pub arguments: Vec<Argument<'a>>,
    /// Give the value itself.
    pub return_by_value: bool,
}
command!(
    CallFunctionOnObject<'a>,
    "Runtime.callFunctionOn",
    CallResult
);

/// One argument.
#[derive(Serialize)]
pub struct Argument<'a> {
    /// As JSON.
    pub value: &'a RawValue,
}

/// What came of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallResult {
    /// The value.
    pub result: RemoteObject,
    /// The exception, when there was one.
    pub exception_details: Option<ExceptionDetails>,
}

/// A value of the page.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RemoteObject {
    /// How it is named in further commands, when it was not given as a value.
    pub object_id: Option<String>,
    /// As JSON.
    #[serde(default)]
    pub value: Value,
    /// In words; for exceptions with the stack.
    pub description: Option<String>,
}

/// An exception.
#[derive(Deserialize)]
pub struct ExceptionDetails {
    /// In words.
    #[serde(default)]
    pub text: String,
    /// The thrown object.
    pub exception: Option<RemoteObject>,
}
