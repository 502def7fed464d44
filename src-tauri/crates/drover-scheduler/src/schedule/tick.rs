//! What the clocks of the computer tell: sleep, steps and corrections.

use std::time::Duration;

use drover_model::schedule::{ClockChange, ClockKind};
use jiff::{SignedDuration, Timestamp};

use super::plan::Wake;

/// What the clocks say at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    /// The wall clock.
    pub wall: Timestamp,
    /// Time since some start, without the time that the computer slept.
    pub awake: Duration,
    /// The same with that time; `None` where the system does not tell it.
    pub boot: Option<Duration>,
}

/// Something that happened between two ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockEvent {
    /// The computer slept, or nobody can say that it did not.
    Slept { from: Timestamp, to: Timestamp },
    /// The wall clock was put forward by up to three hours.
    Forward { from: Timestamp, by: SignedDuration },
    /// The wall clock was put back by up to three hours; `by` is positive.
    Back { from: Timestamp, by: SignedDuration },
    /// The wall clock was wrong and was put forward by more.
    CorrectedForward { from: Timestamp, by: SignedDuration },
    /// The wall clock was wrong and was put back by more; `by` is positive.
    CorrectedBack { from: Timestamp, by: SignedDuration },
}

impl ClockEvent {
    /// The kind, as events are stored.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Slept { .. } => "clock_gap",
            Self::Forward { .. } => "clock_forward",
            Self::Back { .. } => "clock_back",
            Self::CorrectedForward { .. } => "clock_corrected_forward",
            Self::CorrectedBack { .. } => "clock_corrected_back",
        }
    }

    /// The same as an event tells it.
    #[must_use]
    pub fn told(&self) -> ClockChange {
        let ms = |by: SignedDuration| i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let (what, from, by_ms) = match *self {
            Self::Slept { from, to } => (ClockKind::Slept, from, ms(to.duration_since(from))),
            Self::Forward { from, by } => (ClockKind::Forward, from, ms(by)),
            Self::Back { from, by } => (ClockKind::Back, from, -ms(by)),
            Self::CorrectedForward { from, by } => (ClockKind::CorrectedForward, from, ms(by)),
            Self::CorrectedBack { from, by } => (ClockKind::CorrectedBack, from, -ms(by)),
        };
        ClockChange { what, from, by_ms }
    }

    /// How the planner has to look at the time that has passed.
    #[must_use]
    pub const fn wake(&self) -> Wake {
        match self {
            Self::Slept { .. } => Wake::Slept,
            // Put forward, the missed-run policy judges; put back, the cursor does.
            Self::Forward { .. } => Wake::Tick,
            Self::Back { .. } => Wake::PutBack,
            Self::CorrectedForward { .. } => Wake::Corrected,
            Self::CorrectedBack { .. } => Wake::CorrectedBack,
        }
    }
}

/// Differences up to this are the clocks' own unevenness.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(2);
/// A larger step is the correction of a wrong clock; the figure follows Vixie cron.
pub(super) const STEP: SignedDuration = SignedDuration::from_hours(3);

/// Compares each tick with the one before.
#[derive(Debug, Clone, Copy)]
pub struct ClockWatch {
    last: Tick,
}

impl ClockWatch {
    /// Starts at a tick.
    #[must_use]
    pub const fn new(first: Tick) -> Self {
        Self { last: first }
    }

    /// What has happened since the last tick. A sleep and a step within one are two events.
    pub fn observe(&mut self, tick: Tick) -> Vec<ClockEvent> {
        let last = std::mem::replace(&mut self.last, tick);
        let from = last.wall;
        let awake = between(last.awake, tick.awake);
        let wall = tick.wall.duration_since(last.wall);
        let mut events = Vec::new();
        let step = match (last.boot, tick.boot) {
            (Some(before), Some(now)) => {
                let passed = between(before, now);
                if passed - awake > TOLERANCE {
                    let to = from.saturating_add(passed).unwrap_or(tick.wall);
                    events.push(ClockEvent::Slept { from, to });
                }
                wall - passed
            }
            // Sleep and a step cannot be told apart here, and a sleep is by far more likely.
            _ if wall - awake > TOLERANCE => {
                let to = tick.wall;
                events.push(ClockEvent::Slept { from, to });
                SignedDuration::ZERO
            }
            _ => wall - awake,
        };
        let by = step.abs();
        if by > TOLERANCE {
            events.push(match (step.is_positive(), by > STEP) {
                (true, false) => ClockEvent::Forward { from, by },
                (true, true) => ClockEvent::CorrectedForward { from, by },
                (false, false) => ClockEvent::Back { from, by },
                (false, true) => ClockEvent::CorrectedBack { from, by },
            });
        }
        events
    }
}

fn between(earlier: Duration, later: Duration) -> SignedDuration {
    // A steady clock that runs backwards would be a fault of the system; it counts as still.
    SignedDuration::try_from(later.saturating_sub(earlier)).unwrap_or(SignedDuration::MAX)
}

/// The longest sleep of a timer: the wall clock is looked at again at least this often.
pub const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// The shortest, so that a time that has come is not waited for in a loop.
const SHORTEST_SLEEP: Duration = Duration::from_millis(1);

/// How long to sleep for a time that is due, without ever trusting a long timer.
#[must_use]
pub fn sleep_until(due: Option<Timestamp>, now: Timestamp) -> Duration {
    due.map_or(LONGEST_SLEEP, |due| {
        Duration::try_from(due.duration_since(now))
            .unwrap_or(SHORTEST_SLEEP)
            .clamp(SHORTEST_SLEEP, LONGEST_SLEEP)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_435_200;

    fn tick(wall: i64, awake: u64, boot: Option<u64>) -> Tick {
        Tick {
            wall: Timestamp::from_second(NOON + wall).unwrap(),
            awake: Duration::from_secs(awake),
            boot: boot.map(Duration::from_secs),
        }
    }

    #[track_caller]
    fn check(wall: i64, awake: u64, boot: Option<u64>, expected: &[&str]) {
        let mut watch = ClockWatch::new(tick(0, 0, boot.map(|_| 0)));
        let events = watch.observe(tick(wall, awake, boot));
        let codes: Vec<&str> = events.iter().map(ClockEvent::code).collect();
        assert_eq!(codes, expected, "wall {wall}, awake {awake}, boot {boot:?}");
    }

    #[test]
    fn sleep_steps_and_corrections_are_told_apart() {
        const HOUR: i64 = 3600;
        check(30, 30, Some(30), &[]);
        check(31, 30, Some(30), &[]);
        check(8 * HOUR, 30, Some(8 * 3600), &["clock_gap"]);
        check(30 + 2 * HOUR, 30, Some(30), &["clock_forward"]);
        check(30 + 4 * HOUR, 30, Some(30), &["clock_corrected_forward"]);
        check(30 - 2 * HOUR, 30, Some(30), &["clock_back"]);
        check(30 - 48 * HOUR, 30, Some(30), &["clock_corrected_back"]);
        check(
            9 * HOUR,
            30,
            Some(8 * 3600),
            &["clock_gap", "clock_forward"],
        );
        // Without a clock that counts sleep, a jump ahead is a sleep.
        check(8 * HOUR, 30, None, &["clock_gap"]);
        check(30 - 2 * HOUR, 30, None, &["clock_back"]);
    }

    #[test]
    fn a_timer_is_short_and_never_zero() {
        let now = Timestamp::from_second(NOON).unwrap();
        let at = |seconds: i64| Some(Timestamp::from_second(NOON + seconds).unwrap());
        assert_eq!(sleep_until(None, now), LONGEST_SLEEP);
        assert_eq!(sleep_until(at(3600), now), LONGEST_SLEEP);
        assert_eq!(sleep_until(at(5), now), Duration::from_secs(5));
        assert_eq!(sleep_until(at(-5), now), SHORTEST_SLEEP);
    }
}
