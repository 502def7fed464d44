//! Text inputs: one line and many.

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::Field;
use super::field::{describes, labelled};

#[derive(PartialEq, Properties)]
pub struct InputProps {
    pub id: AttrValue,
    /// Without a label the caller sets `aria_label`.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub aria_label: Option<AttrValue>,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    /// Called when the field is left, for checks that would be a nuisance while typing.
    #[prop_or_default]
    pub onleave: Callback<()>,
    #[prop_or_default]
    pub optional: bool,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// Names, paths, addresses and commands are set in mono.
    #[prop_or_default]
    pub mono: bool,
    #[prop_or_default]
    pub autofocus: bool,
    /// `text`, `number`, `date`, `search`.
    #[prop_or("text")]
    pub kind: &'static str,
    /// The id of a `<datalist>` with values that are often meant.
    #[prop_or_default]
    pub list: Option<AttrValue>,
    #[prop_or_default]
    pub node: NodeRef,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

#[component]
pub fn Input(props: &InputProps) -> Html {
    let oninput = use_callback(props.oninput.clone(), |event: InputEvent, emit| {
        emit.emit(event.target_unchecked_into::<HtmlInputElement>().value());
    });
    let onblur = use_callback(props.onleave.clone(), |_: FocusEvent, emit| emit.emit(()));
    let control = html! {
        <input
            id={props.id.clone()}
            ref={props.node.clone()}
            class={classes!("input", props.mono.then_some("input--mono"))}
            type={props.kind}
            value={props.value.clone()}
            placeholder={props.placeholder.clone()}
            list={props.list.clone()}
            autocomplete="off"
            spellcheck="false"
            autofocus={props.autofocus}
            aria-label={props.aria_label.clone()}
            aria-invalid={props.error.is_some().then_some("true")}
            aria-describedby={describes(&props.id)}
            data-testid={props.testid.clone()}
            {oninput}
            {onblur}
        />
    };
    let texts = (&props.hint, &props.error);
    labelled(
        &props.id,
        props.label.as_ref(),
        props.optional,
        texts,
        control,
    )
}

#[derive(PartialEq, Properties)]
pub struct TextareaProps {
    pub id: AttrValue,
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    #[prop_or(4)]
    pub rows: u32,
    #[prop_or_default]
    pub optional: bool,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub mono: bool,
    #[prop_or_default]
    pub autofocus: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

#[component]
pub fn Textarea(props: &TextareaProps) -> Html {
    let oninput = use_callback(props.oninput.clone(), |event: InputEvent, emit| {
        emit.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
    });
    html! {
        <Field id={props.id.clone()} label={props.label.clone()} optional={props.optional} hint={props.hint.clone()} error={props.error.clone()}>
            <textarea
                id={props.id.clone()}
                class={classes!("textarea", props.mono.then_some("textarea--mono"))}
                rows={props.rows.to_string()}
                value={props.value.clone()}
                placeholder={props.placeholder.clone()}
                spellcheck="false"
                autofocus={props.autofocus}
                aria-invalid={props.error.is_some().then_some("true")}
                aria-describedby={describes(&props.id)}
                data-testid={props.testid.clone()}
                {oninput}
            />
        </Field>
    }
}
