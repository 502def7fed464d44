//! Asks before something goes whose secret cannot be brought back.

use yew::prelude::*;

use crate::components::{Button, ButtonTone, Dialog};

#[derive(PartialEq, Properties)]
pub struct RemoveDialogProps {
    /// What goes, in one word: "proxy", "token".
    pub noun: &'static str,
    pub name: AttrValue,
    pub onremove: Callback<()>,
    pub onclose: Callback<()>,
    /// Why it cannot go now.
    #[prop_or_default]
    pub blocked: Option<AttrValue>,
    /// What follows from it.
    pub children: Html,
}

#[component]
pub fn RemoveDialog(props: &RemoveDialogProps) -> Html {
    let RemoveDialogProps {
        noun,
        name,
        onremove,
        onclose,
        blocked,
        children,
    } = props;
    let oncancel = use_callback(onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let onconfirm = use_callback(
        (onclose.clone(), onremove.clone()),
        |_: MouseEvent, (close, remove)| {
            close.emit(());
            remove.emit(());
        },
    );
    let footer = html! {
        <>
            <Button label="Keep it" autofocus={true} onclick={oncancel} />
            <Button label={format!("Remove {noun}")} tone={ButtonTone::Danger} blocked={blocked.clone()} onclick={onconfirm} testid={format!("{noun}-remove-confirm")} />
        </>
    };
    html! {
        <Dialog title={format!("Remove {noun} {name}?")} {onclose} {footer} testid={format!("{noun}-remove")}>{ children.clone() }</Dialog>
    }
}
