//! What a person says about times that were missed.

use drover_model::{
    Caller, Ended, Move, Priority, RunId, RunRow, ScheduleId,
    request::{MissedWay, SettleMissed, StartOptions},
};
use drover_scheduler::schedule::{Slot, Zones};
use drover_store::{MissedRow, MoveDetail, NewRun, Origin};

use super::{planning::Fan, schedule_starts::params, schedule_states::timetable};
use crate::{Engine, Error, Result, error::Doing as _};

/// The most times that one answer runs.
const MOST: usize = 1_000;

impl Engine {
    /// The runs that were queued, or those that were cancelled; the report does not wait for an answer after it.
    pub async fn settle_missed(&self, by: Caller, req: SettleMissed) -> Result<Vec<RunRow>> {
        let rows = match req.way {
            MissedWay::Cancel => self.cancel_caught_up(by, req.look).await?,
            MissedWay::RunAll => self.run_missed(by, req.look).await?,
            MissedWay::Leave => Vec::new(),
        };
        // Last, so that a crash before it asks again; what was done is not done twice.
        self.rooms()
            .store
            .write(self.rooms().now(), by, move |tx| tx.settle_missed(req.look))
            .await
            .doing("note the answer about what was missed")?;
        Ok(rows)
    }

    async fn cancel_caught_up(&self, by: Caller, look: u64) -> Result<Vec<RunRow>> {
        let now = self.rooms().now();
        self.rooms()
            .store
            .write(now, by, move |tx| {
                let mut rows = Vec::new();
                for run in tx.waiting_of_look(look)? {
                    let Some(row) = tx.run_row(run)? else {
                        continue;
                    };
                    let detail = MoveDetail {
                        reason: Some("cancelled".to_owned()),
                        message: Some("its time was missed, and you did not want it".to_owned()),
                        ..MoveDetail::at(now)
                    };
                    let step = Move::End {
                        ended: Ended::Cancelled,
                    };
                    tx.advance(run, row.attempt, step, detail)?;
                    rows.extend(tx.run_row(run)?);
                }
                Ok(rows)
            })
            .await
            .doing("cancel what was missed")
    }

    /// Every skipped time of the look, the newest ones of each schedule, one behind the other.
    async fn run_missed(&self, by: Caller, look: u64) -> Result<Vec<RunRow>> {
        self.ensure_claims();
        let skipped = self
            .rooms()
            .store
            .read(move |db| db.skipped_of_look(look))
            .await
            .doing("read what was missed")?;
        let mut ids: Vec<ScheduleId> = skipped.iter().map(|(schedule, ..)| *schedule).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut rows = Vec::new();
        for id in ids {
            let of_it = skipped.iter().filter(|(schedule, ..)| *schedule == id);
            match self.run_missed_of(by, id, of_it.copied().collect()).await {
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
        skipped: Vec<MissedRow>,
    ) -> Result<Vec<RunRow>> {
        let rooms = self.rooms();
        let now = rooms.now();
        let (stored, task) = self.schedule_and_task(id).await?;
        let refuse =
            |problem: String| drover_model::CommandError::new(drover_model::Code::Invalid, problem);
        let table = timetable(&stored, &Zones::bundled()).map_err(refuse)?;
        let mut slots: Vec<Slot> = Vec::new();
        for (_, first, last, _) in skipped {
            let before = first - jiff::SignedDuration::from_nanos(1);
            let covered = table.slots_after(before).take_while(|slot| slot.at <= last);
            slots.extend(
                covered
                    .filter(Slot::is_start)
                    .take(drover_scheduler::schedule::plan::PASS),
            );
        }
        slots.drain(..slots.len().saturating_sub(MOST));
        let options = StartOptions {
            params: params(&stored.spec, &task.spec, None).map_err(refuse)?,
            ..StartOptions::default()
        };
        let prepared = self
            .prepare_fan(task.spec.clone(), task.version, options, Fan::Random)
            .await?
            .map_err(drover_model::CommandError::from)?;
        let mut runs = Vec::new();
        let mut behind: Vec<Option<RunId>> = vec![None; prepared.runs()];
        for slot in slots {
            for (index, item) in prepared.items().into_iter().enumerate() {
                let run = RunId::from_bits(rooms.new_id.bits(now));
                let plan = prepared
                    .plan_item(index, run)
                    .map_err(drover_model::CommandError::from)?;
                runs.push(NewRun {
                    id: run,
                    task_id: task.id,
                    task_version: task.version,
                    profile_id: item.profile,
                    plan,
                    request_id: None,
                    rerun_of: None,
                    queued_at: now,
                    priority: Priority::NORMAL,
                    not_before: Some(now),
                    origin: Origin {
                        schedule_id: Some(id),
                        // The time itself has its row; this is a further start for it, and there is one at most.
                        occurrence: format!("missed:{}", slot.occurrence()),
                        item: item.key,
                        nominal: Some(slot.at),
                        behind: behind[index].replace(run),
                        ..Origin::default()
                    },
                });
            }
        }
        rooms
            .store
            .write(now, by, move |tx| {
                let mut rows = Vec::new();
                for run in &runs {
                    if tx.has_occurrence(id, &run.origin.occurrence, &run.origin.item)? {
                        continue;
                    }
                    tx.insert_run(run)?;
                    rows.extend(tx.run_row(run.id)?);
                }
                Ok(rows)
            })
            .await
            .doing("queue what was missed")
    }
}
