//! The list of snapshots, and what is done with one.

use std::rc::Rc;

use drover_model::request::RemoveSnapshot;
use drover_model::{Profile, Snapshot};
use yew::prelude::*;

use super::roll_back::RollBackDialog;
use super::take::TakeDialog;
use crate::api;
use crate::bridge::clock;
use crate::components::{Button, Menu, MenuItem};
use crate::format;
use crate::hooks::{use_job, use_link, use_now, use_toasts};
use crate::pages::keeping::confirm::Confirm;
use crate::state::keeping::snapshot_why;

/// What lies over the list.
#[derive(Clone, PartialEq)]
enum Layer {
    None,
    Take,
    RollBack(Rc<Snapshot>),
    Remove(Rc<Snapshot>),
}

#[derive(PartialEq, Properties)]
pub(super) struct SnapshotsProps {
    pub profile: Rc<Profile>,
    pub list: Rc<Vec<Snapshot>>,
    pub onchanged: Callback<()>,
}

#[component]
pub(super) fn Snapshots(props: &SnapshotsProps) -> Html {
    let SnapshotsProps {
        profile,
        list,
        onchanged,
    } = props;
    let now = use_now(30_000);
    let layer = use_state_eq(|| Layer::None);
    let ontake = use_callback(layer.setter(), |_: MouseEvent, layer| {
        layer.set(Layer::Take);
    });
    let onclose = use_callback(layer.setter(), |(): (), layer| layer.set(Layer::None));
    let pick = |snapshot: &Snapshot, make: fn(Rc<Snapshot>) -> Layer| {
        let (layer, snapshot) = (layer.setter(), Rc::new(snapshot.clone()));
        Callback::from(move |()| layer.set(make(snapshot.clone())))
    };
    let row = |snapshot: &Snapshot| {
        let when = format::relative(snapshot.at, now);
        let back = pick(snapshot, Layer::RollBack);
        let items = vec![
            MenuItem::new("Roll back…", "rotate-ccw", back.clone()),
            MenuItem::new("Delete…", "trash-2", pick(snapshot, Layer::Remove))
                .danger()
                .testid("snapshot-delete"),
        ];
        let shared = (snapshot.shared_bytes > 0).then(|| {
            format!(
                "{} shared the disk with the profile when it was taken",
                format::size(snapshot.shared_bytes)
            )
        });
        html! {
            <tr key={snapshot.id.to_string()}>
                <td class="name" title={clock::local(snapshot.at)}>{ &when }</td>
                <td class="dim">{ snapshot_why(snapshot.kind) }</td>
                <td class="wrap">{ &snapshot.note }</td>
                <td class="num" title={shared}>{ format::size(snapshot.bytes) }</td>
                <td class="actions"><div>
                    <Button label="Roll back…" icon="rotate-ccw" small={true} aria_label={format!("Roll back… to the snapshot of {when}")} onclick={back.reform(|_: MouseEvent| ())} testid="snapshot-roll-back" />
                    <Menu label={format!("Actions for the snapshot of {when}")} small={true} {items} testid="snapshot-menu" />
                </div></td>
            </tr>
        }
    };
    html! {
        <section class="panel" aria-labelledby="snapshots-title">
            <div class="panel__head">
                <h2 class="panel__title" id="snapshots-title">{ "Snapshots" }</h2>
                <Button label="Take snapshot…" icon="plus" small={true} onclick={ontake} testid="snapshot-take" />
            </div>
            if list.is_empty() {
                <p class="panel__body second" data-testid="snapshots-empty">{ "None yet. A snapshot keeps the profile as it is, sign-ins included and caches left out, so that it can be rolled back." }</p>
            } else {
                <table class="table" data-testid="snapshots">
                    <thead><tr><th>{ "Taken" }</th><th>{ "Why" }</th><th>{ "Note" }</th><th class="num">{ "Size" }</th><th><span class="visually-hidden">{ "Actions" }</span></th></tr></thead>
                    <tbody>for snapshot in list.iter() { { row(snapshot) } }</tbody>
                </table>
            }
            { match &*layer {
                Layer::None => Html::default(),
                Layer::Take => html! { <TakeDialog profile={profile.clone()} onchanged={onchanged.clone()} {onclose} /> },
                Layer::RollBack(snapshot) => html! { <RollBackDialog profile={profile.clone()} snapshot={snapshot.clone()} onchanged={onchanged.clone()} {onclose} /> },
                Layer::Remove(snapshot) => html! { <RemoveSnapshotDialog profile={profile.clone()} snapshot={snapshot.clone()} onchanged={onchanged.clone()} {onclose} /> },
            } }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct RemoveSnapshotProps {
    profile: Rc<Profile>,
    snapshot: Rc<Snapshot>,
    onchanged: Callback<()>,
    onclose: Callback<()>,
}

#[component]
fn RemoveSnapshotDialog(props: &RemoveSnapshotProps) -> Html {
    let (link, toasts, job) = (use_link(), use_toasts(), use_job());
    let snapshot = &props.snapshot;
    let onconfirm = {
        let (job, changed, close) = (job.clone(), props.onchanged.clone(), props.onclose.clone());
        let request = RemoveSnapshot {
            profile: props.profile.id.to_string(),
            snapshot: snapshot.id.clone(),
        };
        Callback::from(move |()| {
            let (link, request, toasts) = (link.clone(), request.clone(), toasts.clone());
            let (changed, close) = (changed.clone(), close.clone());
            job.run(
                async move { api::remove_snapshot(&link, request).await },
                move |()| {
                    close.emit(());
                    toasts.done("Snapshot deleted");
                    changed.emit(());
                },
            );
        })
    };
    html! {
        <Confirm title="Delete this snapshot?" verb="Delete snapshot" danger={true} {job} working="Deleting the files." refused="The snapshot was not deleted"
            {onconfirm} onclose={props.onclose.clone()} testid="snapshot-delete-dialog">
            <p>{ format!("It was taken on {} and holds {}. It cannot be brought back; the profile itself stays as it is.", clock::local(snapshot.at), format::size(snapshot.bytes)) }</p>
        </Confirm>
    }
}
