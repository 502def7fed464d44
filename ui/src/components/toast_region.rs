//! The toasts, in the browser's top layer so that a dialog does not hide them.

use gloo_timers::callback::Timeout;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{Button, ButtonTone, Icon, IconButton, Words};
use crate::state::{Toast, ToastTone};

#[derive(PartialEq, Properties)]
pub struct ToastRegionProps {
    pub toasts: Vec<Toast>,
    pub ondismiss: Callback<u32>,
}

#[component]
pub fn ToastRegion(props: &ToastRegionProps) -> Html {
    let node = use_node_ref();
    use_effect_with((node.clone(), props.toasts.len()), |(node, count)| {
        if let Some(region) = node.cast::<HtmlElement>() {
            // Shown anew for each toast, because the newest of the top layer lies above.
            region.hide_popover().ok(); // it may be hidden already
            if *count > 0 {
                region.show_popover().ok(); // it fails only while the page is torn down
            }
        }
    });
    html! {
        <div ref={node} class="toasts" popover="manual" role="region" aria-label="Messages" aria-live="polite">
            for toast in &props.toasts {
                <ToastCard key={toast.id} toast={toast.clone()} ondismiss={props.ondismiss.clone()} />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ToastCardProps {
    toast: Toast,
    ondismiss: Callback<u32>,
}

#[component]
fn ToastCard(props: &ToastCardProps) -> Html {
    let toast = &props.toast;
    let held = use_state_eq(|| false);
    {
        let ondismiss = props.ondismiss.clone();
        use_effect_with(
            (toast.id, toast.stays(), *held),
            move |(id, stays, held)| {
                let id = *id;
                let timer = stays
                    .filter(|_| !held)
                    .map(|ms| Timeout::new(ms, move || ondismiss.emit(id)));
                move || drop(timer)
            },
        );
    }
    let hold = use_callback(held.setter(), |_: MouseEvent, held| held.set(true));
    let release = use_callback(held.setter(), |_: MouseEvent, held| held.set(false));
    let onclose = use_callback(
        (toast.id, props.ondismiss.clone()),
        |_: MouseEvent, (id, dismiss)| dismiss.emit(*id),
    );
    let onaction = use_callback(
        (toast.id, toast.action.clone(), props.ondismiss.clone()),
        |_: MouseEvent, (id, action, dismiss)| {
            dismiss.emit(*id);
            if let Some((_, act)) = action {
                act.emit(());
            }
        },
    );
    let (icon, tone) = match toast.tone {
        ToastTone::Ok => ("circle-check", "toast--ok"),
        ToastTone::Info => ("info", "toast--info"),
        ToastTone::Err => ("circle-x", "toast--err"),
    };
    let role = (toast.tone == ToastTone::Err).then_some("alert");
    html! {
        <div class={classes!("toast", tone)} {role} onmouseenter={hold} onmouseleave={release} data-testid="toast">
            <Icon name={icon} />
            <span class="toast__text selectable">
                <Words text={toast.text.clone()} />
                if let Some(hint) = &toast.hint { <span class="toast__hint"><Words text={hint.clone()} /></span> }
            </span>
            if let Some((label, _)) = &toast.action {
                <Button {label} tone={ButtonTone::Quiet} small={true} onclick={onaction} testid="toast-action" />
            }
            <IconButton icon="x" label="Dismiss" small={true} onclick={onclose} />
        </div>
    }
}
