//! The fields of a profile, in the dialog and on its page.

use std::rc::Rc;

use drover_model::machine::AppInfo;
use drover_model::profile::BrowserChoice;
use drover_model::{Proxy, TokenRef};
use yew::prelude::*;
use yew_router::prelude::*;

use super::storage_fields::{cache_limit_field, encryption_field};
use crate::components::{Checkbox, Choice, Field, Input, Select, Textarea};
use crate::hooks::use_area;
use crate::route::Route;
use crate::state::profiles::{FormAction, FormField, ProfileForm};

#[derive(PartialEq, Properties)]
pub(crate) struct ProfileFieldsProps {
    pub form: Rc<ProfileForm>,
    pub onaction: Callback<FormAction>,
}

#[component]
pub(crate) fn ProfileFields(props: &ProfileFieldsProps) -> Html {
    let (info, proxies, tokens) = (
        use_area::<AppInfo>(),
        use_area::<Vec<Proxy>>(),
        use_area::<Vec<TokenRef>>(),
    );
    let form = &props.form;
    let set = |field: FormField| {
        props
            .onaction
            .reform(move |text| FormAction::Set(field, text))
    };
    // Not for an empty field: its message would move the control that the pointer is going down on.
    let left = |field: &'static str, text: &str| {
        if text.is_empty() {
            Callback::noop()
        } else {
            props.onaction.reform(move |()| FormAction::Left(field))
        }
    };
    let browser_hint = if form.browser_fixed {
        "Fixed after the first start, because the browser encrypts its cookies for itself."
    } else {
        "Cannot be changed after the first start, because the browser encrypts its cookies for itself."
    };
    html! {
        <>
            <Input id="profile-name" label="Name" value={form.name.clone()} oninput={set(FormField::Name)} onleave={left("name", &form.name)}
                error={form.error("name")} placeholder="anna" autofocus={true} testid="profile-name" />
            if form.browser_fixed {
                <Field id="profile-browser" label="Browser" hint={browser_hint} error={form.error("browser")}>
                    <input id="profile-browser" class="input" readonly={true} value={form.draft().browser} data-testid="profile-browser" aria-describedby="profile-browser-hint" />
                </Field>
            } else {
                <Select id="profile-browser" label="Browser" value={form.browser.clone()} choices={browsers(info.data())}
                    onchange={set(FormField::Browser)} hint={browser_hint} error={form.error("browser").filter(|_| !form.by_path())} testid="profile-browser" />
                if form.by_path() {
                    <Input id="profile-browser-path" label="Path of the browser" mono={true} value={form.browser_path.clone()}
                        oninput={set(FormField::BrowserPath)} onleave={left("browser", &form.browser_path)} error={form.error("browser")}
                        placeholder="/opt/google/chrome/chrome" testid="profile-browser-path" />
                }
            }
            { encryption_field(form, &props.onaction) }
            <Select id="profile-proxy" label="Proxy" value={form.proxy.clone()} choices={proxies_of(proxies.data(), &form.proxy)}
                onchange={set(FormField::Proxy)} error={form.error("proxy")}
                hint="If the proxy fails, the profile loses network. Drover never falls back to this machine's own address." testid="profile-proxy" />
            <Input id="profile-tags" label="Tags" optional={true} value={form.tags.clone()} oninput={set(FormField::Tags)} onleave={left("tags", &form.tags)}
                error={form.error("tags")} hint="Single words with commas or spaces between them." placeholder="eu, price" testid="profile-tags" />
            <Textarea id="profile-start-urls" label="Start pages" optional={true} mono={true} rows={2} value={form.start_urls.clone()}
                oninput={set(FormField::StartUrls)} error={form.error("start_urls")} hint="One address a line." placeholder="https://shop.example/"
                testid="profile-start-urls" />
            { token_boxes(form, tokens.data(), &props.onaction) }
            { cache_limit_field(form, &props.onaction) }
            <Textarea id="profile-notes" label="Notes" optional={true} rows={2} value={form.notes.clone()} oninput={set(FormField::Notes)}
                error={form.error("notes")} testid="profile-notes" />
        </>
    }
}

fn browsers(info: Option<&Rc<AppInfo>>) -> Vec<Choice> {
    let found = |brand: &str| {
        info.and_then(|info| info.browsers.iter().find(|browser| browser.brand == brand))
    };
    let label = |brand: &str| {
        let mut name = brand.to_owned();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        match found(brand) {
            Some(browser) => format!("{name} {}", browser.version),
            None => format!("{name} (not found on this machine)"),
        }
    };
    let first = info
        .and_then(|info| info.browsers.first())
        .map(|browser| format!("First found: {} {}", browser.brand, browser.version));
    let mut choices = vec![Choice::new(
        "auto",
        first.unwrap_or_else(|| "First found".to_owned()),
    )];
    choices.extend(
        BrowserChoice::BRANDS
            .iter()
            .map(|brand| Choice::new(*brand, label(brand))),
    );
    choices.push(Choice::new("path", "Another, by its path"));
    choices
}

fn proxies_of(proxies: Option<&Rc<Vec<Proxy>>>, chosen: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "None: this machine's own address")];
    choices.extend(proxies.iter().flat_map(|list| list.iter()).map(|proxy| {
        Choice::new(
            proxy.name.to_string(),
            format!("{} · {}", proxy.name, proxy.address),
        )
    }));
    if choices.iter().all(|choice| choice.value != chosen) {
        choices.push(Choice::new(
            chosen.to_owned(),
            format!("{chosen} (not found)"),
        ));
    }
    choices
}

/// A box for each stored token, and for those that are named and gone.
fn token_boxes(
    form: &ProfileForm,
    tokens: Option<&Rc<Vec<TokenRef>>>,
    onaction: &Callback<FormAction>,
) -> Html {
    let mut names: Vec<(String, bool)> = tokens
        .iter()
        .flat_map(|list| list.iter())
        .map(|token| (token.name.to_string(), true))
        .collect();
    for name in &form.tokens {
        if names.iter().all(|(known, _)| known != name) {
            names.push((name.clone(), false));
        }
    }
    html! {
        <fieldset class="field">
            <legend class="field__label">{ "Tokens" }<span class="field__optional">{ " (optional)" }</span></legend>
            if names.is_empty() {
                <span class="field__hint">{ "None are stored yet. Add one in the " }<Link<Route> to={Route::Vault} classes="link">{ "vault" }</Link<Route>>{ "." }</span>
            } else {
                <div class="boxes">
                    for (name, stored) in &names {
                        <Checkbox key={name.clone()} label={name.clone()} checked={form.tokens.contains(name)}
                            hint={(!stored).then_some("not in the vault")} testid={format!("profile-token-{name}")}
                            onchange={token_switch(onaction, name)} />
                    }
                </div>
                <span class="field__hint">{ "Those that belong to this identity. A task still names the tokens that it may use." }</span>
            }
        </fieldset>
    }
}

fn token_switch(onaction: &Callback<FormAction>, name: &str) -> Callback<bool> {
    let name = name.to_owned();
    onaction.reform(move |on| FormAction::Token(name.clone(), on))
}
