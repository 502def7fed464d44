//! The settings of Chrome that pages can see.

use yew::prelude::*;

use super::headers::header_rows;
use crate::components::{Checkbox, Choice, Icon, Input, Segments, Words};
use crate::state::profiles::{FormAction, OverrideEdit, OverrideField, ProfileForm};

/// What a field shows while nothing is set.
const OWN: &str = "Chrome's own";
/// Offered while typing; every name of the IANA database is taken.
const ZONES: [&str; 24] = [
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Madrid",
    "Europe/Rome",
    "Europe/Warsaw",
    "Europe/Kyiv",
    "Europe/Istanbul",
    "Europe/Moscow",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Toronto",
    "America/Sao_Paulo",
    "America/Mexico_City",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
];
const LANGUAGES: [&str; 14] = [
    "en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "it-IT", "nl-NL", "pl-PL", "pt-BR", "tr-TR",
    "uk-UA", "ja-JP", "ko-KR", "zh-CN",
];

pub(super) fn overrides_fields(form: &ProfileForm, onaction: &Callback<FormAction>) -> Html {
    let typed = &form.overrides;
    let set = |field: OverrideField| {
        onaction.reform(move |text: String| FormAction::Overrides(OverrideEdit::Set(field, text)))
    };
    let line = |field: OverrideField, id: &'static str, label: &'static str, value: &str| {
        // As with the other fields: an empty one is not wrong for having been passed through.
        let onleave = if value.is_empty() {
            Callback::noop()
        } else {
            onaction.reform(move |()| FormAction::Left(field.key()))
        };
        html! {
            <Input {id} {label} optional={true} placeholder={OWN} value={value.to_owned()} oninput={set(field)} {onleave}
                list={Some(format!("{id}-list"))} error={form.error(field.key())} testid={id} />
        }
    };
    let number = |field: OverrideField,
                  id: &'static str,
                  label: &'static str,
                  value: &str,
                  unit: &'static str| {
        html! {
            <label class="field">
                <span class="second small">{ label }</span>
                <Input {id} placeholder={unit} value={value.to_owned()} oninput={set(field)} error={form.error(field.key())} testid={id} />
            </label>
        }
    };
    let onmobile = onaction.reform(|on| FormAction::Overrides(OverrideEdit::Mobile(on)));
    let onscheme = onaction.reform(|value: AttrValue| {
        FormAction::Overrides(OverrideEdit::Set(
            OverrideField::ColourScheme,
            value.to_string(),
        ))
    });
    html! {
        <section aria-labelledby="pages-see">
            <div class="panel__head panel__head--inner"><h2 class="panel__title" id="pages-see">{ "What pages see" }</h2></div>
            <div class="panel__body">
                <p class="row second"><Icon name="info" />{ "Settings of Chrome itself; a page can find out that they are set." }</p>
                <div class="pair">
                    { line(OverrideField::Language, "profile-overrides-language", "Language", &typed.language) }
                    { line(OverrideField::TimeZone, "profile-overrides-time-zone", "Time zone", &typed.time_zone) }
                </div>
                <datalist id="profile-overrides-language-list">for word in LANGUAGES { <option key={word} value={word} /> }</datalist>
                <datalist id="profile-overrides-time-zone-list">for zone in ZONES { <option key={zone} value={zone} /> }</datalist>
                <fieldset class="field">
                    <legend class="field__label">{ "Place" }<span class="field__optional">{ " (optional)" }</span></legend>
                    <div class="triple">
                        { number(OverrideField::Latitude, "profile-overrides-geolocation", "Latitude, degrees", &typed.latitude, OWN) }
                        { number(OverrideField::Longitude, "profile-longitude", "Longitude, degrees", &typed.longitude, OWN) }
                        { number(OverrideField::Accuracy, "profile-accuracy", "Accuracy, metres", &typed.accuracy, "10") }
                    </div>
                    { problem(form, "overrides.geolocation", "For pages that may ask where the device is.") }
                </fieldset>
                <fieldset class="field">
                    <legend class="field__label">{ "Page size" }<span class="field__optional">{ " (optional)" }</span></legend>
                    <div class="triple">
                        { number(OverrideField::Width, "profile-overrides-viewport", "Width, pixels", &typed.width, OWN) }
                        { number(OverrideField::Height, "profile-height", "Height, pixels", &typed.height, OWN) }
                        { number(OverrideField::Scale, "profile-scale", "Scale, percent", &typed.scale, "100") }
                    </div>
                    <Checkbox label="Mobile" hint="A touch screen, and pages laid out for a phone." checked={typed.mobile} onchange={onmobile} testid="profile-mobile" />
                    { problem(form, "overrides.viewport", "") }
                </fieldset>
                <div class="field">
                    <span class="field__label">{ "Colours that the person prefers" }</span>
                    <Segments label="Colours that the person prefers" value={typed.colour_scheme.clone()} onchange={onscheme} testid="profile-colours"
                        choices={vec![Choice::new("", OWN), Choice::new("light", "Light"), Choice::new("dark", "Dark")]} />
                </div>
                <Input id="profile-overrides-user-agent" label="User agent" optional={true} mono={true} placeholder={OWN} value={typed.user_agent.clone()}
                    oninput={set(OverrideField::UserAgent)} error={form.error("overrides.user_agent")}
                    hint="Pages also get client hints that are made from it." testid="profile-overrides-user-agent" />
                { header_rows(form, onaction) }
            </div>
        </section>
    }
}

/// The problem of a group of fields, else its hint.
fn problem(form: &ProfileForm, field: &str, hint: &'static str) -> Html {
    match form.error(field) {
        Some(error) => html! {
            <span class="field__error" role="alert"><Icon name="circle-alert" /><span><Words text={error} /></span></span>
        },
        None if hint.is_empty() => Html::default(),
        None => html! { <span class="field__hint">{ hint }</span> },
    }
}
