//! One proxy of the list.

use drover_model::{Proxy, ProxyId};
use jiff::Timestamp;
use yew::prelude::*;

use crate::components::{Badge, Column, Menu, MenuItem, Row, Tone};
use crate::format;
use crate::state::proxies::{exit, health_look};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("Name", "minmax(110px, 1.2fr)"),
    Column::new("Kind", "56px"),
    Column::new("Address", "minmax(170px, 1.8fr)"),
    Column::new("Login", "minmax(90px, 0.8fr)"),
    Column::new("Health", "minmax(130px, 0.9fr)"),
    Column::new("Exit", "minmax(110px, 0.9fr)"),
    Column::new("Checked", "96px"),
    Column::new("Used by", "minmax(110px, 1.2fr)"),
    Column::new("", "32px"),
];

/// What can be done with a proxy of the list.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Order {
    Edit,
    Check,
    Remove,
}

pub(super) fn draw(
    proxy: &Proxy,
    selected: bool,
    checking: bool,
    now: Timestamp,
    onorder: &Callback<(ProxyId, Order)>,
) -> Row {
    let id = proxy.id;
    let order = |order: Order| onorder.reform(move |()| (id, order));
    let items = vec![
        MenuItem::new("Check", "circle-check", order(Order::Check)).testid("proxy-check"),
        MenuItem::new("Edit…", "pencil", order(Order::Edit)).testid("proxy-edit"),
        MenuItem::new("Remove…", "trash-2", order(Order::Remove)).danger(),
    ];
    let address = proxy.address.to_string();
    let place = address
        .split_once("://")
        .map_or(address.as_str(), |(_, place)| place)
        .to_owned();
    let health = proxy.health.as_ref();
    let checked = health.map(|health| format::relative(health.checked_at, now));
    Row {
        key: id.to_string().into(),
        name: proxy.name.to_string().into(),
        selected,
        cells: vec![
            html! { <span class="name">{ proxy.name.as_str() }</span> },
            html! { <span class="second">{ proxy.address.scheme().as_str() }</span> },
            html! { <span class="mono" title={address.clone()}>{ place }</span> },
            html! { <span class="second">{ login(proxy) }</span> },
            badge(proxy, checking),
            html! { <span class="mono">{ exit(health).unwrap_or_else(|| "–".to_owned()) }</span> },
            html! { <span class="second">{ checked.unwrap_or_else(|| "never".to_owned()) }</span> },
            crate::pages::used_by(&proxy.used_by),
            html! { <Menu label={format!("Actions for {}", proxy.name)} small={true} {items} testid={format!("proxy-menu-{}", proxy.name)} /> },
        ],
    }
}

/// How it is, or that it is being asked.
pub(super) fn badge(proxy: &Proxy, checking: bool) -> Html {
    if checking {
        return html! { <Badge label="Checking" tone={Tone::Info} icon="loader" turning={true} plain={true} /> };
    }
    let look = health_look(proxy.health.as_ref());
    html! {
        <Badge label={look.label} tone={look.tone} icon={look.icon} plain={true} title={look.detail} testid={format!("proxy-health-{}", proxy.name)} />
    }
}

pub(super) fn login(proxy: &Proxy) -> String {
    match (&proxy.user, proxy.has_password) {
        (None, _) => "none".to_owned(),
        (Some(user), true) => format!("{user} · ••••"),
        (Some(user), false) => user.clone(),
    }
}
