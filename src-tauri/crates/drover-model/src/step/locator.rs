//! How an element is found.

use std::fmt;

use crate::Template;

/// How an element is found. More than one match is an error unless `nth` says which: Drover does not guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locator {
    pub by: By,
    /// Which of several matches, counted from 0.
    pub nth: Option<u32>,
    /// The frame it lies in; the page itself when not said.
    pub frame: Option<Box<Frame>>,
}

/// What is looked for. Open shadow trees are looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// By ARIA role and accessible name.
    Role {
        role: String,
        name: Option<Template>,
    },
    /// By visible text.
    Text(Template),
    /// By the label of a field.
    Label(Template),
    /// By the placeholder of a field.
    Placeholder(Template),
    /// By `data-testid`.
    TestId(String),
    /// By CSS selector.
    Css(String),
}

/// A frame of a page, or of another frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub by: FrameBy,
    /// The frame it lies in itself.
    pub frame: Option<Box<Frame>>,
}

/// How a frame is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameBy {
    /// By its element.
    Element(By, Option<u32>),
    /// By its `name`.
    Name(Template),
    /// By a part of its address.
    Url(Template),
}

impl From<By> for Locator {
    fn from(by: By) -> Self {
        Self {
            by,
            nth: None,
            frame: None,
        }
    }
}

impl Locator {
    /// In words, for step titles and failures.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut text = numbered(&self.by, self.nth);
        let mut frame = self.frame.as_deref();
        while let Some(outer) = frame {
            text = format!("{text} in {outer}");
            frame = outer.frame.as_deref();
        }
        text
    }

    /// The frames on the way to it, the outermost first.
    #[must_use]
    pub fn frames(&self) -> Vec<&Frame> {
        let mut frames: Vec<&Frame> =
            std::iter::successors(self.frame.as_deref(), |frame| frame.frame.as_deref()).collect();
        frames.reverse();
        frames
    }
}

fn numbered(by: &By, nth: Option<u32>) -> String {
    match nth {
        Some(nth) => format!("{by} number {nth}"),
        None => by.to_string(),
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role {
                role,
                name: Some(name),
            } => write!(f, "{role} `{name}`"),
            Self::Role { role, name: None } => f.write_str(role),
            Self::Text(text) => write!(f, "text `{text}`"),
            Self::Label(text) => write!(f, "field `{text}`"),
            Self::Placeholder(text) => write!(f, "field with placeholder `{text}`"),
            Self::TestId(id) => write!(f, "test id `{id}`"),
            Self::Css(css) => write!(f, "`{css}`"),
        }
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.by {
            FrameBy::Element(by, nth) => write!(f, "frame {}", numbered(by, *nth)),
            FrameBy::Name(name) => write!(f, "frame named `{name}`"),
            FrameBy::Url(url) => write!(f, "frame at `{url}`"),
        }
    }
}
