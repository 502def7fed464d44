//! Traces of runs, opened in Playwright's viewer.

use std::path::Path;

use drover_model::{
    Caller, Code, CommandError, RunId,
    request::{GetRun, OpenTrace, OpenedTrace},
    run::Artifact,
};
use drover_runner::{TraceViewer, ViewerError, viewer_for};

use crate::{Engine, Result, opener, traces::IDLE};

impl Engine {
    pub async fn open_trace(&self, by: Caller, req: OpenTrace) -> Result<OpenedTrace> {
        let rooms = self.rooms();
        let run = self.get_run(by, GetRun { run: req.run }).await?;
        let path = match req.path {
            Some(path) => path,
            None => only_trace(req.run, &run.artifacts)?,
        };
        let (artifact, file) = self.artifact(req.run, &path).await?;
        if artifact.kind != "trace" {
            let message = format!("`{path}` is no trace");
            return Err(CommandError::new(Code::Invalid, message)
                .field("path")
                .into());
        }
        let interpreter = run.plan.interpreter.as_deref().map(Path::new);
        let package = viewer_for(
            run.plan.script.as_ref(),
            interpreter,
            &rooms.paths.node_tools,
            &rooms.paths.python_tools,
        );
        let entrance = if let Some(known) = rooms.traces.entrance(&file) {
            known
        } else {
            let package = package.ok_or_else(no_viewer)?;
            let viewer = TraceViewer::open(&package, &file, IDLE).await;
            viewer.and_then(|viewer| rooms.traces.keep(file, viewer))
        };
        let entrance = entrance.map_err(|error| told(&error))?;
        let url = if req.show {
            let instead = "Use `drover-cli artifacts RUN --trace --no-browser`, and open the address in a browser.";
            opener::open(rooms, entrance.into(), instead.to_owned()).await?;
            None
        } else {
            Some(entrance)
        };
        Ok(OpenedTrace { path, url })
    }

    /// Waits until no trace is open any more.
    pub async fn traces_closed(&self) {
        self.rooms().traces.closed().await;
    }
}

fn only_trace(run: RunId, artifacts: &[Artifact]) -> std::result::Result<String, CommandError> {
    let mut traces = artifacts.iter().filter(|artifact| artifact.kind == "trace");
    match (traces.next(), traces.next()) {
        (Some(trace), None) => Ok(trace.path.clone()),
        (None, _) => Err(CommandError::new(
            Code::ArtifactNotFound,
            format!("run `{run}` left no trace"),
        )
        .hint("A script records one with `context.tracing`, a test project with `use: { trace: 'on' }`.")),
        (Some(_), Some(_)) => Err(CommandError::new(
            Code::Invalid,
            format!("run `{run}` left several traces"),
        )
        .hint("Name one of them; `drover-cli artifacts` lists them.")
        .field("path")),
    }
}

fn no_viewer() -> CommandError {
    CommandError::new(
        Code::PlaywrightUnavailable,
        "there is no Playwright to show the trace with",
    )
    .hint("Install the managed copy in Settings › Playwright and Node, or with `drover-cli doctor --fix`.")
}

fn told(error: &ViewerError) -> CommandError {
    match error {
        ViewerError::NoViewer { .. } => no_viewer(),
        ViewerError::NoTrace { .. } => CommandError::new(Code::ArtifactNotFound, error.to_string()),
        ViewerError::Listen(source) => {
            CommandError::new(Code::Internal, format!("{error}: {source}"))
        }
    }
}
