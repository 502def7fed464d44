//! One question to one frame, asked in a world of its own that the page's scripts cannot change.

use std::time::Duration;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, value::to_raw_value};

use super::{Found, place::Place, probe::Ask};
use crate::cdp::{
    CdpError,
    protocol::{
        Argument, CallFunctionOn, CallFunctionOnObject, CallResult, CreateIsolatedWorld, Evaluate,
    },
};

const WORLD: &str = "drover";
const PROBE: &str = concat!(
    "async ({ details, ...rest }) => {\n  const ask = { ...rest, ...details };\n",
    include_str!("script/find.js"),
    include_str!("script/look.js"),
    include_str!("script/act.js"),
    "}"
);
const OWNER: &str = concat!(
    "function (x, y, reach) {\n",
    include_str!("script/find.js"),
    include_str!("script/look.js"),
    include_str!("script/owner.js"),
    "}"
);

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
    /// By being handed files.
    File,
}

/// What an element that is ready told of itself.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Told {
    pub element: String,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    pub field: Option<Field>,
    pub value: Value,
    pub done: bool,
}

/// How a target is, whatever it is.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Look {
    /// How many match.
    pub count: usize,
    /// How many of them are visible.
    pub visible: usize,
    /// The first of them.
    pub elements: Vec<String>,
    /// The first visible one, or the first.
    pub first: Option<Seen>,
    /// What was there instead.
    pub nothing: Option<Found>,
}

impl Look {
    pub(super) fn nothing(found: Found) -> Self {
        Self {
            nothing: Some(found),
            ..Self::default()
        }
    }
}

/// One element. Its text may be private, so there is no `Debug`.
#[derive(Deserialize)]
pub(super) struct Seen {
    pub element: String,
    pub visible: bool,
    /// Why it cannot be seen.
    pub why: String,
    pub disabled: bool,
    /// Whether it is ticked, if it can be.
    pub checked: Option<bool>,
    pub text: String,
    /// Of a field.
    pub value: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum Answer {
    Ready(Told),
    Seen(Look),
    NotReady { found: Found },
    Ambiguous { count: usize, elements: Vec<String> },
    NotAField { element: String },
    Wrong { problem: String },
    NoOption,
    BadSelector,
}

/// Where a point of a frame lies outside of it.
#[derive(Deserialize)]
pub(super) struct Outside {
    #[serde(default)]
    pub x: f64,
    #[serde(default)]
    pub y: f64,
    pub problem: Option<Found>,
}

/// Asks once; none when the document was being replaced.
pub(super) async fn ask(place: &Place, ask: &Ask<'_>) -> Result<Option<Answer>, CdpError> {
    let argument = to_raw_value(ask).map_err(shape)?;
    let called = async {
        let world = world(place).await?;
        let call = CallFunctionOn {
            function_declaration: PROBE,
            execution_context_id: world,
            arguments: vec![Argument { value: &argument }],
            await_promise: true,
            return_by_value: true,
        };
        // The caller has a limit of its own.
        place.session.call_within(&call, Duration::MAX).await
    };
    read(called.await)
}

/// Asks the element of a frame where a point of the frame lies.
pub(super) async fn ask_owner(
    place: &Place,
    element: &str,
    x: f64,
    y: f64,
    reach: bool,
) -> Result<Option<Outside>, CdpError> {
    let point = [
        to_raw_value(&x).map_err(shape)?,
        to_raw_value(&y).map_err(shape)?,
        to_raw_value(&reach).map_err(shape)?,
    ];
    let call = CallFunctionOnObject {
        function_declaration: OWNER,
        object_id: element,
        arguments: point.iter().map(|value| Argument { value }).collect(),
        return_by_value: true,
    };
    read(place.session.call(&call).await)
}

/// What the last question has found, as an object: none when the document was replaced meanwhile.
pub(super) async fn found_object(
    place: &Place,
    expression: &str,
) -> Result<Option<String>, CdpError> {
    let called = async {
        let evaluate = Evaluate {
            expression,
            context_id: Some(world(place).await?),
            await_promise: false,
            return_by_value: false,
        };
        place.session.call(&evaluate).await
    };
    match called.await {
        Ok(result) => Ok(result.result.object_id),
        Err(CdpError::Refused { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn world(place: &Place) -> Result<i64, CdpError> {
    let world = CreateIsolatedWorld {
        frame_id: &place.frame,
        world_name: WORLD,
    };
    let world = place.session.call(&world).await?;
    Ok(world.execution_context_id)
}

fn shape(source: serde_json::Error) -> CdpError {
    CdpError::Shape {
        method: "Runtime.callFunctionOn",
        source,
    }
}

fn read<T: DeserializeOwned>(result: Result<CallResult, CdpError>) -> Result<Option<T>, CdpError> {
    match result {
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
