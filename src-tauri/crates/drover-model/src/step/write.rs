//! From a step to its written form.

use super::{
    Action, Answer, Clear, CookieFile, CookieWork, ElementState, Expectation, Is, MouseButton,
    OptionPick, PictureOf, PixelsFile, Reading, Scroll, Step, StepFile, TabPick, Until, ValueType,
};
use crate::Template;

impl From<&Step> for StepFile {
    fn from(step: &Step) -> Self {
        let mut file = Self {
            timeout: step.timeout.map(|span| span.to_string()),
            ..Self::default()
        };
        file.action = write(&step.action, &mut file).to_owned();
        file
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "every key of the file is optional"
)]
fn said(text: &Template) -> Option<String> {
    Some(text.to_string())
}

/// Fills the keys in and gives the word for `do`.
#[expect(clippy::too_many_lines, reason = "one arm for each action")]
fn write(action: &Action, file: &mut StepFile) -> &'static str {
    match action {
        Action::Open { url } => {
            file.url = said(url);
            "open"
        }
        Action::Click { at, button } => {
            file.at = Some(at.into());
            file.button = (*button != MouseButton::default()).then(|| button.word().to_owned());
            "click"
        }
        Action::DoubleClick { at } => {
            file.at = Some(at.into());
            "double_click"
        }
        Action::Hover { at } => {
            file.at = Some(at.into());
            "hover"
        }
        Action::Fill { at, value } => {
            file.at = Some(at.into());
            file.value = said(value);
            "fill"
        }
        Action::Type { at, value, delay } => {
            file.at = Some(at.into());
            file.value = said(value);
            file.delay = delay.map(|span| span.to_string());
            "type"
        }
        Action::Press { at, key } => {
            file.at = at.as_ref().map(Into::into);
            file.key = Some(key.to_string());
            "press"
        }
        Action::Select { at, option } => {
            file.at = Some(at.into());
            match option {
                OptionPick::Value(text) => file.value = said(text),
                OptionPick::Label(text) => file.label = said(text),
                OptionPick::Index(index) => file.index = Some(*index),
            }
            "select"
        }
        Action::Check { at } => {
            file.at = Some(at.into());
            "check"
        }
        Action::Uncheck { at } => {
            file.at = Some(at.into());
            "uncheck"
        }
        Action::Upload { at, files } => {
            file.at = Some(at.into());
            file.files = Some(files.iter().map(ToString::to_string).collect());
            "upload"
        }
        Action::Wait { until } => {
            file.until = Some(until.into());
            file.state = match until {
                Until::NoText(_) => Some(ElementState::Hidden.word().to_owned()),
                Until::Element(_, state) if *state != ElementState::default() => {
                    Some(state.word().to_owned())
                }
                _ => None,
            };
            "wait"
        }
        Action::Scroll { at, to } => {
            file.at = at.as_ref().map(Into::into);
            match *to {
                Scroll::IntoView => {}
                Scroll::By { x, y } => file.by = Some(PixelsFile { x, y }),
                Scroll::Edge(edge) => file.to = Some(edge.word().to_owned()),
            }
            "scroll"
        }
        Action::Extract {
            at,
            reading,
            all,
            into,
            kind,
        } => {
            file.at = Some(at.into());
            file.into = Some(into.clone());
            file.all = *all;
            file.kind = (*kind != ValueType::Text).then(|| kind.word().to_owned());
            match reading {
                Reading::Text => {}
                Reading::Value => file.what = Some("value".to_owned()),
                Reading::Table => file.what = Some("table".to_owned()),
                Reading::Attribute(name) => file.attribute = Some(name.clone()),
            }
            "extract"
        }
        Action::Assert { expect } => {
            write_expectation(expect, file);
            "assert"
        }
        Action::Screenshot { name, of } => {
            file.name = Some(name.clone());
            match of {
                PictureOf::Page => {}
                PictureOf::Full => file.of = Some("full".to_owned()),
                PictureOf::Element(at) => file.at = Some(at.into()),
            }
            "screenshot"
        }
        Action::Pdf { name } => {
            file.name = Some(name.clone());
            "pdf"
        }
        Action::Download { at, into, name } => {
            file.at = Some(at.into());
            file.into.clone_from(into);
            file.name.clone_from(name);
            "download"
        }
        Action::Evaluate { script, into, kind } => {
            file.script = Some(script.clone());
            file.into.clone_from(into);
            file.kind = (*kind != ValueType::Json).then(|| kind.word().to_owned());
            "evaluate"
        }
        Action::Cookies { work } => {
            write_cookies(work, file);
            "cookies"
        }
        Action::NewTab { url } => {
            file.url = url.as_ref().and_then(said);
            "new_tab"
        }
        Action::SwitchTab { to } => {
            match to {
                TabPick::Index(index) => file.index = Some(*index),
                TabPick::Url(url) => file.url = said(url),
                TabPick::Title(title) => file.title = said(title),
            }
            "switch_tab"
        }
        Action::CloseTab => "close_tab",
        Action::Dialog { answer, count } => {
            let word = match answer {
                Answer::Accept(text) => {
                    file.value = text.as_ref().and_then(said);
                    "accept"
                }
                Answer::Dismiss => "dismiss",
            };
            file.answer = Some(word.to_owned());
            file.count = (*count != 1).then_some(*count);
            "dialog"
        }
        Action::Pause { reason } => {
            file.reason = said(reason);
            "pause"
        }
    }
}

fn write_expectation(expect: &Expectation, file: &mut StepFile) {
    match expect {
        Expectation::Url(url) => file.url = said(url),
        Expectation::Title(title) => file.title = said(title),
        Expectation::Element { at, is } => {
            file.at = Some(at.into());
            match is {
                Is::State(state) => file.state = Some(state.word().to_owned()),
                Is::Text(text) => file.equals = said(text),
                Is::Contains(text) => file.contains = said(text),
                Is::Value(text) => file.value = said(text),
                Is::Count(count) => file.count = Some(*count),
            }
        }
    }
}

fn write_cookies(work: &CookieWork, file: &mut StepFile) {
    match work {
        CookieWork::Set(cookie) => {
            file.set = Some(CookieFile {
                name: cookie.name.clone(),
                value: cookie.value.to_string(),
                domain: cookie.domain.as_ref().and_then(said),
                path: cookie.path.clone(),
                expires: cookie.expires.map(|time| time.to_string()),
                secure: cookie.secure,
                http_only: cookie.http_only,
                same_site: cookie.same_site.map(|word| word.word().to_owned()),
            });
        }
        CookieWork::Clear(which) => {
            let (word, url) = match which {
                Clear::All => ("all", None),
                Clear::Page => ("page", None),
                Clear::Url(url) => ("page", said(url)),
            };
            file.clear = Some(word.to_owned());
            file.url = url;
        }
        CookieWork::Read { url, name, into } => {
            file.url = url.as_ref().and_then(said);
            file.name.clone_from(name);
            file.into = Some(into.clone());
        }
    }
}
