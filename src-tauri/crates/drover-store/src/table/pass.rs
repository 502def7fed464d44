//! What a look of the planner writes: the rows of a schedule and its cursor, all in one order.

use std::collections::BTreeMap;

use drover_model::{
    Ended, Fact, Move, RunId, RunState, ScheduleId, StopIntent, TaskId,
    schedule::{MissedReport, Reason, Words},
};
use jiff::{Timestamp, civil::DateTime};

use super::lane::lane_of;
use crate::{
    Applied, MoveDetail, NewBatch, NewRun, Result, Snapshot, Writing,
    column::{Count, Ms, Text},
    failpoint,
};

/// A time that did not become a run: a row that is `skipped` or `expired` from the beginning.
#[derive(Debug, Clone)]
pub struct NewSkip {
    pub id: RunId,
    pub schedule_id: ScheduleId,
    pub task_id: TaskId,
    pub task_version: u32,
    /// The word of [`drover_model::task::Kind`].
    pub kind: &'static str,
    /// [`RunState::Skipped`] or [`RunState::Expired`].
    pub state: RunState,
    /// A code such as `still_running`.
    pub reason: &'static str,
    /// The same in words.
    pub message: String,
    pub occurrence: String,
    pub item: String,
    /// The last nominal time that it stands for, and the first.
    pub nominal: Option<Timestamp>,
    pub first: Option<Timestamp>,
    pub covers: u32,
    pub follows: Option<(RunId, u32)>,
    /// The look that found it missed.
    pub look: Option<u64>,
}

/// One look at one schedule.
#[derive(Debug, Clone)]
pub struct Pass {
    pub schedule: ScheduleId,
    /// The version and the cursor that were looked at; when they are others by now, nothing is written.
    pub version: u32,
    pub before: Timestamp,
    pub cursor: Timestamp,
    pub cursor_local: Option<DateTime>,
    pub tzdb: String,
    /// One for each start of several runs; their runs name it. One that gets no run is not made.
    pub batches: Vec<NewBatch>,
    pub runs: Vec<NewRun>,
    pub skips: Vec<NewSkip>,
    /// Live runs that give way to a later one, when there is one.
    pub cancel: Vec<RunId>,
    /// Ends that it followed, which are done with.
    pub followed: Vec<RunId>,
    /// What it found missed.
    pub missed: Option<MissedReport>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passed {
    /// Somebody changed the schedule in between. Nothing was written; look again.
    pub is_stale: bool,
    /// Rows that were there already: these occurrences had their run.
    pub repeated: u32,
    /// Live runs that are `stopping` now and have to be told.
    pub stop: Vec<RunId>,
}

/// The row of a run for which there is no room in its line.
fn no_room(pass: &Pass, run: &NewRun) -> NewSkip {
    let origin = &run.origin;
    NewSkip {
        id: run.id,
        schedule_id: pass.schedule,
        task_id: run.task_id,
        task_version: run.task_version,
        kind: run.plan.kind.key(),
        state: RunState::Skipped,
        reason: Reason::LineFull.code(),
        message: Words::kept(Reason::LineFull, None),
        occurrence: origin.occurrence.clone(),
        item: origin.item.clone(),
        nominal: origin.nominal,
        first: origin.nominal,
        covers: 1,
        follows: origin.follows,
        look: origin.look,
    }
}

impl Snapshot<'_> {
    /// Whether an occurrence has its row.
    pub fn has_occurrence(
        &self,
        schedule: ScheduleId,
        occurrence: &str,
        item: &str,
    ) -> Result<bool> {
        self.one(
            "look for an occurrence",
            "SELECT EXISTS (SELECT 1 FROM run WHERE schedule_id = ?1 AND occurrence = ?2 AND item_key = ?3)",
            (Text(schedule), occurrence, item),
            |row| row.get(0),
        )
    }

    /// The run of an occurrence, when it has its row.
    pub fn run_of_occurrence(
        &self,
        schedule: ScheduleId,
        occurrence: &str,
        item: &str,
    ) -> Result<Option<RunId>> {
        self.first(
            "look for the run of an occurrence",
            "SELECT id FROM run WHERE schedule_id = ?1 AND occurrence = ?2 AND item_key = ?3",
            (Text(schedule), occurrence, item),
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )
    }

    /// Whether a start has its rows. All of them were written at once.
    pub fn has_rows(&self, schedule: ScheduleId, occurrence: &str) -> Result<bool> {
        self.one(
            "look for the rows of a start",
            "SELECT EXISTS (SELECT 1 FROM run WHERE schedule_id = ?1 AND occurrence = ?2)",
            (Text(schedule), occurrence),
            |row| row.get(0),
        )
    }
}

impl Writing<'_> {
    /// Writes looks at several schedules, and what they found missed.
    pub fn write_passes(&mut self, passes: &[Pass], most: u32) -> Result<Vec<Passed>> {
        let mut missed: Option<MissedReport> = None;
        let mut written = Vec::with_capacity(passes.len());
        for pass in passes {
            let passed = self.write_pass(pass, most)?;
            if let Some(report) = pass.missed.filter(|_| !passed.is_stale) {
                missed = Some(missed.map_or(report, |sum| sum.and(report)));
            }
            written.push(passed);
        }
        if let Some(report) = missed {
            self.note_missed(report)?;
        }
        Ok(written)
    }

    /// Writes a look: all of it, or nothing when the schedule is not what was looked at. A run for whose line there is no
    /// room, because `most` wait there already, is a skipped row.
    fn write_pass(&mut self, pass: &Pass, most: u32) -> Result<Passed> {
        let moved = self.change(
            "move the cursor of a schedule",
            "UPDATE schedule SET cursor_ms = ?4, cursor_local = ?5, tzdb = ?6, resumed = NULL, resumed_ms = NULL
             WHERE id = ?1 AND version = ?2 AND cursor_ms = ?3 AND removed_ms IS NULL AND paused_ms IS NULL",
            (
                Text(pass.schedule),
                pass.version,
                Ms(pass.before),
                Ms(pass.cursor),
                pass.cursor_local.map(Text),
                &pass.tzdb,
            ),
        )?;
        if moved == 0 {
            return Ok(Passed {
                is_stale: true,
                ..Passed::default()
            });
        }
        failpoint!("pass.cursor");
        let mut passed = Passed::default();
        let mut fresh = Vec::new();
        for run in &pass.runs {
            if self.has_occurrence(pass.schedule, &run.origin.occurrence, &run.origin.item)? {
                passed.repeated += 1;
            } else {
                fresh.push(run);
            }
        }
        // A start that had its run already must not end what is live.
        if !fresh.is_empty() {
            for run in &pass.cancel {
                passed.stop.extend(self.give_way(*run)?);
            }
        }
        let mut made = Vec::new();
        for batch in &pass.batches {
            let of_it = fresh
                .iter()
                .filter(|run| run.origin.batch_id == Some(batch.id));
            let total = u32::try_from(of_it.count()).unwrap_or(u32::MAX);
            if total > 0 {
                let batch = NewBatch {
                    total,
                    ..batch.clone()
                };
                self.insert_batch(&batch, true)?;
                made.push(batch.id);
                failpoint!("pass.batch");
            }
        }
        let mut full: BTreeMap<String, bool> = BTreeMap::new();
        for run in fresh {
            let lane = lane_of(run.profile_id, run.task_id);
            // Judged by what waited before, so that a fan-out counts as one.
            let is_full = match full.get(&lane) {
                Some(is_full) => *is_full,
                None => self.waiting_in(&lane, most)? >= most,
            };
            full.insert(lane, is_full);
            // What fills the line may be waiting for this very check.
            if is_full && run.plan.checks_login.is_none() {
                self.insert_skip(&no_room(pass, run))?;
                self.change(
                    "keep the batch of a skipped run",
                    "UPDATE run SET batch_id = ?2 WHERE id = ?1",
                    (Text(run.id), run.origin.batch_id.map(Text)),
                )?;
                continue;
            }
            self.insert_run(run)?;
            let batch = pass
                .batches
                .iter()
                .find(|batch| Some(batch.id) == run.origin.batch_id);
            if let Some(batch) = batch {
                self.need_batch_place(run.id, batch)?;
            }
            failpoint!("pass.run");
        }
        // The places of a batch go with its last run; one of which no run is live had none to begin with.
        for batch in made {
            self.note_end_in_batch(batch, false)?;
        }
        for skip in &pass.skips {
            if self.has_occurrence(pass.schedule, &skip.occurrence, &skip.item)? {
                passed.repeated += 1;
                continue;
            }
            self.insert_skip(skip)?;
        }
        for run in &pass.followed {
            self.forget_follow(pass.schedule, *run)?;
            failpoint!("pass.followed");
        }
        failpoint!("pass.written");
        Ok(passed)
    }

    /// Ends a run in favour of a later one; tells it when it has to be stopped first.
    fn give_way(&mut self, run: RunId) -> Result<Option<RunId>> {
        let Some(row) = self.run_row(run)? else {
            return Ok(None);
        };
        let step = match row.state {
            RunState::Queued => Move::End {
                ended: Ended::Cancelled,
            },
            RunState::Stopping => return Ok(None),
            state if state.is_live() => Move::Stop {
                intent: StopIntent::Cancel,
            },
            _ => return Ok(None),
        };
        let detail = MoveDetail {
            reason: Some("overlap".to_owned()),
            message: Some("a later run of its schedule took its place".to_owned()),
            ..MoveDetail::at(self.at())
        };
        let applied = self.advance(run, row.attempt, step, detail)?;
        let stops = row.state != RunState::Queued && applied != Applied::Stale;
        Ok(stops.then_some(run))
    }

    /// A row that never was to start.
    fn insert_skip(&mut self, skip: &NewSkip) -> Result<()> {
        let now = self.at();
        self.change(
            "keep a skipped time",
            "INSERT INTO run (id, task_id, task_version, kind, state, reason, message, queued_ms, not_before_ms, finished_ms, lane,
                 schedule_id, occurrence, item_key, covers, nominal_ms, first_ms, follows, depth, look)
             VALUES (:id, :task, :version, :kind, :state, :reason, :message, :now, :now, :now, :lane, :schedule, :occurrence,
                 :item, :covers, :nominal, :first, :follows, :depth, :look)",
            rusqlite::named_params! {
                ":id": Text(skip.id),
                ":task": Text(skip.task_id),
                ":version": skip.task_version,
                ":kind": skip.kind,
                ":state": skip.state.key(),
                ":reason": skip.reason,
                ":message": skip.message,
                ":now": Ms(now),
                ":lane": lane_of(None, skip.task_id),
                ":schedule": Text(skip.schedule_id),
                ":occurrence": skip.occurrence,
                ":item": skip.item,
                ":covers": skip.covers,
                ":nominal": skip.nominal.map(Ms),
                ":first": skip.first.map(Ms),
                ":follows": skip.follows.map(|(run, _)| Text(run)),
                ":depth": skip.follows.map_or(0, |(_, depth)| depth),
                ":look": skip.look.map(Count),
            },
        )?;
        let seq = self.record(Fact::RunMoved {
            run: skip.id,
            attempt: 1,
            to: skip.state,
            reason: Some(skip.reason.to_owned()),
        })?;
        self.stamp(skip.id, seq)
    }
}
