//! Shows profiles as JSON, ready to be copied.

use drover_model::request::ExportProfiles;
use drover_model::{Fact, ProfileId};
use yew::prelude::*;

use crate::bridge::dom;
use crate::components::{Button, ButtonTone, Dialog};
use crate::format;
use crate::hooks::{use_query, use_toasts};
use crate::state::render_remote;

#[derive(PartialEq, Properties)]
pub(crate) struct ExportDialogProps {
    /// An empty list means all.
    pub profiles: Vec<ProfileId>,
    pub onclose: Callback<()>,
}

#[component]
pub(crate) fn ExportDialog(props: &ExportDialogProps) -> Html {
    let toasts = use_toasts();
    let query = use_query(
        ExportProfiles {
            profiles: props.profiles.clone(),
        },
        0,
        |_, fact| matches!(fact, Fact::ProfileChanged { .. }),
    );
    let onclose = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let oncopy = use_callback(
        (query.data().cloned(), toasts),
        |_: MouseEvent, (text, toasts)| {
            if let Some(text) = text {
                dom::copy(text);
                toasts.done("JSON copied");
            }
        },
    );
    let footer = html! {
        <>
            <Button label="Close" onclick={onclose} />
            <Button label="Copy JSON" icon="copy" tone={ButtonTone::Primary} autofocus={true} onclick={oncopy} testid="export-copy" />
        </>
    };
    let title = match props.profiles.len() {
        0 => "Export all profiles".to_owned(),
        count => format!("Export {}", format::plural(count as u64, "profile")),
    };
    html! {
        <Dialog {title} onclose={props.onclose.clone()} {footer} wide={true} testid="export-dialog">
            <p>{ "Settings only: token values, proxy logins, cookies and history stay on this machine." }</p>
            { render_remote(&query.remote, "The export could not be made", &query.onreload, |text| html! {
                <pre class="code export selectable" data-testid="export-text" tabindex="0">{ text.as_str() }</pre>
            }) }
        </Dialog>
    }
}
