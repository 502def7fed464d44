//! Setting limits, and taking and giving back what they limit.

use drover_model::{
    Capacity, Fact, LimitKey, LimitKind, Name, Plan, ProfileId, Rate, RunId, TaskId,
};
use jiff::Timestamp;

use super::{Places, resource::Resource};
use crate::{
    Error, Result, Writing,
    column::{Count, Json, Ms, Text, folded},
};

impl Writing<'_> {
    /// Notes which limits a new run needs. A limit that is set later finds its runs by itself; one that the task itself
    /// gives a named resource is set now, unless somebody has set one.
    pub(in crate::table) fn put_needs(
        &mut self,
        run: RunId,
        task: TaskId,
        profile: Option<ProfileId>,
        plan: &Plan,
    ) -> Result<()> {
        for need in &plan.resources {
            let key = LimitKey {
                kind: LimitKind::Resource,
                name: need.name.clone(),
            };
            if need.capacity.is_some() && self.resource(&key)?.is_none() {
                self.set_limit(&key, need.capacity, None)?;
            }
        }
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
        capacity: Option<Capacity>,
        rate: Option<Rate>,
    ) -> Result<()> {
        if capacity.is_none() && rate.is_none() {
            return self.remove_limit(key);
        }
        let now = self.at();
        let before = self.resource(key)?;
        // A bucket keeps what is in it, and a new one is full.
        let tokens = rate.map_or(0.0, |rate| {
            let full = f64::from(rate.starts());
            let kept = before
                .as_ref()
                .and_then(|before| Some(before.tokens_at(before.rate?, now)));
            kept.map_or(full, |kept| kept.min(full))
        });
        self.change(
            "set a limit",
            "INSERT INTO resource (kind, name, name_key, capacity, rate_starts, rate_ms, tokens, filled_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (kind, name_key) DO UPDATE SET capacity = excluded.capacity, rate_starts = excluded.rate_starts,
                 rate_ms = excluded.rate_ms, tokens = excluded.tokens, filled_ms = excluded.filled_ms",
            (
                key.kind.name(),
                key.name.as_str(),
                folded(key.name.as_str()),
                capacity.map(Capacity::get),
                rate.map(Rate::starts),
                rate.map(|rate| Count(rate.per_ms())),
                tokens,
                Ms(now),
            ),
        )?;
        let resource = self
            .resource(key)?
            .ok_or_else(|| Error::not_found("limit", key))?;
        self.find_needs(&resource)?;
        self.hold_for_live_runs(&resource)?;
        self.fit_slots(&resource)?;
        self.record(Fact::QueueChanged).map(drop)
    }

    /// Live runs that need a limit which counts them, and have no place yet, get one each, above the capacity where they
    /// are too many. A limit that does not count live runs has no places.
    fn hold_for_live_runs(&self, resource: &Resource) -> Result<()> {
        if resource.capacity.is_none() {
            return self
                .change(
                    "give places back",
                    "DELETE FROM hold WHERE resource_id = ?1",
                    [resource.id],
                )
                .map(drop);
        }
        let without = self.all(
            "look for live runs without a place",
            "SELECT r.id FROM need AS n JOIN run AS r ON r.id = n.run_id
             WHERE n.resource_id = ?1 AND r.finished_ms IS NULL AND r.state <> 'queued'
                 AND NOT EXISTS (SELECT 1 FROM hold AS x WHERE x.run_id = r.id AND x.resource_id = ?1) ORDER BY r.id",
            [resource.id],
            |row| Ok(row.get::<_, Text<RunId>>(0)?.0),
        )?;
        without
            .into_iter()
            .try_for_each(|run| self.hold_some_slot(resource.id, run))
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

    /// Notes the need of every live run that uses what is limited.
    pub(super) fn find_needs(&self, resource: &Resource) -> Result<()> {
        let live = self.all(
            "read what live runs use",
            "SELECT r.id, r.task_id, r.profile_id, l.plan
             FROM run AS r JOIN run_plan AS l ON l.run_id = r.id
             WHERE r.state IN ('queued', 'starting', 'running', 'parked', 'stopping') AND NOT EXISTS (
                 SELECT 1 FROM need AS n WHERE n.run_id = r.id AND n.resource_id = ?1)",
            [resource.id],
            |row| {
                Ok((
                    row.get::<_, Text<RunId>>("id")?.0,
                    row.get::<_, Text<TaskId>>("task_id")?.0,
                    row.get::<_, Option<Text<ProfileId>>>("profile_id")?.map(|id| id.0),
                    row.get::<_, Json<Plan>>("plan")?.0,
                ))
            },
        )?;
        let wanted = folded(resource.key.name.as_str());
        for (run, task, profile, plan) in live {
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
        attempt: u32,
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
                self.change(
                    "note who was counted",
                    "UPDATE need SET charged = ?3 WHERE run_id = ?1 AND resource_id = ?2",
                    (Text(run), resource.id, attempt),
                )?;
            }
        }
        Ok(())
    }

    /// Gives a place of the proxy's limit, if it has one, to a run that got the proxy from a pool.
    pub(in crate::table) fn take_proxy_place(
        &self,
        run: RunId,
        attempt: u32,
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
        self.take_places(run, attempt, &Places(vec![(resource, slot)]), now)
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

    /// Gives back what a run holds, and the counted start of an attempt whose task code never started.
    pub(in crate::table) fn release(&self, run: RunId, attempt: u32) -> Result<()> {
        self.change(
            "give a start back",
            "UPDATE resource SET tokens = min(tokens + 1.0, rate_starts)
             WHERE rate_ms IS NOT NULL
                 AND id IN (SELECT resource_id FROM need WHERE run_id = ?1 AND charged = ?2)
                 AND EXISTS (SELECT 1 FROM attempt WHERE run_id = ?1 AND attempt = ?2 AND running_ms IS NULL)",
            (Text(run), attempt),
        )?;
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
        let wanted = resource.capacity.map_or(0, Capacity::get).max(held);
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
                 SELECT id FROM run WHERE finished_ms IS NULL AND state <> 'queued')",
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
