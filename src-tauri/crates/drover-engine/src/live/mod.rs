//! Runs that go on at this moment: their control channels, and the news for open views.

mod pending;
mod watch;

pub use watch::WatchId;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use drover_model::{RunBatch, RunId};
use drover_runner::Control;
use tokio::sync::mpsc;

use pending::Mailbox;

/// Live runs by id. It holds nothing that the store does not hold in the end.
#[derive(Default)]
pub(crate) struct Live {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// With the turn of each, since a further attempt may begin before the end of the one before it is noted here.
    controls: HashMap<RunId, (u64, mpsc::Sender<Control>)>,
    next_turn: u64,
    mailboxes: HashMap<u64, (RunId, Arc<Mailbox>)>,
    next_watch: u64,
}

impl Live {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner
            .lock()
            .expect("BUG: nothing panics while it is held")
    }

    /// Opens the control channel of an attempt that begins; answers its turn, too.
    pub(crate) fn begin(&self, run: RunId) -> (u64, mpsc::Receiver<Control>) {
        // A handful of orders is all that a person can give before they are read.
        let (control, orders) = mpsc::channel(8);
        let mut inner = self.lock();
        inner.next_turn += 1;
        let turn = inner.next_turn;
        inner.controls.insert(run, (turn, control));
        (turn, orders)
    }

    /// The attempt of that turn is over. One that has begun since goes on.
    pub(crate) fn end(&self, run: RunId, turn: u64) {
        let mut inner = self.lock();
        if inner
            .controls
            .get(&run)
            .is_some_and(|(now, _)| *now == turn)
        {
            inner.controls.remove(&run);
        }
    }

    /// Gives an order to a live run; `false` when it is not live here.
    pub(crate) fn order(&self, run: RunId, order: Control) -> bool {
        let control = self.lock().controls.get(&run).cloned();
        control.is_some_and(|(_, control)| control.try_send(order).is_ok())
    }

    /// The live runs.
    pub(crate) fn runs(&self) -> Vec<RunId> {
        self.lock().controls.keys().copied().collect()
    }

    /// Adds news of a run to every open view of it.
    pub(crate) fn tell(&self, run: RunId, news: impl Fn(&mut RunBatch)) {
        let mailboxes: Vec<_> = self
            .lock()
            .mailboxes
            .values()
            .filter(|(of, _)| *of == run)
            .map(|(_, mailbox)| mailbox.clone())
            .collect();
        for mailbox in mailboxes {
            mailbox.add(&news);
        }
    }

    fn subscribe(&self, run: RunId) -> (u64, Arc<Mailbox>) {
        let mut inner = self.lock();
        inner.next_watch += 1;
        let (id, mailbox) = (inner.next_watch, Arc::new(Mailbox::default()));
        inner.mailboxes.insert(id, (run, mailbox.clone()));
        (id, mailbox)
    }

    fn unsubscribe(&self, id: u64) {
        if let Some((_, mailbox)) = self.lock().mailboxes.remove(&id) {
            mailbox.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_attempt_does_not_silence_the_next() {
        let (live, run) = (Live::default(), RunId::from_bits(1));
        let (first, _orders) = live.begin(run);
        let (second, mut orders) = live.begin(run);
        live.end(run, first);
        assert!(live.order(run, Control::Cancel), "it is still heard");
        assert_eq!(orders.try_recv().unwrap(), Control::Cancel);
        live.end(run, second);
        assert!(!live.order(run, Control::Cancel) && live.runs().is_empty());
    }
}
