//! Time, as an argument.

use std::time::Duration;

use jiff::Timestamp;

use crate::{platform, schedule::Tick};

/// Where the loops read the time. Everything below them is told it.
pub trait Clock: Send + Sync + 'static {
    /// The wall clock, in UTC.
    fn now(&self) -> Timestamp;

    /// All clocks at one moment. One that knows the wall clock alone sees no sleep and no step.
    fn tick(&self) -> Tick {
        let wall = self.now();
        let awake = u64::try_from(wall.as_millisecond()).unwrap_or_default();
        Tick {
            wall,
            awake: Duration::from_millis(awake),
            boot: None,
        }
    }
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn tick(&self) -> Tick {
        let (awake, boot) = platform::steady();
        Tick {
            wall: self.now(),
            awake,
            boot,
        }
    }
}
