//! Profiles: one Chrome identity each.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Encryption, FieldErrors, Name, PasswordStore, ProfileId, RunId, TokenName, overrides::Overrides,
};

/// Bounds of [`ProfileDraft::cache_limit`]: a smaller cache makes every page slow, a larger one is a mistake.
const LEAST_CACHE: u64 = 1_000_000;
const MOST_CACHE: u64 = 1_000_000_000_000;

/// What a person decides about a profile. Proxies and tokens are meant by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileDraft {
    pub name: String,
    /// `auto`, a brand (`chrome`, `chromium`, `edge`, `brave`) or an absolute path.
    /// Fixed after the first start, because cookies are encrypted per brand.
    #[serde(default = "auto", skip_serializing_if = "is_auto")]
    pub browser: String,
    /// How cookies are encrypted. Fixed after the first start too.
    #[serde(default, skip_serializing_if = "is_os")]
    pub encryption: Encryption,
    /// Bytes that the caches may have, at least 1 MB. What is more is deleted before the browser starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_limit: Option<u64>,
    /// The name of a proxy; none means this machine's own address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub start_urls: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// What pages see instead of this machine's own.
    #[serde(default, skip_serializing_if = "Overrides::is_empty")]
    pub overrides: Overrides,
}

fn auto() -> String {
    BrowserChoice::Auto.to_string()
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_os(encryption: &Encryption) -> bool {
    *encryption == Encryption::Os
}

fn is_auto(text: &str) -> bool {
    text.is_empty() || text == "auto"
}

/// Which browser a profile uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrowserChoice {
    /// The first that is found.
    Auto,
    /// The first of that brand.
    Brand(&'static str),
    /// This program.
    Path(String),
}

impl BrowserChoice {
    /// The brands that Drover knows.
    pub const BRANDS: [&'static str; 4] = ["chrome", "chromium", "edge", "brave"];
}

impl std::fmt::Display for BrowserChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Brand(brand) => f.write_str(brand),
            Self::Path(path) => f.write_str(path),
        }
    }
}

impl std::str::FromStr for BrowserChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let absolute = text.starts_with('/') || text.get(1..3) == Some(":\\");
        match text {
            "" | "auto" => Ok(Self::Auto),
            _ if absolute => Ok(Self::Path(text.to_owned())),
            _ => Self::BRANDS
                .into_iter()
                .find(|brand| *brand == text)
                .map(Self::Brand)
                .ok_or_else(|| {
                    format!(
                        "`{text}` is not a browser; use `auto`, one of {}, or an absolute path",
                        Self::BRANDS.join(", ")
                    )
                }),
        }
    }
}

impl ProfileDraft {
    /// The fields in their checked form, or every problem at once.
    pub fn checked(&self) -> Result<CheckedProfile, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", self.name.parse::<Name>());
        let browser = errors.take("browser", self.browser.parse::<BrowserChoice>());
        let proxy = match self.proxy.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(proxy) => errors.take("proxy", proxy.parse::<Name>()),
        };
        let tokens = self
            .tokens
            .iter()
            .filter_map(|token| errors.take("tokens", token.parse::<TokenName>()))
            .collect();
        let tags = self
            .tags
            .iter()
            .filter_map(|tag| errors.take("tags", checked_tag(tag)))
            .collect::<Vec<_>>();
        let start_urls = self
            .start_urls
            .iter()
            .map(|url| url.trim())
            .filter(|url| !url.is_empty());
        let start_urls = start_urls
            .filter_map(|url| errors.take("start_urls", checked_url(url)))
            .collect();
        if self.notes.len() > 10_000 {
            errors.add("notes", "notes can have at most 10,000 characters");
        }
        if self
            .cache_limit
            .is_some_and(|limit| !(LEAST_CACHE..=MOST_CACHE).contains(&limit))
        {
            errors.add(
                "cache_limit",
                "the limit of the caches is between 1 MB and 1 TB",
            );
        }
        self.overrides.check(&mut errors);
        errors.finish()?;
        let fine = "BUG: a missing value has left an error";
        Ok(CheckedProfile {
            name: name.expect(fine),
            browser: browser.expect(fine),
            encryption: self.encryption,
            cache_limit: self.cache_limit,
            proxy,
            tags: deduplicated(tags),
            start_urls,
            tokens,
            notes: self.notes.clone(),
            overrides: self.overrides.clone(),
        })
    }
}

fn deduplicated(mut tags: Vec<String>) -> Vec<String> {
    tags.sort();
    tags.dedup();
    tags
}

fn checked_tag(tag: &str) -> Result<String, String> {
    let tag = tag.trim();
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, ',' | '"');
    if tag.is_empty() || tag.chars().count() > 40 || !tag.chars().all(fits) {
        return Err(format!(
            "`{tag}` cannot be a tag: one word of at most 40 characters without commas is needed"
        ));
    }
    Ok(tag.to_owned())
}

/// A start page: `http`, `https`, `about:` or `data:` with something behind it.
fn checked_url(url: &str) -> Result<String, String> {
    let lower = url.to_ascii_lowercase();
    let known = ["http://", "https://", "about:", "data:"];
    let good = known
        .iter()
        .any(|prefix| lower.len() > prefix.len() && lower.starts_with(prefix));
    if good && !url.chars().any(char::is_whitespace) && url.len() <= 2_000 {
        return Ok(url.to_owned());
    }
    Err(format!(
        "`{url}` is not an address that a page can have; write it with `https://`"
    ))
}

/// A draft whose every field was found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedProfile {
    pub name: Name,
    pub browser: BrowserChoice,
    pub encryption: Encryption,
    pub cache_limit: Option<u64>,
    pub proxy: Option<Name>,
    pub tags: Vec<String>,
    pub start_urls: Vec<String>,
    pub tokens: Vec<TokenName>,
    pub notes: String,
    pub overrides: Overrides,
}

/// A stored profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub id: ProfileId,
    pub name: Name,
    /// As in [`ProfileDraft::browser`].
    pub browser: String,
    #[serde(default)]
    pub encryption: Encryption,
    /// With what its browser encrypted from the first start on; it is named at every start. On Linux alone.
    #[serde(default)]
    pub password_store: Option<PasswordStore>,
    /// As in [`ProfileDraft::cache_limit`].
    #[serde(default)]
    pub cache_limit: Option<u64>,
    pub proxy: Option<Name>,
    pub tags: Vec<String>,
    pub start_urls: Vec<String>,
    pub tokens: Vec<TokenName>,
    pub notes: String,
    #[serde(default)]
    pub overrides: Overrides,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Set while it lies in the trash, from where it can be restored.
    pub removed_at: Option<Timestamp>,
    /// When its browser was last started. Once set, [`Self::browser`] is fixed.
    pub last_used_at: Option<Timestamp>,
    /// The run that uses it now. Filled by queries, never stored.
    #[serde(default)]
    pub in_use_by: Option<RunId>,
    /// The newest ended run. Filled by queries, never stored.
    #[serde(default)]
    pub last_result: Option<crate::RunState>,
    /// How it stands on the sites that were checked, by name. Filled by queries, never stored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logins: Vec<crate::Login>,
}

impl Profile {
    /// The draft that would make this profile again; also the form of an export.
    #[must_use]
    pub fn draft(&self) -> ProfileDraft {
        ProfileDraft {
            name: self.name.to_string(),
            browser: self.browser.clone(),
            encryption: self.encryption,
            cache_limit: self.cache_limit,
            proxy: self.proxy.as_ref().map(ToString::to_string),
            tags: self.tags.clone(),
            start_urls: self.start_urls.clone(),
            tokens: self.tokens.iter().map(ToString::to_string).collect(),
            notes: self.notes.clone(),
            overrides: self.overrides.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_named_at_once() {
        let draft = ProfileDraft {
            name: String::new(),
            browser: "netscape".into(),
            start_urls: vec!["not a page".into()],
            tags: vec!["two words".into()],
            ..ProfileDraft::default()
        };
        let crowded = ProfileDraft {
            name: "anna".into(),
            cache_limit: Some(0),
            ..ProfileDraft::default()
        };
        assert_eq!(crowded.checked().unwrap_err().0[0].field, "cache_limit");
        let fields: Vec<_> = draft
            .checked()
            .unwrap_err()
            .0
            .into_iter()
            .map(|error| error.field)
            .collect();
        assert_eq!(fields, ["name", "browser", "tags", "start_urls"]);
    }

    #[test]
    fn a_plain_name_is_enough() {
        let draft = ProfileDraft {
            name: "anna".into(),
            ..ProfileDraft::default()
        };
        assert_eq!(draft.checked().unwrap().browser, BrowserChoice::Auto);
    }
}
