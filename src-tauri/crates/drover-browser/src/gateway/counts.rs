//! Which methods a run used, and how often.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// The protocol has some 700 methods; a client that invents names must not fill the memory.
const MAX_NAMES: usize = 1024;
/// The longest method name of the protocol has about 60 letters.
const MAX_NAME: usize = 100;
/// Where the rest is counted.
const OTHERS: &str = "(others)";

/// Calls by method, the denied ones apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MethodCounts {
    /// Every call, also those that were answered in Chrome's place.
    pub calls: BTreeMap<String, u64>,
    /// Calls that were denied.
    pub denied: BTreeMap<String, u64>,
}

/// The counts of one gateway, shared by its connections.
#[derive(Clone, Debug, Default)]
pub(super) struct Counter(Arc<Mutex<MethodCounts>>);

impl Counter {
    pub(super) fn count(&self, method: &str, denied: bool) {
        let mut counts = self.0.lock().expect("BUG: a holder of the counts panicked");
        add(&mut counts.calls, method);
        if denied {
            add(&mut counts.denied, method);
        }
    }

    pub(super) fn read(&self) -> MethodCounts {
        self.0
            .lock()
            .expect("BUG: a holder of the counts panicked")
            .clone()
    }
}

fn add(counts: &mut BTreeMap<String, u64>, method: &str) {
    let fits =
        method.len() <= MAX_NAME && (counts.len() < MAX_NAMES || counts.contains_key(method));
    *counts
        .entry(if fits { method } else { OTHERS }.to_owned())
        .or_default() += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_names_are_counted_together() {
        let counter = Counter::default();
        for number in 0..5_000 {
            counter.count(&format!("A.b{number}"), false);
        }
        counter.count(&"x".repeat(1_000), true);
        let counts = counter.read();
        assert!(
            counts.calls.len() <= MAX_NAMES + 1,
            "{}",
            counts.calls.len()
        );
        assert_eq!(counts.calls.values().sum::<u64>(), 5_001, "a call was lost");
        assert_eq!(counts.denied, BTreeMap::from([(OTHERS.to_owned(), 1)]));
    }
}
