//! The demo's queue: who is next, and what stands in the way.

use drover_model::{
    Capacity, Limit, LimitKey, LimitKind, Priority, Rate, RunId, RunRow, RunState, WaitCode,
    WaitReason,
};
use jiff::{SignedDuration, Timestamp};

use super::world::World;

/// Seconds until a further attempt.
const RETRY_AFTER: i64 = 60;

/// A limit as it is kept.
pub(super) struct LimitRow {
    pub(super) key: LimitKey,
    pub(super) capacity: Option<Capacity>,
    pub(super) rate: Option<Rate>,
}

impl World {
    pub(super) fn priority(&self, run: RunId) -> Priority {
        self.priorities.get(&run).copied().unwrap_or_default()
    }

    /// What waits, in the order of turns.
    pub(super) fn in_line(&self) -> Vec<RunRow> {
        let mut rows: Vec<RunRow> = self
            .rows()
            .filter(|row| row.state == RunState::Queued)
            .cloned()
            .collect();
        rows.sort_by_key(|row| {
            let later = self.retries_at(row).is_some();
            let priority = std::cmp::Reverse(self.priority(row.id));
            (later, priority, row.queued_at, row.id)
        });
        rows
    }

    /// What runs, oldest first.
    pub(super) fn live(&self) -> Vec<RunRow> {
        let mut rows: Vec<RunRow> = self
            .rows()
            .filter(|row| row.state.is_live() && row.state != RunState::Queued)
            .cloned()
            .collect();
        rows.sort_by_key(|row| row.id);
        rows
    }

    pub(super) fn limits(&self) -> Vec<Limit> {
        let (live, line) = (self.live(), self.in_line());
        let of = |rows: &[RunRow], key: &LimitKey| -> Vec<RunId> {
            let needs = rows.iter().filter(|row| self.needs(row, key));
            needs.map(|row| row.id).collect()
        };
        let row = |limit: &LimitRow| Limit {
            key: limit.key.clone(),
            capacity: limit.capacity,
            rate: limit.rate,
            held_by: of(&live, &limit.key),
            waiting: u32::try_from(of(&line, &limit.key).len()).unwrap_or(u32::MAX),
        };
        self.limits.iter().map(row).collect()
    }

    /// Why a queued run waits, the longest first.
    pub(super) fn reasons(&self, row: &RunRow) -> Vec<WaitReason> {
        let mut reasons = Vec::new();
        if self.paused {
            reasons.push(reason(WaitCode::Paused, "the queue is paused".to_owned()));
        }
        match self.retries_at(row) {
            Some(at) => {
                let seconds = at.duration_since(self.now).as_secs();
                let text = format!("attempt {} starts in {seconds} s", row.attempt);
                reasons.push(WaitReason {
                    clears_at: Some(at),
                    ..reason(WaitCode::RetryBackoff, text)
                });
            }
            None => reasons.extend(self.line_reason(row)),
        }
        for limit in self.limits() {
            if self.needs(row, &limit.key) {
                reasons.extend(self.used_up(&limit));
            }
        }
        if reasons.is_empty() {
            reasons.extend(self.workers_full());
        }
        reasons
    }

    fn line_reason(&self, row: &RunRow) -> Option<WaitReason> {
        let name = row.profile.as_ref()?;
        let same = |other: &&RunRow| other.profile_id == row.profile_id;
        if let Some(holder) = self.live().iter().find(same) {
            let text = format!("profile `{name}` is in use by run {}", holder.id.short());
            return Some(WaitReason {
                blocked_by: vec![holder.id],
                ..reason(WaitCode::ProfileBusy, text)
            });
        }
        let line = self.in_line();
        let before = line.iter().take_while(|other| other.id != row.id);
        let ahead = before.filter(same).count();
        let runs = if ahead == 1 { "run" } else { "runs" };
        let text = format!("{ahead} more {runs} of profile `{name}` first");
        (ahead > 0).then(|| reason(WaitCode::LaneOrder, text))
    }

    fn used_up(&self, limit: &Limit) -> Vec<WaitReason> {
        let (kind, name) = (limit.key.kind.name(), &limit.key.name);
        let used = limit.held_by.len();
        let full = limit
            .capacity
            .filter(|capacity| used >= capacity.get() as usize)
            .map(|capacity| WaitReason {
                blocked_by: limit.held_by.clone(),
                ..reason(
                    WaitCode::ResourceFull,
                    format!("{kind} `{name}` is at its limit, {used} of {capacity}"),
                )
            });
        let rate = self.refills_at(limit).map(|at| WaitReason {
            clears_at: Some(at),
            ..reason(
                WaitCode::RateLimited,
                format!("{kind} `{name}` lets no more runs start for a while"),
            )
        });
        full.into_iter().chain(rate).collect()
    }

    /// When the oldest start within the limit's time is over, while there were as many as may be.
    fn refills_at(&self, limit: &Limit) -> Option<Timestamp> {
        let rate = limit.rate?;
        let span = SignedDuration::from_millis(i64::try_from(rate.per_ms()).ok()?);
        let mut starts: Vec<Timestamp> = self
            .rows()
            .filter(|row| self.needs(row, &limit.key))
            .filter_map(|row| row.started_at)
            .filter(|at| *at + span > self.now)
            .collect();
        starts.sort();
        let full = starts.len() >= rate.starts() as usize;
        starts.first().filter(|_| full).map(|first| *first + span)
    }

    fn workers_full(&self) -> Option<WaitReason> {
        let (live, workers) = (self.live(), self.settings.workers);
        (live.len() >= workers as usize).then(|| WaitReason {
            blocked_by: live.iter().map(|row| row.id).collect(),
            ..reason(
                WaitCode::WorkersFull,
                format!("{} of {workers} workers are busy", live.len()),
            )
        })
    }

    fn needs(&self, row: &RunRow, key: &LimitKey) -> bool {
        let wanted = key.name.as_str();
        let profile = row
            .profile_id
            .and_then(|id| self.profiles.iter().find(|profile| profile.id == id));
        match key.kind {
            LimitKind::Task => row.task.as_str() == wanted,
            LimitKind::Proxy => profile
                .and_then(|profile| profile.proxy.as_ref())
                .is_some_and(|proxy| proxy.as_str() == wanted),
            LimitKind::Tag => {
                profile.is_some_and(|profile| profile.tags.iter().any(|tag| tag == wanted))
            }
            LimitKind::Token => self.task(row.task.as_str()).is_ok_and(|task| {
                task.spec
                    .tokens
                    .iter()
                    .any(|token| token.name.as_str() == wanted)
            }),
            LimitKind::Resource => false,
        }
    }

    fn retries_at(&self, row: &RunRow) -> Option<Timestamp> {
        let at = row.queued_at + SignedDuration::from_secs(RETRY_AFTER);
        (row.attempt > 1 && at > self.now).then_some(at)
    }
}

fn reason(code: WaitCode, text: String) -> WaitReason {
    WaitReason {
        code,
        text,
        blocked_by: Vec::new(),
        clears_at: None,
    }
}

#[cfg(test)]
mod tests {
    use drover_model::Settings;

    use super::super::scene::Scene;
    use super::super::seed;
    use super::*;

    fn busy() -> World {
        let now = "2026-05-04T12:02:41Z".parse().unwrap();
        seed::world(Scene::Busy, Settings::default(), now)
    }

    #[test]
    fn a_busy_queue_shows_every_kind_of_reason() {
        let world = busy();
        let line = world.in_line();
        let codes: Vec<WaitCode> = line
            .iter()
            .flat_map(|row| world.reasons(row))
            .map(|reason| reason.code)
            .collect();
        for code in [
            WaitCode::ProfileBusy,
            WaitCode::LaneOrder,
            WaitCode::ResourceFull,
            WaitCode::RateLimited,
            WaitCode::RetryBackoff,
            WaitCode::WorkersFull,
        ] {
            assert!(codes.contains(&code), "{code:?} in {codes:?}");
        }
    }

    #[test]
    fn a_higher_priority_has_its_turn_first() {
        let mut world = busy();
        let ready: Vec<RunId> = world
            .in_line()
            .iter()
            .filter(|row| row.attempt == 1)
            .map(|row| row.id)
            .collect();
        let last = *ready.last().unwrap();
        world.priorities.insert(last, Priority::FIRST);
        assert_eq!(world.in_line()[0].id, last);
    }
}
