//! Which states a run came to and when, read from its events.

use drover_model::{Fact, RunId, run::RunMove};

use crate::{
    Result, Snapshot,
    column::{Json, Ms, Text},
};

impl Snapshot<'_> {
    /// Oldest first. Retention forgets the oldest of them.
    pub(super) fn moves(&self, run: RunId) -> Result<Vec<RunMove>> {
        let told = self.all(
            "read how a run went on",
            "SELECT at_ms, fact FROM event WHERE run_id = ?1 AND fact ->> '$.kind' = 'run_moved' ORDER BY seq",
            [Text(run)],
            |row| Ok((row.get::<_, Ms>(0)?.0, row.get::<_, Json<Fact>>(1)?.0)),
        )?;
        let moved = told.into_iter().filter_map(|(at, fact)| match fact {
            Fact::RunMoved { attempt, to, .. } => Some(RunMove { at, attempt, to }),
            _ => None,
        });
        Ok(moved.collect())
    }
}

#[cfg(test)]
mod tests {
    use drover_model::RunState::{Parked, Running, Starting, Stopping};
    use drover_model::{Move, StopIntent};

    use super::*;
    use crate::{
        MoveDetail,
        testing::{Database, at, run, task},
    };

    #[test]
    fn a_parked_run_has_an_end_and_its_moves_are_told() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        writing.insert_run(&run(1, None)).unwrap();
        let id = RunId::from_bits(1);
        writing.claim(id, at(2), "m").unwrap().unwrap();
        let mut step = |step: Move| {
            writing.advance(id, 1, step, MoveDetail::at(at(3))).unwrap();
            let run = writing.run(id, at(4)).unwrap().unwrap();
            let limit = run.plan.limits.park.duration().as_secs();
            let ends = run
                .row
                .park_ends_at
                .map(|ends| (ends.as_second() - at(0).as_second()).unsigned_abs() == limit);
            let states: Vec<_> = run.moves.iter().map(|moved| moved.to).collect();
            (ends, states)
        };
        assert_eq!(step(Move::Run), (None, vec![Starting, Running]));
        assert_eq!(
            step(Move::Park),
            (Some(true), vec![Starting, Running, Parked]),
            "the events of this order are told at 0"
        );
        step(Move::Resume);
        step(Move::Park);
        let intent = StopIntent::Cancel;
        assert_eq!(
            step(Move::Stop { intent }),
            (
                None,
                vec![Starting, Running, Parked, Running, Parked, Stopping]
            )
        );
    }
}
