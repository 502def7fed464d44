//! The two steady clocks of Linux: without and with the time that the computer slept.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Time awake, and time since the system started.
pub(crate) fn steady() -> (Duration, Option<Duration>) {
    (read(ClockId::Monotonic), Some(read(ClockId::Boottime)))
}

fn read(clock: ClockId) -> Duration {
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}
