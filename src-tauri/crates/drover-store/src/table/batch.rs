//! Table `batch`: fan-outs. How one stands is computed from its runs.

use std::collections::BTreeMap;

use drover_model::{
    Batch, BatchCounts, BatchId, Ended, Fact, Move, ProfileId, RunId, ScheduleId, TaskId,
    request::{BatchList, ListBatches},
    schedule::{BatchFile, BatchSpec, StopAfter},
};
use jiff::Timestamp;
use rusqlite::{Row, ToSql, params_from_iter};
use serde_json::Value;

use crate::{
    Error, MoveDetail, Result, Snapshot, Writing,
    column::{Json, Ms, Text, folded},
};

/// Fan-outs of a page whose size was not said, and the most.
const PAGE: u32 = 100;
const MOST: u32 = 1_000;

/// A fan-out to be kept.
#[derive(Debug, Clone)]
pub struct NewBatch {
    pub id: BatchId,
    pub task_id: TaskId,
    pub schedule_id: Option<ScheduleId>,
    /// In words, such as `12 rows`.
    pub over: String,
    pub limits: BatchSpec,
    pub total: u32,
    /// The caller's id of the start; the same again is refused with [`Error::RequestRepeated`].
    pub request_id: Option<String>,
    pub retry_of: Option<BatchId>,
    pub created_at: Timestamp,
}

/// A run of a batch that failed, with what it was started with.
#[derive(Debug, Clone, PartialEq)]
pub struct FailedRun {
    pub task_version: u32,
    pub profile_id: Option<ProfileId>,
    pub item: String,
    pub params: BTreeMap<String, Value>,
}

const SELECT: &str = "SELECT b.id, t.name AS task, b.task_id, b.schedule_id, s.name AS schedule_name, b.over, b.limits, b.total,
    b.stopped_ms, b.retry_of, b.created_ms,
    (SELECT count(*) FROM run AS r WHERE r.batch_id = b.id AND r.state = 'queued') AS waiting,
    (SELECT count(*) FROM run AS r WHERE r.batch_id = b.id AND r.state IN ('starting', 'running', 'parked', 'stopping')) AS running,
    (SELECT count(*) FROM run AS r WHERE r.batch_id = b.id AND r.state = 'succeeded') AS succeeded,
    (SELECT count(*) FROM run AS r WHERE r.batch_id = b.id AND r.state IN ('failed', 'timed_out', 'lost')) AS failed,
    (SELECT count(*) FROM run AS r WHERE r.batch_id = b.id AND r.state = 'cancelled') AS cancelled,
    (SELECT count(*) FROM run AS r WHERE r.batch_id = b.id AND r.state IN ('skipped', 'expired')) AS skipped,
    (SELECT max(r.finished_ms) FROM run AS r WHERE r.batch_id = b.id) AS finished_ms
  FROM batch AS b JOIN task AS t ON t.id = b.task_id LEFT JOIN schedule AS s ON s.id = b.schedule_id";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Batch> {
    let time =
        |name: &str| Ok::<_, rusqlite::Error>(row.get::<_, Option<Ms>>(name)?.map(|at| at.0));
    let counts = BatchCounts {
        total: row.get("total")?,
        waiting: row.get("waiting")?,
        running: row.get("running")?,
        succeeded: row.get("succeeded")?,
        failed: row.get("failed")?,
        cancelled: row.get("cancelled")?,
        skipped: row.get("skipped")?,
    };
    Ok(Batch {
        id: row.get::<_, Text<_>>("id")?.0,
        task: row.get::<_, Text<_>>("task")?.0,
        task_id: row.get::<_, Text<_>>("task_id")?.0,
        schedule: row.get::<_, Option<Text<_>>>("schedule_id")?.map(|id| id.0),
        schedule_name: row
            .get::<_, Option<Text<_>>>("schedule_name")?
            .map(|name| name.0),
        over: row.get("over")?,
        limits: row.get::<_, Json<_>>("limits")?.0,
        stopped_at: time("stopped_ms")?,
        retry_of: row.get::<_, Option<Text<_>>>("retry_of")?.map(|id| id.0),
        started_at: row.get::<_, Ms>("created_ms")?.0,
        finished_at: time("finished_ms")?.filter(|_| counts.is_done()),
        counts,
    })
}

/// The name of the limit that stands for `max_parallel`.
fn limit_of(batch: BatchId) -> String {
    format!("batch {batch}")
}

impl Snapshot<'_> {
    /// The fan-out of that id.
    pub fn batch(&self, id: BatchId) -> Result<Option<Batch>> {
        self.first(
            "read a batch",
            &format!("{SELECT} WHERE b.id = ?1 AND b.sealed = 1"),
            [Text(id)],
            from_row,
        )
    }

    /// The fan-out that a request made.
    pub fn batch_of_request(&self, request_id: &str) -> Result<Option<Batch>> {
        self.first(
            "read the batch of a request",
            &format!("{SELECT} WHERE b.request_id = ?1 AND b.sealed = 1"),
            [request_id],
            from_row,
        )
    }

    /// Fan-outs that match, newest first.
    pub fn batches(&self, wanted: &ListBatches) -> Result<BatchList> {
        let mut conditions = vec!["b.sealed = 1".to_owned()];
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        if let Some(task) = &wanted.task {
            conditions.push(
                "b.task_id IN (SELECT x.id FROM task AS x WHERE x.id = ? OR x.name_key = ?)"
                    .to_owned(),
            );
            values.push(Box::new(task.trim().to_uppercase()));
            values.push(Box::new(folded(task)));
        }
        if let Some(schedule) = wanted.schedule {
            conditions.push("b.schedule_id = ?".to_owned());
            values.push(Box::new(Text(schedule)));
        }
        if wanted.live {
            conditions.push(
                "EXISTS (SELECT 1 FROM run AS r WHERE r.batch_id = b.id
                     AND r.state IN ('queued', 'starting', 'running', 'parked', 'stopping'))"
                    .to_owned(),
            );
        }
        if let Some(cursor) = wanted.cursor {
            conditions.push("b.id < ?".to_owned());
            values.push(Box::new(Text(cursor)));
        }
        let limit = match wanted.limit {
            0 => PAGE,
            limit => limit.min(MOST),
        };
        // One more than wanted tells whether there is a next page.
        values.push(Box::new(i64::from(limit) + 1));
        let matching = conditions.join(" AND ");
        let mut rows = self.all(
            "read batches",
            &format!("{SELECT} WHERE {matching} ORDER BY b.id DESC LIMIT ?"),
            params_from_iter(&values),
            from_row,
        )?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        Ok(BatchList {
            next: rows.last().filter(|_| more).map(|row| row.id),
            rows,
            seq: self.seq()?,
        })
    }

    /// The runs of a batch that failed, timed out or were lost, as they were started.
    pub fn failed_of_batch(&self, id: BatchId) -> Result<Vec<FailedRun>> {
        let failed = self.all(
            "read the failed runs of a batch",
            "SELECT r.id, r.task_version, r.profile_id, r.item_key FROM run AS r
             WHERE r.batch_id = ?1 AND r.state IN ('failed', 'timed_out', 'lost') ORDER BY r.id",
            [Text(id)],
            |row| {
                Ok((
                    row.get::<_, Text<RunId>>(0)?.0,
                    row.get(1)?,
                    row.get::<_, Option<Text<_>>>(2)?.map(|id| id.0),
                    row.get(3)?,
                ))
            },
        )?;
        failed
            .into_iter()
            .map(|(run, task_version, profile_id, item)| {
                Ok(FailedRun {
                    task_version,
                    profile_id,
                    item,
                    params: self.plan(run)?.map(|plan| plan.params).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// The runs of a batch that are live, with their attempt and whether they wait.
    pub fn live_of_batch(&self, id: BatchId) -> Result<Vec<(RunId, u32, bool)>> {
        self.all(
            "read the live runs of a batch",
            "SELECT id, attempt, state = 'queued' FROM run
             WHERE batch_id = ?1 AND state IN ('queued', 'starting', 'running', 'parked', 'stopping') ORDER BY id",
            [Text(id)],
            |row| Ok((row.get::<_, Text<_>>(0)?.0, row.get(1)?, row.get(2)?)),
        )
    }
}

impl Writing<'_> {
    /// Begins a fan-out. Until it is sealed, none of its runs may start.
    pub fn insert_batch(&mut self, batch: &NewBatch, sealed: bool) -> Result<()> {
        if let Some(request_id) = &batch.request_id
            && self.batch_of_request(request_id)?.is_some()
        {
            return Err(Error::RequestRepeated {
                request_id: request_id.clone(),
            });
        }
        self.change(
            "keep a batch",
            "INSERT INTO batch (id, task_id, schedule_id, over, limits, total, sealed, request_id, retry_of, created_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            (
                Text(batch.id),
                Text(batch.task_id),
                batch.schedule_id.map(Text),
                &batch.over,
                Json(BatchFile::from(&batch.limits)),
                batch.total,
                sealed,
                batch.request_id.as_deref(),
                batch.retry_of.map(Text),
                Ms(batch.created_at),
            ),
        )?;
        if let Some(most) = batch.limits.max_parallel {
            self.make_places(&limit_of(batch.id), most)?;
        }
        if sealed {
            self.record(Fact::BatchChanged { batch: batch.id })?;
        }
        Ok(())
    }

    /// Lets a run of the batch need one of the places that `max_parallel` gives.
    pub fn need_batch_place(&self, run: RunId, batch: &NewBatch) -> Result<()> {
        match batch.limits.max_parallel {
            Some(_) => self.need_place(run, &limit_of(batch.id)),
            None => Ok(()),
        }
    }

    /// All runs are there: from now on they may start.
    pub fn seal_batch(&mut self, id: BatchId) -> Result<()> {
        let changed = self.change(
            "seal a batch",
            "UPDATE batch SET sealed = 1 WHERE id = ?1",
            [Text(id)],
        )?;
        if changed == 0 {
            return Err(Error::not_found("batch", id));
        }
        self.record(Fact::QueueChanged)?;
        self.record(Fact::BatchChanged { batch: id }).map(drop)
    }

    /// Takes away what a crash left of fan-outs that were not complete: nobody was told that they began.
    pub fn remove_unsealed_batches(&mut self) -> Result<u32> {
        let open: Vec<BatchId> = self.all(
            "look for batches that are not complete",
            "SELECT id FROM batch WHERE sealed = 0",
            [],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )?;
        for batch in &open {
            for sql in [
                "DELETE FROM run WHERE batch_id = ?1",
                "DELETE FROM batch WHERE id = ?1",
            ] {
                self.change("remove a batch that is not complete", sql, [Text(*batch)])?;
            }
            self.remove_places(&limit_of(*batch))?;
        }
        Ok(u32::try_from(open.len()).unwrap_or(u32::MAX))
    }

    /// Cancels what waits of a batch; tells how many.
    pub fn cancel_waiting_of_batch(
        &mut self,
        id: BatchId,
        reason: &str,
        message: &str,
    ) -> Result<u32> {
        let now = self.at();
        let live = self.live_of_batch(id)?;
        let mut cancelled = 0;
        for (run, attempt, waits) in live {
            if !waits {
                continue;
            }
            let detail = MoveDetail {
                reason: Some(reason.to_owned()),
                message: Some(message.to_owned()),
                ..MoveDetail::at(now)
            };
            let step = Move::End {
                ended: Ended::Cancelled,
            };
            self.advance(run, attempt, step, detail)?;
            cancelled += 1;
        }
        Ok(cancelled)
    }

    /// A run of the batch has ended: too many failures stop the rest, and the last end is told.
    pub(super) fn note_end_in_batch(&mut self, id: BatchId, failed: bool) -> Result<()> {
        let (is_live, limits, stopped): (bool, BatchFile, bool) = self.one(
            "look at the batch of an ended run",
            "SELECT EXISTS (SELECT 1 FROM run AS r WHERE r.batch_id = b.id
                     AND r.state IN ('queued', 'starting', 'running', 'parked', 'stopping')),
                 b.limits, b.stopped_ms IS NOT NULL FROM batch AS b WHERE b.id = ?1",
            [Text(id)],
            |row| Ok((row.get(0)?, row.get::<_, Json<_>>(1)?.0, row.get(2)?)),
        )?;
        if !is_live {
            self.remove_places(&limit_of(id))?;
            return self.record(Fact::BatchChanged { batch: id }).map(drop);
        }
        let limit = limits.stop_after.as_deref().map(str::parse::<StopAfter>);
        let Some(Ok(limit)) = limit.filter(|_| failed && !stopped) else {
            return Ok(());
        };
        let counts = self
            .batch(id)?
            .map(|batch| batch.counts)
            .unwrap_or_default();
        if limit.is_reached(counts.failed, counts.total) {
            self.change(
                "stop a batch",
                "UPDATE batch SET stopped_ms = ?2 WHERE id = ?1",
                (Text(id), Ms(self.at())),
            )?;
            let message = format!("{} of its batch had failed", counts.failed);
            self.cancel_waiting_of_batch(id, "batch_stopped", &message)?;
        }
        Ok(())
    }
}
