//! Writes the profile with its browser data to a file.

use std::rc::Rc;

use drover_model::Profile;
use drover_model::request::ExportBundle;
use yew::prelude::*;

use crate::bridge::dom;
use crate::components::{Button, ButtonTone, Callout, Checkbox, Dialog, Input, Tone};
use crate::hooks::{use_job, use_link, use_toasts};
use crate::pages::keeping::refusal::{field_problem, refusal, working};
use crate::state::keeping::path_problem;
use crate::{api, format};

#[derive(PartialEq, Properties)]
pub(super) struct ExportBundleProps {
    pub profile: Rc<Profile>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn ExportBundleDialog(props: &ExportBundleProps) -> Html {
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    let path = use_state_eq(String::new);
    let logins = use_state_eq(|| false);
    let problem = use_state_eq(|| None::<&'static str>);
    let oninput = use_callback(
        (path.setter(), problem.setter(), job.clone()),
        |text: String, (path, problem, job)| {
            path.set(text);
            problem.set(None);
            job.clear();
        },
    );
    let onlogins = use_callback(logins.setter(), |on: bool, logins| logins.set(on));
    let onsubmit = {
        let (job, close, problem) = (job.clone(), props.onclose.clone(), problem.setter());
        let request = ExportBundle {
            profile: props.profile.id.to_string(),
            path: path.trim().to_owned(),
            logins: *logins,
        };
        Callback::from(move |()| {
            if let Some(wrong) = path_problem(&request.path) {
                problem.set(Some(wrong));
                return dom::focus_id("bundle-path");
            }
            let (link, request, toasts, close) =
                (link.clone(), request.clone(), toasts.clone(), close.clone());
            job.run(
                async move { api::export_bundle(&link, request).await },
                move |copy| {
                    close.emit(());
                    let (files, bytes) =
                        (format::plural(copy.files, "file"), format::size(copy.bytes));
                    toasts.done(format!("Bundle written: {files}, {bytes}"));
                },
            );
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Write bundle" tone={ButtonTone::Primary} submit={true} busy={job.is_busy()} testid="bundle-run" />
        </>
    };
    let error = problem
        .map(AttrValue::from)
        .or_else(|| field_problem(&job, "path"));
    let refused = job
        .refusal()
        .filter(|_| field_problem(&job, "path").is_none());
    html! {
        <Dialog title={format!("Export {} as a bundle", props.profile.name)} onclose={props.onclose.clone()} onsubmit={onsubmit.clone()} {footer} testid="bundle-dialog">
            if let Some(error) = refused { { refusal("The bundle was not written", error, &onsubmit) } }
            <Input id="bundle-path" label="File" mono={true} placeholder="/home/anna/anna.drover.zip" value={(*path).clone()} {oninput} {error}
                hint="The whole path of a file that does not exist yet." testid="bundle-path" />
            <Checkbox label="With cookies and passwords" hint="Without them every site has to be signed in to again." checked={*logins} onchange={onlogins} testid="bundle-logins" />
            if *logins {
                <Callout tone={Tone::Warn} title="Whoever has this file may have the accounts in it">
                    { "Keep it as you would keep the passwords themselves, and delete it when it is not needed any more." }
                </Callout>
            }
            if job.is_busy() { { working("Packing the files. A large profile takes a while.") } }
        </Dialog>
    }
}
