//! Asks before something is done, and stays until it is.

use yew::prelude::*;

use super::refusal::{refusal, working};
use crate::components::{Button, ButtonTone, Dialog};
use crate::hooks::Job;

#[derive(PartialEq, Properties)]
pub(in crate::pages) struct ConfirmProps {
    pub title: AttrValue,
    /// Verb and object: "Roll back".
    pub verb: AttrValue,
    #[prop_or_default]
    pub danger: bool,
    pub job: Job,
    /// What is said while it is done.
    pub working: &'static str,
    /// What is said when it is refused: "The profile was not rolled back".
    pub refused: &'static str,
    pub onconfirm: Callback<()>,
    pub onclose: Callback<()>,
    pub testid: &'static str,
    /// What follows from it.
    pub children: Html,
}

#[component]
pub(in crate::pages) fn Confirm(props: &ConfirmProps) -> Html {
    let job = &props.job;
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let onclick = use_callback(props.onconfirm.clone(), |_: MouseEvent, confirm| {
        confirm.emit(());
    });
    let tone = if props.danger {
        ButtonTone::Danger
    } else {
        ButtonTone::Primary
    };
    let footer = html! {
        <>
            <Button label="Cancel" autofocus={true} onclick={oncancel} />
            <Button label={props.verb.clone()} {tone} busy={job.is_busy()} {onclick} testid={format!("{}-confirm", props.testid)} />
        </>
    };
    html! {
        <Dialog title={props.title.clone()} onclose={props.onclose.clone()} {footer} testid={props.testid}>
            if let Some(error) = job.refusal() {
                { refusal(props.refused, error, &props.onconfirm) }
            }
            { props.children.clone() }
            if job.is_busy() { { working(props.working) } }
        </Dialog>
    }
}
