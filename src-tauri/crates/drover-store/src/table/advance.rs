//! Every step of a run after its claim: one guarded update, the attempt's row, one event.

use drover_model::{
    Ended, Fact, IllegalMove, Move, RunId, RunRow, RunState, StopIntent, run::ExitStatus,
    task::OnLost,
};
use jiff::Timestamp;
use rusqlite::named_params;
use serde::{Deserialize, Serialize};

use crate::{
    Error, Result, Writing,
    column::{Count, Ms, Text, Word},
    failpoint,
};

/// Which budget a closed attempt is charged to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    #[default]
    None,
    /// One of the task's retries.
    Retry,
    /// The one that `on_lost = "retry"` grants.
    Lost,
}

/// What is known about a step beyond the step itself.
#[derive(Debug, Clone)]
pub struct MoveDetail {
    pub at: Timestamp,
    /// A code such as `exit_code`. `Skip` and `Expire` need one.
    pub reason: Option<String>,
    /// The same in words.
    pub message: Option<String>,
    pub exit: Option<ExitStatus>,
    /// How the browser was ended.
    pub rung: Option<String>,
    pub charge: Charge,
    /// For `Requeue`: when the next attempt may start. At once when not said.
    pub not_before: Option<Timestamp>,
}

impl MoveDetail {
    /// A step of which only the time is known.
    #[must_use]
    pub const fn at(at: Timestamp) -> Self {
        Self {
            at,
            reason: None,
            message: None,
            exit: None,
            rung: None,
            charge: Charge::None,
            not_before: None,
        }
    }
}

impl MoveDetail {
    /// The step that a stop with that intent makes of the one which somebody asked for, with what is said about it.
    #[must_use]
    pub fn as_decided(self, intent: StopIntent, step: Move) -> (Move, Self) {
        let decided = intent.decides(step);
        if decided == step {
            return (step, self);
        }
        let detail = Self {
            reason: Some(intent.code().to_owned()),
            message: Some(intent.words().to_owned()),
            charge: Charge::None,
            ..self
        };
        (decided, detail)
    }
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "`Stale` is rare")]
pub enum Applied {
    /// It is done; this is the row after it.
    Done(RunRow),
    /// The attempt is over, or a stop has overtaken the actor. Nothing was written.
    Stale,
}

impl Writing<'_> {
    /// Moves a run that stands at that attempt. `RunState::after` alone says what is allowed, and the intent of a stop
    /// decides how a run ends that is being stopped.
    ///
    /// # Errors
    /// [`Error::IllegalMove`] for a step that the run cannot take, and for `Claim`, which is
    /// [`Writing::claim`]'s.
    pub fn advance(
        &mut self,
        run: RunId,
        attempt: u32,
        step: Move,
        detail: MoveDetail,
    ) -> Result<Applied> {
        let standing = self.standing(run)?;
        let standing = standing.ok_or_else(|| Error::not_found("run", run))?;
        let from = standing.state;
        if standing.attempt != attempt || from.is_terminal() {
            return Ok(Applied::Stale);
        }
        if step == Move::Claim {
            return Err(IllegalMove { from, step }.into());
        }
        let intent = standing.stop_intent;
        let (step, detail) = match intent.filter(|_| from == RunState::Stopping) {
            Some(intent) => detail.as_decided(intent, step),
            None => (step, detail),
        };
        let to = match from.after(step) {
            Ok(to) => to,
            // Whoever acts on a run that is being stopped did not know it yet.
            Err(_) if from == RunState::Stopping => return Ok(Applied::Stale),
            Err(illegal) => return Err(illegal.into()),
        };
        let next_attempt = attempt + u32::from(step == Move::Requeue);
        let seq = self.record(Fact::RunMoved {
            run,
            attempt: next_attempt,
            to,
            reason: detail.reason.clone(),
        })?;
        self.move_row(run, (attempt, next_attempt), (from, to), step, &detail, seq)?;
        failpoint!("run.moved");
        self.move_attempt(run, attempt, to, step, &detail)?;
        match step {
            Move::Run if standing.rows.pool_need => self.keep_member(run)?,
            Move::Requeue => self.forget_results(run)?,
            _ => {}
        }
        let lets_go = from.holds() && !to.holds();
        if lets_go && standing.rows.need {
            self.release(run, attempt)?;
        }
        if standing.rows.pool_need && (to.is_terminal() || lets_go) {
            self.give_member_back(run, to.is_terminal())?;
        }
        if from == RunState::Queued || to == RunState::Queued {
            self.refresh_lane(&standing.lane())?;
        }
        if to.is_terminal() {
            self.note_end(run, &standing, to)?;
        }
        if lets_go && standing.all_paused {
            self.tell_if_drained()?;
        }
        let row = self
            .run_row(run)?
            .ok_or_else(|| Error::not_found("run", run))?;
        Ok(Applied::Done(row))
    }

    /// The guarded update. The row was read in the same transaction; if it is not where it was, all of the order is
    /// taken back.
    fn move_row(
        &self,
        run: RunId,
        (attempt, next_attempt): (u32, u32),
        (from, to): (RunState, RunState),
        step: Move,
        detail: &MoveDetail,
        seq: u64,
    ) -> Result<()> {
        let intent = match step {
            Move::Stop { intent } => Some(Word(intent)),
            _ => None,
        };
        let asks = step == (Move::End { ended: Ended::Lost })
            && self
                .plan(run)?
                .is_some_and(|plan| plan.on_lost == OnLost::Ask);
        let requeued = step == Move::Requeue;
        let changed = self.change(
            "move a run",
            "UPDATE run SET state = :to, attempt = :next, reason = :reason, message = :message, asks = :asks,
                 stop_intent = CASE WHEN :requeued THEN NULL ELSE ifnull(:intent, stop_intent) END,
                 expires_ms = CASE WHEN :started IS NULL THEN expires_ms END,
                 started_ms = CASE WHEN :requeued THEN NULL ELSE ifnull(:started, started_ms) END,
                 finished_ms = :finished, not_before_ms = ifnull(:not_before, not_before_ms),
                 ready_ms = CASE WHEN :requeued THEN :ready ELSE ready_ms END,
                 queue_until_ms = CASE WHEN :started IS NULL THEN queue_until_ms END, seq = :seq
             WHERE id = :run AND state = :from AND attempt = :attempt",
            named_params! {
                ":run": Text(run),
                ":attempt": attempt,
                ":next": next_attempt,
                ":from": from.key(),
                ":to": to.key(),
                ":reason": detail.reason,
                ":message": detail.message,
                ":asks": asks,
                ":requeued": requeued,
                ":intent": intent,
                ":started": (step == Move::Run).then_some(Ms(detail.at)),
                ":finished": to.is_terminal().then_some(Ms(detail.at)),
                ":ready": detail.not_before.is_none_or(|later| later <= detail.at).then_some(Ms(detail.at)),
                ":not_before": requeued.then_some(Ms(detail.not_before.unwrap_or(detail.at))),
                ":seq": Count(seq),
            },
        )?;
        match changed {
            0 => Err(Error::not_found("run", run)),
            _ => Ok(()),
        }
    }

    fn move_attempt(
        &self,
        run: RunId,
        attempt: u32,
        to: RunState,
        step: Move,
        detail: &MoveDetail,
    ) -> Result<()> {
        match step {
            Move::Run => self.change(
                "note the start of task code",
                "UPDATE attempt SET running_ms = ?3 WHERE run_id = ?1 AND attempt = ?2",
                (Text(run), attempt, Ms(detail.at)),
            )?,
            Move::Requeue | Move::End { .. } => {
                let outcome = match step {
                    Move::Requeue => detail.reason.as_deref().unwrap_or("requeued"),
                    _ => to.key(),
                };
                let exit = detail.exit.unwrap_or_default();
                self.change(
                    "close an attempt",
                    "UPDATE attempt SET ended_ms = ?3, outcome = ?4, message = ?5, charge = ?6, exit_code = ?7,
                         signal = ?8, rung = ?9 WHERE run_id = ?1 AND attempt = ?2",
                    (
                        Text(run),
                        attempt,
                        Ms(detail.at),
                        outcome,
                        detail.message.as_deref(),
                        Word(detail.charge),
                        exit.code,
                        exit.signal,
                        detail.rung.as_deref(),
                    ),
                )?
            }
            _ => 0,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use drover_model::StopIntent;

    use super::*;
    use crate::testing::{Database, at, run, task};

    const END: Move = Move::End {
        ended: Ended::Succeeded,
    };

    /// A claimed run 1.
    fn claimed() -> (Database, RunId) {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        writing.insert_run(&run(1, None)).unwrap();
        let id = RunId::from_bits(1);
        writing.claim(id, at(2), "m").unwrap().unwrap();
        drop(writing);
        (database, id)
    }

    fn done(applied: Result<Applied>) -> RunRow {
        match applied.unwrap() {
            Applied::Done(row) => row,
            Applied::Stale => panic!("stale"),
        }
    }

    #[test]
    fn a_life_is_measured_and_told() {
        let (database, id) = claimed();
        let mut writing = database.writing();
        done(writing.advance(id, 1, Move::Run, MoveDetail::at(at(4))));
        done(writing.advance(id, 1, Move::Park, MoveDetail::at(at(5))));
        let resumed = done(writing.advance(id, 1, Move::Resume, MoveDetail::at(at(6))));
        assert_eq!(
            resumed.started_at,
            Some(at(4)),
            "a person's pause is no new start"
        );
        let detail = MoveDetail {
            reason: Some("exit_code".to_owned()),
            message: Some("exit code 0".to_owned()),
            exit: Some(ExitStatus {
                code: Some(0),
                signal: None,
            }),
            rung: Some("closed".to_owned()),
            ..MoveDetail::at(at(9))
        };
        let row = done(writing.advance(id, 1, END, detail.clone()));
        assert_eq!(
            (row.state, row.waited_ms, row.ran_ms),
            (RunState::Succeeded, Some(3_000), Some(5_000))
        );
        assert_eq!(
            (row.finished_at, row.seq),
            (Some(at(9)), writing.seq().unwrap())
        );
        let told = Fact::RunMoved {
            run: id,
            attempt: 1,
            to: RunState::Succeeded,
            reason: detail.reason,
        };
        assert_eq!(writing.events.last().unwrap().fact, told);
        let all = writing.run(id, at(9)).unwrap().unwrap();
        let attempt = &all.attempts[0];
        assert_eq!(
            (attempt.running_at, attempt.ended_at),
            (Some(at(4)), Some(at(9)))
        );
        assert_eq!(
            (attempt.outcome.as_deref(), attempt.rung.as_deref()),
            (Some("succeeded"), Some("closed"))
        );
        assert_eq!((all.exit, attempt.exit), (detail.exit, detail.exit));
        for step in [END, Move::Requeue, Move::Run] {
            assert_eq!(
                writing
                    .advance(id, 1, step, MoveDetail::at(at(10)))
                    .unwrap(),
                Applied::Stale
            );
        }
    }

    #[test]
    fn a_further_attempt_waits_and_has_a_number_of_its_own() {
        let (database, id) = claimed();
        let mut writing = database.writing();
        done(writing.advance(id, 1, Move::Run, MoveDetail::at(at(4))));
        let stop = Move::Stop {
            intent: StopIntent::Timeout,
        };
        done(writing.advance(id, 1, stop, MoveDetail::at(at(5))));
        let detail = MoveDetail {
            reason: Some("run_limit".to_owned()),
            charge: Charge::Retry,
            not_before: Some(at(40)),
            ..MoveDetail::at(at(6))
        };
        let row = done(writing.advance(id, 1, Move::Requeue, detail));
        assert_eq!(
            (row.state, row.attempt, row.started_at, row.stop_intent),
            (RunState::Queued, 2, None, None)
        );
        assert!(writing.claim(id, at(39), "m").unwrap().is_none(), "not yet");
        assert_eq!(writing.next_due(at(6)).unwrap(), Some(at(40)));
        writing.tick(at(40)).unwrap();
        assert_eq!(writing.claim(id, at(40), "m2").unwrap().unwrap().attempt, 2);
        assert_eq!(
            writing.advance(id, 1, END, MoveDetail::at(at(41))).unwrap(),
            Applied::Stale
        );
        done(writing.advance(id, 2, Move::Run, MoveDetail::at(at(41))));
        assert_eq!(writing.attempts(id).unwrap().len(), 2);
    }

    #[test]
    fn a_stop_overtakes_and_decides() {
        let (database, id) = claimed();
        let mut writing = database.writing();
        let stop = Move::Stop {
            intent: StopIntent::Cancel,
        };
        let row = done(writing.advance(id, 1, stop, MoveDetail::at(at(3))));
        assert_eq!(
            (row.state, row.stop_intent),
            (RunState::Stopping, Some(StopIntent::Cancel))
        );
        for late in [Move::Run, Move::Park, stop] {
            assert_eq!(
                writing.advance(id, 1, late, MoveDetail::at(at(4))).unwrap(),
                Applied::Stale
            );
        }
        let cancelled = Move::End {
            ended: Ended::Cancelled,
        };
        let row = done(writing.advance(id, 1, cancelled, MoveDetail::at(at(5))));
        assert_eq!(
            (row.state, row.waited_ms, row.ran_ms),
            (RunState::Cancelled, Some(4_000), None)
        );
    }

    #[test]
    fn a_committed_cancel_decides_the_end() {
        for late in [
            END,
            Move::Requeue,
            Move::End {
                ended: Ended::Failed,
            },
        ] {
            let (database, id) = claimed();
            let mut writing = database.writing();
            done(writing.advance(id, 1, Move::Run, MoveDetail::at(at(3))));
            let stop = Move::Stop {
                intent: StopIntent::Cancel,
            };
            done(writing.advance(id, 1, stop, MoveDetail::at(at(4))));
            let detail = MoveDetail {
                charge: Charge::Retry,
                exit: Some(ExitStatus {
                    code: Some(0),
                    signal: None,
                }),
                not_before: Some(at(90)),
                ..MoveDetail::at(at(5))
            };
            let row = done(writing.advance(id, 1, late, detail.clone()));
            assert_eq!(
                (row.state, row.attempt, row.reason.as_deref()),
                (RunState::Cancelled, 1, Some("cancelled")),
                "{late:?}"
            );
            assert_eq!(
                writing.attempts(id).unwrap()[0].exit,
                detail.exit,
                "what the process said is kept"
            );
            assert_eq!(writing.budget(id).unwrap(), crate::Budget::default());
        }
    }

    #[test]
    fn a_person_who_stops_what_is_being_stopped_ends_it() {
        let (database, id) = claimed();
        let mut writing = database.writing();
        done(writing.advance(id, 1, Move::Run, MoveDetail::at(at(3))));
        let limit = Move::Stop {
            intent: StopIntent::Timeout,
        };
        done(writing.advance(id, 1, limit, MoveDetail::at(at(4))));
        assert!(writing.cancel_stopping(id, 1).unwrap());
        assert!(!writing.cancel_stopping(id, 1).unwrap(), "it is known");
        let row = done(writing.advance(id, 1, Move::Requeue, MoveDetail::at(at(5))));
        assert_eq!(row.state, RunState::Cancelled);
        assert!(!writing.cancel_stopping(id, 1).unwrap(), "it is over");
    }

    #[test]
    fn steps_that_do_not_exist_are_refused() {
        let (database, id) = claimed();
        let mut writing = database.writing();
        let events = writing.seq().unwrap();
        for step in [Move::Claim, Move::Park, Move::Resume, END, Move::Skip] {
            let refused = writing
                .advance(id, 1, step, MoveDetail::at(at(3)))
                .unwrap_err();
            assert!(
                matches!(refused, Error::IllegalMove(_)),
                "{step:?}: {refused}"
            );
        }
        assert_eq!(writing.seq().unwrap(), events);
        let unknown = writing.advance(RunId::from_bits(9), 1, END, MoveDetail::at(at(3)));
        assert!(matches!(unknown, Err(Error::NotFound { what: "run", .. })));
    }

    #[test]
    fn what_never_started_has_a_reason() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        for number in [1, 2] {
            writing.insert_run(&run(number, None)).unwrap();
        }
        let skip = |reason: Option<&str>| MoveDetail {
            reason: reason.map(str::to_owned),
            ..MoveDetail::at(at(5))
        };
        let (first, second) = (RunId::from_bits(1), RunId::from_bits(2));
        assert!(writing.advance(first, 1, Move::Skip, skip(None)).is_err());
        let row = done(writing.advance(first, 1, Move::Skip, skip(Some("paused"))));
        assert_eq!(
            (row.state, row.finished_at),
            (RunState::Skipped, Some(at(5)))
        );
        let cancelled = Move::End {
            ended: Ended::Cancelled,
        };
        let row = done(writing.advance(second, 1, cancelled, skip(None)));
        assert_eq!(row.state, RunState::Cancelled);
        assert_eq!(writing.attempts(second).unwrap(), [], "it was never tried");
    }
}
