//! What an attempt tells: facts that must last go to the store, everything goes to open views.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use drover_model::{
    Caller, Move,
    run::{Progress, StepRow},
};
use drover_runner::AttemptEvent;
use drover_store::{Applied, Claimed, MoveDetail};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout_at},
};

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
}

struct Keeper {
    rooms: Arc<Rooms>,
    claimed: Claimed,
    steps: BTreeMap<u32, StepRow>,
    progress: Option<Progress>,
}

impl Keeper {
    fn holds_news(&self) -> bool {
        !self.steps.is_empty() || self.progress.is_some()
    }

    async fn take(&mut self, event: AttemptEvent) {
        let (run, attempt, now) = (self.claimed.run.id, self.claimed.attempt, self.rooms.now());
        let (live, store) = (&self.rooms.live, &self.rooms.store);
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
                let kept = store
                    .write(now, Caller::Drover, move |tx| {
                        tx.put_output(run, &name, &value)
                    })
                    .await;
                live.tell(run, |batch| batch.refresh = true);
                kept
            }
            AttemptEvent::Artifact(artifact) => {
                let kept = store
                    .write(now, Caller::Drover, move |tx| {
                        tx.add_artifact(run, &artifact)
                    })
                    .await;
                live.tell(run, |batch| batch.refresh = true);
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

    async fn flush(&mut self) {
        let (run, attempt) = (self.claimed.run.id, self.claimed.attempt);
        let steps: Vec<StepRow> = std::mem::take(&mut self.steps).into_values().collect();
        let progress = self.progress.take();
        if steps.is_empty() && progress.is_none() {
            return;
        }
        let kept = self
            .rooms
            .store
            .write(self.rooms.now(), Caller::Drover, move |tx| {
                tx.put_steps(run, attempt, &steps)?;
                progress.map_or(Ok(()), |progress| tx.set_progress(run, &progress))
            });
        if let Err(error) = kept.await {
            tracing::warn!(%run, %error, "failed to keep the steps of an attempt");
        }
    }
}
