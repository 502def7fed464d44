//! Opens an endpoint and shows it. Closing the dialog leaves the endpoint open.

use std::rc::Rc;

use drover_model::request::OpenEndpoint;
use yew::prelude::*;

use super::endpoint::EndpointLines;
use crate::components::{Button, ButtonTone, Callout, Dialog, ErrorCallout, Icon, Tone};
use crate::format::relative;
use crate::hooks::{use_browser_desk, use_now};
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
            if !matches!(asked, Some(Asked::Waiting))
                && asked.and_then(|asked| asked.open()).is_none()
            {
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
    let open = asked.as_ref().and_then(Asked::open);
    let ondetach = use_callback(
        (desk.clone(), open, onclose.clone()),
        |_: MouseEvent, (desk, open, close)| {
            if let Some(id) = open {
                desk.detach(*id);
            }
            close.emit(());
        },
    );
    let onanew = use_callback(
        (desk, open, props.target.clone()),
        |_: MouseEvent, (desk, open, target)| {
            if let Some(id) = open {
                desk.attach_anew(*id, target.clone());
            }
        },
    );
    let ondone = onclose.reform(|_: MouseEvent| ());
    let footer = html! {
        <>
            if open.is_some() {
                <Button label="Keep it open" autofocus={true} onclick={ondone} testid="attach-done" />
                if matches!(asked, Some(Asked::Elsewhere(_))) {
                    <Button label="Close it and open another" onclick={onanew} testid="attach-anew" />
                }
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
                Some(Asked::Elsewhere(open)) => html! { <OpenElsewhere {open} /> },
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

#[derive(PartialEq, Properties)]
struct OpenElsewhereProps {
    open: Rc<OpenEndpoint>,
}

/// An endpoint whose address is not known here.
#[component]
fn OpenElsewhere(props: &OpenElsewhereProps) -> Html {
    let since = relative(props.open.since, use_now(60_000));
    html! {
        <Callout tone={Tone::Warn} title={format!("An endpoint to `{}` was opened {since}", props.open.name)} testid="attach-elsewhere">
            { "Its address was told once, to the one who opened it; Drover stores it nowhere. Whoever has it drives the \
               profile until you close it." }
        </Callout>
    }
}
