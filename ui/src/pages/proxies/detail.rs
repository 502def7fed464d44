//! One proxy: how it is, who uses it, its rules.

use std::rc::Rc;

use drover_model::Proxy;
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use super::address::ChangeAddress;
use super::checks::use_checks;
use super::dialog::ProxyDialog;
use super::row::{badge, login};
use super::rules::RulesPanel;
use crate::components::{Button, EmptyState, Icon, Page};
use crate::format;
use crate::hooks::{use_action, use_area, use_now};
use crate::keymap::Action;
use crate::route::Route;
use crate::state::proxies::{ProxyDraft, exit, health_look};
use crate::state::render_remote;

#[derive(PartialEq, Properties)]
pub struct ProxyDetailProps {
    pub id: String,
}

#[component]
pub fn ProxyDetail(props: &ProxyDetailProps) -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let proxies = use_area::<Vec<Proxy>>();
    let checks = use_checks();
    let editing = use_state_eq(|| false);
    let now = use_now(30_000);
    let proxy = proxies
        .data()
        .and_then(|all| all.iter().find(|proxy| proxy.id.to_string() == props.id))
        .cloned()
        .map(Rc::new);

    let oncheck = proxy.as_ref().map(|proxy| {
        let id = proxy.id;
        checks.start.reform(move |(): ()| vec![id])
    });
    let onedit = use_callback(editing.setter(), |(): (), editing| editing.set(true));
    let onclose = use_callback(editing.setter(), |(): (), editing| editing.set(false));
    let onback = use_callback(navigator, |(): (), navigator| {
        navigator.push(&Route::Proxies);
    });
    use_action(Action::Check, oncheck.clone());
    use_action(Action::Edit, proxy.is_some().then(|| onedit.clone()));
    use_action(Action::Back, Some(onback));

    let title = proxy
        .as_ref()
        .map_or_else(|| "Proxy".to_owned(), |proxy| proxy.name.to_string());
    let checking = proxy
        .as_ref()
        .is_some_and(|proxy| checks.state.is_checking(proxy.id));
    let head = html! {
        <div class="crumbs">
            <Link<Route> to={Route::Proxies} classes="back"><Icon name="chevron-left" />{ "Proxies" }</Link<Route>>
            <span class="crumbs__name">{ &title }</span>
            if let Some(proxy) = &proxy { { badge(proxy, checking) } }
        </div>
    };
    let actions = oncheck.map(|oncheck| {
        html! {
            <>
                <Button label="Check" icon="circle-check" keys="c" busy={checking} onclick={oncheck.reform(|_: MouseEvent| ())} testid="proxy-check" />
                <Button label="Edit" icon="pencil" keys="e" onclick={onedit.reform(|_: MouseEvent| ())} testid="proxy-edit" />
            </>
        }
    });
    html! {
        <Page {title} head={Some(head)} actions={actions.unwrap_or_default()}>
            { render_remote(proxies.remote(), "The proxy could not be loaded", &proxies.on_reload(), |_| match &proxy {
                Some(proxy) => body(proxy, now),
                None => html! {
                    <EmptyState icon="route" title="This proxy does not exist" text="It may have been removed, or the address is old.">
                        <Link<Route> to={Route::Proxies} classes="btn">{ "All proxies" }</Link<Route>>
                    </EmptyState>
                },
            }) }
            if let Some(proxy) = proxy.as_ref().filter(|_| *editing) { <ProxyDialog draft={ProxyDraft::of(proxy)} {onclose} /> }
        </Page>
    }
}

fn body(proxy: &Rc<Proxy>, now: Timestamp) -> Html {
    let health = proxy.health.as_ref();
    let checked = health.map_or_else(
        || "never".to_owned(),
        |health| format::relative(health.checked_at, now),
    );
    html! {
        <div class="two-panels">
            <div class="stack">
                <section class="panel" aria-label="Health">
                    <div class="panel__head"><h2 class="panel__title">{ "Health" }</h2></div>
                    <div class="panel__body stack">
                        <p data-testid="proxy-detail">{ health_look(health).detail }</p>
                        <dl class="facts">
                            <dt>{ "Address" }</dt><dd class="mono">{ proxy.address.to_string() }</dd>
                            <dt>{ "Login" }</dt><dd>{ login(proxy) }</dd>
                            <dt>{ "Exit address" }</dt><dd class="mono" data-testid="proxy-exit">{ exit(health).unwrap_or_else(|| "–".to_owned()) }</dd>
                            <dt>{ "Checked" }</dt><dd>{ checked }</dd>
                        </dl>
                        <ChangeAddress proxy={(**proxy).clone()} />
                    </div>
                </section>
                <section class="panel" aria-label="Used by">
                    <div class="panel__head"><h2 class="panel__title">{ "Used by" }</h2></div>
                    <div class="panel__body">
                        if proxy.used_by.is_empty() {
                            <p class="second">{ "No profile uses it. A task can name it all the same." }</p>
                        } else {
                            <ul class="row row--wrap">
                                for name in &proxy.used_by { <li key={name.to_string()}><ProfileLink name={name.clone()} /></li> }
                            </ul>
                        }
                    </div>
                </section>
            </div>
            <RulesPanel proxy={proxy.clone()} />
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ProfileLinkProps {
    name: drover_model::Name,
}

/// The profile of that name, with a link where the list of profiles has it.
#[component]
fn ProfileLink(props: &ProfileLinkProps) -> Html {
    let profiles = use_area::<drover_model::request::ProfileList>();
    let known = profiles
        .data()
        .and_then(|list| list.rows.iter().find(|row| row.name == props.name));
    match known {
        Some(profile) => {
            html! { <Link<Route> to={Route::Profile { id: profile.id.to_string() }} classes="link">{ props.name.as_str() }</Link<Route>> }
        }
        None => html! { <span class="tag">{ props.name.as_str() }</span> },
    }
}
