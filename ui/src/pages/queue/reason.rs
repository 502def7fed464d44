//! Reasons with links to what is in the way. The page of a run shows them, too.

use drover_model::{RunId, WaitCode, WaitReason};
use jiff::Timestamp;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::bridge::clock;
use crate::components::Words;
use crate::route::Route;
use crate::state::queue::{Piece, because, pieces};

/// Runs in the way that fit behind a sentence.
const SHOWN_RUNS: usize = 4;

#[derive(PartialEq, Properties)]
pub(in crate::pages) struct ReasonLineProps {
    pub reason: WaitReason,
    /// The attempt that the run waits for.
    pub attempt: u32,
    pub now: Timestamp,
    /// With the runs that the sentence does not name, when it ends, and where it can be changed.
    #[prop_or_default]
    pub whole: bool,
}

#[component]
pub(in crate::pages) fn ReasonLine(props: &ReasonLineProps) -> Html {
    let reason = &props.reason;
    let sentence = because(reason, props.attempt, props.now);
    let (parts, others) = pieces(&sentence, &reason.blocked_by);
    let title = reason.clears_at.map(clock::local);
    html! {
        <span {title}>
            for part in parts {
                { match part {
                    Piece::Text(text) => html! { <Words {text} /> },
                    Piece::Run(run) => run_link(run),
                } }
            }
            if props.whole {
                { held_by(&others) }
                if let Some(at) = reason.clears_at {
                    <span class="mute tabular">{ format!(" Until {}.", time_of_day(at)) }</span>
                }
                { way_out(reason.code) }
            }
        </span>
    }
}

/// Every reason, the one that keeps the run longest first.
pub(in crate::pages) fn reason_list(reasons: &[WaitReason], attempt: u32, now: Timestamp) -> Html {
    if let [reason] = reasons {
        return html! { <p class="wrap" data-testid="wait-reasons"><ReasonLine reason={reason.clone()} {attempt} {now} whole={true} /></p> };
    }
    html! {
        <ul class="points wrap" data-testid="wait-reasons">
            for (index, reason) in reasons.iter().enumerate() {
                <li key={index}><ReasonLine reason={reason.clone()} {attempt} {now} whole={true} /></li>
            }
        </ul>
    }
}

fn run_link(run: RunId) -> Html {
    html! { <Link<Route> to={Route::Run { id: run.to_string() }} classes="link mono">{ format!("#{}", run.short()) }</Link<Route>> }
}

fn held_by(runs: &[RunId]) -> Html {
    if runs.is_empty() {
        return Html::default();
    }
    let more = runs.len().saturating_sub(SHOWN_RUNS);
    html! {
        <>
            { " In the way: " }
            for (index, run) in runs.iter().take(SHOWN_RUNS).enumerate() {
                if index > 0 { { ", " } }
                { run_link(*run) }
            }
            { if more > 0 { format!(" and {more} more.") } else { ".".to_owned() } }
        </>
    }
}

/// Where the reason can be taken away.
fn way_out(code: WaitCode) -> Html {
    let (to, words) = match code {
        WaitCode::WorkersFull => (Route::Settings, "Change the workers"),
        WaitCode::VaultLocked => (Route::Vault, "Unlock"),
        _ => return Html::default(),
    };
    html! { <>{ " " }<Link<Route> {to} classes="link">{ words }</Link<Route>></> }
}

/// `12:03:19` in the operator's zone.
fn time_of_day(at: Timestamp) -> String {
    let fine = clock::local_time(at);
    fine.split('.').next().unwrap_or_default().to_owned()
}
