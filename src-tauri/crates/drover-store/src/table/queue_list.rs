//! The queue as people see it: what runs, what waits, in the order of turns.

use drover_model::{
    Priority,
    request::{QueueView, WaitingRun},
};
use jiff::Timestamp;

use super::run::{SELECT, from_row};
use crate::{Result, Snapshot};

/// Waiting runs when their number was not said.
const SHOWN: u32 = 100;

impl Snapshot<'_> {
    /// The queue at `now`, with at most `limit` waiting runs.
    pub fn queue(&self, now: Timestamp, limit: u32) -> Result<QueueView> {
        let limit = if limit == 0 { SHOWN } else { limit };
        let waiting = self.all(
            "read what waits",
            &format!(
                "{} WHERE r.state = 'queued'
                 ORDER BY r.ready_ms IS NULL, r.priority DESC, ifnull(r.ready_ms, r.not_before_ms), r.id LIMIT ?1",
                SELECT.replacen("SELECT ", "SELECT r.priority, ", 1)
            ),
            [limit],
            |row| Ok((row.get::<_, u8>("priority")?, from_row(row)?)),
        )?;
        Ok(QueueView {
            paused: self.paused()?,
            workers: self.settings()?.workers,
            live: self.all(
                "read what runs",
                &format!(
                    "{SELECT} WHERE r.state IN ('starting', 'running', 'parked', 'stopping') ORDER BY r.id"
                ),
                [],
                from_row,
            )?,
            waiting: waiting
                .into_iter()
                .map(|(priority, row)| {
                    Ok(WaitingRun {
                        priority: Priority::try_from(priority)
                            .expect("BUG: the column has a check of its range"),
                        reasons: self.reasons(&row, now)?,
                        row,
                    })
                })
                .collect::<Result<_>>()?,
            waiting_total: self.one(
                "count what waits",
                "SELECT count(*) FROM run WHERE state = 'queued'",
                [],
                |row| row.get(0),
            )?,
            limits: self.limits()?,
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
