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
                <span class="field__hint" id={format!("{}-hint", props.id)}><Words text={hint.clone()} /></span>
            }
        </div>
    }
}

/// The control with its label and the texts below, or alone where its caller names it otherwise.
pub(super) fn labelled(
    id: &AttrValue,
    label: Option<&AttrValue>,
    optional: bool,
    texts: (&Option<AttrValue>, &Option<AttrValue>),
    control: Html,
) -> Html {
    let Some(label) = label else {
        return control;
    };
    let (hint, error) = texts;
    html! {
        <Field {id} {label} {optional} hint={hint.clone()} error={error.clone()}>{ control }</Field>
    }
}

/// The `aria-describedby` of a control inside a [`Field`] with this id.
pub(super) fn describes(id: &str) -> String {
    format!("{id}-error {id}-hint")
}
