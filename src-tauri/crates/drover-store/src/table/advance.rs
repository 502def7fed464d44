//! Every step of a run after its claim: one guarded update, the attempt's row, one event.

use drover_model::{
    Ended, Fact, IllegalMove, Move, RunId, RunRow, RunState, run::ExitStatus, task::OnLost,
};
use jiff::Timestamp;
use rusqlite::named_params;
use serde::{Deserialize, Serialize};

use crate::{
    Error, Reading, Result, Writing,
    column::{Ms, Text, Word},
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

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "`Stale` is rare")]
pub enum Applied {
    /// It is done; this is the row after it.
    Done(RunRow),
    /// The attempt is over, or a stop has overtaken the actor. Nothing was written.
    Stale,
}

impl Reading<'_> {
    fn standing(&self, run: RunId) -> Result<(RunState, u32)> {
        self.first(
            "read a run",
            "SELECT state, attempt FROM run WHERE id = ?1",
            [Text(run)],
            |row| Ok((row.get::<_, Word<_>>(0)?.0, row.get(1)?)),
        )?
        .ok_or_else(|| Error::not_found("run", run))
    }
}

impl Writing<'_> {
    /// Moves a run that stands at that attempt. `RunState::after` alone says what is allowed.
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
        let (from, current) = self.standing(run)?;
        if current != attempt || from.is_terminal() {
            return Ok(Applied::Stale);
        }
        if step == Move::Claim {
            return Err(IllegalMove { from, step }.into());
        }
        let to = match from.after(step) {
            Ok(to) => to,
            // Whoever acts on a run that is being stopped did not know it yet.
            Err(_) if from == RunState::Stopping => return Ok(Applied::Stale),
            Err(illegal) => return Err(illegal.into()),
        };
        let next_attempt = attempt + u32::from(step == Move::Requeue);
        if !self.move_row(run, attempt, next_attempt, (from, to), step, &detail)? {
            return Ok(Applied::Stale);
        }
        self.move_attempt(run, attempt, to, step, &detail)?;
        let seq = self.record(Fact::RunMoved {
            run,
            attempt: next_attempt,
            to,
            reason: detail.reason,
        })?;
        self.stamp(run, seq)?;
        let row = self.run_row(run)?.ok_or_else(|| Error::not_found("run", run))?;
        Ok(Applied::Done(row))
    }

    /// False when the row is not where it was a moment ago.
    fn move_row(
        &self,
        run: RunId,
        attempt: u32,
        next_attempt: u32,
        (from, to): (RunState, RunState),
        step: Move,
        detail: &MoveDetail,
    ) -> Result<bool> {
        let intent = match step {
            Move::Stop { intent } => Some(Word(intent)),
            _ => None,
        };
        let asks = step == (Move::End { ended: Ended::Lost })
            && self.plan(run)?.is_some_and(|plan| plan.on_lost == OnLost::Ask);
        let requeued = step == Move::Requeue;
        let changed = self.change(
            "move a run",
            "UPDATE run SET state = :to, attempt = :next, reason = :reason, message = :message, asks = :asks,
                 stop_intent = CASE WHEN :requeued THEN NULL ELSE ifnull(:intent, stop_intent) END,
                 started_ms = CASE WHEN :requeued THEN NULL ELSE ifnull(:started, started_ms) END,
                 finished_ms = :finished, not_before_ms = ifnull(:not_before, not_before_ms)
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
                ":not_before": requeued.then_some(Ms(detail.not_before.unwrap_or(detail.at))),
            },
        )?;
        Ok(changed > 0)
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
