//! What the window hears unasked: committed facts as events, and the news of single runs.

use std::{sync::Arc, time::Duration};

use drover_engine::{Engine, WatchId};
use drover_model::{CommandError, Event, RunBatch, RunId, command};
use tauri::{AppHandle, Emitter, Runtime, State, ipc::Channel};
use tokio::sync::broadcast::{
    Receiver,
    error::{RecvError, TryRecvError},
};
use tracing::instrument;

use crate::{Startup, watches::Watches};

/// The least time between two batches of facts: at most 30 a second.
const BEAT: Duration = Duration::from_millis(33);

/// The most facts of one batch. Of more the newest are sent; the window sees the jump in their
/// numbers and loads everything anew, which is cheaper than hearing of each.
const MOST_FACTS: usize = 500;

/// Sends committed facts to the window, in batches, for the life of the engine.
pub async fn forward_facts<R: Runtime>(app: AppHandle<R>, mut facts: Receiver<Arc<[Event]>>) {
    while let Some(batch) = next_batch(&mut facts).await {
        if let Err(error) = app.emit(command::EVENT, &batch) {
            // When Drover quits, the window goes first; a window that is opened anew loads everything.
            tracing::debug!(%error, "failed to tell the window what has changed");
        }
        tokio::time::sleep(BEAT).await;
    }
}

/// Waits for facts and takes all that there are. What a slow reader missed is not made up: the
/// numbers jump, and that is what the window looks at.
async fn next_batch(facts: &mut Receiver<Arc<[Event]>>) -> Option<Vec<Event>> {
    let mut batch = Vec::new();
    while batch.is_empty() {
        match facts.recv().await {
            Ok(events) => batch.extend_from_slice(&events),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
    loop {
        match facts.try_recv() {
            Ok(events) => batch.extend_from_slice(&events),
            Err(TryRecvError::Lagged(_)) => batch.clear(), // so that the jump comes first, where it is looked for
            Err(TryRecvError::Empty | TryRecvError::Closed) => break,
        }
    }
    batch.drain(..batch.len().saturating_sub(MOST_FACTS));
    Some(batch)
}

/// The streams of runs that are open, by what the engine calls them.
pub(crate) type RunWatches = Watches<WatchId>;

/// Streams a run into the channel, from log line `from` on.
#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn watch_run(
    startup: State<'_, Startup>,
    watches: State<'_, RunWatches>,
    run: RunId,
    from: u64,
    channel: Channel<RunBatch>,
) -> Result<(), CommandError> {
    let (engine, number) = (startup.engine().await?, channel.id());
    if watches.begin(number) {
        let id = watch(&engine, run, from, channel).await.inspect_err(|_| {
            watches.forget(number);
        })?;
        if watches.opened(number, id).is_err() {
            engine.unwatch_run(id);
        }
    }
    Ok(())
}

async fn watch(
    engine: &Engine,
    run: RunId,
    from: u64,
    channel: Channel<RunBatch>,
) -> Result<WatchId, CommandError> {
    Ok(engine
        .watch_run(run, from, move |batch| channel.send(batch).is_ok())
        .await?)
}

/// Ends the stream of that channel.
#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn unwatch_run(
    startup: State<'_, Startup>,
    watches: State<'_, RunWatches>,
    channel: u32,
) -> Result<(), CommandError> {
    if let Some(id) = watches.end(channel) {
        startup.engine().await?.unwatch_run(id);
    }
    Ok(())
}

/// Ends every stream: the page that heard them is gone.
pub(crate) fn unwatch_all(watches: &RunWatches, startup: &Startup) {
    let open = watches.end_all();
    if let Some(engine) = startup.started().filter(|_| !open.is_empty()) {
        for id in open {
            engine.unwatch_run(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{Caller, Fact};
    use tokio::sync::broadcast;

    use super::*;

    fn event(seq: u64) -> Event {
        Event {
            seq,
            at: "2026-11-23T08:00:00Z".parse().unwrap(),
            by: Caller::Window,
            fact: Fact::SettingsChanged,
        }
    }

    fn check(
        capacity: usize,
        commits: &[std::ops::RangeInclusive<u64>],
        expected: Option<(u64, u64)>,
    ) {
        let (sender, mut facts) = broadcast::channel::<Arc<[Event]>>(capacity);
        for seqs in commits {
            sender.send(seqs.clone().map(event).collect()).unwrap();
        }
        drop(sender);
        let batch = tauri::async_runtime::block_on(next_batch(&mut facts));
        let seqs = batch.map(|batch| (batch.first().unwrap().seq, batch.last().unwrap().seq));
        assert_eq!(seqs, expected, "{commits:?} through {capacity} places");
    }

    #[test]
    fn what_has_gathered_is_one_batch() {
        check(8, &[1..=2, 3..=3, 4..=9], Some((1, 9)));
        check(8, &[], None);
    }

    #[test]
    fn what_was_missed_shows_as_a_jump() {
        check(2, &[1..=1, 2..=2, 3..=3, 4..=4], Some((3, 4)));
    }

    #[test]
    fn a_flood_is_cut_to_its_newest() {
        check(8, &[1..=10_000], Some((9_501, 10_000)));
    }
}
