//! From plans to queued runs: one by itself, several as a fan-out that is complete before any of it starts.

use std::{collections::BTreeMap, sync::Arc};

use drover_model::{
    BatchId, Caller, CommandError, Priority, RunId, RunRow, ScheduleId, TaskId,
    request::{ListRuns, WaitsFor},
    schedule::BatchSpec,
};
use drover_scheduler::{LANE_CAP, schedule::spread_starts};
use drover_store::{NewBatch, NewRun, Origin};

use super::planning::Prepared;
use crate::{Engine, Result, error::Doing as _};

/// Runs of a fan-out that are one commit.
const CHUNK: usize = 1_000;

/// What is known about a start beyond its plans.
pub(super) struct Start {
    pub(super) task_id: TaskId,
    pub(super) task_version: u32,
    pub(super) schedule: Option<ScheduleId>,
    pub(super) limits: BatchSpec,
    pub(super) priority: Priority,
    pub(super) request_id: Option<String>,
    pub(super) retry_of: Option<BatchId>,
    /// A batch even if it is one run.
    pub(super) is_batch: bool,
    /// The run that has to end first.
    pub(super) waits_for: Option<WaitsFor>,
}

impl Start {
    pub(super) fn new(task_id: TaskId, task_version: u32) -> Self {
        Self {
            task_id,
            task_version,
            schedule: None,
            limits: BatchSpec::default(),
            priority: Priority::NORMAL,
            request_id: None,
            retry_of: None,
            is_batch: false,
            waits_for: None,
        }
    }
}

impl Engine {
    /// Queues what was prepared: a single run by itself, several as a batch of which none may start before all are there.
    pub(super) async fn enqueue_start(
        &self,
        by: Caller,
        prepared: &Prepared,
        start: Start,
    ) -> Result<(Option<BatchId>, Vec<RunRow>)> {
        let rooms = self.rooms();
        let now = rooms.now();
        let plans = prepared
            .plans(|| RunId::from_bits(rooms.new_id.bits(now)))
            .map_err(CommandError::from)?;
        let many = start.is_batch || plans.len() > 1;
        let batch = many.then(|| NewBatch {
            id: BatchId::from_bits(rooms.new_id.bits(now)),
            task_id: start.task_id,
            schedule_id: start.schedule,
            over: prepared.over().to_owned(),
            limits: start.limits,
            total: u32::try_from(plans.len()).unwrap_or(u32::MAX),
            request_id: start.request_id.clone(),
            retry_of: start.retry_of,
            created_at: now,
        });
        let count = u32::try_from(plans.len()).unwrap_or(u32::MAX);
        let spread = start.limits.spread.filter(|_| many);
        let starts: Vec<_> = spread
            .map(|period| spread_starts(now, period.duration(), count).collect())
            .unwrap_or_default();
        // A start by hand has an occurrence of its own.
        let occurrence = RunId::from_bits(rooms.new_id.bits(now)).to_string();
        let keys = prepared.items();
        let runs: Vec<NewRun> = plans
            .into_iter()
            .zip(keys)
            .enumerate()
            .map(|(index, ((id, plan), item))| NewRun {
                id,
                task_id: start.task_id,
                task_version: start.task_version,
                profile_id: item.profile,
                plan,
                request_id: start.request_id.clone().filter(|_| !many),
                rerun_of: None,
                queued_at: now,
                priority: start.priority,
                // A run of a batch becomes ready when the batch is complete, and one that waits when its gate opens.
                not_before: starts
                    .get(index)
                    .copied()
                    .or((many || start.waits_for.is_some()).then_some(now)),
                origin: Origin {
                    schedule_id: start.schedule,
                    batch_id: batch.as_ref().map(|batch| batch.id),
                    occurrence: if start.schedule.is_some() {
                        occurrence.clone()
                    } else {
                        String::new()
                    },
                    item: if many { item.key } else { String::new() },
                    behind: start.waits_for.map(|gate| gate.run),
                    gate: start.waits_for.map(|gate| gate.on),
                    ..Origin::default()
                },
            })
            .collect();
        let rows = match &batch {
            Some(batch) => self.enqueue_batch(by, batch, runs).await?,
            None => rooms
                .queue
                .enqueue(now, by, runs)
                .await
                .doing("queue the runs")?,
        };
        self.note_started(&rows);
        Ok((batch.map(|batch| batch.id), rows))
    }

    async fn enqueue_batch(
        &self,
        by: Caller,
        batch: &NewBatch,
        runs: Vec<NewRun>,
    ) -> Result<Vec<RunRow>> {
        let (store, now) = (&self.rooms().store, batch.created_at);
        let mut rows = Vec::with_capacity(runs.len());
        let mut is_first = true;
        // A fan-out counts as one run of each line: a full line takes nothing more, and what fits in is queued whole.
        let mut lines: BTreeMap<_, &NewRun> = BTreeMap::new();
        for run in &runs {
            lines.entry((run.profile_id, run.task_id)).or_insert(run);
        }
        let lines: Arc<[NewRun]> = lines.into_values().cloned().collect();
        for chunk in runs.chunks(CHUNK) {
            let (batch, chunk, begins) = (batch.clone(), chunk.to_vec(), is_first);
            let lines = lines.clone();
            is_first = false;
            let written = store
                .write(now, by, move |tx| {
                    if begins {
                        tx.refuse_full_lines(&lines, LANE_CAP)?;
                        tx.insert_batch(&batch, false)?;
                    }
                    let mut rows = Vec::with_capacity(chunk.len());
                    for run in &chunk {
                        tx.insert_run(run)?;
                        tx.need_batch_place(run.id, &batch)?;
                        rows.extend(tx.run_row(run.id)?);
                    }
                    Ok(rows)
                })
                .await
                .doing("queue the runs")?;
            rows.extend(written);
        }
        let id = batch.id;
        store
            .write(now, by, move |tx| tx.seal_batch(id))
            .await
            .doing("queue the runs")?;
        Ok(rows)
    }

    /// The runs that the same request made before.
    pub(super) async fn earlier_start(
        &self,
        request_id: Option<String>,
    ) -> Result<Option<Vec<RunRow>>> {
        let Some(request) = request_id else {
            return Ok(None);
        };
        let earlier = self
            .rooms()
            .store
            .read(move |db| {
                if let Some(batch) = db.batch_of_request(&request)? {
                    let wanted = ListRuns {
                        batch: Some(batch.id),
                        limit: u32::MAX,
                        ..ListRuns::default()
                    };
                    return Ok(db.runs(&wanted)?.rows);
                }
                db.runs_of_request(&request)
            })
            .await
            .doing("look for the same request")?;
        Ok((!earlier.is_empty()).then_some(earlier))
    }
}
