//! Files that the run left, pictures included.

use std::rc::Rc;

use drover_model::RunId;
use drover_model::request::{Place, RevealPath};
use drover_model::run::Artifact;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::picture::file_name;
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
    let onreveal = use_callback(
        (link, toasts, props.run),
        |_: MouseEvent, (link, toasts, run)| {
            let (link, toasts, run) = (link.clone(), toasts.clone(), *run);
            spawn_local(async move {
                if let Err(error) = api::reveal_path(
                    &link,
                    RevealPath {
                        place: Place::Run { run },
                    },
                )
                .await
                {
                    toasts.failed(&error);
                }
            });
        },
    );
    if props.files.is_empty() {
        return html! { <EmptyState icon="file" title="No files" text="What a task writes into DROVER_ARTIFACTS or hands over with artifact() is listed here." /> };
    }
    html! {
        <div class="stack">
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>{ "Name" }</th><th>{ "Kind" }</th><th class="num">{ "Size" }</th><th>{ "Path in the data folder" }</th></tr></thead>
                    <tbody>
                        for file in props.files.iter() {
                            <tr key={file.path.clone()}>
                                <td class="name"><span class="row"><Icon name={if file.kind == "screenshot" { "image" } else { "file" }} />{ file_name(&file.path).to_owned() }</span></td>
                                <td class="dim">{ &file.kind }</td>
                                <td class="num">{ format::size(file.bytes) }</td>
                                <td class="dim mono selectable">{ &file.path }</td>
                            </tr>
                        }
                    </tbody>
                </table>
            </div>
            <div class="row"><Button label="Show the folder" icon="folder-open" onclick={onreveal} testid="run-reveal" /></div>
        </div>
    }
}
