//! Setting limits, and taking and giving back what they limit.

use drover_model::{Fact, LimitKey, LimitKind, Name, Plan, ProfileId, Rate, RunId, TaskId};
use jiff::Timestamp;

use super::{Places, resource::Resource};
use crate::{
    Error, Result, Writing,
    column::{Json, Ms, Text, folded},
};

impl Writing<'_> {
    /// Notes which limits a new run needs. A limit that is set later finds its runs by itself.
    pub(in crate::table) fn put_needs(
        &self,
        run: RunId,
        task: TaskId,
        profile: Option<ProfileId>,
        plan: &Plan,
    ) -> Result<()> {
        let any: bool = self.one(
            "look for limits",
            "SELECT EXISTS (SELECT 1 FROM resource)",
            [],
            |row| row.get(0),
        )?;
        if !any {
            return Ok(());
        }
        for key in self.uses(task, profile, plan)? {
            self.change(
                "note what a run needs",
                "INSERT OR IGNORE INTO need (run_id, resource_id)
                 SELECT ?1, id FROM resource WHERE kind = ?2 AND name_key = ?3",
                (Text(run), key.kind.name(), folded(key.name.as_str())),
            )?;
        }
        Ok(())
    }

    /// Sets a limit: so many live runs at once, so many starts over time, or both. It holds at once for what waits;
    /// what runs goes on, and counts.
    pub fn set_limit(
        &mut self,
        key: &LimitKey,
        capacity: Option<u32>,
        rate: Option<Rate>,
    ) -> Result<()> {
        if capacity.is_none() && rate.is_none() {
            return self.remove_limit(key);
        }
        let doing = "set a limit";
        self.change(
            doing,
            "INSERT INTO resource (kind, name, name_key, capacity, rate_starts, rate_ms, tokens, filled_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ifnull(?5, 0), ?7)
             ON CONFLICT (kind, name_key) DO UPDATE SET capacity = excluded.capacity, rate_starts = excluded.rate_starts,
                 rate_ms = excluded.rate_ms, tokens = min(tokens, excluded.tokens)",
            (
                key.kind.name(),
                key.name.as_str(),
                folded(key.name.as_str()),
                capacity,
                rate.map(|rate| rate.starts),
                rate.map(|rate| i64::try_from(rate.per_ms).unwrap_or(i64::MAX)),
                Ms(self.at()),
            ),
        )?;
        let resource = self
            .resource(key)?
            .ok_or_else(|| Error::not_found("limit", key))?;
        self.find_needs(&resource)?;
        self.fit_slots(&resource)?;
        self.record(Fact::QueueChanged).map(drop)
    }

    /// Takes a limit away.
    pub fn remove_limit(&mut self, key: &LimitKey) -> Result<()> {
        let resource = self
            .resource(key)?
            .ok_or_else(|| Error::not_found("limit", key))?;
        let doing = "remove a limit";
        self.change(
            doing,
            "DELETE FROM hold WHERE resource_id = ?1",
            [resource.id],
        )?;
        self.change(doing, "DELETE FROM resource WHERE id = ?1", [resource.id])?;
        self.record(Fact::QueueChanged).map(drop)
    }

    /// Finds what live runs need of a limit that was just set. Those that run already get a place each, above the
    /// capacity where there are too many.
    fn find_needs(&self, resource: &Resource) -> Result<()> {
        let live = self.all(
            "read what live runs use",
            "SELECT r.id, r.task_id, r.profile_id, r.state <> 'queued' AS holds, l.plan
             FROM run AS r JOIN run_plan AS l ON l.run_id = r.id
             WHERE r.state IN ('queued', 'starting', 'running', 'parked', 'stopping') AND NOT EXISTS (
                 SELECT 1 FROM need AS n WHERE n.run_id = r.id AND n.resource_id = ?1)",
            [resource.id],
            |row| {
                Ok((
                    row.get::<_, Text<RunId>>("id")?.0,
                    row.get::<_, Text<TaskId>>("task_id")?.0,
                    row.get::<_, Option<Text<ProfileId>>>("profile_id")?.map(|id| id.0),
                    row.get::<_, bool>("holds")?,
                    row.get::<_, Json<Plan>>("plan")?.0,
                ))
            },
        )?;
        let wanted = folded(resource.key.name.as_str());
        for (run, task, profile, holds, plan) in live {
            let uses = self.uses(task, profile, &plan)?;
            let needs = uses
                .iter()
                .any(|key| key.kind == resource.key.kind && folded(key.name.as_str()) == wanted);
            if !needs {
                continue;
            }
            self.change(
                "note what a run needs",
                "INSERT OR IGNORE INTO need (run_id, resource_id) VALUES (?1, ?2)",
                (Text(run), resource.id),
            )?;
            if holds && resource.capacity.is_some() {
                self.hold_some_slot(resource.id, run)?;
            }
        }
        Ok(())
    }

    fn hold_some_slot(&self, resource: i64, run: RunId) -> Result<()> {
        let slot: i64 = self.one(
            "look for a place",
            "SELECT ifnull((SELECT min(s.slot) FROM slot AS s WHERE s.resource_id = ?1 AND NOT EXISTS (
                     SELECT 1 FROM hold AS x WHERE x.resource_id = ?1 AND x.slot = s.slot)),
                 (SELECT ifnull(max(slot), 0) + 1 FROM slot WHERE resource_id = ?1))",
            [resource],
            |row| row.get(0),
        )?;
        self.change(
            "make a place",
            "INSERT OR IGNORE INTO slot (resource_id, slot) VALUES (?1, ?2)",
            (resource, slot),
        )?;
        self.put_hold(resource, slot, run)
    }

    fn put_hold(&self, resource: i64, slot: i64, run: RunId) -> Result<()> {
        self.change(
            "take a place",
            "INSERT INTO hold (resource_id, slot, run_id) VALUES (?1, ?2, ?3)",
            (resource, slot, Text(run)),
        )
        .map(drop)
    }

    /// Takes places that [`Snapshot::free_places`] found in the same order, and counts the start.
    pub(in crate::table) fn take_places(
        &self,
        run: RunId,
        places: &Places,
        now: Timestamp,
    ) -> Result<()> {
        for (resource, slot) in &places.0 {
            if let Some(slot) = slot {
                self.put_hold(resource.id, *slot, run)?;
            }
            if let Some(rate) = resource.rate {
                self.change(
                    "count a start",
                    "UPDATE resource SET tokens = ?2, filled_ms = ?3 WHERE id = ?1",
                    (resource.id, resource.tokens_at(rate, now) - 1.0, Ms(now)),
                )?;
            }
        }
        Ok(())
    }

    /// Gives a place of the proxy's limit, if it has one, to a run that got the proxy from a pool.
    pub(in crate::table) fn take_proxy_place(
        &self,
        run: RunId,
        proxy: &Name,
        now: Timestamp,
    ) -> Result<()> {
        let key = LimitKey {
            kind: LimitKind::Proxy,
            name: proxy.clone(),
        };
        let Some(resource) = self.resource(&key)? else {
            return Ok(());
        };
        self.change(
            "note what a run needs",
            "INSERT OR IGNORE INTO need (run_id, resource_id) VALUES (?1, ?2)",
            (Text(run), resource.id),
        )?;
        let slot = match resource.capacity {
            Some(_) => self.free_slot(&resource)?,
            None => None,
        };
        self.take_places(run, &Places(vec![(resource, slot)]), now)
    }

    /// A run that takes its proxy from a pool needs that one no more.
    pub(in crate::table) fn forget_proxy_place(&self, run: RunId) -> Result<()> {
        self.change(
            "forget what a run needed",
            "DELETE FROM need WHERE run_id = ?1 AND resource_id IN (SELECT id FROM resource WHERE kind = 'proxy')",
            [Text(run)],
        )
        .map(drop)
    }

    /// Gives back what a run holds.
    pub(in crate::table) fn release(&self, run: RunId) -> Result<()> {
        let held = self.change(
            "give places back",
            "DELETE FROM hold WHERE run_id = ?1",
            [Text(run)],
        )?;
        if held > 0 {
            for resource in self.resources_of(run)? {
                self.fit_slots(&resource)?;
            }
        }
        Ok(())
    }

    /// Makes as many places as the capacity says. Those that are taken stay, so that there can be too many for a while,
    /// and then none is free.
    pub(super) fn fit_slots(&self, resource: &Resource) -> Result<()> {
        let doing = "fit the places of a limit";
        let (all, held): (u32, u32) = self.one(
            doing,
            "SELECT (SELECT count(*) FROM slot WHERE resource_id = ?1), (SELECT count(*) FROM hold WHERE resource_id = ?1)",
            [resource.id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let wanted = resource.capacity.unwrap_or(0).max(held);
        if all > wanted {
            self.change(
                doing,
                "DELETE FROM slot WHERE resource_id = ?1 AND slot IN (
                     SELECT s.slot FROM slot AS s WHERE s.resource_id = ?1 AND NOT EXISTS (
                         SELECT 1 FROM hold AS x WHERE x.resource_id = s.resource_id AND x.slot = s.slot)
                     ORDER BY s.slot DESC LIMIT ?2)",
                (resource.id, all - wanted),
            )?;
        } else if all < wanted {
            self.change(
                doing,
                "WITH RECURSIVE place(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < ?2 + ?3)
                 INSERT INTO slot (resource_id, slot) SELECT ?1, n FROM place
                 WHERE n NOT IN (SELECT slot FROM slot WHERE resource_id = ?1) ORDER BY n LIMIT ?2 - ?3",
                (resource.id, wanted, all),
            )?;
        }
        Ok(())
    }

    /// Gives back what runs hold that are not live any more, as after an unclean end. Tells how much it was.
    pub fn release_orphans(&mut self) -> Result<usize> {
        let held = self.change(
            "give places of ended runs back",
            "DELETE FROM hold WHERE run_id NOT IN (
                 SELECT id FROM run WHERE state IN ('starting', 'running', 'parked', 'stopping'))",
            [],
        )?;
        if held > 0 {
            for resource in self.resources()? {
                self.fit_slots(&resource)?;
            }
        }
        self.release_members()?;
        Ok(held)
    }
}
