//! Imports profiles from JSON, pasted or from a file, and says what came of each.

use drover_model::Code;
use drover_model::request::{ImportProfiles, ImportReport};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::api;
use crate::components::{Badge, Button, ButtonTone, Callout, Dialog, Textarea, Tone, Words};
use crate::format::{plural, sentence};
use crate::hooks::{use_link, use_toasts};
use crate::state::profiles::json_problem;

const EXAMPLE: &str = r#"[{"profile_name": "anna", "proxy": "http://proxy.example:8080", "tokens": {"shop-api": "…"}}]"#;

#[derive(PartialEq, Properties)]
pub struct ImportDialogProps {
    /// Closed without an import.
    pub onclose: Callback<()>,
    /// Closed after one.
    pub ondone: Callback<()>,
}

/// Used by the welcome page and by the list of profiles.
#[component]
pub fn ImportDialog(props: &ImportDialogProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let text = use_state_eq(String::new);
    let error = use_state_eq(|| None::<String>);
    let report = use_state_eq(|| None::<ImportReport>);
    let busy = use_state_eq(|| false);

    let oninput = use_callback(
        (text.setter(), error.setter()),
        |value: String, (text, error)| {
            text.set(value);
            error.set(None);
        },
    );
    let onfile = use_callback(
        (text.setter(), error.setter()),
        |event: Event, (text, error)| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let Some(file) = input.files().and_then(|files| files.item(0)) else {
                return;
            };
            let (text, error) = (text.clone(), error.clone());
            spawn_local(async move {
                match JsFuture::from(file.text()).await {
                    Ok(content) => text.set(content.as_string().unwrap_or_default()),
                    Err(_) => error.set(Some("The file cannot be read.".to_owned())),
                }
            });
        },
    );
    let onsubmit = {
        let (text, error, report, busy) =
            (text.clone(), error.setter(), report.setter(), busy.setter());
        Callback::from(move |()| {
            if text.trim().is_empty() {
                return error.set(Some("Paste JSON or choose a file first.".to_owned()));
            }
            // What is no JSON is told with its place at once, before anything is sent.
            if let Some(problem) = json_problem(&text) {
                return error.set(Some(problem.in_words()));
            }
            let request = ImportProfiles {
                text: (*text).clone(),
            };
            let (link, toasts, text, error, report, busy) = (
                link.clone(),
                toasts.clone(),
                text.setter(),
                error.clone(),
                report.clone(),
                busy.clone(),
            );
            busy.set(true);
            spawn_local(async move {
                match api::import_profiles(&link, request).await {
                    Ok(found) => {
                        text.set(String::new()); // it may have held token values
                        report.set(Some(found));
                    }
                    Err(problem) if problem.code == Code::Invalid => {
                        error.set(Some(sentence(&problem.message)));
                    }
                    Err(problem) => toasts.failed(&problem),
                }
                busy.set(false);
            });
        })
    };
    let onclick = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    if let Some(report) = &*report {
        return html! { <ReportDialog report={report.clone()} onclose={props.ondone.clone()} /> };
    }
    let footer = html! {
        <>
            <Button label="Cancel" {onclick} />
            <Button label="Import profiles" tone={ButtonTone::Primary} submit={true} busy={*busy} testid="import-run" />
        </>
    };
    html! {
        <Dialog title="Import profiles" wide={true} onclose={props.onclose.clone()} {onsubmit} {footer} testid="import-dialog">
            <p>{ "One profile or a list of them as JSON: an export of Drover, or the plain shape below. Token values go to the system keychain and nowhere else." }</p>
            <Textarea id="import-text" label="JSON" mono={true} rows={8} value={(*text).clone()} {oninput} placeholder={EXAMPLE}
                error={(*error).clone().map(AttrValue::from)} autofocus={true} testid="import-text" />
            <label class="row"><span>{ "or choose a file" }</span><input type="file" accept=".json,application/json" onchange={onfile} data-testid="import-file" /></label>
        </Dialog>
    }
}

#[derive(PartialEq, Properties)]
struct ReportDialogProps {
    report: ImportReport,
    onclose: Callback<()>,
}

#[component]
fn ReportDialog(props: &ReportDialogProps) -> Html {
    let report = &props.report;
    let onclick = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let made = report
        .items
        .iter()
        .filter(|item| item.profile.is_some())
        .count();
    let refused = report.items.len() - made;
    let title = match (made, refused) {
        (made, 0) => format!("{} imported", plural(made as u64, "profile")),
        (made, refused) => format!(
            "{} imported, {refused} refused",
            plural(made as u64, "profile")
        ),
    };
    let footer = html! { <Button label="Done" tone={ButtonTone::Primary} autofocus={true} {onclick} testid="import-done" /> };
    html! {
        <Dialog {title} wide={true} onclose={props.onclose.clone()} {footer} testid="import-report">
            if !report.tokens.is_empty() {
                <Callout tone={Tone::Ok} title={format!("{} in the keychain", plural(report.tokens.len() as u64, "token"))}>{ report.tokens.join(", ") }</Callout>
            }
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>{ "Entry" }</th><th>{ "Name" }</th><th>{ "Result" }</th></tr></thead>
                    <tbody>
                        for item in &report.items {
                            <tr key={item.index}>
                                <td class="num shrink">{ item.index + 1 }</td>
                                <td class="name">{ &item.name }</td>
                                <td class="wrap">
                                    if item.profile.is_some() {
                                        <Badge label="imported" tone={Tone::Ok} icon={Some("check")} plain={true} />
                                    } else {
                                        <Badge label="refused" tone={Tone::Err} icon={Some("x")} plain={true} />
                                    }
                                    if let Some(message) = &item.message { <span class="second">{ " " }<Words text={sentence(message)} /></span> }
                                </td>
                            </tr>
                        }
                    </tbody>
                </table>
            </div>
        </Dialog>
    }
}
