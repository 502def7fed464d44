//! A field whose value goes in and never comes out again.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Field, IconButton, field::describes};

#[derive(PartialEq, Properties)]
pub struct SecretFieldProps {
    pub id: AttrValue,
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    #[prop_or_default]
    pub optional: bool,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// Pasting is always allowed, and what is being typed can be looked at; a stored value never is.
#[component]
pub fn SecretField(props: &SecretFieldProps) -> Html {
    let seen = use_state_eq(|| false);
    let oninput = use_callback(props.oninput.clone(), |event: InputEvent, emit| {
        emit.emit(event.target_unchecked_into::<HtmlInputElement>().value());
    });
    let onclick = {
        let seen = seen.clone();
        Callback::from(move |_: MouseEvent| seen.set(!*seen))
    };
    html! {
        <Field id={props.id.clone()} label={props.label.clone()} optional={props.optional} hint={props.hint.clone()} error={props.error.clone()}>
            <span class="input-group">
                <input
                    id={props.id.clone()}
                    class="input input--mono"
                    type={if *seen { "text" } else { "password" }}
                    value={props.value.clone()}
                    placeholder={props.placeholder.clone()}
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid={props.error.is_some().then_some("true")}
                    aria-describedby={describes(&props.id)}
                    data-testid={props.testid.clone()}
                    {oninput}
                />
                <IconButton icon="eye" label="Show what is typed" pressed={Some(*seen)} small={true} {onclick} />
            </span>
        </Field>
    }
}
