//! Sets the cookies of a file, pasted or chosen, and then shows what became of each.

use std::rc::Rc;

use drover_model::request::{CookieImport, ImportCookies};
use drover_model::{Code, Profile};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::report::CookieReportDialog;
use crate::api;
use crate::components::{Button, ButtonTone, Dialog, Textarea};
use crate::format::sentence;
use crate::hooks::{use_job, use_link};
use crate::pages::keeping::refusal::{refusal, working};

const EXAMPLE: &str =
    r#"[{"domain": ".shop.example", "name": "sid", "value": "…", "path": "/", "secure": true}]"#;

#[derive(PartialEq, Properties)]
pub(super) struct ImportCookiesProps {
    pub profile: Rc<Profile>,
    /// Called when the report is left.
    pub onimported: Callback<Rc<CookieImport>>,
    pub onundo: Callback<u64>,
    /// The cookies of the profile are others now.
    pub onchanged: Callback<()>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn ImportCookiesDialog(props: &ImportCookiesProps) -> Html {
    let (link, job) = (use_link(), use_job());
    let text = use_state_eq(String::new);
    let problem = use_state_eq(|| None::<String>);
    let imported = use_state_eq(|| None::<Rc<CookieImport>>);

    let oninput = use_callback(
        (text.setter(), problem.setter(), job.clone()),
        |value: String, (text, problem, job)| {
            text.set(value);
            problem.set(None);
            job.clear();
        },
    );
    let onfile = use_callback(
        (oninput.clone(), problem.setter()),
        |event: Event, (input, problem)| {
            let picker: HtmlInputElement = event.target_unchecked_into();
            let Some(file) = picker.files().and_then(|files| files.item(0)) else {
                return;
            };
            let (input, problem) = (input.clone(), problem.clone());
            spawn_local(async move {
                match JsFuture::from(file.text()).await {
                    Ok(content) => input.emit(content.as_string().unwrap_or_default()),
                    Err(_) => problem.set(Some("The file cannot be read.".to_owned())),
                }
            });
        },
    );
    let onsubmit = {
        let (text, problem, imported) = (text.clone(), problem.clone(), imported.setter());
        let (job, profile, changed) = (
            job.clone(),
            props.profile.id.to_string(),
            props.onchanged.clone(),
        );
        Callback::from(move |()| {
            if text.trim().is_empty() {
                return problem.set(Some("Paste cookies or choose a file first.".to_owned()));
            }
            let request = ImportCookies {
                profile: profile.clone(),
                text: (*text).clone(),
            };
            let (link, text, imported, changed) = (
                link.clone(),
                text.setter(),
                imported.clone(),
                changed.clone(),
            );
            job.run(
                async move { api::import_cookies(&link, request).await },
                move |answer| {
                    text.set(String::new()); // it held sessions
                    imported.set(Some(Rc::new(answer)));
                    changed.emit(());
                },
            );
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    if let Some(import) = &*imported {
        return html! {
            <CookieReportDialog import={import.clone()} onimported={props.onimported.clone()} onundo={props.onundo.clone()} onclose={props.onclose.clone()} />
        };
    }
    // A text that is no cookie file is a problem of the field; anything else is told above it.
    let unreadable = job.refusal().filter(|error| error.code == Code::Invalid);
    let error = (*problem).clone().or_else(|| {
        unreadable.map(|error| {
            let hint = error.hint.as_deref().map(sentence).unwrap_or_default();
            format!("{} {hint}", sentence(&error.message))
        })
    });
    let refused = job.refusal().filter(|error| error.code != Code::Invalid);
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Import cookies" tone={ButtonTone::Primary} submit={true} busy={job.is_busy()} testid="cookies-import-run" />
        </>
    };
    html! {
        <Dialog title={format!("Import cookies into {}", props.profile.name)} wide={true} onclose={props.onclose.clone()} onsubmit={onsubmit.clone()} {footer} testid="cookies-import-dialog">
            <p>{ "The export of EditThisCookie or Cookie-Editor, Playwright's storage state, or a cookies.txt; which of them is found out. The browser is started without a window when it does not run." }</p>
            if let Some(error) = refused { { refusal("The cookies were not imported", error, &onsubmit) } }
            <Textarea id="cookies-text" label="Cookies" mono={true} rows={9} value={(*text).clone()} {oninput} placeholder={EXAMPLE}
                error={error.map(AttrValue::from)} autofocus={true} testid="cookies-text" />
            <label class="row"><span>{ "or choose a file" }</span><input type="file" accept=".json,.txt,application/json,text/plain" onchange={onfile} data-testid="cookies-file" /></label>
            if job.is_busy() { { working("Setting the cookies and reading them back.") } }
        </Dialog>
    }
}
