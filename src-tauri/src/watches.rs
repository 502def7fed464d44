//! The streams that the window has open, by the number that it gave to their channel.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

/// Streams of one kind. `T` is what ends one.
pub(crate) struct Watches<T>(Mutex<HashMap<u32, Watch<T>>>);

enum Watch<T> {
    /// Asked for; the engine has not answered.
    Opening,
    Open(T),
    /// Ended before it was opened, as calls may overtake each other.
    Ended,
}

impl<T> Default for Watches<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Watches<T> {
    fn lock(&self) -> MutexGuard<'_, HashMap<u32, Watch<T>>> {
        self.0.lock().expect("BUG: nothing panics while it is held")
    }

    /// Notes a stream that is to be opened; `false` when it was ended already.
    pub(crate) fn begin(&self, channel: u32) -> bool {
        let mut watches = self.lock();
        let ended = matches!(watches.remove(&channel), Some(Watch::Ended));
        if !ended {
            watches.insert(channel, Watch::Opening);
        }
        !ended
    }

    /// Notes what ends the stream; it is given back when that is due at once.
    pub(crate) fn opened(&self, channel: u32, open: T) -> Result<(), T> {
        match self.lock().get_mut(&channel) {
            Some(watch) => {
                *watch = Watch::Open(open);
                Ok(())
            }
            None => Err(open),
        }
    }

    /// Forgets a stream that could not be opened.
    pub(crate) fn forget(&self, channel: u32) {
        self.lock().remove(&channel);
    }

    /// Looks at a stream that is open.
    pub(crate) fn with(&self, channel: u32, look: impl FnOnce(&T)) {
        if let Some(Watch::Open(open)) = self.lock().get(&channel) {
            look(open);
        }
    }

    /// Forgets a stream and gives back what ends it.
    pub(crate) fn end(&self, channel: u32) -> Option<T> {
        let mut watches = self.lock();
        match watches.remove(&channel) {
            Some(Watch::Open(open)) => return Some(open),
            Some(Watch::Opening) => {}
            Some(Watch::Ended) | None => drop(watches.insert(channel, Watch::Ended)),
        }
        None
    }

    /// Forgets every stream and gives back what ends those that are open.
    pub(crate) fn end_all(&self) -> Vec<T> {
        let mut watches = self.lock();
        let open = watches.drain().filter_map(|(_, watch)| match watch {
            Watch::Open(open) => Some(open),
            Watch::Opening | Watch::Ended => None,
        });
        open.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_may_overtake_its_beginning() {
        let watches = Watches::default();
        assert_eq!(watches.end(7), None);
        assert!(!watches.begin(7), "it was ended before");
        assert!(watches.begin(7), "the end counts once");
        assert_eq!(watches.end(7), None, "ended while it was being opened");
        assert_eq!(
            watches.opened(7, "seven"),
            Err("seven"),
            "so it must be closed again"
        );
        assert!(watches.begin(8) && watches.opened(8, "eight").is_ok());
        assert_eq!(watches.end(8), Some("eight"));
        assert!(watches.begin(9) && watches.opened(9, "nine").is_ok());
        assert!(watches.begin(10));
        assert_eq!(watches.end_all(), ["nine"]);
    }
}
