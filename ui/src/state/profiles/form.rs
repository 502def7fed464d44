//! A profile that is being made or changed.

use std::collections::BTreeSet;

use drover_model::profile::BrowserChoice;
use drover_model::{Encryption, FieldError, PasswordStore, Profile, ProfileDraft, ProfileId};

use super::cache;
use super::overrides::{FIELDS as OVERRIDE_FIELDS, OverridesForm};
use crate::format;

/// The value of the browser list that opens the path field.
const BY_PATH: &str = "path";

/// Everything typed so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileForm {
    /// The profile that is changed; a new one has none.
    pub id: Option<ProfileId>,
    pub name: String,
    /// `auto`, a brand, or `path`.
    pub browser: String,
    pub browser_path: String,
    /// It was started once, so its browser stays.
    pub browser_fixed: bool,
    /// Empty means this machine's own address.
    pub proxy: String,
    /// Words with spaces or commas between them.
    pub tags: String,
    /// One a line.
    pub start_urls: String,
    pub tokens: Vec<String>,
    pub notes: String,
    /// What pages see instead of this machine's own.
    pub overrides: OverridesForm,
    pub encryption: Encryption,
    /// What has the key of its cookies, since the first start.
    pub password_store: Option<PasswordStore>,
    /// Megabytes; empty means no limit.
    pub cache_limit: String,
    pub(super) problems: Vec<FieldError>,
    pub(super) refused: Vec<FieldError>,
    pub(super) touched: BTreeSet<&'static str>,
    pub(super) submitted: bool,
    baseline: ProfileDraft,
}

impl Default for ProfileForm {
    fn default() -> Self {
        Self::of(
            None,
            &ProfileDraft {
                browser: BrowserChoice::Auto.to_string(),
                ..ProfileDraft::default()
            },
        )
    }
}

impl ProfileForm {
    pub fn from_profile(profile: &Profile) -> Self {
        Self {
            browser_fixed: profile.last_used_at.is_some(),
            password_store: profile.password_store,
            ..Self::of(Some(profile.id), &profile.draft())
        }
    }

    fn of(id: Option<ProfileId>, draft: &ProfileDraft) -> Self {
        let known = matches!(
            draft.browser.parse(),
            Ok(BrowserChoice::Auto | BrowserChoice::Brand(_))
        );
        let mut form = Self {
            id,
            name: draft.name.clone(),
            browser: if known {
                draft.browser.clone()
            } else {
                BY_PATH.to_owned()
            },
            browser_path: if known {
                String::new()
            } else {
                draft.browser.clone()
            },
            browser_fixed: false,
            proxy: draft.proxy.clone().unwrap_or_default(),
            tags: draft.tags.join(", "),
            start_urls: draft.start_urls.join("\n"),
            tokens: draft.tokens.clone(),
            notes: draft.notes.clone(),
            overrides: OverridesForm::of(&draft.overrides),
            encryption: draft.encryption,
            password_store: None,
            cache_limit: cache::typed(draft.cache_limit),
            problems: Vec::new(),
            refused: Vec::new(),
            touched: BTreeSet::new(),
            submitted: false,
            baseline: ProfileDraft::default(),
        };
        form.baseline = form.draft();
        form.check();
        form
    }

    /// Whether the browser is given by its path.
    pub fn by_path(&self) -> bool {
        self.browser == BY_PATH
    }

    /// What is sent.
    pub fn draft(&self) -> ProfileDraft {
        let words = self
            .tags
            .split([',', ' ', '\n', '\t'])
            .map(str::trim)
            .filter(|tag| !tag.is_empty());
        let lines = self
            .start_urls
            .lines()
            .map(str::trim)
            .filter(|url| !url.is_empty());
        ProfileDraft {
            name: self.name.trim().to_owned(),
            browser: if self.by_path() {
                self.browser_path.trim().to_owned()
            } else {
                self.browser.clone()
            },
            proxy: Some(self.proxy.clone()).filter(|proxy| !proxy.is_empty()),
            tags: words.map(str::to_owned).collect(),
            start_urls: lines.map(str::to_owned).collect(),
            tokens: self.tokens.clone(),
            notes: self.notes.clone(),
            overrides: self.overrides.written().0,
            encryption: self.encryption,
            cache_limit: cache::bytes(&self.cache_limit).unwrap_or_default(),
        }
    }

    pub fn changed(&self) -> bool {
        // What cannot be written yet is a change, too.
        self.draft() != self.baseline
            || !self.overrides.written().1.0.is_empty()
            || cache::bytes(&self.cache_limit).is_err()
    }

    pub fn valid(&self) -> bool {
        self.problems.is_empty()
    }

    /// The problem of a field as a sentence, once it was left or saving was tried.
    pub fn error(&self, field: &str) -> Option<String> {
        let shown = self.submitted || self.touched.contains(field);
        let own = self.problems.iter().filter(|_| shown);
        let found = self
            .refused
            .iter()
            .chain(own)
            .find(|problem| problem.field == field);
        found.map(|problem| format::sentence(&problem.message))
    }

    /// The first field that is wrong.
    pub fn first_problem(&self) -> Option<&str> {
        self.refused
            .iter()
            .chain(&self.problems)
            .next()
            .map(|problem| problem.field.as_str())
    }

    /// What the engine said that belongs to no field of this form.
    pub fn refusal(&self) -> Option<String> {
        let known = [
            "name",
            "browser",
            "proxy",
            "tags",
            "start_urls",
            "tokens",
            "notes",
            "encryption",
            "cache_limit",
        ];
        let strange = self.refused.iter().find(|problem| {
            let field = problem.field.as_str();
            !known.contains(&field) && !OVERRIDE_FIELDS.contains(&field)
        });
        strange.map(|problem| format::sentence(&problem.message))
    }

    pub(super) fn check(&mut self) {
        self.problems = self
            .draft()
            .checked()
            .err()
            .map(|errors| errors.0)
            .unwrap_or_default();
        self.problems.extend(self.overrides.written().1.0);
        if let Err(message) = cache::bytes(&self.cache_limit) {
            self.problems.push(FieldError {
                field: "cache_limit".into(),
                message: message.to_owned(),
            });
        }
        if self.by_path() && self.browser_path.trim().is_empty() {
            let message = "the path of the browser is needed".to_owned();
            self.problems.push(FieldError {
                field: "browser".into(),
                message,
            });
        }
    }
}
