//! Installs an extension from a path.

use std::rc::Rc;

use drover_model::Profile;
use drover_model::request::AddExtension;
use yew::prelude::*;

use crate::api;
use crate::bridge::dom;
use crate::components::{Button, ButtonTone, Dialog, Input};
use crate::hooks::{use_job, use_link, use_toasts};
use crate::pages::keeping::refusal::{field_problem, refusal, working};
use crate::state::keeping::path_problem;

#[derive(PartialEq, Properties)]
pub(super) struct AddExtensionProps {
    pub profile: Rc<Profile>,
    pub onchanged: Callback<()>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn AddExtensionDialog(props: &AddExtensionProps) -> Html {
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    let path = use_state_eq(String::new);
    let problem = use_state_eq(|| None::<&'static str>);
    let oninput = use_callback(
        (path.setter(), problem.setter(), job.clone()),
        |text: String, (path, problem, job)| {
            path.set(text);
            problem.set(None);
            job.clear();
        },
    );
    let onsubmit = {
        let (job, problem) = (job.clone(), problem.setter());
        let (changed, close) = (props.onchanged.clone(), props.onclose.clone());
        let request = AddExtension {
            profile: props.profile.id.to_string(),
            path: path.trim().to_owned(),
        };
        Callback::from(move |()| {
            if let Some(wrong) = path_problem(&request.path) {
                problem.set(Some(wrong));
                return dom::focus_id("extension-path");
            }
            let (link, request, toasts) = (link.clone(), request.clone(), toasts.clone());
            let (changed, close) = (changed.clone(), close.clone());
            job.run(
                async move { api::add_extension(&link, request).await },
                move |extension| {
                    close.emit(());
                    toasts.done(format!(
                        "`{}` {} added; the browser takes it at its next start",
                        extension.name, extension.version
                    ));
                    changed.emit(());
                },
            );
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Add extension" tone={ButtonTone::Primary} submit={true} busy={job.is_busy()} testid="extension-add-run" />
        </>
    };
    let error = problem
        .map(AttrValue::from)
        .or_else(|| field_problem(&job, "path"));
    let refused = job
        .refusal()
        .filter(|_| field_problem(&job, "path").is_none());
    html! {
        <Dialog title={format!("Add an extension to {}", props.profile.name)} onclose={props.onclose.clone()} onsubmit={onsubmit.clone()} {footer} testid="extension-dialog">
            if let Some(error) = refused { { refusal("The extension was not added", error, &onsubmit) } }
            <p>{ "Its files are copied into the profile. It can read what its permissions name, on every page they name." }</p>
            <Input id="extension-path" label="Folder, .zip or .crx" mono={true} placeholder="/home/anna/Downloads/reader.crx" value={(*path).clone()} {oninput} {error}
                hint="The whole path. Manifest V3 only." testid="extension-path" />
            if job.is_busy() { { working("Checking and copying the files.") } }
        </Dialog>
    }
}
