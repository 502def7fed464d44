//! One attempt from the claim to the proof that nothing is left of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use drover_browser::{Page, PreparedStep};
use drover_model::run::ExitStatus;
use drover_model::task::{KeepScreenshot, Kind};
use drover_model::{Ended, TokenName};
use secrecy::SecretString;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::chrome::{Stage, Struck};
use crate::command::{Invocation, command};
use crate::control::Controls;
use crate::dialogue::Dialogue;
use crate::event::AttemptEvent;
use crate::outcome::{Outcome, Reason, Verdict};
use crate::playwright::playwright;
use crate::process::{Audience, Door, Output, Start};
use crate::protocol::{ChildEnds, Control as Line};
use crate::request::{Control, Ledger, Request, Secrets};
use crate::runtime::Runtime;
use crate::scratch::Scratch;
use crate::steps;
use crate::supervise::{Supervised, Supervision};
use crate::surroundings::{Surroundings, environment, looks, temporary};
use crate::tell::Tell;

/// How often survivors are killed again before the attempt gives up and names them.
pub(crate) const TRIES: u32 = 12;
/// A page that does not draw within this time has no picture.
const PICTURE_LIMIT: Duration = Duration::from_secs(5);

/// What the engine implements for an attempt.
#[derive(Clone)]
pub struct Ports {
    pub secrets: Arc<dyn Secrets>,
    pub ledger: Arc<dyn Ledger>,
}

/// Work that is ready to start.
enum Prepared {
    Steps(Vec<PreparedStep>),
    Child(Box<Ready>),
}

struct Ready {
    start: Start,
    line: Line,
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

/// Makes one attempt at a run. Events are sent as things happen; the outcome comes when the process tree is gone.
///
/// `running` is committed through the ledger after everything is prepared and before any task code is started.
/// Dropping the future kills what was started, without a proof.
pub async fn attempt(
    door: &Door,
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
        Ok(scratch) => work(door, &request, ports, &scratch, &mut tell, &mut stage, &mut controls, &mut done).await,
        Err(error) => Err(Verdict::internal("make a private folder", &error)),
    };
    let verdict = result.err().unwrap_or_else(|| Verdict::new(Reason::Succeeded, "succeeded"));
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
    let Struck { rung, survivors } = stage.strike(done.at_once, &tell).await;
    done.survivors.extend(survivors);
    let message = tell.redactor.text(&verdict.message);
    if ended != Ended::Succeeded {
        tell.note(message.clone()).await;
    }
    let recorded = tell.recorder.close().await;
    if let Some(error) = recorded.write_error {
        tracing::warn!(run = %request.run, error, "the log of the attempt is not complete");
    }
    Outcome {
        ended,
        reason: verdict.reason,
        message,
        started: done.started,
        exit: done.exit,
        browser: rung,
        survivors: done.survivors,
        masked: tell.redactor.masked(),
    }
}

#[expect(clippy::too_many_arguments, reason = "the pieces of one attempt, each borrowed for itself")]
async fn work(
    door: &Door,
    request: &Request,
    ports: &Ports,
    scratch: &Scratch,
    tell: &mut Tell,
    stage: &mut Stage,
    controls: &mut Controls,
    done: &mut Done,
) -> Result<(), Verdict> {
    let limit = request.plan.limits.start.duration();
    let preparation = timeout(limit, prepare(door, request, ports, scratch, tell, stage));
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
    ports.ledger.commit_running().await.map_err(|why| Verdict::new(Reason::Stale, why))?;
    done.started = true;
    tell.phase("running").await;
    match prepared {
        Prepared::Steps(steps) => run_steps(request, &steps, ports, tell, stage, controls, done).await,
        Prepared::Child(ready) => run_child(door, request, *ready, ports, scratch, tell, stage, controls, done).await,
    }
}

/// Everything that can be known or made before the start line.
async fn prepare(
    door: &Door,
    request: &Request,
    ports: &Ports,
    scratch: &Scratch,
    tell: &Tell,
    stage: &mut Stage,
) -> Result<Prepared, Verdict> {
    let plan = &request.plan;
    // What is quick to check comes before what takes long to make.
    let invocation = match plan.kind {
        Kind::Steps => None,
        Kind::Command => Some((command(plan, tell.artifacts())?, None)),
        Kind::Playwright => {
            tell.phase("looking for Node and Playwright").await;
            let runtime = install(request)?;
            let found = playwright(door, plan, &request.places, &runtime, scratch.path(), tell).await?;
            Some((found.invocation, found.variable))
        }
    };
    let steps = match plan.kind {
        Kind::Steps => Some(steps::prepare(plan, &ports.secrets, tell).await?),
        Kind::Command | Kind::Playwright => None,
    };
    let mut tokens = Vec::new();
    for (variable, name) in &plan.token_env {
        let value = steps::fetch(&ports.secrets, name, tell).await?;
        tokens.push((variable.clone(), name.clone(), value));
    }
    if let Some(chrome) = &request.chrome {
        stage.set(door, request, chrome, tell).await?;
    }
    match (steps, invocation) {
        (Some(steps), _) => Ok(Prepared::Steps(steps)),
        (None, Some((invocation, variable))) => {
            let cdp = stage.open_gateway(temporary(scratch.path()), tell).await?;
            let mut ready = ready(door, request, invocation, scratch, tell, cdp.as_ref(), &tokens)?;
            ready.start.environment.extend(variable.map(|(name, value)| (name.into(), value)));
            Ok(Prepared::Child(Box::new(ready)))
        }
        (None, None) => Err(Verdict::new(Reason::ProgramMissing, "the plan has nothing to run")),
    }
}

fn ready(
    door: &Door,
    request: &Request,
    invocation: Invocation,
    scratch: &Scratch,
    tell: &Tell,
    cdp: Option<&SecretString>,
    tokens: &[(String, TokenName, SecretString)],
) -> Result<Ready, Verdict> {
    if let Some(cdp) = cdp {
        // Whoever has the address drives the profile while the run lives.
        tell.redactor.register("cdp", cdp);
    }
    let (line, ends) = crate::protocol::open(&tell.redactor)
        .map_err(|error| Verdict::internal("open the control pipes", &error))?;
    let runtime = install(request)?;
    let around = Surroundings {
        request,
        runtime: &runtime,
        artifacts: tell.artifacts(),
        scratch: scratch.path(),
        cdp,
        control: &ends,
        tokens,
    };
    let environment = environment(door.environment(Audience::Task), &around)
        .map_err(|error| Verdict::internal("put the environment together", &error))?;
    let ChildEnds { writes, reads } = ends;
    let start = Start {
        program: invocation.program,
        args: invocation.args,
        environment,
        folder: invocation.folder,
        fds: vec![(3, writes), (4, reads)],
        marker: format!("{}run:{}:{}", request.marker, request.run, request.attempt),
        output: Output::Pipes,
    };
    Ok(Ready { start, line })
}

fn install(request: &Request) -> Result<Runtime, Verdict> {
    Runtime::install(&request.places.data).map_err(|error| Verdict::internal("write Drover's own scripts", &error))
}

async fn run_steps(
    request: &Request,
    prepared: &[PreparedStep],
    ports: &Ports,
    tell: &mut Tell,
    stage: &Stage,
    controls: &mut Controls,
    done: &mut Done,
) -> Result<(), Verdict> {
    let Some(browser) = &stage.browser else {
        return Err(Verdict::new(Reason::BrowserUnavailable, "steps need a profile to run in"));
    };
    let limit = request.plan.limits.run.duration();
    let (result, page) = steps::run(browser, prepared, limit, tell, controls, &ports.ledger).await;
    let ended = result.as_ref().err().map_or(Ended::Succeeded, |verdict| verdict.reason.ended());
    if let Some(page) = page.filter(|_| wants_picture(request.plan.screenshot, ended)) {
        done.look = last_look(&page).await;
    }
    result
}

async fn last_look(page: &Page) -> Option<Vec<u8>> {
    timeout(PICTURE_LIMIT, page.screenshot()).await.ok()?.ok()
}

#[expect(clippy::too_many_arguments, reason = "the pieces of one attempt, each borrowed for itself")]
async fn run_child(
    door: &Door,
    request: &Request,
    ready: Ready,
    ports: &Ports,
    scratch: &Scratch,
    tell: &mut Tell,
    stage: &Stage,
    controls: &mut Controls,
    done: &mut Done,
) -> Result<(), Verdict> {
    let Ready { start, line } = ready;
    let shown = Invocation { program: start.program.clone(), args: start.args.clone(), folder: start.folder.clone() };
    tell.note(format!("{} in {}", shown.line(), shown.folder.display())).await;
    let child = door.start(start).await.map_err(|error| {
        Verdict::new(Reason::ProgramMissing, format!("failed to start `{}`: {error}", shown.program.display()))
    })?;
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
    let browser = stage.browser.as_ref();
    let ledger = &ports.ledger;
    let supervision = Supervision { child, line, dialogue, plan: &request.plan, browser, ledger };
    let Supervised { result, exit, survivors, look, at_once } = supervision.run(tell, controls).await;
    *done = Done { started: true, exit, survivors, look, at_once };
    result
}

fn wants_picture(keep: KeepScreenshot, ended: Ended) -> bool {
    match keep {
        KeepScreenshot::Always => true,
        KeepScreenshot::OnFailure => matches!(ended, Ended::Failed | Ended::TimedOut),
        KeepScreenshot::Never => false,
    }
}

fn start_limit(limit: Duration) -> Verdict {
    Verdict::new(Reason::StartLimit, format!("not ready to start within {} s", limit.as_secs_f32()))
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
        survivors: Vec::new(),
        masked: 0,
    }
}
