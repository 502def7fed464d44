use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

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
