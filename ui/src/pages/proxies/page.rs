//! The list of proxies.

use std::rc::Rc;

use drover_model::Proxy;
use yew::prelude::*;

use super::dialog::ProxyDialog;
use super::remove::RemoveProxyDialog;
use crate::components::{
    Button, ButtonTone, Column, DataGrid, EmptyState, Icon, Menu, MenuItem, Page, Row,
};
use crate::hooks::{use_action, use_area};
use crate::keymap::Action;
use crate::state::{ProxyDraft, render_remote};

const COLUMNS: &[Column] = &[
    Column::new("Name", "minmax(120px, 1.2fr)"),
    Column::new("Kind", "72px"),
    Column::new("Address", "minmax(180px, 2fr)"),
    Column::new("Login", "minmax(120px, 1fr)"),
    Column::new("Used by", "minmax(120px, 1.4fr)"),
    Column::new("", "32px"),
];

/// What lies over the list.
#[derive(Clone, PartialEq)]
enum Layer {
    None,
    Edit(ProxyDraft),
    Remove(Rc<Proxy>),
}

#[component]
pub fn Proxies() -> Html {
    let proxies = use_area::<Vec<Proxy>>();
    let layer = use_state_eq(|| Layer::None);
    let onnew = use_callback(layer.setter(), |(): (), layer| {
        layer.set(Layer::Edit(ProxyDraft::default()));
    });
    let onclick = use_callback(onnew.clone(), |_: MouseEvent, new| new.emit(()));
    use_action(Action::New, Some(onnew));
    let onclose = use_callback(layer.setter(), |(): (), layer| layer.set(Layer::None));
    let onopen = use_callback(
        (proxies.clone(), layer.setter()),
        |index: usize, (proxies, layer)| {
            if let Some(proxy) = proxies.data().and_then(|all| all.get(index)) {
                layer.set(Layer::Edit(ProxyDraft::of(proxy)));
            }
        },
    );
    let row = use_callback(
        (proxies.clone(), layer.setter()),
        |index: usize, (proxies, layer)| {
            let proxy = proxies.data().and_then(|all| all.get(index));
            proxy.map_or_else(Row::default, |proxy| draw(proxy, layer))
        },
    );
    let count = proxies.data().map_or(0, |all| all.len());
    let actions = html! {
        <Button label="New proxy" icon="plus" tone={ButtonTone::Primary} keys="n" onclick={onclick.clone()} testid="proxy-new" />
    };
    html! {
        <Page title="Proxies" count={Some(count as u64)} {actions} fixed={true}>
            { render_remote(proxies.remote(), "The proxies could not be loaded", &proxies.on_reload(), |all| if all.is_empty() {
                html! {
                    <EmptyState icon="route" title="No proxies yet" text="Without one, profiles use this machine's own address." testid="proxies-empty">
                        <Button label="New proxy" icon="plus" tone={ButtonTone::Primary} {onclick} />
                    </EmptyState>
                }
            } else {
                html! {
                    <div class="stack page__fill">
                        <p class="row second">
                            <Icon name="shield-check" class={classes!("tone-ok")} />
                            { "If a proxy fails, its profiles lose network. Drover never falls back to your own address." }
                        </p>
                        <DataGrid label="Proxies" columns={COLUMNS} {count} {row} {onopen} testid="proxy" />
                    </div>
                }
            }) }
            { match &*layer {
                Layer::None => Html::default(),
                Layer::Edit(draft) => html! { <ProxyDialog draft={draft.clone()} {onclose} /> },
                Layer::Remove(proxy) => html! { <RemoveProxyDialog proxy={proxy.clone()} {onclose} /> },
            } }
        </Page>
    }
}

fn draw(proxy: &Proxy, layer: &UseStateSetter<Layer>) -> Row {
    let (edited, removed) = (proxy.clone(), Rc::new(proxy.clone()));
    let (to_edit, to_remove) = (layer.clone(), layer.clone());
    let items = vec![
        MenuItem::new(
            "Edit…",
            "pencil",
            Callback::from(move |()| to_edit.set(Layer::Edit(ProxyDraft::of(&edited)))),
        ),
        MenuItem::new(
            "Remove…",
            "trash-2",
            Callback::from(move |()| to_remove.set(Layer::Remove(removed.clone()))),
        )
        .danger(),
    ];
    let login = match (&proxy.user, proxy.has_password) {
        (None, _) => "none".to_owned(),
        (Some(user), true) => format!("{user} · ••••"),
        (Some(user), false) => user.clone(),
    };
    let address = proxy.address.to_string();
    let place = address
        .split_once("://")
        .map_or(address.as_str(), |(_, place)| place)
        .to_owned();
    let used = crate::pages::used_by(&proxy.used_by);
    Row {
        key: proxy.id.to_string().into(),
        name: proxy.name.to_string().into(),
        selected: false,
        cells: vec![
            html! { <span class="name">{ proxy.name.as_str() }</span> },
            html! { <span class="second">{ proxy.address.scheme().as_str() }</span> },
            html! { <span class="mono" title={address.clone()}>{ place }</span> },
            html! { <span class="second">{ login }</span> },
            used,
            html! { <Menu label={format!("Actions for {}", proxy.name)} small={true} {items} testid={format!("proxy-menu-{}", proxy.name)} /> },
        ],
    }
}
