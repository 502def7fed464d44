//! Ending many queued runs at once.

use drover_model::{BatchId, Ended, Move, RunId, RunState, StopIntent, request::ListRuns};
use jiff::Timestamp;

use crate::{
    MoveDetail, Result, Writing,
    column::{Text, Word},
};

/// Which runs are meant, by what a person can name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunFilter {
    /// Name or id of a task.
    pub task: Option<String>,
    /// Name or id of a profile.
    pub profile: Option<String>,
    /// A start over many.
    pub batch: Option<BatchId>,
    /// Queued since then.
    pub since: Option<Timestamp>,
}

impl RunFilter {
    /// The same as a list: those in one of these states.
    #[must_use]
    pub fn list(&self, states: Vec<RunState>, limit: u32) -> ListRuns {
        ListRuns {
            states,
            task: self.task.clone(),
            profile: self.profile.clone(),
            batch: self.batch,
            since: self.since,
            limit,
            ..ListRuns::default()
        }
    }
}

impl Writing<'_> {
    /// A person cancels a run that is being stopped for another reason, such as a time limit, so that it is not tried
    /// again. False when that attempt is not being stopped, or was cancelled before.
    pub fn cancel_stopping(&mut self, run: RunId, attempt: u32) -> Result<bool> {
        let cancel = StopIntent::Cancel;
        let changed = self.change(
            "cancel a run that is being stopped",
            "UPDATE run SET stop_intent = ?3, reason = ?4, message = ?5 WHERE id = ?1 AND attempt = ?2
                 AND state = 'stopping' AND stop_intent NOT IN ('cancel', 'quit')",
            (
                Text(run),
                attempt,
                Word(cancel),
                cancel.code(),
                cancel.words(),
            ),
        )?;
        if changed > 0 {
            self.tell_again(run)?;
        }
        Ok(changed > 0)
    }

    /// Cancels at most `limit` queued runs that match, in this one order: a run that was claimed before it is not
    /// touched, and none can be claimed in between. Answers which they were.
    pub fn cancel_queued(
        &mut self,
        filter: &RunFilter,
        detail: &MoveDetail,
        limit: u32,
    ) -> Result<Vec<RunId>> {
        let queued = self.runs(&filter.list(vec![RunState::Queued], limit))?.rows;
        let cancelled = Move::End {
            ended: Ended::Cancelled,
        };
        for row in &queued {
            self.advance(row.id, row.attempt, cancelled, detail.clone())?;
        }
        Ok(queued.into_iter().map(|row| row.id).collect())
    }
}

#[cfg(test)]
mod tests {
    use RunState::{Cancelled, Queued, Starting};

    use super::*;
    use crate::testing::{Database, at, profile, run, task};

    #[test]
    fn what_waits_is_cancelled_and_what_runs_goes_on() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        writing.insert_profile(&profile(1, "anna")).unwrap();
        writing.insert_profile(&profile(2, "bert")).unwrap();
        for number in 1..=6 {
            writing
                .insert_run(&run(number, Some(1 + number % 2)))
                .unwrap();
        }
        writing
            .claim(RunId::from_bits(2), at(9), "m")
            .unwrap()
            .unwrap();
        let anna = RunFilter {
            profile: Some("Anna".to_owned()),
            ..RunFilter::default()
        };
        let detail = MoveDetail::at(at(9));
        let first = writing.cancel_queued(&anna, &detail, 1).unwrap();
        let rest = writing.cancel_queued(&anna, &detail, 9).unwrap();
        assert_eq!(
            (first, rest),
            (vec![RunId::from_bits(6)], vec![RunId::from_bits(4)])
        );
        let states: Vec<_> = (1..=6)
            .map(|number| {
                writing
                    .run_row(RunId::from_bits(number))
                    .unwrap()
                    .unwrap()
                    .state
            })
            .collect();
        assert_eq!(
            states,
            [Queued, Starting, Queued, Cancelled, Queued, Cancelled]
        );
        let since = RunFilter {
            since: Some(at(4)),
            ..RunFilter::default()
        };
        let cancelled = writing.cancel_queued(&since, &detail, 9).unwrap();
        assert_eq!(cancelled, [RunId::from_bits(5)]);
    }
}
