//! A step and what it does.

use serde::{Deserialize, Serialize};

use super::{
    Answer, Chord, CookieWork, Expectation, Locator, MouseButton, OptionPick, PictureOf, Reading,
    Scroll, StepFile, TabPick, Until, ValueType,
};
use crate::{Span, Template};

/// One step with its own time limit. It is read and written as a [`StepFile`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StepFile", into = "StepFile")]
pub struct Step {
    pub action: Action,
    /// How long it may take; [`Step::DEFAULT_LIMIT`] when not said.
    pub timeout: Option<Span>,
}

impl Step {
    /// The time limit of a step that names none. A pause without a limit waits as long as its run may wait.
    pub const DEFAULT_LIMIT: Span = Span::seconds(30);

    /// The time limit in force.
    #[must_use]
    pub fn limit(&self) -> Span {
        self.timeout.unwrap_or(Self::DEFAULT_LIMIT)
    }
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Goes to an address and waits for the page to load.
    Open { url: Template },
    /// Clicks an element, once it is visible, stable, enabled and not covered.
    Click { at: Locator, button: MouseButton },
    /// Clicks an element twice in a row.
    DoubleClick { at: Locator },
    /// Moves the mouse over an element.
    Hover { at: Locator },
    /// Empties a field and types into it at once.
    Fill { at: Locator, value: Template },
    /// Presses the keys of a text one by one, after what is in the field already.
    Type {
        at: Locator,
        value: Template,
        /// Between two keys.
        delay: Option<Span>,
    },
    /// Presses a key with its modifiers, in an element or where the focus is.
    Press { at: Option<Locator>, key: Chord },
    /// Chooses an entry of a list.
    Select { at: Locator, option: OptionPick },
    /// Ticks a checkbox, radio button or switch that is not ticked yet.
    Check { at: Locator },
    /// Takes the tick away, if there is one.
    Uncheck { at: Locator },
    /// Hands files to a file field, or to the file dialog that a click opens.
    Upload {
        at: Locator,
        /// Absolute paths.
        files: Vec<Template>,
    },
    /// Waits until something is so.
    Wait { until: Until },
    /// Scrolls the page or an element.
    Scroll { at: Option<Locator>, to: Scroll },
    /// Reads something into an output of the run.
    Extract {
        at: Locator,
        reading: Reading,
        /// Of every match, as a list, instead of the only one.
        all: bool,
        into: String,
        kind: ValueType,
    },
    /// Fails unless something is so, or becomes so within the limit.
    Assert { expect: Expectation },
    /// Takes a picture.
    Screenshot { name: String, of: PictureOf },
    /// Prints the page into a file.
    Pdf { name: String },
    /// Clicks an element and keeps the file that comes; the output is its path.
    Download {
        at: Locator,
        into: Option<String>,
        /// The name under which it is kept; the server's suggestion when not said.
        name: Option<String>,
    },
    /// Runs an expression in the page; templates are not filled in, so no value becomes code.
    Evaluate {
        script: String,
        into: Option<String>,
        kind: ValueType,
    },
    /// Sets, clears or reads cookies.
    Cookies { work: CookieWork },
    /// Opens a tab, which the next steps work in.
    NewTab { url: Option<Template> },
    /// Goes to another tab of the run, and waits for one that is just being opened.
    SwitchTab { to: TabPick },
    /// Closes the tab and goes back to the one before.
    CloseTab,
    /// Says how the next dialogs are answered. Without such a step they are cancelled.
    Dialog { answer: Answer, count: u32 },
    /// Waits for a person.
    Pause { reason: Template },
}
