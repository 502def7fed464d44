//! What is known about the run: results first, then times, ends and origins.

use std::rc::Rc;

use drover_model::Run;
use drover_model::plan::text_of;
use drover_model::run::{Attempt, ExitStatus, RunOrigin};
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use super::network::network_facts;
use crate::bridge::clock;
use crate::components::Words;
use crate::format;
use crate::route::{Route, RunsQuery};
use crate::state::runs::waited_and_ran;

#[derive(PartialEq, Properties)]
pub(super) struct FactsProps {
    pub run: Rc<Run>,
    pub now: Timestamp,
}

#[component]
pub(super) fn Facts(props: &FactsProps) -> Html {
    let (run, row) = (&props.run, &props.run.row);
    let (waited, ran) = waited_and_ran(row, props.now);
    let moment = |at: Option<Timestamp>| match at {
        Some(at) => html! { { clock::local(at) } },
        None => html! { <span class="mute">{ "not yet" }</span> },
    };
    let length = |ms: Option<u64>| ms.map_or_else(|| "–".to_owned(), format::fine_duration);
    html! {
        <div class="two-panels">
            <section class="panel">
                <div class="panel__head"><h2 class="panel__title">{ "Outputs" }</h2></div>
                <div class="panel__body">
                    if run.outputs.is_empty() { <p class="second">{ "This run has no outputs." }</p> }
                    else {
                        <dl class="facts" data-testid="run-outputs">
                            for (name, value) in &run.outputs { <dt key={name.clone()} class="mono">{ name }</dt><dd key={format!("{name}-value")} class="mono">{ text_of(value) }</dd> }
                        </dl>
                    }
                </div>
                <div class="panel__head panel__head--inner"><h2 class="panel__title">{ "Attempts" }</h2></div>
                <div class="panel__body">
                    if run.attempts.is_empty() { <p class="second">{ "None has begun." }</p> }
                    for attempt in &run.attempts { { attempt_facts(attempt) } }
                </div>
            </section>
            <section class="panel">
                <div class="panel__head"><h2 class="panel__title">{ "Run" }</h2></div>
                <div class="panel__body">
                    <dl class="facts">
                        <dt>{ "Id" }</dt><dd class="mono">{ row.id.to_string() }</dd>
                        <dt>{ "Task" }</dt>
                        <dd><Link<Route> to={Route::Task { id: row.task_id.to_string() }} classes="link">{ row.task.as_str() }</Link<Route>>{ format!(", version {}", row.task_version) }</dd>
                        <dt>{ "Profile" }</dt>
                        <dd>{ match (&row.profile, row.profile_id) {
                            (Some(name), Some(id)) => html! { <Link<Route> to={Route::Profile { id: id.to_string() }} classes="link">{ name.as_str() }</Link<Route>> },
                            (Some(name), None) => html! { { name.as_str() } },
                            (None, _) => html! { <span class="mute">{ "none" }</span> },
                        } }</dd>
                        if let Some(origin) = &row.origin { { origin_facts(origin) } }
                        if let Some(first) = row.rerun_of {
                            <dt>{ "Repeats" }</dt>
                            <dd><Link<Route> to={Route::Run { id: first.to_string() }} classes="link mono">{ format!("#{}", first.short()) }</Link<Route>></dd>
                        }
                        <dt>{ "Reason" }</dt><dd class="mono">{ row.reason.clone().unwrap_or_else(|| "–".to_owned()) }</dd>
                        <dt>{ "Exit" }</dt><dd>{ exit(run.exit) }</dd>
                        <dt>{ "Queued" }</dt><dd>{ moment(Some(row.queued_at)) }</dd>
                        <dt>{ "Started" }</dt><dd>{ moment(row.started_at) }</dd>
                        <dt>{ "Ended" }</dt><dd>{ moment(row.finished_at) }</dd>
                        <dt>{ "Waited" }</dt><dd class="tabular">{ length(waited) }</dd>
                        <dt>{ "Ran" }</dt><dd class="tabular">{ length(ran) }</dd>
                    </dl>
                </div>
            </section>
        </div>
    }
}

/// The schedule or the fan-out that made the run.
fn origin_facts(origin: &RunOrigin) -> Html {
    html! {
        <>
            if let (Some(id), Some(name)) = (origin.schedule, &origin.schedule_name) {
                <dt>{ "Schedule" }</dt>
                <dd><Link<Route> to={Route::Schedule { id: id.to_string() }} classes="link">{ name.as_str() }</Link<Route>></dd>
            }
            if let Some(batch) = origin.batch {
                <dt>{ "Batch" }</dt>
                <dd><Link<Route, RunsQuery> to={Route::Runs} query={Some(RunsQuery::batch(batch))} classes="link">{ "Its other runs" }</Link<Route, RunsQuery>></dd>
            }
            if let Some(at) = origin.nominal_at { <dt>{ "Due" }</dt><dd>{ clock::local(at) }</dd> }
            if origin.covers > 1 { <dt>{ "Stands for" }</dt><dd>{ format::plural(u64::from(origin.covers), "time") }</dd> }
            if !origin.item.is_empty() { <dt>{ "Item" }</dt><dd class="mono">{ &origin.item }</dd> }
            if let Some(run) = origin.follows {
                <dt>{ "Follows" }</dt>
                <dd><Link<Route> to={Route::Run { id: run.to_string() }} classes="link mono">{ format!("#{}", run.short()) }</Link<Route>></dd>
            }
        </>
    }
}

fn attempt_facts(attempt: &Attempt) -> Html {
    html! {
        <>
        <dl class="facts" key={attempt.attempt}>
            <dt>{ format!("Attempt {}", attempt.attempt) }</dt><dd>{ attempt.outcome.as_ref().map_or_else(|| "going on".to_owned(), |outcome| outcome.replace('_', " ")) }</dd>
            if let Some(message) = &attempt.message { <dt>{ "Cause" }</dt><dd><Words text={format::sentence(message)} /></dd> }
            <dt>{ "Claimed" }</dt><dd>{ clock::local(attempt.claimed_at) }</dd>
            <dt>{ "Exit" }</dt><dd>{ exit(attempt.exit) }</dd>
            if let Some(rung) = &attempt.rung { <dt>{ "Browser" }</dt><dd>{ rung }</dd> }
        </dl>
        if let Some(network) = &attempt.network { { network_facts(network) } }
        </>
    }
}

fn exit(status: Option<ExitStatus>) -> String {
    match status {
        Some(ExitStatus {
            code: Some(code), ..
        }) => format!("code {code}"),
        Some(ExitStatus {
            signal: Some(signal),
            ..
        }) => format!("signal {signal}"),
        _ => "–".to_owned(),
    }
}
