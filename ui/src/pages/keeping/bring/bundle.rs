//! Makes a profile from a bundle.

use std::rc::Rc;

use drover_model::request::{ImportBundle, ImportedBundle};
use yew::prelude::*;

use super::report::{MadeDialog, left_out};
use crate::bridge::dom;
use crate::components::{Button, ButtonTone, Callout, Dialog, Input, Tone};
use crate::hooks::{use_job, use_link};
use crate::pages::keeping::refusal::{field_problem, refusal, working};
use crate::state::keeping::path_problem;
use crate::{api, format};

#[derive(PartialEq, Properties)]
pub(super) struct ImportBundleProps {
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn ImportBundleDialog(props: &ImportBundleProps) -> Html {
    let (link, job) = (use_link(), use_job());
    let (path, name) = (use_state_eq(String::new), use_state_eq(String::new));
    let problem = use_state_eq(|| None::<&'static str>);
    let made = use_state_eq(|| None::<Rc<ImportedBundle>>);
    let onpath = use_callback(
        (path.setter(), problem.setter(), job.clone()),
        |text: String, (path, problem, job)| {
            path.set(text);
            problem.set(None);
            job.clear();
        },
    );
    let onname = use_callback((name.setter(), job.clone()), |text: String, (name, job)| {
        name.set(text);
        job.clear();
    });
    let onsubmit = {
        let (job, problem, made) = (job.clone(), problem.setter(), made.setter());
        let typed = name.trim().to_owned();
        let request = ImportBundle {
            path: path.trim().to_owned(),
            name: (!typed.is_empty()).then_some(typed),
        };
        Callback::from(move |()| {
            if let Some(wrong) = path_problem(&request.path) {
                problem.set(Some(wrong));
                return dom::focus_id("bundle-path");
            }
            let (link, request, made) = (link.clone(), request.clone(), made.clone());
            job.run(
                async move { api::import_bundle(&link, request).await },
                move |imported| made.set(Some(Rc::new(imported))),
            );
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    if let Some(imported) = &*made {
        return report(imported, &props.onclose);
    }
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Import bundle" tone={ButtonTone::Primary} submit={true} busy={job.is_busy()} testid="bundle-import-run" />
        </>
    };
    let path_error = problem
        .map(AttrValue::from)
        .or_else(|| field_problem(&job, "path"));
    let name_error = field_problem(&job, "name");
    let of_a_field = name_error.is_some() || field_problem(&job, "path").is_some();
    html! {
        <Dialog title="Import a bundle" onclose={props.onclose.clone()} onsubmit={onsubmit.clone()} {footer} testid="bundle-import-dialog">
            if let Some(error) = job.refusal().filter(|_| !of_a_field) { { refusal("No profile was made", error, &onsubmit) } }
            <p>{ "A bundle is a file that Drover wrote of a profile. Bundles of others are not trusted: what does not belong in one is refused." }</p>
            <Input id="bundle-path" label="File" mono={true} placeholder="/home/anna/anna.drover.zip" value={(*path).clone()} oninput={onpath} error={path_error} hint="The whole path." testid="bundle-path" />
            <Input id="bundle-name" label="Name of the profile" optional={true} placeholder="as in the bundle" value={(*name).clone()} oninput={onname} error={name_error} testid="bundle-name" />
            if job.is_busy() { { working("Checking and unpacking the bundle.") } }
        </Dialog>
    }
}

fn report(imported: &ImportedBundle, onclose: &Callback<()>) -> Html {
    let ImportedBundle {
        profile,
        info,
        copy,
    } = imported;
    html! {
        <MadeDialog id={profile.id} name={profile.name.clone()} onclose={onclose.clone()}>
            <dl class="facts">
                <dt>{ "Made from" }</dt><dd>{ &info.profile }</dd>
                <dt>{ "Written" }</dt><dd>{ crate::bridge::clock::local(info.at) }</dd>
                <dt>{ "Browser" }</dt><dd>{ info.origin.to_string() }</dd>
                <dt>{ "Contents" }</dt><dd>{ format!("{}, {}", format::plural(copy.files, "file"), format::size(copy.bytes)) }</dd>
            </dl>
            if !info.logins {
                <Callout tone={Tone::Info} title="Without cookies and passwords">{ "The bundle was written without them; sites have to be signed in to again." }</Callout>
            }
            { left_out(&copy.left) }
        </MadeDialog>
    }
}
