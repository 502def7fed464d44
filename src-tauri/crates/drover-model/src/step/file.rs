//! The written form of a step.

use serde::{Deserialize, Serialize};

use super::{LocatorFile, Step};
use crate::FieldErrors;

/// A step as a task file has it: `do = "click"`, `at = { … }` and so on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StepFile {
    #[serde(rename = "do")]
    pub action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<LocatorFile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub until: Option<LocatorFile>,
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `left`, `middle` or `right`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub button: Option<String>,
    /// Between two keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<String>,
    /// A key with its modifiers, such as `Control+A`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The text of an entry of a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// A place in a list or among the tabs, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// Absolute paths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<String>>,
    /// `visible`, `hidden`, `attached` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// CSS pixels to scroll by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<PixelsFile>,
    /// `start` or `end`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// `text`, `value` or `table`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
    /// `text`, `number`, `integer`, `boolean` or `json`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equals: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `page` or `full`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<CookieFile>,
    /// `page` or `all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clear: Option<String>,
    /// `accept` or `dismiss`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<String>,
}

/// `by = { y = 600 }`: how far to scroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PixelsFile {
    #[serde(skip_serializing_if = "is_zero")]
    pub x: i32,
    #[serde(skip_serializing_if = "is_zero")]
    pub y: i32,
}

/// `set = { name = "…", value = "…" }`: a cookie.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CookieFile {
    pub name: String,
    pub value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub secure: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub http_only: bool,
    /// `strict`, `lax` or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_site: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_zero(number: &i32) -> bool {
    *number == 0
}

/// Every action with the keys it reads, `do` and `timeout` aside.
const READS: [(&str, &[&str]); 25] = [
    ("open", &["url"]),
    ("click", &["at", "button"]),
    ("double_click", &["at"]),
    ("hover", &["at"]),
    ("fill", &["at", "value"]),
    ("type", &["at", "value", "delay"]),
    ("press", &["key", "at"]),
    ("select", &["at", "value", "label", "index"]),
    ("check", &["at"]),
    ("uncheck", &["at"]),
    ("upload", &["at", "files"]),
    ("wait", &["for", "state"]),
    ("scroll", &["at", "by", "to"]),
    ("extract", &["at", "as", "what", "attribute", "all", "type"]),
    (
        "assert",
        &[
            "at", "state", "equals", "contains", "value", "count", "url", "title",
        ],
    ),
    ("screenshot", &["name", "of", "at"]),
    ("pdf", &["name"]),
    ("download", &["at", "as", "name"]),
    ("evaluate", &["script", "as", "type"]),
    ("cookies", &["set", "clear", "as", "name", "url"]),
    ("new_tab", &["url"]),
    ("switch_tab", &["index", "url", "title"]),
    ("close_tab", &[]),
    ("dialog", &["answer", "value", "count"]),
    ("pause", &["reason"]),
];

impl StepFile {
    /// The actions of this version, in the order in which they are offered.
    pub const ACTIONS: [&'static str; 25] = {
        let mut names = [""; READS.len()];
        let mut index = 0;
        while index < READS.len() {
            names[index] = READS[index].0;
            index += 1;
        }
        names
    };

    /// The keys that an action reads, `do` and `timeout` aside; none for an unknown action.
    #[must_use]
    pub fn reads(action: &str) -> &'static [&'static str] {
        READS
            .iter()
            .find(|(name, _)| *name == action)
            .map_or(&[], |(_, keys)| keys)
    }

    /// The keys that are set, `do` and `timeout` aside.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static str> {
        [
            ("url", self.url.is_some()),
            ("at", self.at.is_some()),
            ("value", self.value.is_some()),
            ("for", self.until.is_some()),
            ("as", self.into.is_some()),
            ("name", self.name.is_some()),
            ("button", self.button.is_some()),
            ("delay", self.delay.is_some()),
            ("key", self.key.is_some()),
            ("label", self.label.is_some()),
            ("index", self.index.is_some()),
            ("files", self.files.is_some()),
            ("state", self.state.is_some()),
            ("by", self.by.is_some()),
            ("to", self.to.is_some()),
            ("what", self.what.is_some()),
            ("attribute", self.attribute.is_some()),
            ("all", self.all),
            ("type", self.kind.is_some()),
            ("equals", self.equals.is_some()),
            ("contains", self.contains.is_some()),
            ("count", self.count.is_some()),
            ("title", self.title.is_some()),
            ("of", self.of.is_some()),
            ("script", self.script.is_some()),
            ("set", self.set.is_some()),
            ("clear", self.clear.is_some()),
            ("answer", self.answer.is_some()),
            ("reason", self.reason.is_some()),
        ]
        .into_iter()
        .filter_map(|(key, is_set)| is_set.then_some(key))
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
