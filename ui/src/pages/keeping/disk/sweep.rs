//! Deletes caches, after it was shown which.

use std::rc::Rc;

use drover_model::request::SweepProfile;
use drover_model::{CacheFolder, Profile, SweepPlan};
use yew::prelude::*;

use crate::components::{Button, ButtonTone, Dialog};
use crate::hooks::{use_job, use_link, use_toasts};
use crate::pages::keeping::refusal::{refusal, working};
use crate::state::keeping::swept_line;
use crate::{api, format};

#[derive(PartialEq, Properties)]
pub(super) struct SweepDialogProps {
    pub profile: Rc<Profile>,
    pub onchanged: Callback<()>,
    pub onclose: Callback<()>,
}

#[component]
pub(super) fn SweepDialog(props: &SweepDialogProps) -> Html {
    let (link, toasts) = (use_link(), use_toasts());
    let (look, job) = (use_job(), use_job());
    let plan = use_state_eq(|| None::<Rc<SweepPlan>>);
    let order = |preview: bool| SweepProfile {
        profile: props.profile.id.to_string(),
        budget: None,
        preview,
    };
    let onlook = {
        let (look, plan, link, request) = (look.clone(), plan.setter(), link.clone(), order(true));
        Callback::from(move |()| {
            let (link, plan, request) = (link.clone(), plan.clone(), request.clone());
            look.run(
                async move { api::sweep_profile(&link, request).await },
                move |swept| plan.set(Some(Rc::new(swept.plan))),
            );
        })
    };
    {
        let onlook = onlook.clone();
        use_effect_with((), move |()| onlook.emit(()));
    }
    let onsubmit = {
        let (job, changed, close) = (job.clone(), props.onchanged.clone(), props.onclose.clone());
        let request = order(false);
        Callback::from(move |()| {
            let (link, request, toasts) = (link.clone(), request.clone(), toasts.clone());
            let (changed, close) = (changed.clone(), close.clone());
            job.run(
                async move { api::sweep_profile(&link, request).await },
                move |swept| {
                    close.emit(());
                    if let Some(report) = &swept.report {
                        toasts.done(swept_line(report));
                    }
                    changed.emit(());
                },
            );
        })
    };
    let oncancel = use_callback(props.onclose.clone(), |_: MouseEvent, close| close.emit(()));
    let freed = plan.as_ref().map_or(0, |plan| plan.freed());
    let footer = html! {
        <>
            <Button label={if freed > 0 { "Cancel" } else { "Close" }} onclick={oncancel} />
            if freed > 0 {
                <Button label={format!("Free {}", format::size(freed))} tone={ButtonTone::Primary} submit={true} busy={job.is_busy()} testid="sweep-run" />
            }
        </>
    };
    let ready = if freed > 0 {
        onsubmit.clone()
    } else {
        Callback::noop()
    };
    html! {
        <Dialog title={format!("Sweep the caches of {}", props.profile.name)} wide={true} onclose={props.onclose.clone()} onsubmit={ready} {footer} testid="sweep-dialog">
            if let Some(error) = look.refusal() { { refusal("The caches could not be measured", error, &onlook) } }
            if let Some(error) = job.refusal() { { refusal("The caches were not swept", error, &onsubmit) } }
            if look.is_busy() { { working("Measuring the caches.") } }
            if let Some(plan) = &*plan {
                if plan.folders.is_empty() {
                    <p>{ "There is nothing to delete: this profile has no caches." }</p>
                } else {
                    <p>{ "These folders go. Cookies, sign-ins and what sites stored stay; pages load more slowly once, while the browser fills them again." }</p>
                    <div class="table-wrap">
                        <table class="table" data-testid="sweep-plan">
                            <thead><tr><th>{ "What" }</th><th>{ "Folder" }</th><th class="num">{ "Files" }</th><th class="num">{ "Size" }</th></tr></thead>
                            <tbody>for folder in &plan.folders { { row(folder) } }</tbody>
                        </table>
                    </div>
                }
            }
            if job.is_busy() { { working("Deleting the folders.") } }
        </Dialog>
    }
}

fn row(folder: &CacheFolder) -> Html {
    html! {
        <tr key={folder.path.clone()}>
            <td>{ folder.kind.label() }</td>
            <td class="mono dim" title={folder.path.clone()}>{ &folder.path }</td>
            <td class="num">{ format::count(folder.files) }</td>
            <td class="num">{ format::size(folder.bytes) }</td>
        </tr>
    }
}
