use jiff::Timestamp;

use super::{Pool, PoolState, Rotation};
use crate::{ProfileId, ProxyId};

/// What a choice comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    pub proxy: ProxyId,
    /// Whether the profile had it already.
    pub kept: bool,
}

/// Why there is no member to be had now. The caller knows the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoMember {
    #[error("the pool has no members")]
    Empty,
    #[error("every proxy of the pool cools down; the first is tried again at {until}")]
    AllCooling { until: Timestamp },
    /// Those that do not cool down have as many runs as their limits let them.
    #[error("every proxy of the pool that can be used is at its limit")]
    AllFull,
    /// Those that neither cool down nor are at their limit are paused.
    #[error("every proxy of the pool that can be used is paused")]
    AllPaused,
    #[error("the proxy that this profile keeps cools down; it is tried again at {until}")]
    KeptCooling { proxy: ProxyId, until: Timestamp },
    #[error("the proxy that this profile keeps is at its limit")]
    KeptFull { proxy: ProxyId },
    #[error("the proxy that this profile keeps is paused")]
    KeptPaused { proxy: ProxyId },
}

impl NoMember {
    /// When it is worth asking again, if time alone can help.
    #[must_use]
    pub const fn until(self) -> Option<Timestamp> {
        match self {
            Self::Empty
            | Self::AllFull
            | Self::AllPaused
            | Self::KeptFull { .. }
            | Self::KeptPaused { .. } => None,
            Self::AllCooling { until } | Self::KeptCooling { until, .. } => Some(until),
        }
    }
}

/// The member that a run of the profile gets at `now`. It changes nothing; the store notes it.
///
/// A profile that keeps its member never gets another one because of a failure: its sites would see a new address.
/// `dice` is any number, for [`Rotation::Random`].
pub fn choose(
    pool: &Pool,
    state: &PoolState,
    profile: Option<ProfileId>,
    now: Timestamp,
    dice: u64,
) -> Result<Choice, NoMember> {
    let kept = profile
        .filter(|_| pool.sticky)
        .and_then(|profile| state.kept.get(&profile))
        .filter(|proxy| pool.members.contains(proxy));
    if let Some(&proxy) = kept {
        return match state.cooling(proxy, now) {
            _ if state.is_paused(proxy) => Err(NoMember::KeptPaused { proxy }),
            None if state.is_full(proxy) => Err(NoMember::KeptFull { proxy }),
            None => Ok(Choice { proxy, kept: true }),
            Some(until) => Err(NoMember::KeptCooling { proxy, until }),
        };
    }
    let mut full = false;
    let free: Vec<ProxyId> = in_turn(pool, state)
        .filter(|proxy| !state.is_paused(*proxy))
        .filter(|proxy| state.cooling(*proxy, now).is_none())
        .filter(|proxy| {
            full |= state.is_full(*proxy);
            !state.is_full(*proxy)
        })
        .collect();
    let proxy = match pool.rotation {
        Rotation::RoundRobin => free.first().copied(),
        Rotation::LeastUsed => free.iter().copied().min_by_key(|proxy| {
            let member = state.members.get(proxy).copied().unwrap_or_default();
            (member.in_use, member.chosen)
        }),
        Rotation::Random => {
            let count = u64::try_from(free.len()).unwrap_or(u64::MAX);
            let at = dice.checked_rem(count).unwrap_or(0);
            usize::try_from(at)
                .ok()
                .and_then(|at| free.get(at))
                .copied()
        }
    };
    let first_back = || {
        let all = pool.members.iter();
        all.filter(|proxy| !state.is_paused(**proxy))
            .filter_map(|proxy| state.cooling(*proxy, now))
            .min()
    };
    match proxy {
        Some(proxy) => Ok(Choice { proxy, kept: false }),
        None if full => Err(NoMember::AllFull),
        None => Err(match first_back() {
            Some(until) => NoMember::AllCooling { until },
            None if pool.members.is_empty() => NoMember::Empty,
            None => NoMember::AllPaused,
        }),
    }
}

/// All members, from the one after the last.
fn in_turn<'a>(pool: &'a Pool, state: &PoolState) -> impl Iterator<Item = ProxyId> + 'a {
    let last = state
        .last
        .and_then(|last| pool.members.iter().position(|proxy| *proxy == last));
    let start = last.map_or(0, |last| last + 1);
    let (before, after) = pool.members.split_at(start.min(pool.members.len()));
    after.iter().chain(before).copied()
}
