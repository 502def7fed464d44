//! Tables `resource`, `slot`, `need` and `hold`: what is limited, what runs need of it, and who has it.
//!
//! A place is a row of `slot`, and having it is a row of `hold` with the same key: no count that could be wrong.

use drover_model::{Fact, Limit, LimitKey, LimitKind, Name, Plan, ProfileId, Rate, RunId, TaskId};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Row;

use crate::{
    Error, Result, Snapshot, Writing,
    column::{Ms, Text, Word, folded},
};

/// A limit that a run needs and cannot have now.
#[derive(Debug, Clone)]
pub(super) struct Shortage {
    pub(super) key: LimitKey,
    pub(super) capacity: Option<u32>,
    pub(super) held_by: Vec<RunId>,
    /// For a limit over time: when the next start is possible.
    pub(super) refills_at: Option<Timestamp>,
}

/// What a run needs, with a free place of each that counts live runs.
pub(super) struct Places(Vec<(Resource, Option<i64>)>);

/// A row of `resource`.
struct Resource {
    id: i64,
    key: LimitKey,
    capacity: Option<u32>,
    rate: Option<Rate>,
    /// Starts that are possible, at `filled`.
    tokens: f64,
    filled: Timestamp,
}

const COLUMNS: &str =
    "c.id, c.kind, c.name, c.capacity, c.rate_starts, c.rate_ms, c.tokens, c.filled_ms";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Resource> {
    let rate = row
        .get::<_, Option<u32>>("rate_starts")?
        .zip(row.get::<_, Option<i64>>("rate_ms")?);
    Ok(Resource {
        id: row.get("id")?,
        key: LimitKey {
            kind: row.get::<_, Word<LimitKind>>("kind")?.0,
            name: row.get::<_, Text<Name>>("name")?.0,
        },
        capacity: row.get("capacity")?,
        rate: rate.map(|(starts, per_ms)| Rate {
            starts,
            per_ms: per_ms.unsigned_abs(),
        }),
        tokens: row.get("tokens")?,
        filled: row.get::<_, Ms>("filled_ms")?.0,
    })
}

impl Resource {
    /// Starts that are possible at `now`. The bucket never holds more than the rate's number, and a clock that was set
    /// back empties nothing.
    fn tokens_at(&self, rate: Rate, now: Timestamp) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a token is not worth 2^52 milliseconds"
        )]
        let (passed, per) = (
            (now.as_millisecond() - self.filled.as_millisecond()).max(0) as f64,
            rate.per_ms as f64,
        );
        let most = f64::from(rate.starts);
        (self.tokens + passed * most / per).min(most)
    }

    /// When a start is possible, if it is not at `now`.
    fn refills_at(&self, now: Timestamp) -> Option<Timestamp> {
        let rate = self.rate?;
        let missing = 1.0 - self.tokens_at(rate, now);
        if missing <= 0.0 {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "a rate is at most one start in 30 days"
        )]
        let wait = (missing * rate.per_ms as f64 / f64::from(rate.starts)).ceil() as i64;
        Some(now + SignedDuration::from_millis(wait.max(1)))
    }
}

impl Snapshot<'_> {
    /// Every limit, by kind and name.
    pub fn limits(&self) -> Result<Vec<Limit>> {
        let resources = self.all(
            "read the limits",
            &format!("SELECT {COLUMNS} FROM resource AS c ORDER BY c.kind, c.name_key"),
            [],
            from_row,
        )?;
        resources
            .into_iter()
            .map(|resource| {
                Ok(Limit {
                    held_by: self.holders(resource.id)?,
                    waiting: self.one(
                        "count the runs that need a limit",
                        "SELECT count(*) FROM need AS n JOIN run AS r ON r.id = n.run_id
                         WHERE n.resource_id = ?1 AND r.state = 'queued'",
                        [resource.id],
                        |row| row.get(0),
                    )?,
                    key: resource.key,
                    capacity: resource.capacity,
                    rate: resource.rate,
                })
            })
            .collect()
    }

    fn holders(&self, resource: i64) -> Result<Vec<RunId>> {
        self.all(
            "read who has a limit",
            "SELECT run_id FROM hold WHERE resource_id = ?1 ORDER BY run_id",
            [resource],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )
    }

    fn resource(&self, key: &LimitKey) -> Result<Option<Resource>> {
        self.first(
            "read a limit",
            &format!("SELECT {COLUMNS} FROM resource AS c WHERE c.kind = ?1 AND c.name_key = ?2"),
            (key.kind.name(), folded(key.name.as_str())),
            from_row,
        )
    }

    fn resources_of(&self, run: RunId) -> Result<Vec<Resource>> {
        self.all(
            "read the limits of a run",
            &format!(
                "SELECT {COLUMNS} FROM need AS n JOIN resource AS c ON c.id = n.resource_id WHERE n.run_id = ?1
                 ORDER BY c.id"
            ),
            [Text(run)],
            from_row,
        )
    }

    /// A free place, if there is one.
    fn free_slot(&self, resource: &Resource) -> Result<Option<i64>> {
        self.first(
            "look for a free place",
            "SELECT s.slot FROM slot AS s WHERE s.resource_id = ?1 AND NOT EXISTS (
                 SELECT 1 FROM hold AS x WHERE x.resource_id = s.resource_id AND x.slot = s.slot)
             ORDER BY s.slot LIMIT 1",
            [resource.id],
            |row| row.get(0),
        )
    }

    /// A place of everything that a run needs at `now`, or none at all when something is short.
    pub(super) fn free_places(&self, run: RunId, now: Timestamp) -> Result<Option<Places>> {
        let mut places = Vec::new();
        for resource in self.resources_of(run)? {
            if resource.refills_at(now).is_some() {
                return Ok(None);
            }
            let slot = match resource.capacity {
                None => None,
                Some(_) => match self.free_slot(&resource)? {
                    None => return Ok(None),
                    slot => slot,
                },
            };
            places.push((resource, slot));
        }
        Ok(Some(Places(places)))
    }

    /// The limits that keep a run from starting at `now`.
    pub(super) fn shortages(&self, run: RunId, now: Timestamp) -> Result<Vec<Shortage>> {
        let mut short = Vec::new();
        for resource in self.resources_of(run)? {
            let full = resource.capacity.is_some() && self.free_slot(&resource)?.is_none();
            let refills_at = resource.refills_at(now);
            if full || refills_at.is_some() {
                short.push(Shortage {
                    held_by: if full {
                        self.holders(resource.id)?
                    } else {
                        Vec::new()
                    },
                    key: resource.key,
                    capacity: resource.capacity.filter(|_| full),
                    refills_at,
                });
            }
        }
        Ok(short)
    }

    /// When a limit over time lets the next start pass, among those that some queued run needs.
    pub(super) fn next_refill(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        let rated = self.all(
            "look for the next start that a limit lets pass",
            &format!(
                "SELECT {COLUMNS} FROM resource AS c WHERE c.rate_ms IS NOT NULL AND EXISTS (
                     SELECT 1 FROM need AS n JOIN run AS r ON r.id = n.run_id
                     WHERE n.resource_id = c.id AND r.state = 'queued')"
            ),
            [],
            from_row,
        )?;
        Ok(rated
            .iter()
            .filter_map(|resource| resource.refills_at(now))
            .min())
    }

    /// What a run uses that can be limited.
    fn uses(&self, task: TaskId, profile: Option<ProfileId>, plan: &Plan) -> Result<Vec<LimitKey>> {
        let key = |kind, name| LimitKey { kind, name };
        let mut uses = vec![key(LimitKind::Task, plan.task.clone())];
        if let Some(name) = self.first(
            "read the name of a task",
            "SELECT name FROM task WHERE id = ?1",
            [Text(task)],
            |row| Ok(row.get::<_, Text<Name>>(0)?.0),
        )? {
            uses[0].name = name;
        }
        uses.extend(
            plan.proxy_name
                .clone()
                .map(|name| key(LimitKind::Proxy, name)),
        );
        for token in &plan.tokens {
            uses.extend(
                token
                    .as_str()
                    .parse()
                    .ok()
                    .map(|name| key(LimitKind::Token, name)),
            );
        }
        if let Some(profile) = profile {
            let tags: Vec<String> = self.all(
                "read the tags of a profile",
                "SELECT tag FROM profile_tag WHERE profile_id = ?1",
                [Text(profile)],
                |row| row.get(0),
            )?;
            uses.extend(
                tags.iter()
                    .filter_map(|tag| Some(key(LimitKind::Tag, tag.parse().ok()?))),
            );
        }
        Ok(uses)
    }
}

impl Writing<'_> {
    /// Notes which limits a new run needs. A limit that is set later finds its runs by itself.
    pub(super) fn put_needs(
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
                    row.get::<_, crate::column::Json<Plan>>("plan")?.0,
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
    pub(super) fn take_places(&self, run: RunId, places: &Places, now: Timestamp) -> Result<()> {
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

    /// Gives back what a run holds.
    pub(super) fn release(&self, run: RunId) -> Result<()> {
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
    fn fit_slots(&self, resource: &Resource) -> Result<()> {
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

    /// Gives back what runs hold that are not live any more, as after an unclean end.
    pub fn release_orphans(&mut self) -> Result<usize> {
        self.change(
            "give places of ended runs back",
            "DELETE FROM hold WHERE run_id NOT IN (
                 SELECT id FROM run WHERE state IN ('starting', 'running', 'parked', 'stopping'))",
            [],
        )
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{Ended, Move, Profile};

    use super::*;
    use crate::{
        Applied, MoveDetail,
        testing::{Database, at, profile, run, task},
    };

    fn database(runs: u128) -> Database {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        for number in 1..=runs {
            let tagged = Profile {
                tags: vec!["eu".to_owned()],
                ..profile(number, &format!("p{number}"))
            };
            writing.insert_profile(&tagged).unwrap();
            writing.insert_run(&run(number, Some(number))).unwrap();
        }
        drop(writing);
        database
    }

    fn id(number: u128) -> RunId {
        RunId::from_bits(number)
    }

    fn claims(writing: &mut Writing<'_>, number: u128) -> bool {
        writing.claim(id(number), at(50), "m").unwrap().is_some()
    }

    fn ends(writing: &mut Writing<'_>, number: u128) {
        for step in [
            Move::Run,
            Move::End {
                ended: Ended::Failed,
            },
        ] {
            let moved = writing.advance(id(number), 1, step, MoveDetail::at(at(60)));
            assert!(matches!(moved.unwrap(), Applied::Done(_)));
        }
    }

    fn key(text: &str) -> LimitKey {
        text.parse().unwrap()
    }

    #[test]
    fn no_more_runs_start_than_a_limit_allows() {
        for limited in ["task:T", "token:shop", "tag:eu"] {
            let database = database(4);
            let mut writing = database.writing();
            writing.set_limit(&key(limited), Some(2), None).unwrap();
            assert!(claims(&mut writing, 1) && claims(&mut writing, 2));
            assert!(!claims(&mut writing, 3), "{limited}");
            assert_eq!(writing.claimable(at(50), 9).unwrap(), [], "{limited}");
            let limit = &writing.limits().unwrap()[0];
            assert_eq!((limit.held_by.len(), limit.waiting), (2, 2), "{limited}");
            let why = writing.why(id(3), at(50)).unwrap();
            assert_eq!(why[0].code, drover_model::WaitCode::ResourceFull);
            assert_eq!(why[0].blocked_by, [id(1), id(2)]);
            ends(&mut writing, 1);
            assert!(claims(&mut writing, 3), "{limited}");
            assert!(!claims(&mut writing, 4), "{limited}");
        }
    }

    #[test]
    fn a_limit_that_is_lowered_lets_busy_ones_end_and_a_raised_one_lets_more_start() {
        let database = database(4);
        let mut writing = database.writing();
        for number in [1, 2, 3] {
            assert!(claims(&mut writing, number));
        }
        writing.set_limit(&key("task:t"), Some(1), None).unwrap();
        assert_eq!(writing.limits().unwrap()[0].held_by.len(), 3);
        for number in [1, 2] {
            ends(&mut writing, number);
            assert!(
                !claims(&mut writing, 4),
                "run 3 has the one place, or more than it"
            );
        }
        ends(&mut writing, 3);
        assert!(claims(&mut writing, 4));
        let later = run(5, None);
        writing.insert_run(&later).unwrap();
        assert!(!claims(&mut writing, 5));
        writing.set_limit(&key("task:t"), Some(2), None).unwrap();
        assert!(claims(&mut writing, 5));
        writing.set_limit(&key("task:t"), None, None).unwrap();
        assert_eq!(writing.limits().unwrap(), []);
        assert!(writing.remove_limit(&key("task:t")).is_err());
    }

    #[test]
    fn a_blocked_head_blocks_its_own_line_alone() {
        let database = database(2);
        let mut writing = database.writing();
        let only_first = Profile {
            tags: vec!["slow".to_owned()],
            ..profile(1, "p1")
        };
        writing.update_profile(&only_first).unwrap();
        writing.set_limit(&key("tag:slow"), Some(0), None).unwrap();
        assert_eq!(writing.claimable(at(50), 9).unwrap(), [id(2)]);
        assert!(!claims(&mut writing, 1) && claims(&mut writing, 2));
    }

    #[test]
    fn starts_over_time_are_a_bucket_that_fills() {
        let database = database(4);
        let mut writing = database.writing();
        let rate = Rate {
            starts: 2,
            per_ms: 60_000,
        };
        writing.set_limit(&key("tag:eu"), None, Some(rate)).unwrap();
        let start = |writing: &mut Writing<'_>, number, second| {
            writing
                .claim(id(number), at(second), "m")
                .unwrap()
                .is_some()
        };
        assert!(start(&mut writing, 1, 10) && start(&mut writing, 2, 10));
        assert!(!start(&mut writing, 3, 39));
        assert_eq!(writing.claimable(at(39), 9).unwrap(), []);
        assert_eq!(writing.next_due(at(10)).unwrap(), Some(at(40)));
        let why = writing.why(id(3), at(10)).unwrap();
        assert_eq!(
            (why[0].code, why[0].clears_at),
            (drover_model::WaitCode::RateLimited, Some(at(40)))
        );
        assert_eq!(writing.claimable(at(40), 9).unwrap(), [id(3), id(4)]);
        assert!(start(&mut writing, 3, 40) && !start(&mut writing, 4, 40));
        assert!(
            !start(&mut writing, 4, 5),
            "a clock that is set back gives nothing"
        );
        assert!(start(&mut writing, 4, 100));
    }

    #[test]
    fn places_of_runs_that_are_gone_come_back() {
        let database = database(2);
        let mut writing = database.writing();
        writing.set_limit(&key("tag:eu"), Some(1), None).unwrap();
        assert!(claims(&mut writing, 1));
        writing
            .conn()
            .execute(
                "UPDATE run SET state = 'lost', finished_ms = 1 WHERE state = 'starting'",
                [],
            )
            .unwrap();
        assert!(!claims(&mut writing, 2));
        assert_eq!(writing.release_orphans().unwrap(), 1);
        assert!(claims(&mut writing, 2));
    }
}
