//! The one listener for committed facts, and the bus that hands them on inside the window.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use drover_model::Event;
use yew::prelude::*;

use crate::bridge::{Backend, Guard, Link, dom};

/// What came in one batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    pub events: Rc<[Event]>,
    /// Numbers are missing before this batch: what is shown may be older than it looks.
    pub gap: bool,
}

type Subscriber = (u32, Callback<Batch>);

/// Hands each batch to every subscriber. Clones are the same bus.
#[derive(Clone, Default)]
pub struct FactBus {
    subscribers: Rc<RefCell<Vec<Subscriber>>>,
    last_seq: Rc<Cell<u64>>,
}

impl PartialEq for FactBus {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.subscribers, &other.subscribers)
    }
}

impl FactBus {
    pub fn subscribe(&self, on_batch: Callback<Batch>) -> Guard {
        let id = dom::fresh();
        self.subscribers.borrow_mut().push((id, on_batch));
        let subscribers = self.subscribers.clone();
        Guard::new(move || subscribers.borrow_mut().retain(|(other, _)| *other != id))
    }

    fn publish(&self, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        // News that no row holds has no number, and leaves no gap.
        let mut rows = events.iter().map(|event| event.seq).filter(|seq| *seq > 0);
        let first = rows.next();
        let last = rows.next_back().or(first).unwrap_or_default();
        let before = self.last_seq.replace(last.max(self.last_seq.get()));
        let batch = Batch {
            gap: before > 0 && first.is_some_and(|first| first > before + 1),
            events: events.into(),
        };
        let subscribers = self.subscribers.borrow().clone();
        for (_, on_batch) in subscribers {
            on_batch.emit(batch.clone());
        }
    }
}

/// Listens for the life of the window. Ready when no fact can be missed any more, so that a view which loads
/// afterwards has subscribed first.
pub async fn listen(link: &Link, bus: FactBus) -> Guard {
    let on_batch = Callback::from(move |text: String| {
        if let Ok(events) = serde_json::from_str::<Vec<Event>>(&text) {
            bus.publish(events);
        }
    });
    link.backend().listen(on_batch).await
}

#[cfg(test)]
mod tests {
    use drover_model::{Caller, Fact};
    use jiff::Timestamp;

    use super::*;

    fn event(seq: u64) -> Event {
        Event {
            seq,
            at: Timestamp::UNIX_EPOCH,
            by: Caller::Window,
            fact: Fact::SettingsChanged,
        }
    }

    #[test]
    fn every_subscriber_hears_until_its_guard_goes() {
        let bus = FactBus::default();
        let heard = Rc::new(RefCell::new(Vec::new()));
        let log = heard.clone();
        let guard = bus.subscribe(Callback::from(move |batch: Batch| {
            log.borrow_mut().push((batch.events.len(), batch.gap));
        }));
        bus.publish(vec![event(4), event(5)]);
        bus.publish(vec![event(6), event(0)]);
        bus.publish(vec![event(0)]);
        bus.publish(vec![event(0), event(9)]);
        drop(guard);
        bus.publish(vec![event(10)]);
        assert_eq!(
            *heard.borrow(),
            [(2, false), (2, false), (1, false), (2, true)],
            "7 and 8 were missing before 9; news without a number are not counted"
        );
    }
}
