//! A clock for tests: it stands still until it is set.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

use crate::Clock;

/// A clock that shows what it was told.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Timestamp>,
}

impl ManualClock {
    /// It shows that time.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self {
            now: Mutex::new(now),
        }
    }

    /// Moves it, also back.
    pub fn pass(&self, seconds: i64) {
        let mut now = self
            .now
            .lock()
            .expect("BUG: nothing panics while it is held");
        *now += SignedDuration::from_secs(seconds);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self
            .now
            .lock()
            .expect("BUG: nothing panics while it is held")
    }
}
