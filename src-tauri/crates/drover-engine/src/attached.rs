//! Tools that are attached: open gateways, and the leases of those that hold a profile.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

use drover_browser::{Gateway, GiveBack, Lease};
use drover_model::{ProfileId, RunId};
use jiff::Timestamp;

/// Open endpoints by number.
#[derive(Default)]
pub(crate) struct Attached {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    last: u64,
    open: HashMap<u64, Attachment>,
}

/// One open endpoint.
pub(crate) struct Attachment {
    pub(crate) gateway: Gateway,
    pub(crate) profile: ProfileId,
    /// The process of the browser; when the profile has another, the endpoint leads nowhere.
    pub(crate) pid: u32,
    pub(crate) since: Timestamp,
    /// The run in whose browser it is, or the lease that it holds itself.
    pub(crate) holds: Holds,
}

/// Whose browser it is.
pub(crate) enum Holds {
    Run(RunId),
    /// A window that a person has open.
    Window,
    Lease(Box<Lease>),
}

/// One open endpoint, as it is listed.
pub(crate) struct Open {
    pub(crate) id: u64,
    pub(crate) run: Option<RunId>,
    pub(crate) profile: ProfileId,
    pub(crate) since: Timestamp,
}

impl Attached {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner
            .lock()
            .expect("BUG: nothing panics while it is held")
    }

    /// Keeps it open, and numbers it.
    pub(crate) fn keep(&self, attachment: Attachment) -> u64 {
        let mut inner = self.lock();
        inner.last += 1;
        let id = inner.last;
        inner.open.insert(id, attachment);
        id
    }

    /// What is open, the oldest first.
    pub(crate) fn open(&self) -> Vec<Open> {
        let inner = self.lock();
        let mut open: Vec<_> = inner.open.iter().map(|(id, one)| one.listed(*id)).collect();
        open.sort_by_key(|one| one.id);
        open
    }

    /// Closes those whose browser is gone: `is` tells the process that a profile's browser has now.
    pub(crate) async fn end_gone(&self, is: impl Fn(ProfileId) -> Option<u32>) {
        for attachment in self.take(|one| is(one.profile) != Some(one.pid)) {
            attachment.end().await;
        }
    }

    /// Closes one; `false` when it is not open.
    pub(crate) async fn end(&self, id: u64) -> bool {
        let attachment = self.lock().open.remove(&id);
        match attachment {
            Some(attachment) => {
                attachment.end().await;
                true
            }
            None => false,
        }
    }

    /// Closes those in the browser of a run that has ended.
    pub(crate) async fn end_of_run(&self, run: RunId) {
        let ended = self.take(|attachment| matches!(attachment.holds, Holds::Run(of) if of == run));
        for attachment in ended {
            Box::pin(attachment.end()).await; // it is rare, and large
        }
    }

    /// Closes all.
    pub(crate) async fn end_all(&self) {
        for attachment in self.take(|_| true) {
            attachment.end().await;
        }
    }

    fn take(&self, which: impl Fn(&Attachment) -> bool) -> Vec<Attachment> {
        let mut inner = self.lock();
        let ids: Vec<_> = inner
            .open
            .iter()
            .filter(|(_, open)| which(open))
            .map(|(id, _)| *id)
            .collect();
        ids.iter().filter_map(|id| inner.open.remove(id)).collect()
    }
}

impl Attachment {
    fn listed(&self, id: u64) -> Open {
        let run = match &self.holds {
            Holds::Run(run) => Some(*run),
            Holds::Window | Holds::Lease(_) => None,
        };
        Open {
            id,
            run,
            profile: self.profile,
            since: self.since,
        }
    }

    async fn end(self) {
        let counts = self.gateway.close().await;
        tracing::info!(denied = ?counts.denied, "an attached tool was let go");
        if let Holds::Lease(lease) = self.holds {
            let struck = lease.give_back(GiveBack::Keep, |_| {}).await;
            if !struck.survivors.is_empty() {
                tracing::error!(survivors = ?struck.survivors, "processes of a browser do not end");
            }
        }
    }
}
