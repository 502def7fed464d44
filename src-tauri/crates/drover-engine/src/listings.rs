//! Listings of tests that go on, so that they can be stopped.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use drover_model::Caller;
use tokio::sync::oneshot;

type Key = (Caller, String);
type Open = HashMap<Key, (u64, oneshot::Sender<()>)>;

/// What goes on, by caller and ticket.
#[derive(Default)]
pub(crate) struct Listings(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    last: u64,
    open: Open,
}

/// One listing, for as long as this lives.
pub(crate) struct Listing {
    /// Completes when somebody ends it.
    pub(crate) ended: oneshot::Receiver<()>,
    pub(crate) guard: Guard,
}

/// Forgets a listing when it is over.
pub(crate) struct Guard {
    listings: Arc<Mutex<Inner>>,
    key: Key,
    number: u64,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut inner = lock(&self.listings);
        let open = &mut inner.open;
        // A later one may have taken the ticket.
        if open
            .get(&self.key)
            .is_some_and(|(number, _)| *number == self.number)
        {
            open.remove(&self.key);
        }
    }
}

impl Listings {
    /// Notes a listing; the one before under the same ticket ends.
    pub(crate) fn begin(&self, by: Caller, ticket: String) -> Listing {
        let (end, ended) = oneshot::channel();
        let key = (by, ticket);
        let mut inner = lock(&self.0);
        inner.last += 1;
        let number = inner.last;
        inner.open.insert(key.clone(), (number, end)); // dropping the other's end ends it
        let listings = Arc::clone(&self.0);
        let guard = Guard {
            listings,
            key,
            number,
        };
        Listing { ended, guard }
    }

    /// Ends one.
    pub(crate) fn end(&self, by: Caller, ticket: &str) {
        lock(&self.0).open.remove(&(by, ticket.to_owned()));
    }

    /// Ends all of one caller.
    pub(crate) fn end_all(&self, by: Caller) {
        lock(&self.0).open.retain(|(of, _), _| *of != by);
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().expect("BUG: nothing panics while it is held")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_later_one_ends_the_one_before_and_survives_its_end() {
        let listings = Listings::default();
        let first = listings.begin(Caller::Window, "a".to_owned());
        let second = listings.begin(Caller::Window, "a".to_owned());
        let mut other = listings.begin(Caller::Cli, "a".to_owned());
        first.ended.await.unwrap_err();
        drop(first.guard);
        let Listing {
            mut ended,
            guard: _guard,
        } = second;
        assert!(ended.try_recv() == Err(oneshot::error::TryRecvError::Empty));
        listings.end_all(Caller::Window);
        ended.await.unwrap_err();
        assert!(other.ended.try_recv() == Err(oneshot::error::TryRecvError::Empty));
        listings.end(Caller::Cli, "a");
        other.ended.await.unwrap_err();
    }
}
