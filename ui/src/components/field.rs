//! A label with its control, its hint and its error.

use yew::prelude::*;

use super::{Icon, Words};

#[derive(PartialEq, Properties)]
pub struct FieldProps {
    /// The id of the control inside; give the same to the control.
    pub id: AttrValue,
    pub label: AttrValue,
    #[prop_or_default]
    pub optional: bool,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    pub children: Html,
}

/// Controls point at the texts below by [`describes`].
#[component]
pub fn Field(props: &FieldProps) -> Html {
    html! {
        <div class="field">
            <label class="field__label" for={props.id.clone()}>
                { &props.label }
                if props.optional { <span class="field__optional">{ " (optional)" }</span> }
            </label>
            { props.children.clone() }
            if let Some(error) = &props.error {
                <span class="field__error" id={format!("{}-error", props.id)}>
                    <Icon name="circle-alert" /><span><Words text={error.clone()} /></span>
                </span>
            } else if let Some(hint) = &props.hint {
                <span class="field__hint" id={format!("{}-hint", props.id)}>{ hint }</span>
            }
        </div>
    }
}

/// The `aria-describedby` of a control inside a [`Field`] with this id.
pub(super) fn describes(id: &str) -> String {
    format!("{id}-error {id}-hint")
}
