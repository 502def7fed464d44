use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Name, PoolId, ProfileId, ProxyId, Span};

/// The order in which members get their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// One after the other.
    #[default]
    RoundRobin,
    /// The one with the fewest runs at the moment; among equals the one that was chosen the fewest times.
    LeastUsed,
    /// Any.
    Random,
}

impl Rotation {
    /// Every order, as they are offered.
    pub const ALL: [Self; 3] = [Self::RoundRobin, Self::LeastUsed, Self::Random];

    /// The name in the database, in JSON and on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::RoundRobin => "round_robin",
            Self::LeastUsed => "least_used",
            Self::Random => "random",
        }
    }

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::RoundRobin => "in turn",
            Self::LeastUsed => "least used",
            Self::Random => "random",
        }
    }
}

/// Several proxies under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    pub id: PoolId,
    pub name: Name,
    /// In the order of the turns, each once.
    pub members: Vec<ProxyId>,
    #[serde(default)]
    pub rotation: Rotation,
    /// A profile keeps the member it got first, for as long as that is a member. A task can say it otherwise.
    #[serde(default)]
    pub sticky: bool,
    /// How long a member is left out after a failure, at least [`Pool::SHORTEST`]. After its provider was asked for
    /// another address it is left out for the pause of the link, but no longer than this.
    pub cool_down: Span,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Pool {
    /// The time of a cool-down where none was given.
    pub const COOL_DOWN: Span = Span::seconds(300);
    /// The least time of one. Runs that fail at once would follow each other too fast otherwise.
    pub const SHORTEST: Span = Span::seconds(1);
    /// The most members.
    pub const MEMBERS: usize = 10_000;
}

/// What is known about the members of a pool at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PoolState {
    /// Whose turn it was last.
    pub last: Option<ProxyId>,
    /// Members without an entry were never used.
    pub members: BTreeMap<ProxyId, MemberState>,
    /// The member that each profile keeps.
    pub kept: BTreeMap<ProfileId, ProxyId>,
}

/// What is known about one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MemberState {
    /// Runs that use it now.
    pub in_use: u32,
    /// How often it was chosen.
    pub chosen: u64,
    /// It is left out until then.
    pub cools_until: Option<Timestamp>,
    /// The limit of the proxy is used up.
    #[serde(default)]
    pub full: bool,
    /// Somebody paused the proxy.
    #[serde(default)]
    pub paused: bool,
}

impl PoolState {
    /// The member failed at `now`.
    pub fn failed(&mut self, pool: &Pool, proxy: ProxyId, now: Timestamp) {
        self.rests(proxy, pool.cool_down, now);
    }

    /// At `now` the provider was asked for another address, by a link with that pause.
    pub fn changed(&mut self, pool: &Pool, proxy: ProxyId, pause: Span, now: Timestamp) {
        self.rests(proxy, pause.min(pool.cool_down), now);
    }

    fn rests(&mut self, proxy: ProxyId, span: Span, now: Timestamp) {
        let until = now.checked_add(span.duration()).unwrap_or(Timestamp::MAX);
        let member = self.members.entry(proxy).or_default();
        member.cools_until = member.cools_until.max(Some(until));
    }

    /// The member was seen to work, by a check or a run.
    pub fn worked(&mut self, proxy: ProxyId) {
        self.members.entry(proxy).or_default().cools_until = None;
    }

    /// Until when the member is left out.
    #[must_use]
    pub fn cooling(&self, proxy: ProxyId, now: Timestamp) -> Option<Timestamp> {
        self.members
            .get(&proxy)?
            .cools_until
            .filter(|until| *until > now)
    }

    /// Whether somebody paused the proxy.
    #[must_use]
    pub fn is_paused(&self, proxy: ProxyId) -> bool {
        self.members.get(&proxy).is_some_and(|member| member.paused)
    }

    /// Whether the limit of the proxy is used up.
    #[must_use]
    pub fn is_full(&self, proxy: ProxyId) -> bool {
        self.members.get(&proxy).is_some_and(|member| member.full)
    }
}
