//! Fills the texts of a step in.

use drover_model::{
    Action, Locator, Step, Template,
    step::{
        Answer, By, Clear, CookieWork, Expectation, Frame, FrameBy, Is, OptionPick, PictureOf,
        TabPick, Until,
    },
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Awaited, Check, Choice, CookieAction, FrameStep, FrameWay, PreparedAction, PreparedCookie,
    PreparedStep, Shown, TabChoice, Target, Way,
};

impl PreparedStep {
    /// Fills a step in. `render` gives the text of a template with its parameters and tokens.
    pub fn new<E>(
        step: &Step,
        render: impl FnMut(&Template) -> Result<SecretString, E>,
    ) -> Result<Self, E> {
        let mut fill = Fill(render);
        let waits_for_a_person = matches!(step.action, Action::Pause { .. });
        let limit = match step.timeout {
            None if waits_for_a_person => None,
            _ => Some(step.limit().duration()),
        };
        Ok(Self {
            title: step.action.title(),
            limit,
            action: fill.action(&step.action)?,
        })
    }
}

struct Fill<R>(R);

impl<E, R: FnMut(&Template) -> Result<SecretString, E>> Fill<R> {
    fn action(&mut self, action: &Action) -> Result<PreparedAction, E> {
        Ok(match action {
            Action::Open { url } => PreparedAction::Open(self.secret(url)?),
            Action::Click { at, button } => PreparedAction::Click(self.target(at)?, *button),
            Action::DoubleClick { at } => PreparedAction::DoubleClick(self.target(at)?),
            Action::Hover { at } => PreparedAction::Hover(self.target(at)?),
            Action::Fill { at, value } => {
                PreparedAction::Fill(self.target(at)?, self.secret(value)?)
            }
            Action::Type { at, value, delay } => {
                let delay = delay.map(drover_model::Span::duration);
                PreparedAction::Type(self.target(at)?, self.secret(value)?, delay)
            }
            Action::Press { at, key } => {
                let at = at.as_ref().map(|at| self.target(at)).transpose()?;
                PreparedAction::Press(at, key.clone())
            }
            Action::Select { at, option } => {
                let mut choice = Choice::default();
                match option {
                    OptionPick::Value(text) => choice.value = Some(self.plain(text)?),
                    OptionPick::Label(text) => choice.label = Some(self.plain(text)?),
                    OptionPick::Index(index) => choice.index = Some(*index),
                }
                PreparedAction::Select(self.target(at)?, choice)
            }
            Action::Check { at } => PreparedAction::Check(self.target(at)?, true),
            Action::Uncheck { at } => PreparedAction::Check(self.target(at)?, false),
            Action::Upload { at, files } => {
                let files = files.iter().map(|file| self.plain(file));
                let files = files.collect::<Result<_, E>>()?;
                PreparedAction::Upload(self.target(at)?, files)
            }
            Action::Wait { until } => PreparedAction::Wait(self.awaited(until)?),
            Action::Scroll { at, to } => {
                let at = at.as_ref().map(|at| self.target(at)).transpose()?;
                PreparedAction::Scroll(at, *to)
            }
            Action::Extract {
                at,
                reading,
                all,
                into,
                kind,
            } => PreparedAction::Extract {
                target: self.target(at)?,
                reading: reading.clone(),
                all: *all,
                into: into.clone(),
                kind: *kind,
            },
            Action::Assert { expect } => PreparedAction::Assert(self.check(expect)?),
            Action::Screenshot { name, of } => {
                let shown = match of {
                    PictureOf::Page => Shown::Page,
                    PictureOf::Full => Shown::Full,
                    PictureOf::Element(at) => Shown::Element(self.target(at)?),
                };
                PreparedAction::Screenshot(name.clone(), shown)
            }
            Action::Pdf { name } => PreparedAction::Pdf(name.clone()),
            Action::Download { at, into, name } => PreparedAction::Download {
                target: self.target(at)?,
                into: into.clone(),
                name: name.clone(),
            },
            Action::Evaluate { script, into, kind } => PreparedAction::Evaluate {
                script: script.clone(),
                into: into.clone(),
                kind: *kind,
            },
            Action::Cookies { work } => PreparedAction::Cookies(self.cookies(work)?),
            Action::NewTab { url } => {
                PreparedAction::NewTab(url.as_ref().map(|url| self.secret(url)).transpose()?)
            }
            Action::SwitchTab { to } => PreparedAction::SwitchTab(match to {
                TabPick::Index(index) => TabChoice::Index(*index),
                TabPick::Url(url) => TabChoice::Url(self.secret(url)?),
                TabPick::Title(title) => TabChoice::Title(self.secret(title)?),
            }),
            Action::CloseTab => PreparedAction::CloseTab,
            Action::Dialog { answer, count } => {
                let (accept, text) = match answer {
                    Answer::Accept(text) => (true, text.as_ref()),
                    Answer::Dismiss => (false, None),
                };
                PreparedAction::Dialog {
                    accept,
                    text: text.map(|text| self.secret(text)).transpose()?,
                    count: *count,
                }
            }
            Action::Pause { reason } => PreparedAction::Pause(self.plain(reason)?),
        })
    }

    fn awaited(&mut self, until: &Until) -> Result<Awaited, E> {
        Ok(match until {
            Until::Text(text) => Awaited::Text(self.target(&By::Text(text.clone()).into())?),
            Until::NoText(text) => Awaited::NoText(self.target(&By::Text(text.clone()).into())?),
            Until::Element(at, state) => Awaited::Element(self.target(at)?, *state),
            Until::Url(url) => Awaited::Url(self.secret(url)?),
            Until::Network => Awaited::Network,
            Until::Time(span) => Awaited::Time(span.duration()),
        })
    }

    fn check(&mut self, expect: &Expectation) -> Result<Check, E> {
        Ok(match expect {
            Expectation::Url(url) => Check::Url(self.secret(url)?),
            Expectation::Title(title) => Check::Title(self.secret(title)?),
            Expectation::Element { at, is } => {
                let at = self.target(at)?;
                match is {
                    Is::State(state) => Check::State(at, *state),
                    Is::Text(text) => Check::Text(at, self.secret(text)?),
                    Is::Contains(text) => Check::Contains(at, self.secret(text)?),
                    Is::Value(text) => Check::Value(at, self.secret(text)?),
                    Is::Count(count) => Check::Count(at, *count),
                }
            }
        })
    }

    fn cookies(&mut self, work: &CookieWork) -> Result<CookieAction, E> {
        Ok(match work {
            CookieWork::Set(cookie) => {
                let domain = cookie.domain.as_ref();
                CookieAction::Set(Box::new(PreparedCookie {
                    name: cookie.name.clone(),
                    value: self.secret(&cookie.value)?,
                    domain: domain.map(|domain| self.plain(domain)).transpose()?,
                    path: cookie.path.clone(),
                    expires: cookie.expires.map(jiff::Timestamp::as_second),
                    secure: cookie.secure,
                    http_only: cookie.http_only,
                    same_site: cookie.same_site,
                }))
            }
            CookieWork::Clear(Clear::All) => CookieAction::ClearAll,
            CookieWork::Clear(Clear::Page) => CookieAction::Clear(None),
            CookieWork::Clear(Clear::Url(url)) => CookieAction::Clear(Some(self.secret(url)?)),
            CookieWork::Read { url, name, into } => CookieAction::Read {
                url: url.as_ref().map(|url| self.secret(url)).transpose()?,
                name: name.clone(),
                into: into.clone(),
            },
        })
    }

    fn target(&mut self, at: &Locator) -> Result<Target, E> {
        let frames = at.frames().into_iter().map(|frame| self.frame(frame));
        let frames = frames.collect::<Result<_, E>>()?;
        Ok(Target {
            shown: at.describe(),
            way: self.way(&at.by)?,
            nth: at.nth,
            frames,
        })
    }

    fn frame(&mut self, frame: &Frame) -> Result<FrameStep, E> {
        let way = match &frame.by {
            FrameBy::Element(by, nth) => FrameWay::Element(self.way(by)?, *nth),
            FrameBy::Name(name) => FrameWay::Name(self.plain(name)?),
            FrameBy::Url(url) => FrameWay::Url(self.plain(url)?),
        };
        Ok(FrameStep {
            shown: frame.to_string(),
            way,
        })
    }

    fn way(&mut self, by: &By) -> Result<Way, E> {
        Ok(match by {
            By::Role { role, name } => {
                let name = name.as_ref().map(|name| self.plain(name)).transpose()?;
                Way::Role {
                    role: role.clone(),
                    name,
                }
            }
            By::Text(text) => Way::Text {
                text: self.plain(text)?,
            },
            By::Label(text) => Way::Label {
                text: self.plain(text)?,
            },
            By::Placeholder(text) => Way::Placeholder {
                text: self.plain(text)?,
            },
            By::TestId(id) => Way::TestId { id: id.clone() },
            By::Css(selector) => Way::Css {
                selector: selector.clone(),
            },
        })
    }

    fn secret(&mut self, template: &Template) -> Result<SecretString, E> {
        (self.0)(template)
    }

    fn plain(&mut self, template: &Template) -> Result<String, E> {
        self.secret(template)
            .map(|text| text.expose_secret().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use drover_model::step::StepFile;

    use super::*;

    #[test]
    fn a_prepared_step_prints_names_and_no_values() {
        let steps = r#"{"do":"open","url":"{{ secret.shop }}"}
            {"do":"fill","at":{"label":"{{ secret.shop }}"},"value":"{{ secret.shop }}"}
            {"do":"type","at":{"label":"{{ secret.shop }}"},"value":"{{ secret.shop }}"}
            {"do":"select","at":{"css":"a","frame":{"name":"{{ secret.shop }}"}},"label":"{{ secret.shop }}"}
            {"do":"wait","for":{"url":"{{ secret.shop }}"}}
            {"do":"wait","for":{"text":"{{ secret.shop }}"}}
            {"do":"extract","at":{"label":"{{ secret.shop }}"},"as":"x"}
            {"do":"assert","at":{"css":"a"},"value":"{{ secret.shop }}"}
            {"do":"cookies","set":{"name":"a","value":"{{ secret.shop }}"}}
            {"do":"new_tab","url":"{{ secret.shop }}"}
            {"do":"switch_tab","title":"{{ secret.shop }}"}
            {"do":"dialog","answer":"accept","value":"{{ secret.shop }}"}"#;
        for line in steps.lines() {
            let file: StepFile = serde_json::from_str(line.trim()).unwrap();
            let step = file.checked(0).unwrap();
            let step = PreparedStep::new(&step, |_| Ok::<_, Infallible>("hunter2".into())).unwrap();
            let printed = format!("{step:?}");
            assert!(!printed.contains("hunter2"), "{line}: {printed}");
        }
    }
}
