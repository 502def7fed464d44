//! Which page is looked at: bookkeeping without any waiting.

use std::time::Duration;

use tokio::time::Instant;

/// A page in front that stands still gives way to one that is drawn after so long. Two windows that are both drawn all
/// the time do not take turns.
const STILL: Duration = Duration::from_secs(2);
/// Pages that are followed at once. More tabs than that are a list, not a picture.
const MOST_PAGES: usize = 8;

/// The pages of a browser, as far as they are followed.
#[derive(Default)]
pub(super) struct Pages {
    last_rank: u64,
    all: Vec<Page>,
    /// When the chosen page was drawn last.
    drawn: Option<Instant>,
}

struct Page {
    target: String,
    /// Whether it says that it is in front. Until it is told, it counts as behind the others.
    front: Option<bool>,
    /// The highest opened, or came forward, last.
    rank: u64,
}

impl Page {
    fn place(&self) -> (bool, u64) {
        (self.front == Some(true), self.rank)
    }
}

impl Pages {
    /// A page opened. The page that has to go for it, when there are too many.
    pub(super) fn opened(&mut self, target: &str) -> Option<String> {
        if self.all.iter().any(|page| page.target == target) {
            return None;
        }
        self.last_rank += 1;
        self.all.push(Page {
            target: target.to_owned(),
            front: None,
            rank: self.last_rank,
        });
        if self.all.len() <= MOST_PAGES {
            return None;
        }
        let oldest = self.all.iter().min_by_key(|page| page.place())?;
        let oldest = oldest.target.clone();
        self.closed(&oldest);
        Some(oldest)
    }

    /// A page is gone.
    pub(super) fn closed(&mut self, target: &str) {
        self.all.retain(|page| page.target != target);
    }

    /// A page came to the front or went behind another.
    pub(super) fn shown(&mut self, target: &str, visible: bool) {
        self.last_rank += 1;
        let rank = self.last_rank;
        if let Some(page) = self.page(target) {
            let before = page.front.replace(visible);
            // How it stood when it was first looked at says nothing about who came last.
            if visible && before == Some(false) {
                page.rank = rank;
            }
        }
    }

    /// A page was drawn by itself. Of several that believe to be in front it is the one.
    pub(super) fn drawn(&mut self, target: &str, now: Instant) {
        if self.chosen() == Some(target) {
            self.drawn = Some(now);
            return;
        }
        let still = self.drawn.is_none_or(|drawn| now >= drawn + STILL);
        self.last_rank += 1;
        let rank = self.last_rank;
        if let Some(page) = self
            .page(target)
            .filter(|page| still && page.front == Some(true))
        {
            page.rank = rank;
            self.drawn = Some(now);
        }
    }

    /// The page that is looked at: the one that came to the front last, else the one that opened last.
    pub(super) fn chosen(&self) -> Option<&str> {
        let best = self.all.iter().max_by_key(|page| page.place());
        best.map(|page| page.target.as_str())
    }

    fn page(&mut self, target: &str) -> Option<&mut Page> {
        self.all.iter_mut().find(|page| page.target == target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Pages {
        let mut pages = Pages::default();
        for target in ["a", "b", "c"] {
            assert_eq!(pages.opened(target), None);
        }
        pages
    }

    #[test]
    fn the_page_in_front_is_looked_at_and_without_one_the_newest() {
        let mut pages = three();
        assert_eq!(pages.chosen(), Some("c"), "the newest");
        pages.shown("a", true);
        assert_eq!(pages.chosen(), Some("a"), "the one in front");
        pages.shown("b", false);
        pages.shown("b", true);
        pages.shown("a", false);
        assert_eq!(pages.chosen(), Some("b"), "it came to the front");
        pages.closed("b");
        assert_eq!(pages.chosen(), Some("c"), "none is in front any more");
        pages.closed("c");
        pages.closed("a");
        assert_eq!(pages.chosen(), None);
    }

    #[test]
    fn of_those_that_all_believe_to_be_in_front_the_newest_counts() {
        let mut pages = three();
        for target in ["c", "a", "b"] {
            pages.shown(target, true);
        }
        assert_eq!(pages.chosen(), Some("c"));
    }

    #[test]
    fn of_two_in_front_the_one_that_is_drawn_counts_once_the_other_stands_still() {
        let mut pages = three();
        let start = Instant::now();
        pages.shown("a", true);
        pages.shown("b", true);
        pages.shown("c", false);
        pages.drawn("b", start);
        pages.drawn("a", start + STILL / 2);
        assert_eq!(pages.chosen(), Some("b"), "it was drawn a moment ago");
        pages.drawn("a", start + STILL);
        assert_eq!(pages.chosen(), Some("a"));
        pages.drawn("c", start + STILL * 5);
        assert_eq!(pages.chosen(), Some("a"), "`c` is behind the others");
        pages.shown("a", true);
        assert_eq!(pages.chosen(), Some("a"), "told twice changes nothing");
    }

    #[test]
    fn too_many_pages_cost_the_oldest_behind_the_others() {
        let mut pages = three();
        pages.shown("a", true);
        let gone: Vec<_> = (0..MOST_PAGES)
            .filter_map(|number| pages.opened(&format!("more {number}")))
            .collect();
        assert_eq!(gone, ["b", "c", "more 0"], "`a` is in front");
        assert_eq!(pages.opened("a"), None, "it is known");
    }
}
