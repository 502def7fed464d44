//! A profile that is being made or changed.

use std::collections::BTreeSet;
use std::rc::Rc;

use drover_model::profile::BrowserChoice;
use drover_model::{
    CommandError, Encryption, FieldError, PasswordStore, Profile, ProfileDraft, ProfileId,
};
use yew::Reducible;

use super::cache;
use super::overrides::{FIELDS as OVERRIDE_FIELDS, OverrideEdit, OverridesForm};
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
    problems: Vec<FieldError>,
    refused: Vec<FieldError>,
    touched: BTreeSet<&'static str>,
    submitted: bool,
    baseline: ProfileDraft,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormField {
    Name,
    Browser,
    BrowserPath,
    Proxy,
    Tags,
    StartUrls,
    Notes,
    /// By its name.
    Encryption,
    CacheLimit,
}

#[derive(Clone, Debug, PartialEq)]
pub enum FormAction {
    Set(FormField, String),
    Token(String, bool),
    Overrides(OverrideEdit),
    Left(&'static str),
    Submit,
    Refused(CommandError),
    Replace(Box<ProfileForm>),
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

    fn check(&mut self) {
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

impl Reducible for ProfileForm {
    type Action = FormAction;

    fn reduce(self: Rc<Self>, action: FormAction) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            FormAction::Set(field, text) => {
                let place = match field {
                    FormField::Encryption => {
                        next.encryption = text.parse().unwrap_or(next.encryption);
                        next.refused.clear();
                        return Rc::new(next);
                    }
                    FormField::CacheLimit => &mut next.cache_limit,
                    FormField::Name => &mut next.name,
                    FormField::Browser => &mut next.browser,
                    FormField::BrowserPath => &mut next.browser_path,
                    FormField::Proxy => &mut next.proxy,
                    FormField::Tags => &mut next.tags,
                    FormField::StartUrls => &mut next.start_urls,
                    FormField::Notes => &mut next.notes,
                };
                *place = text;
                next.refused.clear();
                next.check();
            }
            FormAction::Token(name, on) => {
                next.tokens.retain(|other| *other != name);
                if on {
                    next.tokens.push(name);
                }
            }
            FormAction::Overrides(edit) => {
                next.overrides.edit(edit);
                next.refused.clear();
                next.check();
            }
            FormAction::Left(field) => {
                next.touched.insert(field);
            }
            FormAction::Submit => next.submitted = true,
            FormAction::Refused(error) => next.refused = refused(error),
            FormAction::Replace(form) => next = *form,
        }
        if next == *self { self } else { Rc::new(next) }
    }
}

/// The fields that an error names; one that names none is told under an empty field.
fn refused(error: CommandError) -> Vec<FieldError> {
    if !error.fields.is_empty() {
        return error.fields;
    }
    let hint = error
        .hint
        .map(|hint| format!("; {hint}"))
        .unwrap_or_default();
    vec![FieldError {
        field: error.field.unwrap_or_default(),
        message: format!("{}{hint}", error.message),
    }]
}

#[cfg(test)]
mod tests {
    use drover_model::Code;

    use super::super::overrides::OverrideField;
    use super::*;

    fn apply(actions: impl IntoIterator<Item = FormAction>) -> Rc<ProfileForm> {
        actions
            .into_iter()
            .fold(Rc::new(ProfileForm::default()), ProfileForm::reduce)
    }

    fn set(field: FormField, text: &str) -> FormAction {
        FormAction::Set(field, text.to_owned())
    }

    #[test]
    fn words_and_lines_become_lists() {
        let form = apply([
            set(FormField::Name, " anna "),
            set(FormField::Tags, "eu, price  eu"),
            set(FormField::StartUrls, "https://a.test/\n\n https://b.test/ "),
        ]);
        let draft = form.draft();
        assert_eq!(draft.name, "anna");
        assert_eq!(draft.tags, ["eu", "price", "eu"]);
        assert_eq!(draft.start_urls, ["https://a.test/", "https://b.test/"]);
        assert!(form.valid() && form.changed());
    }

    #[test]
    fn a_browser_by_path_needs_its_path() {
        let form = apply([
            set(FormField::Name, "anna"),
            set(FormField::Browser, "path"),
            FormAction::Submit,
        ]);
        assert_eq!(
            form.error("browser").as_deref(),
            Some("The path of the browser is needed.")
        );
        let form = form.reduce(set(FormField::BrowserPath, "/opt/chrome/chrome"));
        assert_eq!(form.draft().browser, "/opt/chrome/chrome");
        assert!(form.valid(), "{:?}", form.first_problem());
    }

    #[test]
    fn the_cache_limit_is_typed_in_megabytes() {
        let form = apply([
            set(FormField::Name, "anna"),
            set(FormField::CacheLimit, "250"),
            set(FormField::Encryption, "portable"),
        ]);
        let draft = form.draft();
        assert_eq!(draft.cache_limit, Some(250_000_000));
        assert_eq!(draft.encryption, Encryption::Portable);
        assert!(form.valid(), "{:?}", form.first_problem());
        let form = form
            .reduce(set(FormField::CacheLimit, "much"))
            .reduce(FormAction::Left("cache_limit"));
        assert!(form.changed() && !form.valid());
        let error = form.error("cache_limit");
        assert_eq!(
            error.as_deref(),
            Some("Write a number of megabytes, such as 250.")
        );
        let small = form.reduce(set(FormField::CacheLimit, "0.5"));
        assert!(small.error("cache_limit").is_some(), "below the bounds");
    }

    #[test]
    fn what_pages_see_is_checked_at_its_fields() {
        let edit =
            |field, text: &str| FormAction::Overrides(OverrideEdit::Set(field, text.to_owned()));
        let form = apply([
            set(FormField::Name, "anna"),
            edit(OverrideField::Language, "german"),
            edit(OverrideField::Width, "390"),
            FormAction::Submit,
        ]);
        assert!(form.changed() && !form.valid());
        assert_eq!(
            form.error("overrides.language").as_deref(),
            Some("`german` is not a language such as `de` or `de-DE`.")
        );
        assert!(form.error("overrides.viewport").is_some(), "no height");
        let form = form
            .reduce(edit(OverrideField::Language, "de-DE"))
            .reduce(edit(OverrideField::Width, ""));
        assert!(form.valid(), "{:?}", form.first_problem());
        assert_eq!(form.draft().overrides.language.as_deref(), Some("de-DE"));
    }

    #[test]
    fn a_refusal_is_told_at_its_field_until_the_next_edit() {
        let taken = CommandError::new(Code::NameTaken, "a profile named `anna` exists already")
            .field("name");
        let form = apply([set(FormField::Name, "anna"), FormAction::Refused(taken)]);
        assert_eq!(
            form.error("name").as_deref(),
            Some("A profile named `anna` exists already.")
        );
        assert_eq!(
            form.reduce(set(FormField::Name, "berta")).error("name"),
            None
        );
        let full = CommandError::new(Code::DiskFull, "the disk is full").hint("free some space");
        assert_eq!(
            apply([FormAction::Refused(full)]).refusal().as_deref(),
            Some("The disk is full; free some space.")
        );
    }
}
