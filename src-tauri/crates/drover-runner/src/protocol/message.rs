//! What is said, in both directions.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::redact::Redactor;

/// The version that both sides put into every line.
const VERSION: u64 = 1;

/// What task code says.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Message {
    /// The first line of a helper: its own name, and the versions it found.
    Hello {
        runner: String,
        playwright: Option<String>,
        node: Option<String>,
    },
    /// A test suite begins.
    Begin {
        total: u64,
    },
    Test {
        id: String,
        title: String,
        file: Option<String>,
        line: Option<u64>,
    },
    TestEnd {
        id: String,
        status: String,
        ms: f64,
        #[serde(default)]
        retry: u64,
        /// Whether the test ended as its author wants it to; without a word by its status.
        expected: Option<bool>,
    },
    Step {
        id: String,
        parent: Option<String>,
        cat: Option<String>,
        title: String,
    },
    StepEnd {
        id: String,
        ms: f64,
        err: Option<String>,
    },
    Progress {
        done: f64,
        total: Option<f64>,
        label: Option<String>,
    },
    /// A named result of the run.
    Output {
        name: String,
        json: Value,
    },
    Artifact {
        kind: Option<String>,
        path: String,
        mime: Option<String>,
    },
    /// A picture of the page as it was before it closed or before the script failed, in the folder for them.
    Look {
        file: String,
    },
    NeedSecret {
        name: String,
    },
    Pause {
        reason: String,
    },
    /// The verdict of a runner about itself; `passed` or `failed`.
    End {
        status: String,
    },
}

impl Message {
    /// Whether a flood of these may be thinned out. Nobody waits for an answer to them and none is a result.
    pub(super) fn may_be_dropped(&self) -> bool {
        matches!(
            self,
            Self::Step { .. } | Self::StepEnd { .. } | Self::Progress { .. }
        )
    }
}

/// What a line turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Parsed {
    Message(Message),
    /// Well formed, but of a type or a version this Drover does not know.
    Unknown,
    /// Not what the protocol allows. The line itself is not kept: it may hold anything.
    Malformed,
}

/// Reads one line. Every text in it passes the redactor first.
pub fn parse(line: &[u8], redactor: &Redactor) -> Parsed {
    let Ok(value @ Value::Object(_)) = serde_json::from_slice::<Value>(line) else {
        return Parsed::Malformed;
    };
    if value.get("v").and_then(Value::as_u64) != Some(VERSION) {
        return if value.get("v").is_some_and(Value::is_u64) {
            Parsed::Unknown
        } else {
            Parsed::Malformed
        };
    }
    let Some(kind) = value.get("type").and_then(Value::as_str) else {
        return Parsed::Malformed;
    };
    if !KNOWN.contains(&kind) {
        return Parsed::Unknown;
    }
    serde_json::from_value(redactor.json(value)).map_or(Parsed::Malformed, Parsed::Message)
}

const KNOWN: &[&str] = &[
    "hello",
    "begin",
    "test",
    "testEnd",
    "step",
    "stepEnd",
    "progress",
    "output",
    "artifact",
    "look",
    "needSecret",
    "pause",
    "end",
];

/// What Drover says.
#[derive(Debug)]
pub enum Order {
    /// The answer to `needSecret`: the value, or why there is none.
    Secret {
        name: String,
        value: Result<SecretString, String>,
    },
    Cancel {
        reason: String,
        grace_ms: u64,
    },
    /// The person is done; the task goes on.
    Resume,
}

#[derive(Serialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
enum Wire<'a> {
    Secret {
        v: u64,
        name: &'a str,
        value: Option<&'a str>,
        error: Option<&'a str>,
    },
    Cancel {
        v: u64,
        reason: &'a str,
        grace_ms: u64,
    },
    Resume {
        v: u64,
    },
}

impl Order {
    /// The line as it goes over the pipe; wiped when dropped, as it may hold a secret.
    pub(super) fn line(&self) -> Zeroizing<Vec<u8>> {
        let v = VERSION;
        let wire = match self {
            Self::Secret { name, value } => Wire::Secret {
                v,
                name,
                value: value.as_ref().ok().map(ExposeSecret::expose_secret),
                error: value.as_ref().err().map(String::as_str),
            },
            Self::Cancel { reason, grace_ms } => Wire::Cancel {
                v,
                reason,
                grace_ms: *grace_ms,
            },
            Self::Resume => Wire::Resume { v },
        };
        let mut line = Zeroizing::new(serde_json::to_vec(&wire).expect("BUG: an order is JSON"));
        line.push(b'\n');
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &Parsed) {
        assert_eq!(
            parse(line.as_bytes(), &Redactor::new()),
            *expected,
            "{line}"
        );
    }

    #[test]
    fn lines_are_told_apart() {
        check(
            r#"{"v":1,"type":"needSecret","name":"api"}"#,
            &Parsed::Message(Message::NeedSecret { name: "api".into() }),
        );
        check(
            r#"{"v":1,"type":"testEnd","id":"a","status":"passed","ms":1.5,"new":true}"#,
            &Parsed::Message(Message::TestEnd {
                id: "a".into(),
                status: "passed".into(),
                ms: 1.5,
                retry: 0,
                expected: None,
            }),
        );
        check(r#"{"v":1,"type":"tomorrow"}"#, &Parsed::Unknown);
        check(r#"{"v":2,"type":"step"}"#, &Parsed::Unknown);
        check(r#"{"v":1,"type":"needSecret"}"#, &Parsed::Malformed);
        check(r#"{"type":"pause","reason":"x"}"#, &Parsed::Malformed);
        check("[1]", &Parsed::Malformed);
        check("nonsense", &Parsed::Malformed);
    }

    #[test]
    fn what_is_said_passes_the_redactor() {
        let redactor = Redactor::new();
        redactor.register("api", &SecretString::from("hunter2-hunter2"));
        let line = br#"{"v":1,"type":"output","name":"x","json":["hunter2-hunter2"]}"#;
        let expected = Message::Output {
            name: "x".into(),
            json: serde_json::json!(["••••api"]),
        };
        assert_eq!(parse(line, &redactor), Parsed::Message(expected));
    }

    #[test]
    fn orders_are_single_lines() {
        let order = Order::Secret {
            name: "a".into(),
            value: Ok(SecretString::from("x\ny")),
        };
        assert_eq!(
            order.line().as_slice(),
            b"{\"type\":\"secret\",\"v\":1,\"name\":\"a\",\"value\":\"x\\ny\",\"error\":null}\n"
        );
        let order = Order::Cancel {
            reason: "cancel".into(),
            grace_ms: 10,
        };
        assert_eq!(
            order.line().as_slice(),
            b"{\"type\":\"cancel\",\"v\":1,\"reason\":\"cancel\",\"graceMs\":10}\n"
        );
    }
}
