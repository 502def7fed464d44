//! What the window hears unasked: committed facts as events, and the news of single runs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use drover_engine::{Engine, WatchId};
use drover_model::{CommandError, Event, RunBatch, RunId, command};
use tauri::{AppHandle, Emitter, Runtime, State, ipc::Channel};
use tokio::sync::broadcast::{
    Receiver,
    error::{RecvError, TryRecvError},
};
use tracing::instrument;

use crate::Startup;

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

/// The streams of runs that are open, by the number that the window gave to the channel.
#[derive(Default)]
pub(crate) struct Watches(Mutex<HashMap<u32, Watch>>);

enum Watch {
    /// Asked for; the engine has not answered.
    Opening,
    Open(WatchId),
    /// Ended before it was opened, as calls may overtake each other.
    Ended,
}

impl Watches {
    fn lock(&self) -> MutexGuard<'_, HashMap<u32, Watch>> {
        self.0.lock().expect("BUG: nothing panics while it is held")
    }

    /// Notes a stream that is to be opened; `false` when it was ended already.
    fn begin(&self, channel: u32) -> bool {
        let mut watches = self.lock();
        let ended = matches!(watches.remove(&channel), Some(Watch::Ended));
        if !ended {
            watches.insert(channel, Watch::Opening);
        }
        !ended
    }

    /// Notes what the engine calls the stream; `false` when it was ended in the meantime.
    fn opened(&self, channel: u32, id: WatchId) -> bool {
        self.lock()
            .get_mut(&channel)
            .map(|watch| *watch = Watch::Open(id))
            .is_some()
    }

    /// Forgets a stream and says what the engine calls it.
    fn end(&self, channel: u32) -> Option<WatchId> {
        let mut watches = self.lock();
        match watches.remove(&channel) {
            Some(Watch::Open(id)) => return Some(id),
            Some(Watch::Opening) => {}
            Some(Watch::Ended) | None => drop(watches.insert(channel, Watch::Ended)),
        }
        None
    }

    /// Ends every stream: the page that heard them is gone.
    pub(crate) fn end_all(&self, startup: &Startup) {
        let open: Vec<WatchId> = self
            .lock()
            .drain()
            .filter_map(|(_, watch)| {
                if let Watch::Open(id) = watch {
                    Some(id)
                } else {
                    None
                }
            })
            .collect();
        if let Some(engine) = startup.started().filter(|_| !open.is_empty()) {
            for id in open {
                engine.unwatch_run(id);
            }
        }
    }
}

/// Streams a run into the channel, from log line `from` on.
#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn watch_run(
    startup: State<'_, Startup>,
    watches: State<'_, Watches>,
    run: RunId,
    from: u64,
    channel: Channel<RunBatch>,
) -> Result<(), CommandError> {
    if watches.begin(channel.id()) {
        let (engine, number) = (startup.engine().await?, channel.id());
        let id = watch(&engine, run, from, channel).await.inspect_err(|_| {
            watches.lock().remove(&number);
        })?;
        if !watches.opened(number, id) {
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
    watches: State<'_, Watches>,
    channel: u32,
) -> Result<(), CommandError> {
    if let Some(id) = watches.end(channel) {
        startup.engine().await?.unwatch_run(id);
    }
    Ok(())
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

    #[test]
    fn an_end_may_overtake_its_beginning() {
        let watches = Watches::default();
        assert_eq!(watches.end(7), None);
        assert!(!watches.begin(7), "it was ended before");
        assert!(watches.begin(7), "the end counts once");
        assert_eq!(watches.end(7), None, "ended while it was being opened");
        assert!(
            !watches.opened(7, WatchId::from_number(1)),
            "so it must be closed again"
        );
        assert!(watches.begin(8) && watches.opened(8, WatchId::from_number(2)));
        assert_eq!(watches.end(8), Some(WatchId::from_number(2)));
    }
}
