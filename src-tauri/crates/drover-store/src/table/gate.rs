//! Gates: runs that wait for a named run to end in a certain way, and are skipped when it does not.

use drover_model::{Move, RunId, RunState, schedule::EndedAs};

use crate::{
    Error, MoveDetail, NewRun, Result, Writing,
    column::{Text, Word},
};

/// Why a run was skipped whose gate did not open.
const REASON: &str = "dependency_failed";

impl Writing<'_> {
    /// Skips what waited for another end of that run. In the transaction of the end, so that nothing that has to wait
    /// starts in between.
    pub(super) fn judge_gates(&mut self, run: RunId, to: RunState) -> Result<()> {
        let waiting = self.all(
            "read what waits for the end of a run",
            "SELECT id, attempt, gate FROM run WHERE behind = ?1 AND gate IS NOT NULL AND state = 'queued' ORDER BY id",
            [Text(run)],
            |row| {
                Ok((
                    row.get::<_, Text<RunId>>(0)?.0,
                    row.get::<_, u32>(1)?,
                    row.get::<_, Word<EndedAs>>(2)?.0,
                ))
            },
        )?;
        for (waits, attempt, gate) in waiting {
            self.judge_gate((waits, attempt), gate, (run, to))?;
        }
        Ok(())
    }

    /// The run that a new one waits for may have ended already.
    pub(super) fn judge_new_gate(&mut self, new: &NewRun) -> Result<()> {
        let (Some(run), Some(gate)) = (new.origin.behind, new.origin.gate) else {
            return Ok(());
        };
        let before = self
            .run_row(run)?
            .ok_or_else(|| Error::not_found("run", run))?;
        if before.state.is_terminal() {
            self.judge_gate((new.id, 1), gate, (run, before.state))?;
        }
        Ok(())
    }

    fn judge_gate(
        &mut self,
        (waits, attempt): (RunId, u32),
        gate: EndedAs,
        (run, to): (RunId, RunState),
    ) -> Result<()> {
        if gate.counts(to) {
            return Ok(());
        }
        let ended = to.label().to_lowercase();
        let detail = MoveDetail {
            reason: Some(REASON.to_owned()),
            message: Some(format!(
                "run {} ended as {ended}, and this one waited for {}",
                run.short(),
                wanted(gate)
            )),
            ..MoveDetail::at(self.at())
        };
        self.advance(waits, attempt, Move::Skip, detail).map(drop)
    }
}

/// The end that a gate waits for, in words.
pub(in crate::table) const fn wanted(gate: EndedAs) -> &'static str {
    match gate {
        EndedAs::Succeeded => "its success",
        EndedAs::Failed => "its failure",
        EndedAs::Any => "its end",
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{Ended, WaitCode};

    use super::*;
    use crate::{
        Origin,
        testing::{Database, at, run, task},
    };

    fn id(number: u128) -> RunId {
        RunId::from_bits(number)
    }

    fn gated(number: u128, behind: u128, gate: EndedAs) -> NewRun {
        NewRun {
            not_before: Some(at(1)),
            origin: Origin {
                behind: Some(id(behind)),
                gate: Some(gate),
                ..Origin::default()
            },
            ..run(number, None)
        }
    }

    /// Run 1 ends so; 2 to 4 wait for its success, its failure and its end, and 5 waits for the end of 2.
    #[track_caller]
    fn check(ended: Ended, opened: &[u128]) {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        writing.insert_run(&run(1, None)).unwrap();
        let ends = [EndedAs::Succeeded, EndedAs::Failed, EndedAs::Any];
        for (number, gate) in (2..).zip(ends) {
            writing.insert_run(&gated(number, 1, gate)).unwrap();
        }
        writing.insert_run(&gated(5, 2, EndedAs::Any)).unwrap();
        writing.claim(id(1), at(2), "m").unwrap().unwrap();
        let detail = MoveDetail::at(at(3));
        writing.advance(id(1), 1, Move::Run, detail).unwrap();
        writing.tick(at(4)).unwrap();
        assert_eq!(writing.claimable(at(4), 9).unwrap(), [], "all of them wait");
        let why = writing.why(id(2), at(4)).unwrap();
        assert_eq!(why[0].code, WaitCode::Dependency);
        assert_eq!(why[0].blocked_by, [id(1)]);
        let step = Move::End { ended };
        writing
            .advance(id(1), 1, step, MoveDetail::at(at(5)))
            .unwrap();
        for number in 2..=4 {
            let row = writing.run_row(id(number)).unwrap().unwrap();
            let is_open = opened.contains(&number);
            let state = if is_open {
                RunState::Queued
            } else {
                RunState::Skipped
            };
            assert_eq!(row.state, state, "run {number} after {ended:?}");
            let reason = row.reason.as_deref();
            assert_eq!(reason == Some(REASON), !is_open, "{row:?}");
        }
        let last = writing.run_row(id(5)).unwrap().unwrap();
        let waits = opened.contains(&2);
        assert_eq!(last.state == RunState::Queued, waits, "a skip is no end");
        // One that comes late is judged by what was.
        writing
            .insert_run(&gated(6, 1, EndedAs::Succeeded))
            .unwrap();
        let late = writing.run_row(id(6)).unwrap().unwrap();
        let opens = ended == Ended::Succeeded;
        assert_eq!(late.state == RunState::Queued, opens, "{late:?}");
        writing.tick(at(6)).unwrap();
        let ready = writing.claimable(at(6), 9).unwrap();
        assert_eq!(ready.len(), 1, "those whose gate is open form a line");
    }

    #[test]
    fn a_gate_opens_for_the_end_that_it_waits_for() {
        check(Ended::Succeeded, &[2, 4]);
        check(Ended::Failed, &[3, 4]);
        check(Ended::Lost, &[3, 4]);
    }

    #[test]
    fn a_gate_needs_a_run() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        let refused = writing.insert_run(&gated(2, 9, EndedAs::Any));
        assert!(matches!(refused, Err(Error::NotFound { what: "run", .. })));
    }
}
