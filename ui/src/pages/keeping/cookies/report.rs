//! What became of each cookie of a file.

use std::rc::Rc;

use drover_model::request::CookieImport;
use drover_model::{CookieFormat, CookieResult};
use yew::prelude::*;

use crate::components::{Badge, Button, ButtonTone, Callout, Dialog, Tone, Words};
use crate::state::keeping::{import_line, verdict};

#[derive(PartialEq, Properties)]
pub(super) struct CookieReportProps {
    pub import: Rc<CookieImport>,
    /// Called when the dialog is left without an undo.
    pub onimported: Callback<Rc<CookieImport>>,
    pub onundo: Callback<u64>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn CookieReportDialog(props: &CookieReportProps) -> Html {
    let report = &props.import.report;
    let ondone = use_callback(
        (
            props.import.clone(),
            props.onimported.clone(),
            props.onclose.clone(),
        ),
        |(): (), (import, imported, close)| {
            close.emit(());
            imported.emit(import.clone());
        },
    );
    let undo = props.import.undo.map(|id| {
        let (undo, close) = (props.onundo.clone(), props.onclose.clone());
        Callback::from(move |_: MouseEvent| {
            close.emit(());
            undo.emit(id);
        })
    });
    let footer = html! {
        <Button label="Done" tone={ButtonTone::Primary} autofocus={true} onclick={ondone.reform(|_: MouseEvent| ())} testid="cookies-report-done" />
    };
    // A line of text is a line; everything else is a list.
    let place = match report.format {
        CookieFormat::Netscape => "Line",
        _ => "Entry",
    };
    html! {
        <Dialog title={import_line(&props.import)} wide={true} onclose={ondone} {footer} testid="cookies-report">
            <div class="row">
                <p class="grow">{ format!("Read as {}.", report.format.label()) }</p>
                if let Some(onclick) = undo { <Button label="Undo" icon="undo-2" small={true} {onclick} testid="cookies-undo" /> }
            </div>
            if !report.notes.is_empty() {
                <Callout tone={Tone::Info} title="What else the file had">for note in &report.notes { <p key={note.clone()}><Words text={note.clone()} /></p> }</Callout>
            }
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th class="num">{ place }</th><th>{ "Cookie" }</th><th>{ "Domain" }</th><th>{ "Result" }</th></tr></thead>
                    <tbody>for result in &report.results { { row(result) } }</tbody>
                </table>
            </div>
        </Dialog>
    }
}

fn row(result: &CookieResult) -> Html {
    let said = verdict(&result.outcome);
    html! {
        <tr key={result.at}>
            <td class="num shrink">{ result.at }</td>
            if let Some(key) = &result.key {
                <td class="name mono">{ &key.name }</td>
                <td class="mono dim">{ &key.domain }</td>
            } else {
                <td class="mute">{ "not readable" }</td>
                <td />
            }
            <td class="wrap">
                <Badge label={said.label} tone={said.tone} icon={Some(said.icon)} plain={true} />
                if let Some(reason) = said.reason { <div class="second small"><Words text={reason} /></div> }
            </td>
        </tr>
    }
}
