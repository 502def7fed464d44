//! What is shown of a profile that came in.

use drover_model::{LeftOut, Name, ProfileId};
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::{Button, ButtonTone, Callout, Dialog, Tone, Words};
use crate::format;
use crate::route::Route;

#[derive(PartialEq, Properties)]
pub(super) struct MadeDialogProps {
    pub id: ProfileId,
    pub name: Name,
    pub onclose: Callback<()>,
    pub children: Html,
}

#[component]
pub(super) fn MadeDialog(props: &MadeDialogProps) -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let onshow = {
        let (close, id) = (props.onclose.clone(), props.id.to_string());
        Callback::from(move |_: MouseEvent| {
            close.emit(());
            navigator.push(&Route::Profile { id: id.clone() });
        })
    };
    let onclick = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let footer = html! {
        <>
            <Button label="Show profile" onclick={onshow} testid="made-show" />
            <Button label="Done" tone={ButtonTone::Primary} autofocus={true} {onclick} testid="made-done" />
        </>
    };
    html! {
        <Dialog title={format!("Profile {} made", props.name)} wide={true} onclose={props.onclose.clone()} {footer} testid="made-dialog">
            { props.children.clone() }
        </Dialog>
    }
}

/// Files that stayed behind, each with its reason; nothing when all came along.
pub(super) fn left_out(left: &[LeftOut]) -> Html {
    if left.is_empty() {
        return Html::default();
    }
    html! {
        <Callout tone={Tone::Info} title={format!("{} stayed behind", format::plural(left.len() as u64, "file"))}>
            <ul class="points">
                for item in left {
                    <li key={item.what.clone()}><span class="mono">{ &item.what }</span>{ ": " }<Words text={item.why.clone()} /></li>
                }
            </ul>
        </Callout>
    }
}
