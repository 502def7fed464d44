//! Pools: several proxies under one name, from which each run gets one.

use std::rc::Rc;

use drover_model::request::{RemovePool, SavePool};
use drover_model::{PoolMember, PoolView, Proxy, Rotation};
use jiff::Timestamp;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::api;
use crate::components::{
    Badge, Button, ButtonTone, Checkbox, Choice, Dialog, EmptyState, Input, Menu, MenuItem, Select,
    Tone,
};
use crate::format::{self, plural};
use crate::hooks::{use_area, use_form, use_link, use_now, use_toasts};
use crate::route::Route;
use crate::state::proxies::PoolDraft;
use crate::state::render_remote;

#[component]
pub(super) fn Pools() -> Html {
    let pools = use_area::<Vec<PoolView>>();
    let (link, toasts) = (use_link(), use_toasts());
    let editing = use_state_eq(|| None::<PoolDraft>);
    let now = use_now(5_000);
    let onedit = {
        let editing = editing.setter();
        Callback::from(move |draft: PoolDraft| editing.set(Some(draft)))
    };
    let onclose = use_callback(editing.setter(), |(): (), editing| editing.set(None));
    let onremove = use_callback((link, toasts), |pool: PoolView, (link, toasts)| {
        let (link, toasts) = (link.clone(), toasts.clone());
        spawn_local(async move {
            let request = RemovePool {
                pool: pool.id.to_string(),
            };
            match api::remove_pool(&link, request).await {
                Ok(()) => put_back(&toasts, link, pool),
                Err(error) => toasts.failed(&error),
            }
        });
    });
    let onnew = onedit.reform(|_: MouseEvent| PoolDraft::default());
    html! {
        <div class="stack">
            { render_remote(pools.remote(), "The pools could not be loaded", &pools.on_reload(), |all: &Rc<Vec<PoolView>>| if all.is_empty() {
                html! {
                    <EmptyState icon="layers" title="No pools yet" text="A pool gives each run one of several proxies, and leaves out those that fail." testid="pools-empty">
                        <Button label="New pool" icon="plus" tone={ButtonTone::Primary} onclick={onnew.clone()} />
                    </EmptyState>
                }
            } else {
                html! {
                    <>
                        for pool in all.iter() { { card(pool, now, &onedit, &onremove) } }
                        <div class="row"><Button label="New pool" icon="plus" onclick={onnew.clone()} testid="pool-new" /></div>
                    </>
                }
            }) }
            if let Some(draft) = &*editing { <PoolDialog draft={draft.clone()} {onclose} /> }
        </div>
    }
}

/// A removed pool can be made again as it was.
fn put_back(toasts: &crate::hooks::ToastHandle, link: crate::bridge::Link, pool: PoolView) {
    let text = format!("Pool `{}` removed", pool.name);
    let again = toasts.clone();
    toasts.undoable(
        text,
        Callback::from(move |()| {
            let (link, toasts) = (link.clone(), again.clone());
            let request = SavePool {
                id: None,
                ..PoolDraft::of(&pool).request()
            };
            spawn_local(async move {
                if let Err(error) = api::save_pool(&link, request).await {
                    toasts.failed(&error);
                }
            });
        }),
    );
}

fn card(
    pool: &PoolView,
    now: Timestamp,
    onedit: &Callback<PoolDraft>,
    onremove: &Callback<PoolView>,
) -> Html {
    let draft = PoolDraft::of(pool);
    let gone = pool.clone();
    let items = vec![
        MenuItem::new("Edit…", "pencil", onedit.reform(move |()| draft.clone())),
        MenuItem::new("Remove", "trash-2", onremove.reform(move |()| gone.clone())).danger(),
    ];
    let ready = pool.ready(now);
    let (tone, icon) = match ready {
        0 => (Tone::Err, "circle-x"),
        some if some < pool.members.len() => (Tone::Warn, "hourglass"),
        _ => (Tone::Ok, "circle-check"),
    };
    let sticky = if pool.sticky {
        ", kept by each profile"
    } else {
        ""
    };
    let rests = pool.cool_down;
    let waiting = (pool.waiting > 0).then(|| plural(u64::from(pool.waiting), "waiting run"));
    html! {
        <section class="panel pool" key={pool.id.to_string()} aria-label={format!("Pool {}", pool.name)} data-testid={format!("pool-{}", pool.name)}>
            <div class="panel__head">
                <h2 class="panel__title">{ pool.name.as_str() }</h2>
                <Badge label={format!("{ready} of {} ready", pool.members.len())} {tone} {icon} />
                <span class="second small grow">{ format!("{}{sticky}; rests {rests} after a failure", format::capital(pool.rotation.label())) }</span>
                if let Some(waiting) = waiting { <span class="mute small">{ waiting }</span> }
                <span class="second small">{ "used by " }{ crate::pages::used_by(&pool.used_by) }</span>
                <Menu label={format!("Actions for {}", pool.name)} small={true} {items} testid={format!("pool-menu-{}", pool.name)} />
            </div>
            <table class="table">
                <thead><tr><th>{ "Proxy" }</th><th>{ "Address" }</th><th>{ "State" }</th><th class="num">{ "In use" }</th><th class="num">{ "Chosen" }</th><th class="num">{ "Kept by" }</th></tr></thead>
                <tbody>for member in &pool.members { { member_row(member, now) } }</tbody>
            </table>
        </section>
    }
}

fn member_row(member: &PoolMember, now: Timestamp) -> Html {
    let resting = member.cools_until.filter(|until| *until > now);
    let (label, tone, icon) = match (resting, member.full, member.works) {
        _ if member.paused => ("Paused".to_owned(), Tone::Warn, "pause"),
        (Some(until), ..) => (
            format!("Rests, back {}", format::relative(until, now)),
            Tone::Warn,
            "hourglass",
        ),
        (None, true, _) => ("At its limit".to_owned(), Tone::Warn, "circle-minus"),
        (None, false, Some(false)) => ("Failed its check".to_owned(), Tone::Err, "circle-x"),
        (None, false, Some(true)) => ("Ready".to_owned(), Tone::Ok, "circle-check"),
        (None, false, None) => ("Ready, not checked".to_owned(), Tone::Mute, "circle-help"),
    };
    let to = Route::Proxy {
        id: member.proxy.to_string(),
    };
    html! {
        <tr key={member.proxy.to_string()}>
            <td><Link<Route> {to} classes="link">{ member.name.as_str() }</Link<Route>></td>
            <td class="mono">{ &member.address }</td>
            <td><Badge {label} {tone} {icon} plain={true} /></td>
            <td class="num">{ member.in_use }</td>
            <td class="num">{ format::count(member.chosen) }</td>
            <td class="num">{ plural(u64::from(member.kept_by), "profile") }</td>
        </tr>
    }
}

#[derive(PartialEq, Properties)]
struct PoolDialogProps {
    draft: PoolDraft,
    onclose: Callback<()>,
}

#[component]
fn PoolDialog(props: &PoolDialogProps) -> Html {
    let (link, toasts, form) = (use_link(), use_toasts(), use_form());
    let proxies = use_area::<Vec<Proxy>>();
    let draft = use_state_eq(|| props.draft.clone());
    let is_new = props.draft.id.is_none();
    let edit = |change: fn(&mut PoolDraft, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            change(&mut next, text);
            draft.set(next);
        })
    };
    let tick = |change: fn(&mut PoolDraft, bool)| {
        let draft = draft.clone();
        Callback::from(move |on: bool| {
            let mut next = (*draft).clone();
            change(&mut next, on);
            draft.set(next);
        })
    };
    let onmember = {
        let draft = draft.clone();
        Callback::from(move |(name, on): (String, bool)| {
            let mut next = (*draft).clone();
            next.members.retain(|known| *known != name);
            if on {
                next.members.push(name);
            }
            draft.set(next);
        })
    };
    let onsubmit = {
        let (draft, form, close) = (draft.clone(), form.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let errors = draft.errors();
            if !errors.0.is_empty() {
                return form.refuse(errors);
            }
            let (link, toasts, close) = (link.clone(), toasts.clone(), close.clone());
            let request = draft.request();
            form.send(
                async move { api::save_pool(&link, request).await },
                move |pool| {
                    toasts.done(format!("Pool `{}` saved", pool.name));
                    close.emit(());
                },
            );
        })
    };
    let rotations: Vec<Choice> = Rotation::ALL
        .into_iter()
        .map(|rotation| Choice::new(rotation.key(), format::capital(rotation.label())))
        .collect();
    let footer = html! {
        <>
            <Button label="Cancel" onclick={props.onclose.reform(|_: MouseEvent| ())} />
            <Button label="Save pool" tone={ButtonTone::Primary} submit={true} busy={form.is_busy()} testid="pool-save" />
        </>
    };
    html! {
        <Dialog title={if is_new { "New pool" } else { "Edit pool" }} onclose={props.onclose.clone()} {onsubmit} {footer} testid="pool-dialog">
            <Input id="pool-name" label="Name" value={draft.name.clone()} oninput={edit(|draft, text| draft.name = text)}
                error={form.error("name")} placeholder="eu" hint="Tasks ask for it by this name." autofocus={true} testid="pool-name" />
            <fieldset class="field">
                <legend class="field__label">{ "Proxies, in the order of their turns" }</legend>
                if proxies.data().is_some_and(|all| all.is_empty()) {
                    <span class="field__hint">{ "There are no proxies yet. Add or paste some first." }</span>
                }
                <div class="source-list pool-members">
                    for proxy in proxies.data().iter().flat_map(|all| all.iter()) { {
                        {
                            let name = proxy.name.to_string();
                            let place = draft.members.iter().position(|known| *known == name);
                            let label = place.map_or_else(|| name.clone(), |place| format!("{name}, turn {}", place + 1));
                            let onchange = onmember.reform(move |on: bool| (name.clone(), on));
                            html! { <Checkbox key={proxy.id.to_string()} {label} checked={place.is_some()} hint={proxy.address.to_string()} {onchange} testid={format!("pool-member-{}", proxy.name)} /> }
                        }
                    } }
                </div>
                if let Some(error) = form.error("members") { <span class="field__error">{ error }</span> }
            </fieldset>
            <div class="pair">
                <Select id="pool-rotation" label="Which comes next" value={draft.rotation.key()} choices={rotations} testid="pool-rotation"
                    onchange={edit(|draft, key| draft.rotation = Rotation::ALL.into_iter().find(|rotation| rotation.key() == key).unwrap_or_default())} />
                <Input id="pool-rest" label="Rest after a failure" optional={true} mono={true} value={draft.cool_down.clone()} oninput={edit(|draft, text| draft.cool_down = text)}
                    error={form.error("cool_down")} placeholder="5m" testid="pool-rest" />
            </div>
            <Checkbox label="Each profile keeps the proxy that it got first" checked={draft.sticky} onchange={tick(|draft, on| draft.sticky = on)}
                hint="A task can say it otherwise." testid="pool-sticky" />
            if !is_new {
                <Checkbox label="Let every profile choose anew" checked={draft.forget_kept} onchange={tick(|draft, on| draft.forget_kept = on)} />
            }
        </Dialog>
    }
}
