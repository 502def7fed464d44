//! The lines that go over the socket. Each is one JSON object and one line feed.

use drover_model::{CommandError, RunBatch, RunId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// The name of the call that opens a stream.
pub(crate) const WATCH_RUN: &str = "watch_run";
/// The name of the call that ends one.
pub(crate) const UNWATCH_RUN: &str = "unwatch_run";
/// The id of what concerns the connection: the greeting, a refusal, and the answer to a
/// line whose own id could not be read.
pub(crate) const NO_ID: u64 = 0;

/// The first line of the server: somebody is there and will answer.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Greeting {
    /// The version of the Drover that answers.
    pub drover: String,
}

impl Greeting {
    /// The one of this program.
    pub(crate) fn own() -> Said {
        let own = Self {
            drover: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let own = serde_json::to_value(own).expect("BUG: greetings have text keys only");
        Said::answer(NO_ID, Ok(own))
    }
}

/// A line from the client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// Chosen by the client, from 1; the answer carries it.
    pub id: u64,
    /// A name of `drover_model::command`.
    pub call: String,
    /// The request; an empty one when left out. It is kept as text, so that no error about
    /// the line around it can repeat what is in it.
    #[serde(default)]
    pub body: Option<Box<RawValue>>,
}

/// The same line, as the client writes it.
#[derive(Debug, Serialize)]
pub(crate) struct Asking<'a> {
    pub id: u64,
    pub call: &'a str,
    pub body: Value,
}

/// A line from the server. With neither `error` nor `batch` it is a success, whose `ok`
/// may be `null`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Said {
    pub id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<CommandError>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<RunBatch>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
    pub ok: Option<Value>,
}

impl Said {
    /// The answer to a call.
    pub(crate) fn answer(id: u64, result: Result<Value, CommandError>) -> Self {
        let (ok, error) = match result {
            Ok(value) => (Some(value), None),
            Err(error) => (None, Some(error)),
        };
        Self {
            id,
            error,
            batch: None,
            ok,
        }
    }

    /// One batch of a stream.
    pub(crate) fn batch(id: u64, batch: RunBatch) -> Self {
        Self {
            id,
            error: None,
            batch: Some(batch),
            ok: None,
        }
    }

    /// As it is sent.
    pub(crate) fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("BUG: answers have text keys only");
        line.push(b'\n');
        line
    }
}

/// Keeps `"ok": null` apart from no `ok` at all.
mod present {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::Value;

    #[expect(clippy::ref_option, reason = "serde asks for this form")]
    pub(super) fn serialize<S: Serializer>(
        value: &Option<Value>,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(out)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        input: D,
    ) -> Result<Option<Value>, D::Error> {
        Value::deserialize(input).map(Some)
    }
}

/// The body of `watch_run`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WatchRun {
    pub run: RunId,
    /// The first log line wanted; counts from 1.
    #[serde(default)]
    pub from_seq: u64,
}

/// The body of `unwatch_run`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnwatchRun {
    /// The id of the line that opened the stream.
    pub watch: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use drover_model::Code;

    fn check(said: &Said, line: &str) {
        let text = String::from_utf8(said.line()).unwrap();
        assert_eq!(text, format!("{line}\n"));
        let again: Said = serde_json::from_str(&text).unwrap();
        assert_eq!(again.line(), said.line());
    }

    #[test]
    fn answers_are_as_documented() {
        check(&Said::answer(1, Ok(3.into())), r#"{"id":1,"ok":3}"#);
        check(&Said::answer(1, Ok(Value::Null)), r#"{"id":1,"ok":null}"#);
        check(
            &Said::answer(
                7,
                Err(CommandError::new(Code::RunNotFound, "no run named `x`")),
            ),
            r#"{"id":7,"error":{"code":"run_not_found","message":"no run named `x`"}}"#,
        );
    }

    #[test]
    fn a_body_may_be_left_out() {
        let ask: Ask = serde_json::from_str(r#"{"id":1,"call":"list_tokens"}"#).unwrap();
        assert!(ask.body.is_none());
    }
}
