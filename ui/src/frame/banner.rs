//! At most one message under the top bar, the most important one.

use drover_model::TokenRef;
use drover_model::machine::AppInfo;
use drover_model::request::{MissedWay, SettleMissed, Summary};
use drover_model::schedule::{MissedReport, Words as RuleWords};
use drover_model::token::{Keychain, KeychainState};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::commands::{use_pause, use_unlock};
use crate::api;
use crate::bridge::clock;
use crate::components::{Button, Icon, IconButton, Words};
use crate::format;
use crate::hooks::{use_area, use_link, use_toasts, use_words};
use crate::route::{Route, RunsQuery};
use crate::state::Remote;

#[component]
pub fn Banner() -> Html {
    let summary = use_area::<Summary>();
    let keychain = use_area::<Keychain>();
    let tokens = use_area::<Vec<TokenRef>>();
    let info = use_area::<AppInfo>();
    let navigator = use_navigator().expect("BUG: the banner is inside the router");
    let (unlocking, unlock) = use_unlock();
    let pause = use_pause();
    let route = use_route::<Route>();
    let read = use_state_eq(|| false);
    let (missed, onmissed) = use_missed();
    let words = use_words();

    let onretry = use_callback(summary.on_reload(), |_: MouseEvent, retry| retry.emit(()));
    let onunlock = use_callback(unlock, |_: MouseEvent, unlock| unlock.emit(()));
    let onresume = use_callback(pause, |_: MouseEvent, resume| resume.emit(()));
    let onreview = use_callback(
        (navigator.clone(), read.setter()),
        |_: MouseEvent, (navigator, read)| {
            read.set(true);
            navigator.push(&Route::Runs);
        },
    );
    let onshow = use_callback(navigator, |query: RunsQuery, navigator| {
        navigator.push_with_query(&Route::Runs, &query).ok(); // a query of plain texts can be written
    });
    let onread = use_callback(read.setter(), |_: MouseEvent, read| read.set(true));

    let locked = keychain
        .data()
        .is_some_and(|keychain| keychain.state == KeychainState::Locked);
    let needed = tokens.data().is_some_and(|tokens| !tokens.is_empty());
    let recovered = info
        .data()
        .and_then(|info| info.recovered.clone())
        .filter(|_| !*read);
    if let Remote::Failed(error) = summary.remote() {
        return banner(
            "err",
            "unplug",
            &format!(
                "The engine does not answer: {}. Runs are not affected.",
                error.message
            ),
            html! {
                <Button label="Retry" small={true} icon="refresh-cw" onclick={onretry} />
            },
        );
    }
    if let Some(problem) = summary
        .data()
        .and_then(|summary| summary.storage_error.clone())
    {
        return banner("err", "database", &storage_words(&problem), Html::default());
    }
    if locked && needed && route != Some(Route::Vault) {
        return banner(
            "warn",
            "lock",
            "The keychain is locked. Runs that need a token wait for it.",
            html! {
                <Button label="Unlock" small={true} busy={unlocking} onclick={onunlock} testid="banner-unlock" />
            },
        );
    }
    if let Some(free) = summary.data().and_then(|summary| summary.disk_low) {
        let text = format!(
            "Only {} are free on the disk. Nothing new starts until there is more space; what runs goes on.",
            format::size(free)
        );
        return banner("warn", "hard-drive", &text, Html::default());
    }
    if summary.data().is_some_and(|summary| summary.paused) {
        return banner(
            "warn",
            "pause",
            "The queue is paused. What runs goes on, nothing new starts.",
            html! {
                <Button label="Resume" small={true} icon="play" onclick={onresume} testid="banner-resume" />
            },
        );
    }
    if let Some(report) = missed {
        let onshow = onshow.reform(move |_: MouseEvent| RunsQuery::missed(report.look));
        let answer = |way: MissedWay| onmissed.reform(move |_: MouseEvent| way);
        return banner(
            "warn",
            "hourglass",
            &missed_words(words, &report),
            html! {
                <>
                    <Button label="Show" small={true} onclick={onshow} testid="missed-show" />
                    if report.skipped > 0 { <Button label="Run all" small={true} onclick={answer(MissedWay::RunAll)} testid="missed-run-all" /> }
                    if report.queued > 0 { <Button label="Cancel what waits" small={true} onclick={answer(MissedWay::Cancel)} testid="missed-cancel" /> }
                    <IconButton icon="x" label="Leave it so" small={true} onclick={answer(MissedWay::Leave)} testid="missed-leave" />
                </>
            },
        );
    }
    if let Some(text) = recovered {
        return banner(
            "info",
            "history",
            &format::sentence(&text),
            html! {
                <>
                    <Button label="Review runs" small={true} onclick={onreview} />
                    <IconButton icon="x" label="Dismiss" small={true} onclick={onread} />
                </>
            },
        );
    }
    Html::default()
}

/// The newest report of what was missed that nobody has answered, in whatever life of the window or of Drover it was
/// told; and the answer.
#[hook]
fn use_missed() -> (Option<MissedReport>, Callback<MissedWay>) {
    let (link, toasts) = (use_link(), use_toasts());
    let summary = use_area::<Summary>();
    // The one that was answered a moment ago, until the engine's list is without it.
    let answered = use_state_eq(|| None::<u64>);
    let waiting = summary.data().map(|summary| summary.missed.clone());
    let report = waiting
        .unwrap_or_default()
        .into_iter()
        .rfind(|report| Some(report.look) != *answered);
    let answer = use_callback(
        (link, toasts, report, answered.setter()),
        |way: MissedWay, (link, toasts, report, answered)| {
            let Some(look) = report.map(|report| report.look) else {
                return;
            };
            answered.set(Some(look));
            let (link, toasts, answered) = (link.clone(), toasts.clone(), answered.clone());
            spawn_local(async move {
                match api::settle_missed(&link, SettleMissed { look, way }).await {
                    Ok(rows) => {
                        let runs = format::plural(rows.len() as u64, "run");
                        match way {
                            MissedWay::RunAll => toasts.done(format!("{runs} queued")),
                            MissedWay::Cancel => toasts.done(format!("{runs} cancelled")),
                            MissedWay::Leave => {}
                        }
                    }
                    Err(error) => {
                        answered.set(None);
                        toasts.failed(&error);
                    }
                }
            });
        },
    );
    (report, answer)
}

/// What holds while the database cannot be written, and that nobody needs to start Drover again.
fn storage_words(problem: &str) -> String {
    format!(
        "{}. Drover starts no runs and cannot save changes until it can write again; it tries by itself.",
        format::sentence(problem).trim_end_matches('.')
    )
}

fn missed_words(words: &RuleWords, report: &MissedReport) -> String {
    let (first, last) = (
        clock::local_civil(report.first),
        clock::local_civil(report.last),
    );
    let said = words.missed(report.missed, first, last);
    format!(
        "{} {} to catch up, {} skipped.",
        format::sentence(&said),
        format::plural(u64::from(report.queued), "run"),
        format::count(u64::from(report.skipped))
    )
}

fn banner(tone: &'static str, icon: &'static str, text: &str, actions: Html) -> Html {
    html! {
        <div class={classes!("banner", format!("banner--{tone}"))} role="status" data-testid="banner">
            <Icon name={icon} />
            <span class="banner__text"><Words text={text.to_owned()} /></span>
            { actions }
        </div>
    }
}
