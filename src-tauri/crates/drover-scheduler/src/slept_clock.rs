//! The clock of a computer that has slept, for tests of the whole program: no test can put the computer to sleep.

use std::{fs, path::PathBuf, time::Duration};

use jiff::Timestamp;

use crate::{Clock, SystemClock, schedule::Tick};

/// The clock of the operating system, as if the computer had slept for as many seconds as a file says.
#[derive(Debug, Clone)]
pub struct SleptClock {
    file: PathBuf,
}

impl SleptClock {
    /// A file that is not there, or says no number, is no sleep.
    #[must_use]
    pub const fn new(file: PathBuf) -> Self {
        Self { file }
    }

    fn slept(&self) -> Duration {
        let seconds = fs::read_to_string(&self.file).ok();
        let seconds = seconds.and_then(|text| text.trim().parse().ok());
        Duration::from_secs(seconds.unwrap_or(0))
    }

    fn after(wall: Timestamp, slept: Duration) -> Timestamp {
        wall.saturating_add(slept).unwrap_or(wall)
    }
}

impl Clock for SleptClock {
    fn now(&self) -> Timestamp {
        Self::after(SystemClock.now(), self.slept())
    }

    fn tick(&self) -> Tick {
        let slept = self.slept();
        let tick = SystemClock.tick();
        Tick {
            wall: Self::after(tick.wall, slept),
            boot: tick.boot.map(|boot| boot + slept),
            ..tick
        }
    }
}
