//! One attempt from the claim to the proof that nothing is left of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use drover_browser::{Leases, Page, PreparedStep, Struck};
use drover_model::run::ExitStatus;
use drover_model::task::KeepScreenshot;
use drover_model::{Ended, NetworkUse, Plan};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::chrome::Stage;
use crate::control::Controls;
use crate::dialogue::Dialogue;
use crate::event::AttemptEvent;
use crate::outcome::{Outcome, Reason, Verdict};
use crate::prepare::{Given, Prepared, prepare};
use crate::process::Door;
use crate::ready::{Begun, Materials, Ready};
use crate::recorded;
use crate::request::{Control, Ledger, NoStart, Request, Secrets};
use crate::scratch::Scratch;
use crate::spare::Spares;
use crate::steps;
use crate::supervise::{Supervised, Supervision};
use crate::surroundings::looks;
use crate::tell::Tell;

/// How often survivors are killed again before the attempt names them in its outcome. Whoever made it goes on then.
pub(crate) const TRIES: u32 = 12;
/// A browser that did not answer in time is ended and asked for its last words within this time.
const LAUNCH_GRACE: Duration = Duration::from_secs(10);
/// A page that does not draw within this time has no picture.
const PICTURE_LIMIT: Duration = Duration::from_secs(5);

/// What the engine implements for an attempt.
#[derive(Clone)]
pub struct Ports {
    pub secrets: Arc<dyn Secrets>,
    pub ledger: Arc<dyn Ledger>,
}

/// How far the work came.
#[derive(Default)]
struct Done {
    started: bool,
    exit: Option<ExitStatus>,
    survivors: Vec<u32>,
    /// The page at its last moment.
    look: Option<Vec<u8>>,
    /// A killed child is followed by a killed browser only when nobody wants to wait.
    at_once: bool,
}

/// Makes one attempt at a run, in a browser out of `leases`, and where it can in a Node out of `spares`. Events are sent as things happen; the outcome comes when
/// the process tree of the task is gone and the browser is given back.
///
/// `running` is committed through the ledger after everything is prepared and before any task code is started.
/// Dropping the future kills what was started, without a proof.
pub async fn attempt(
    door: &Door,
    leases: &Leases,
    spares: &Spares,
    request: Request,
    ports: &Ports,
    events: mpsc::Sender<AttemptEvent>,
    control: mpsc::Receiver<Control>,
) -> Outcome {
    let mut tell = match Tell::open(&request, Instant::now(), events) {
        Ok(tell) => tell,
        Err(error) => return unopened(Verdict::internal("open the log", &error)),
    };
    let mut stage = Stage::default();
    let mut controls = Controls::new(control);
    let mut done = Done::default();
    let result = match Scratch::create(&request.places.scratch) {
        Ok(scratch) => {
            let given = Given {
                door,
                leases,
                spares,
                request: &request,
                ports,
                scratch: &scratch,
            };
            let result = work(given, &mut tell, &mut stage, &mut controls, &mut done).await;
            let reason = result
                .as_ref()
                .map_or_else(|why| why.reason, |()| Reason::Succeeded);
            let evidence = request.plan.evidence;
            recorded::keep(&mut tell, scratch.path(), evidence, reason.ended()).await;
            result
        }
        Err(error) => Err(Verdict::internal("make a private folder", &error)),
    };
    let verdict = result
        .err()
        .unwrap_or_else(|| Verdict::new(Reason::Succeeded, "succeeded"));
    let ended = verdict.reason.ended();
    if done.started && wants_picture(request.plan.screenshot, ended) {
        let picture = match done.look.take() {
            Some(look) => Some(look),
            None => stage.picture().await,
        };
        if let Some(png) = picture {
            tell.picture("end", &png).await;
        }
    }
    tell.other_artifacts().await;
    let network = stage.traffic().map(|mut network| {
        for host in &mut network.hosts {
            host.host = tell.redactor.text(&host.host);
        }
        Box::new(network)
    });
    let Struck {
        rung, survivors, ..
    } = stage.strike(ended, done.at_once, &tell).await;
    done.survivors.extend(survivors);
    let blamed = network
        .as_deref()
        .filter(|_| matches!(ended, Ended::Failed | Ended::TimedOut))
        .and_then(|network| blame(&request.plan, network))
        .unwrap_or_default();
    let message = tell.redactor.text(&format!("{}{blamed}", verdict.message));
    if ended != Ended::Succeeded {
        tell.note(message.clone()).await;
    }
    let recorded = tell.recorder.close().await;
    if let Some(error) = &recorded.write_error {
        tracing::warn!(run = %request.run, error, "the log of the attempt is not complete");
    }
    Outcome {
        ended,
        reason: verdict.reason,
        message,
        started: done.started,
        exit: done.exit,
        browser: rung,
        network,
        survivors: done.survivors,
        masked: tell.redactor.masked(),
        log_cut: recorded.write_error,
    }
}

async fn work(
    given: Given<'_>,
    tell: &mut Tell,
    stage: &mut Stage,
    controls: &mut Controls,
    done: &mut Done,
) -> Result<(), Verdict> {
    let limit = given.request.plan.limits.start.duration();
    // The browser keeps the limit by itself and then says why it did not start, for which it needs a moment.
    let preparation = timeout(limit + LAUNCH_GRACE, prepare(given, tell, stage));
    let prepared = tokio::select! {
        prepared = preparation => match prepared {
            Ok(prepared) => prepared?,
            Err(_) => return Err(start_limit(limit)),
        },
        stop = controls.stop() => {
            done.at_once = stop.at_once;
            return Err(stop.verdict());
        }
    };
    let ledger = &given.ports.ledger;
    ledger
        .commit_running()
        .await
        .map_err(|why| Verdict::new(reason_of(&why), why.to_string()))?;
    done.started = true;
    tell.phase("running").await;
    match prepared {
        Prepared::Steps(steps) => run_steps(given, &steps, tell, stage, controls, done).await,
        Prepared::Child(child) => run_child(given, *child, tell, stage, controls, done).await,
    }
}

const fn reason_of(no_start: &NoStart) -> Reason {
    match no_start {
        NoStart::Overtaken => Reason::Stale,
        NoStart::Unwritten(_) => Reason::StorageError,
        NoStart::Failed(_) => Reason::Internal,
    }
}

async fn run_steps(
    given: Given<'_>,
    prepared: &[PreparedStep],
    tell: &mut Tell,
    stage: &Stage,
    controls: &mut Controls,
    done: &mut Done,
) -> Result<(), Verdict> {
    let Given { request, ports, .. } = given;
    let Some(browser) = stage.browser() else {
        return Err(Verdict::new(
            Reason::BrowserUnavailable,
            "steps need a profile to run in",
        ));
    };
    let limits = request.plan.limits;
    let (result, page) = steps::run(browser, prepared, limits, tell, controls, &ports.ledger).await;
    let ended = result
        .as_ref()
        .err()
        .map_or(Ended::Succeeded, |verdict| verdict.reason.ended());
    if let Some(page) = page.filter(|_| wants_picture(request.plan.screenshot, ended)) {
        done.look = last_look(&page).await;
    }
    result
}

async fn last_look(page: &Page) -> Option<Vec<u8>> {
    timeout(PICTURE_LIMIT, page.screenshot()).await.ok()?.ok()
}

async fn run_child(
    given: Given<'_>,
    (materials, ready): (Materials, Ready),
    tell: &mut Tell,
    stage: &Stage,
    controls: &mut Controls,
    done: &mut Done,
) -> Result<(), Verdict> {
    let Given {
        request,
        ports,
        scratch,
        ..
    } = given;
    let shown = materials.invocation();
    tell.note(format!("{} in {}", shown.line(), shown.folder.display()))
        .await;
    let Begun {
        child,
        line,
        scratch: _temporary,
    } = ready.begin(given, &materials, tell).await?;
    if let Some((recipe, _)) = materials.found.spare {
        // For the next run of this kind.
        given.spares.prepare(given.door, recipe);
    }
    let dialogue = Dialogue {
        plan: &request.plan,
        secrets: &ports.secrets,
        orders: line.orders.clone(),
        looks: looks(scratch.path()),
        keep_pictures: request.plan.screenshot != KeepScreenshot::Never,
        last_look: None,
        failed: false,
        parked: None,
        outputs: 0,
        test_pictures: 0,
        tests: (0, 0),
    };
    let browser = stage.browser();
    let ledger = &ports.ledger;
    let supervision = Supervision {
        child,
        line,
        dialogue,
        plan: &request.plan,
        browser,
        gateway: stage.gateway(),
        ledger,
    };
    let Supervised {
        result,
        exit,
        survivors,
        look,
        at_once,
    } = supervision.run(tell, controls).await;
    *done = Done {
        started: true,
        exit,
        survivors,
        look,
        at_once,
    };
    result
}

fn wants_picture(keep: KeepScreenshot, ended: Ended) -> bool {
    match keep {
        KeepScreenshot::Always => true,
        KeepScreenshot::OnFailure => matches!(ended, Ended::Failed | Ended::TimedOut),
        KeepScreenshot::Never => false,
    }
}

/// What the proxy had to do with a failure: a page that did not load is seldom told so by the script.
fn blame(plan: &Plan, network: &NetworkUse) -> Option<String> {
    let dead = ["unreachable", "timed_out", "login", "garbled"];
    let failed: u64 = dead
        .iter()
        .filter_map(|kind| network.failures.get(*kind))
        .sum();
    if failed == 0 {
        return None;
    }
    let name = plan.proxy_name.as_ref();
    let name = name.map_or_else(String::new, |name| format!(" `{name}`"));
    let last = network.last_error.as_ref();
    let last = last.map_or_else(String::new, |last| format!(", the last with: {last}"));
    Some(format!("; proxy{name} failed {failed} times{last}"))
}

fn start_limit(limit: Duration) -> Verdict {
    Verdict::new(
        Reason::StartLimit,
        format!("not ready to start within {} s", limit.as_secs_f32()),
    )
}

/// The outcome of an attempt that has not even a log.
fn unopened(verdict: Verdict) -> Outcome {
    Outcome {
        ended: verdict.reason.ended(),
        reason: verdict.reason,
        message: verdict.message,
        started: false,
        exit: None,
        browser: None,
        network: None,
        survivors: Vec::new(),
        masked: 0,
        log_cut: None,
    }
}
