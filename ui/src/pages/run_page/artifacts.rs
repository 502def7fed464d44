//! Files that the run left, pictures included: looked at here where that is safe, opened in their programs, or shown in
//! their folder.

use std::rc::Rc;

use drover_model::RunId;
use drover_model::request::{Place, RevealPath};
use drover_model::run::Artifact;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::file_preview::{FilePreview, Shown, shown};
use super::picture::file_name;
use super::trace::use_traces;
use crate::api;
use crate::components::{Button, EmptyState, Icon};
use crate::format;
use crate::hooks::{use_link, use_toasts};

#[derive(PartialEq, Properties)]
pub(super) struct FilesProps {
    pub run: RunId,
    pub files: Rc<[Artifact]>,
}

#[component]
pub(super) fn Files(props: &FilesProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let looked = use_state_eq(|| None::<Artifact>);
    let traces = use_traces(props.run);
    let onreveal = use_callback((link, toasts), |place: Place, (link, toasts)| {
        let (link, toasts) = (link.clone(), toasts.clone());
        spawn_local(async move {
            if let Err(error) = api::reveal_path(&link, RevealPath { place }).await {
                toasts.failed(&error);
            }
        });
    });
    let onclose = use_callback(looked.setter(), |(): (), looked| looked.set(None));
    if props.files.is_empty() {
        return html! { <EmptyState icon="file" title="No files" text="What a task writes into DROVER_ARTIFACTS or hands over with artifact() is listed here." /> };
    }
    let run = props.run;
    let actions = |file: &Artifact| {
        let name = file_name(&file.path);
        if file.kind == "trace" {
            let path = file.path.clone();
            let onclick = traces.open.reform(move |_: MouseEvent| path.clone());
            return html! { <Button label="Open trace" icon="external-link" small={true} busy={traces.busy} {onclick} testid={format!("file-trace-{name}")} /> };
        }
        let look = {
            let (looked, file) = (looked.setter(), file.clone());
            Callback::from(move |_: MouseEvent| looked.set(Some(file.clone())))
        };
        let path = file.path.clone();
        let open = onreveal.reform(move |_: MouseEvent| Place::Artifact {
            run,
            path: path.clone(),
        });
        html! {
            <>
                if shown(file) != Shown::No { <Button label="Look" icon="eye" small={true} aria_label={format!("Look at {name}")} onclick={look} testid={format!("file-preview-{name}")} /> }
                <Button label="Open" icon="external-link" small={true} aria_label={format!("Open {name}")} onclick={open} testid={format!("file-open-{name}")} />
            </>
        }
    };
    html! {
        <div class="stack">
            <div class="table-wrap">
                <table class="table" data-testid="run-files">
                    <thead><tr><th>{ "Name" }</th><th>{ "Kind" }</th><th class="num">{ "Size" }</th><th>{ "Path in the data folder" }</th><th class="actions"><span class="visually-hidden">{ "Actions" }</span></th></tr></thead>
                    <tbody>
                        for file in props.files.iter() {
                            <tr key={file.path.clone()}>
                                <td class="name"><span class="row"><Icon name={icon(&file.kind)} />{ file_name(&file.path).to_owned() }</span></td>
                                <td class="dim">{ &file.kind }</td>
                                <td class="num">{ format::size(file.bytes) }</td>
                                <td class="dim mono selectable">{ &file.path }</td>
                                <td class="actions"><div class="row">{ actions(file) }</div></td>
                            </tr>
                        }
                    </tbody>
                </table>
            </div>
            <div class="row">
                <Button label="Show the folder" icon="folder-open" onclick={onreveal.reform(move |_: MouseEvent| Place::Run { run })} testid="run-reveal" />
                <span class="mute small">{ "Traces and HAR files can contain tokens of the sites." }</span>
            </div>
            if let Some(file) = &*looked { <FilePreview {run} file={file.clone()} {onclose} /> }
        </div>
    }
}

fn icon(kind: &str) -> &'static str {
    match kind {
        "screenshot" => "image",
        "trace" => "layers",
        "video" => "play",
        "har" => "network",
        "download" => "download",
        _ => "file",
    }
}
