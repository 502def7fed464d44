//! What can be taken back until Drover quits. Cookie values are in it, so it is never written down.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use drover_browser::cookies::CookieUndo;
use drover_model::ProfileId;

/// How many imports can be taken back; the oldest makes room.
const MOST: usize = 20;

/// Imports of cookies, by number.
#[derive(Default)]
pub(crate) struct Undos {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    last: u64,
    kept: BTreeMap<u64, (ProfileId, CookieUndo)>,
}

impl Undos {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner
            .lock()
            .expect("BUG: nothing panics while it is held")
    }

    /// Keeps one, and numbers it.
    pub(crate) fn keep(&self, profile: ProfileId, undo: CookieUndo) -> u64 {
        let mut inner = self.lock();
        inner.last += 1;
        let id = inner.last;
        inner.kept.insert(id, (profile, undo));
        while inner.kept.len() > MOST {
            inner.kept.pop_first();
        }
        id
    }

    /// Takes one out: it can be used once.
    pub(crate) fn take(&self, id: u64) -> Option<(ProfileId, CookieUndo)> {
        self.lock().kept.remove(&id)
    }
}
