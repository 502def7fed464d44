//! What runs of a task usually are like.

use std::time::Duration;

use drover_model::TaskId;

use crate::{Result, Snapshot, column::Text};

/// Runs that are looked at, the newest ones.
const LAST: u32 = 20;

impl Snapshot<'_> {
    /// How long runs of the task take: the median of the last ones that succeeded. None before the first.
    pub fn usual_length(&self, task: TaskId) -> Result<Option<Duration>> {
        let mut lengths: Vec<u64> = self
            .all(
                "read how long runs took",
                "SELECT finished_ms - started_ms FROM run
                 WHERE task_id = ?1 AND state = 'succeeded' AND started_ms IS NOT NULL AND finished_ms >= started_ms
                 ORDER BY id DESC LIMIT ?2",
                (Text(task), LAST),
                |row| row.get(0),
            )?
            .into_iter()
            .map(|ms: i64| ms.unsigned_abs())
            .collect();
        lengths.sort_unstable();
        Ok(lengths
            .get(lengths.len() / 2)
            .copied()
            .map(Duration::from_millis))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use drover_model::{Ended, Move, TaskId};

    use crate::{
        MoveDetail,
        testing::{Database, at, run, task},
    };

    #[test]
    fn one_long_run_does_not_count() {
        let database = Database::new();
        let mut writing = database.writing();
        let this = TaskId::from_bits(1);
        writing.insert_task(&task(1, "t")).unwrap();
        assert_eq!(writing.usual_length(this).unwrap(), None);
        for (number, seconds, ended) in [
            (1, 30, Ended::Succeeded),
            (2, 40, Ended::Succeeded),
            (3, 9_000, Ended::Succeeded),
            (4, 1, Ended::Failed),
        ] {
            let new = run(number, None);
            writing.insert_run(&new).unwrap();
            writing.tick(at(100)).unwrap();
            writing.claim(new.id, at(100), "m").unwrap().unwrap();
            writing
                .advance(new.id, 1, Move::Run, MoveDetail::at(at(100)))
                .unwrap();
            let end = MoveDetail::at(at(100 + seconds));
            writing
                .advance(new.id, 1, Move::End { ended }, end)
                .unwrap();
        }
        let usual = writing.usual_length(this).unwrap();
        assert_eq!(usual, Some(Duration::from_secs(40)));
    }
}
