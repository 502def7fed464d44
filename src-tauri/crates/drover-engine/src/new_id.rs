//! New ids. They grow, also within a millisecond, so that a list by id is a list by time.

use std::sync::Mutex;

use jiff::Timestamp;

/// Makes ids: 48 bits of time, 80 of randomness, counted up within one millisecond (ULID).
#[derive(Default)]
pub(crate) struct NewId {
    last: Mutex<u128>,
}

impl NewId {
    /// The bits of a new id.
    pub(crate) fn bits(&self, now: Timestamp) -> u128 {
        let ms = u128::try_from(now.as_millisecond()).unwrap_or_default();
        let mut random = [0; 16];
        getrandom::fill(&mut random).expect("BUG: the system has a random source");
        let fresh = (ms << 80) | (u128::from_ne_bytes(random) >> 48);
        let mut last = self
            .last
            .lock()
            .expect("BUG: nothing panics while it is held");
        // A clock that went back must not make ids that sort before earlier ones.
        *last = if fresh > *last { fresh } else { *last + 1 };
        *last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_even_when_the_clock_does_not() {
        let new_id = NewId::default();
        let (later, now) = (
            Timestamp::from_millisecond(2_000).unwrap(),
            Timestamp::from_millisecond(1_000).unwrap(),
        );
        let ids: Vec<_> = [now, now, later, now, now]
            .into_iter()
            .map(|at| new_id.bits(at))
            .collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    }
}
