//! What is kept of ended runs, and forgetting them.

use drover_model::{RunId, RunState};
use jiff::Timestamp;

use crate::{
    Result, Snapshot, Writing,
    column::{Ms, Text, Word},
};

/// Events that one order forgets at most.
const EVENTS: u32 = 2_000;

/// An ended run, for whoever decides what is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRun {
    pub id: RunId,
    pub state: RunState,
    pub finished_at: Timestamp,
    pub pinned: bool,
    /// Its log and files were not removed before.
    pub has_files: bool,
}

impl Snapshot<'_> {
    /// The ended runs that still have files or ended before that moment, oldest first.
    pub fn ended_runs(&self, before: Timestamp) -> Result<Vec<EndedRun>> {
        self.all(
            "read the ended runs",
            "SELECT id, state, finished_ms, pinned, files_removed_ms IS NULL AS has_files FROM run
             WHERE finished_ms IS NOT NULL AND (files_removed_ms IS NULL OR finished_ms < ?1)
             ORDER BY finished_ms, id",
            [Ms(before)],
            |row| {
                Ok(EndedRun {
                    id: row.get::<_, Text<_>>("id")?.0,
                    state: row.get::<_, Word<_>>("state")?.0,
                    finished_at: row.get::<_, Ms>("finished_ms")?.0,
                    pinned: row.get("pinned")?,
                    has_files: row.get("has_files")?,
                })
            },
        )
    }

    /// Those of these runs that are there and whose files are noted as removed.
    pub fn runs_without_files(&self, runs: &[RunId]) -> Result<Vec<RunId>> {
        let mut noted = Vec::new();
        for run in runs {
            let without: bool = self.one(
                "look whether the files of a run are removed",
                "SELECT EXISTS (SELECT 1 FROM run WHERE id = ?1 AND files_removed_ms IS NOT NULL)",
                [Text(*run)],
                |row| row.get(0),
            )?;
            noted.extend(without.then_some(*run));
        }
        Ok(noted)
    }
}

impl Writing<'_> {
    /// Notes that the files of these runs are gone. Pinned and live ones are left alone. Tells how many were noted.
    pub fn note_files_removed(&mut self, runs: &[RunId], at: Timestamp) -> Result<u32> {
        let mut noted = 0;
        for run in runs {
            let one = self.change(
                "note that files were removed",
                "UPDATE run SET files_removed_ms = ?2
                 WHERE id = ?1 AND finished_ms IS NOT NULL AND pinned = 0 AND files_removed_ms IS NULL",
                (Text(*run), Ms(at)),
            )?;
            if one > 0 {
                self.tell_again(*run)?;
                noted += 1;
            }
        }
        Ok(noted)
    }

    /// Forgets ended runs with everything about them. Pinned and live ones are left alone. Tells how many were forgotten.
    pub fn forget_runs(&mut self, runs: &[RunId]) -> Result<u32> {
        let mut forgotten = 0;
        for run in runs {
            let goes: bool = self.one(
                "look whether a run may be forgotten",
                "SELECT EXISTS (SELECT 1 FROM run WHERE id = ?1 AND finished_ms IS NOT NULL AND pinned = 0)",
                [Text(*run)],
                |row| row.get(0),
            )?;
            if !goes {
                continue;
            }
            for sql in [
                "UPDATE run SET rerun_of = NULL WHERE rerun_of = ?1",
                "DELETE FROM event WHERE run_id = ?1",
                "DELETE FROM run WHERE id = ?1",
            ] {
                self.change("forget a run", sql, [Text(*run)])?;
            }
            forgotten += 1;
        }
        Ok(forgotten)
    }

    /// Forgets some of the oldest events from before that moment. Tells how many; none when there are no more.
    pub fn forget_events(&mut self, before: Timestamp) -> Result<usize> {
        self.change(
            "forget old events",
            "DELETE FROM event WHERE seq IN (SELECT seq FROM event ORDER BY seq LIMIT ?2) AND at_ms < ?1",
            (Ms(before), EVENTS),
        )
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{Ended, Move};

    use super::*;
    use crate::{
        MoveDetail, NewRun,
        testing::{Database, at, run, task},
    };

    fn id(number: u128) -> RunId {
        RunId::from_bits(number)
    }

    /// Runs 1 to 4, of which 4 has not ended and 2 is pinned; 3 repeats 1.
    fn database() -> Database {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        for number in 1..=4 {
            let new = NewRun {
                rerun_of: (number == 3).then_some(id(1)),
                ..run(number, None)
            };
            writing.insert_run(&new).unwrap();
        }
        for number in 1..=3 {
            writing.claim(id(number), at(9), "m").unwrap().unwrap();
            for step in [
                Move::Run,
                Move::End {
                    ended: Ended::Failed,
                },
            ] {
                let when = MoveDetail::at(at(10 * i64::try_from(number).unwrap()));
                writing.advance(id(number), 1, step, when).unwrap();
            }
        }
        assert_eq!(writing.pin_runs(&[id(2), id(9)], true).unwrap(), 1);
        drop(writing);
        database
    }

    #[test]
    fn what_is_pinned_or_goes_on_stays_and_the_rest_is_forgotten_whole() {
        let database = database();
        let mut writing = database.writing();
        let all = [1, 2, 3, 4].map(id);
        let ended = writing.ended_runs(at(0)).unwrap();
        assert_eq!(ended.iter().map(|run| run.id).collect::<Vec<_>>(), all[..3]);
        assert!(ended[1].pinned && ended.iter().all(|run| run.has_files));

        assert_eq!(writing.runs_without_files(&all).unwrap(), []);
        assert_eq!(writing.note_files_removed(&all, at(99)).unwrap(), 2);
        assert_eq!(writing.runs_without_files(&all).unwrap(), [id(1), id(3)]);
        assert_eq!(
            writing
                .run(id(1), at(99))
                .unwrap()
                .unwrap()
                .files_removed_at,
            Some(at(99))
        );
        let left = writing.ended_runs(at(0)).unwrap();
        assert_eq!(left.iter().map(|run| run.id).collect::<Vec<_>>(), [id(2)]);
        let old = writing.ended_runs(at(20)).unwrap();
        assert_eq!(old.iter().map(|run| run.id).collect::<Vec<_>>(), all[..2]);

        assert_eq!(writing.forget_runs(&all).unwrap(), 2);
        let left = [1, 2, 3, 4].map(|number| writing.run_row(id(number)).unwrap().is_some());
        assert_eq!(left, [false, true, false, true]);
        assert_eq!(writing.runs_without_files(&all).unwrap(), []);
        for table in ["attempt", "run_plan", "event"] {
            let sql = format!("SELECT count(*) FROM {table} WHERE run_id IN (?1, ?2)");
            let found: u32 = writing
                .one("count", &sql, [Text(id(1)), Text(id(3))], |row| row.get(0))
                .unwrap();
            assert_eq!(found, 0, "{table}");
        }
    }

    #[test]
    fn old_events_are_forgotten_and_their_numbers_are_not_used_again() {
        let database = database();
        let mut writing = database.writing();
        let seq = writing.seq().unwrap();
        assert_eq!(writing.forget_events(at(-1)).unwrap(), 0);
        let count = writing.events_since(0, 999).unwrap().len();
        assert_eq!(writing.forget_events(at(1)).unwrap(), count);
        assert_eq!(writing.forget_events(at(1)).unwrap(), 0);
        assert_eq!(writing.seq().unwrap(), seq);
    }
}
