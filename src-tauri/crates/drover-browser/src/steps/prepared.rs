//! Steps whose texts are filled in: ready to run, and still unable to print a secret.

use std::{fmt, time::Duration};

use drover_model::{Action, Locator, Step, Template, step::Until};
use secrecy::SecretString;
use serde::Serialize;

/// One step, ready to run.
#[derive(Debug)]
pub struct PreparedStep {
    /// As the step list shows it: templates by their names, never by their values.
    pub title: String,
    /// How long it may take.
    pub limit: Duration,
    /// What it does.
    pub action: PreparedAction,
}

/// What a step does. Texts that may hold a secret are [`SecretString`]s.
#[derive(Debug)]
pub enum PreparedAction {
    /// Goes to an address and waits until it is loaded.
    Open(SecretString),
    /// Clicks an element.
    Click(Target),
    /// Replaces the text of a field.
    Fill(Target, SecretString),
    /// Waits.
    Wait(Awaited),
    /// Reads a text into an output of this name.
    Extract(Target, String),
    /// Takes a picture of this name.
    Screenshot(String),
}

/// What a step waits for.
#[derive(Debug)]
pub enum Awaited {
    /// A text is visible.
    Text(Target),
    /// An element is visible.
    Element(Target),
    /// The address contains this.
    Url(SecretString),
    /// So much time has passed.
    Time(Duration),
}

/// An element that is looked for.
pub struct Target {
    /// In words, templates by their names.
    pub shown: String,
    /// How it is found; it may hold a secret, so it is not printed.
    pub way: Way,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Target").field(&self.shown).finish()
    }
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

impl PreparedStep {
    /// Fills a step in. `render` gives the text of a template with its parameters and tokens.
    pub fn new<E>(
        step: &Step,
        mut render: impl FnMut(&Template) -> Result<SecretString, E>,
    ) -> Result<Self, E> {
        let action = match &step.action {
            Action::Open { url } => PreparedAction::Open(render(url)?),
            Action::Click { at } => PreparedAction::Click(target(at, &mut render)?),
            Action::Fill { at, value } => {
                PreparedAction::Fill(target(at, &mut render)?, render(value)?)
            }
            Action::Wait { until } => PreparedAction::Wait(match until {
                Until::Text(text) => {
                    let shown = format!("text `{text}`");
                    Awaited::Text(Target {
                        shown,
                        way: Way::Text {
                            text: plain(text, &mut render)?,
                        },
                    })
                }
                Until::Element(at) => Awaited::Element(target(at, &mut render)?),
                Until::Url(url) => Awaited::Url(render(url)?),
                Until::Time(span) => Awaited::Time(span.duration()),
            }),
            Action::Extract { at, into } => {
                PreparedAction::Extract(target(at, &mut render)?, into.clone())
            }
            Action::Screenshot { name } => PreparedAction::Screenshot(name.clone()),
        };
        Ok(Self {
            title: step.action.title(),
            limit: step.limit().duration(),
            action,
        })
    }
}

fn target<E>(
    at: &Locator,
    render: &mut impl FnMut(&Template) -> Result<SecretString, E>,
) -> Result<Target, E> {
    let way = match at {
        Locator::Role { role, name } => {
            let name = name.as_ref().map(|name| plain(name, render)).transpose()?;
            Way::Role {
                role: role.clone(),
                name,
            }
        }
        Locator::Text(text) => Way::Text {
            text: plain(text, render)?,
        },
        Locator::Label(text) => Way::Label {
            text: plain(text, render)?,
        },
        Locator::Placeholder(text) => Way::Placeholder {
            text: plain(text, render)?,
        },
        Locator::TestId(id) => Way::TestId { id: id.clone() },
        Locator::Css(selector) => Way::Css {
            selector: selector.clone(),
        },
    };
    Ok(Target {
        shown: at.describe(),
        way,
    })
}

fn plain<E>(
    template: &Template,
    render: &mut impl FnMut(&Template) -> Result<SecretString, E>,
) -> Result<String, E> {
    use secrecy::ExposeSecret as _;
    render(template).map(|text| text.expose_secret().to_owned())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn a_prepared_step_prints_names_and_no_values() {
        let check = |action: Action| {
            let step = Step {
                action,
                timeout: None,
            };
            let step = PreparedStep::new(&step, |_| Ok::<_, Infallible>("hunter2".into())).unwrap();
            let printed = format!("{step:?}");
            assert!(!printed.contains("hunter2"), "{printed}");
            printed
        };
        let secret = || "{{ secret.shop }}".parse::<Template>().unwrap();
        let at = || Locator::Label(secret());
        check(Action::Open { url: secret() });
        let filled = check(Action::Fill {
            at: at(),
            value: secret(),
        });
        assert!(
            filled.contains("secret.shop"),
            "the name is shown: {filled}"
        );
        check(Action::Wait {
            until: Until::Url(secret()),
        });
        check(Action::Wait {
            until: Until::Text(secret()),
        });
        check(Action::Extract {
            at: at(),
            into: "x".into(),
        });
    }
}
