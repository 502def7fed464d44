//! Everything that the queue in memory knows.

use std::collections::{BTreeMap, BTreeSet};

use drover_model::{
    BatchId, Ended, LimitKey, LimitKind, Move, PauseKey, PoolId, ProfileId, Proxy, ProxyId, RunId,
    RunRow, RunState, StopIntent, run::ExitStatus,
};
use drover_store::{APP_STOPPED, Budget, Charge, Conditions, MoveDetail, NewRun};
use jiff::{SignedDuration, Timestamp};

use super::{
    batches::{Fan, places_of},
    limits::Limited,
    lines::Line,
    pools::Pooled,
};
use crate::queue::{Moved, QueueError};

/// An attempt, as far as budgets need it.
#[derive(Debug, Clone)]
pub(super) struct Try {
    pub(super) ended: bool,
    pub(super) ran: bool,
    pub(super) charge: Charge,
    /// It ended with its owner before its code ran.
    pub(super) cut_short: bool,
    /// Limits over time that its claim was counted by.
    pub(super) counted: BTreeSet<String>,
}

/// A run.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) new: NewRun,
    pub(super) line: String,
    pub(super) state: RunState,
    pub(super) attempt: u32,
    pub(super) priority: u8,
    /// A person lets it run next: the later, the higher. Zero when nobody does.
    pub(super) next: u64,
    pub(super) ready: Option<Timestamp>,
    pub(super) not_before: Timestamp,
    /// It is too late for its first start at this moment, by its own limit.
    pub(super) expires: Option<Timestamp>,
    /// The last moment of its first start, by its schedule.
    pub(super) latest: Option<Timestamp>,
    pub(super) gives_up: Option<Timestamp>,
    pub(super) stop_intent: Option<StopIntent>,
    pub(super) exit: Option<ExitStatus>,
    pub(super) tries: Vec<Try>,
    /// The member of a pool that it has got.
    pub(super) member: Option<ProxyId>,
}

impl Entry {
    pub(super) fn of(new: NewRun) -> Self {
        let after = |from: Timestamp, wait: Option<drover_model::Span>| {
            let wait = SignedDuration::try_from(wait?.duration()).ok()?;
            from.checked_add(wait).ok()
        };
        let not_before = new.not_before.unwrap_or(new.queued_at);
        let limits = &new.plan.limits;
        Self {
            line: new.profile_id.map_or_else(
                || format!("task:{}", new.task_id),
                |id| format!("profile:{id}"),
            ),
            state: RunState::Queued,
            attempt: 1,
            priority: new.priority.get(),
            next: 0,
            ready: new.not_before.is_none().then_some(new.queued_at),
            not_before,
            expires: after(not_before, limits.queue),
            latest: new.origin.expires,
            gives_up: after(new.queued_at, limits.total),
            stop_intent: None,
            exit: None,
            tries: Vec::new(),
            member: None,
            new,
        }
    }

    /// The row of a run that has just been claimed.
    pub(super) fn row(&self) -> RunRow {
        let (new, plan) = (&self.new, &self.new.plan);
        RunRow {
            id: new.id,
            task: plan.task.clone(),
            task_id: new.task_id,
            task_version: new.task_version,
            kind: plan.kind,
            profile: plan.profile.as_ref().map(|profile| profile.name.clone()),
            profile_id: new.profile_id,
            state: self.state,
            reason: None,
            message: None,
            attempt: self.attempt,
            stop_intent: self.stop_intent,
            queued_at: new.queued_at,
            started_at: None,
            finished_at: None,
            waited_ms: None,
            ran_ms: None,
            rerun_of: new.rerun_of,
            asks: false,
            pinned: false,
            park_ends_at: None,
            origin: None,
            seq: 0,
        }
    }

    pub(super) fn budget(&self) -> Budget {
        let closed = || self.tries.iter().filter(|one| one.ended);
        let count = |which: &dyn Fn(&&Try) -> bool| {
            u32::try_from(closed().filter(which).count()).unwrap_or(u32::MAX)
        };
        Budget {
            retries: count(&|one| one.charge == Charge::Retry),
            lost: count(&|one| one.charge == Charge::Lost),
            cut_short: count(&|one| one.cut_short),
        }
    }
}

/// A limit's name as it is compared.
pub(super) fn folded(kind: LimitKind, name: &str) -> String {
    format!("{}:{}", kind.name(), name.trim().to_lowercase())
}

pub(super) fn folded_key(key: &LimitKey) -> String {
    folded(key.kind, key.name.as_str())
}

/// The queue's whole state. Every function is one order.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) runs: BTreeMap<RunId, Entry>,
    pub(super) lines: BTreeMap<String, Line>,
    pub(super) limits: BTreeMap<String, Limited>,
    pub(super) pauses: Vec<(PauseKey, Option<Timestamp>)>,
    pub(super) conditions: Conditions,
    pub(super) batches: BTreeMap<BatchId, Fan>,
    pub(super) pools: BTreeMap<PoolId, Pooled>,
    pub(super) proxies: BTreeMap<ProxyId, Proxy>,
    pub(super) tags: BTreeMap<ProfileId, Vec<String>>,
    /// Counts what happened; a turn is remembered by it.
    pub(super) seq: u64,
}

impl State {
    pub(super) fn live(&self) -> impl Iterator<Item = &Entry> {
        self.runs.values().filter(|entry| entry.state.holds())
    }

    pub(super) fn entry(&mut self, run: RunId) -> Result<&mut Entry, QueueError> {
        self.runs.get_mut(&run).ok_or_else(|| QueueError::NotFound {
            what: "run",
            name: run.to_string(),
        })
    }

    /// Queues a run.
    pub(super) fn add(&mut self, run: NewRun, now: Timestamp) {
        let (id, entry) = (run.id, Entry::of(run));
        self.set_own_limits(&entry, now);
        self.runs.insert(id, entry);
        self.seq += 1;
        self.refresh_line_of(id, now);
    }

    /// What a run uses that can be limited.
    pub(super) fn uses(&self, entry: &Entry) -> BTreeSet<String> {
        let plan = &entry.new.plan;
        let mut uses = BTreeSet::from([folded(LimitKind::Task, plan.task.as_str())]);
        uses.extend(self.proxy_limit(entry));
        let tokens = plan.tokens.iter();
        uses.extend(tokens.map(|name| folded(LimitKind::Token, name.as_str())));
        let needs = plan.resources.iter();
        uses.extend(needs.map(|need| folded(LimitKind::Resource, need.name.as_str())));
        let tags = entry
            .new
            .profile_id
            .and_then(|profile| self.tags.get(&profile));
        let tags = tags.into_iter().flatten();
        uses.extend(tags.map(|tag| folded(LimitKind::Tag, tag)));
        let places = self.shares_places(entry);
        uses.extend(places.map(|batch| folded_key(&places_of(batch))));
        uses
    }

    /// Whether the whole queue is paused.
    pub(super) fn paused(&self) -> bool {
        self.pauses.iter().any(|(what, _)| *what == PauseKey::All)
    }

    /// Whether the task, profile or proxy of that run is paused.
    pub(super) fn stands_aside(&self, entry: &Entry) -> bool {
        let plan = &entry.new.plan;
        self.pauses.iter().any(|(what, _)| match what {
            PauseKey::All => false,
            PauseKey::Task(name) => plan.task == *name,
            PauseKey::Profile(name) => plan
                .profile
                .as_ref()
                .is_some_and(|profile| profile.name == *name),
            PauseKey::Proxy(name) => plan.proxy_name.as_ref() == Some(name),
        })
    }

    /// One step, as the table of states allows it.
    pub(super) fn step(
        &mut self,
        run: RunId,
        attempt: u32,
        step: Move,
        detail: &MoveDetail,
    ) -> Result<Moved, QueueError> {
        let entry = self.entry(run)?;
        let from = entry.state;
        if entry.attempt != attempt || from.is_terminal() {
            return Ok(Moved::Stale);
        }
        let illegal = drover_model::IllegalMove { from, step };
        if step == Move::Claim {
            return Err(illegal.into());
        }
        let (step, detail) = match entry.stop_intent.filter(|_| from == RunState::Stopping) {
            Some(intent) => detail.clone().as_decided(intent, step),
            None => (step, detail.clone()),
        };
        let to = match from.after(step) {
            Ok(to) => to,
            Err(_) if from == RunState::Stopping => return Ok(Moved::Stale),
            Err(illegal) => return Err(illegal.into()),
        };
        entry.state = to;
        if let Move::Stop { intent } = step {
            entry.stop_intent = Some(intent);
        }
        match step {
            Move::Run => {
                (entry.expires, entry.latest) = (None, None);
                if let Some(last) = entry.tries.last_mut() {
                    last.ran = true;
                }
            }
            Move::Requeue | Move::End { .. } => {
                if let Some(last) = entry.tries.last_mut() {
                    last.ended = true;
                    last.charge = detail.charge;
                    last.cut_short = detail.reason.as_deref() == Some(APP_STOPPED);
                }
                entry.exit = detail.exit;
            }
            _ => {}
        }
        if step == Move::Requeue {
            entry.attempt += 1;
            entry.stop_intent = None;
            entry.next = 0;
            entry.not_before = detail.not_before.unwrap_or(detail.at);
            entry.ready = (entry.not_before <= detail.at).then_some(detail.at);
        }
        if step == Move::Run {
            self.keep_member(run);
        }
        if from.holds() && !to.holds() {
            self.give_back(run);
            self.entry(run)?.member = None;
        }
        self.seq += 1;
        if from == RunState::Queued || to == RunState::Queued {
            self.refresh_line_of(run, detail.at);
        }
        if to.is_terminal() {
            self.note_end(run, to, detail.at);
        }
        Ok(Moved::Done(to))
    }

    /// What time alone brings.
    pub(super) fn tick(&mut self, now: Timestamp) {
        let timed_out = Move::End {
            ended: Ended::TimedOut,
        };
        self.end_late(Move::Expire, now, |entry| {
            entry.expires.filter(|end| *end <= now)
        });
        self.end_late(timed_out, now, |entry| {
            entry.gives_up.filter(|end| *end <= now)
        });
        self.end_late(Move::Expire, now, |entry| {
            entry.latest.filter(|end| *end < now)
        });
        let late = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        if self.pauses.iter().any(|(_, until)| late(*until)) {
            self.pauses.retain(|(_, until)| !late(*until));
            self.refresh_all(now);
            self.seq += 1;
        }
        self.turn_limits_back(now);
        let due: Vec<RunId> = self
            .runs
            .values()
            .filter(|entry| {
                entry.state == RunState::Queued
                    && entry.ready.is_none()
                    && entry.not_before <= now
                    && !self.held_back(entry)
            })
            .map(|entry| entry.new.id)
            .collect();
        for run in &due {
            if let Some(entry) = self.runs.get_mut(run) {
                entry.ready = Some(entry.not_before);
            }
        }
        for run in due {
            self.refresh_line_of(run, now);
        }
        self.age_lines(now);
    }

    /// Ends queued runs that are too late, the earliest first.
    fn end_late(&mut self, step: Move, now: Timestamp, end: impl Fn(&Entry) -> Option<Timestamp>) {
        let mut over: Vec<(Timestamp, RunId, u32)> = self
            .runs
            .values()
            .filter(|entry| entry.state == RunState::Queued)
            .filter_map(|entry| Some((end(entry)?, entry.new.id, entry.attempt)))
            .collect();
        over.sort_unstable();
        for (_, run, attempt) in over {
            // The end of an earlier one may have cancelled this one: then it is stale.
            self.step(run, attempt, step, &MoveDetail::at(now))
                .expect("BUG: a queued run may end so");
        }
    }
}
