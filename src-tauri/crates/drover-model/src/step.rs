//! Built-in steps: what Drover does in a page by itself, without Node.

use serde::{Deserialize, Serialize};

use crate::{FieldErrors, Span, Template, template::BadTemplate};

/// One step with its own time limit. It is read and written as a [`StepFile`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StepFile", into = "StepFile")]
pub struct Step {
    pub action: Action,
    /// How long it may take; [`Step::DEFAULT_LIMIT`] when not said.
    pub timeout: Option<Span>,
}

impl Step {
    /// The time limit of a step that names none.
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
    Click { at: Locator },
    /// Empties a field and types into it.
    Fill { at: Locator, value: Template },
    /// Waits until something is so.
    Wait { until: Until },
    /// Reads a text into an output of the run.
    Extract { at: Locator, into: String },
    /// Takes a picture of the visible page.
    Screenshot { name: String },
}

/// What a wait waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Until {
    /// This text is visible somewhere on the page.
    Text(Template),
    /// This element is visible.
    Element(Locator),
    /// The page's address contains this.
    Url(Template),
    /// So much time has passed.
    Time(Span),
}

/// How an element is found. More than one match is an error: Drover does not guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locator {
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

impl Locator {
    /// In words, for step titles and failures.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Role {
                role,
                name: Some(name),
            } => format!("{role} `{name}`"),
            Self::Role { role, name: None } => role.clone(),
            Self::Text(text) => format!("text `{text}`"),
            Self::Label(text) => format!("field `{text}`"),
            Self::Placeholder(text) => format!("field with placeholder `{text}`"),
            Self::TestId(id) => format!("test id `{id}`"),
            Self::Css(css) => format!("`{css}`"),
        }
    }

    /// Its templates.
    pub fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Role {
                name: Some(text), ..
            }
            | Self::Text(text)
            | Self::Label(text)
            | Self::Placeholder(text) => vec![text],
            Self::Role { name: None, .. } | Self::TestId(_) | Self::Css(_) => Vec::new(),
        }
    }
}

impl Action {
    /// The title that the step list shows.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Open { url } => format!("Open {url}"),
            Self::Click { at } => format!("Click {}", at.describe()),
            Self::Fill { at, .. } => format!("Fill {}", at.describe()),
            Self::Wait {
                until: Until::Text(text),
            } => format!("Wait for text `{text}`"),
            Self::Wait {
                until: Until::Element(at),
            } => format!("Wait for {}", at.describe()),
            Self::Wait {
                until: Until::Url(url),
            } => format!("Wait for address `{url}`"),
            Self::Wait {
                until: Until::Time(span),
            } => format!("Wait {span}"),
            Self::Extract { at, into } => format!("Extract {} as `{into}`", at.describe()),
            Self::Screenshot { name } => format!("Screenshot `{name}`"),
        }
    }

    /// Its templates.
    pub fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Open { url }
            | Self::Wait {
                until: Until::Text(url) | Until::Url(url),
            } => vec![url],
            Self::Click { at }
            | Self::Extract { at, .. }
            | Self::Wait {
                until: Until::Element(at),
            } => at.templates(),
            Self::Fill { at, value } => {
                let mut all = at.templates();
                all.push(value);
                all
            }
            Self::Wait {
                until: Until::Time(_),
            }
            | Self::Screenshot { .. } => Vec::new(),
        }
    }
}

/// A step as a task file has it: `do = "click"`, `at = { … }` and so on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepFile {
    #[serde(rename = "do")]
    pub action: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<LocatorFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub until: Option<LocatorFile>,
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<String>,
}

impl StepFile {
    /// The actions of this version, in the order in which they are offered.
    pub const ACTIONS: [&'static str; 6] =
        ["open", "click", "fill", "wait", "extract", "screenshot"];
}

/// `{ role = "button", name = "Sign in" }`, `{ text = … }` and so on; for `for` also `url` and `time`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocatorFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub css: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

impl LocatorFile {
    /// The keys that are set, with their texts; `name` counts as a part of `role`.
    fn ways(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("role", &self.role),
            ("text", &self.text),
            ("label", &self.label),
            ("placeholder", &self.placeholder),
            ("test_id", &self.test_id),
            ("css", &self.css),
            ("url", &self.url),
            ("time", &self.time),
        ];
        all.into_iter()
            .filter_map(|(key, value)| value.as_deref().map(|value| (key, value)))
            .collect()
    }

    fn only_way(&self) -> Result<(&'static str, &str), String> {
        let ways = self.ways();
        match ways.as_slice() {
            [(key, value)] if value.trim().is_empty() => Err(format!("`{key}` is empty")),
            [_] if self.name.is_some() && self.role.is_none() => {
                Err("`name` belongs to `role`".to_owned())
            }
            [way] => Ok(*way),
            [] => Err(
                "say what to look for: `role`, `text`, `label`, `placeholder`, `test_id` or `css`"
                    .to_owned(),
            ),
            _ => Err("give one way to find it, not several".to_owned()),
        }
    }

    fn locator(&self) -> Result<Locator, String> {
        let (key, value) = self.only_way()?;
        let text = |value: &str| {
            value
                .parse::<Template>()
                .map_err(|error: BadTemplate| error.to_string())
        };
        match key {
            "role" => Ok(Locator::Role {
                role: value.to_owned(),
                name: self.name.as_deref().map(text).transpose()?,
            }),
            "text" => Ok(Locator::Text(text(value)?)),
            "label" => Ok(Locator::Label(text(value)?)),
            "placeholder" => Ok(Locator::Placeholder(text(value)?)),
            "test_id" => Ok(Locator::TestId(value.to_owned())),
            "css" => Ok(Locator::Css(value.to_owned())),
            _ => Err(format!("`{key}` is for `wait` alone")),
        }
    }

    fn until(&self) -> Result<Until, String> {
        let (key, value) = self.only_way()?;
        let text = |value: &str| value.parse::<Template>().map_err(|error| error.to_string());
        match key {
            "text" => Ok(Until::Text(text(value)?)),
            "url" => Ok(Until::Url(text(value)?)),
            "time" => value
                .parse()
                .map(Until::Time)
                .map_err(|error: crate::span::BadSpan| error.to_string()),
            _ => self.locator().map(Until::Element),
        }
    }
}

impl StepFile {
    /// The step, or every problem with the key it belongs to, such as `steps[2].url`.
    pub fn checked(&self, index: usize) -> Result<Step, FieldErrors> {
        let mut errors = FieldErrors::default();
        let key = |name: &str| format!("steps[{index}].{name}");
        let action = self.action(&mut errors, key);
        let timeout = self
            .timeout
            .as_deref()
            .and_then(|text| errors.take(&key("timeout"), text.parse()));
        self.refuse_strangers(&mut errors, key);
        errors.finish()?;
        Ok(Step {
            action: action.expect("BUG: a missing action has left an error"),
            timeout,
        })
    }

    fn action(&self, errors: &mut FieldErrors, key: impl Fn(&str) -> String) -> Option<Action> {
        let at = |errors: &mut FieldErrors| match &self.at {
            Some(at) => errors.take(&key("at"), at.locator()),
            None => errors.take(
                &key("at"),
                Err("say which element: `at = { label = \"…\" }`"),
            ),
        };
        let word = |errors: &mut FieldErrors, name: &str, value: &Option<String>| {
            let good = value
                .as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty());
            errors.take(
                &key(name),
                good.map(str::to_owned).ok_or("a name is needed"),
            )
        };
        match self.action.as_str() {
            "open" => {
                let url = self
                    .url
                    .as_deref()
                    .filter(|url| !url.trim().is_empty())
                    .ok_or_else(|| "an address is needed".to_owned());
                let url =
                    url.and_then(|url| url.parse::<Template>().map_err(|error| error.to_string()));
                Some(Action::Open {
                    url: errors.take(&key("url"), url)?,
                })
            }
            "click" => Some(Action::Click { at: at(errors)? }),
            "fill" => {
                let at = at(errors);
                let value = self
                    .value
                    .as_deref()
                    .ok_or_else(|| "a value is needed".to_owned());
                let value = value
                    .and_then(|value| value.parse::<Template>().map_err(|error| error.to_string()));
                let value = errors.take(&key("value"), value);
                Some(Action::Fill {
                    at: at?,
                    value: value?,
                })
            }
            "wait" => {
                let until = self
                    .until
                    .as_ref()
                    .ok_or_else(|| "say what to wait for: `for = { text = \"…\" }`".to_owned());
                Some(Action::Wait {
                    until: errors.take(&key("for"), until.and_then(LocatorFile::until))?,
                })
            }
            "extract" => {
                let at = at(errors);
                let into = word(errors, "as", &self.into);
                Some(Action::Extract {
                    at: at?,
                    into: into?,
                })
            }
            "screenshot" => Some(Action::Screenshot {
                name: word(errors, "name", &self.name)?,
            }),
            other => {
                errors.add(
                    key("do"),
                    format!(
                        "`{other}` is not a step; use one of {}",
                        Self::ACTIONS.join(", ")
                    ),
                );
                None
            }
        }
    }

    /// A key that the action does not read is a mistake of its writer.
    fn refuse_strangers(&self, errors: &mut FieldErrors, key: impl Fn(&str) -> String) {
        let reads: &[&str] = match self.action.as_str() {
            "open" => &["url"],
            "click" => &["at"],
            "fill" => &["at", "value"],
            "wait" => &["for"],
            "extract" => &["at", "as"],
            "screenshot" => &["name"],
            _ => return,
        };
        let set = [
            ("url", self.url.is_some()),
            ("at", self.at.is_some()),
            ("value", self.value.is_some()),
            ("for", self.until.is_some()),
            ("as", self.into.is_some()),
            ("name", self.name.is_some()),
        ];
        for (name, _) in set
            .iter()
            .filter(|(name, is_set)| *is_set && !reads.contains(name))
        {
            errors.add(
                key(name),
                format!("`{}` does not use `{name}`", self.action),
            );
        }
    }
}

impl TryFrom<StepFile> for Step {
    type Error = FieldErrors;

    fn try_from(file: StepFile) -> Result<Self, FieldErrors> {
        file.checked(0)
    }
}

impl From<Step> for StepFile {
    fn from(step: Step) -> Self {
        (&step).into()
    }
}

impl From<&Step> for StepFile {
    fn from(step: &Step) -> Self {
        let file = |action: &str| Self {
            action: action.to_owned(),
            timeout: step.timeout.map(|span| span.to_string()),
            ..Self::default()
        };
        match &step.action {
            Action::Open { url } => Self {
                url: Some(url.to_string()),
                ..file("open")
            },
            Action::Click { at } => Self {
                at: Some(at.into()),
                ..file("click")
            },
            Action::Fill { at, value } => Self {
                at: Some(at.into()),
                value: Some(value.to_string()),
                ..file("fill")
            },
            Action::Wait { until } => Self {
                until: Some(until.into()),
                ..file("wait")
            },
            Action::Extract { at, into } => Self {
                at: Some(at.into()),
                into: Some(into.clone()),
                ..file("extract")
            },
            Action::Screenshot { name } => Self {
                name: Some(name.clone()),
                ..file("screenshot")
            },
        }
    }
}

impl From<&Locator> for LocatorFile {
    fn from(locator: &Locator) -> Self {
        let mut file = Self::default();
        match locator {
            Locator::Role { role, name } => {
                file.role = Some(role.clone());
                file.name = name.as_ref().map(ToString::to_string);
            }
            Locator::Text(text) => file.text = Some(text.to_string()),
            Locator::Label(text) => file.label = Some(text.to_string()),
            Locator::Placeholder(text) => file.placeholder = Some(text.to_string()),
            Locator::TestId(id) => file.test_id = Some(id.clone()),
            Locator::Css(css) => file.css = Some(css.clone()),
        }
        file
    }
}

impl From<&Until> for LocatorFile {
    fn from(until: &Until) -> Self {
        match until {
            Until::Element(locator) => locator.into(),
            Until::Text(text) => Self {
                text: Some(text.to_string()),
                ..Self::default()
            },
            Until::Url(url) => Self {
                url: Some(url.to_string()),
                ..Self::default()
            },
            Until::Time(span) => Self {
                time: Some(span.to_string()),
                ..Self::default()
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, title: &str) {
        let file: StepFile = serde_json::from_str(json).unwrap();
        let step = file
            .checked(0)
            .unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_eq!(step.action.title(), title);
        assert_eq!(StepFile::from(&step).checked(0).unwrap(), step, "{json}");
    }

    fn refuse(json: &str, problem: &str) {
        let file: StepFile = serde_json::from_str(json).unwrap();
        assert_eq!(file.checked(2).unwrap_err().to_string(), problem);
    }

    #[test]
    fn steps_are_read() {
        check(
            r#"{"do":"open","url":"{{ params.url }}"}"#,
            "Open {{ params.url }}",
        );
        check(
            r#"{"do":"fill","at":{"label":"Password"},"value":"{{ secret.shop }}"}"#,
            "Fill field `Password`",
        );
        check(
            r#"{"do":"click","at":{"role":"button","name":"Sign in"}}"#,
            "Click button `Sign in`",
        );
        check(
            r#"{"do":"wait","for":{"text":"Welcome"},"timeout":"10s"}"#,
            "Wait for text `Welcome`",
        );
        check(
            r#"{"do":"extract","at":{"css":".price"},"as":"price"}"#,
            "Extract `.price` as `price`",
        );
        check(r#"{"do":"screenshot","name":"home"}"#, "Screenshot `home`");
    }

    #[test]
    fn mistakes_are_named() {
        refuse(r#"{"do":"open"}"#, "`steps[2].url`: an address is needed");
        refuse(
            r#"{"do":"jump"}"#,
            "`steps[2].do`: `jump` is not a step; use one of open, click, fill, wait, extract, screenshot",
        );
        refuse(
            r#"{"do":"click","at":{"css":"a","text":"b"}}"#,
            "`steps[2].at`: give one way to find it, not several",
        );
        refuse(
            r#"{"do":"click","at":{"css":"a"},"value":"x"}"#,
            "`steps[2].value`: `click` does not use `value`",
        );
        refuse(
            r#"{"do":"wait","for":{"time":"soon"}}"#,
            "`steps[2].for`: `soon` is not a length of time between 1 ms and 30 days; write it like `500ms`, `30s`, `5m` or `2h`",
        );
    }
}
