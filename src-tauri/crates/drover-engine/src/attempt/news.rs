//! What an attempt tells: facts that must last go to the store, everything goes to open views.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use drover_model::{
    Caller, Move,
    run::{Artifact, Progress, StepRow},
};
use drover_runner::AttemptEvent;
use drover_store::{Applied, Claimed, MoveDetail};
use serde_json::Value;
use tokio::{
    sync::mpsc,
    time::{Instant, timeout_at},
};

use super::storage;
use crate::engine::Rooms;

/// Steps and progress are written at most this often; the newest row of each wins.
const BEAT: Duration = Duration::from_millis(250);

/// Keeps the news of one attempt until its channel closes.
pub(super) async fn keep(
    rooms: Arc<Rooms>,
    claimed: Claimed,
    mut told: mpsc::Receiver<AttemptEvent>,
) {
    let mut keeper = Keeper {
        rooms,
        claimed,
        steps: BTreeMap::new(),
        progress: None,
        late: Vec::new(),
    };
    let mut due: Option<Instant> = None;
    loop {
        let event = match due {
            None => Ok(told.recv().await),
            Some(due) => timeout_at(due, told.recv()).await,
        };
        match event {
            Ok(Some(event)) => keeper.take(event).await,
            Ok(None) => break,
            Err(_) => {}
        }
        let now = Instant::now();
        if due.is_some_and(|due| due <= now) {
            keeper.flush().await;
            due = None;
        }
        if due.is_none() && keeper.holds_news() {
            due = Some(now + BEAT);
        }
    }
    keeper.flush().await;
    keeper.catch_up().await;
}

struct Keeper {
    rooms: Arc<Rooms>,
    claimed: Claimed,
    steps: BTreeMap<u32, StepRow>,
    progress: Option<Progress>,
    /// What the disk has not taken, in order.
    late: Vec<Brought>,
}

impl Keeper {
    fn holds_news(&self) -> bool {
        !self.steps.is_empty() || self.progress.is_some()
    }

    async fn take(&mut self, event: AttemptEvent) {
        let (run, attempt, now) = (self.claimed.run.id, self.claimed.attempt, self.rooms.now());
        let live = &self.rooms.live;
        let kept = match event {
            AttemptEvent::Log(lines) => {
                live.tell(run, |batch| batch.lines.extend_from_slice(&lines));
                Ok(())
            }
            AttemptEvent::Phase(phase) => {
                live.tell(run, |batch| batch.phase = Some(phase.clone()));
                Ok(())
            }
            AttemptEvent::Step(step) => {
                live.tell(run, |batch| {
                    batch.steps.retain(|row| row.index != step.index);
                    batch.steps.push(step.clone());
                });
                self.steps.insert(step.index, step);
                Ok(())
            }
            AttemptEvent::Progress(progress) => {
                live.tell(run, |batch| batch.progress = Some(progress.clone()));
                self.progress = Some(progress);
                Ok(())
            }
            AttemptEvent::Output { name, value } => {
                let kept = self.bring(Brought::Output { name, value }).await;
                self.rooms.live.tell(run, |batch| batch.refresh = true);
                kept
            }
            AttemptEvent::Artifact(artifact) => {
                let kept = self.bring(Brought::Artifact(artifact)).await;
                self.rooms.live.tell(run, |batch| batch.refresh = true);
                kept
            }
            AttemptEvent::Parked { reason } => {
                let detail = MoveDetail {
                    reason: Some("parked".to_owned()),
                    message: Some(reason),
                    ..MoveDetail::at(now)
                };
                self.advance(Move::Park, detail).await
            }
            AttemptEvent::Resumed => self.advance(Move::Resume, MoveDetail::at(now)).await,
            AttemptEvent::Survivors(pids) => {
                let words = format!("{} processes survive: {pids:?}", pids.len());
                live.tell(run, |batch| batch.phase = Some(words.clone()));
                Ok(())
            }
        };
        if let Err(error) = kept {
            tracing::warn!(%run, attempt, %error, "failed to keep the news of an attempt");
        }
    }

    async fn advance(&self, step: Move, detail: MoveDetail) -> drover_store::Result<()> {
        let run = self.claimed.run.id;
        if let Applied::Done(row) = self
            .rooms
            .queue
            .advance(Caller::Drover, run, self.claimed.attempt, step, detail)
            .await?
        {
            self.rooms
                .live
                .tell(run, |batch| batch.row = Some(row.clone()));
        }
        Ok(())
    }

    /// Writes what the run brought. A disk that fails gets it again at the end.
    async fn bring(&mut self, brought: Brought) -> drover_store::Result<()> {
        let (run, attempt) = (self.claimed.run.id, self.claimed.attempt);
        let (now, again) = (self.rooms.now(), brought.clone());
        let kept = self
            .rooms
            .store
            .write(now, Caller::Drover, move |tx| match &brought {
                Brought::Output { name, value } => tx.put_output(run, attempt, name, value),
                Brought::Artifact(artifact) => tx.add_artifact(run, attempt, artifact),
            });
        let kept = kept.await;
        if kept.as_ref().is_err_and(drover_store::Error::is_storage) {
            self.late.push(again);
        }
        kept.map(drop) // an attempt that is over has nothing more to say
    }

    /// Writes the steps and the progress. What a disk that fails does not take stays, below what
    /// is newer.
    async fn flush(&mut self) {
        let (run, attempt) = (self.claimed.run.id, self.claimed.attempt);
        if !self.holds_news() {
            return;
        }
        let steps: Vec<StepRow> = self.steps.values().cloned().collect();
        let progress = self.progress.clone();
        let kept = self
            .rooms
            .store
            .write(self.rooms.now(), Caller::Drover, move |tx| {
                tx.put_steps(run, attempt, &steps)?;
                if let Some(progress) = progress {
                    tx.set_progress(run, attempt, &progress)?;
                }
                Ok(())
            });
        let kept = kept.await;
        if let Err(error) = &kept {
            tracing::warn!(%run, %error, "failed to keep the steps of an attempt");
        }
        if !kept.as_ref().is_err_and(drover_store::Error::is_storage) {
            self.steps.clear();
            self.progress = None;
        }
    }

    /// Writes what a disk that failed has not taken, once it takes it.
    async fn catch_up(&mut self) {
        while self.holds_news() || !self.late.is_empty() {
            if !storage::returns(&self.rooms).await {
                return; // Drover quits; the log on that disk has said so
            }
            for brought in std::mem::take(&mut self.late) {
                if let Err(error) = self.bring(brought).await {
                    let run = self.claimed.run.id;
                    tracing::warn!(%run, %error, "failed to keep what a run brought");
                }
            }
            self.flush().await;
        }
    }
}

/// What a run brought that is told once.
#[derive(Clone)]
enum Brought {
    Output { name: String, value: Value },
    Artifact(Artifact),
}
