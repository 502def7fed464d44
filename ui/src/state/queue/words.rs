//! Short words for cells and lines: priorities, rates, limits, and how the queue stands.

use drover_model::request::QueueView;
use drover_model::{Limit, LimitKind, Priority, Rate, RunState};

use crate::format;

/// "2 of 4 workers busy · 1 needs you · 3 waiting".
pub fn standing(queue: &QueueView) -> String {
    let parked = queue
        .live
        .iter()
        .filter(|row| row.state == RunState::Parked)
        .count();
    let needs = if parked == 1 { "needs" } else { "need" };
    let parts = [
        Some(format!(
            "{} of {} busy",
            queue.live.len(),
            format::plural(u64::from(queue.workers), "worker")
        )),
        (parked > 0).then(|| format!("{parked} {needs} you")),
        Some(format!(
            "{} waiting",
            format::count(u64::from(queue.waiting_total))
        )),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// "9 first", "5 normal", "0 last"; those between are only numbers.
pub fn priority_words(priority: Priority) -> String {
    match priority.get() {
        0 => "0 last".to_owned(),
        5 => "5 normal".to_owned(),
        9 => "9 first".to_owned(),
        number => number.to_string(),
    }
}

/// One sooner or one later; none at the ends.
pub fn next_priority(priority: Priority, sooner: bool) -> Option<Priority> {
    let number = if sooner {
        priority.get().checked_add(1)
    } else {
        priority.get().checked_sub(1)
    };
    number.and_then(|number| Priority::try_from(number).ok())
}

/// "10 a minute", "3 in 90 s".
pub fn rate_words(rate: Rate) -> String {
    let per_ms = rate.per_ms();
    let starts = format::count(u64::from(rate.starts()));
    let units = [
        (86_400_000, "a day", "days"),
        (3_600_000, "an hour", "h"),
        (60_000, "a minute", "min"),
        (1_000, "a second", "s"),
    ];
    let fits = units
        .into_iter()
        .find(|(length, _, _)| per_ms.is_multiple_of(*length));
    match fits {
        Some((length, one, _)) if per_ms == length => format!("{starts} {one}"),
        Some((length, _, many)) => format!("{starts} in {} {many}", per_ms / length),
        None => format!("{starts} in {per_ms} ms"),
    }
}

/// How far a limit is used: "1 of 4", or the number alone when only starts are limited.
pub fn used(limit: &Limit) -> String {
    match limit.capacity {
        Some(capacity) => format!("{} of {capacity}", limit.held_by.len()),
        None => limit.held_by.len().to_string(),
    }
}

/// Whether no further run fits.
pub fn is_full(limit: &Limit) -> bool {
    limit
        .capacity
        .is_some_and(|capacity| limit.held_by.len() >= capacity.get() as usize)
}

pub fn kind_word(kind: LimitKind) -> &'static str {
    match kind {
        LimitKind::Task => "Task",
        LimitKind::Proxy => "Proxy",
        LimitKind::Token => "Token",
        LimitKind::Tag => "Tag",
        LimitKind::Resource => "Resource",
    }
}

/// Which runs count.
pub fn kind_hint(kind: LimitKind) -> &'static str {
    match kind {
        LimitKind::Task => "Counts the runs of this task.",
        LimitKind::Proxy => "Counts the runs that go through this proxy.",
        LimitKind::Token => "Counts the runs that may ask for this token.",
        LimitKind::Tag => "Counts the runs in profiles that carry this tag.",
        LimitKind::Resource => "Counts the runs of tasks that name this resource.",
    }
}

#[cfg(test)]
mod tests {
    use drover_model::RunId;

    use super::*;

    fn limit(capacity: Option<u32>, held: usize) -> Limit {
        Limit {
            key: "proxy:eu-3".parse().unwrap(),
            capacity: capacity.map(|places| places.try_into().unwrap()),
            rate: None,
            held_by: vec![RunId::from_bits(1); held],
            waiting: 0,
        }
    }

    #[test]
    fn the_line_tells_workers_and_what_waits() {
        let queue = QueueView {
            workers: 4,
            waiting_total: 1_204,
            ..QueueView::default()
        };
        assert_eq!(standing(&queue), "0 of 4 workers busy · 1,204 waiting");
    }

    #[test]
    fn priorities_have_ends() {
        assert_eq!(priority_words(Priority::NORMAL), "5 normal");
        assert_eq!(priority_words(Priority::FIRST), "9 first");
        assert_eq!(next_priority(Priority::FIRST, true), None);
        let last = Priority::try_from(0).unwrap();
        assert_eq!(next_priority(last, false), None);
        assert_eq!(next_priority(last, true).map(Priority::get), Some(1));
    }

    #[test]
    fn rates_are_read_like_language() {
        let check = |text, words: &str| assert_eq!(rate_words(Rate::parse(text).unwrap()), words);
        check("10/1m", "10 a minute");
        check("1200/1d", "1,200 a day");
        check("3/90s", "3 in 90 s");
        check("2/36h", "2 in 36 h");
        check("1/250ms", "1 in 250 ms");
    }

    #[test]
    fn a_limit_without_capacity_is_never_full() {
        assert_eq!(used(&limit(Some(4), 1)), "1 of 4");
        assert!(is_full(&limit(Some(0), 0)), "0 lets none start");
        assert!(!is_full(&limit(None, 9)));
        assert_eq!(used(&limit(None, 9)), "9");
    }
}
