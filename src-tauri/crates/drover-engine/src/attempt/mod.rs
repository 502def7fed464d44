//! One attempt as the engine sees it: what the runner is given, what is kept of its news,
//! and what its outcome means for the run.

mod input;
mod news;
mod next;
pub(crate) mod orphan;
mod outcome;
mod ports;
mod storage;

use std::{panic::AssertUnwindSafe, sync::Arc};

use drover_runner::{Control, Outcome, Ports};
use drover_store::Claimed;
use futures_util::FutureExt as _;
use tokio::sync::mpsc;

use crate::{Error, engine::Rooms, use_cases::proxy_check::look_up_exit};

/// Takes a claimed run to the end of this attempt. Ends when its outcome is committed, or Drover quits before.
pub(crate) async fn supervise(rooms: Arc<Rooms>, claimed: Claimed) {
    let run = claimed.run.id;
    let (turn, control) = rooms.live.begin(run);
    let work = work(rooms.clone(), claimed.clone(), control);
    Box::pin(to_the_end(&rooms, &claimed, work)).await;
    rooms.live.end(run, turn);
}

/// Whatever becomes of the work, the run does not stay live without anybody who cares for it.
async fn to_the_end(rooms: &Arc<Rooms>, claimed: &Claimed, work: impl Future<Output = Settled>) {
    let run = claimed.run.id;
    // What the work held is dropped by the panic; nothing of it is used again.
    let settled = AssertUnwindSafe(work).catch_unwind().await;
    match settled {
        Ok(Settled::Done) => {}
        Ok(Settled::Survivors | Settled::Failed) => orphan::outlive(rooms, run).await,
        Err(_) => {
            tracing::error!(%run, attempt = claimed.attempt, "an attempt ended by a panic");
            rooms.attached.end_of_run(run).await;
            orphan::outlive(rooms, run).await;
        }
    }
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    /// Its end is committed, or Drover quits.
    Done,
    /// Processes of it do not end.
    Survivors,
    /// Its end could not be committed, and not because of the disk.
    Failed,
}

async fn work(rooms: Arc<Rooms>, claimed: Claimed, control: mpsc::Receiver<Control>) -> Settled {
    let run = claimed.run.id;
    tracing::info!(%run, attempt = claimed.attempt, "an attempt begins");
    // Enough for a burst; a full channel slows the child down, not the engine. Each may be a batch of output.
    let (events, told) = mpsc::channel(64);
    let keeper = tokio::spawn(news::keep(rooms.clone(), claimed.clone(), told));
    let outcome = match input::request(&rooms, &claimed).await {
        Ok(request) => {
            let ports = Ports {
                secrets: Arc::new(ports::EngineSecrets::new(
                    rooms.clone(),
                    claimed.plan.clone(),
                )),
                ledger: Arc::new(ports::EngineLedger::new(rooms.clone(), &claimed)),
            };
            let chrome = request.chrome.as_ref();
            if let Some(lead) = chrome.and_then(|chrome| chrome.upstream.as_ref()) {
                // Beside the attempt, which never waits for it.
                tokio::spawn(look_up_exit(rooms.clone(), lead.proxy));
            }
            let (door, leases, spares) = (&rooms.door, &rooms.leases, &rooms.spares);
            drover_runner::attempt(door, leases, spares, request, &ports, events, control).await
        }
        Err(outcome) => {
            drop(events);
            outcome
        }
    };
    if let Err(error) = keeper.await {
        tracing::error!(%run, %error, "the news of an attempt were not kept to the end");
    }
    // Before the profile is free for the next run.
    rooms.attached.end_of_run(run).await;
    settle(&rooms, &claimed, outcome).await
}

async fn settle(rooms: &Rooms, claimed: &Claimed, outcome: Outcome) -> Settled {
    let run = claimed.run.id;
    tracing::info!(%run, attempt = claimed.attempt, ended = ?outcome.ended, reason = outcome.reason.code(), "an attempt has ended");
    loop {
        let error = match outcome::commit(rooms, claimed, outcome.clone()).await {
            Ok(()) if outcome.survivors.is_empty() => return Settled::Done,
            Ok(()) => return Settled::Survivors,
            Err(error) => error,
        };
        tracing::error!(%run, error = &error as &dyn std::error::Error, "failed to commit the end of an attempt");
        if !matches!(&error, Error::Store { source, .. } if source.is_storage()) {
            return Settled::Failed;
        }
        if !storage::returns(rooms).await {
            return Settled::Done; // the recovery at the next start settles the run
        }
    }
}
