//! Yes or no: checkboxes and switches.

use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct CheckboxProps {
    /// Shown beside the box; give `hidden_label` for a box that stands alone in a table.
    pub label: AttrValue,
    pub checked: bool,
    pub onchange: Callback<bool>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub hidden_label: bool,
    /// Some, but not all, of a list.
    #[prop_or_default]
    pub mixed: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

#[component]
pub fn Checkbox(props: &CheckboxProps) -> Html {
    let node = use_node_ref();
    let onchange = use_callback(props.onchange.clone(), |event: Event, emit| {
        emit.emit(event.target_unchecked_into::<HtmlInputElement>().checked());
    });
    use_effect_with((node.clone(), props.mixed), |(node, mixed)| {
        if let Some(input) = node.cast::<HtmlInputElement>() {
            input.set_indeterminate(*mixed);
        }
    });
    html! {
        <label class="check">
            <input
                ref={node}
                type="checkbox"
                class="check__box"
                checked={props.checked}
                aria-label={props.hidden_label.then(|| props.label.clone())}
                data-testid={props.testid.clone()}
                {onchange}
            />
            if !props.hidden_label {
                <span class="check__text">
                    { &props.label }
                    if let Some(hint) = &props.hint { <span class="check__hint">{ hint }</span> }
                </span>
            }
        </label>
    }
}

#[derive(PartialEq, Properties)]
pub struct SwitchProps {
    pub label: AttrValue,
    pub on: bool,
    pub onchange: Callback<bool>,
    #[prop_or_default]
    pub hidden_label: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// A setting that takes effect at once.
#[component]
pub fn Switch(props: &SwitchProps) -> Html {
    let onclick = use_callback(
        (props.on, props.onchange.clone()),
        |_: MouseEvent, (on, emit)| emit.emit(!on),
    );
    html! {
        <button
            type="button"
            class="switch"
            role="switch"
            aria-checked={if props.on { "true" } else { "false" }}
            aria-label={props.hidden_label.then(|| props.label.clone())}
            data-testid={props.testid.clone()}
            {onclick}
        >
            <span class="switch__track" />
            if !props.hidden_label { { &props.label } }
        </button>
    }
}
