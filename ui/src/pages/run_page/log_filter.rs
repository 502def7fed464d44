//! The log of a run twice: all of it, and what the filter lets through.

use std::cell::RefCell;
use std::rc::Rc;

use crate::log::{Line, LogFeed, Source};

/// Which lines are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum LogFilter {
    #[default]
    All,
    Only(Source),
}

impl LogFilter {
    pub(super) const CHOICES: [(Self, &'static str, &'static str); 5] = [
        (Self::All, "all", "All"),
        (Self::Only(Source::Stdout), "stdout", "Output"),
        (Self::Only(Source::Stderr), "stderr", "Errors"),
        (Self::Only(Source::Step), "steps", "Steps"),
        (Self::Only(Source::Drover), "drover", "Drover"),
    ];

    pub(super) fn of(key: &str) -> Self {
        Self::CHOICES
            .iter()
            .find(|(_, known, _)| *known == key)
            .map_or(Self::All, |(filter, ..)| *filter)
    }

    fn lets(self, line: &Line) -> bool {
        match self {
            Self::All => true,
            // Missing lines may be of any source, so they are always told.
            Self::Only(source) => line.source == source || line.source == Source::Gap,
        }
    }
}

/// Clones are the same log.
#[derive(Clone, Default)]
pub(super) struct RunFeed {
    all: LogFeed,
    narrow: Rc<RefCell<Option<(LogFilter, LogFeed)>>>,
}

impl PartialEq for RunFeed {
    fn eq(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

impl RunFeed {
    pub(super) fn append(&self, lines: Vec<Line>) {
        if let Some((filter, narrow)) = &*self.narrow.borrow() {
            narrow.append(lines.iter().filter(|line| filter.lets(line)).cloned());
        }
        self.all.append(lines);
    }

    /// The number of the line to ask for next.
    pub(super) fn next_seq(&self) -> u64 {
        self.all.last_seq().map_or(1, |last| last + 1)
    }

    /// The feed of what the filter lets through, from now on kept up to date.
    pub(super) fn narrowed(&self, filter: LogFilter) -> LogFeed {
        if filter == LogFilter::All {
            *self.narrow.borrow_mut() = None;
            return self.all.clone();
        }
        let narrow = LogFeed::default();
        self.all
            .read(|ring| narrow.append(ring.iter().filter(|line| filter.lets(line)).cloned()));
        *self.narrow.borrow_mut() = Some((filter, narrow.clone()));
        narrow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(seq: u64, source: Source) -> Line {
        Line {
            seq,
            t_ms: None,
            source,
            text: format!("line {seq}"),
        }
    }

    fn seqs(feed: &LogFeed) -> Vec<u64> {
        feed.read(|ring| ring.iter().map(|line| line.seq).collect())
    }

    #[test]
    fn a_filter_holds_for_old_and_new_lines() {
        let feed = RunFeed::default();
        feed.append(vec![line(1, Source::Stdout), line(2, Source::Stderr)]);
        let errors = feed.narrowed(LogFilter::of("stderr"));
        feed.append(vec![
            line(3, Source::Stderr),
            line(4, Source::Step),
            Line::gap(5, 9),
            line(10, Source::Stderr),
        ]);
        assert_eq!(seqs(&errors), [2, 3, 9, 10], "the gap stays visible");
        assert_eq!(seqs(&feed.narrowed(LogFilter::All)), [1, 2, 3, 4, 9, 10]);
        assert_eq!(feed.next_seq(), 11);
    }

    #[test]
    fn an_unknown_word_shows_everything() {
        assert_eq!(LogFilter::of("nonsense"), LogFilter::All);
    }
}
