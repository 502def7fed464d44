//! Find in a log: which lines match, and which of them is the current one.

use super::{Ring, plain};

/// A search that reads each line once, however often the ring grows.
#[derive(Debug, Default)]
pub struct Find {
    needle: String,
    /// Sequence numbers of the lines that match, in order.
    hits: Vec<u64>,
    /// The newest line that was looked at.
    read_to: u64,
    current: Option<usize>,
}

impl Find {
    /// Starts over when the words have changed.
    pub fn set(&mut self, needle: &str) {
        let needle = needle.to_lowercase();
        if needle != self.needle {
            *self = Self {
                needle,
                ..Self::default()
            };
        }
    }

    pub fn active(&self) -> bool {
        !self.needle.is_empty()
    }

    /// Looks at the lines that came since the last call.
    pub fn read(&mut self, ring: &Ring) {
        if !self.active() {
            return;
        }
        let fresh = ring
            .iter()
            .filter(|line| line.seq > self.read_to || (self.read_to == 0 && line.seq == 0));
        let mut newest = self.read_to;
        for line in fresh {
            newest = newest.max(line.seq);
            if plain(&line.text).to_lowercase().contains(&self.needle) {
                self.hits.push(line.seq);
            }
        }
        self.read_to = newest;
    }

    /// Moves to the next match, or back, and around the ends. Returns its sequence number.
    pub fn step(&mut self, back: bool) -> Option<u64> {
        let count = self.hits.len();
        if count == 0 {
            return None;
        }
        let next = match (self.current, back) {
            (None, false) => 0,
            (None, true) => count - 1,
            (Some(now), false) => (now + 1) % count,
            (Some(now), true) => (now + count - 1) % count,
        };
        self.current = Some(next);
        self.hits.get(next).copied()
    }

    pub fn matches(&self, seq: u64) -> bool {
        self.hits.binary_search(&seq).is_ok()
    }

    pub fn current(&self) -> Option<u64> {
        self.current.and_then(|at| self.hits.get(at).copied())
    }

    /// "2 of 14", counted from one; nothing while nothing is searched.
    pub fn summary(&self) -> Option<(usize, usize)> {
        self.active()
            .then_some((self.current.map_or(0, |at| at + 1), self.hits.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Line, Source};

    fn ring(texts: &[&str]) -> Ring {
        let mut ring = Ring::default();
        let lines = texts.iter().enumerate().map(|(index, text)| Line {
            seq: index as u64 + 1,
            t_ms: None,
            source: Source::Stdout,
            text: (*text).to_owned(),
        });
        ring.append(lines);
        ring
    }

    #[test]
    fn it_steps_through_the_matches_and_around() {
        let ring = ring(&[
            "Open shop",
            "open cart",
            "pay",
            "\u{1b}[31mOPEN\u{1b}[0m again",
        ]);
        let mut find = Find::default();
        find.set("open");
        find.read(&ring);
        assert_eq!(
            find.summary(),
            Some((0, 3)),
            "three lines match, none is current yet"
        );
        let seen: Vec<_> = (0..4).map(|_| find.step(false)).collect();
        assert_eq!(
            seen,
            [Some(1), Some(2), Some(4), Some(1)],
            "it goes around at the end"
        );
        assert_eq!(find.step(true), Some(4), "and back around at the start");
    }

    #[test]
    fn new_lines_are_read_once() {
        let mut ring = ring(&["one"]);
        let mut find = Find::default();
        find.set("one");
        find.read(&ring);
        find.read(&ring);
        ring.append([Line {
            seq: 2,
            t_ms: None,
            source: Source::Stdout,
            text: "one more".into(),
        }]);
        find.read(&ring);
        assert_eq!(find.summary(), Some((0, 2)), "each line counts once");
    }
}
