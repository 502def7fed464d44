//! Runs whose time passes while they wait.

use drover_model::{Ended, Move, RunId};
use jiff::Timestamp;

use crate::{
    MoveDetail, Result, Snapshot, Writing,
    column::{Ms, Text},
};

/// Queued runs that are too late for their first start, with the attempt that they wait for.
const EXPIRED: &str = "SELECT id, attempt FROM run WHERE state = 'queued' AND queue_until_ms IS NOT NULL AND queue_until_ms <= ?1";
/// Queued runs whose time for all attempts is over.
const GAVE_UP: &str = "SELECT id, attempt FROM run WHERE state = 'queued' AND gives_up_ms IS NOT NULL AND gives_up_ms <= ?1";

impl Snapshot<'_> {
    /// When the next queued run becomes too late.
    pub(super) fn next_deadline(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        self.one(
            "look for the next run that becomes too late",
            "SELECT min(at) FROM (
                 SELECT min(queue_until_ms) AS at FROM run WHERE state = 'queued' AND queue_until_ms IS NOT NULL AND queue_until_ms > ?1
                 UNION ALL
                 SELECT min(gives_up_ms) FROM run WHERE state = 'queued' AND gives_up_ms IS NOT NULL AND gives_up_ms > ?1
                 UNION ALL
                 SELECT min(expires_ms) + 1 FROM run WHERE state = 'queued' AND expires_ms IS NOT NULL AND expires_ms >= ?1)",
            [Ms(now)],
            |row| Ok(row.get::<_, Option<Ms>>(0)?.map(|at| at.0)),
        )
    }

    /// When all attempts of a run must have ended.
    pub fn gives_up_at(&self, run: RunId) -> Result<Option<Timestamp>> {
        let read = self.first(
            "read until when a run may be tried",
            "SELECT gives_up_ms FROM run WHERE id = ?1",
            [Text(run)],
            |row| Ok(row.get::<_, Option<Ms>>(0)?.map(|at| at.0)),
        )?;
        Ok(read.flatten())
    }
}

impl Writing<'_> {
    /// Ends queued runs that are too late.
    pub(super) fn end_late_runs(&mut self, now: Timestamp) -> Result<()> {
        let late = [
            (
                EXPIRED,
                Move::Expire,
                "queue_limit",
                "its latest start has passed",
            ),
            (
                GAVE_UP,
                Move::End {
                    ended: Ended::TimedOut,
                },
                "total_limit",
                "the time for all its attempts is over",
            ),
        ];
        for (which, step, reason, message) in late {
            let runs = self.all("look for runs that are too late", which, [Ms(now)], |row| {
                Ok((row.get::<_, Text<RunId>>(0)?.0, row.get::<_, u32>(1)?))
            })?;
            for (run, attempt) in runs {
                let detail = MoveDetail {
                    reason: Some(reason.to_owned()),
                    message: Some(message.to_owned()),
                    ..MoveDetail::at(now)
                };
                // The end of an earlier one may have stopped their batch; then this one is cancelled already, and stale.
                self.advance(run, attempt, step, detail)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{RunState, Span};

    use super::*;
    use crate::{
        Charge, NewRun,
        testing::{Database, at, run, task},
    };

    fn id(number: u128) -> RunId {
        RunId::from_bits(number)
    }

    /// Runs 1 and 2, queued at 1 and 2 with 10 s to their first start and 60 s for everything.
    fn database() -> Database {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        for number in [1, 2] {
            let mut new = run(number, None);
            new.plan.limits.queue = Some(Span::seconds(10));
            new.plan.limits.total = Some(Span::seconds(60));
            writing.insert_run(&new).unwrap();
        }
        drop(writing);
        database
    }

    #[test]
    fn what_does_not_start_in_time_expires() {
        let database = database();
        let mut writing = database.writing();
        assert_eq!(writing.next_due(at(3)).unwrap(), Some(at(11)));
        assert!(!writing.has_ticked(at(10)).unwrap() && writing.has_ticked(at(11)).unwrap());
        writing.tick(at(11)).unwrap();
        let states = [1, 2].map(|number| writing.run_row(id(number)).unwrap().unwrap().state);
        assert_eq!(states, [RunState::Expired, RunState::Queued]);
        let row = writing.run_row(id(1)).unwrap().unwrap();
        assert_eq!(row.reason.as_deref(), Some("queue_limit"));
        assert_eq!(writing.claimable(at(11), 9).unwrap(), [id(2)]);
    }

    #[test]
    fn what_began_once_does_not_expire_but_gives_up() {
        let database = database();
        let mut writing = database.writing();
        writing.claim(id(1), at(3), "m").unwrap().unwrap();
        writing
            .advance(id(1), 1, Move::Run, MoveDetail::at(at(3)))
            .unwrap();
        let again = MoveDetail {
            charge: Charge::Retry,
            not_before: Some(at(90)),
            ..MoveDetail::at(at(4))
        };
        writing.advance(id(1), 1, Move::Requeue, again).unwrap();
        writing.tick(at(60)).unwrap();
        assert_eq!(
            writing.run_row(id(1)).unwrap().unwrap().state,
            RunState::Queued
        );
        assert_eq!(writing.next_due(at(60)).unwrap(), Some(at(61)));
        assert_eq!(writing.gives_up_at(id(1)).unwrap(), Some(at(61)));
        writing.tick(at(61)).unwrap();
        let row = writing.run_row(id(1)).unwrap().unwrap();
        assert_eq!(
            (row.state, row.reason.as_deref()),
            (RunState::TimedOut, Some("total_limit"))
        );
    }

    #[test]
    fn an_attempt_that_never_started_does_not_save_a_run_from_its_deadline() {
        let database = database();
        let mut writing = database.writing();
        writing.claim(id(1), at(3), "m").unwrap().unwrap();
        writing
            .advance(id(1), 1, Move::Requeue, MoveDetail::at(at(4)))
            .unwrap();
        writing.tick(at(12)).unwrap();
        assert_eq!(
            writing.run_row(id(1)).unwrap().unwrap().state,
            RunState::Expired
        );
    }

    #[test]
    fn what_may_no_longer_start_keeps_nobody_from_starting() {
        let database = database();
        let mut writing = database.writing();
        let mut new = run(3, None);
        new.origin.expires = Some(at(6));
        new.priority = drover_model::Priority::FIRST;
        writing.insert_run(&new).unwrap();
        assert_eq!(writing.claimable(at(6), 1).unwrap(), [id(3)]);
        let passed = at(6) + jiff::SignedDuration::from_millis(1);
        assert_eq!(writing.next_due(at(5)).unwrap(), Some(passed));
        assert!(!writing.has_ticked(at(6)).unwrap() && writing.has_ticked(at(7)).unwrap());
        writing.tick(at(7)).unwrap();
        let row = writing.run_row(id(3)).unwrap().unwrap();
        assert_eq!(row.state, RunState::Expired);
        assert_eq!(writing.claimable(at(7), 1).unwrap(), [id(1)]);
    }

    #[test]
    fn the_wait_counts_from_the_moment_from_which_it_may_start() {
        let database = database();
        let mut writing = database.writing();
        let mut later = NewRun {
            not_before: Some(at(100)),
            ..run(3, None)
        };
        later.plan.limits.queue = Some(Span::seconds(10));
        writing.insert_run(&later).unwrap();
        writing.tick(at(100)).unwrap();
        assert_eq!(writing.next_due(at(100)).unwrap(), Some(at(110)));
    }
}
