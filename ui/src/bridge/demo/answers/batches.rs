//! Answers about fan-outs. The demo starts their runs and keeps no batch of its own.

use drover_model::request::{
    BatchList, BatchStart, CancelBatch, GetBatch, ListBatches, RetryBatch, StartBatch, StartTask,
};
use drover_model::{Batch, BatchId, Code, CommandError};

use super::{Outcome, fine};
use crate::bridge::demo::world::{World, missing};

impl World {
    pub(super) fn start_batch(&mut self, request: StartBatch) -> Outcome<StartBatch> {
        if request.csv.is_some() {
            return Err(CommandError::new(Code::Invalid, "the demo reads no tables"));
        }
        if request.dry {
            return fine(BatchStart::default());
        }
        let (rows, facts) = self.start_task(StartTask {
            task: request.task,
            options: request.options,
            request_id: request.request_id,
        })?;
        let started = BatchStart {
            runs: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            ..BatchStart::default()
        };
        Ok((started, facts))
    }

    pub(super) fn list_batches(&mut self, request: ListBatches) -> Outcome<ListBatches> {
        let limit = match request.limit {
            0 => 100,
            limit => limit as usize,
        };
        let place = |cursor: BatchId| self.batches.iter().position(|batch| batch.id == cursor);
        let skip = request.cursor.and_then(place).map_or(0, |at| at + 1);
        let fits = |batch: &&Batch| !(request.live && batch.counts.is_done());
        let mut rows: Vec<Batch> = self
            .batches
            .iter()
            .skip(skip)
            .filter(fits)
            .cloned()
            .collect();
        let more = rows.len() > limit;
        rows.truncate(limit);
        fine(BatchList {
            next: rows.last().filter(|_| more).map(|batch| batch.id),
            rows,
            seq: self.seq,
        })
    }

    pub(super) fn get_batch(&mut self, request: GetBatch) -> Outcome<GetBatch> {
        fine(self.batch(request.batch)?)
    }

    pub(super) fn cancel_batch(&mut self, request: CancelBatch) -> Outcome<CancelBatch> {
        fine(self.batch(request.batch)?)
    }

    pub(super) fn retry_batch(&mut self, request: RetryBatch) -> Outcome<RetryBatch> {
        fine(self.batch(request.batch)?)
    }

    fn batch(&self, id: BatchId) -> Result<Batch, CommandError> {
        let found = self.batches.iter().find(|batch| batch.id == id);
        found
            .cloned()
            .ok_or_else(|| missing(Code::BatchNotFound, "batch", &id.short()))
    }
}
