//! Runs: list, look, stop, resume, read what they left.

use std::path::{Component, Path, PathBuf};

use drover_model::{
    Caller, Code, CommandError, Ended, LogPage, Move, Run, RunId, RunRow, RunState, StopIntent,
    request::{
        ArtifactBytes, CancelRun, GetRun, GetSummary, ListRuns, PauseQueue, PinRuns, ReadArtifact,
        ReadLog, ResumeRun, RunList, SettleRun, Summary,
    },
    run::Artifact,
};
use drover_runner::Control;
use drover_store::{Applied, MoveDetail};
use jiff::Timestamp;

use super::retelling::retell;
use crate::{Engine, Error, Result, aside::aside, error::Doing as _};

/// The most lines of one page.
const MAX_PAGE: usize = 10_000;

/// The largest artifact that is answered as bytes; larger files are opened from their folder.
const MAX_ARTIFACT: u64 = 32 * 1024 * 1024;

/// An error for a run that is not there.
pub(crate) fn no_run(run: RunId) -> CommandError {
    CommandError::new(Code::RunNotFound, format!("no run `{run}`"))
        .hint("`drover-cli runs` lists them.")
        .field("run")
}

/// What is kept of a person's order to stop.
pub(super) fn stopped_by_a_person(now: Timestamp) -> MoveDetail {
    MoveDetail {
        reason: Some("cancelled".to_owned()),
        message: Some("stopped by you".to_owned()),
        ..MoveDetail::at(now)
    }
}

/// An error for a file that the run does not list, or that is gone.
pub(super) fn no_artifact(run: RunId, path: &str) -> CommandError {
    CommandError::new(
        Code::ArtifactNotFound,
        format!("run `{run}` has no file `{path}`"),
    )
    .field("path")
}

impl Engine {
    pub async fn list_runs(&self, _by: Caller, req: ListRuns) -> Result<RunList> {
        let system = self.rooms().paths.language;
        self.rooms()
            .store
            .read(move |db| {
                let mut list = db.runs(&req)?;
                retell(db, system, &mut list.rows)?;
                Ok(list)
            })
            .await
            .doing("list the runs")
    }

    pub async fn get_run(&self, _by: Caller, req: GetRun) -> Result<Run> {
        let moment = self.rooms().queue.moment(self.rooms().now());
        let system = self.rooms().paths.language;
        let found = self
            .rooms()
            .store
            .read(move |db| {
                let mut found = db.run(req.run, moment)?;
                if let Some(run) = &mut found {
                    retell(db, system, std::slice::from_mut(&mut run.row))?;
                }
                Ok(found)
            })
            .await
            .doing("read the run")?;
        found.ok_or_else(|| no_run(req.run).into())
    }

    pub(super) async fn row(&self, run: RunId) -> Result<RunRow> {
        let row = self
            .rooms()
            .store
            .read(move |db| db.run_row(run))
            .await
            .doing("read the run")?;
        row.ok_or_else(|| no_run(run).into())
    }

    /// A queued run ends at once. A live one is told to stop; the second time it is killed.
    pub async fn cancel_run(&self, by: Caller, req: CancelRun) -> Result<RunRow> {
        let row = self.row(req.run).await?;
        let now = self.rooms().now();
        let detail = stopped_by_a_person(now);
        match row.state {
            RunState::Queued => {
                let step = Move::End {
                    ended: Ended::Cancelled,
                };
                let applied = self
                    .rooms()
                    .queue
                    .advance(by, row.id, row.attempt, step, detail)
                    .await
                    .doing("cancel the run")?;
                match applied {
                    Applied::Done(row) => {
                        self.rooms()
                            .live
                            .tell(row.id, |batch| batch.row = Some(row.clone()));
                        Ok(row)
                    }
                    // It was claimed a moment ago, so it is live now.
                    Applied::Stale => Box::pin(self.cancel_run(by, req)).await,
                }
            }
            RunState::Stopping => {
                let (run, attempt) = (row.id, row.attempt);
                // What is stopped for a time limit would be tried again.
                self.rooms()
                    .store
                    .write(now, by, move |tx| tx.cancel_stopping(run, attempt))
                    .await
                    .doing("cancel the run")?;
                self.rooms().live.order(run, Control::Kill);
                self.row(run).await
            }
            state if state.is_live() => {
                // The intent is committed first, so that a crash in the middle goes on with the stop.
                let step = Move::Stop {
                    intent: StopIntent::Cancel,
                };
                self.rooms()
                    .queue
                    .advance(by, row.id, row.attempt, step, detail)
                    .await
                    .doing("stop the run")?;
                self.rooms().live.order(row.id, Control::Cancel);
                self.row(req.run).await
            }
            state => Err(CommandError::new(
                Code::WrongState,
                format!(
                    "the run has ended already: {}",
                    state.label().to_lowercase()
                ),
            )
            .into()),
        }
    }

    /// A lost run that asks is answered: nothing more is to be done.
    pub async fn settle_run(&self, by: Caller, req: SettleRun) -> Result<RunRow> {
        let (run, now) = (req.run, self.rooms().now());
        self.row(run).await?;
        let settled = self
            .rooms()
            .store
            .write(now, by, move |tx| tx.settle_lost(run));
        if !settled.await.doing("answer the run")? {
            return Err(
                CommandError::new(Code::WrongState, "the run does not ask anything").into(),
            );
        }
        self.row(run).await
    }

    /// Tells how many were changed.
    pub async fn pin_runs(&self, by: Caller, req: PinRuns) -> Result<u32> {
        let now = self.rooms().now();
        self.rooms()
            .store
            .write(now, by, move |tx| tx.pin_runs(&req.runs, req.pinned))
            .await
            .doing("pin the runs")
    }

    /// Refuses when retention has removed the run's files, and says when.
    async fn files_are_there(&self, run: RunId) -> Result<()> {
        let run = self.get_run(Caller::Drover, GetRun { run }).await?;
        let Some(at) = run.files_removed_at else {
            return Ok(());
        };
        let day = at.strftime("%F");
        let message =
            format!("the log and the files of this run were removed by retention on {day}");
        Err(CommandError::new(Code::ArtifactNotFound, message)
            .hint("Pin a run to keep what it left; the settings say how long files are kept.")
            .into())
    }

    /// Lets task code go on that waits for a person.
    pub async fn resume_run(&self, _by: Caller, req: ResumeRun) -> Result<RunRow> {
        let row = self.row(req.run).await?;
        if row.state != RunState::Parked || !self.rooms().live.order(row.id, Control::Resume) {
            return Err(
                CommandError::new(Code::WrongState, "the run does not wait for anybody").into(),
            );
        }
        Ok(row)
    }

    pub async fn read_log(&self, _by: Caller, req: ReadLog) -> Result<LogPage> {
        self.files_are_there(req.run).await?;
        let folder = self.rooms().paths.run(req.run);
        let limit = if req.limit == 0 {
            1_000
        } else {
            (req.limit as usize).min(MAX_PAGE)
        };
        let page =
            aside(move || drover_runner::capture::read_log(&folder, req.from_seq.max(1), limit))
                .await;
        page.map_err(|source| Error::Log {
            run: req.run,
            source,
        })
    }

    /// Answers only files that the run lists, and only from inside its own folder.
    pub async fn read_artifact(&self, _by: Caller, req: ReadArtifact) -> Result<ArtifactBytes> {
        self.files_are_there(req.run).await?;
        let (artifact, path) = self.artifact(req.run, &req.path).await?;
        if artifact.bytes > MAX_ARTIFACT {
            let message = format!(
                "`{}` has {} bytes, too many to show here",
                artifact.path, artifact.bytes
            );
            return Err(CommandError::new(Code::Invalid, message)
                .hint("Open it from its folder.")
                .into());
        }
        let bytes = aside(move || std::fs::read(path)).await;
        match bytes {
            Ok(bytes) => Ok(ArtifactBytes(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(no_artifact(req.run, &req.path).into())
            }
            Err(source) => Err(Error::Io {
                doing: "read the file",
                source,
            }),
        }
    }

    /// A file that the run lists, and where it lies: inside the run's own folder.
    pub(super) async fn artifact(&self, run: RunId, path: &str) -> Result<(Artifact, PathBuf)> {
        let found = self.get_run(Caller::Drover, GetRun { run }).await?;
        let mut artifacts = found.artifacts.into_iter();
        let artifact = artifacts
            .find(|artifact| artifact.path == path)
            .ok_or_else(|| no_artifact(run, path))?;
        let inside = Path::new(&artifact.path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let file = self.rooms().paths.data.join(&artifact.path);
        if !inside || !file.starts_with(self.rooms().paths.run(run)) {
            return Err(no_artifact(run, path).into());
        }
        Ok((artifact, file))
    }

    pub async fn get_summary(&self, _by: Caller, _req: GetSummary) -> Result<Summary> {
        let now = self.rooms().now();
        let counted = self.rooms().store.read(move |db| db.summary(now)).await;
        let summary = counted.doing("count the runs")?;
        let conditions = self.rooms().queue.conditions().borrow();
        Ok(Summary {
            storage_error: conditions.storage_error.clone(),
            disk_low: conditions.disk_low,
            ..summary
        })
    }

    pub async fn pause_queue(&self, by: Caller, req: PauseQueue) -> Result<Summary> {
        self.rooms()
            .store
            .write(self.rooms().now(), by, move |tx| tx.pause(req.paused))
            .await
            .doing("pause the queue")?;
        self.get_summary(by, GetSummary {}).await
    }
}
