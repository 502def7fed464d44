//! Puts numbered messages into their order again.

use std::collections::BTreeMap;

/// Messages of a Tauri channel may overtake each other; each carries its place, counted from zero.
#[derive(Debug)]
pub struct InOrder<T> {
    next: u64,
    early: BTreeMap<u64, T>,
}

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self {
            next: 0,
            early: BTreeMap::new(),
        }
    }
}

impl<T> InOrder<T> {
    /// Takes a message and gives back all whose turn it is.
    pub fn take(&mut self, place: u64, message: T) -> Vec<T> {
        if place >= self.next {
            self.early.insert(place, message);
        }
        let mut due = Vec::new();
        while let Some(message) = self.early.remove(&self.next) {
            due.push(message);
            self.next += 1;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overtaking_messages_wait_for_their_turn() {
        let mut order = InOrder::default();
        assert_eq!(order.take(1, "b"), Vec::<&str>::new(), "b waits for a");
        assert_eq!(order.take(2, "c"), Vec::<&str>::new(), "so does c");
        assert_eq!(order.take(0, "a"), ["a", "b", "c"], "a lets them through");
        assert_eq!(order.take(3, "d"), ["d"], "and then all is in order");
        assert_eq!(
            order.take(2, "c"),
            Vec::<&str>::new(),
            "a message counts once"
        );
    }
}
