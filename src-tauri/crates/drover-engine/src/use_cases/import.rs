//! Import of profiles: exported ones, or the plain shape that other tools and people write.

use std::collections::BTreeMap;

use drover_model::{
    Caller, Code, CommandError, ProfileDraft,
    profile::CheckedProfile,
    proxy::ProxyUrl,
    request::{ImportItem, ImportProfiles, ImportReport, SaveProxy, SetToken},
    token::{SecretText, TokenKind},
};
use serde::Deserialize;

use crate::{Engine, Error, Result, error::Doing as _};

/// The most entries of one import.
const MAX_ITEMS: usize = 10_000;

/// `{"profile_name": "…", "proxy": "http://host:port", "tokens": {"auth_token": "…"}}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    profile_name: String,
    #[serde(default)]
    proxy: Option<String>,
    #[serde(default)]
    tokens: BTreeMap<String, SecretText>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    start_urls: Vec<String>,
    #[serde(default)]
    notes: String,
    #[serde(default)]
    browser: Option<String>,
}

/// One entry, whichever shape it came in.
enum Item {
    Plain(Plain),
    Exported(ProfileDraft),
}

impl Engine {
    /// Imports entry by entry: a bad one is refused with its reason, the others are made.
    pub async fn import_profiles(&self, by: Caller, req: ImportProfiles) -> Result<ImportReport> {
        let mut report = ImportReport::default();
        for (index, item) in (0..).zip(parse(&req.text)?) {
            let name = match &item {
                Ok(Item::Plain(plain)) => plain.profile_name.clone(),
                Ok(Item::Exported(draft)) => draft.name.clone(),
                Err(_) => String::new(),
            };
            let made = match item {
                Ok(Item::Plain(plain)) => self.import_plain(by, plain, &mut report.tokens).await,
                Ok(Item::Exported(draft)) => self.import_draft(by, draft).await,
                Err(problem) => Err(CommandError::new(Code::Invalid, problem).into()),
            };
            let (profile, message) = match made {
                Ok((profile, message)) => (Some(profile), message),
                Err(error) => (None, Some(CommandError::from(error).message)),
            };
            report.items.push(ImportItem {
                index,
                name,
                profile,
                message,
            });
        }
        report.tokens.sort();
        report.tokens.dedup();
        Ok(report)
    }

    async fn import_draft(
        &self,
        by: Caller,
        draft: ProfileDraft,
    ) -> Result<(drover_model::ProfileId, Option<String>)> {
        let checked = draft.checked().map_err(CommandError::from)?;
        Ok((self.insert_profile(by, checked).await?.id, None))
    }

    /// The token values go to the keychain first: without it, nothing of the entry is made.
    async fn import_plain(
        &self,
        by: Caller,
        plain: Plain,
        stored: &mut Vec<String>,
    ) -> Result<(drover_model::ProfileId, Option<String>)> {
        let mut draft = ProfileDraft {
            name: plain.profile_name,
            browser: plain.browser.unwrap_or_else(|| "auto".to_owned()),
            tags: plain.tags,
            start_urls: plain.start_urls,
            notes: plain.notes,
            ..ProfileDraft::default()
        };
        // Everything that can be wrong is looked at before anything is stored.
        let checked = draft.checked().map_err(CommandError::from)?;
        self.refuse_taken(&checked).await?;
        let url = plain
            .proxy
            .as_deref()
            .map(str::trim)
            .filter(|url| !url.is_empty());
        let url = url
            .map(|text| text.parse::<ProxyUrl>().map(|url| (text.to_owned(), url)))
            .transpose();
        let url = url.map_err(|error| {
            CommandError::new(Code::Invalid, format!("`proxy`: {error}")).field("proxy")
        })?;
        for (key, value) in plain.tokens {
            let name = token_name(&draft.name, &key);
            let token = SetToken {
                name: name.clone(),
                kind: TokenKind::Token,
                expires_at: None,
                value,
            };
            self.set_token(by, token).await?;
            stored.push(name.clone());
            draft.tokens.push(name);
        }
        if let Some((text, url)) = url {
            draft.proxy = Some(self.proxy_for(by, text, &url).await?);
        }
        let note = (!draft.tokens.is_empty()).then(|| {
            format!(
                "{} in the keychain as {}",
                count(draft.tokens.len(), "token"),
                draft.tokens.join(", ")
            )
        });
        let checked = draft.checked().map_err(CommandError::from)?;
        Ok((self.insert_profile(by, checked).await?.id, note))
    }

    pub(super) async fn refuse_taken(&self, checked: &CheckedProfile) -> Result<()> {
        let name = checked.name.to_string();
        let taken = self
            .rooms()
            .store
            .read(move |db| db.find_profile(&name))
            .await
            .doing("look for the profile")?;
        match taken {
            Some(taken) => Err(CommandError::new(
                Code::NameTaken,
                format!("there is a profile named `{}` already", taken.name),
            )
            .field("name")
            .into()),
            None => Ok(()),
        }
    }

    /// The name of the stored proxy with that address and user, made when there is none.
    async fn proxy_for(&self, by: Caller, text: String, url: &ProxyUrl) -> Result<String> {
        let known = self
            .rooms()
            .store
            .read(|db| db.proxies())
            .await
            .doing("read the proxies")?;
        if let Some(known) = known
            .iter()
            .find(|proxy| proxy.address == url.address && proxy.user == url.user)
        {
            return Ok(known.name.to_string());
        }
        let base = format!("{}:{}", url.address.host(), url.address.port());
        let names = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base} ({n})")));
        let name = names.into_iter().find(|name| {
            !known
                .iter()
                .any(|proxy| proxy.name.as_str().eq_ignore_ascii_case(name))
        });
        let name = name.expect("BUG: the numbers do not end");
        let save = SaveProxy {
            id: None,
            name,
            url: SecretText::new(text),
            clear_login: false,
            rules: None,
            change_link: None,
            change_pause: None,
            cut: false,
        };
        Ok(self.save_proxy(by, save).await?.name.to_string())
    }
}

fn count(n: usize, what: &str) -> String {
    if n == 1 {
        format!("1 {what}")
    } else {
        format!("{n} {what}s")
    }
}

/// `anna` and `auth_token` become `anna.auth_token`: two profiles of one file may both have one.
fn token_name(profile: &str, key: &str) -> String {
    let fits = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') {
            c
        } else {
            '-'
        }
    };
    let mut name: String = format!("{}.{key}", profile.trim())
        .chars()
        .map(fits)
        .collect();
    name.truncate(64);
    name
}

/// The entries of a file: one object or an array of them. A broken file names line and column.
fn parse(text: &str) -> Result<Vec<std::result::Result<Item, String>>> {
    let refuse = |message: String| {
        Error::from(
            CommandError::new(Code::Invalid, message)
                .hint("Give one JSON object or an array of them.")
                .field("text"),
        )
    };
    let value: serde_json::Value = serde_json::from_str(text)
        .map_err(|error| refuse(format!("the text is not JSON: {}", without_content(&error))))?;
    let items = match value {
        serde_json::Value::Array(items) if items.is_empty() => {
            return Err(refuse("the list is empty".to_owned()));
        }
        serde_json::Value::Array(items) if items.len() > MAX_ITEMS => {
            return Err(refuse(format!(
                "{} entries are more than {MAX_ITEMS}",
                items.len()
            )));
        }
        serde_json::Value::Array(items) => items,
        object @ serde_json::Value::Object(_) => vec![object],
        _ => {
            return Err(refuse(
                "profiles are objects; this is a single value".to_owned(),
            ));
        }
    };
    Ok(items.into_iter().map(item).collect())
}

fn item(value: serde_json::Value) -> std::result::Result<Item, String> {
    if value.get("profile_name").is_some() {
        serde_json::from_value(value)
            .map(Item::Plain)
            .map_err(|error| without_content(&error))
    } else if value.get("name").is_some() {
        serde_json::from_value(value)
            .map(Item::Exported)
            .map_err(|error| without_content(&error))
    } else {
        Err("`profile_name` or `name` is missing".to_owned())
    }
}

/// Where and what kind, without a quote from the text, which may hold a token.
fn without_content(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let named = text.starts_with("unknown field") || text.starts_with("missing field");
    let what = match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Data if named => return text,
        serde_json::error::Category::Data => "a value has the wrong type",
        _ => "it is malformed",
    };
    match (error.line(), error.column()) {
        (0, _) => what.to_owned(),
        (line, column) => format!("{what} at line {line}, column {column}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_never_quote_the_text() {
        let error = |text: &str| CommandError::from(parse(text).err().unwrap()).message;
        assert_eq!(
            error("{\n  \"profile_name\": \"a\", \"tokens\": {\"t\": canary-1}}"),
            "the text is not JSON: it is malformed at line 2, column 40"
        );
        let item = parse(r#"{"profile_name": "a", "tokens": {"t": 12345}}"#)
            .unwrap()
            .remove(0)
            .err()
            .unwrap();
        assert_eq!(item, "a value has the wrong type");
        let item = parse(r#"{"profile_name": "a", "tokns": {"t": "canary-1"}}"#)
            .unwrap()
            .remove(0)
            .err()
            .unwrap();
        assert!(item.starts_with("unknown field `tokns`"), "{item}");
    }

    #[test]
    fn token_names_can_be_written_in_scripts() {
        assert_eq!(
            token_name("Anna Müller", "auth_token"),
            "Anna-M-ller.auth_token"
        );
    }
}
