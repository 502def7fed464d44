//! The moment at which the queue is looked at, with what no row says.

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
}

impl Conditions {
    /// Whether nothing at all may start.
    #[must_use]
    pub const fn closed(&self) -> bool {
        self.draining || self.disk_low.is_some() || self.storage_error.is_some()
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
