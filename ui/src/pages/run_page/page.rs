//! The page of one run: loads it, follows it, and lays out its parts.

use std::rc::Rc;

use drover_model::request::GetRun;
use drover_model::run::Artifact;
use drover_model::{Code, Fact, Run, RunBatch, RunId, RunRow, RunState, StopIntent};
use yew::prelude::*;
use yew_router::prelude::*;

use super::artifacts::Files;
use super::attempt_steps::AttemptSteps;
use super::facts::facts;
use super::log_panel::LogPanel;
use super::run_actions::{RunActions, use_run_actions};
use super::run_log::use_run_log;
use super::shots::Shots;
use super::verdict_panel::{VerdictPanelProps, verdict_panel};
use super::watch::Watch;
use crate::bridge::dom;
use crate::components::{
    Badge, Button, ButtonTone, EmptyState, Icon, IconButton, Menu, MenuItem, Page, StateBadge,
    TabItem, Tabs,
};
use crate::format;
use crate::hooks::{use_action, use_now, use_query, use_toasts};
use crate::keymap::Action;
use crate::pages::attach::AttachTool;
use crate::pages::start::{PlanFacts, plan_text};
use crate::route::Route;
use crate::state::runs::{RunView, ViewAction, waited_and_ran};
use crate::state::{Remote, render_remote};

#[derive(PartialEq, Properties)]
pub struct RunPageProps {
    pub id: String,
}

#[component]
pub fn RunPage(props: &RunPageProps) -> Html {
    match props.id.parse::<RunId>() {
        Ok(run) => html! { <Known {run} /> },
        Err(error) => missing(&format::sentence(&error.to_string())),
    }
}

fn missing(text: &str) -> Html {
    html! {
        <Page title="Run">
            <EmptyState icon="activity" title="This run does not exist" text={text.to_owned()}>
                <Link<Route> to={Route::Runs} classes="btn">{ "All runs" }</Link<Route>>
            </EmptyState>
        </Page>
    }
}

#[derive(PartialEq, Properties)]
struct KnownProps {
    run: RunId,
}

#[component]
fn Known(props: &KnownProps) -> Html {
    let navigator = use_navigator().expect("BUG: pages are inside the router");
    let toasts = use_toasts();
    let tab = use_state_eq(|| AttrValue::from("log"));
    let view = use_reducer_eq(RunView::default);
    let query = use_query(
        GetRun { run: props.run },
        0,
        |request, fact| matches!(fact, Fact::RunMoved { run, .. } | Fact::RunChanged { run } if *run == request.run),
    );
    use_effect_with((query.data().cloned(), view.dispatcher()), |(run, view)| {
        if let Some(run) = run {
            view.dispatch(ViewAction::Loaded(Box::new((**run).clone())));
        }
    });
    let onnews = use_callback(
        (view.dispatcher(), query.onreload.clone()),
        |batch: RunBatch, (view, reload)| {
            if batch.refresh {
                reload.emit(());
            }
            if RunView::concerns(&batch) {
                view.dispatch(ViewAction::News(Box::new(batch)));
            }
        },
    );
    let run = view.run.clone();
    let live = run.as_ref().map(|run| run.row.state.is_live());
    let (feed, log_problem) = use_run_log(props.run, live, onnews);
    let now = use_now(if live == Some(true) { 1_000 } else { 60_000 });
    let actions = use_run_actions(Some(props.run), query.onreload.clone());

    let state = run.as_ref().map(|run| run.row.state);
    use_action(
        Action::Run,
        run.is_some().then(|| actions.again.reform(|(): ()| false)),
    );
    use_action(
        Action::Stop,
        (live == Some(true)).then(|| actions.stop.clone()),
    );
    let onback = use_callback(navigator, |(): (), navigator| {
        match dom::focused().filter(|_| dom::typing()) {
            Some(field) => field.blur().unwrap_or_default(),
            None => navigator.push(&Route::Runs),
        }
    });
    use_action(Action::Back, Some(onback));
    let onchoose = use_callback(tab.setter(), |id: AttrValue, tab| tab.set(id));
    let onshots = use_callback(tab.setter(), |_: MouseEvent, tab| {
        tab.set("screenshots".into());
    });
    let oncopy = use_callback((run.clone(), toasts), |_: MouseEvent, (run, toasts)| {
        if let Some(run) = run {
            dom::copy(&plan_text(&run.plan));
            toasts.done("Plan copied, secrets masked");
        }
    });
    let artifacts = use_memo(run.clone(), |run| {
        let all = run.as_ref().map_or(&[][..], |run| &run.artifacts);
        let shots: Rc<[Artifact]> = all
            .iter()
            .filter(|file| file.kind == "screenshot")
            .cloned()
            .collect();
        (shots, Rc::<[Artifact]>::from(all))
    });
    let (shots, files) = (artifacts.0.clone(), artifacts.1.clone());

    if let (None, Remote::Failed(error)) = (&run, &query.remote)
        && error.code == Code::RunNotFound
    {
        return missing("It may have been removed, or the address is old.");
    }
    let title = run.as_ref().map_or_else(
        || "Run".to_owned(),
        |run| format!("{} #{}", run.row.task, run.row.id.short()),
    );
    let body = |run: &Rc<Run>| {
        let panel = match tab.as_str() {
            "screenshots" => {
                html! { <Shots run={props.run} shots={shots.clone()} live={run.row.state.is_live()} /> }
            }
            "files" => html! { <Files run={props.run} files={files.clone()} /> },
            "plan" => html! {
                <section class="panel">
                    <div class="panel__head">
                        <h2 class="panel__title">{ "What was to run, exactly" }</h2>
                        <IconButton icon="copy" label="Copy the plan" small={true} onclick={oncopy.clone()} />
                    </div>
                    <div class="panel__body"><PlanFacts plan={Rc::new(run.plan.clone())} /></div>
                </section>
            },
            "facts" => facts(run, now),
            _ => html! {
                <div class="run-split">
                    <div class="run-side">
                        <Watch run={run.clone()} />
                        <AttemptSteps run={run.clone()} />
                    </div>
                    <LogPanel feed={feed.clone()} problem={log_problem.clone()} live={run.row.state.is_live()} />
                </div>
            },
        };
        let verdict = VerdictPanelProps {
            run: run.clone(),
            phase: view.phase.clone(),
            now,
            onshots,
        };
        html! {
            <>
                { verdict_panel(&verdict) }
                <Tabs label="Run" chosen={(*tab).clone()} {onchoose} testid="run-tab" tabs={vec![
                    TabItem::new("log", "Log").icon("scroll-text"),
                    TabItem::new("screenshots", "Screenshots").icon("image").count(shots.len() as u64),
                    TabItem::new("files", "Files").icon("file").count(files.len() as u64),
                    TabItem::new("plan", "Plan").icon("list-checks"),
                    TabItem::new("facts", "Facts").icon("info"),
                ]} />
                <div class={classes!("tab-panel", (*tab == "log").then_some("tab-panel--fixed"))} role="tabpanel" id={format!("panel-{}", *tab)} aria-labelledby={format!("tab-{}", *tab)}>
                    { panel }
                </div>
            </>
        }
    };
    html! {
        <Page {title} head={Some(head(run.as_ref(), now))} actions={buttons(state, run.as_deref(), &actions)} fixed={true}>
            { match &run {
                Some(run) => body(run),
                None => render_remote(&query.remote, "The run could not be loaded", &query.onreload, |_| Html::default()),
            } }
        </Page>
    }
}

fn head(run: Option<&Rc<Run>>, now: jiff::Timestamp) -> Html {
    html! {
        <div class="crumbs">
            <Link<Route> to={Route::Runs} classes="back"><Icon name="chevron-left" />{ "Runs" }</Link<Route>>
            if let Some(run) = run {
                <Link<Route> to={Route::Task { id: run.row.task_id.to_string() }} classes="crumbs__name crumbs__link">{ run.row.task.as_str() }</Link<Route>>
                <span class="mute mono">{ format!("#{}", run.row.id.short()) }</span>
                <StateBadge state={run.row.state} testid="run-state" />
                if run.row.pinned { <Badge label="Pinned" icon="pin" plain={true} title="Its log and files are kept whatever its age" testid="run-pinned" /> }
                <span class="crumbs__times">{ times(run, now) }</span>
            }
        </div>
    }
}

/// "anna · waited 0:04 · ran 1:12 · attempt 2 of 3".
fn times(run: &Run, now: jiff::Timestamp) -> String {
    let row = &run.row;
    let (waited, ran) = waited_and_ran(row, now);
    let of = run.plan.retries.max + 1;
    let parts = [
        row.profile.as_ref().map(ToString::to_string),
        waited.map(|ms| format!("waited {}", format::duration(ms))),
        ran.map(|ms| format!("ran {}", format::duration(ms))),
        (of > 1).then(|| format!("attempt {} of {of}", row.attempt.max(1))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn more(row: &RunRow, actions: &RunActions) -> Vec<MenuItem> {
    let (pin, pinned) = (actions.pin.clone(), row.pinned);
    vec![
        MenuItem::new(
            "Run again with the latest version",
            "rotate-ccw",
            actions.again.reform(|(): ()| true),
        )
        .testid("run-again-latest"),
        MenuItem::new(
            if pinned {
                "Do not keep it for ever"
            } else {
                "Keep it whatever its age"
            },
            "pin",
            pin.reform(move |(): ()| !pinned),
        )
        .testid("run-pin"),
    ]
}

fn buttons(state: Option<RunState>, run: Option<&Run>, actions: &RunActions) -> Html {
    let Some((state, run)) = state.zip(run) else {
        return Html::default();
    };
    let killing = state == RunState::Stopping && run.row.stop_intent == Some(StopIntent::Cancel);
    let click = |callback: &Callback<()>| callback.reform(|_: MouseEvent| ());
    html! {
        <>
            if state == RunState::Parked {
                <Button label="Resume" icon="play" tone={ButtonTone::Primary} onclick={click(&actions.resume)} testid="run-resume" />
            }
            if state.holds() && run.row.profile_id.is_some() {
                <AttachTool target={run.row.id.to_string()} what={format!("run #{}", run.row.id.short())} keyed={true} />
            }
            if state.is_live() {
                if killing {
                    <Button label="Kill now" icon="zap" keys="." tone={ButtonTone::Danger} onclick={click(&actions.stop)} testid="run-cancel" />
                } else {
                    <Button label={if state == RunState::Queued { "Take out of the queue" } else { "Stop" }} icon="square" keys="." onclick={click(&actions.stop)} testid="run-cancel" />
                }
            }
            if run.row.asks {
                <Button label="Mark as done" icon="check" onclick={click(&actions.settle)} testid="run-settle" />
            }
            <Button label="Run again" icon="rotate-ccw" keys="r" tone={if state.is_live() { ButtonTone::Default } else { ButtonTone::Primary }}
                busy={actions.busy} onclick={actions.again.reform(|_: MouseEvent| false)} testid="run-again" />
            <Menu label="More" icon="ellipsis" items={more(&run.row, actions)} testid="run-more" />
        </>
    }
}
