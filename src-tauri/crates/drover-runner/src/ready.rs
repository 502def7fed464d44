//! A child that is ready to start: a new process, or one that was kept ready.

use std::net::SocketAddr;
use std::path::Path;

use drover_model::TokenName;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::command::Invocation;
use crate::outcome::{Reason, Verdict};
use crate::playwright::Prepared as Found;
use crate::prepare::{Given, install};
use crate::process::{Audience, Child, Environment, Output, Start};
use crate::protocol::{ChildEnds, Control as Line};
use crate::scratch::Scratch;
use crate::spare::{Spare, order};
use crate::surroundings::{Surroundings, environment, inodes, temporary};
use crate::tell::Tell;

/// What a child is made of, in whichever way it is started.
pub(crate) struct Materials {
    pub(crate) found: Found,
    /// The address of the run's gateway.
    pub(crate) cdp: Option<SecretString>,
    /// The profile's way out of the machine.
    pub(crate) proxy: Option<SocketAddr>,
    /// Variable → value.
    pub(crate) tokens: Vec<(String, TokenName, SecretString)>,
}

/// A child before its start.
pub(crate) enum Ready {
    /// With Drover's ends of its control pipes.
    New(Box<(Start, Line)>),
    Spare(Box<Spare>, Zeroizing<Vec<u8>>),
}

/// A child that runs.
pub(crate) struct Begun {
    pub(crate) child: Child,
    pub(crate) line: Line,
    /// Holds its temporary files, where that is not the attempt's own folder.
    pub(crate) scratch: Option<Scratch>,
}

impl Materials {
    pub(crate) fn invocation(&self) -> &Invocation {
        &self.found.invocation
    }

    /// A process of its own.
    pub(crate) fn with_new(&self, given: Given<'_>, tell: &Tell) -> Result<Ready, Verdict> {
        Ok(Ready::New(Box::new(self.start(given, tell)?)))
    }

    fn start(&self, given: Given<'_>, tell: &Tell) -> Result<(Start, Line), Verdict> {
        self.know_cdp(tell);
        let (line, ends) = crate::protocol::open(&tell.redactor)
            .map_err(|error| Verdict::internal("open the control pipes", &error))?;
        let control = inodes(&ends)
            .map_err(|error| Verdict::internal("look at the control pipes", &error))?;
        let temporary = temporary(given.scratch.path());
        let environment = self.environment(given, &control, &temporary, tell)?;
        let ChildEnds { writes, reads } = ends;
        let Invocation {
            program,
            args,
            folder,
        } = self.invocation().clone();
        let start = Start {
            program,
            args,
            environment,
            folder,
            fds: vec![(3, writes), (4, reads)],
            marker: given.request.run_marker(),
            output: Output::Pipes,
        };
        Ok((start, line))
    }

    /// The process that was kept ready, or a new one where a name is no text.
    pub(crate) fn with_spare(
        &self,
        given: Given<'_>,
        spare: Spare,
        tell: &Tell,
    ) -> Result<Ready, Verdict> {
        self.know_cdp(tell);
        let environment = self.environment(given, spare.control(), &spare.temporary(), tell)?;
        let Invocation { args, folder, .. } = self.invocation();
        let Some(order) = order(&environment, folder, args) else {
            return self.with_new(given, tell);
        };
        Ok(Ready::Spare(Box::new(spare), order))
    }

    /// Whoever has the address drives the profile while the run lives.
    fn know_cdp(&self, tell: &Tell) {
        let Some(cdp) = &self.cdp else { return };
        tell.redactor.register("cdp", cdp);
        if let Some((_, token)) = cdp.expose_secret().rsplit_once('/') {
            tell.redactor.register("cdp", &SecretString::from(token));
        }
    }

    fn environment(
        &self,
        given: Given<'_>,
        control: &str,
        temporary: &Path,
        tell: &Tell,
    ) -> Result<Environment, Verdict> {
        let around = Surroundings {
            request: given.request,
            runtime: &install(given.request)?,
            artifacts: tell.artifacts(),
            scratch: given.scratch.path(),
            cdp: self.cdp.as_ref(),
            proxy: self.proxy,
            control,
            temporary,
            is_python: self.found.is_python,
            tokens: &self.tokens,
        };
        let mut environment = environment(given.door.environment(Audience::Task), &around)
            .map_err(|error| Verdict::internal("put the environment together", &error))?;
        let variable = self.found.variable.clone();
        environment.extend(variable.map(|(name, value)| (name.into(), value)));
        Ok(environment)
    }
}

impl Ready {
    /// Starts it. One that was kept ready and has ended meanwhile is replaced by a new process.
    pub(crate) async fn begin(
        self,
        given: Given<'_>,
        materials: &Materials,
        tell: &Tell,
    ) -> Result<Begun, Verdict> {
        let (start, line) = match self {
            Self::New(new) => *new,
            Self::Spare(spare, order) => {
                let waited = spare.has_waited();
                match spare.begin(&order).await {
                    Ok((child, pipes, scratch)) => {
                        if waited {
                            tell.note("in a Node that was kept ready").await;
                        }
                        return Ok(Begun {
                            child,
                            line: pipes.serve(&tell.redactor),
                            scratch: Some(scratch),
                        });
                    }
                    Err(error) => {
                        tell.note(format!("the Node that was kept ready has ended: {error}"))
                            .await;
                        materials.start(given, tell)?
                    }
                }
            }
        };
        let program = start.program.clone();
        let child = given.door.start(start).await.map_err(|error| {
            Verdict::new(
                Reason::ProgramMissing,
                format!("failed to start `{}`: {error}", program.display()),
            )
        })?;
        Ok(Begun {
            child,
            line,
            scratch: None,
        })
    }
}
