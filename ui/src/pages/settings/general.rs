//! How the window looks and behaves.

use drover_model::Settings as Values;
use drover_model::settings::{Density, LanguageChoice, Theme};
use yew::prelude::*;

use super::page::SectionState;
use super::row::{Section, SettingRow};
use crate::components::{Choice, Segments, Switch};

#[component]
pub(super) fn General(props: &SectionState) -> Html {
    let values = &props.values;
    let change = |apply: fn(&mut Values, bool)| {
        let (values, save) = (values.clone(), props.save.clone());
        Callback::from(move |on: bool| {
            let mut next = (*values).clone();
            apply(&mut next, on);
            save.emit(next);
        })
    };
    let ontheme = {
        let (values, save) = (values.clone(), props.save.clone());
        Callback::from(move |key: AttrValue| {
            let theme = match key.as_str() {
                "dark" => Theme::Dark,
                "light" => Theme::Light,
                _ => Theme::System,
            };
            save.emit(Values {
                theme,
                ..(*values).clone()
            });
        })
    };
    let ondensity = {
        let (values, save) = (values.clone(), props.save.clone());
        Callback::from(move |key: AttrValue| {
            let density = if key == "comfortable" {
                Density::Comfortable
            } else {
                Density::Compact
            };
            save.emit(Values {
                density,
                ..(*values).clone()
            });
        })
    };
    let onlanguage = {
        let (values, save) = (values.clone(), props.save.clone());
        Callback::from(move |key: AttrValue| {
            let language = match key.as_str() {
                "english" => LanguageChoice::English,
                "german" => LanguageChoice::German,
                _ => LanguageChoice::System,
            };
            save.emit(Values {
                language,
                ..(*values).clone()
            });
        })
    };
    let language = match values.language {
        LanguageChoice::System => "system",
        LanguageChoice::English => "english",
        LanguageChoice::German => "german",
    };
    let theme = match values.theme {
        Theme::System => "system",
        Theme::Dark => "dark",
        Theme::Light => "light",
    };
    let density = if values.density == Density::Comfortable {
        "comfortable"
    } else {
        "compact"
    };
    html! {
        <>
            <Section title="Appearance">
                <SettingRow label="Theme" hint="Ctrl Shift L switches between dark and light.">
                    <Segments label="Theme" value={theme} onchange={ontheme} testid="setting-theme"
                        choices={vec![Choice::new("system", "System"), Choice::new("dark", "Dark"), Choice::new("light", "Light")]} />
                </SettingRow>
                <SettingRow label="High contrast" hint="Text at 7 to 1 and stronger edges.">
                    <Switch label="High contrast" hidden_label={true} on={values.high_contrast}
                        onchange={change(|values, on| values.high_contrast = on)} testid="setting-contrast" />
                </SettingRow>
                <SettingRow label="Density" hint="Height of rows and controls.">
                    <Segments label="Density" value={density} onchange={ondensity} testid="setting-density"
                        choices={vec![Choice::new("compact", "Compact"), Choice::new("comfortable", "Comfortable")]} />
                </SettingRow>
                <SettingRow label="Reduce motion" hint="Nothing moves or turns. The system's own setting counts as well.">
                    <Switch label="Reduce motion" hidden_label={true} on={values.reduced_motion}
                        onchange={change(|values, on| values.reduced_motion = on)} testid="setting-motion" />
                </SettingRow>
            </Section>
            <Section title="Language">
                <SettingRow label="Schedules in words" hint="When a schedule starts, what the clocks do to it and what was missed. Everything else is in English.">
                    <Segments label="Schedules in words" value={language} onchange={onlanguage} testid="setting-language"
                        choices={vec![Choice::new("system", "System"), Choice::new("english", "English"), Choice::new("german", "Deutsch")]} />
                </SettingRow>
            </Section>
            <Section title="Behaviour">
                <SettingRow label="Keep running in the tray" hint="Closing the window leaves Drover in the tray, where the desktop has one. Runs go on.">
                    <Switch label="Keep running in the tray" hidden_label={true} on={values.close_to_tray}
                        onchange={change(|values, on| values.close_to_tray = on)} testid="setting-tray" />
                </SettingRow>
                <SettingRow label="Single-letter keys" hint="Keys such as `n`, `/` and `g r`. Keys with Ctrl always work.">
                    <Switch label="Single-letter keys" hidden_label={true} on={values.single_keys}
                        onchange={change(|values, on| values.single_keys = on)} testid="setting-keys" />
                </SettingRow>
            </Section>
        </>
    }
}
