//! Missed times that a person lets run after all: each is a start of its own with the schedule's limits, one behind the
//! other.

use std::collections::BTreeMap;

use drover_model::{
    BatchId, Caller, Code, CommandError, Priority, RunId, RunRow, ScheduleId, Task,
    request::StartOptions,
};
use drover_scheduler::schedule::{Slot, Zones, plan::PASS, spread_starts};
use drover_store::{MissedRow, NewBatch, NewRun, Origin, StoredSchedule, Writing};
use jiff::{SignedDuration, Timestamp};

use super::{
    planning::Prepared, schedule_starts::params, schedule_states::timetable, targets::Fan,
};
use crate::{Engine, Error, Result, error::Doing as _};

/// The most times that one answer runs.
const MOST: usize = 1_000;
/// The most runs of one schedule that one answer makes.
const MOST_RUNS: usize = 10_000;
/// Runs that are one commit, as far as the times are not larger.
const CHUNK: usize = 1_000;

/// A missed time that is to run.
struct Again {
    batch: Option<NewBatch>,
    /// In the order of the start's items.
    runs: Vec<NewRun>,
}

impl Engine {
    /// Every skipped time of the look, the newest ones of each schedule, one behind the other.
    pub(super) async fn run_missed(&self, by: Caller, look: u64) -> Result<Vec<RunRow>> {
        self.ensure_claims();
        let skipped = self
            .rooms()
            .store
            .read(move |db| db.skipped_of_look(look))
            .await
            .doing("read what was missed")?;
        let mut of_each: BTreeMap<ScheduleId, Vec<MissedRow>> = BTreeMap::new();
        for row in skipped {
            of_each.entry(row.0).or_default().push(row);
        }
        let mut rows = Vec::new();
        for (id, skipped) in of_each {
            match self.run_missed_of(by, id, &skipped).await {
                Ok(queued) => rows.extend(queued),
                // Its task is gone, or cannot run as it is; the others can.
                Err(Error::Refused(error)) => {
                    tracing::warn!(schedule = %id, %error, "missed times were not run");
                }
                Err(error) => return Err(error),
            }
        }
        self.note_started(&rows);
        Ok(rows)
    }

    async fn run_missed_of(
        &self,
        by: Caller,
        id: ScheduleId,
        skipped: &[MissedRow],
    ) -> Result<Vec<RunRow>> {
        let rooms = self.rooms();
        let now = rooms.now();
        let (stored, task) = self.schedule_and_task(id).await?;
        let mut slots = missed_slots(&stored, skipped).map_err(refused)?;
        let options = StartOptions {
            params: params(&stored.spec, &task.spec, None).map_err(refused)?,
            ..StartOptions::default()
        };
        let prepared = self
            .prepare_fan(task.spec.clone(), task.version, options, Fan::Random)
            .await?
            .map_err(CommandError::from)?;
        let most = MOST.min(MOST_RUNS / prepared.runs().max(1)).max(1);
        slots.drain(..slots.len().saturating_sub(most));
        let mut rows = Vec::new();
        let mut behind: Vec<Option<RunId>> = vec![None; prepared.runs()];
        let at_once = (CHUNK / prepared.runs().max(1)).max(1);
        for slots in slots.chunks(at_once) {
            let again = slots
                .iter()
                .map(|slot| self.again(&stored, &task, &prepared, (slot, now)))
                .collect::<Result<Vec<Again>>>()?;
            let mut last = behind;
            let (queued, last) = rooms
                .store
                .write(now, by, move |tx| {
                    let mut queued = Vec::new();
                    for one in &again {
                        queued.extend(queue(tx, id, one, &mut last)?);
                    }
                    Ok((queued, last))
                })
                .await
                .doing("queue what was missed")?;
            rows.extend(queued);
            behind = last;
        }
        Ok(rows)
    }

    fn again(
        &self,
        stored: &StoredSchedule,
        task: &Task,
        prepared: &Prepared,
        (slot, now): (&Slot, Timestamp),
    ) -> Result<Again> {
        let new_id = &self.rooms().new_id;
        let items = prepared.items();
        let limits = stored.spec.batch;
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let batch = (items.len() > 1).then(|| NewBatch {
            id: BatchId::from_bits(new_id.bits(now)),
            task_id: task.id,
            schedule_id: Some(stored.id),
            over: prepared.over().to_owned(),
            limits,
            total: count,
            request_id: None,
            retry_of: None,
            created_at: now,
        });
        let spread = limits.spread.filter(|_| batch.is_some());
        let starts: Vec<Timestamp> = spread
            .map(|period| spread_starts(now, period.duration(), count).collect())
            .unwrap_or_default();
        let mut runs = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let id = RunId::from_bits(new_id.bits(now));
            runs.push(NewRun {
                id,
                task_id: task.id,
                task_version: task.version,
                profile_id: item.profile,
                plan: prepared.plan_item(index, id).map_err(CommandError::from)?,
                request_id: None,
                rerun_of: None,
                queued_at: now,
                priority: Priority::NORMAL,
                not_before: Some(starts.get(index).copied().unwrap_or(now)),
                origin: Origin {
                    schedule_id: Some(stored.id),
                    batch_id: batch.as_ref().map(|batch| batch.id),
                    // The time itself has its row; this is a further start for it, and there is one at most.
                    occurrence: format!("missed:{}", slot.occurrence()),
                    item: item.key,
                    nominal: Some(slot.at),
                    ..Origin::default()
                },
            });
        }
        Ok(Again { batch, runs })
    }
}

fn refused(problem: String) -> CommandError {
    CommandError::new(Code::Invalid, problem)
}

/// The starts that skipped rows stand for, oldest first.
fn missed_slots(
    stored: &StoredSchedule,
    skipped: &[MissedRow],
) -> std::result::Result<Vec<Slot>, String> {
    let table = timetable(stored, &Zones::bundled())?;
    let mut slots = Vec::new();
    for (_, first, last, _) in skipped {
        let before = *first - SignedDuration::from_nanos(1);
        let covered = table
            .slots_after(before)
            .take_while(|slot| slot.at <= *last);
        slots.extend(covered.filter(Slot::is_start).take(PASS));
    }
    Ok(slots)
}

/// Queues a time as far as it was not queued before; `behind` are the last runs of each item.
fn queue(
    tx: &mut Writing<'_>,
    schedule: ScheduleId,
    again: &Again,
    behind: &mut [Option<RunId>],
) -> drover_store::Result<Vec<RunRow>> {
    let mut fresh = Vec::new();
    for (run, last) in again.runs.iter().zip(behind) {
        let origin = &run.origin;
        let earlier = tx.run_of_occurrence(schedule, &origin.occurrence, &origin.item)?;
        let before = last.replace(earlier.unwrap_or(run.id));
        if earlier.is_none() {
            let mut run = run.clone();
            run.origin.behind = before;
            fresh.push(run);
        }
    }
    let batch = again.batch.as_ref().filter(|_| !fresh.is_empty());
    let batch = batch.map(|batch| NewBatch {
        total: u32::try_from(fresh.len()).unwrap_or(u32::MAX),
        ..batch.clone()
    });
    if let Some(batch) = &batch {
        tx.insert_batch(batch, true)?;
    }
    let mut rows = Vec::with_capacity(fresh.len());
    for run in fresh {
        tx.insert_run(&run)?;
        if let Some(batch) = &batch {
            tx.need_batch_place(run.id, batch)?;
        }
        rows.extend(tx.run_row(run.id)?);
    }
    Ok(rows)
}
