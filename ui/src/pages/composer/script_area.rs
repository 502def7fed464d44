//! A text area in mono with line numbers. Tab moves on, as everywhere.

use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(super) struct ScriptAreaProps {
    pub id: AttrValue,
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    pub invalid: bool,
    pub testid: &'static str,
}

#[component]
pub(super) fn ScriptArea(props: &ScriptAreaProps) -> Html {
    let gutter = use_node_ref();
    let oninput = use_callback(props.oninput.clone(), |event: InputEvent, emit| {
        emit.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
    });
    let onscroll = use_callback(gutter.clone(), |event: Event, gutter| {
        if let Some(gutter) = gutter.cast::<HtmlElement>() {
            gutter.set_scroll_top(event.target_unchecked_into::<HtmlElement>().scroll_top());
        }
    });
    let count = props.value.split('\n').count();
    let numbers = use_memo(count, |count| {
        (1..=*count)
            .map(|line| line.to_string())
            .collect::<Vec<_>>()
            .join("\n")
    });
    html! {
        <div class={classes!("script", props.invalid.then_some("script--invalid"))}>
            <pre class="script__gutter" ref={gutter} aria-hidden="true">{ numbers.as_str() }</pre>
            <textarea id={props.id.clone()} class="script__text" value={props.value.clone()} spellcheck="false" autocomplete="off" wrap="off"
                aria-label={props.label.clone()} aria-invalid={props.invalid.then_some("true")} aria-describedby={format!("{}-error", props.id)}
                data-testid={props.testid} {oninput} {onscroll} />
        </div>
    }
}
