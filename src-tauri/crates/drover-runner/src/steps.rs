//! A task of built-in steps: no process besides the browser.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use drover_browser::{Browser, Closed, Page, PreparedStep, StepEvent, run_steps};
use drover_model::run::StepState;
use drover_model::{Plan, PlanError, StopIntent, TokenName};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use crate::control::Controls;
use crate::dialogue::{know, too_short};
use crate::outcome::{Reason, Verdict, chain};
use crate::request::{Ledger, Secrets};
use crate::tell::Tell;

/// A step that is cancelled ends at its next answer from the browser.
const CANCEL_LIMIT: Duration = Duration::from_secs(5);
/// Started, one effect, ended.
const EVENTS_A_STEP: usize = 3;

/// Fills the steps in; the secrets among them are fetched now.
pub(crate) async fn prepare(
    plan: &Plan,
    secrets: &Arc<dyn Secrets>,
    tell: &Tell,
) -> Result<Vec<PreparedStep>, Verdict> {
    let mut values: BTreeMap<TokenName, SecretString> = BTreeMap::new();
    let templates = plan.steps.iter().flat_map(|step| step.action.templates());
    for name in templates.flat_map(drover_model::Template::secrets) {
        if !values.contains_key(name) {
            let value = fetch(secrets, name, tell).await?;
            values.insert(name.clone(), value);
        }
    }
    let secret = |name: &TokenName| {
        values
            .get(name)
            .map(|value| value.expose_secret().to_owned())
    };
    let fill = |template: &_| plan.fill(template, secret).map(SecretString::from);
    let prepared = plan.steps.iter().map(|step| {
        let mut prepared = PreparedStep::new(step, fill)?;
        prepared.title = plan.title(step);
        Ok(prepared)
    });
    prepared
        .collect::<Result<_, PlanError>>()
        .map_err(|error| Verdict::new(Reason::StepFailed, chain(&error)))
}

/// One secret for a plan that names it.
pub(crate) async fn fetch(
    secrets: &Arc<dyn Secrets>,
    name: &TokenName,
    tell: &Tell,
) -> Result<SecretString, Verdict> {
    let value = secrets.get(name).await;
    let value = value.map_err(|why| {
        Verdict::new(
            Reason::SecretUnavailable,
            format!("failed to read token `{name}`: {why}"),
        )
    })?;
    if !know(&tell.redactor, name, &value) {
        tell.note(too_short(name)).await;
    }
    Ok(value)
}

/// Runs the steps in a page of their own, which stays open for the last picture.
pub(crate) async fn run(
    browser: &Browser,
    steps: &[PreparedStep],
    limit: Duration,
    tell: &mut Tell,
    controls: &mut Controls,
    ledger: &Arc<dyn Ledger>,
) -> (Result<(), Verdict>, Option<Page>) {
    let page = match browser.new_page().await {
        Ok(page) => page,
        Err(error) => {
            return (
                Err(Verdict::new(Reason::BrowserCrashed, chain(&error))),
                None,
            );
        }
    };
    let end = drive(browser, &page, steps, limit, tell, controls, ledger).await;
    (end, Some(page))
}

async fn drive(
    browser: &Browser,
    page: &Page,
    steps: &[PreparedStep],
    limit: Duration,
    tell: &mut Tell,
    controls: &mut Controls,
    ledger: &Arc<dyn Ledger>,
) -> Result<(), Verdict> {
    // The number of events is known, so the channel is never full.
    let (report, mut events) = mpsc::channel(steps.len() * EVENTS_A_STEP + 1);
    let (cancel, cancelled) = watch::channel(false);
    let report = move |event| {
        report.try_send(event).ok(); // never full, and the receiver lives as long as the steps
    };
    let mut work = std::pin::pin!(run_steps(page, steps, report, cancelled));
    let mut over = std::pin::pin!(sleep(limit));
    let mut problem = BTreeMap::new();
    let ended = loop {
        tokio::select! {
            biased;
            Some(event) = events.recv() => show(event, steps, tell, &mut problem).await,
            ended = &mut work => break Ok(ended),
            stop = controls.stop() => {
                ledger.commit_stopping(stop.intent).await;
                cancel.send_replace(true);
                timeout(CANCEL_LIMIT, &mut work).await.ok(); // the browser is closed next, whatever it answers
                break Err(stop.verdict());
            }
            () = &mut over => {
                ledger.commit_stopping(StopIntent::Timeout).await;
                cancel.send_replace(true);
                timeout(CANCEL_LIMIT, &mut work).await.ok(); // as above
                break Err(run_limit(limit));
            }
            closed = browser.closed() => break Err(gone(&closed)),
        }
    };
    while let Ok(event) = events.try_recv() {
        show(event, steps, tell, &mut problem).await;
    }
    let Err(failure) = ended? else { return Ok(()) };
    let text = failure.problem.to_string();
    if let Some(took) = problem.remove(&failure.index) {
        tell.step_ended(
            &failure.index.to_string(),
            took,
            StepState::Failed,
            Some(text),
        )
        .await;
    }
    Err(Verdict::new(
        Reason::StepFailed,
        tell.redactor.text(&failure.to_string()),
    ))
}

async fn show(
    event: StepEvent,
    steps: &[PreparedStep],
    tell: &mut Tell,
    problem: &mut BTreeMap<usize, Duration>,
) {
    match event {
        StepEvent::Started { index, title } => {
            tell.recorder.alive();
            tell.step_began(&index.to_string(), &title).await;
        }
        StepEvent::Output { name, value, .. } => tell.output(&name, Value::String(value)).await,
        StepEvent::Picture { name, png, .. } => tell.picture(&name, &png).await,
        StepEvent::Passed { index, took } => {
            tell.step_ended(&index.to_string(), took, StepState::Passed, None)
                .await;
            #[expect(clippy::cast_precision_loss, reason = "nobody writes that many steps")]
            tell.progress((index + 1) as f64, steps.len() as f64, "steps")
                .await;
        }
        // What was wrong is the result of the steps and follows.
        StepEvent::Failed { index, took } => {
            problem.insert(index, took);
        }
    }
}

/// The verdict for a run that took too long.
pub(crate) fn run_limit(limit: Duration) -> Verdict {
    Verdict::new(
        Reason::RunLimit,
        format!(
            "not done within its time limit of {} s",
            limit.as_secs_f32()
        ),
    )
}

/// The verdict for a browser that went away by itself.
pub(crate) fn gone(closed: &Closed) -> Verdict {
    match closed {
        Closed::Asked | Closed::ByHand => Verdict::new(
            Reason::BrowserClosed,
            "the browser window was closed by hand",
        ),
        Closed::Crashed { exit, stderr } => {
            let said = stderr
                .lines()
                .last()
                .map(|line| format!("; it said: {line}"))
                .unwrap_or_default();
            Verdict::new(
                Reason::BrowserCrashed,
                format!("the browser ended ({exit}){said}"),
            )
        }
    }
}
