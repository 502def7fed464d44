//! Asks the page for an element until it is ready or the time is up.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;
use tokio::time::{Instant, sleep, timeout_at};

use super::{Found, StepProblem, Target, Way};
use crate::{
    Page,
    cdp::{
        CdpError,
        protocol::{Argument, CallFunctionOn, CreateIsolatedWorld, GetFrameTree},
    },
    page::failed,
};

const PROBE: &str = include_str!("probe.js");
const WORLD: &str = "drover";
/// Waiting times between questions. Most elements are there at once or after one answer of a server; the last repeats.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(20),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(100),
    Duration::from_millis(250),
];

/// What an element is needed for.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Need {
    /// One element, visible.
    Visible,
    /// At least one of them visible.
    AnyVisible,
    /// To click it: also enabled, standing still and not covered.
    Click,
    /// To type into it: also enabled and not read-only. It gets the focus, its text selected.
    Fill,
    /// To set it to a value, for fields that nobody types into.
    Assign,
    /// To read its text.
    Read,
}

#[derive(Serialize)]
struct Ask<'a> {
    way: &'a Way,
    need: Need,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

/// How a field takes its value.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Field {
    /// By typing.
    Text,
    /// By setting, such as a date.
    Set,
    /// By choosing.
    Select,
}

/// An element that is ready.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Ready {
    /// The middle of its first box, in CSS pixels of the window.
    pub x: f64,
    pub y: f64,
    pub field: Option<Field>,
    pub text: String,
}

#[derive(Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum Answer {
    Ready(Ready),
    NotReady { found: Found },
    Ambiguous { count: usize, elements: Vec<String> },
    NotAField { element: String },
    NoOption,
    BadSelector,
}

/// The time a step has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub whole: Duration,
    pub deadline: Instant,
}

/// Waits until the target is ready for what it is needed for.
pub(super) async fn wait_for(
    page: &Page,
    target: &Target,
    need: Need,
    value: Option<&str>,
    limit: Limit,
) -> Result<Ready, StepProblem> {
    let shown = || target.shown.clone();
    let mut last = Found::Silence;
    let mut pauses = PAUSES.into_iter();
    loop {
        let Ok(answer) = timeout_at(
            limit.deadline,
            ask(
                page,
                &Ask {
                    way: &target.way,
                    need,
                    value,
                },
            ),
        )
        .await
        else {
            return Err(StepProblem::NotReady {
                target: shown(),
                limit: limit.whole,
                found: last,
            });
        };
        match answer {
            Ok(Some(Answer::Ready(ready))) => return Ok(ready),
            Ok(Some(Answer::NotReady { found })) => last = found,
            // The page was just being replaced by another.
            Ok(None) => {}
            Ok(Some(Answer::Ambiguous { count, elements })) => {
                return Err(StepProblem::Ambiguous {
                    target: shown(),
                    count,
                    elements,
                });
            }
            Ok(Some(Answer::NotAField { element })) => {
                return Err(StepProblem::NotAField {
                    target: shown(),
                    element,
                });
            }
            Ok(Some(Answer::NoOption)) => return Err(StepProblem::NoOption { target: shown() }),
            Ok(Some(Answer::BadSelector)) => {
                return Err(StepProblem::BadSelector { target: shown() });
            }
            Err(error) => return Err(failed("look at the page")(error).into()),
        }
        let pause = pauses.next().unwrap_or(PAUSES[PAUSES.len() - 1]);
        if timeout_at(limit.deadline, sleep(pause)).await.is_err() {
            return Err(StepProblem::NotReady {
                target: shown(),
                limit: limit.whole,
                found: last,
            });
        }
    }
}

async fn ask(page: &Page, ask: &Ask<'_>) -> Result<Option<Answer>, CdpError> {
    let session = page.session();
    let shape = |source| CdpError::Shape {
        method: "Runtime.callFunctionOn",
        source,
    };
    let argument = to_raw_value(ask).map_err(shape)?;
    let called = async {
        let frame = session.call(&GetFrameTree {}).await?.frame_tree.frame.id;
        let world = session
            .call(&CreateIsolatedWorld {
                frame_id: &frame,
                world_name: WORLD,
            })
            .await?;
        let call = CallFunctionOn {
            function_declaration: PROBE,
            execution_context_id: world.execution_context_id,
            arguments: vec![Argument { value: &argument }],
            await_promise: true,
            return_by_value: true,
        };
        // The caller has a limit of its own.
        session.call_within(&call, Duration::MAX).await
    };
    match called.await {
        Ok(result) if result.exception_details.is_none() => {
            serde_json::from_value(result.result.value)
                .map(Some)
                .map_err(shape)
        }
        Ok(result) => {
            let words = result
                .exception_details
                .and_then(|details| details.exception?.description);
            tracing::debug!(exception = words, "the page changed while it was looked at");
            Ok(None)
        }
        // The world ended with its document.
        Err(CdpError::Refused { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
