//! Opens an endpoint and shows it. Closing the dialog leaves the endpoint open.

use yew::prelude::*;

use super::endpoint::EndpointLines;
use crate::components::{Button, ButtonTone, Callout, Dialog, ErrorCallout, Icon, Tone};
use crate::hooks::use_browser_desk;
use crate::state::Asked;

#[derive(PartialEq, Properties)]
pub(super) struct AttachDialogProps {
    /// The id of a run or of a profile.
    pub target: String,
    pub what: AttrValue,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn AttachDialog(props: &AttachDialogProps) -> Html {
    let desk = use_browser_desk();
    // Whether an answer is to be expected; without one, a missing endpoint is one that has ended.
    let begun = use_state_eq(|| false);
    let asked = desk.desk().asked(&props.target).cloned();
    let onask = use_callback(
        (desk.clone(), props.target.clone()),
        |(): (), (desk, target)| desk.attach(target.clone()),
    );
    {
        let (asked, onask, begun) = (asked.clone(), onask.clone(), begun.setter());
        use_effect_with((), move |()| {
            if !matches!(asked, Some(Asked::Open(_) | Asked::Waiting)) {
                onask.emit(());
            }
            begun.set(true);
        });
    }
    let onclose = use_callback(
        (desk.clone(), props.target.clone(), props.onclose.clone()),
        |(): (), (desk, target, close)| {
            desk.forget(target);
            close.emit(());
        },
    );
    let open = match &asked {
        Some(Asked::Open(tool)) => Some(tool.clone()),
        _ => None,
    };
    let ondetach = use_callback(
        (desk, open.clone(), onclose.clone()),
        |_: MouseEvent, (desk, tool, close)| {
            if let Some(tool) = tool {
                desk.detach(tool.id);
            }
            close.emit(());
        },
    );
    let ondone = onclose.reform(|_: MouseEvent| ());
    let footer = html! {
        <>
            if open.is_some() {
                <Button label="Keep it open" autofocus={true} onclick={ondone} testid="attach-done" />
                <Button label="Close endpoint" icon="unplug" tone={ButtonTone::Danger} onclick={ondetach} testid="attach-detach" />
            } else {
                <Button label="Close" onclick={ondone} />
            }
        </>
    };
    html! {
        <Dialog title={format!("Attach a tool to {}", props.what)} {onclose} {footer} wide={true} testid="attach-dialog">
            { match asked {
                Some(Asked::Open(tool)) => html! { <EndpointLines {tool} /> },
                Some(Asked::Refused(error)) => html! { <ErrorCallout title="No endpoint was opened" {error} onretry={Some(onask)} /> },
                None if *begun => html! {
                    <Callout tone={Tone::Info} title="The endpoint is closed">
                        { "Its run or its browser has ended, or it was closed. The address does not work any more." }
                    </Callout>
                },
                None | Some(Asked::Waiting) => html! {
                    <p class="row" role="status"><Icon name="loader" turning={true} />{ "Opening the endpoint. The browser is started when it does not run." }</p>
                },
            } }
        </Dialog>
    }
}
