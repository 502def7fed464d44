//! A modal dialog over the native `<dialog>`: focus stays inside, Escape closes.

use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};
use yew::prelude::*;

use super::IconButton;
use crate::bridge::dom;

#[derive(PartialEq, Properties)]
pub struct DialogProps {
    pub title: AttrValue,
    pub onclose: Callback<()>,
    pub children: Html,
    /// The buttons, least destructive first.
    #[prop_or_default]
    pub footer: Html,
    #[prop_or_default]
    pub wide: bool,
    /// Called when the form is sent by Enter or by a submit button.
    #[prop_or_default]
    pub onsubmit: Callback<()>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// Draw it while it is open and leave it out to close it; the focus goes back to where it was.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    let id = use_memo((), |()| format!("dialog-{}", dom::fresh()));
    use_effect_with(node.clone(), |node| {
        let opener = dom::focused();
        open(node);
        move || give_back(opener)
    });
    let oncancel = use_callback(props.onclose.clone(), |event: Event, close| {
        event.prevent_default();
        event.stop_propagation();
        close.emit(());
    });
    let onclick = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let onsubmit = use_callback(props.onsubmit.clone(), |event: SubmitEvent, submit| {
        event.prevent_default();
        submit.emit(());
    });
    html! {
        <dialog
            ref={node}
            class={classes!("dialog", props.wide.then_some("dialog--wide"))}
            aria-labelledby={id.to_string()}
            data-testid={props.testid.clone()}
            {oncancel}
        >
            <form {onsubmit} novalidate={true}>
                <div class="dialog__head">
                    <h2 class="dialog__title" id={id.to_string()}>{ &props.title }</h2>
                    <IconButton icon="x" label="Close" keys="Esc" small={true} {onclick} />
                </div>
                <div class="dialog__body">{ props.children.clone() }</div>
                if props.footer != Html::default() { <div class="dialog__foot">{ props.footer.clone() }</div> }
            </form>
        </dialog>
    }
}

fn open(node: &NodeRef) {
    let Some(dialog) = node.cast::<HtmlDialogElement>() else {
        return;
    };
    dialog.show_modal().ok(); // it fails only when it is open already
    let first = ".dialog__body input, .dialog__body textarea, .dialog__body select, [autofocus], .dialog__foot button";
    if let Some(field) = dialog
        .query_selector(first)
        .ok()
        .flatten()
        .and_then(|found| found.dyn_into::<HtmlElement>().ok())
    {
        field.focus().ok(); // a hidden field cannot take it; then the dialog keeps the focus
    }
}

fn give_back(opener: Option<HtmlElement>) {
    if let Some(opener) = opener {
        // Until the dialog has left the page everything behind it is inert.
        let focus = move || opener.focus().unwrap_or_default(); // the opener may have left the page too
        gloo_timers::callback::Timeout::new(0, focus).forget();
    }
}
