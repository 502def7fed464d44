//! Makes a profile from one of a browser that is used outside Drover.

use std::rc::Rc;

use drover_model::ForeignProfile;
use drover_model::request::{ImportForeign, ImportedForeign, ListForeignProfiles};
use yew::prelude::*;

use super::report::{MadeDialog, left_out};
use crate::components::{Badge, Button, ButtonTone, Dialog, EmptyState, Input, Words};
use crate::hooks::{use_job, use_link, use_query};
use crate::pages::keeping::refusal::{field_problem, refusal, working};
use crate::state::keeping::{foreign_label, import_lines};
use crate::state::render_remote;
use crate::{api, format};

#[derive(PartialEq, Properties)]
pub(super) struct ImportForeignProps {
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn ImportForeignDialog(props: &ImportForeignProps) -> Html {
    let (link, job) = (use_link(), use_job());
    let query = use_query(ListForeignProfiles {}, 0, |_, _| false);
    let picked = use_state_eq(|| None::<Rc<ForeignProfile>>);
    let name = use_state_eq(String::new);
    let made = use_state_eq(|| None::<Rc<ImportedForeign>>);
    let onname = use_callback((name.setter(), job.clone()), |text: String, (name, job)| {
        name.set(text);
        job.clear();
    });
    let onpick = use_callback(
        (picked.setter(), job.clone()),
        |source: Rc<ForeignProfile>, (picked, job)| {
            picked.set(Some(source));
            job.clear();
        },
    );
    let onsubmit = {
        let (job, made, picked, name) = (job.clone(), made.setter(), picked.clone(), name.clone());
        Callback::from(move |()| {
            let Some(source) = &*picked else { return };
            let typed = name.trim().to_owned();
            let request = ImportForeign {
                source: (**source).clone(),
                name: (!typed.is_empty()).then_some(typed),
            };
            let (link, made) = (link.clone(), made.clone());
            job.run(
                async move { api::import_foreign(&link, request).await },
                move |imported| made.set(Some(Rc::new(imported))),
            );
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    if let Some(imported) = &*made {
        return report(imported, &props.onclose);
    }
    let blocked = picked
        .is_none()
        .then(|| AttrValue::from("Pick a profile first"));
    let footer = html! {
        <>
            <Button label="Cancel" onclick={oncancel} />
            <Button label="Import profile" tone={ButtonTone::Primary} submit={true} busy={job.is_busy()} {blocked} testid="foreign-run" />
        </>
    };
    let name_error = field_problem(&job, "name");
    let refused = job.refusal().filter(|_| name_error.is_none());
    let placeholder = picked.as_ref().map(|source| source.name.clone());
    html! {
        <Dialog title="Import from a browser" wide={true} onclose={props.onclose.clone()} onsubmit={onsubmit.clone()} {footer} testid="foreign-dialog">
            if let Some(error) = refused { { refusal("No profile was made", error, &onsubmit) } }
            <p>{ "The browser's own profile is copied and stays as it is. Close that browser first. What cannot be read on the other side is told afterwards." }</p>
            { render_remote(&query.remote, "The browsers could not be searched", &query.onreload, |list| if list.is_empty() {
                html! { <EmptyState icon="globe" title="No profiles found" text="No Chrome, Chromium, Edge or Brave with profiles was found in this account." /> }
            } else {
                html! {
                    <>
                        <div class="source-list" role="radiogroup" aria-label="Profiles of other browsers">for source in list.iter() { { choice(source, picked.as_ref(), &onpick) } }</div>
                        <Input id="foreign-name" label="Name of the profile" optional={true} {placeholder} value={(*name).clone()} oninput={onname} error={name_error} testid="foreign-name" />
                    </>
                }
            }) }
            if job.is_busy() { { working("Copying the files. A large profile takes a while.") } }
        </Dialog>
    }
}

fn choice(
    source: &ForeignProfile,
    picked: Option<&Rc<ForeignProfile>>,
    onpick: &Callback<Rc<ForeignProfile>>,
) -> Html {
    let checked = picked.is_some_and(|picked| **picked == *source);
    let onchange = {
        let source = Rc::new(source.clone());
        onpick.reform(move |_: Event| source.clone())
    };
    let place = format!("{}/{}", source.root, source.folder);
    html! {
        <label class="check" key={place.clone()}>
            <input type="radio" name="foreign" class="check__box check__box--radio" {checked} {onchange} data-testid={format!("foreign-{}", source.folder)} />
            <span class="check__text">{ foreign_label(source) }<span class="check__hint mono">{ place }</span></span>
        </label>
    }
}

fn report(imported: &ImportedForeign, onclose: &Callback<()>) -> Html {
    let ImportedForeign { profile, report } = imported;
    html! {
        <MadeDialog id={profile.id} name={profile.name.clone()} onclose={onclose.clone()}>
            <div class="table-wrap">
                <table class="table" data-testid="foreign-report">
                    <thead><tr><th>{ "What" }</th><th>{ "Result" }</th><th class="num">{ "Size" }</th></tr></thead>
                    <tbody>
                        for line in import_lines(&report.items) {
                            <tr key={line.thing}>
                                <td class="name">{ line.thing }</td>
                                <td class="wrap">
                                    <Badge label={line.label} tone={line.tone} icon={Some(line.icon)} plain={true} />
                                    if !line.note.is_empty() { <div class="second small"><Words text={line.note} /></div> }
                                </td>
                                <td class="num">{ line.bytes.map(format::size) }</td>
                            </tr>
                        }
                    </tbody>
                </table>
            </div>
            if let Some(major) = report.major { <p class="small">{ format!("Version {major} opened it last; an older browser must not open the copy.") }</p> }
            { left_out(&report.copy.left) }
        </MadeDialog>
    }
}
