//! Fan-outs: many runs of one start, checked as a whole before any is queued.

use drover_model::{
    Batch, BatchId, Caller, Code, CommandError, FieldErrors, RunId, Task,
    request::{
        BatchList, BatchStart, CancelBatch, CancelRun, GetBatch, ListBatches, RetryBatch,
        StartBatch, StartOptions,
    },
    schedule::{BatchFile, BatchSpec, Problems, ScheduleFile, WhenFile},
};
use drover_scheduler::schedule::CsvTable;

use super::{
    enqueueing::Start,
    targets::{Asked, Fan},
    tasks::no_task,
};
use crate::{Engine, Error, Result, error::Doing as _};

/// An error for a batch that is not there.
fn no_batch(batch: BatchId) -> CommandError {
    CommandError::new(Code::BatchNotFound, format!("no batch `{batch}`"))
        .hint("`drover-cli batch list` shows them.")
        .field("batch")
}

impl Engine {
    /// Problems are an answer, not an error: then nothing was started.
    pub async fn start_batch(&self, by: Caller, req: StartBatch) -> Result<BatchStart> {
        if let Some(request) = req.request_id.clone()
            && let Some(batch) = self.batch_of_request(request).await?
        {
            return Ok(BatchStart {
                runs: batch.counts.total,
                batch: Some(batch),
                ..BatchStart::default()
            });
        }
        let task = self.living_task(&req.task).await?;
        let mut answer = BatchStart::default();
        let limits = match limits(&req.limits) {
            Ok(limits) => limits,
            Err(problems) => {
                answer.problems = FieldErrors::from(problems).0;
                return Ok(answer);
            }
        };
        let fan = match &req.csv {
            None => Fan::Profiles,
            Some(text) => {
                let table = self.read_table(text, &task).await?;
                let skips = req.skip_bad_rows && !table.rows.is_empty();
                let is_bad = !table.problems.is_empty();
                answer.rows.clone_from(&table.problems);
                if is_bad && !skips {
                    return Ok(answer);
                }
                Fan::Items(table.rows.into_iter().map(asked).collect())
            }
        };
        let (priority, waits_for) = (req.options.priority, req.options.waits_for);
        let prepared = self
            .prepare_fan(task.spec.clone(), task.version, req.options, fan)
            .await?;
        // Every plan is made once before anything is queued, so that a problem of the last row stops the first.
        let checked = prepared.and_then(|prepared| {
            prepared.plans(|| RunId::from_bits(0)).map(drop)?;
            Ok(prepared)
        });
        let prepared = match checked {
            Ok(prepared) => prepared,
            Err(problems) => {
                answer.problems = problems.0;
                return Ok(answer);
            }
        };
        answer.runs = u32::try_from(prepared.runs()).unwrap_or(u32::MAX);
        if req.dry {
            return Ok(answer);
        }
        self.ensure_claims();
        let start = Start {
            limits,
            priority,
            request_id: req.request_id,
            is_batch: true,
            waits_for,
            ..Start::new(task.id, task.version)
        };
        let (batch, _) = self.enqueue_start(by, &prepared, start).await?;
        if let Some(batch) = batch {
            answer.batch = Some(self.get_batch(by, GetBatch { batch }).await?);
        }
        Ok(answer)
    }

    pub async fn list_batches(&self, _by: Caller, req: ListBatches) -> Result<BatchList> {
        self.rooms()
            .store
            .read(move |db| db.batches(&req))
            .await
            .doing("list the batches")
    }

    pub async fn get_batch(&self, _by: Caller, req: GetBatch) -> Result<Batch> {
        let found = self
            .rooms()
            .store
            .read(move |db| db.batch(req.batch))
            .await
            .doing("read the batch")?;
        found.ok_or_else(|| no_batch(req.batch).into())
    }

    /// What waits is cancelled in one order; what runs is stopped one by one.
    pub async fn cancel_batch(&self, by: Caller, req: CancelBatch) -> Result<Batch> {
        let id = req.batch;
        self.get_batch(by, GetBatch { batch: id }).await?;
        let now = self.rooms().now();
        self.rooms()
            .store
            .write(now, by, move |tx| {
                tx.cancel_waiting_of_batch(id, "cancelled", "its batch was cancelled by you")
            })
            .await
            .doing("cancel the batch")?;
        if !req.waiting {
            let live = self
                .rooms()
                .store
                .read(move |db| db.live_of_batch(id))
                .await
                .doing("read the batch")?;
            for (run, _, _) in live {
                match self.cancel_run(by, CancelRun { run }).await {
                    Ok(_) => {}
                    // It ended by itself a moment ago.
                    Err(Error::Refused(error)) if error.code == Code::WrongState => {}
                    Err(error) => return Err(error),
                }
            }
        }
        self.get_batch(by, GetBatch { batch: id }).await
    }

    /// Proxies, tokens and profiles are today's; values and the version of the task are those of the failed runs.
    pub async fn retry_batch(&self, by: Caller, req: RetryBatch) -> Result<Batch> {
        self.ensure_claims();
        if let Some(request) = req.request_id.clone()
            && let Some(batch) = self.batch_of_request(request).await?
        {
            return Ok(batch);
        }
        let id = req.batch;
        let batch = self.get_batch(by, GetBatch { batch: id }).await?;
        let failed = self
            .rooms()
            .store
            .read(move |db| db.failed_of_batch(id))
            .await
            .doing("read the failed runs")?;
        let Some(version) = failed.first().map(|run| run.task_version) else {
            let message = "no run of this batch has failed";
            return Err(CommandError::new(Code::WrongState, message).into());
        };
        let task_id = batch.task_id;
        let task = self
            .rooms()
            .store
            .read(move |db| db.task(task_id, Some(version)))
            .await
            .doing("read the task")?;
        let task = task.ok_or_else(|| no_task(batch.task.as_str()))?;
        let items = failed.into_iter().map(|run| Asked {
            key: run.item,
            profile: run.profile_id.map(|id| id.to_string()),
            params: run.params,
        });
        let fan = Fan::Items(items.collect());
        let prepared = self
            .prepare_fan(task.spec, version, StartOptions::default(), fan)
            .await?
            .map_err(CommandError::from)?;
        let start = Start {
            limits: limits(&batch.limits).unwrap_or_default(),
            request_id: req.request_id,
            retry_of: Some(id),
            is_batch: true,
            ..Start::new(task_id, version)
        };
        let (new, _) = self.enqueue_start(by, &prepared, start).await?;
        let new = new.expect("BUG: a batch was asked for");
        self.get_batch(by, GetBatch { batch: new }).await
    }

    async fn batch_of_request(&self, request: String) -> Result<Option<Batch>> {
        self.rooms()
            .store
            .read(move |db| db.batch_of_request(&request))
            .await
            .doing("look for the same request")
    }

    async fn living_task(&self, name: &str) -> Result<Task> {
        let wanted = name.to_owned();
        let task = self
            .rooms()
            .store
            .read(move |db| db.find_task(&wanted, None))
            .await
            .doing("read the task")?;
        task.filter(|task| task.removed_at.is_none())
            .ok_or_else(|| no_task(name).into())
    }

    /// A table against the task's parameters and the profiles that there are.
    async fn read_table(&self, text: &str, task: &Task) -> Result<CsvTable> {
        let (text, parameters) = (text.to_owned(), task.spec.parameters.clone());
        self.rooms()
            .store
            .read(move |db| {
                let knows = |name: &str| {
                    let found = db.find_profile(name);
                    found.is_ok_and(|found| found.is_some_and(|one| one.removed_at.is_none()))
                };
                Ok(CsvTable::read(&text, &parameters, knows))
            })
            .await
            .doing("check the table")
    }
}

fn asked(row: drover_scheduler::schedule::CsvRow) -> Asked {
    Asked {
        key: format!("row:{}", row.row),
        profile: row.profile,
        params: row.parameters,
    }
}

/// The limits of a fan-out, checked as those of a schedule file are.
fn limits(file: &BatchFile) -> std::result::Result<BatchSpec, Problems> {
    let carrier = ScheduleFile {
        name: "batch".to_owned(),
        task: "task".to_owned(),
        when: WhenFile {
            every: Some("1h".to_owned()),
            ..WhenFile::default()
        },
        batch: file.clone(),
        ..ScheduleFile::default()
    };
    drover_model::ScheduleSpec::try_from(carrier).map(|spec| spec.batch)
}
