//! The queue as people see it: what runs, what waits, in the order of turns.

use drover_model::request::{QueueView, WaitingRun};

use super::run::{SELECT, from_row};
use crate::{Moment, Result, Snapshot};

/// Waiting runs when their number was not said.
const SHOWN: u32 = 100;

impl Snapshot<'_> {
    /// The queue at that moment, with at most `limit` waiting runs.
    pub fn queue(&self, moment: impl Into<Moment>, limit: u32) -> Result<QueueView> {
        let moment = moment.into();
        let limit = if limit == 0 { SHOWN } else { limit };
        let mut waiting = Vec::new();
        for run in self.turns(&moment, limit)? {
            if let (Some(row), Some(priority)) = (self.run_row(run)?, self.priority(run)?) {
                waiting.push(WaitingRun {
                    priority,
                    reasons: self.reasons(&row, &moment)?,
                    row,
                });
            }
        }
        Ok(QueueView {
            paused: self.paused()?,
            workers: self.settings()?.workers,
            live: self.all(
                "read what runs",
                &format!(
                    "{SELECT} WHERE r.finished_ms IS NULL AND r.state <> 'queued' ORDER BY r.id"
                ),
                [],
                from_row,
            )?,
            waiting,
            waiting_total: self.one(
                "count what waits",
                "SELECT count(*) FROM run WHERE state = 'queued'",
                [],
                |row| row.get(0),
            )?,
            limits: self.limits()?,
            pauses: self.pauses()?,
            seq: self.seq()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{RunId, WaitCode};

    use crate::{
        NewRun,
        testing::{Database, at, profile, run, task},
    };

    #[test]
    fn what_waits_stands_in_the_order_of_turns_with_its_reasons() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        writing.insert_profile(&profile(1, "anna")).unwrap();
        for number in 1..=3 {
            writing.insert_run(&run(number, Some(1))).unwrap();
        }
        let later = NewRun {
            not_before: Some(at(60)),
            ..run(4, None)
        };
        writing.insert_run(&later).unwrap();
        let id = RunId::from_bits;
        writing.claim(id(1), at(5), "m").unwrap().unwrap();
        writing
            .set_priority(&[id(3), id(1)], 7.try_into().unwrap())
            .unwrap();
        let queue = writing.queue(at(9), 0).unwrap();
        assert_eq!(queue.live.len(), 1);
        let waiting: Vec<_> = queue
            .waiting
            .iter()
            .map(|waiting| {
                (
                    waiting.row.id,
                    waiting.priority.get(),
                    waiting.reasons[0].code,
                )
            })
            .collect();
        assert_eq!(
            waiting,
            [
                (id(3), 7, WaitCode::ProfileBusy),
                (id(2), 5, WaitCode::ProfileBusy),
                (id(4), 5, WaitCode::NotBefore),
            ]
        );
        assert_eq!(queue.waiting_total, 3);
        assert_eq!(writing.queue(at(9), 1).unwrap().waiting.len(), 1);
    }
}
