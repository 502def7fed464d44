//! Which of many schedules is due next.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use jiff::Timestamp;

/// The next times of schedules, by a key of the caller's choice.
///
/// A look costs nothing while nothing is due, however many schedules there are.
#[derive(Debug, Clone, Default)]
pub struct Agenda<K: Ord + Copy> {
    next: BTreeMap<K, Timestamp>,
    /// May hold times that were replaced; `next` decides.
    heap: BinaryHeap<Reverse<(Timestamp, K)>>,
}

impl<K: Ord + Copy> Agenda<K> {
    /// Without a schedule.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            next: BTreeMap::new(),
            heap: BinaryHeap::new(),
        }
    }

    /// Sets when a schedule is to be looked at, or that it is not.
    pub fn set(&mut self, key: K, next: Option<Timestamp>) {
        match next {
            Some(at) => {
                if self.next.insert(key, at) != Some(at) {
                    self.heap.push(Reverse((at, key)));
                }
            }
            None => {
                self.next.remove(&key);
            }
        }
        // Replaced times must not pile up where schedules are edited for ever.
        if self.heap.len() > 64 + 2 * self.next.len() {
            self.heap = self
                .next
                .iter()
                .map(|(key, at)| Reverse((*at, *key)))
                .collect();
        }
    }

    /// The earliest time at which a schedule is to be looked at.
    pub fn earliest(&mut self) -> Option<Timestamp> {
        while let Some(Reverse((at, key))) = self.heap.peek() {
            if self.next.get(key) == Some(at) {
                return Some(*at);
            }
            self.heap.pop();
        }
        None
    }

    /// Takes out every schedule that is due, the earliest first.
    pub fn due(&mut self, now: Timestamp) -> Vec<K> {
        let mut due = Vec::new();
        while self.earliest().is_some_and(|at| at <= now) {
            if let Some(Reverse((_, key))) = self.heap.pop() {
                self.next.remove(&key);
                due.push(key);
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_due_ones_come_out_once_and_in_order() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut agenda = Agenda::new();
        agenda.set("b", Some(at(20)));
        agenda.set("a", Some(at(10)));
        agenda.set("c", Some(at(5)));
        agenda.set("c", Some(at(30)));
        agenda.set("d", Some(at(1)));
        agenda.set("d", None);
        assert_eq!(agenda.earliest(), Some(at(10)));
        assert_eq!(agenda.due(at(20)), ["a", "b"]);
        assert_eq!(agenda.due(at(20)), [""; 0]);
        assert_eq!(agenda.earliest(), Some(at(30)));
    }

    #[test]
    fn replaced_times_do_not_pile_up() {
        let mut agenda = Agenda::new();
        for second in 0..10_000 {
            agenda.set(0, Some(Timestamp::from_second(second).unwrap()));
        }
        assert!(
            agenda.heap.len() <= 66,
            "{} entries for one schedule",
            agenda.heap.len()
        );
    }
}
