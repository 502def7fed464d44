//! Reading from a page.

use drover_model::step::{Reading, ValueType};
use serde_json::Value;
use tokio::time::timeout_at;

use super::{
    StepProblem, Target,
    probe::{Details, Limit, Need, wait_for},
    typed::typed,
};
use crate::{Error, Page, cdp::protocol::Evaluate, page::failed};

/// Letters of a text that is not what was asked for.
const MOST_LETTERS: usize = 60;

/// Reads from an element, or from all that match.
pub(super) async fn extract(
    page: &Page,
    target: &Target,
    reading: &Reading,
    all: bool,
    kind: ValueType,
    limit: Limit,
) -> Result<Value, StepProblem> {
    let details = Details {
        reading: Some(reading.into()),
        all,
        ..Details::default()
    };
    let value = wait_for(page, target, Need::Read, details, limit)
        .await?
        .value;
    if *reading == Reading::Table {
        return Ok(value);
    }
    match value {
        Value::Array(values) if all => {
            let values = values
                .iter()
                .map(|value| convert(value, kind, &target.shown));
            values.collect::<Result<_, _>>().map(Value::Array)
        }
        value => convert(&value, kind, &target.shown),
    }
}

/// Runs an expression in the page.
pub(super) async fn evaluate(
    page: &Page,
    script: &str,
    kind: ValueType,
    limit: Limit,
) -> Result<Value, StepProblem> {
    let evaluate = Evaluate {
        expression: script,
        context_id: None,
        await_promise: true,
        return_by_value: true,
    };
    let called = page.session().call_within(&evaluate, limit.whole);
    let result = match timeout_at(limit.deadline, called).await {
        Ok(result) => result.map_err(failed("evaluate the script"))?,
        Err(_) => return Err(Error::LoadLimit(limit.whole).into()),
    };
    if let Some(details) = result.exception_details {
        let words = details.exception.and_then(|thrown| thrown.description);
        let words = words.unwrap_or(details.text);
        let first = words.lines().next().unwrap_or_default();
        return Err(StepProblem::Script(first.to_owned()));
    }
    match (kind, result.result.value) {
        (ValueType::Json, value) => Ok(value),
        (kind, value) => convert(&value, kind, "the script"),
    }
}

fn convert(value: &Value, kind: ValueType, target: &str) -> Result<Value, StepProblem> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    typed(&text, kind).ok_or_else(|| StepProblem::NotTyped {
        text: text.chars().take(MOST_LETTERS).collect(),
        target: target.to_owned(),
        wanted: kind.word(),
    })
}
