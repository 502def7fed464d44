//! The lines that an open log keeps in memory; the oldest go first.

use std::collections::VecDeque;

use super::Line;

/// Lines held for one open run. Older ones are in the file; more would cost the webview its memory budget.
pub const CAPACITY: usize = 200_000;

#[derive(Debug)]
pub struct Ring {
    lines: VecDeque<Line>,
    capacity: usize,
    dropped: u64,
}

impl Default for Ring {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl Ring {
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            lines: VecDeque::new(),
            capacity,
            dropped: 0,
        }
    }

    /// Adds lines at the end; one that is already there (the replay after a reconnect) is left out.
    /// Returns how many were new.
    pub fn append(&mut self, lines: impl IntoIterator<Item = Line>) -> usize {
        let before = self.total();
        for line in lines {
            if self.lines.back().is_some_and(|last| line.seq <= last.seq) {
                continue;
            }
            if self.lines.len() == self.capacity {
                self.lines.pop_front();
                self.dropped += 1;
            }
            self.lines.push_back(line);
        }
        usize::try_from(self.total() - before).unwrap_or(usize::MAX)
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Lines ever added, those that were dropped included.
    pub fn total(&self) -> u64 {
        self.dropped + self.lines.len() as u64
    }

    /// How many of the oldest lines are no longer held.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    pub fn get(&self, index: usize) -> Option<&Line> {
        self.lines.get(index)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }
}

/// All lines held, without colours, for the clipboard.
pub fn as_text(ring: &Ring) -> String {
    ring.iter()
        .map(|line| super::plain(&line.text) + "\n")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Source;

    fn line(seq: u64) -> Line {
        Line {
            seq,
            t_ms: None,
            source: Source::Stdout,
            text: format!("line {seq}"),
        }
    }

    #[test]
    fn the_oldest_lines_go_first_and_are_counted() {
        let mut ring = Ring::with_capacity(3);
        assert_eq!(ring.append((1..=5).map(line)), 5, "five lines are new");
        let held: Vec<u64> = ring.iter().map(|line| line.seq).collect();
        assert_eq!(held, [3, 4, 5], "the ring keeps the newest three");
        assert_eq!(ring.dropped(), 2, "two went");
        assert_eq!(ring.total(), 5, "the total counts them");
    }

    #[test]
    fn a_replay_does_not_double_lines() {
        let mut ring = Ring::default();
        ring.append((1..=4).map(line));
        assert_eq!(
            ring.append((3..=6).map(line)),
            2,
            "lines 3 and 4 were there"
        );
        assert_eq!(ring.len(), 6, "six lines in all");
    }
}
