//! Tables `resource`, `slot`, `need` and `hold`: what is limited, what runs need of it, and who has it.
//!
//! A place is a row of `slot`, and having it is a row of `hold` with the same key: no count that could be wrong.

mod batch;
mod follow;
mod resource;
#[cfg(test)]
mod tests;
mod write;

use drover_model::{Capacity, Limit, LimitKey, LimitKind, Name, Plan, ProfileId, RunId, TaskId};
use jiff::Timestamp;

use self::resource::{COLUMNS, Resource, from_row};
use crate::{
    Result, Snapshot,
    column::{Text, folded},
};

/// Whether the limit `c` lets no run start at `?1`. A limit over time is a bucket that fills, reckoned exactly as by
/// `Resource::tokens_at`: a difference in the last digit would leave a run that may start without a wake-up.
macro_rules! used_up {
    () => {
        "(c.capacity IS NOT NULL AND NOT EXISTS (SELECT 1 FROM slot AS s WHERE s.resource_id = c.id
            AND NOT EXISTS (SELECT 1 FROM hold AS x WHERE x.resource_id = s.resource_id AND x.slot = s.slot)))
        OR (c.rate_ms IS NOT NULL
            AND c.tokens + max(0, ?1 - c.filled_ms) * c.rate_starts * 1.0 / c.rate_ms < 1.0)"
    };
}
pub(super) use used_up;

/// A limit that a run needs and cannot have now.
#[derive(Debug, Clone)]
pub(super) struct Shortage {
    pub(super) key: LimitKey,
    pub(super) capacity: Option<Capacity>,
    pub(super) held_by: Vec<RunId>,
    /// For a limit over time: when the next start is possible.
    pub(super) refills_at: Option<Timestamp>,
}

/// What a run needs, with a free place of each that counts live runs.
#[derive(Default)]
pub(super) struct Places(Vec<(Resource, Option<i64>)>);

impl Snapshot<'_> {
    /// Every limit, by kind and name.
    pub fn limits(&self) -> Result<Vec<Limit>> {
        self.resources()?
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

    fn resources(&self) -> Result<Vec<Resource>> {
        self.all(
            "read the limits",
            &format!("SELECT {COLUMNS} FROM resource AS c ORDER BY c.kind, c.name_key"),
            [],
            from_row,
        )
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
                     WHERE n.resource_id = c.id AND r.state = 'queued')
                 OR c.rate_ms IS NOT NULL AND c.kind = 'proxy' AND EXISTS (
                     SELECT 1 FROM proxy AS x JOIN pool_member AS m ON m.proxy_id = x.id
                         JOIN pool_need AS n ON n.pool_id = m.pool_id
                     WHERE x.name_key = c.name_key AND n.proxy_id IS NULL)"
            ),
            [],
            from_row,
        )?;
        Ok(rated
            .iter()
            .filter_map(|resource| resource.refills_at(now))
            .min())
    }

    fn tags_of(&self, profile: ProfileId) -> Result<Vec<String>> {
        self.all(
            "read the tags of a profile",
            "SELECT tag FROM profile_tag WHERE profile_id = ?1",
            [Text(profile)],
            |row| row.get(0),
        )
    }

    /// What a run uses that can be limited, by today's names.
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
        let proxy = match plan.proxy_id {
            Some(id) => self.proxy(id)?.map(|proxy| proxy.name),
            None => None,
        };
        uses.extend(
            proxy
                .or_else(|| plan.proxy_name.clone())
                .map(|name| key(LimitKind::Proxy, name)),
        );
        let named = plan.resources.iter().map(|need| need.name.clone());
        uses.extend(named.map(|name| key(LimitKind::Resource, name)));
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
            let tags = self.tags_of(profile)?;
            uses.extend(
                tags.iter()
                    .filter_map(|tag| Some(key(LimitKind::Tag, tag.parse().ok()?))),
            );
        }
        Ok(uses)
    }
}
