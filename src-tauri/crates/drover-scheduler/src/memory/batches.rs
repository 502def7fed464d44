//! Fan-outs: runs that wait for the rest of theirs, that share places, and that failures of others stop.

use drover_model::{
    BatchId, Ended, LimitKey, LimitKind, Move, RunId, RunState,
    schedule::{EndedAs, StopAfter},
};
use drover_store::{MoveDetail, NewBatch, NewRun};
use jiff::Timestamp;

use super::state::{Entry, State, folded_key};

/// A fan-out.
#[derive(Debug, Clone)]
pub(super) struct Fan {
    sealed: bool,
    total: u32,
    /// Its runs share that many places.
    places: Option<u32>,
    stop_after: Option<StopAfter>,
    stopped: bool,
}

/// The limit that stands for the places of a fan-out.
pub(super) fn places_of(batch: BatchId) -> LimitKey {
    LimitKey {
        kind: LimitKind::Resource,
        name: format!("batch {batch}")
            .parse()
            .expect("BUG: an id makes a name"),
    }
}

impl State {
    pub(super) fn begin_batch(&mut self, batch: &NewBatch, runs: Vec<NewRun>, now: Timestamp) {
        let fan = Fan {
            sealed: false,
            total: batch.total,
            places: batch.limits.max_parallel,
            stop_after: batch.limits.stop_after,
            stopped: false,
        };
        if let Some(places) = fan.places {
            let capacity = places.try_into().expect("BUG: it was checked before");
            self.set_limit(&places_of(batch.id), Some(capacity), None, now);
        }
        self.batches.insert(batch.id, fan);
        for run in runs {
            self.add(run, now);
        }
    }

    pub(super) fn seal_batch(&mut self, batch: BatchId) {
        if let Some(fan) = self.batches.get_mut(&batch) {
            fan.sealed = true;
            self.seq += 1;
        }
    }

    /// The fan-out in whose places a run needs one.
    pub(super) fn shares_places(&self, entry: &Entry) -> Option<BatchId> {
        let batch = entry.new.origin.batch_id?;
        self.batches.get(&batch)?.places.map(|_| batch)
    }

    /// Whether a run waits for another one, or for the rest of its fan-out.
    pub(super) fn held_back(&self, entry: &Entry) -> bool {
        let origin = &entry.new.origin;
        let earlier = origin.behind.and_then(|behind| self.runs.get(&behind));
        let batch = origin.batch_id.and_then(|batch| self.batches.get(&batch));
        earlier.is_some_and(|earlier| !earlier.state.is_terminal())
            || batch.is_some_and(|fan| !fan.sealed)
    }

    /// A run has ended: too many failures cancel what waits of its fan-out, and the last end gives the places back.
    pub(super) fn note_end(&mut self, run: RunId, to: RunState, now: Timestamp) {
        let batch = self
            .runs
            .get(&run)
            .and_then(|entry| entry.new.origin.batch_id);
        let Some(batch) = batch else { return };
        let of_batch = |entry: &&Entry| entry.new.origin.batch_id == Some(batch);
        let all = || self.runs.values().filter(of_batch);
        if all().all(|entry| entry.state.is_terminal()) {
            self.limits.remove(&folded_key(&places_of(batch)));
            self.seq += 1;
            return;
        }
        let failed = all().filter(|entry| EndedAs::Failed.counts(entry.state));
        let failed = u32::try_from(failed.count()).unwrap_or(u32::MAX);
        let waiting: Vec<(RunId, u32)> = all()
            .filter(|entry| entry.state == RunState::Queued)
            .map(|entry| (entry.new.id, entry.attempt))
            .collect();
        let Some(fan) = self.batches.get_mut(&batch) else {
            return;
        };
        // What is not complete yet is not judged.
        let judged = EndedAs::Failed.counts(to) && fan.sealed && !fan.stopped;
        let limit = fan.stop_after.filter(|_| judged);
        if !limit.is_some_and(|limit| limit.is_reached(failed, fan.total)) {
            return;
        }
        fan.stopped = true;
        let step = Move::End {
            ended: Ended::Cancelled,
        };
        for (run, attempt) in waiting {
            self.step(run, attempt, step, &MoveDetail::at(now))
                .expect("BUG: a queued run may end so");
        }
    }

    /// What a crash left of fan-outs that were not complete: nobody was told that they began.
    pub(super) fn remove_open_batches(&mut self) {
        let is_open = |fan: &Fan| !fan.sealed;
        let open: Vec<BatchId> = self
            .batches
            .iter()
            .filter(|(_, fan)| is_open(fan))
            .map(|(batch, _)| *batch)
            .collect();
        for batch in open {
            self.runs
                .retain(|_, entry| entry.new.origin.batch_id != Some(batch));
            self.limits.remove(&folded_key(&places_of(batch)));
            self.batches.remove(&batch);
        }
    }
}
