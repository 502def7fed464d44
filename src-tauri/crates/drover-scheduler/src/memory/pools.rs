//! Proxies and pools: which member a run gets, and what is remembered of each. The choice itself is the model's.

use drover_model::{
    LimitKind, PauseKey, Pool, PoolId, PoolState, ProxyId, RunId,
    proxy::{NoMember, choose},
};
use jiff::Timestamp;

use super::state::{Entry, State, folded};

/// A pool, and what is remembered of its members. What follows from the runs is worked out when it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Pooled {
    pool: Pool,
    state: PoolState,
}

impl Pooled {
    pub(super) fn new(pool: Pool) -> Self {
        Self {
            pool,
            state: PoolState::default(),
        }
    }
}

impl State {
    fn proxy_name(&self, proxy: ProxyId) -> Option<&str> {
        self.proxies.get(&proxy).map(|proxy| proxy.name.as_str())
    }

    /// The limit of the proxy that a run goes through, or of the member that it has got.
    pub(super) fn proxy_limit(&self, entry: &Entry) -> Option<String> {
        let proxy = entry.member.or(entry.new.plan.proxy_id)?;
        Some(folded(LimitKind::Proxy, self.proxy_name(proxy)?))
    }

    fn members_now(&self, pooled: &Pooled, now: Timestamp) -> PoolState {
        let mut state = pooled.state.clone();
        for proxy in &pooled.pool.members {
            let users = self
                .runs
                .values()
                .filter(|entry| entry.member == Some(*proxy));
            let in_use = u32::try_from(users.count()).unwrap_or(u32::MAX);
            let name = self.proxy_name(*proxy).unwrap_or_default();
            let full = self.is_used_up(&folded(LimitKind::Proxy, name), now);
            let paused = self.pauses.iter().any(
                |(what, _)| matches!(what, PauseKey::Proxy(paused) if paused.as_str() == name),
            );
            let member = state.members.entry(*proxy).or_default();
            (member.in_use, member.full, member.paused) = (in_use, full, paused);
        }
        state
    }

    /// The member that a run could have now; none when it asks for none.
    pub(super) fn member_for(
        &self,
        entry: &Entry,
        now: Timestamp,
    ) -> Result<Option<ProxyId>, NoMember> {
        let Some(wanted) = &entry.new.plan.pool else {
            return Ok(None);
        };
        let Some(pooled) = self.pools.get(&wanted.id) else {
            return Err(NoMember::Empty);
        };
        let mut pool = pooled.pool.clone();
        pool.sticky = wanted.sticky;
        let state = self.members_now(pooled, now);
        choose(&pool, &state, entry.new.profile_id, now, 0).map(|choice| Some(choice.proxy))
    }

    fn pool_of(&mut self, run: RunId) -> Option<&mut Pooled> {
        let pool: PoolId = self.runs.get(&run)?.new.plan.pool.as_ref()?.id;
        self.pools.get_mut(&pool)
    }

    /// Gives a run its member.
    pub(super) fn take_member(&mut self, run: RunId, proxy: ProxyId) {
        if let Some(pooled) = self.pool_of(run) {
            pooled.state.members.entry(proxy).or_default().chosen += 1;
            pooled.state.last = Some(proxy);
        }
        if let Some(entry) = self.runs.get_mut(&run) {
            entry.member = Some(proxy);
        }
    }

    /// The run begins: from here on its profile keeps the member, where that is asked for.
    pub(super) fn keep_member(&mut self, run: RunId) {
        let Some(entry) = self.runs.get(&run) else {
            return;
        };
        let sticky = entry.new.plan.pool.as_ref().is_some_and(|pool| pool.sticky);
        let kept = entry.new.profile_id.zip(entry.member);
        if let Some((profile, proxy)) = kept.filter(|_| sticky)
            && let Some(pooled) = self.pool_of(run)
        {
            pooled.state.kept.insert(profile, proxy);
        }
    }

    /// A proxy was seen to fail, or to work.
    pub(super) fn proxy_seen(&mut self, proxy: ProxyId, works: bool, now: Timestamp) {
        for pooled in self.pools.values_mut() {
            if !pooled.pool.members.contains(&proxy) {
                continue;
            }
            let rests = |state: &PoolState| state.members.get(&proxy)?.cools_until;
            let before = rests(&pooled.state);
            if works {
                pooled.state.worked(proxy);
            } else {
                pooled.state.failed(&pooled.pool, proxy, now);
            }
            self.seq += u64::from(before != rests(&pooled.state));
        }
    }

    /// When members that somebody waits for have rested.
    pub(super) fn rested(&self, now: Timestamp) -> impl Iterator<Item = Timestamp> {
        let waits = move |pool: &Pool| {
            self.runs.values().any(|entry| {
                let wanted = entry.new.plan.pool.as_ref();
                !entry.state.is_terminal()
                    && entry.member.is_none()
                    && wanted.is_some_and(|wanted| wanted.id == pool.id)
            })
        };
        let waited = self
            .pools
            .values()
            .filter(move |pooled| waits(&pooled.pool));
        waited
            .flat_map(|pooled| pooled.state.members.values())
            .filter_map(|member| member.cools_until)
            .filter(move |until| *until > now)
    }

    /// Whether some waiting run could get that proxy from a pool.
    pub(super) fn is_waited_for(&self, limit: &str) -> bool {
        self.runs.values().any(|entry| {
            let wanted = entry.new.plan.pool.as_ref();
            let pooled = wanted.and_then(|wanted| self.pools.get(&wanted.id));
            let waits = !entry.state.is_terminal() && entry.member.is_none();
            waits
                && pooled.is_some_and(|pooled| {
                    let names = pooled.pool.members.iter();
                    names
                        .filter_map(|proxy| self.proxy_name(*proxy))
                        .any(|name| folded(LimitKind::Proxy, name) == limit)
                })
        })
    }
}
