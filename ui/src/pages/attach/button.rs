//! "Attach a tool", and once one is attached "Tool attached · Close".

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::dialog::AttachDialog;
use crate::bridge::dom;
use crate::components::{Button, ButtonTone};
use crate::hooks::{use_action, use_browser_desk};
use crate::keymap::Action;
use crate::state::Asked;

#[derive(PartialEq, Properties)]
pub(crate) struct AttachToolProps {
    /// The id of a run or of a profile.
    pub target: String,
    /// What a person calls it.
    pub what: AttrValue,
    #[prop_or_default]
    pub small: bool,
    /// The only one on its screen: it has the key.
    #[prop_or_default]
    pub keyed: bool,
}

#[component]
pub(crate) fn AttachTool(props: &AttachToolProps) -> Html {
    let desk = use_browser_desk();
    // The target of the dialog that is open; it stays when the run behind it ends meanwhile.
    let shown = use_state_eq(|| None::<String>);
    let show = use_callback(
        (shown.setter(), props.target.clone()),
        |(): (), (shown, target)| shown.set(Some(target.clone())),
    );
    use_action(Action::Attach, props.keyed.then(|| show.clone()));
    let onshow = use_callback(show, |event: MouseEvent, show| {
        event.stop_propagation();
        show.emit(());
    });
    // Button and chip take each other's place; the focus must not fall between them.
    let place = use_node_ref();
    let closing = use_mut_ref(|| false);
    let onclose = use_callback((shown.setter(), place.clone()), |(): (), (shown, place)| {
        shown.set(None);
        focus_soon(place.clone());
    });
    let tool = desk.desk().asked(&props.target).and_then(Asked::open);
    let ondetach = use_callback(
        (desk, tool, closing.clone()),
        |event: MouseEvent, (desk, tool, closing)| {
            event.stop_propagation();
            if let Some(id) = tool {
                *closing.borrow_mut() = true;
                desk.detach(*id);
            }
        },
    );
    use_effect_with((tool.is_some(), place.clone()), move |(open, place)| {
        if !open && closing.replace(false) {
            focus_soon(place.clone());
        }
    });
    html! {
        <span class="attach" ref={place}>
            if tool.is_some() {
                <span class="tool-chip" role="group" aria-label={format!("Tool attached to {}", props.what)} data-testid="tool-chip">
                    <Button label="Tool attached" icon="plug" tone={ButtonTone::Quiet} small={props.small} onclick={onshow} testid="tool-show" />
                    <Button label="Close" tone={ButtonTone::Quiet} small={props.small} aria_label="Close the endpoint" onclick={ondetach} testid="tool-close" />
                </span>
            } else {
                <Button label="Attach a tool" icon="plug" small={props.small} aria_label={format!("Attach a tool to {}", props.what)} onclick={onshow} testid="tool-attach" />
            }
            if let Some(target) = &*shown {
                <AttachDialog target={target.clone()} what={props.what.clone()} {onclose} />
            }
        </span>
    }
}

/// Focuses what is drawn here, once it is. A dialog that closes gives the focus back to its opener after that,
/// when the opener is still there.
fn focus_soon(place: NodeRef) {
    Timeout::new(0, move || {
        dom::focus_first(&place, "button");
    })
    .forget();
}
