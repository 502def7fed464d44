//! Limits: places of live runs, and starts over time.

use std::collections::BTreeSet;

use drover_model::{Capacity, LimitKey, LimitKind, Rate, RunId};
use jiff::{SignedDuration, Timestamp};

use super::state::{Entry, State, folded, folded_key};

/// A limit.
#[derive(Debug, Clone)]
pub(super) struct Limited {
    pub(super) capacity: Option<Capacity>,
    rate: Option<Rate>,
    /// Starts that are possible, at `filled`.
    tokens: f64,
    filled: Timestamp,
}

impl Limited {
    fn tokens_at(&self, rate: Rate, now: Timestamp) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a token is not worth 2^52 milliseconds"
        )]
        let (passed, per) = (
            (now.as_millisecond() - self.filled.as_millisecond()).max(0) as f64,
            rate.per_ms() as f64,
        );
        let most = f64::from(rate.starts());
        (self.tokens + passed * most / per).min(most)
    }

    /// When a start is possible, if it is not now.
    pub(super) fn refills(&self, now: Timestamp) -> Option<Timestamp> {
        let rate = self.rate?;
        let missing = 1.0 - self.tokens_at(rate, now);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "a rate is at most one start in 30 days"
        )]
        let wait = (missing * rate.per_ms() as f64 / f64::from(rate.starts())).ceil() as i64;
        (missing > 0.0).then(|| now + SignedDuration::from_millis(wait.max(1)))
    }
}

/// Why a limit keeps a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Short {
    Full,
    Until(Timestamp),
}

impl State {
    pub(super) fn set_limit(
        &mut self,
        key: &LimitKey,
        capacity: Option<Capacity>,
        rate: Option<Rate>,
        now: Timestamp,
    ) -> bool {
        let name = folded_key(key);
        if capacity.is_none() && rate.is_none() {
            return self.limits.remove(&name).is_some();
        }
        let before = self.limits.get(&name);
        let tokens = rate.map_or(0.0, |rate| {
            let full = f64::from(rate.starts());
            let kept = before.and_then(|before| Some(before.tokens_at(before.rate?, now)));
            kept.map_or(full, |kept| kept.min(full))
        });
        let limited = Limited {
            capacity,
            rate,
            tokens,
            filled: now,
        };
        self.limits.insert(name, limited);
        true
    }

    /// A task gives its named resources the limits that nobody else has set.
    pub(super) fn set_own_limits(&mut self, entry: &Entry, now: Timestamp) {
        for need in &entry.new.plan.resources {
            let key = LimitKey {
                kind: LimitKind::Resource,
                name: need.name.clone(),
            };
            let known = folded(LimitKind::Resource, need.name.as_str());
            if need.capacity.is_some() && !self.limits.contains_key(&known) {
                self.set_limit(&key, need.capacity, None, now);
            }
        }
    }

    fn held(&self, limit: &str) -> usize {
        self.live()
            .filter(|entry| self.uses(entry).contains(limit))
            .count()
    }

    fn is_full(&self, name: &str, limit: &Limited) -> bool {
        let places = limit.capacity.map(|capacity| capacity.get() as usize);
        places.is_some_and(|places| self.held(name) >= places)
    }

    /// Whether that limit, if there is one, lets nobody start.
    pub(super) fn is_used_up(&self, name: &str, now: Timestamp) -> bool {
        let limit = self.limits.get(name);
        limit.is_some_and(|limit| self.is_full(name, limit) || limit.refills(now).is_some())
    }

    /// What keeps that run from starting.
    pub(super) fn short_of(&self, entry: &Entry, now: Timestamp) -> Vec<Short> {
        let mut short = Vec::new();
        for name in self.uses(entry) {
            let Some(limit) = self.limits.get(&name) else {
                continue;
            };
            if self.is_full(&name, limit) {
                short.push(Short::Full);
            }
            short.extend(limit.refills(now).map(Short::Until));
        }
        short
    }

    /// Counts the start of that run; answers by which limits.
    pub(super) fn count_start(&mut self, run: RunId, now: Timestamp) -> BTreeSet<String> {
        let uses = self.runs.get(&run).map(|entry| self.uses(entry));
        let uses = uses.unwrap_or_default();
        let mut counted = BTreeSet::new();
        for name in uses {
            if let Some(limit) = self.limits.get_mut(&name)
                && let Some(rate) = limit.rate
            {
                (limit.tokens, limit.filled) = (limit.tokens_at(rate, now) - 1.0, now);
                counted.insert(name);
            }
        }
        counted
    }

    /// The start of an attempt whose code never ran does not count.
    pub(super) fn give_back(&mut self, run: RunId) {
        let last = self.runs.get(&run).and_then(|entry| entry.tries.last());
        let Some(counted) = last
            .filter(|last| !last.ran)
            .map(|last| last.counted.clone())
        else {
            return;
        };
        for name in counted {
            if let Some(limit) = self.limits.get_mut(&name)
                && let Some(rate) = limit.rate
            {
                limit.tokens = (limit.tokens + 1.0).min(f64::from(rate.starts()));
            }
        }
    }

    pub(super) fn turn_limits_back(&mut self, now: Timestamp) {
        for limit in self.limits.values_mut() {
            limit.filled = limit.filled.min(now);
        }
    }
}
