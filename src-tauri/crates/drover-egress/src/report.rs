use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use drover_model::{HostUse, NetworkUse};

use crate::hosts::{HostTally, Hosts, Traffic};
use crate::{Error, FailureKind, HostTraffic};

/// What went through a gateway so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Connections from Chrome.
    pub connections: u64,
    /// Connections from processes of other users; they were closed unanswered.
    pub strangers: u64,
    /// Bytes sent and received on the wire, past the proxy too where a rule says so.
    pub bytes_up: u64,
    pub bytes_down: u64,
    pub failures: BTreeMap<FailureKind, u64>,
    /// The last failure in one line, without destination and login.
    pub last_error: Option<String>,
    /// Requests that a rule forbade. They are no failures.
    pub blocked: u64,
    /// How often the proxy was changed.
    pub switches: u64,
    /// By destination, those with the most bytes first; at most 256.
    pub hosts: Vec<HostTraffic>,
    /// The sum of all further destinations.
    pub others: Traffic,
}

impl Report {
    /// What was added since an earlier report of the same gateway, as it is kept as evidence.
    #[must_use]
    pub fn since(&self, before: Option<&Report>) -> NetworkUse {
        let nothing = Report::default();
        let before = before.unwrap_or(&nothing);
        let mut hosts: Vec<HostUse> = self
            .hosts
            .iter()
            .map(|host| {
                let known = before.hosts.iter().find(|known| known.host == host.host);
                host_use(host, known.map(|known| &known.traffic))
            })
            .filter(|host| host.connections + host.failures + host.bytes_up + host.bytes_down > 0)
            .collect();
        hosts.sort_by_key(|host| std::cmp::Reverse(host.bytes_up + host.bytes_down));
        let other_hosts = hosts.len().saturating_sub(NetworkUse::HOSTS) as u64;
        hosts.truncate(NetworkUse::HOSTS);
        let failures = added(&self.failures, &before.failures);
        NetworkUse {
            exit: None,
            exit_at: None,
            connections: self.connections.saturating_sub(before.connections),
            bytes_up: self.bytes_up.saturating_sub(before.bytes_up),
            bytes_down: self.bytes_down.saturating_sub(before.bytes_down),
            blocked: self.blocked.saturating_sub(before.blocked),
            switches: self.switches.saturating_sub(before.switches),
            last_error: self.last_error.clone().filter(|_| !failures.is_empty()),
            failures: failures
                .into_iter()
                .map(|(kind, count)| (kind.as_str().to_owned(), count))
                .collect(),
            hosts,
            other_hosts,
        }
    }
}

fn host_use(host: &HostTraffic, before: Option<&Traffic>) -> HostUse {
    let (now, nothing) = (&host.traffic, Traffic::default());
    let before = before.unwrap_or(&nothing);
    HostUse {
        host: host.host.clone(),
        connections: now.connections.saturating_sub(before.connections),
        direct: now.direct.saturating_sub(before.direct),
        bytes_up: now.bytes_up.saturating_sub(before.bytes_up),
        bytes_down: now.bytes_down.saturating_sub(before.bytes_down),
        failures: added(&now.failures, &before.failures).values().sum(),
    }
}

/// The kinds that grew, with how much.
fn added(
    now: &BTreeMap<FailureKind, u64>,
    before: &BTreeMap<FailureKind, u64>,
) -> BTreeMap<FailureKind, u64> {
    let grown = now.iter().map(|(kind, count)| {
        let known = before.get(kind).copied().unwrap_or(0);
        (*kind, count.saturating_sub(known))
    });
    grown.filter(|(_, count)| *count > 0).collect()
}

/// The counters behind a report.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) hosts: Hosts,
    connections: AtomicU64,
    strangers: AtomicU64,
    bytes_up: AtomicU64,
    bytes_down: AtomicU64,
    blocked: AtomicU64,
    switches: AtomicU64,
    failures: Mutex<Failures>,
}

#[derive(Default)]
struct Failures {
    by_kind: BTreeMap<FailureKind, u64>,
    last: Option<String>,
}

impl Tally {
    pub(crate) fn connected(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stranger(&self) {
        self.strangers.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn switched(&self) {
        self.switches.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn sent(&self, bytes: usize) {
        self.bytes_up.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.bytes_down.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self, error: &Error, host: &HostTally) {
        host.failed(error.kind());
        if let Error::Blocked { .. } = error {
            self.blocked.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let text = error.chain();
        tracing::warn!(kind = error.kind().as_str(), "{text}");
        let mut failures = self.failures();
        *failures.by_kind.entry(error.kind()).or_default() += 1;
        failures.last = Some(text);
    }

    pub(crate) fn report(&self) -> Report {
        let (hosts, others) = self.hosts.report();
        let failures = self.failures();
        Report {
            connections: self.connections.load(Ordering::Relaxed),
            strangers: self.strangers.load(Ordering::Relaxed),
            bytes_up: self.bytes_up.load(Ordering::Relaxed),
            bytes_down: self.bytes_down.load(Ordering::Relaxed),
            failures: failures.by_kind.clone(),
            last_error: failures.last.clone(),
            blocked: self.blocked.load(Ordering::Relaxed),
            switches: self.switches.load(Ordering::Relaxed),
            hosts,
            others,
        }
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        // Counters have no half-made change that a panic could leave behind.
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_told_what_was_added_since_it_began() {
        let tally = Tally::default();
        let use_host = |name: &str, bytes: usize| {
            let host = tally.hosts.of(name);
            host.connected(name == "past.test");
            tally.connected();
            host.received(bytes);
            tally.received(bytes);
        };
        use_host("old.test", 500);
        use_host("both.test", 10);
        tally.failed(&Error::Cut, &tally.hosts.of("old.test"));
        let before = tally.report();
        use_host("both.test", 30);
        use_host("past.test", 70);
        let broken = Error::Broken {
            upstream: "http://p.test:1".to_owned(),
        };
        tally.failed(&broken, &tally.hosts.of("both.test"));
        let added = tally.report().since(Some(&before));
        assert_eq!((added.connections, added.bytes_down), (2, 100));
        let names: Vec<_> = added.hosts.iter().map(|host| host.host.as_str()).collect();
        assert_eq!(names, ["past.test", "both.test"]);
        assert_eq!((added.hosts[0].direct, added.hosts[1].direct), (1, 0));
        assert_eq!(
            (added.hosts[1].bytes_down, added.hosts[1].failures),
            (30, 1)
        );
        assert_eq!(added.failures, [("broken".to_owned(), 1)].into());
        assert!(added.last_error.unwrap().contains("ended the connection"));
        assert_eq!(tally.report().since(None).bytes_down, 610);
    }
}
