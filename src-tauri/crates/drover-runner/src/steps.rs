//! A task of built-in steps: no process besides the browser.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use drover_browser::{
    Browser, Closed, MOST_EVENTS_A_STEP, Page, PreparedStep, StepEvent, Surroundings, Tabs,
    run_steps,
};
use drover_model::run::StepState;
use drover_model::task::Limits;
use drover_model::{Plan, PlanError, StopIntent, TokenName};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};

use crate::control::{Controls, Wish};
use crate::dialogue::{know, too_short};
use crate::event::AttemptEvent;
use crate::outcome::{Reason, Verdict, chain};
use crate::request::{Ledger, Secrets};
use crate::tell::Tell;

/// A step that is cancelled ends at its next answer from the browser.
const CANCEL_LIMIT: Duration = Duration::from_secs(5);

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

/// Runs the steps in an empty page; the one that they ended in stays open for the last picture.
pub(crate) async fn run(
    browser: &Browser,
    steps: &[PreparedStep],
    limits: Limits,
    tell: &mut Tell,
    controls: &mut Controls,
    ledger: &Arc<dyn Ledger>,
) -> (Result<(), Verdict>, Option<Page>) {
    let opened = browser.ready_page().await.and_then(|page| Tabs::of(&page));
    let tabs = match opened {
        Ok(tabs) => tabs,
        Err(error) => {
            return (
                Err(Verdict::new(Reason::BrowserCrashed, chain(&error))),
                None,
            );
        }
    };
    let end = drive(browser, &tabs, steps, limits, tell, controls, ledger).await;
    (end, Some(tabs.current()))
}

async fn drive(
    browser: &Browser,
    tabs: &Tabs,
    steps: &[PreparedStep],
    limits: Limits,
    tell: &mut Tell,
    controls: &mut Controls,
    ledger: &Arc<dyn Ledger>,
) -> Result<(), Verdict> {
    // The number of events is known, so the channel is never full.
    let (report, mut events) = mpsc::channel(steps.len() * MOST_EVENTS_A_STEP + 1);
    let (cancel, cancelled) = watch::channel(false);
    let report = move |event| {
        report.try_send(event).ok(); // never full, and the receiver lives as long as the steps
    };
    let (resume, resumed) = watch::channel(0_u64);
    let around = Surroundings {
        artifacts: Some(tell.artifacts().to_owned()),
        resumed: Some(resumed),
    };
    let mut work = std::pin::pin!(run_steps(tabs, steps, &around, report, cancelled));
    let mut run_until = Instant::now() + limits.run.duration();
    let mut parked_since: Option<Instant> = None;
    let mut problem = BTreeMap::new();
    let ended = loop {
        // Waiting for a person does not count as running.
        let until = parked_since.map_or(run_until, |since| since + limits.park.duration());
        tokio::select! {
            biased;
            Some(event) = events.recv() => {
                match &event {
                    StepEvent::Paused { .. } => parked_since = Some(Instant::now()),
                    StepEvent::Resumed { .. } => {
                        run_until += parked_since.take().map_or(Duration::ZERO, |since| since.elapsed());
                    }
                    _ => {}
                }
                show(event, steps, tell, &mut problem).await;
            }
            ended = &mut work => break Ok(ended),
            wish = controls.wish() => match wish {
                Wish::Stop(stop) => {
                    ledger.commit_stopping(stop.intent).await;
                    cancel.send_replace(true);
                    timeout(CANCEL_LIMIT, &mut work).await.ok(); // the browser is closed next, whatever it answers
                    break Err(stop.verdict());
                }
                Wish::Resume => resume.send_modify(|times| *times += 1),
            },
            () = sleep_until(until) => {
                ledger.commit_stopping(StopIntent::Timeout).await;
                cancel.send_replace(true);
                timeout(CANCEL_LIMIT, &mut work).await.ok(); // as above
                break Err(match parked_since {
                    Some(_) => Verdict::new(Reason::ParkLimit, "nobody came to resume it"),
                    None => run_limit(limits.run.duration()),
                });
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
        StepEvent::Output { name, value, .. } => tell.output(&name, value).await,
        StepEvent::Picture { name, png, .. } => tell.picture(&name, &png).await,
        StepEvent::Passed { index, took } => {
            tell.step_ended(&index.to_string(), took, StepState::Passed, None)
                .await;
            #[expect(clippy::cast_precision_loss, reason = "nobody writes that many steps")]
            tell.progress((index + 1) as f64, steps.len() as f64, "steps")
                .await;
        }
        StepEvent::File {
            kind, path, bytes, ..
        } => tell.artifact(kind, &path, bytes).await,
        // It says that something happens, so the run is not silent.
        StepEvent::Progress { .. } => tell.recorder.alive(),
        StepEvent::Note { text, .. } => tell.note(tell.redactor.text(&text)).await,
        StepEvent::Paused { reason, .. } => {
            let reason = tell.redactor.text(&reason);
            tell.note(format!("parked: {reason}")).await;
            tell.event(AttemptEvent::Parked { reason }).await;
        }
        StepEvent::Resumed { .. } => {
            tell.recorder.alive();
            tell.note("resumed").await;
            tell.event(AttemptEvent::Resumed).await;
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
        Closed::Hung => Verdict::new(
            Reason::BrowserHung,
            "the browser did not answer any more and was ended",
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
