//! The cookies as text for the clipboard. The text lives as long as this dialog and nowhere else.

use std::rc::Rc;

use drover_model::request::{CookieExport, ExportCookies};
use drover_model::{CookieFormat, Profile};
use yew::prelude::*;

use crate::bridge::dom;
use crate::components::{Button, ButtonTone, Callout, Choice, Dialog, Select, Tone, Words};
use crate::hooks::{use_job, use_link, use_toasts};
use crate::pages::keeping::refusal::{refusal, working};
use crate::{api, format};

#[derive(PartialEq, Properties)]
pub(super) struct ExportCookiesProps {
    pub profile: Rc<Profile>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn ExportCookiesDialog(props: &ExportCookiesProps) -> Html {
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    let format = use_state_eq(|| CookieFormat::ALL[0]);
    let made = use_state_eq(|| None::<Rc<CookieExport>>);
    let onformat = use_callback(
        (format.setter(), made.setter(), job.clone()),
        |key: String, (format, made, job)| {
            if let Some(chosen) = CookieFormat::of_key(&key) {
                format.set(chosen);
                made.set(None);
                job.clear();
            }
        },
    );
    let onmake = {
        let (job, made, format) = (job.clone(), made.setter(), *format);
        let profile = props.profile.id.to_string();
        Callback::from(move |()| {
            let request = ExportCookies {
                profile: profile.clone(),
                format,
            };
            let (link, made) = (link.clone(), made.clone());
            job.run(
                async move { api::export_cookies(&link, request).await },
                move |export| made.set(Some(Rc::new(export))),
            );
        })
    };
    let oncopy = use_callback(
        ((*made).clone(), toasts, props.onclose.clone()),
        |_: MouseEvent, (made, toasts, close)| {
            if let Some(export) = made {
                dom::copy(&export.text);
                close.emit(());
                toasts.info("Cookies copied; clear the clipboard when you are done");
            }
        },
    );
    let onclose = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let footer = html! {
        <>
            <Button label="Close" onclick={onclose} />
            if made.is_some() {
                <Button label="Copy" icon="copy" tone={ButtonTone::Primary} onclick={oncopy} testid="cookies-copy" />
            } else {
                <Button label="Make the text" tone={ButtonTone::Primary} busy={job.is_busy()} submit={true} testid="cookies-export-run" />
            }
        </>
    };
    let choices = CookieFormat::ALL.map(|format| Choice::new(format.key(), format.label()));
    let hint = format.loses().map(|what| format!("It cannot hold {what}."));
    let onsubmit = if made.is_some() {
        Callback::noop()
    } else {
        onmake.clone()
    };
    html! {
        <Dialog title={format!("Export the cookies of {}", props.profile.name)} onclose={props.onclose.clone()} {onsubmit} {footer} testid="cookies-export-dialog">
            <Callout tone={Tone::Warn} title="Whoever has this text has the sessions in it">
                { "With it, another browser is signed in wherever this profile is. Drover does not keep it." }
            </Callout>
            if let Some(error) = job.refusal() { { refusal("The text was not made", error, &onmake) } }
            <Select id="cookies-format" label="Format" value={format.key()} choices={choices.to_vec()} onchange={onformat} hint={hint.map(AttrValue::from)} testid="cookies-format" />
            if job.is_busy() { { working("Asking the browser. Without one that runs, it is started without a window.") } }
            if let Some(export) = &*made {
                <p data-testid="cookies-made">{ format!("{} of text are ready to be copied.", format::size(export.text.len() as u64)) }</p>
                for note in &export.notes { <p class="small" key={note.clone()}><Words text={note.clone()} /></p> }
                <details class="details">
                    <summary>{ "Show the text" }</summary>
                    <pre class="code export selectable" tabindex="0">{ &export.text }</pre>
                </details>
            }
        </Dialog>
    }
}
