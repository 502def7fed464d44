//! Counts over all tables, for the frame and the tray.

use drover_model::request::Summary;
use jiff::{SignedDuration, Timestamp};

use super::run::{SELECT, from_row};
use crate::{Result, Snapshot, column::Ms};

/// Runs that the tray lists.
const LAST: u32 = 5;

impl Snapshot<'_> {
    /// What goes on at `now`.
    pub fn summary(&self, now: Timestamp) -> Result<Summary> {
        let doing = "sum up what goes on";
        let count = |sql: &str| self.one(doing, sql, [], |row| row.get(0));
        // By the time alone: far more have failed since ever than in a day.
        let failed_24h = self.one(
            doing,
            "SELECT count(*) FROM run WHERE finished_ms >= ?1 AND +state IN ('failed', 'timed_out', 'lost')",
            [Ms(now - SignedDuration::from_hours(24))],
            |row| row.get(0),
        )?;
        let parked: u32 = count("SELECT count(*) FROM run WHERE state = 'parked'")?;
        let asking: u32 = count("SELECT count(*) FROM run WHERE asks = 1")?;
        Ok(Summary {
            running: count(
                "SELECT count(*) FROM run WHERE state IN ('starting', 'running', 'stopping')",
            )?,
            queued: count("SELECT count(*) FROM run WHERE state = 'queued'")?,
            needs_you: parked + asking,
            failed_24h,
            paused: self.paused()?,
            // Conditions are known to the engine, not to rows.
            storage_error: None,
            disk_low: None,
            profiles: count("SELECT count(*) FROM profile WHERE removed_ms IS NULL")?,
            tasks: count("SELECT count(*) FROM task WHERE removed_ms IS NULL")?,
            last: self.all(
                doing,
                &format!("{SELECT} ORDER BY r.id DESC LIMIT ?1"),
                [LAST],
                from_row,
            )?,
            missed: self.missed(now)?,
            seq: self.seq()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{Ended, Move, RunId};

    use crate::{
        MoveDetail, NewRun,
        testing::{Database, at, profile, run, task},
    };

    #[test]
    fn what_goes_on_is_counted() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        writing.insert_profile(&profile(1, "anna")).unwrap();
        for number in 1..=7 {
            writing.insert_run(&run(number, None)).unwrap();
        }
        let go = |number: u128, steps: &[Move]| {
            let (mut writing, id) = (database.writing(), RunId::from_bits(number));
            writing.claim(id, at(10), "m").unwrap().unwrap();
            for step in steps {
                writing
                    .advance(id, 1, *step, MoveDetail::at(at(10)))
                    .unwrap();
            }
        };
        let end = |ended| Move::End { ended };
        go(1, &[]);
        go(2, &[Move::Run]);
        go(3, &[Move::Run, Move::Park]);
        go(4, &[Move::Run, end(Ended::Failed)]);
        go(5, &[Move::Run, end(Ended::Lost)]);
        let now = database.reading().summary(at(20)).unwrap();
        assert_eq!(
            (now.running, now.queued, now.needs_you, now.failed_24h),
            (2, 2, 2, 2)
        );
        assert_eq!(
            (now.profiles, now.tasks, now.paused, now.last.len()),
            (1, 1, false, 5)
        );
        assert_eq!(now.last[0].id, RunId::from_bits(7));
        let again = NewRun {
            rerun_of: Some(RunId::from_bits(5)),
            ..run(8, None)
        };
        writing.insert_run(&again).unwrap();
        let later = writing.summary(at(20 + 86_400)).unwrap();
        assert_eq!(
            (later.needs_you, later.failed_24h),
            (1, 0),
            "a rerun answers; a day passes"
        );
    }
}
