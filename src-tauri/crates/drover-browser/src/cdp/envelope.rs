//! The outer shape of messages. What is inside is passed on as raw text, so a new Chrome cannot break it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A message from Chrome: a reply when it has an id, an event otherwise.
#[derive(Debug, Deserialize)]
pub(super) struct FromChrome<'a> {
    pub id: Option<u64>,
    #[serde(borrow)]
    pub method: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub params: Option<&'a RawValue>,
    #[serde(borrow)]
    pub result: Option<&'a RawValue>,
    #[serde(borrow)]
    pub error: Option<&'a RawValue>,
    #[serde(borrow, rename = "sessionId")]
    pub session: Option<Cow<'a, str>>,
}

/// A command to Chrome.
#[derive(Debug, Serialize)]
pub(super) struct ToChrome<'a, P: ?Sized> {
    pub id: u64,
    pub method: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<&'a P>,
    #[serde(rename = "sessionId", skip_serializing_if = "Option::is_none")]
    pub session: Option<&'a str>,
}

/// A command from a client.
#[derive(Debug, Deserialize)]
pub(crate) struct FromClient<'a> {
    pub id: i64,
    #[serde(borrow)]
    pub method: Cow<'a, str>,
    #[serde(borrow)]
    pub params: Option<&'a RawValue>,
    #[serde(borrow, rename = "sessionId")]
    pub session: Option<Cow<'a, str>>,
}

/// A reply or an event to a client.
#[derive(Debug, Default, Serialize)]
pub(super) struct ToClient<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'a RawValue>,
    #[serde(rename = "sessionId", skip_serializing_if = "Option::is_none")]
    pub session: Option<&'a str>,
}

impl ToClient<'_> {
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("BUG: an envelope of raw JSON always serialises")
    }
}

/// The error object of a reply.
#[derive(Debug, Deserialize)]
pub(super) struct ErrorBody {
    #[serde(default)]
    pub code: i64,
    #[serde(default)]
    pub message: String,
}

/// The parts of replies and events that the routing looks at.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Routing {
    pub session_id: Option<String>,
    pub target_id: Option<String>,
    pub browser_context_id: Option<String>,
    pub target_info: Option<RoutedTarget>,
}

/// A target as far as the routing knows it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RoutedTarget {
    pub target_id: String,
    pub opener_id: Option<String>,
}

impl Routing {
    pub(super) fn of(raw: Option<&RawValue>) -> Self {
        raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
            .unwrap_or_default()
    }
}

/// The error object of a reply that does not come from Chrome.
pub(super) fn refusal(code: i64, message: &str) -> Box<RawValue> {
    serde_json::value::to_raw_value(&serde_json::json!({ "code": code, "message": message }))
        .expect("BUG: a number and a text are JSON")
}
