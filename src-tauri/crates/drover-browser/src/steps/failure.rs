//! Why a step failed, in words that say what to do about it.

use std::{fmt, time::Duration};

use serde::Deserialize;

use crate::Error;

/// A step that failed, and with it the run of steps.
#[derive(Debug, thiserror::Error)]
#[error("step {} `{title}` failed: {problem}", index + 1)]
pub struct StepFailure {
    /// Counted from 0.
    pub index: usize,
    /// As the step list shows it.
    pub title: String,
    /// What was wrong. It stands in the text, so it is not a source as well.
    pub problem: StepProblem,
}

/// What was wrong.
#[derive(Debug, thiserror::Error)]
pub enum StepProblem {
    /// The time limit passed, and this is what was there instead.
    #[error("{target} was not ready within {} s: {found}", limit.as_secs_f32())]
    NotReady {
        /// What was looked for.
        target: String,
        /// The limit.
        limit: Duration,
        /// What was there at the end.
        found: Found,
    },
    /// More than one element matches. Drover does not guess.
    #[error("{target} matches {count} elements ({}); say more precisely which one is meant", elements.join(", "))]
    Ambiguous {
        /// What was looked for.
        target: String,
        /// How many there are.
        count: usize,
        /// The first of them.
        elements: Vec<String>,
    },
    /// The element cannot take a text.
    #[error("{target} is {element}, which cannot be filled")]
    NotAField {
        /// What was looked for.
        target: String,
        /// What it is.
        element: String,
    },
    /// The list of choices does not hold the value. The value itself may be a secret and is not shown.
    #[error("{target} is a list without such an option")]
    NoOption {
        /// What was looked for.
        target: String,
    },
    /// The CSS selector is not valid.
    #[error("{target} is not a valid selector")]
    BadSelector {
        /// What was looked for.
        target: String,
    },
    /// The address did not come to contain what was waited for.
    #[error("the address was still `{address}` after {} s", limit.as_secs_f32())]
    Address {
        /// Where the page was, without query and fragment, which may hold secrets.
        address: String,
        /// The limit.
        limit: Duration,
    },
    /// The page or the browser.
    #[error("{}", chain(.0))]
    Page(#[from] Error),
    /// The run was stopped.
    #[error("the run was stopped")]
    Cancelled,
}

/// What was there instead of an element that is ready.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Found {
    /// No such element.
    Nothing {
        /// Where the page was, without query and fragment.
        address: String,
        /// Its title.
        title: String,
    },
    /// It is there and cannot be seen.
    Hidden {
        /// The element.
        element: String,
    },
    /// It cannot be used.
    Disabled {
        /// The element.
        element: String,
    },
    /// It can be read and not be written.
    ReadOnly {
        /// The element.
        element: String,
    },
    /// It does not stand still.
    Moving {
        /// The element.
        element: String,
    },
    /// It lies outside of what can be scrolled to.
    Outside {
        /// The element.
        element: String,
    },
    /// Another element lies over it.
    Covered {
        /// The element.
        element: String,
        /// What lies over it.
        by: String,
    },
    /// The page did not answer.
    Silence,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing { address, title } if title.is_empty() => {
                write!(f, "nothing like it is on {address}")
            }
            Self::Nothing { address, title } => {
                write!(f, "nothing like it is on {address} (`{title}`)")
            }
            Self::Hidden { element } => write!(f, "{element} is there and hidden"),
            Self::Disabled { element } => write!(f, "{element} is there and disabled"),
            Self::ReadOnly { element } => write!(f, "{element} is there and read-only"),
            Self::Moving { element } => write!(f, "{element} is there and keeps moving"),
            Self::Outside { element } => {
                write!(f, "{element} is there and cannot be scrolled into view")
            }
            Self::Covered { element, by } => write!(f, "{element} is there and covered by {by}"),
            Self::Silence => f.write_str("the page did not answer"),
        }
    }
}

fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
