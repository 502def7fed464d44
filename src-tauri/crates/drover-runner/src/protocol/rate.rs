//! A cap on how much a task may tell in a second.

use std::time::{Duration, Instant};

/// Lines in one second before those that may be dropped are.
pub(super) const LINES: u32 = 200;

/// Counts lines in windows of a second.
#[derive(Debug)]
pub(super) struct Rate {
    window: Instant,
    lines: u32,
}

impl Rate {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            window: now,
            lines: 0,
        }
    }

    /// Counts one line; whether it is within the rate.
    pub(super) fn admits(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.window) >= Duration::from_secs(1) {
            self.window = now;
            self.lines = 0;
        }
        self.lines = self.lines.saturating_add(1);
        self.lines <= LINES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_second_admits_again() {
        let begin = Instant::now();
        let mut rate = Rate::new(begin);
        let admitted = (0..LINES + 50).filter(|_| rate.admits(begin)).count();
        assert_eq!(admitted, LINES as usize);
        assert!(rate.admits(begin + Duration::from_secs(1)));
    }
}
