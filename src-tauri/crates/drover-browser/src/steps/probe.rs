//! Asks the page for an element until it is ready or the time is up.

use std::time::Duration;

use drover_model::step::{Edge, Reading, Scroll};
use serde::Serialize;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use super::{
    Choice, Found, StepProblem, Target, Way,
    place::{Resolved, resolve},
    question::{Answer, Field, Look, ask},
};
use crate::{Page, cdp::CdpError, page::failed};

/// Waiting times between questions. Most elements are there at once or after one answer of a server; the last repeats.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(20),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(100),
    Duration::from_millis(250),
];

/// What an element is needed for.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Need {
    /// At least one of them visible.
    AnyVisible,
    /// To point at it: visible, standing still and not covered.
    Hover,
    /// To click it: also enabled.
    Click,
    /// To tick it, unless it is ticked already.
    Check,
    /// To press a key in it.
    Focus,
    /// To replace its text: also enabled and not read-only. It gets the focus, its text selected.
    Fill,
    /// To type after its text.
    Type,
    /// To set it to a value, for fields that nobody types into.
    Assign,
    /// To choose an entry.
    Select,
    /// To hand it files.
    File,
    /// To read from it.
    Read,
    /// To scroll it, or to it.
    Scroll,
    /// To take its picture.
    Clip,
    /// To look into it.
    Frame,
    /// To see how it is, whatever it is.
    Look,
}

/// Details of a need.
#[derive(Serialize, Default)]
pub(super) struct Details<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<&'a Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<ReadingAsk<'a>>,
    pub all: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scroll: Option<ScrollAsk>,
    pub count: usize,
}

#[derive(Serialize)]
pub(super) struct ReadingAsk<'a> {
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

impl<'a> From<&'a Reading> for ReadingAsk<'a> {
    fn from(reading: &'a Reading) -> Self {
        let (what, name) = match reading {
            Reading::Text => ("text", None),
            Reading::Value => ("value", None),
            Reading::Table => ("table", None),
            Reading::Attribute(name) => ("attribute", Some(name.as_str())),
        };
        Self { what, name }
    }
}

#[derive(Serialize, Default)]
pub(super) struct ScrollAsk {
    x: i32,
    y: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'static str>,
}

impl From<Scroll> for ScrollAsk {
    fn from(scroll: Scroll) -> Self {
        let to = |to| Self {
            to: Some(to),
            ..Self::default()
        };
        match scroll {
            Scroll::IntoView => to("view"),
            Scroll::Edge(Edge::Start) => to("start"),
            Scroll::Edge(Edge::End) => to("end"),
            Scroll::By { x, y } => Self { x, y, to: None },
        }
    }
}

/// A whole question.
#[derive(Serialize)]
pub(super) struct Ask<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way: Option<&'a Way>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<u32>,
    pub need: Need,
    pub details: Details<'a>,
}

/// An element that is ready.
#[derive(Default)]
pub(super) struct Ready {
    /// In words.
    pub element: String,
    /// The middle of its first box, or its corner for a picture, in CSS pixels of the window.
    pub x: f64,
    pub y: f64,
    pub size: (f64, f64),
    pub field: Option<Field>,
    pub value: Value,
    /// Nothing is left to do.
    pub done: bool,
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
    details: Details<'_>,
    limit: Limit,
) -> Result<Ready, StepProblem> {
    let ask = Ask {
        way: Some(&target.way),
        nth: target.nth,
        need,
        details,
    };
    let mut last = Found::Silence;
    let mut shown = target.shown.clone();
    let mut pauses = Pauses::default();
    loop {
        let once = timeout_at(limit.deadline, attempt(page, target, &ask)).await;
        let late = match once {
            Err(_) => true,
            Ok(Ok(Try::Ready(ready))) => return Ok(ready),
            Ok(Ok(Try::NotYet(None))) => false,
            Ok(Ok(Try::NotYet(Some((what, found))))) => {
                shown = what.unwrap_or_else(|| target.shown.clone());
                last = found;
                false
            }
            Ok(Err(problem)) => return Err(problem),
        };
        if late || !pauses.pause(limit).await {
            return Err(StepProblem::NotReady {
                target: shown,
                limit: limit.whole,
                found: last,
            });
        }
    }
}

/// Looks once how the target is; none while the page is being replaced. A frame that is not there is as nothing.
pub(super) async fn look(page: &Page, target: &Target) -> Result<Option<Look>, StepProblem> {
    let ask_look = Ask {
        way: Some(&target.way),
        nth: target.nth,
        need: Need::Look,
        details: Details::default(),
    };
    let looked = async {
        let place = match resolve(page, &target.frames).await? {
            Resolved::Place(place) => place,
            Resolved::NotYet(None) => return Ok(None),
            Resolved::NotYet(Some((_, found))) => return Ok(Some(Look::nothing(found))),
        };
        match ask(&place, &ask_look).await {
            Ok(Some(Answer::Seen(look))) => Ok(Some(look)),
            Ok(Some(Answer::BadSelector)) => Err(StepProblem::BadSelector {
                target: target.shown.clone(),
            }),
            Ok(_) => Ok(None),
            Err(error) => Err(broken(error)),
        }
    };
    looked.await
}

/// The pauses between questions.
#[derive(Default)]
pub(super) struct Pauses(usize);

impl Pauses {
    /// False when the time is up.
    pub(super) async fn pause(&mut self, limit: Limit) -> bool {
        let pause = PAUSES.get(self.0).unwrap_or(&PAUSES[PAUSES.len() - 1]);
        self.0 += 1;
        timeout_at(limit.deadline, sleep(*pause)).await.is_ok()
    }
}

/// What one question led to; what is not ready may be a frame on the way, which is then named.
enum Try {
    Ready(Ready),
    NotYet(Option<(Option<String>, Found)>),
}

async fn attempt(page: &Page, target: &Target, question: &Ask<'_>) -> Result<Try, StepProblem> {
    let shown = || target.shown.clone();
    let place = match resolve(page, &target.frames).await? {
        Resolved::Place(place) => place,
        Resolved::NotYet(found) => {
            return Ok(Try::NotYet(found.map(|(what, found)| (Some(what), found))));
        }
    };
    let answer = ask(&place, question).await.map_err(broken)?;
    Ok(match answer {
        Some(Answer::Ready(ready)) => {
            let reach = matches!(question.need, Need::Hover | Need::Click | Need::Check);
            let (mut x, mut y) = (ready.x, ready.y);
            let pointed = reach || question.need == Need::Clip;
            if pointed && !ready.done {
                match place.outside(x, y, reach).await.map_err(broken)? {
                    Some(Ok(point)) => (x, y) = point,
                    Some(Err(found)) => return Ok(Try::NotYet(Some((None, found)))),
                    None => return Ok(Try::NotYet(None)),
                }
            }
            Try::Ready(Ready {
                element: ready.element,
                x,
                y,
                size: (ready.width, ready.height),
                field: ready.field,
                value: ready.value,
                done: ready.done,
            })
        }
        Some(Answer::NotReady { found }) => Try::NotYet(Some((None, found))),
        // The page was just being replaced by another.
        None | Some(Answer::Seen(_)) => Try::NotYet(None),
        Some(Answer::Ambiguous { count, elements }) => {
            return Err(StepProblem::Ambiguous {
                target: shown(),
                count,
                elements,
            });
        }
        Some(Answer::NotAField { element }) => {
            return Err(StepProblem::NotAField {
                target: shown(),
                element,
            });
        }
        Some(Answer::Wrong { problem }) => {
            return Err(StepProblem::Wrong {
                target: shown(),
                problem,
            });
        }
        Some(Answer::NoOption) => return Err(StepProblem::NoOption { target: shown() }),
        Some(Answer::BadSelector) => return Err(StepProblem::BadSelector { target: shown() }),
    })
}

/// A question that failed.
pub(super) fn broken(error: CdpError) -> StepProblem {
    failed("look at the page")(error).into()
}

/// Asks the page itself once it is there.
pub(super) async fn ask_page(
    page: &Page,
    question: &Ask<'_>,
    limit: Limit,
) -> Result<(), CdpError> {
    let mut pauses = Pauses::default();
    loop {
        let once = async {
            match resolve(page, &[]).await {
                Ok(Resolved::Place(place)) => ask(&place, question).await,
                _ => Ok(None),
            }
        };
        match timeout_at(limit.deadline, once).await {
            Ok(Ok(Some(_))) => return Ok(()),
            Ok(Err(error)) => return Err(error),
            Ok(Ok(None)) if pauses.pause(limit).await => {}
            _ => {
                return Err(CdpError::Silent {
                    method: "Runtime.callFunctionOn",
                    limit: limit.whole,
                });
            }
        }
    }
}
