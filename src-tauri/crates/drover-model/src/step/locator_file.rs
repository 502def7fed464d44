//! The written form of a locator: `{ role = "button", name = "Sign in" }`.

use serde::{Deserialize, Serialize};

use super::{By, ElementState, Frame, FrameBy, Locator, Until};
use crate::{Template, template::BadTemplate};

/// `{ role = "button", name = "Sign in" }`, `{ text = … }` and so on; for `for` also `url`, `time` and `network`;
/// for `frame` also `url` and `name`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LocatorFile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub css: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// `idle`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Which of several matches, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<u32>,
    /// The frame it lies in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<Box<LocatorFile>>,
}

/// What a locator is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Element,
    Frame,
    Wait,
}

fn template(text: &str) -> Result<Template, String> {
    text.parse().map_err(|error: BadTemplate| error.to_string())
}

impl LocatorFile {
    /// The keys that are set, with their texts; `name` counts as a part of `role`, except alone in a frame.
    fn ways(&self, used: Use) -> Vec<(&'static str, &str)> {
        let lone_name = used == Use::Frame && self.role.is_none();
        let all = [
            ("role", &self.role),
            ("text", &self.text),
            ("label", &self.label),
            ("placeholder", &self.placeholder),
            ("test_id", &self.test_id),
            ("css", &self.css),
            ("url", &self.url),
            ("time", &self.time),
            ("network", &self.network),
            ("name", if lone_name { &self.name } else { &None }),
        ];
        all.into_iter()
            .filter_map(|(key, value)| value.as_deref().map(|value| (key, value)))
            .collect()
    }

    fn only_way(&self, used: Use) -> Result<(&'static str, &str), String> {
        let ways = self.ways(used);
        match ways.as_slice() {
            [(key, value)] if value.trim().is_empty() => Err(format!("`{key}` is empty")),
            [(key, _)] if self.name.is_some() && self.role.is_none() && *key != "name" => {
                Err("`name` belongs to `role`".to_owned())
            }
            [way] => Ok(*way),
            [] if used == Use::Frame => Err(
                "say which frame: `css`, `name`, `url` or another way to find its element"
                    .to_owned(),
            ),
            [] => Err(
                "say what to look for: `role`, `text`, `label`, `placeholder`, `test_id` or `css`"
                    .to_owned(),
            ),
            _ => Err("give one way to find it, not several".to_owned()),
        }
    }

    fn by(&self, key: &str, value: &str) -> Result<By, String> {
        Ok(match key {
            "role" => By::Role {
                role: value.to_owned(),
                name: self.name.as_deref().map(template).transpose()?,
            },
            "text" => By::Text(template(value)?),
            "label" => By::Label(template(value)?),
            "placeholder" => By::Placeholder(template(value)?),
            "test_id" => By::TestId(value.to_owned()),
            "css" => By::Css(value.to_owned()),
            "url" => return Err("`url` is for `wait` and for frames alone".to_owned()),
            _ => return Err(format!("`{key}` is for `wait` alone")),
        })
    }

    fn outer(&self) -> Result<Option<Box<Frame>>, String> {
        let frame = self.frame.as_deref().map(Self::as_frame).transpose();
        frame
            .map(|frame| frame.map(Box::new))
            .map_err(|problem| format!("`frame`: {problem}"))
    }

    fn as_frame(&self) -> Result<Frame, String> {
        let (key, value) = self.only_way(Use::Frame)?;
        let by = match key {
            "url" | "name" if self.nth.is_some() => {
                return Err(format!("`nth` does not go with `{key}`"));
            }
            "url" => FrameBy::Url(template(value)?),
            "name" => FrameBy::Name(template(value)?),
            _ => FrameBy::Element(self.by(key, value)?, self.nth),
        };
        Ok(Frame {
            by,
            frame: self.outer()?,
        })
    }

    pub(super) fn locator(&self) -> Result<Locator, String> {
        let (key, value) = self.only_way(Use::Element)?;
        Ok(Locator {
            by: self.by(key, value)?,
            nth: self.nth,
            frame: self.outer()?,
        })
    }

    /// What a wait waits for; `state` is the step's key of this name.
    pub(super) fn until(&self, state: Option<ElementState>) -> Result<Until, String> {
        let (key, value) = self.only_way(Use::Wait)?;
        let alone = |until: Until| {
            if self.nth.is_some() || self.frame.is_some() || state.is_some() {
                return Err(format!("`nth`, `frame` and `state` do not go with `{key}`"));
            }
            Ok(until)
        };
        match key {
            // A text in a frame, or one of several, is an element.
            "text" if self.nth.is_none() && self.frame.is_none() => match state {
                None | Some(ElementState::Visible) => Ok(Until::Text(template(value)?)),
                Some(ElementState::Hidden) => Ok(Until::NoText(template(value)?)),
                Some(state) => Ok(Until::Element(self.locator()?, state)),
            },
            "url" => alone(Until::Url(template(value)?)),
            "time" => {
                let span = value
                    .parse()
                    .map_err(|error: crate::span::BadSpan| error.to_string())?;
                alone(Until::Time(span))
            }
            "network" if value == "idle" => alone(Until::Network),
            "network" => Err(format!("`{value}` is unknown; write `network = \"idle\"`")),
            _ => Ok(Until::Element(self.locator()?, state.unwrap_or_default())),
        }
    }
}

impl From<&By> for LocatorFile {
    fn from(by: &By) -> Self {
        let mut file = Self::default();
        match by {
            By::Role { role, name } => {
                file.role = Some(role.clone());
                file.name = name.as_ref().map(ToString::to_string);
            }
            By::Text(text) => file.text = Some(text.to_string()),
            By::Label(text) => file.label = Some(text.to_string()),
            By::Placeholder(text) => file.placeholder = Some(text.to_string()),
            By::TestId(id) => file.test_id = Some(id.clone()),
            By::Css(css) => file.css = Some(css.clone()),
        }
        file
    }
}

impl From<&Frame> for LocatorFile {
    fn from(frame: &Frame) -> Self {
        let outer = frame.frame.as_deref().map(|frame| Box::new(frame.into()));
        let file = match &frame.by {
            FrameBy::Element(by, nth) => Self {
                nth: *nth,
                ..by.into()
            },
            FrameBy::Name(name) => Self {
                name: Some(name.to_string()),
                ..Self::default()
            },
            FrameBy::Url(url) => Self {
                url: Some(url.to_string()),
                ..Self::default()
            },
        };
        Self {
            frame: outer,
            ..file
        }
    }
}

impl From<&Locator> for LocatorFile {
    fn from(locator: &Locator) -> Self {
        Self {
            nth: locator.nth,
            frame: locator.frame.as_deref().map(|frame| Box::new(frame.into())),
            ..(&locator.by).into()
        }
    }
}

impl From<&Until> for LocatorFile {
    fn from(until: &Until) -> Self {
        let none = Self::default();
        match until {
            Until::Element(locator, _) => locator.into(),
            Until::Text(text) | Until::NoText(text) => Self {
                text: Some(text.to_string()),
                ..none
            },
            Until::Url(text) => Self {
                url: Some(text.to_string()),
                ..none
            },
            Until::Time(span) => Self {
                time: Some(span.to_string()),
                ..none
            },
            Until::Network => Self {
                network: Some("idle".to_owned()),
                ..none
            },
        }
    }
}
