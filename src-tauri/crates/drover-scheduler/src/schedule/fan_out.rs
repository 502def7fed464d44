//! When the many runs of one fan-out may start.

use std::time::Duration;

use jiff::Timestamp;

/// The starts of `count` runs, evenly over a period from `start` on, in whole milliseconds.
/// The first starts at once, and the last one before the period ends.
pub fn spread_starts(
    start: Timestamp,
    period: Duration,
    count: u32,
) -> impl Iterator<Item = Timestamp> {
    let ms = u64::try_from(period.as_millis()).unwrap_or(u64::MAX);
    (0..count).map(move |index| {
        let share = u128::from(ms) * u128::from(index) / u128::from(count.max(1));
        let wait = Duration::from_millis(u64::try_from(share).unwrap_or(u64::MAX));
        start.saturating_add(wait).unwrap_or(start)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_even_and_within_the_period() {
        let start = Timestamp::UNIX_EPOCH;
        let starts: Vec<i64> = spread_starts(start, Duration::from_secs(10), 4)
            .map(Timestamp::as_millisecond)
            .collect();
        assert_eq!(starts, [0, 2_500, 5_000, 7_500]);
        assert_eq!(spread_starts(start, Duration::from_secs(10), 0).count(), 0);
    }
}
