//! One attempt as the engine sees it: what the runner is given, what is kept of its news,
//! and what its outcome means for the run.

mod input;
mod news;
mod outcome;
mod ports;
mod storage;

use std::sync::Arc;

use drover_runner::{Outcome, Ports};
use drover_store::Claimed;
use tokio::sync::mpsc;

use crate::{Error, engine::Rooms, use_cases::proxy_check::look_up_exit};

/// Takes a claimed run to the end of this attempt. Ends when its outcome is committed.
pub(crate) async fn supervise(rooms: Arc<Rooms>, claimed: Claimed) {
    let run = claimed.run.id;
    tracing::info!(%run, attempt = claimed.attempt, "an attempt begins");
    let control = rooms.live.begin(run);
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
    settle(&rooms, &claimed, outcome).await;
    rooms.live.end(run);
}

async fn settle(rooms: &Rooms, claimed: &Claimed, outcome: Outcome) {
    let run = claimed.run.id;
    tracing::info!(%run, attempt = claimed.attempt, ended = ?outcome.ended, reason = outcome.reason.code(), "an attempt has ended");
    while let Err(error) = outcome::commit(rooms, claimed, outcome.clone()).await {
        tracing::error!(%run, error = &error as &dyn std::error::Error, "failed to commit the end of an attempt");
        let later = matches!(&error, Error::Store { source, .. } if source.is_storage());
        if !(later && storage::returns(rooms).await) {
            return; // the recovery at the next start settles the run
        }
    }
}
