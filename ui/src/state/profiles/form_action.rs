//! What can be done to the form of a profile.

use std::rc::Rc;

use drover_model::{CommandError, FieldError};
use yew::Reducible;

use super::form::ProfileForm;
use super::overrides::OverrideEdit;

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
    use drover_model::{Code, Encryption};

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
