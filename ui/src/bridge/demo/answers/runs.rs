//! Answers about runs and the queue.

use drover_model::request::{
    ApplyRetention, ArtifactBytes, CancelRun, GetRun, GetSummary, ListRuns, PauseQueue, PinRuns,
    PreviewRetention, ReadArtifact, ReadLog, RerunRun, ResumeRun, RunList, SettleRun,
};
use drover_model::{Code, CommandError, Fact, LogPage, Move, Retention, RunId, RunRow, RunState};

use super::{Outcome, fine};
use crate::bridge::demo::world::World;

/// What the log and the files of a run take.
const BYTES_OF_A_RUN: u64 = 1_204_211;

impl World {
    pub(super) fn list_runs(&mut self, request: ListRuns) -> Outcome<ListRuns> {
        let origin = |row: &RunRow| row.origin.clone();
        let fits = |row: &&RunRow| {
            let of_schedule =
                |schedule| origin(row).is_some_and(|by| by.schedule == Some(schedule));
            request.schedule.is_none_or(of_schedule)
                // The demo's one report is of all that was skipped.
                && (request.missed.is_none() || row.state == RunState::Skipped)
                && (request.states.is_empty() || request.states.contains(&row.state))
                && (!request.needs_you || row.state == RunState::Parked || row.asks)
                && request.task.as_ref().is_none_or(|task| {
                    row.task.as_str() == task || row.task_id.to_string() == *task
                })
                && (request.batch.is_none()
                    || row.origin.as_ref().and_then(|origin| origin.batch) == request.batch)
                && request.profile.as_ref().is_none_or(|wanted| {
                    row.profile
                        .as_ref()
                        .is_some_and(|name| name.as_str() == wanted)
                        || row.profile_id.is_some_and(|id| id.to_string() == *wanted)
                })
        };
        let found: Vec<RunRow> = self.rows().filter(fits).cloned().collect();
        let limit = if request.limit == 0 {
            200
        } else {
            request.limit as usize
        };
        let skip = request.cursor.map_or(0, |cursor| {
            found
                .iter()
                .position(|row| row.id == cursor)
                .map_or(0, |at| at + 1)
        });
        let rows: Vec<RunRow> = found.iter().skip(skip).take(limit).cloned().collect();
        let next = (skip + rows.len() < found.len())
            .then(|| rows.last().map(|row| row.id))
            .flatten();
        fine(RunList {
            total: u32::try_from(found.len()).unwrap_or(u32::MAX),
            rows,
            next,
            seq: self.seq,
        })
    }

    pub(super) fn get_run(&mut self, request: GetRun) -> Outcome<GetRun> {
        fine(self.run_mut(request.run)?.clone())
    }

    pub(super) fn rerun_run(&mut self, request: RerunRun) -> Outcome<RerunRun> {
        let old = self.run_mut(request.run)?.clone();
        let task = self.task(old.row.task.as_str())?.clone();
        let profile = match &old.row.profile {
            Some(name) => Some(self.profile(name.as_str())?.clone()),
            None => None,
        };
        let row = self.queue(&task, profile.as_ref(), old.plan, Some(old.row.id));
        self.run_mut(request.run)?.row.asks = false;
        Ok((row.clone(), vec![Fact::RunQueued { run: row.id }]))
    }

    pub(super) fn cancel_run(&mut self, request: CancelRun) -> Outcome<CancelRun> {
        let now = self.now;
        let row = &mut self.run_mut(request.run)?.row;
        if row.state.is_terminal() {
            return Err(CommandError::new(
                Code::WrongState,
                "the run has ended already",
            ));
        }
        let intent = drover_model::StopIntent::Cancel;
        row.park_ends_at = None;
        if row.state == RunState::Queued {
            row.state = RunState::Cancelled;
            row.finished_at = Some(now);
        } else {
            row.state = row.state.after(Move::Stop { intent }).unwrap_or(row.state);
            row.stop_intent = Some(intent);
        }
        let row = row.clone();
        let moved = Fact::RunMoved {
            run: row.id,
            attempt: row.attempt,
            to: row.state,
            reason: None,
        };
        Ok((row, vec![moved]))
    }

    pub(super) fn resume_run(&mut self, request: ResumeRun) -> Outcome<ResumeRun> {
        let row = &mut self.run_mut(request.run)?.row;
        row.park_ends_at = None;
        row.state = row
            .state
            .after(Move::Resume)
            .map_err(|error| CommandError::new(Code::WrongState, error.to_string()))?;
        let row = row.clone();
        let moved = Fact::RunMoved {
            run: row.id,
            attempt: row.attempt,
            to: row.state,
            reason: None,
        };
        Ok((row, vec![moved]))
    }

    pub(super) fn read_log(&mut self, request: ReadLog) -> Outcome<ReadLog> {
        let limit = if request.limit == 0 {
            1_000
        } else {
            request.limit as usize
        };
        let all = self.logs.get(&request.run).map_or(&[][..], Vec::as_slice);
        let lines: Vec<_> = all
            .iter()
            .filter(|line| line.seq >= request.from_seq)
            .take(limit)
            .cloned()
            .collect();
        let next_seq = lines
            .last()
            .map_or(request.from_seq.max(1), |line| line.seq + 1);
        let more = all.last().is_some_and(|last| last.seq >= next_seq);
        fine(LogPage {
            lines,
            next_seq,
            more,
        })
    }

    pub(super) fn read_artifact(&mut self, _: ReadArtifact) -> Outcome<ReadArtifact> {
        fine(ArtifactBytes::default())
    }

    pub(super) fn get_summary(&mut self, _: GetSummary) -> Outcome<GetSummary> {
        fine(self.summary())
    }

    pub(super) fn pause_queue(&mut self, request: PauseQueue) -> Outcome<PauseQueue> {
        self.paused = request.paused;
        Ok((
            self.summary(),
            vec![Fact::QueuePaused {
                paused: request.paused,
            }],
        ))
    }

    pub(super) fn settle_run(&mut self, request: SettleRun) -> Outcome<SettleRun> {
        let row = &mut self.run_mut(request.run)?.row;
        if !std::mem::take(&mut row.asks) {
            return Err(CommandError::new(
                Code::WrongState,
                "the run does not ask anything",
            ));
        }
        Ok((row.clone(), vec![Fact::RunChanged { run: request.run }]))
    }

    pub(super) fn pin_runs(&mut self, request: PinRuns) -> Outcome<PinRuns> {
        let mut facts = Vec::new();
        for run in request.runs {
            self.run_mut(run)?.row.pinned = request.pinned;
            facts.push(Fact::RunChanged { run });
        }
        let changed = u32::try_from(facts.len()).unwrap_or(u32::MAX);
        Ok((changed, facts))
    }

    pub(super) fn preview_retention(&mut self, _: PreviewRetention) -> Outcome<PreviewRetention> {
        fine(self.retention())
    }

    pub(super) fn apply_retention(&mut self, _: ApplyRetention) -> Outcome<ApplyRetention> {
        let told = self.retention();
        let old: Vec<RunId> = self.old().map(|row| row.id).collect();
        let at = self.now;
        let mut facts = Vec::new();
        for run in old {
            self.run_mut(run)?.files_removed_at = Some(at);
            facts.push(Fact::RunChanged { run });
        }
        Ok((told, facts))
    }

    /// Ended runs whose files are older than the settings let them be.
    fn old(&self) -> impl Iterator<Item = &RunRow> {
        let days = i64::from(self.settings.keep_files_days);
        let since = self.ago(days * 86_400);
        let runs = self
            .runs
            .iter()
            .filter(|run| run.files_removed_at.is_none());
        runs.map(|run| &run.row)
            .filter(move |row| !row.pinned && row.finished_at.is_some_and(|at| at < since))
    }

    fn retention(&self) -> Retention {
        let pinned = self.rows().filter(|row| row.pinned).count();
        let gone = self.old().count() as u64;
        let kept = self
            .runs
            .iter()
            .filter(|run| run.files_removed_at.is_none());
        Retention {
            runs: 0,
            files_of: u32::try_from(gone).unwrap_or(u32::MAX),
            bytes: BYTES_OF_A_RUN * gone,
            total_bytes: BYTES_OF_A_RUN * kept.count() as u64,
            pinned: u32::try_from(pinned).unwrap_or(u32::MAX),
        }
    }
}
