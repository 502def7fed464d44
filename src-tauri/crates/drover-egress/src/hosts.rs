//! What went to each destination.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::FailureKind;

/// Destinations that are counted one by one. A busy page has about a hundred; beyond this the smallest are summed up.
pub(crate) const KEPT: usize = 256;

/// What went to one destination, or to several together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Connections and plain requests.
    pub connections: u64,
    /// How many of them went past the proxy, by a rule.
    pub direct: u64,
    /// Bytes on the wire, with what TLS and SOCKS towards the proxy add.
    pub bytes_up: u64,
    pub bytes_down: u64,
    /// What did not work, by kind.
    pub failures: BTreeMap<FailureKind, u64>,
}

/// One destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostTraffic {
    /// A name or an address, without the port.
    pub host: String,
    pub traffic: Traffic,
}

/// The counters of one destination. Bytes are added without a lock.
#[derive(Default)]
pub(crate) struct HostTally {
    connections: AtomicU64,
    direct: AtomicU64,
    bytes_up: AtomicU64,
    bytes_down: AtomicU64,
    failures: Mutex<BTreeMap<FailureKind, u64>>,
}

impl HostTally {
    pub(crate) fn connected(&self, direct: bool) {
        self.connections.fetch_add(1, Ordering::Relaxed);
        self.direct.fetch_add(direct.into(), Ordering::Relaxed);
    }

    pub(crate) fn sent(&self, bytes: usize) {
        self.bytes_up.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.bytes_down.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self, kind: FailureKind) {
        *self.failures().entry(kind).or_default() += 1;
    }

    fn traffic(&self) -> Traffic {
        Traffic {
            connections: self.connections.load(Ordering::Relaxed),
            direct: self.direct.load(Ordering::Relaxed),
            bytes_up: self.bytes_up.load(Ordering::Relaxed),
            bytes_down: self.bytes_down.load(Ordering::Relaxed),
            failures: self.failures().clone(),
        }
    }

    fn bytes(&self) -> u64 {
        self.bytes_up.load(Ordering::Relaxed) + self.bytes_down.load(Ordering::Relaxed)
    }

    fn add(&self, other: &Traffic) {
        self.connections
            .fetch_add(other.connections, Ordering::Relaxed);
        self.direct.fetch_add(other.direct, Ordering::Relaxed);
        self.bytes_up.fetch_add(other.bytes_up, Ordering::Relaxed);
        self.bytes_down
            .fetch_add(other.bytes_down, Ordering::Relaxed);
        let mut failures = self.failures();
        for (kind, count) in &other.failures {
            *failures.entry(*kind).or_default() += count;
        }
    }

    fn failures(&self) -> MutexGuard<'_, BTreeMap<FailureKind, u64>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All destinations.
#[derive(Default)]
pub(crate) struct Hosts {
    kept: Mutex<HashMap<String, Arc<HostTally>>>,
    others: Arc<HostTally>,
}

impl Hosts {
    /// The counters for a destination, to be held while something goes there.
    pub(crate) fn of(&self, host: &str) -> Arc<HostTally> {
        let mut kept = self.kept();
        if let Some(known) = kept.get(host) {
            return Arc::clone(known);
        }
        if kept.len() >= KEPT && !self.fold_one(&mut kept) {
            return Arc::clone(&self.others);
        }
        let new: Arc<HostTally> = Arc::default();
        kept.insert(host.to_owned(), Arc::clone(&new));
        new
    }

    /// Adds the smallest destination that nothing goes to at the moment to the others. False when there is none.
    fn fold_one(&self, kept: &mut HashMap<String, Arc<HostTally>>) -> bool {
        let smallest = kept
            .iter()
            // Counters are handed out under the lock alone, so nobody can take these up meanwhile.
            .filter(|(_, tally)| Arc::strong_count(tally) == 1)
            .min_by_key(|(_, tally)| tally.bytes())
            .map(|(host, _)| host.clone());
        let Some(folded) = smallest.and_then(|host| kept.remove(&host)) else {
            return false;
        };
        self.others.add(&folded.traffic());
        true
    }

    /// The destinations, those with the most bytes first, and the sum of the rest.
    pub(crate) fn report(&self) -> (Vec<HostTraffic>, Traffic) {
        let kept = self.kept();
        let mut hosts: Vec<HostTraffic> = kept
            .iter()
            .map(|(host, tally)| HostTraffic {
                host: host.clone(),
                traffic: tally.traffic(),
            })
            .collect();
        let others = self.others.traffic();
        drop(kept);
        hosts.sort_by(|one, other| {
            let bytes = |host: &HostTraffic| host.traffic.bytes_up + host.traffic.bytes_down;
            bytes(other)
                .cmp(&bytes(one))
                .then_with(|| one.host.cmp(&other.host))
        });
        (hosts, others)
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, Arc<HostTally>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_destinations_is_bounded_and_nothing_is_lost() {
        let hosts = Hosts::default();
        let busy = hosts.of("busy.test");
        for number in 0..2 * KEPT {
            let tally = hosts.of(&format!("host-{number}.test"));
            tally.connected(number % 2 == 0);
            tally.sent(1);
            tally.received(if number == 3 { 1_000_000 } else { 9 });
            tally.failed(FailureKind::Broken);
        }
        busy.sent(5);
        let (kept, others) = hosts.report();
        assert_eq!(kept.len(), KEPT);
        assert_eq!(
            kept[0].host, "host-3.test",
            "the largest is kept, and comes first"
        );
        assert!(
            kept.iter().any(|host| host.host == "busy.test"),
            "one in use stays"
        );
        let all = |count: fn(&Traffic) -> u64| {
            kept.iter().map(|host| count(&host.traffic)).sum::<u64>() + count(&others)
        };
        let number = 2 * KEPT as u64;
        assert_eq!(all(|one| one.connections), number);
        assert_eq!(all(|one| one.direct), number / 2);
        assert_eq!(all(|one| one.bytes_up), number + 5);
        assert_eq!(all(|one| one.bytes_down), (number - 1) * 9 + 1_000_000);
        assert_eq!(
            all(|one| one.failures.get(&FailureKind::Broken).copied().unwrap_or(0)),
            number
        );
    }

    #[test]
    fn with_all_in_use_a_new_one_counts_as_one_of_the_others() {
        let hosts = Hosts::default();
        let held: Vec<_> = (0..KEPT)
            .map(|number| hosts.of(&number.to_string()))
            .collect();
        hosts.of("late.test").sent(7);
        assert_eq!(hosts.report().1.bytes_up, 7);
        drop(held);
        hosts.of("later.test").sent(7);
        assert_eq!(hosts.report().1.bytes_up, 7, "there was room again");
    }
}
