//! A time that a schedule names.

use jiff::{Timestamp, civil::DateTime};

use drover_model::schedule::DstNote;

/// A nominal time of a schedule, or local times that the zone leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// The instant. Of times that do not exist, the first one after the gap.
    pub at: Timestamp,
    /// The local time that the rule names; `None` for intervals and single instants.
    pub local: Option<DateTime>,
    pub kind: SlotKind,
}

/// What a slot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotKind {
    /// A start.
    Start { note: Option<DstNote> },
    /// Local times that do not exist and are not moved, because the gap is too long. They
    /// are one skipped row.
    Missing {
        count: u32,
        first: DateTime,
        last: DateTime,
    },
}

impl Slot {
    /// A start without anything to say about it.
    pub(super) const fn start(at: Timestamp) -> Self {
        Self {
            at,
            local: None,
            kind: SlotKind::Start { note: None },
        }
    }

    /// How many nominal times it stands for.
    #[must_use]
    pub const fn covers(&self) -> u32 {
        match self.kind {
            SlotKind::Start { .. } => 1,
            SlotKind::Missing { count, .. } => count,
        }
    }

    /// Whether something starts.
    #[must_use]
    pub const fn is_start(&self) -> bool {
        matches!(self.kind, SlotKind::Start { .. })
    }

    /// The occurrence, as the rows of runs carry it.
    #[must_use]
    pub fn occurrence(&self) -> String {
        match self.kind {
            SlotKind::Start { .. } => self.at.as_millisecond().to_string(),
            // A start may have the same instant, and both are rows.
            SlotKind::Missing { .. } => format!("gap:{}", self.at.as_millisecond()),
        }
    }
}
