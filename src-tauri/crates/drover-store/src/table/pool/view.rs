//! Pools as they are shown.

use std::collections::BTreeMap;

use drover_model::{Name, Pool, PoolId, PoolMember, PoolView, ProxyId};
use jiff::Timestamp;

use crate::{
    Error, Result, Snapshot,
    column::{Text, folded},
};

impl Snapshot<'_> {
    /// Every pool by name, with what is known about its members at `now`.
    pub fn pool_views(&self, now: Timestamp) -> Result<Vec<PoolView>> {
        let pools = self.pools()?;
        let views = pools.into_iter().map(|pool| self.pool_view_of(pool, now));
        views.collect()
    }

    /// The same of one.
    pub fn pool_view(&self, id: PoolId, now: Timestamp) -> Result<PoolView> {
        let pool = self.pool(id)?.ok_or_else(|| Error::not_found("pool", id))?;
        self.pool_view_of(pool, now)
    }

    fn pool_view_of(&self, pool: Pool, now: Timestamp) -> Result<PoolView> {
        let state = self.pool_state(&pool, now)?;
        let mut keepers: BTreeMap<ProxyId, u32> = BTreeMap::new();
        for proxy in state.kept.values() {
            *keepers.entry(*proxy).or_default() += 1;
        }
        let mut members = Vec::with_capacity(pool.members.len());
        for id in &pool.members {
            let proxy = self
                .proxy(*id)?
                .ok_or_else(|| Error::not_found("proxy", id))?;
            let known = state.members.get(id).copied().unwrap_or_default();
            members.push(PoolMember {
                proxy: *id,
                address: proxy.masked(),
                name: proxy.name,
                works: proxy.health.map(|health| health.state.works()),
                in_use: known.in_use,
                chosen: known.chosen,
                kept_by: keepers.get(id).copied().unwrap_or(0),
                cools_until: state.cooling(*id, now),
                full: known.full,
                paused: known.paused,
            });
        }
        Ok(PoolView {
            used_by: self.tasks_of_pool(&pool)?,
            waiting: self.one(
                "count the runs that wait for a pool",
                "SELECT count(*) FROM pool_need WHERE pool_id = ?1 AND proxy_id IS NULL",
                [Text(pool.id)],
                |row| row.get(0),
            )?,
            id: pool.id,
            name: pool.name,
            rotation: pool.rotation,
            sticky: pool.sticky,
            cool_down: pool.cool_down,
            members,
            created_at: pool.created_at,
            updated_at: pool.updated_at,
        })
    }

    /// The living tasks whose newest version names the pool.
    pub(super) fn tasks_of_pool(&self, pool: &Pool) -> Result<Vec<Name>> {
        let named: Vec<(Name, String)> = self.all(
            "look for tasks that name a pool",
            "SELECT t.name, json_extract(v.spec, '$.proxy.pool') AS pool
             FROM task AS t JOIN task_version AS v ON v.task_id = t.id AND v.version = t.version
             WHERE t.removed_ms IS NULL AND json_type(v.spec, '$.proxy.pool') = 'text' ORDER BY t.name_key",
            [],
            |row| Ok((row.get::<_, Text<_>>(0)?.0, row.get(1)?)),
        )?;
        let key = folded(pool.name.as_str());
        let users = named.into_iter().filter(|(_, name)| folded(name) == key);
        Ok(users.map(|(task, _)| task).collect())
    }
}
