//! The parts of actions: what to wait for, what to read, what to expect.

use super::{Locator, words::words};
use crate::Template;

/// What a wait waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Until {
    /// This text is visible somewhere on the page.
    Text(Template),
    /// This text is visible nowhere on the page.
    NoText(Template),
    /// This element is in this state.
    Element(Locator, ElementState),
    /// The page's address contains this.
    Url(Template),
    /// No request has been under way for half a second.
    Network,
    /// So much time has passed.
    Time(crate::Span),
}

/// How an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ElementState {
    /// One is there and can be seen.
    #[default]
    Visible,
    /// None can be seen, or none is there.
    Hidden,
    /// At least one is in the document, seen or not.
    Attached,
    /// None is in the document.
    Detached,
    Enabled,
    Disabled,
    Checked,
    Unchecked,
}
words!(ElementState {
    Visible = "visible",
    Hidden = "hidden",
    Attached = "attached",
    Detached = "detached",
    Enabled = "enabled",
    Disabled = "disabled",
    Checked = "checked",
    Unchecked = "unchecked",
});

/// A button of the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MouseButton {
    #[default]
    Left,
    Middle,
    Right,
}
words!(MouseButton {
    Left = "left",
    Middle = "middle",
    Right = "right",
});

/// Which entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionPick {
    /// By its `value`.
    Value(Template),
    /// By its text.
    Label(Template),
    /// By its place, counted from 0.
    Index(u32),
}

/// Where to scroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scroll {
    /// Until the element is in view.
    IntoView,
    /// By so many CSS pixels to the right and down.
    By { x: i32, y: i32 },
    /// To one end of the page or of the element.
    Edge(Edge),
}

/// An end of what can be scrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    Start,
    End,
}
words!(Edge {
    Start = "start",
    End = "end",
});

/// What is read of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Its visible text; of a field its value.
    Text,
    /// The value of a field; `true` or `false` of a checkbox.
    Value,
    /// An attribute as it is written.
    Attribute(String),
    /// A table: a list of objects by the names of its header row, or a list of lists without one.
    Table,
}

/// What a text that was read is turned into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValueType {
    #[default]
    Text,
    /// The only number in the text: `1,234.50 €` is 1234.5.
    Number,
    Integer,
    /// `true`, `yes`, `on`, `1` and their opposites.
    Boolean,
    Json,
}
words!(ValueType {
    Text = "text",
    Number = "number",
    Integer = "integer",
    Boolean = "boolean",
    Json = "json",
});

/// What an assertion expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// Of an element.
    Element { at: Locator, is: Is },
    /// The page's address contains this.
    Url(Template),
    /// The page's title contains this.
    Title(Template),
}

/// How an element is expected to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Is {
    State(ElementState),
    /// Its text is exactly this, white space aside.
    Text(Template),
    /// Its text contains this.
    Contains(Template),
    /// The field's value is this.
    Value(Template),
    /// So many match.
    Count(u32),
}

/// What a picture shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PictureOf {
    /// What is visible of the page.
    Page,
    /// The whole document.
    Full,
    /// One element.
    Element(Locator),
}

/// What is done with cookies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CookieWork {
    Set(Box<NewCookie>),
    Clear(Clear),
    /// Reads those that the page, or an address, would be sent. With a name only that one's value.
    Read {
        url: Option<Template>,
        name: Option<String>,
        into: String,
    },
}

/// Which cookies are cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clear {
    /// Those of the page.
    Page,
    /// Those of an address.
    Url(Template),
    /// All of the profile.
    All,
}

/// A cookie that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCookie {
    pub name: String,
    pub value: Template,
    /// The site; the page's own host when not said.
    pub domain: Option<Template>,
    /// `/` when not said.
    pub path: Option<String>,
    /// Until the browser ends when not said.
    pub expires: Option<jiff::Timestamp>,
    pub secure: bool,
    pub http_only: bool,
    pub same_site: Option<SameSite>,
}

/// With which requests of other sites a cookie is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    Strict,
    Lax,
    None,
}
words!(SameSite {
    Strict = "strict",
    Lax = "lax",
    None = "none",
});

/// Which tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TabPick {
    /// By its place among the tabs of the run, counted from 0.
    Index(u32),
    /// Its address contains this.
    Url(Template),
    /// Its title contains this.
    Title(Template),
}

/// How a dialog is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// OK, with this text in a prompt.
    Accept(Option<Template>),
    /// Cancel.
    Dismiss,
}
