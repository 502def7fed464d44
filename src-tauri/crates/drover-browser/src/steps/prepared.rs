//! Steps whose texts are filled in: ready to run, and still unable to print a secret.

use std::{fmt, time::Duration};

use drover_model::step::{Chord, ElementState, MouseButton, Reading, SameSite, Scroll, ValueType};
use secrecy::SecretString;
use serde::Serialize;

/// One step, ready to run.
#[derive(Debug)]
pub struct PreparedStep {
    /// As the step list shows it: templates by their names, never by their values.
    pub title: String,
    /// How long it may take; none for a pause, which waits for a person.
    pub limit: Option<Duration>,
    /// What it does.
    pub action: PreparedAction,
}

/// What a step does; [`drover_model::Action`] says more. Texts that may hold a secret are [`SecretString`]s.
#[derive(Debug)]
pub enum PreparedAction {
    Open(SecretString),
    Click(Target, MouseButton),
    DoubleClick(Target),
    Hover(Target),
    Fill(Target, SecretString),
    Type(Target, SecretString, Option<Duration>),
    Press(Option<Target>, Chord),
    Select(Target, Choice),
    Check(Target, bool),
    Upload(Target, Vec<String>),
    Wait(Awaited),
    Scroll(Option<Target>, Scroll),
    Extract {
        target: Target,
        reading: Reading,
        all: bool,
        into: String,
        kind: ValueType,
    },
    Assert(Check),
    Screenshot(String, Shown),
    Pdf(String),
    Download {
        target: Target,
        into: Option<String>,
        name: Option<String>,
    },
    Evaluate {
        script: String,
        into: Option<String>,
        kind: ValueType,
    },
    Cookies(CookieAction),
    NewTab(Option<SecretString>),
    SwitchTab(TabChoice),
    CloseTab,
    Dialog {
        accept: bool,
        text: Option<SecretString>,
        count: u32,
    },
    Pause(String),
}

/// What a step waits for.
#[derive(Debug)]
pub enum Awaited {
    /// A text is visible.
    Text(Target),
    /// A text is visible nowhere.
    NoText(Target),
    /// An element is in a state.
    Element(Target, ElementState),
    /// The address contains this.
    Url(SecretString),
    /// Nothing is under way.
    Network,
    /// So much time has passed.
    Time(Duration),
}

/// What is expected.
#[derive(Debug)]
pub enum Check {
    /// An element is in a state.
    State(Target, ElementState),
    /// Its text is this.
    Text(Target, SecretString),
    /// Its text contains this.
    Contains(Target, SecretString),
    /// The field's value is this.
    Value(Target, SecretString),
    /// So many match.
    Count(Target, u32),
    /// The address contains this.
    Url(SecretString),
    /// The title contains this.
    Title(SecretString),
}

/// Which entry of a list; it may be a private text, so it is not printed.
#[derive(Serialize, Default)]
pub struct Choice {
    /// By its `value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// By its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// By its place, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
}

impl fmt::Debug for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Choice")
    }
}

/// What a picture shows.
#[derive(Debug)]
pub enum Shown {
    /// What is visible of the page.
    Page,
    /// The whole document.
    Full,
    /// One element.
    Element(Target),
}

/// What is done with cookies.
#[derive(Debug)]
pub enum CookieAction {
    /// Sets one.
    Set(Box<PreparedCookie>),
    /// Clears all of the profile.
    ClearAll,
    /// Clears those of the page, or of this address.
    Clear(Option<SecretString>),
    /// Reads those of the page, or of an address; with a name that one's value.
    Read {
        /// The address.
        url: Option<SecretString>,
        /// The only one that is read.
        name: Option<String>,
        /// The output.
        into: String,
    },
}

/// A cookie that is set.
#[derive(Debug)]
pub struct PreparedCookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: SecretString,
    /// Its site; the page's own host without.
    pub domain: Option<String>,
    /// Its path.
    pub path: Option<String>,
    /// Seconds since 1970; it ends with the browser without.
    pub expires: Option<i64>,
    /// Sent over TLS only.
    pub secure: bool,
    /// Hidden from scripts.
    pub http_only: bool,
    /// With which requests of other sites it is sent.
    pub same_site: Option<SameSite>,
}

/// Which tab.
#[derive(Debug)]
pub enum TabChoice {
    /// By its place, counted from 0.
    Index(u32),
    /// Its address contains this.
    Url(SecretString),
    /// Its title contains this.
    Title(SecretString),
}

/// An element that is looked for.
pub struct Target {
    /// In words, templates by their names.
    pub shown: String,
    /// How it is found; it may hold a secret, so it is not printed.
    pub way: Way,
    /// Which of several matches, counted from 0.
    pub nth: Option<u32>,
    /// The frames on the way to it, the outermost first.
    pub frames: Vec<FrameStep>,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Target").field(&self.shown).finish()
    }
}

/// A frame on the way to an element.
pub struct FrameStep {
    /// In words, templates by their names.
    pub shown: String,
    /// How it is found.
    pub way: FrameWay,
}

/// How a frame is found.
pub enum FrameWay {
    /// By its element, and which of several.
    Element(Way, Option<u32>),
    /// By its name.
    Name(String),
    /// By a part of its address.
    Url(String),
}

/// How an element is found, filled in.
#[derive(Clone, Serialize, PartialEq, Eq)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Way {
    /// By ARIA role and a part of the accessible name.
    Role {
        /// For instance `button`.
        role: String,
        /// A part of its name, in any case.
        name: Option<String>,
    },
    /// By a part of its text, in any case.
    Text {
        /// The text.
        text: String,
    },
    /// By a part of its label.
    Label {
        /// The label.
        text: String,
    },
    /// By a part of its placeholder.
    Placeholder {
        /// The placeholder.
        text: String,
    },
    /// By `data-testid`, exactly.
    TestId {
        /// The id.
        id: String,
    },
    /// By CSS selector.
    Css {
        /// The selector.
        selector: String,
    },
}
