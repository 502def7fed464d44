//! A setting that is a whole number, saved when its field is left.

use yew::prelude::*;

use super::row::SettingRow;
use crate::components::Input;
use crate::format::count;

#[derive(PartialEq, Properties)]
pub(super) struct NumberSettingProps {
    pub id: &'static str,
    pub label: AttrValue,
    pub hint: AttrValue,
    pub value: u32,
    pub min: u32,
    pub max: u32,
    pub onchange: Callback<u32>,
}

#[component]
pub(super) fn NumberSetting(props: &NumberSettingProps) -> Html {
    let typed = use_state_eq(|| props.value.to_string());
    use_effect_with((props.value, typed.setter()), |(value, typed)| {
        typed.set(value.to_string());
    });
    let parsed = typed.trim().parse::<u32>().ok();
    let parsed = parsed.filter(|number| (props.min..=props.max).contains(number));
    let oninput = use_callback(typed.setter(), |text: String, typed| typed.set(text));
    let onleave = use_callback(
        (parsed, props.value, props.onchange.clone()),
        |(): (), (parsed, value, change)| {
            if let Some(number) = parsed.filter(|number| number != value) {
                change.emit(number);
            }
        },
    );
    let error = parsed.is_none().then(|| {
        let (min, max) = (count(u64::from(props.min)), count(u64::from(props.max)));
        AttrValue::from(format!("A number from {min} to {max}."))
    });
    html! {
        <SettingRow label={props.label.clone()} hint={props.hint.clone()}>
            <span class="setting__number">
                <Input id={props.id} aria_label={props.label.clone()} kind="number" value={(*typed).clone()} {oninput} {onleave}
                    error={error.clone()} testid={format!("setting-{}", props.id)} />
            </span>
            if let Some(error) = error { <span class="field__error" id={format!("{}-error", props.id)}>{ error }</span> }
        </SettingRow>
    }
}
