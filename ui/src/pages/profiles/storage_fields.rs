//! How cookies are encrypted, and how much the caches may take.

use drover_model::Encryption;
use yew::prelude::*;

use crate::components::{Choice, Field, Input, Select};
use crate::state::profiles::{
    FormAction, FormField, ProfileForm, encryption_hint, encryption_word,
};

/// Stands beside the browser, because both are fixed after the first start.
pub(super) fn encryption_field(form: &ProfileForm, onaction: &Callback<FormAction>) -> Html {
    let hint = encryption_hint(form.encryption, form.browser_fixed, form.password_store);
    let onchange = onaction.reform(|text| FormAction::Set(FormField::Encryption, text));
    if form.browser_fixed {
        return html! {
            <Field id="profile-encryption" label="Cookie encryption" {hint} error={form.error("encryption")}>
                <input id="profile-encryption" class="input" readonly={true} value={encryption_word(form.encryption)} data-testid="profile-encryption" aria-describedby="profile-encryption-hint" />
            </Field>
        };
    }
    let choices: Vec<Choice> = [Encryption::Os, Encryption::Portable]
        .into_iter()
        .map(|way| Choice::new(way.name(), encryption_word(way)))
        .collect();
    html! {
        <Select id="profile-encryption" label="Cookie encryption" value={form.encryption.name()} {choices} {onchange} {hint}
            error={form.error("encryption")} testid="profile-encryption" />
    }
}

pub(super) fn cache_limit_field(form: &ProfileForm, onaction: &Callback<FormAction>) -> Html {
    let oninput = onaction.reform(|text| FormAction::Set(FormField::CacheLimit, text));
    // As with the other fields, an empty one says nothing when it is left.
    let onleave = if form.cache_limit.is_empty() {
        Callback::noop()
    } else {
        onaction.reform(|()| FormAction::Left("cache_limit"))
    };
    html! {
        <Input id="profile-cache-limit" label="Cache limit, MB" optional={true} value={form.cache_limit.clone()} {oninput} {onleave}
            error={form.error("cache_limit")} placeholder="no limit" hint="What is more is deleted before the browser starts. Logins stay." testid="profile-cache-limit" />
    }
}
