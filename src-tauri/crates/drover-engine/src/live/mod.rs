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
    controls: HashMap<RunId, mpsc::Sender<Control>>,
    mailboxes: HashMap<u64, (RunId, Arc<Mailbox>)>,
    next_watch: u64,
}

impl Live {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner
            .lock()
            .expect("BUG: nothing panics while it is held")
    }

    /// Opens the control channel of an attempt that begins.
    pub(crate) fn begin(&self, run: RunId) -> mpsc::Receiver<Control> {
        // A handful of orders is all that a person can give before they are read.
        let (control, orders) = mpsc::channel(8);
        self.lock().controls.insert(run, control);
        orders
    }

    /// The attempt is over.
    pub(crate) fn end(&self, run: RunId) {
        self.lock().controls.remove(&run);
    }

    /// Gives an order to a live run; `false` when it is not live here.
    pub(crate) fn order(&self, run: RunId, order: Control) -> bool {
        let control = self.lock().controls.get(&run).cloned();
        control.is_some_and(|control| control.try_send(order).is_ok())
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
