//! What a profile is, at a glance, and its newest runs.

use std::rc::Rc;

use drover_model::request::ListRuns;
use drover_model::{Fact, Profile};
use yew::prelude::*;
use yew_router::prelude::*;

use super::sign_ins::SignIns;
use crate::bridge::clock;
use crate::components::{StateBadge, Tag};
use crate::format;
use crate::hooks::{use_now, use_query};
use crate::pages::start::overrides_line;
use crate::route::Route;
use crate::state::profiles::encryption_word;
use crate::state::render_remote;

#[derive(PartialEq, Properties)]
pub(super) struct OverviewProps {
    pub profile: Rc<Profile>,
}

#[component]
pub(super) fn Overview(props: &OverviewProps) -> Html {
    let profile = &props.profile;
    let now = use_now(30_000);
    let question = ListRuns {
        profile: Some(profile.id.to_string()),
        limit: 6,
        ..ListRuns::default()
    };
    let runs = use_query(question, 0, |_, fact: &Fact| {
        matches!(
            fact,
            Fact::RunQueued { .. } | Fact::RunMoved { .. } | Fact::RunChanged { .. }
        )
    });
    let moment = |at| html! { <span title={clock::local(at)}>{ format::relative(at, now) }</span> };
    html! {
        <div class="two-panels">
            <section class="panel">
                <div class="panel__head"><h2 class="panel__title">{ "Identity" }</h2></div>
                <div class="panel__body">
                    <dl class="facts">
                        <dt>{ "Browser" }</dt>
                        <dd>
                            <span class="mono">{ &profile.browser }</span>
                            <div class="mute small">{ if profile.last_used_at.is_some() { "Fixed since the first start" } else { "Fixed from the first start on" } }</div>
                        </dd>
                        <dt>{ "Cookies" }</dt>
                        <dd>{ cookie_key(profile) }</dd>
                        <dt>{ "Proxy" }</dt>
                        <dd>{ match &profile.proxy {
                            Some(name) => html! { <Link<Route> to={Route::Proxies} classes="link mono">{ name.as_str() }</Link<Route>> },
                            None => html! { { "none, this machine's own address" } },
                        } }</dd>
                        <dt>{ "Tags" }</dt>
                        <dd class="row row--wrap">
                            if profile.tags.is_empty() { <span class="mute">{ "none" }</span> }
                            for tag in &profile.tags { <Tag key={tag.clone()} label={tag.clone()} /> }
                        </dd>
                        <dt>{ "Start pages" }</dt>
                        <dd>{ lines(profile.start_urls.iter().cloned()) }</dd>
                        <dt>{ "Tokens" }</dt>
                        <dd>{ lines(profile.tokens.iter().map(|token| format!("•••• {token}"))) }</dd>
                        <dt>{ "Sign-ins" }</dt>
                        <dd><SignIns profile={profile.clone()} {now} /></dd>
                        if !profile.overrides.is_empty() {
                            <dt>{ "Pages see" }</dt>
                            <dd>{ overrides_line(&profile.overrides) }</dd>
                        }
                        <dt>{ "Notes" }</dt>
                        <dd class="pre-line">{ if profile.notes.is_empty() { html! { <span class="mute">{ "none" }</span> } } else { html! { { &profile.notes } } } }</dd>
                        <dt>{ "Last used" }</dt>
                        <dd>{ profile.last_used_at.map_or_else(|| html! { { "never" } }, moment) }</dd>
                        <dt>{ "Made" }</dt>
                        <dd>{ moment(profile.created_at) }</dd>
                        <dt>{ "Changed" }</dt>
                        <dd>{ moment(profile.updated_at) }</dd>
                        <dt>{ "Id" }</dt>
                        <dd class="mono">{ profile.id.to_string() }</dd>
                    </dl>
                </div>
            </section>
            <section class="panel">
                <div class="panel__head"><h2 class="panel__title">{ "Newest runs" }</h2></div>
                { render_remote(&runs.remote, "The runs could not be loaded", &runs.onreload, |list| html! {
                    if list.rows.is_empty() {
                        <p class="panel__body second">{ "No task has run in this profile yet." }</p>
                    } else {
                        <ul class="brief-runs">
                            for run in &list.rows {
                                <li key={run.id.to_string()}>
                                    <Link<Route> to={Route::Run { id: run.id.to_string() }} classes="brief-runs__row">
                                        <StateBadge state={run.state} plain={true} />
                                        <span class="truncate grow">{ run.task.as_str() }</span>
                                        <span class="mute tabular">{ format::relative(run.queued_at, now) }</span>
                                    </Link<Route>>
                                </li>
                            }
                        </ul>
                    }
                }) }
            </section>
        </div>
    }
}

/// Where the key of its cookies is: the store of the first start, before it the way that was chosen.
fn cookie_key(profile: &Profile) -> String {
    match profile.password_store {
        Some(store) => format!("Encrypted with {}", store.title()),
        None => format!(
            "{}, from the first start on",
            encryption_word(profile.encryption)
        ),
    }
}

fn lines(lines: impl Iterator<Item = String>) -> Html {
    let lines: Vec<String> = lines.collect();
    html! {
        <>
            if lines.is_empty() { <span class="mute">{ "none" }</span> }
            for line in lines { <div key={line.clone()} class="mono">{ line }</div> }
        </>
    }
}
