//! The contract, over the state in memory.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard},
};

use drover_model::{
    BatchId, Ended, Move, PauseKey, Priority, ProxyId, RunId, RunState, WaitCode, WaitReason,
    proxy::NoMember,
};
use drover_store::{Charge, MoveDetail, NewBatch, NewRun};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::{
    limits::Short,
    pools::Pooled,
    state::{Entry, State, Try},
};
use crate::{
    Clock, LANE_CAP,
    conformance::Things,
    queue::{
        Abilities, ClaimWant, Control, Durability, Enqueued, Moved, OwnerId, QueueError, Recovered,
        RunQueue, RunToken, Taken,
    },
    settle::{Orphan, settle},
};

/// A queue in memory. Clones share it.
#[derive(Clone)]
pub struct MemoryQueue {
    state: Arc<Mutex<State>>,
    clock: Arc<dyn Clock>,
    told: Arc<watch::Sender<u64>>,
}

/// What a [`MemoryQueue`] tells of.
pub type MemoryChanges = watch::Receiver<u64>;

type Result<T> = std::result::Result<T, QueueError>;

impl MemoryQueue {
    /// An empty queue by that clock, which knows those proxies, pools and tags of profiles.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, things: Things) -> Self {
        let tags = things.profiles.into_iter();
        let proxies = things.proxies.into_iter();
        let pools = things.pools.into_iter();
        let state = State {
            tags: tags.map(|profile| (profile.id, profile.tags)).collect(),
            proxies: proxies.map(|proxy| (proxy.id, proxy)).collect(),
            pools: pools.map(|pool| (pool.id, Pooled::new(pool))).collect(),
            ..State::default()
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            clock,
            told: Arc::new(watch::Sender::new(0)),
        }
    }

    /// Begins a fan-out with these runs, none of which starts before it is sealed.
    pub fn begin_batch(&self, batch: &NewBatch, runs: Vec<NewRun>) {
        self.state().begin_batch(batch, runs, self.now());
        self.tell();
    }

    /// The fan-out is complete.
    pub fn seal_batch(&self, batch: BatchId) {
        self.state().seal_batch(batch);
        self.tell();
    }

    /// A proxy was seen to fail, or to work.
    pub fn proxy_seen(&self, proxy: ProxyId, works: bool) {
        self.state().proxy_seen(proxy, works, self.now());
        self.tell();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("BUG: nothing panics while it is held")
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn tell(&self) {
        self.told.send_modify(|told| *told += 1);
    }
}

impl RunQueue for MemoryQueue {
    type Changes = MemoryChanges;

    fn abilities(&self) -> Abilities {
        Abilities {
            durability: Durability::Memory,
            lease: None,
        }
    }

    async fn enqueue(&self, runs: Vec<NewRun>) -> Result<Vec<Enqueued>> {
        let now = self.now();
        let mut state = self.state();
        let (mut fates, mut new) = (Vec::new(), Vec::new());
        for run in runs {
            let known = state.runs.values().any(|entry| {
                entry.new.id == run.id
                    || entry.new.request_id.is_some()
                        && (
                            &entry.new.request_id,
                            entry.new.task_id,
                            entry.new.profile_id,
                        ) == (&run.request_id, run.task_id, run.profile_id)
            });
            fates.push(if known {
                Enqueued::AlreadyThere
            } else {
                Enqueued::Accepted
            });
            if !known {
                new.push(run);
            }
        }
        state.check_room(&new, LANE_CAP as usize)?;
        for run in new {
            state.add(run, now);
        }
        drop(state);
        self.tell();
        Ok(fates)
    }

    async fn claim(&self, owner: &OwnerId, want: ClaimWant) -> Result<Vec<Taken>> {
        let now = self.now();
        let mut state = self.state();
        state.tick(now);
        let mut taken = Vec::new();
        loop {
            let before = taken.len();
            let mut round = state.claimable(now);
            round.truncate(want.at_most - before);
            for run in round {
                if taken.len() >= want.at_most {
                    return Ok(taken);
                }
                // An earlier one of this round may have used up what it needs.
                let entry = state.entry(run)?.clone();
                if state.profile_is_held(run) || !state.short_of(&entry, now).is_empty() {
                    continue;
                }
                let Ok(member) = state.member_for(&entry, now) else {
                    continue;
                };
                let mut plan = entry.new.plan.clone();
                if let Some(member) = member {
                    state.take_member(run, member);
                    plan.lead_through(state.proxies.get(&member));
                }
                let counted = state.count_start(run, now);
                let entry = state.entry(run)?;
                entry.state = entry.state.after(Move::Claim)?;
                entry.stop_intent = None;
                entry.tries.push(Try {
                    ended: false,
                    ran: false,
                    charge: Charge::None,
                    cut_short: false,
                    counted,
                });
                taken.push(Taken {
                    token: RunToken {
                        run,
                        attempt: entry.attempt,
                        owner: owner.clone(),
                    },
                    run: entry.row(),
                    plan,
                });
                state.seq += 1;
                state.serve(run, now);
            }
            if taken.len() == before || taken.len() >= want.at_most {
                return Ok(taken);
            }
        }
    }

    async fn advance(&self, token: &RunToken, step: Move, detail: MoveDetail) -> Result<Moved> {
        let moved = self.state().step(token.run, token.attempt, step, &detail)?;
        self.tell();
        Ok(moved)
    }

    async fn renew(&self, _owner: &OwnerId, _held: &[RunToken]) -> Result<Vec<RunToken>> {
        Ok(Vec::new())
    }

    async fn recover(&self, _owner: &OwnerId, survivors: &BTreeSet<RunId>) -> Result<Recovered> {
        let now = self.now();
        let mut state = self.state();
        let live: Vec<Entry> = state.live().cloned().collect();
        let mut recovered = Recovered::default();
        for entry in live {
            let run = entry.new.id;
            let used = entry.budget();
            let orphan = Orphan {
                state: entry.state,
                stop_intent: entry.stop_intent,
                on_lost: entry.new.plan.on_lost,
                used,
                after_timeout: Orphan::pause_after_timeout(&entry.new.plan, run, used),
                survives: survivors.contains(&run),
            };
            let Some((step, detail)) = settle(orphan, now) else {
                continue;
            };
            match step {
                Move::Requeue => recovered.requeued.push(run),
                Move::End { ended: Ended::Lost } => recovered.lost.push(run),
                Move::End { .. } => recovered.ended.push(run),
                _ => {}
            }
            state.step(run, entry.attempt, step, &detail)?;
        }
        // Who had a turn, and what the machine was like, is forgotten with the life that knew it.
        state.conditions = drover_store::Conditions::default();
        state.remove_open_batches();
        state.lines.clear();
        state.refresh_all(now);
        drop(state);
        self.tell();
        Ok(recovered)
    }

    async fn control(&self, change: Control) -> Result<()> {
        let now = self.now();
        let mut state = self.state();
        match change {
            Control::Pause {
                what,
                paused,
                until,
            } => {
                state.pauses.retain(|(known, _)| *known != what);
                let aside = what != PauseKey::All;
                if paused {
                    state.pauses.push((what, until));
                }
                if aside {
                    state.refresh_all(now);
                }
            }
            Control::Limit {
                key,
                capacity,
                rate,
            } => {
                let name = key.to_string();
                if !state.set_limit(&key, capacity, rate, now) {
                    return Err(QueueError::NotFound {
                        what: "limit",
                        name,
                    });
                }
            }
            Control::Priority { runs, priority } => {
                let next = state.seq + 1;
                for run in runs {
                    if let Some(entry) = state.runs.get_mut(&run)
                        && entry.state == RunState::Queued
                    {
                        entry.priority = priority.get();
                        let is_next = priority == Priority::FIRST && entry.ready.is_some();
                        entry.next = if is_next { next } else { 0 };
                        state.refresh_line_of(run, now);
                    }
                }
            }
            Control::Conditions(conditions) => {
                // Nothing that happened to a run, and so no turn.
                state.conditions = conditions;
                drop(state);
                self.tell();
                return Ok(());
            }
        }
        state.seq += 1;
        drop(state);
        self.tell();
        Ok(())
    }

    async fn why(&self, run: RunId) -> Result<Vec<WaitReason>> {
        let now = self.now();
        let mut state = self.state();
        let entry = state.entry(run)?.clone();
        if entry.state != RunState::Queued {
            return Ok(Vec::new());
        }
        let reason = |code, clears_at| WaitReason {
            code,
            text: format!("{code:?}"),
            blocked_by: Vec::new(),
            clears_at,
        };
        let mut reasons = Vec::new();
        let (conditions, profile) = (&state.conditions, entry.new.profile_id);
        let closed = [
            (conditions.storage_error.is_some(), WaitCode::StorageError),
            (conditions.disk_low.is_some(), WaitCode::DiskLow),
            (conditions.draining, WaitCode::Draining),
            (
                conditions.vault_locked && !entry.new.plan.tokens.is_empty(),
                WaitCode::VaultLocked,
            ),
            (
                state.paused() || state.stands_aside(&entry),
                WaitCode::Paused,
            ),
            (
                profile.is_some_and(|id| conditions.busy_profiles.contains_key(&id)),
                WaitCode::ProfileBusy,
            ),
            (
                profile.is_some() && conditions.memory_short.is_some(),
                WaitCode::MemoryLow,
            ),
        ];
        for (holds, code) in closed {
            if holds {
                reasons.push(reason(code, None));
            }
        }
        if [entry.expires, entry.gives_up]
            .into_iter()
            .flatten()
            .any(|end| end <= now)
            || entry.latest.is_some_and(|latest| latest < now)
        {
            reasons.push(reason(WaitCode::TooLate, None));
        }
        let held_back = entry.ready.is_none() && state.held_back(&entry);
        if held_back {
            reasons.push(reason(WaitCode::Dependency, None));
        }
        if entry.ready.is_none() && entry.not_before > now {
            let code = if entry.attempt > 1 {
                WaitCode::RetryBackoff
            } else {
                WaitCode::NotBefore
            };
            reasons.push(reason(code, Some(entry.not_before)));
        } else if held_back {
            // Whoever is not in line waits for nobody there.
        } else if state.profile_is_held(run) {
            reasons.push(reason(WaitCode::ProfileBusy, None));
        } else if state.ahead_of(run) > 0 {
            reasons.push(reason(WaitCode::LaneOrder, None));
        }
        for short in state.short_of(&entry, now) {
            reasons.push(match short {
                Short::Full => reason(WaitCode::ResourceFull, None),
                Short::Until(at) => reason(WaitCode::RateLimited, Some(at)),
            });
        }
        if let Err(none) = state.member_for(&entry, now) {
            let code = match none {
                NoMember::AllPaused | NoMember::KeptPaused { .. } => WaitCode::Paused,
                _ => WaitCode::PoolBusy,
            };
            reasons.push(reason(code, none.until()));
        }
        Ok(reasons)
    }

    async fn standing(&self, run: RunId) -> Result<Option<(RunState, u32)>> {
        let state = self.state();
        Ok(state
            .runs
            .get(&run)
            .map(|entry| (entry.state, entry.attempt)))
    }

    async fn next_wake(&self) -> Result<Option<Timestamp>> {
        let now = self.now();
        let state = self.state();
        let queued = || {
            state
                .runs
                .values()
                .filter(|entry| entry.state == RunState::Queued)
        };
        let due = queued()
            .filter(|entry| entry.ready.is_none())
            .map(|entry| entry.not_before);
        let deadlines = queued().flat_map(|entry| {
            let past = entry
                .latest
                .map(|latest| latest + SignedDuration::from_millis(1));
            [entry.expires, entry.gives_up, past]
        });
        let refills = state.limits.iter().filter_map(|(name, limit)| {
            let needed =
                queued().any(|entry| state.uses(entry).contains(name)) || state.is_waited_for(name);
            limit.refills(now).filter(|_| needed)
        });
        let pauses = state.pauses.iter().filter_map(|(_, until)| *until);
        Ok(due
            .chain(deadlines.flatten())
            .chain(refills)
            .chain(pauses)
            .chain(state.rested(now))
            .filter(|at| *at > now)
            .min())
    }

    fn changes(&self) -> MemoryChanges {
        self.told.subscribe()
    }

    async fn changed(changes: &mut MemoryChanges) -> bool {
        changes.changed().await.is_ok()
    }
}
