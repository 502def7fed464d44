//! The moment at which the queue is looked at, with what no row says.

use std::collections::BTreeMap;

use drover_model::ProfileId;
use jiff::Timestamp;

/// What keeps runs from starting beyond the rows: the machine's state, as the engine last saw it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conditions {
    /// Drover is quitting; nothing new starts.
    pub draining: bool,
    /// Runs that need secrets cannot begin.
    pub vault_locked: bool,
    /// Free bytes of the data folder's disk, when they are too few for anything new.
    pub disk_low: Option<u64>,
    /// Why the database cannot be written, if it cannot.
    pub storage_error: Option<String>,
    /// Profiles that somebody other than a run has, such as a person with its window open; who it is, in words.
    pub busy_profiles: BTreeMap<ProfileId, String>,
    /// There is not enough free memory for a further browser.
    pub memory_short: Option<MemoryShort>,
}

/// Memory for a further browser, in megabytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryShort {
    pub free: u64,
    pub needed: u64,
}

impl Conditions {
    /// Whether nothing at all may start.
    #[must_use]
    pub const fn closed(&self) -> bool {
        self.draining || self.disk_low.is_some() || self.storage_error.is_some()
    }

    /// Whether runs in that profile may start, as far as the machine is concerned.
    #[must_use]
    pub fn admits(&self, profile: Option<ProfileId>) -> bool {
        profile.is_none_or(|profile| {
            self.memory_short.is_none() && !self.busy_profiles.contains_key(&profile)
        })
    }
}

/// A moment and the conditions in it. A time alone stands for good conditions.
#[derive(Debug, Clone)]
pub struct Moment {
    pub now: Timestamp,
    pub conditions: Conditions,
}

impl From<Timestamp> for Moment {
    fn from(now: Timestamp) -> Self {
        Self {
            now,
            conditions: Conditions::default(),
        }
    }
}
