use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Rotation;
use crate::{Name, PoolId, ProxyId, Span};

/// A pool as it is shown: with what is known about its members at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolView {
    pub id: PoolId,
    pub name: Name,
    pub rotation: Rotation,
    /// A profile keeps the member that it got first, where the task says nothing else.
    pub sticky: bool,
    /// How long a member is left out after a failure.
    pub cool_down: Span,
    /// In the order of the turns.
    pub members: Vec<PoolMember>,
    /// The tasks whose newest version takes its proxy from it.
    pub used_by: Vec<Name>,
    /// Queued runs that will take a member.
    pub waiting: u32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl PoolView {
    /// How many members can be used at `now`.
    #[must_use]
    pub fn ready(&self, now: Timestamp) -> usize {
        let ready = self.members.iter().filter(|member| member.is_ready(now));
        ready.count()
    }
}

/// One member of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolMember {
    pub proxy: ProxyId,
    pub name: Name,
    /// Its address with the login masked.
    pub address: String,
    /// What its last check found; none since its address or login changed.
    pub works: Option<bool>,
    /// Live runs that got it from this pool.
    pub in_use: u32,
    /// How often it was chosen.
    pub chosen: u64,
    /// How many profiles keep it.
    pub kept_by: u32,
    /// It is left out until then.
    pub cools_until: Option<Timestamp>,
    /// The limit of the proxy is used up.
    pub full: bool,
    /// Somebody paused the proxy.
    #[serde(default)]
    pub paused: bool,
}

impl PoolMember {
    /// Whether a run could get it at `now`.
    #[must_use]
    pub fn is_ready(&self, now: Timestamp) -> bool {
        !self.full && !self.paused && self.cools_until.is_none_or(|until| until <= now)
    }
}
