//! Pools as they are saved.

use drover_model::{Fact, Name, Pool, PoolId, ProxyId, Span};
use rusqlite::Row;

use crate::{
    Error, Result, Snapshot, Writing,
    column::{Count, Ms, Text, Word, folded},
};

const SELECT: &str = "SELECT id, name, rotation, sticky, cool_ms, created_ms, updated_ms FROM pool";

/// Without its members.
fn from_row(row: &Row<'_>) -> rusqlite::Result<Pool> {
    Ok(Pool {
        id: row.get::<_, Text<_>>("id")?.0,
        name: row.get::<_, Text<_>>("name")?.0,
        members: Vec::new(),
        rotation: row.get::<_, Word<_>>("rotation")?.0,
        sticky: row.get("sticky")?,
        cool_down: Span::milliseconds(row.get::<_, Count>("cool_ms")?.0),
        created_at: row.get::<_, Ms>("created_ms")?.0,
        updated_at: row.get::<_, Ms>("updated_ms")?.0,
    })
}

impl Snapshot<'_> {
    /// The pool of that id.
    pub fn pool(&self, id: PoolId) -> Result<Option<Pool>> {
        let pool = self.first(
            "read a pool",
            &format!("{SELECT} WHERE id = ?1"),
            [Text(id)],
            from_row,
        )?;
        pool.map(|pool| self.with_members(pool)).transpose()
    }

    /// The pool that a person means: by id or by name, without regard to case.
    pub fn find_pool(&self, text: &str) -> Result<Option<Pool>> {
        let pool = self.first(
            "read a pool",
            &format!("{SELECT} WHERE id = ?1 OR name_key = ?2 ORDER BY id = ?1 DESC LIMIT 1"),
            (text.trim().to_uppercase(), folded(text)),
            from_row,
        )?;
        pool.map(|pool| self.with_members(pool)).transpose()
    }

    /// All pools, by name.
    pub(super) fn pools(&self) -> Result<Vec<Pool>> {
        let pools = self.all(
            "read pools",
            &format!("{SELECT} ORDER BY name_key"),
            [],
            from_row,
        )?;
        let pools = pools.into_iter().map(|pool| self.with_members(pool));
        pools.collect()
    }

    fn with_members(&self, pool: Pool) -> Result<Pool> {
        let members = self.all(
            "read the members of a pool",
            "SELECT proxy_id FROM pool_member WHERE pool_id = ?1 ORDER BY position",
            [Text(pool.id)],
            |row| Ok(row.get::<_, Text<ProxyId>>(0)?.0),
        )?;
        Ok(Pool { members, ..pool })
    }

    /// The names of the pools that a proxy is a member of.
    pub(in crate::table) fn pools_of(&self, proxy: ProxyId) -> Result<Vec<Name>> {
        self.all(
            "read the pools of a proxy",
            "SELECT p.name FROM pool_member AS m JOIN pool AS p ON p.id = m.pool_id WHERE m.proxy_id = ?1
             ORDER BY p.name_key",
            [Text(proxy)],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )
    }
}

impl Writing<'_> {
    /// Keeps a pool, new or in place of the one with that id. What is known about members that stay is kept. A pool that
    /// tasks name keeps its name: they would not find it any more.
    pub fn put_pool(&mut self, pool: &Pool) -> Result<()> {
        let key = folded(pool.name.as_str());
        if self
            .find_pool(pool.name.as_str())?
            .is_some_and(|other| other.id != pool.id)
        {
            return Err(Error::NameTaken {
                what: "pool",
                name: pool.name.to_string(),
            });
        }
        if let Some(before) = self.pool(pool.id)?
            && folded(before.name.as_str()) != key
        {
            self.check_unnamed(&before)?;
        }
        self.change(
            "keep a pool",
            "INSERT INTO pool (id, name, name_key, rotation, sticky, cool_ms, created_ms, updated_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,
                 rotation = excluded.rotation, sticky = excluded.sticky, cool_ms = excluded.cool_ms,
                 updated_ms = excluded.updated_ms",
            (
                Text(pool.id),
                pool.name.as_str(),
                &key,
                pool.rotation.key(),
                pool.sticky,
                Count(pool.cool_down.as_milliseconds()),
                Ms(pool.created_at),
                Ms(pool.updated_at),
            ),
        )?;
        self.put_members(pool)?;
        self.record(Fact::PoolChanged { pool: pool.id }).map(drop)
    }

    fn put_members(&self, pool: &Pool) -> Result<()> {
        let doing = "keep the members of a pool";
        let before = self.pool(pool.id)?.map_or(Vec::new(), |pool| pool.members);
        for gone in before.iter().filter(|one| !pool.members.contains(one)) {
            self.change(
                doing,
                "DELETE FROM pool_member WHERE pool_id = ?1 AND proxy_id = ?2",
                (Text(pool.id), Text(*gone)),
            )?;
        }
        for (position, proxy) in (0_u32..).zip(&pool.members) {
            self.change(
                doing,
                "INSERT INTO pool_member (pool_id, proxy_id, position) VALUES (?1, ?2, ?3)
                 ON CONFLICT (pool_id, proxy_id) DO UPDATE SET position = excluded.position",
                (Text(pool.id), Text(*proxy), position),
            )?;
        }
        Ok(())
    }

    /// Lets every profile choose anew.
    pub fn forget_kept(&mut self, pool: PoolId) -> Result<()> {
        self.change(
            "forget what profiles keep of a pool",
            "DELETE FROM pool_kept WHERE pool_id = ?1",
            [Text(pool)],
        )?;
        self.record(Fact::PoolChanged { pool }).map(drop)
    }

    /// Forgets a pool. One that tasks name, or that runs need, is refused with [`Error::InUse`].
    pub fn delete_pool(&mut self, id: PoolId) -> Result<()> {
        let pool = self.pool(id)?.ok_or_else(|| Error::not_found("pool", id))?;
        self.check_unnamed(&pool)?;
        let runs: u32 = self.one(
            "count the runs that need a pool",
            "SELECT count(*) FROM pool_need WHERE pool_id = ?1",
            [Text(id)],
            |row| row.get(0),
        )?;
        if runs > 0 {
            let by = if runs == 1 {
                "1 run".to_owned()
            } else {
                format!("{runs} runs")
            };
            return Err(in_use(&pool, by));
        }
        self.change(
            "forget a pool",
            "DELETE FROM pool WHERE id = ?1",
            [Text(id)],
        )?;
        self.record(Fact::PoolChanged { pool: id }).map(drop)
    }

    fn check_unnamed(&self, pool: &Pool) -> Result<()> {
        let users = self.tasks_of_pool(pool)?;
        if users.is_empty() {
            return Ok(());
        }
        let users: Vec<_> = users.iter().map(|name| format!("task `{name}`")).collect();
        Err(in_use(pool, users.join(", ")))
    }
}

fn in_use(pool: &Pool, by: String) -> Error {
    Error::InUse {
        what: "pool",
        name: pool.name.to_string(),
        by,
    }
}
