//! Everything that can be known or made before the start line: the programs, the secrets of the environment, the
//! browser, the pipes.

use drover_browser::{Leases, PreparedStep};
use drover_model::TokenName;
use drover_model::task::Kind;
use secrecy::{ExposeSecret as _, SecretString};

use crate::attempt::Ports;
use crate::chrome::Stage;
use crate::command::{Invocation, command};
use crate::outcome::{Reason, Verdict};
use crate::playwright::playwright;
use crate::process::{Audience, Door, Output, Start};
use crate::protocol::{ChildEnds, Control as Line};
use crate::request::Request;
use crate::runtime::Runtime;
use crate::scratch::Scratch;
use crate::steps;
use crate::surroundings::{Surroundings, environment, temporary};
use crate::tell::Tell;

/// What an attempt was given and does not change.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) door: &'a Door,
    pub(crate) leases: &'a Leases,
    pub(crate) request: &'a Request,
    pub(crate) ports: &'a Ports,
    pub(crate) scratch: &'a Scratch,
}

/// Work that is ready to start.
pub(crate) enum Prepared {
    Steps(Vec<PreparedStep>),
    Child(Box<Ready>),
}

/// A child that is ready to start, and Drover's ends of its control pipes.
pub(crate) struct Ready {
    pub(crate) start: Start,
    pub(crate) line: Line,
}

/// Everything that can be known or made before the start line.
pub(crate) async fn prepare(
    given: Given<'_>,
    tell: &Tell,
    stage: &mut Stage,
) -> Result<Prepared, Verdict> {
    let Given {
        door,
        leases,
        request,
        ports,
        scratch,
    } = given;
    let plan = &request.plan;
    // What is quick to check comes before what takes long to make.
    let invocation = match plan.kind {
        Kind::Steps => None,
        Kind::Command => Some((command(plan, tell.artifacts())?, None)),
        Kind::Playwright => {
            tell.phase("looking for Playwright").await;
            let runtime = install(request)?;
            let found =
                playwright(door, plan, &request.places, &runtime, scratch.path(), tell).await?;
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
        stage.set(door, leases, request, chrome, tell).await?;
    }
    match (steps, invocation) {
        (Some(steps), _) => Ok(Prepared::Steps(steps)),
        (None, Some((invocation, variable))) => {
            let cdp = stage.open_gateway(temporary(scratch.path()), tell).await?;
            let mut ready = ready(given, invocation, tell, cdp.as_ref(), &tokens)?;
            ready
                .start
                .environment
                .extend(variable.map(|(name, value)| (name.into(), value)));
            Ok(Prepared::Child(Box::new(ready)))
        }
        (None, None) => Err(Verdict::new(
            Reason::ProgramMissing,
            "the plan has nothing to run",
        )),
    }
}

fn ready(
    given: Given<'_>,
    invocation: Invocation,
    tell: &Tell,
    cdp: Option<&SecretString>,
    tokens: &[(String, TokenName, SecretString)],
) -> Result<Ready, Verdict> {
    let Given {
        door,
        request,
        scratch,
        ..
    } = given;
    if let Some(cdp) = cdp {
        // Whoever has the address drives the profile while the run lives.
        tell.redactor.register("cdp", cdp);
        if let Some((_, token)) = cdp.expose_secret().rsplit_once('/') {
            tell.redactor.register("cdp", &SecretString::from(token));
        }
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
    Runtime::install(&request.places.data)
        .map_err(|error| Verdict::internal("write Drover's own scripts", &error))
}
