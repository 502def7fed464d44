//! Everything that can be known or made before the start line: the programs, the secrets of the environment, the
//! browser, the pipes.

use drover_browser::{Browser, Leases, PreparedStep};
use drover_model::TokenName;
use drover_model::task::Kind;
use secrecy::SecretString;

use crate::attempt::Ports;
use crate::chrome::Stage;
use crate::command::command;
use crate::outcome::{Reason, Verdict};
use crate::playwright::{Prepared as Found, playwright};
use crate::process::Door;
use crate::ready::{Materials, Ready};
use crate::request::Request;
use crate::runtime::Runtime;
use crate::scratch::Scratch;
use crate::spare::{Fit, Recipe, Spare, Spares};
use crate::steps;
use crate::surroundings::temporary;
use crate::tell::Tell;

/// What an attempt was given and does not change.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) door: &'a Door,
    pub(crate) leases: &'a Leases,
    pub(crate) spares: &'a Spares,
    pub(crate) request: &'a Request,
    pub(crate) ports: &'a Ports,
    pub(crate) scratch: &'a Scratch,
}

/// Work that is ready to start.
pub(crate) enum Prepared {
    Steps(Vec<PreparedStep>),
    Child(Box<(Materials, Ready)>),
}

/// Everything that can be known or made before the start line.
pub(crate) async fn prepare(
    given: Given<'_>,
    tell: &Tell,
    stage: &mut Stage,
) -> Result<Prepared, Verdict> {
    let Given {
        door,
        spares,
        request,
        ports,
        scratch,
        ..
    } = given;
    let plan = &request.plan;
    // What is quick to check comes before what takes long to make.
    let found = match plan.kind {
        Kind::Steps => None,
        Kind::Command => Some(Found::from(command(plan, tell.artifacts())?)),
        Kind::Playwright => {
            tell.phase("looking for Playwright").await;
            let runtime = install(request)?;
            Some(playwright(door, request, &runtime, scratch.path(), tell).await?)
        }
    };
    let steps = match plan.kind {
        Kind::Steps => Some(steps::prepare(plan, &ports.secrets, tell).await?),
        Kind::Command | Kind::Playwright => None,
    };
    let tokens = tokens(given, tell).await?;
    let wanted = found.as_ref().and_then(|found| found.spare.as_ref());
    let ahead = start_chrome(given, tell, stage, wanted).await?;
    if let Some(steps) = steps {
        return Ok(Prepared::Steps(steps));
    }
    let Some(found) = found else {
        return Err(Verdict::new(
            Reason::ProgramMissing,
            "the plan has nothing to run",
        ));
    };
    let spare = match (ahead, &found.spare) {
        (None, Some((recipe, fit))) => spares.take(recipe, fit).await,
        (ahead, _) => ahead,
    };
    let temporary = spare
        .as_ref()
        .map_or_else(|| temporary(scratch.path()), Spare::temporary);
    let cdp = stage.open_gateway(temporary, tell).await?;
    let materials = Materials {
        found,
        cdp,
        proxy: stage.browser().and_then(Browser::proxy),
        tokens,
    };
    let ready = match spare {
        Some(spare) => materials.with_spare(given, spare, tell)?,
        None => materials.with_new(given, tell)?,
    };
    Ok(Prepared::Child(Box::new((materials, ready))))
}

/// Takes the profile's browser. Where no Node is ready for a script, one is started at the same time.
async fn start_chrome(
    given: Given<'_>,
    tell: &Tell,
    stage: &mut Stage,
    wanted: Option<&(Recipe, Fit)>,
) -> Result<Option<Spare>, Verdict> {
    let Given {
        door,
        leases,
        spares,
        request,
        ..
    } = given;
    let Some(chrome) = &request.chrome else {
        return Ok(None);
    };
    let node = async {
        Ok(match wanted {
            Some((recipe, fit)) if !spares.has(recipe) => {
                Spare::ahead(door, recipe, fit, request.run_marker()).await
            }
            _ => None,
        })
    };
    let set = stage.set(door, leases, request, chrome, tell);
    match tokio::try_join!(set, node) {
        Ok(((), node)) => Ok(node),
        Err(verdict) => {
            if verdict.reason == Reason::MemoryShort {
                spares.clear();
            }
            Err(verdict)
        }
    }
}

/// The tokens that the task wants in the environment.
async fn tokens(
    given: Given<'_>,
    tell: &Tell,
) -> Result<Vec<(String, TokenName, SecretString)>, Verdict> {
    let mut tokens = Vec::new();
    for (variable, name) in &given.request.plan.token_env {
        let value = steps::fetch(&given.ports.secrets, name, tell).await?;
        tokens.push((variable.clone(), name.clone(), value));
    }
    Ok(tokens)
}

/// Drover's own scripts, written where they are not there yet.
pub(crate) fn install(request: &Request) -> Result<Runtime, Verdict> {
    Runtime::install(&request.places.data)
        .map_err(|error| Verdict::internal("write Drover's own scripts", &error))
}
