//! Answers about pools of proxies.

use drover_model::request::{ListPools, RemovePool, SavePool};
use drover_model::{
    Code, CommandError, Fact, Name, Pool, PoolId, PoolMember, PoolView, ProxyId, ProxyPolicy,
};

use super::{Outcome, fine};
use crate::bridge::demo::world::{World, missing};

impl World {
    pub(super) fn list_pools(&mut self, _: ListPools) -> Outcome<ListPools> {
        fine(self.pools.iter().map(|pool| self.pool_view(pool)).collect())
    }

    pub(super) fn save_pool(&mut self, request: SavePool) -> Outcome<SavePool> {
        let bad =
            |field: &str, message: String| CommandError::new(Code::Invalid, message).field(field);
        let name: Name = request
            .name
            .parse()
            .map_err(|error: drover_model::name::BadName| bad("name", error.to_string()))?;
        if request.members.is_empty() {
            return Err(bad("members", "a pool needs at least one proxy".to_owned()));
        }
        let mut members: Vec<ProxyId> = Vec::new();
        for wanted in &request.members {
            let found = self.proxies.iter().find(|proxy| {
                proxy.id.to_string() == *wanted || proxy.name.as_str() == wanted.as_str()
            });
            let found = found.ok_or_else(|| missing(Code::ProxyNotFound, "proxy", wanted))?;
            if !members.contains(&found.id) {
                members.push(found.id);
            }
        }
        let id = match request.id {
            Some(id) => id,
            None => PoolId::from_bits(self.fresh()),
        };
        let old = self.pools.iter().find(|pool| pool.id == id).cloned();
        let known = old.as_ref().map(|old| old.cool_down);
        let pool = Pool {
            id,
            name,
            members,
            rotation: request.rotation,
            sticky: request.sticky,
            cool_down: request.cool_down.or(known).unwrap_or(Pool::COOL_DOWN),
            created_at: old.map_or(self.now, |old| old.created_at),
            updated_at: self.now,
        };
        self.pools.retain(|other| other.id != id);
        self.pools.push(pool.clone());
        self.pools.sort_by(|a, b| a.name.cmp(&b.name));
        Ok((self.pool_view(&pool), vec![Fact::PoolChanged { pool: id }]))
    }

    pub(super) fn remove_pool(&mut self, request: RemovePool) -> Outcome<RemovePool> {
        let found = self.pool(&request.pool).cloned();
        let pool = found.ok_or_else(|| missing(Code::PoolNotFound, "pool", &request.pool))?;
        if let Some(first) = self.pool_users(&pool).first() {
            let message = format!("pool `{}` is used by task `{first}`", pool.name);
            return Err(
                CommandError::new(Code::InUse, message).hint("give that task another proxy first")
            );
        }
        self.pools.retain(|other| other.id != pool.id);
        Ok(((), vec![Fact::PoolChanged { pool: pool.id }]))
    }

    /// The pool of that id or name.
    pub(in crate::bridge::demo) fn pool(&self, wanted: &str) -> Option<&Pool> {
        let mut pools = self.pools.iter();
        pools.find(|pool| pool.id.to_string() == wanted || pool.name.as_str() == wanted)
    }

    fn pool_users(&self, pool: &Pool) -> Vec<Name> {
        let living = self.tasks.iter().filter(|task| task.removed_at.is_none());
        let users = living.filter(|task| {
            matches!(&task.spec.proxy, ProxyPolicy::Pool { pool: name, .. } if *name == pool.name)
        });
        users.map(|task| task.spec.name.clone()).collect()
    }

    fn pool_view(&self, pool: &Pool) -> PoolView {
        let members = pool.members.iter().filter_map(|id| {
            let proxy = self.proxies.iter().find(|proxy| proxy.id == *id)?;
            Some(PoolMember {
                proxy: proxy.id,
                name: proxy.name.clone(),
                address: proxy.masked(),
                works: proxy.health.as_ref().map(|health| health.state.works()),
                in_use: 0,
                chosen: 4,
                kept_by: 1,
                cools_until: None,
                full: false,
                paused: false,
            })
        });
        PoolView {
            id: pool.id,
            name: pool.name.clone(),
            rotation: pool.rotation,
            sticky: pool.sticky,
            cool_down: pool.cool_down,
            members: members.collect(),
            used_by: self.pool_users(pool),
            waiting: 0,
            created_at: pool.created_at,
            updated_at: pool.updated_at,
        }
    }
}
