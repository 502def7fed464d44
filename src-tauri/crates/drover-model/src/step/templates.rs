//! The templates of an action, for checking and for filling in.

use super::{
    Action, Answer, By, Clear, CookieWork, Expectation, Frame, FrameBy, Is, Locator, OptionPick,
    PictureOf, TabPick, Until,
};
use crate::Template;

/// Writes the same walk once for `&T` and once for `&mut T`: patterns and `into_iter` follow the reference.
macro_rules! walk {
    ($name:ident $(, $mutable:tt)?) => {
        impl By {
            pub(super) fn $name(&$($mutable)? self) -> Vec<&$($mutable)? Template> {
                match self {
                    Self::Role { name: Some(text), .. }
                    | Self::Text(text)
                    | Self::Label(text)
                    | Self::Placeholder(text) => vec![text],
                    Self::Role { name: None, .. } | Self::TestId(_) | Self::Css(_) => Vec::new(),
                }
            }
        }

        impl Frame {
            fn $name(&$($mutable)? self) -> Vec<&$($mutable)? Template> {
                let Self { by, frame } = self;
                let mut all = match by {
                    FrameBy::Element(by, _) => by.$name(),
                    FrameBy::Name(text) | FrameBy::Url(text) => vec![text],
                };
                all.extend(frame.into_iter().flat_map(|frame| frame.$name()));
                all
            }
        }

        impl Locator {
            /// Its templates, those of its frames included.
            pub fn $name(&$($mutable)? self) -> Vec<&$($mutable)? Template> {
                let Self { by, frame, .. } = self;
                let mut all = by.$name();
                all.extend(frame.into_iter().flat_map(|frame| frame.$name()));
                all
            }
        }

        impl Action {
            /// Its templates.
            pub fn $name(&$($mutable)? self) -> Vec<&$($mutable)? Template> {
                match self {
                    Self::Open { url: text }
                    | Self::NewTab { url: Some(text) }
                    | Self::Wait { until: Until::Text(text) | Until::NoText(text) | Until::Url(text) }
                    | Self::Assert { expect: Expectation::Url(text) | Expectation::Title(text) }
                    | Self::Cookies {
                        work: CookieWork::Clear(Clear::Url(text)) | CookieWork::Read { url: Some(text), .. },
                    }
                    | Self::SwitchTab { to: TabPick::Url(text) | TabPick::Title(text) }
                    | Self::Dialog { answer: Answer::Accept(Some(text)), .. }
                    | Self::Pause { reason: text } => vec![text],
                    Self::Click { at, .. }
                    | Self::DoubleClick { at }
                    | Self::Hover { at }
                    | Self::Press { at: Some(at), .. }
                    | Self::Check { at }
                    | Self::Uncheck { at }
                    | Self::Wait { until: Until::Element(at, _) }
                    | Self::Scroll { at: Some(at), .. }
                    | Self::Extract { at, .. }
                    | Self::Screenshot { of: PictureOf::Element(at), .. }
                    | Self::Download { at, .. } => at.$name(),
                    Self::Fill { at, value } | Self::Type { at, value, .. } => {
                        let mut all = at.$name();
                        all.push(value);
                        all
                    }
                    Self::Select { at, option } => {
                        let mut all = at.$name();
                        match option {
                            OptionPick::Value(text) | OptionPick::Label(text) => all.push(text),
                            OptionPick::Index(_) => {}
                        }
                        all
                    }
                    Self::Upload { at, files } => {
                        let mut all = at.$name();
                        all.extend(files);
                        all
                    }
                    Self::Assert { expect: Expectation::Element { at, is } } => {
                        let mut all = at.$name();
                        match is {
                            Is::Text(text) | Is::Contains(text) | Is::Value(text) => all.push(text),
                            Is::State(_) | Is::Count(_) => {}
                        }
                        all
                    }
                    Self::Cookies { work: CookieWork::Set(cookie) } => {
                        let cookie = &$($mutable)? **cookie;
                        let mut all = vec![&$($mutable)? cookie.value];
                        all.extend((&$($mutable)? cookie.domain).into_iter());
                        all
                    }
                    Self::Press { at: None, .. }
                    | Self::Wait { until: Until::Network | Until::Time(_) }
                    | Self::Scroll { at: None, .. }
                    | Self::Screenshot { .. }
                    | Self::Pdf { .. }
                    | Self::Evaluate { .. }
                    | Self::Cookies { .. }
                    | Self::NewTab { url: None }
                    | Self::SwitchTab { to: TabPick::Index(_) }
                    | Self::CloseTab
                    | Self::Dialog { .. } => Vec::new(),
                }
            }
        }
    };
}

walk!(templates);
walk!(templates_mut, mut);

impl Action {
    /// Whether its texts may hold a secret: what is typed, set or answered, and never what is shown or kept.
    #[must_use]
    pub fn takes_secrets(&self) -> bool {
        matches!(
            self,
            Self::Fill { .. }
                | Self::Type { .. }
                | Self::Cookies {
                    work: CookieWork::Set(_)
                }
                | Self::Dialog { .. }
        )
    }
}
