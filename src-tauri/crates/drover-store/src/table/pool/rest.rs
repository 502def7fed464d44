//! Members that are left out for a while.

use drover_model::{Fact, Pool, PoolId, PoolState, ProxyId, Span};
use jiff::Timestamp;

use crate::{
    Result, Snapshot, Writing,
    column::{Ms, Text},
};

impl Snapshot<'_> {
    /// When a member of a pool that a queued run needs is no longer left out.
    pub(in crate::table) fn next_rested(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        self.one(
            "look for the next member of a pool that has rested",
            "SELECT min(m.rests_until_ms) FROM pool_member AS m WHERE m.rests_until_ms > ?1 AND EXISTS (
                 SELECT 1 FROM pool_need AS n WHERE n.pool_id = m.pool_id AND n.proxy_id IS NULL)",
            [Ms(now)],
            |row| Ok(row.get::<_, Option<Ms>>(0)?.map(|at| at.0)),
        )
    }
}

impl Writing<'_> {
    /// A proxy was seen to fail: every pool leaves it out for its cool-down.
    pub fn proxy_failed(&mut self, proxy: ProxyId, now: Timestamp) -> Result<()> {
        self.rest(proxy, now, |state, pool| state.failed(pool, proxy, now))
    }

    /// The provider of a proxy was asked for another address, by a link with that pause.
    pub fn proxy_address_changed(
        &mut self,
        proxy: ProxyId,
        pause: Span,
        now: Timestamp,
    ) -> Result<()> {
        self.rest(proxy, now, |state, pool| {
            state.changed(pool, proxy, pause, now);
        })
    }

    /// A proxy was seen to work: no pool leaves it out any more.
    pub fn proxy_worked(&mut self, proxy: ProxyId, now: Timestamp) -> Result<()> {
        self.rest(proxy, now, |state, _| state.worked(proxy))
    }

    fn rest(
        &mut self,
        proxy: ProxyId,
        now: Timestamp,
        change: impl Fn(&mut PoolState, &Pool),
    ) -> Result<()> {
        let pools: Vec<PoolId> = self.all(
            "read the pools of a proxy",
            "SELECT pool_id FROM pool_member WHERE proxy_id = ?1",
            [Text(proxy)],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )?;
        for id in pools {
            let Some(pool) = self.pool(id)? else { continue };
            let mut state = self.pool_state(&pool, now)?;
            let until = |state: &PoolState| state.members.get(&proxy)?.cools_until;
            let before = until(&state);
            change(&mut state, &pool);
            let after = until(&state);
            if before == after {
                continue;
            }
            self.change(
                "keep how long a member of a pool rests",
                "UPDATE pool_member SET rests_until_ms = ?3 WHERE pool_id = ?1 AND proxy_id = ?2",
                (Text(id), Text(proxy), after.map(Ms)),
            )?;
            self.record(Fact::PoolChanged { pool: id })?;
        }
        Ok(())
    }
}
