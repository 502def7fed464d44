//! Why a step failed, in words that say what to do about it.

use std::{fmt, time::Duration};

use serde::Deserialize;

use crate::{Error, cdp::CdpError};

/// A step that failed, and with it the run of steps.
#[derive(thiserror::Error)]
#[error("step {} `{title}` failed: {problem}", index + 1)]
pub struct StepFailure {
    /// Counted from 0.
    pub index: usize,
    /// As the step list shows it.
    pub title: String,
    /// What was wrong. It stands in the text, so it is not a source as well.
    pub problem: StepProblem,
}

impl fmt::Debug for StepFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepFailure")
            .field("index", &self.index)
            .field("title", &self.title)
            .field("problem", &self.problem)
            .finish_non_exhaustive()
    }
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
    /// The step cannot be done with this element, or in this place.
    #[error("{target}: {problem}")]
    Wrong {
        /// What was looked for.
        target: String,
        /// Why not.
        problem: String,
    },
    /// Something is not as it is expected to be, or waited for, when the time is up.
    #[error("{expected} was expected within {} s, but {found}", limit.as_secs_f32())]
    Otherwise {
        /// What was expected, in words, never the value itself.
        expected: String,
        /// The limit.
        limit: Duration,
        /// How it is.
        found: String,
    },
    /// What was read cannot be turned into what was asked for.
    #[error("`{text}` of {target} is no {wanted}")]
    NotTyped {
        /// What was read, shortened.
        text: String,
        /// Where it was read.
        target: String,
        /// For instance `number`.
        wanted: &'static str,
    },
    /// The script threw, or gave what is no JSON.
    #[error("the script failed: {0}")]
    Script(String),
    /// There is no folder for files in this run.
    #[error("this run has no folder for files")]
    NoFolder,
    /// A file of the run could not be read or written.
    #[error("file `{file}`: {problem}")]
    File {
        /// Its name.
        file: String,
        /// What the system said.
        problem: String,
    },
    /// No download began or it did not end well.
    #[error("the download failed: {0}")]
    Download(String),
    /// A person is needed and nobody can be asked.
    #[error("a person is needed, and nobody can be asked in this run")]
    Nobody,
    /// Nobody came within the step's time limit.
    #[error("nobody came within {} s", .0.as_secs_f32())]
    NobodyCame(Duration),
    /// The page or the browser.
    #[error("{}", chain(.0))]
    Page(#[from] Error),
    /// The run was stopped.
    #[error("the run was stopped")]
    Cancelled,
}

impl StepProblem {
    /// The word that is stored and that programs read.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotReady { .. } => "not_ready",
            Self::Ambiguous { .. } => "ambiguous",
            Self::NotAField { .. } | Self::NoOption { .. } | Self::Wrong { .. } => "wrong_element",
            Self::BadSelector { .. } => "bad_selector",
            Self::Otherwise { .. } => "otherwise",
            Self::NotTyped { .. } => "not_typed",
            Self::Script(_) => "script_failed",
            Self::NoFolder | Self::File { .. } => "file_failed",
            Self::Download(_) => "download_failed",
            Self::Nobody | Self::NobodyCame(_) => "nobody_came",
            Self::Page(Error::PageCrashed) => "page_crashed",
            Self::Page(Error::Cdp {
                source: CdpError::Gone,
                ..
            }) => "browser_gone",
            Self::Page(Error::Cdp {
                source: CdpError::Detached,
                ..
            }) => "page_closed",
            Self::Page(_) => "page_failed",
            Self::Cancelled => "cancelled",
        }
    }
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
        /// What is there and sounds like it.
        #[serde(default)]
        near: Vec<String>,
        /// How many frames the page has.
        #[serde(default)]
        frames: usize,
    },
    /// It is there and cannot be seen.
    Hidden {
        /// The element.
        element: String,
        /// For instance `hidden by display:none`.
        #[serde(default)]
        why: String,
    },
    /// The list has no such entry.
    NoOption {
        /// The list.
        element: String,
        /// The first of its entries.
        options: Vec<String>,
    },
    /// It has no such attribute.
    NoAttribute {
        /// The element.
        element: String,
        /// The attribute.
        attribute: String,
    },
    /// No frame has this name or address.
    NoFrame,
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
            Self::Nothing {
                address,
                title,
                near,
                frames,
            } => {
                write!(f, "nothing like it is on {address}")?;
                if !title.is_empty() {
                    write!(f, " (`{title}`)")?;
                }
                if !near.is_empty() {
                    write!(f, "; similar: {}", near.join(", "))?;
                }
                match frames {
                    0 => Ok(()),
                    1 => f.write_str("; the page has a frame, into which `frame` leads"),
                    many => write!(f, "; the page has {many} frames, into which `frame` leads"),
                }
            }
            Self::Hidden { element, why } if why.is_empty() || why == "hidden" => {
                write!(f, "{element} is there and hidden")
            }
            Self::Hidden { element, why } => write!(f, "{element} is there and {why}"),
            Self::NoOption { element, options } => {
                write!(f, "{element} has only the entries {}", options.join(", "))
            }
            Self::NoAttribute { element, attribute } => {
                write!(f, "{element} is there without `{attribute}`")
            }
            Self::NoFrame => f.write_str("no such frame is there"),
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
