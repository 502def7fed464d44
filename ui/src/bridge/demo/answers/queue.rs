//! Answers about the queue: its order, its limits, and why a run waits.

use drover_model::request::{
    CancelRun, CancelRuns, GetQueue, ListLimits, QueueView, RerunRun, RerunRuns, SetLimit,
    SetPause, SetPriority, WaitingRun, WhyRun,
};
use drover_model::{Caller, Fact, Limit, Pause, PauseKey, RunId, RunRow, RunState, WaitReason};

use super::{Outcome, fine};
use crate::bridge::demo::line::LimitRow;
use crate::bridge::demo::world::World;

impl World {
    pub(super) fn get_queue(&mut self, request: GetQueue) -> Outcome<GetQueue> {
        let limit = if request.limit == 0 {
            100
        } else {
            request.limit
        };
        let in_line = self.in_line();
        let waiting = in_line.iter().take(limit as usize).map(|row| WaitingRun {
            row: row.clone(),
            priority: self.priority(row.id),
            reasons: self.reasons(row),
        });
        fine(QueueView {
            paused: self.paused,
            workers: self.settings.workers,
            live: self.live(),
            waiting: waiting.collect(),
            waiting_total: u32::try_from(in_line.len()).unwrap_or(u32::MAX),
            limits: self.limits(),
            pauses: self.pauses(),
            seq: self.seq,
        })
    }

    pub(super) fn why_run(&mut self, request: WhyRun) -> Outcome<WhyRun> {
        let row = self.run_mut(request.run)?.row.clone();
        let waits = row.state == RunState::Queued;
        fine(if waits {
            self.reasons(&row)
        } else {
            Vec::<WaitReason>::new()
        })
    }

    pub(super) fn set_priority(&mut self, request: SetPriority) -> Outcome<SetPriority> {
        let queued: Vec<RunRow> = self
            .in_line()
            .into_iter()
            .filter(|row| request.runs.contains(&row.id))
            .collect();
        for row in &queued {
            self.priorities.insert(row.id, request.priority);
        }
        let changed = u32::try_from(queued.len()).unwrap_or(u32::MAX);
        Ok((changed, vec![Fact::QueueChanged]))
    }

    pub(super) fn list_limits(&mut self, _: ListLimits) -> Outcome<ListLimits> {
        fine(self.limits())
    }

    pub(super) fn set_limit(&mut self, request: SetLimit) -> Outcome<SetLimit> {
        let place = self.limits.iter().position(|row| row.key == request.key);
        let row = LimitRow {
            key: request.key,
            capacity: request.capacity,
            rate: request.rate,
        };
        match (place, row.capacity.is_none() && row.rate.is_none()) {
            (Some(place), true) => drop(self.limits.remove(place)),
            (Some(place), false) => self.limits[place] = row,
            (None, true) => {}
            (None, false) => self.limits.push(row),
        }
        let limits: Vec<Limit> = self.limits();
        Ok((limits, vec![Fact::QueueChanged]))
    }

    pub(super) fn cancel_runs(&mut self, request: CancelRuns) -> Outcome<CancelRuns> {
        let fits = |row: &&RunRow| {
            let state = if request.waiting {
                row.state == RunState::Queued
            } else {
                row.state.is_live() && row.state != RunState::Stopping
            };
            let state = state
                && (request.states.is_empty() || request.states.contains(&row.state))
                && request.since.is_none_or(|since| row.queued_at >= since);
            let task = request.task.as_ref();
            let profile = request.profile.as_ref();
            state
                && task.is_none_or(|task| row.task.as_str() == task)
                && profile.is_none_or(|wanted| {
                    let name = row.profile.as_ref();
                    name.is_some_and(|name| name.as_str() == wanted)
                })
        };
        let wanted: Vec<_> = self.rows().filter(fits).map(|row| row.id).collect();
        let (mut stopped, mut facts) = (0, Vec::new());
        for run in wanted {
            let (_, more) = self.cancel_run(CancelRun { run })?;
            facts.extend(more);
            stopped += 1;
        }
        Ok((stopped, facts))
    }

    pub(super) fn rerun_runs(&mut self, request: RerunRuns) -> Outcome<RerunRuns> {
        let again: Vec<RunId> = self.rows().filter_map(|row| row.rerun_of).collect();
        let fits = |row: &&RunRow| {
            let ended = match request.states.as_slice() {
                [] => matches!(
                    row.state,
                    RunState::Failed | RunState::TimedOut | RunState::Lost
                ),
                states => row.state.is_terminal() && states.contains(&row.state),
            };
            let task = request.task.as_ref();
            let profile = request.profile.as_ref();
            ended
                && !again.contains(&row.id)
                && request.since.is_none_or(|since| row.queued_at >= since)
                && task.is_none_or(|task| row.task.as_str() == task)
                && profile.is_none_or(|wanted| {
                    let name = row.profile.as_ref();
                    name.is_some_and(|name| name.as_str() == wanted)
                })
        };
        let wanted: Vec<_> = self.rows().filter(fits).map(|row| row.id).collect();
        let (mut rows, mut facts) = (Vec::new(), Vec::new());
        for run in wanted {
            let latest = request.latest;
            let (row, more) = self.rerun_run(RerunRun { run, latest })?;
            rows.push(row);
            facts.extend(more);
        }
        Ok((rows, facts))
    }

    /// What is paused, everything first.
    fn pauses(&self) -> Vec<Pause> {
        let all = self.paused.then(|| Pause {
            what: PauseKey::All,
            since: self.now,
            until: None,
            by: Caller::Window,
            note: String::new(),
        });
        all.into_iter().chain(self.pauses.iter().cloned()).collect()
    }

    pub(super) fn set_pause(&mut self, request: SetPause) -> Outcome<SetPause> {
        let fact = if request.what == PauseKey::All {
            self.paused = request.paused;
            Fact::QueuePaused {
                paused: request.paused,
            }
        } else {
            self.pauses.retain(|pause| pause.what != request.what);
            if request.paused {
                self.pauses.push(Pause {
                    what: request.what,
                    since: self.now,
                    until: request.until,
                    by: Caller::Window,
                    note: request.note,
                });
            }
            Fact::QueueChanged
        };
        Ok((self.pauses(), vec![fact]))
    }
}
