//! A choice of one: from a list, or from a few beside each other.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::Icon;
use super::field::{describes, labelled};

/// One choice: the value that is reported and the words that are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: AttrValue,
    pub label: AttrValue,
}

impl Choice {
    pub fn new(value: impl Into<AttrValue>, label: impl Into<AttrValue>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct SelectProps {
    pub id: AttrValue,
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub aria_label: Option<AttrValue>,
    pub value: AttrValue,
    pub choices: Vec<Choice>,
    pub onchange: Callback<String>,
    #[prop_or_default]
    pub optional: bool,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

#[component]
pub fn Select(props: &SelectProps) -> Html {
    let onchange = use_callback(props.onchange.clone(), |event: Event, emit| {
        emit.emit(event.target_unchecked_into::<HtmlSelectElement>().value());
    });
    let control = html! {
        <span class="select-wrap">
            <select
                id={props.id.clone()}
                class="select"
                aria-label={props.aria_label.clone()}
                aria-invalid={props.error.is_some().then_some("true")}
                aria-describedby={describes(&props.id)}
                data-testid={props.testid.clone()}
                {onchange}
            >
                for choice in &props.choices {
                    <option key={choice.value.to_string()} value={choice.value.clone()} selected={choice.value == props.value}>
                        { &choice.label }
                    </option>
                }
            </select>
            <Icon name="chevron-down" />
        </span>
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
pub struct SegmentsProps {
    /// What is chosen here, for screen readers.
    pub label: AttrValue,
    pub value: AttrValue,
    pub choices: Vec<Choice>,
    pub onchange: Callback<AttrValue>,
    /// Each choice carries this and its value: `kind-command`.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// Two to five choices beside each other; arrow keys move between them.
#[component]
pub fn Segments(props: &SegmentsProps) -> Html {
    let list = use_node_ref();
    let onkeydown = {
        let choices = props.choices.clone();
        let value = props.value.clone();
        let emit = props.onchange.clone();
        let list = list.clone();
        Callback::from(move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowRight" | "ArrowDown" => 1,
                "ArrowLeft" | "ArrowUp" => choices.len().saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            let now = choices
                .iter()
                .position(|choice| choice.value == value)
                .unwrap_or(0);
            let next = (now + step) % choices.len().max(1);
            if let Some(choice) = choices.get(next) {
                emit.emit(choice.value.clone());
                crate::bridge::dom::focus_child(&list, next);
            }
        })
    };
    html! {
        <div class="seg" role="radiogroup" aria-label={props.label.clone()} ref={list} {onkeydown}>
            for choice in &props.choices {
                <SegmentItem
                    key={choice.value.to_string()}
                    choice={choice.clone()}
                    chosen={choice.value == props.value}
                    testid={props.testid.as_ref().map(|id| format!("{id}-{}", choice.value))}
                    onchange={props.onchange.clone()}
                />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct SegmentItemProps {
    choice: Choice,
    chosen: bool,
    testid: Option<String>,
    onchange: Callback<AttrValue>,
}

#[component]
fn SegmentItem(props: &SegmentItemProps) -> Html {
    let onclick = use_callback(
        (props.choice.value.clone(), props.onchange.clone()),
        |_: MouseEvent, (value, emit)| emit.emit(value.clone()),
    );
    html! {
        <button
            type="button"
            class="seg__item"
            role="radio"
            aria-checked={if props.chosen { "true" } else { "false" }}
            tabindex={if props.chosen { "0" } else { "-1" }}
            data-testid={props.testid.clone()}
            {onclick}
        >
            { &props.choice.label }
        </button>
    }
}
