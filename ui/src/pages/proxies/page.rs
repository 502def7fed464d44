//! The list of proxies.

use std::collections::BTreeSet;
use std::rc::Rc;

use drover_model::{PoolView, Proxy, ProxyId};
use yew::prelude::*;
use yew_router::prelude::*;

use super::checks::{Checks, use_checks};
use super::dialog::ProxyDialog;
use super::paste::PasteDialog;
use super::pools::Pools;
use super::remove::RemoveProxyDialog;
use super::row::{COLUMNS, Order, draw};
use crate::components::{
    BulkBar, Button, ButtonTone, DataGrid, EmptyState, Icon, Page, Row, TabItem, Tabs,
};
use crate::format::plural;
use crate::hooks::{AreaProvider, use_action, use_area, use_now};
use crate::keymap::Action;
use crate::route::{Route, TabQuery};
use crate::state::proxies::{Checking, ProxyDraft};
use crate::state::render_remote;

/// What lies over the list.
#[derive(Clone, PartialEq)]
enum Layer {
    None,
    Edit(ProxyDraft),
    Paste,
    Remove(Rc<Proxy>),
}

#[component]
pub fn Proxies() -> Html {
    html! { <AreaProvider<Vec<PoolView>>><Known /></AreaProvider<Vec<PoolView>>> }
}

/// The tab of an address that names none.
const FIRST_TAB: &str = "list";

#[component]
fn Known() -> Html {
    let location = use_location().expect("BUG: pages are inside the router");
    let pools = use_area::<Vec<PoolView>>();
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let proxies = use_area::<Vec<Proxy>>();
    let checks = use_checks();
    let layer = use_state_eq(|| Layer::None);
    let chosen = use_state_eq(BTreeSet::<ProxyId>::new);
    let now = use_now(30_000);
    let all = proxies.data().cloned().unwrap_or_default();

    let tab = location.query::<TabQuery>().unwrap_or_default().tab;
    let tab = AttrValue::from(tab.unwrap_or_else(|| FIRST_TAB.to_owned()));
    let onchoose = use_callback(navigator.clone(), |id: AttrValue, navigator| {
        let tab = Some(id.to_string()).filter(|id| id != FIRST_TAB);
        navigator
            .replace_with_query(&Route::Proxies, &TabQuery { tab })
            .ok(); // a query of plain words can be written
    });
    let show = |to: Layer| {
        let layer = layer.setter();
        Callback::from(move |_: MouseEvent| layer.set(to.clone()))
    };
    let onnew = use_callback(layer.setter(), |(): (), layer| {
        layer.set(Layer::Edit(ProxyDraft::default()));
    });
    use_action(Action::New, Some(onnew));
    let onclose = use_callback(layer.setter(), |(): (), layer| layer.set(Layer::None));
    let onopen = use_callback(
        (all.clone(), navigator),
        |index: usize, (all, navigator)| {
            if let Some(proxy) = all.get(index) {
                navigator.push(&Route::Proxy {
                    id: proxy.id.to_string(),
                });
            }
        },
    );
    let onorder = use_callback(
        (all.clone(), layer.setter(), checks.start.clone()),
        |(id, order): (ProxyId, Order), (all, layer, start)| {
            let Some(proxy) = all.iter().find(|proxy| proxy.id == id) else {
                return;
            };
            match order {
                Order::Edit => layer.set(Layer::Edit(ProxyDraft::of(proxy))),
                Order::Remove => layer.set(Layer::Remove(Rc::new(proxy.clone()))),
                Order::Check => start.emit(vec![id]),
            }
        },
    );
    let state = Rc::new((*checks.state).clone());
    let row = use_callback(
        (all.clone(), chosen.clone(), state.clone(), onorder, now),
        |index: usize, (all, chosen, state, onorder, now)| {
            all.get(index).map_or_else(Row::default, |proxy| {
                let selected = chosen.contains(&proxy.id);
                draw(proxy, selected, state.is_checking(proxy.id), *now, onorder)
            })
        },
    );
    let onselect = use_callback(
        (all.clone(), chosen.clone()),
        |(index, _): (usize, bool), (all, chosen)| {
            if let Some(proxy) = all.get(index) {
                let mut next = (**chosen).clone();
                if !next.remove(&proxy.id) {
                    next.insert(proxy.id);
                }
                chosen.set(next);
            }
        },
    );
    let onselectall = use_callback((all.clone(), chosen.setter()), |on: bool, (all, chosen)| {
        let ids = all.iter().filter(|_| on).map(|proxy| proxy.id);
        chosen.set(ids.collect());
    });
    let onclear = use_callback(chosen.setter(), |(): (), chosen| {
        chosen.set(BTreeSet::new());
    });
    let selected: Vec<ProxyId> = all
        .iter()
        .map(|proxy| proxy.id)
        .filter(|id| chosen.contains(id))
        .collect();
    let to_check = if selected.is_empty() {
        all.iter().map(|proxy| proxy.id).collect()
    } else {
        selected.clone()
    };
    let oncheck = checks.start.reform(move |(): ()| to_check.clone());
    use_action(Action::Check, (!all.is_empty()).then(|| oncheck.clone()));
    let oncheck = oncheck.reform(|_: MouseEvent| ());
    let checking = !state.open.is_empty();
    let actions = html! {
        <>
            if !all.is_empty() && !checking {
                <Button label="Check all" icon="circle-check" onclick={oncheck.clone()} testid="proxies-check" />
            }
            <Button label="Paste proxies" icon="list-plus" onclick={show(Layer::Paste)} testid="proxy-paste" />
            <Button label="New proxy" icon="plus" tone={ButtonTone::Primary} keys="n" onclick={show(Layer::Edit(ProxyDraft::default()))} testid="proxy-new" />
        </>
    };
    html! {
        <Page title="Proxies" count={Some(all.len() as u64)} {actions} fixed={true}>
            <Tabs label="Proxies" chosen={tab.clone()} {onchoose} testid="proxies-tab" tabs={vec![
                TabItem::new(FIRST_TAB, "List").icon("list"),
                TabItem::new("pools", "Pools").icon("layers").count(pools.data().map_or(0, |pools| pools.len() as u64)),
            ]} />
            <div class={classes!("tab-panel", (tab == FIRST_TAB).then_some("tab-panel--fixed"))} role="tabpanel" id={format!("panel-{tab}")} aria-labelledby={format!("tab-{tab}")}>
            { if tab == "pools" { html! { <Pools /> } } else { render_remote(proxies.remote(), "The proxies could not be loaded", &proxies.on_reload(), |all| if all.is_empty() {
                html! {
                    <EmptyState icon="route" title="No proxies yet" text="Without one, profiles use this machine's own address." testid="proxies-empty">
                        <Button label="Paste proxies" icon="list-plus" tone={ButtonTone::Primary} onclick={show(Layer::Paste)} />
                        <Button label="New proxy" icon="plus" onclick={show(Layer::Edit(ProxyDraft::default()))} />
                    </EmptyState>
                }
            } else {
                html! {
                    <div class="stack page__fill">
                        if state.total > 0 { { progress(&state, &checks) } } else {
                            <p class="row second">
                                <Icon name="shield-check" class={classes!("tone-ok")} />
                                { "If a proxy fails, its profiles lose network. Drover never falls back to your own address." }
                            </p>
                        }
                        <DataGrid label="Proxies" columns={COLUMNS} count={all.len()} {row} {onopen} onselect={Some(onselect)} {onselectall}
                            selected={selected.len()} testid="proxy" />
                        <BulkBar count={selected.len()} {onclear}>
                            <Button label={format!("Check {}", plural(selected.len() as u64, "proxy"))} icon="circle-check" small={true} onclick={oncheck} testid="proxies-check-selected" />
                        </BulkBar>
                    </div>
                }
            }) } }
            </div>
            { match &*layer {
                Layer::None => Html::default(),
                Layer::Edit(draft) => html! { <ProxyDialog draft={draft.clone()} {onclose} /> },
                Layer::Paste => html! { <PasteDialog {onclose} oncheck={checks.start.clone()} /> },
                Layer::Remove(proxy) => html! { <RemoveProxyDialog proxy={proxy.clone()} {onclose} /> },
            } }
        </Page>
    }
}

/// How far the checks are, and what they found so far.
fn progress(state: &Checking, checks: &Checks) -> Html {
    let done = state.done();
    let share = done * 100 / state.total.max(1);
    let found = format!(
        "{} of {} checked: {} work, {} fail",
        crate::format::count(done as u64),
        plural(state.total as u64, "proxy"),
        crate::format::count(state.works as u64),
        crate::format::count(state.fails as u64)
    );
    html! {
        <div class="progress progress--page" role="status" data-testid="proxies-progress">
            <span class="progress__words">{ found }</span>
            <span class="progress__track" aria-hidden="true"><i class="progress__fill" style={format!("--w: {share}%")} /></span>
            if !state.open.is_empty() { <Button label="Stop checking" small={true} onclick={checks.stop.reform(|_: MouseEvent| ())} /> }
        </div>
    }
}
