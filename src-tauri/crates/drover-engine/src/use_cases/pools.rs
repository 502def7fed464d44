//! Pools: several proxies under one name, of which each attempt gets one when it is claimed.

use drover_model::{
    Caller, Code, CommandError, Name, Pool, PoolId, PoolView, ProxyId,
    request::{ListPools, RemovePool, SavePool},
};

use super::proxies::invalid;
use crate::{Engine, Result, error::Doing as _};

/// An error for a pool that is not there.
fn no_pool(name: &str) -> CommandError {
    CommandError::new(Code::PoolNotFound, format!("no pool named `{name}`"))
        .hint("`drover-cli proxy pool list` shows them.")
        .field("pool")
}

impl Engine {
    pub async fn list_pools(&self, _by: Caller, _req: ListPools) -> Result<Vec<PoolView>> {
        let now = self.rooms().now();
        self.rooms()
            .store
            .read(move |db| db.pool_views(now))
            .await
            .doing("list the pools")
    }

    pub async fn save_pool(&self, by: Caller, req: SavePool) -> Result<PoolView> {
        let name: Name = req
            .name
            .parse()
            .map_err(|error: drover_model::name::BadName| invalid("name", error))?;
        let members = self.members_called(&req.members).await?;
        if req.cool_down.is_some_and(|span| span < Pool::SHORTEST) {
            let least = format!("the least is {}", Pool::SHORTEST);
            return Err(invalid("cool_down", least));
        }
        let now = self.rooms().now();
        let before = match req.id {
            Some(id) => Some(self.pool_called(&id.to_string()).await?),
            None => None,
        };
        let known = before.as_ref();
        let pool = Pool {
            id: known.map_or_else(
                || PoolId::from_bits(self.rooms().new_id.bits(now)),
                |before| before.id,
            ),
            name,
            members,
            rotation: req.rotation,
            sticky: req.sticky,
            cool_down: req
                .cool_down
                .or(known.map(|before| before.cool_down))
                .unwrap_or(Pool::COOL_DOWN),
            created_at: known.map_or(now, |before| before.created_at),
            updated_at: now,
        };
        self.rooms()
            .store
            .write(now, by, move |tx| {
                tx.put_pool(&pool)?;
                if req.forget_kept {
                    tx.forget_kept(pool.id)?;
                }
                tx.pool_view(pool.id, now)
            })
            .await
            .doing("save the pool")
    }

    pub async fn remove_pool(&self, by: Caller, req: RemovePool) -> Result<()> {
        let id = self.pool_called(&req.pool).await?.id;
        self.rooms()
            .store
            .write(self.rooms().now(), by, move |tx| tx.delete_pool(id))
            .await
            .doing("remove the pool")
    }

    /// The pool of that id or name.
    async fn pool_called(&self, called: &str) -> Result<Pool> {
        let text = called.to_owned();
        let pool = self
            .rooms()
            .store
            .read(move |db| db.find_pool(&text))
            .await
            .doing("read the pool")?;
        pool.ok_or_else(|| no_pool(called).into())
    }

    /// The proxies of those ids or names, each once.
    async fn members_called(&self, called: &[String]) -> Result<Vec<ProxyId>> {
        if called.is_empty() {
            return Err(invalid("members", "a pool needs at least one proxy"));
        }
        if called.len() > Pool::MEMBERS {
            let most = format!("{} proxies are more than {}", called.len(), Pool::MEMBERS);
            return Err(invalid("members", most));
        }
        let mut members = Vec::with_capacity(called.len());
        for called in called {
            let proxy = self.proxy_called(called).await?.id;
            if !members.contains(&proxy) {
                members.push(proxy);
            }
        }
        Ok(members)
    }
}
