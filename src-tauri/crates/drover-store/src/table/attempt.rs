//! Tables `attempt` and `run_step`: tries at a run, and what happened in them.

use drover_model::{
    NetworkUse, RunId,
    run::{Attempt, ExitStatus, StepRow},
};
use rusqlite::Row;

use crate::{
    Result, Snapshot, Writing,
    column::{Count, Json, Ms, Text, Word},
};

/// The outcome of an attempt that ended with Drover before its task code had started.
pub const APP_STOPPED: &str = "app_stopped";

/// How often the closed attempts of a run were charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// Retries that were used.
    pub retries: u32,
    /// Attempts that were lost with Drover or the computer and tried again.
    pub lost: u32,
    /// Attempts that ended with Drover while they were prepared. Those that only waited for something do not count.
    pub cut_short: u32,
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    let time =
        |name: &str| Ok::<_, rusqlite::Error>(row.get::<_, Option<Ms>>(name)?.map(|at| at.0));
    let exit = ExitStatus {
        code: row.get("exit_code")?,
        signal: row.get("signal")?,
    };
    Ok(Attempt {
        attempt: row.get("attempt")?,
        claimed_at: row.get::<_, Ms>("claimed_ms")?.0,
        running_at: time("running_ms")?,
        ended_at: time("ended_ms")?,
        outcome: row.get("outcome")?,
        message: row.get("message")?,
        exit: (exit != ExitStatus::default()).then_some(exit),
        rung: row.get("rung")?,
        steps: Vec::new(),
        network: row.get::<_, Option<Json<_>>>("network")?.map(|json| json.0),
    })
}

impl Snapshot<'_> {
    /// The attempts of a run, oldest first, with their steps.
    pub fn attempts(&self, run: RunId) -> Result<Vec<Attempt>> {
        let mut attempts = self.all(
            "read the attempts of a run",
            "SELECT a.attempt, claimed_ms, running_ms, ended_ms, outcome, message, exit_code, signal, rung, network
             FROM attempt AS a LEFT JOIN attempt_network AS n ON n.run_id = a.run_id AND n.attempt = a.attempt
             WHERE a.run_id = ?1 ORDER BY a.attempt",
            [Text(run)],
            from_row,
        )?;
        for attempt in &mut attempts {
            attempt.steps = self.steps(run, attempt.attempt)?;
        }
        Ok(attempts)
    }

    fn steps(&self, run: RunId, attempt: u32) -> Result<Vec<StepRow>> {
        self.all(
            "read the steps of a run",
            "SELECT position, title, state, started_ms, took_ms, error FROM run_step
             WHERE run_id = ?1 AND attempt = ?2 ORDER BY position",
            (Text(run), attempt),
            |row| {
                Ok(StepRow {
                    index: row.get("position")?,
                    title: row.get("title")?,
                    state: row.get::<_, Word<_>>("state")?.0,
                    started_ms: row.get::<_, Count>("started_ms")?.0,
                    took_ms: row.get::<_, Option<Count>>("took_ms")?.map(|ms| ms.0),
                    error: row.get("error")?,
                })
            },
        )
    }

    /// What the closed attempts of a run were charged with.
    pub fn budget(&self, run: RunId) -> Result<Budget> {
        self.one(
            "count the attempts of a run",
            "SELECT count(*) FILTER (WHERE charge = 'retry'), count(*) FILTER (WHERE charge = 'lost'),
                 count(*) FILTER (WHERE outcome = ?2)
             FROM attempt WHERE run_id = ?1 AND ended_ms IS NOT NULL",
            (Text(run), APP_STOPPED),
            |row| {
                Ok(Budget {
                    retries: row.get(0)?,
                    lost: row.get(1)?,
                    cut_short: row.get(2)?,
                })
            },
        )
    }
}

impl Writing<'_> {
    /// Notes what identifies the processes of an attempt, such as ids and start times.
    /// False when that attempt is over.
    pub fn set_attempt_process(
        &mut self,
        run: RunId,
        attempt: u32,
        process: &serde_json::Value,
    ) -> Result<bool> {
        let changed = self.change(
            "note the processes of an attempt",
            "UPDATE attempt SET process = ?3 WHERE run_id = ?1 AND attempt = ?2 AND ended_ms IS NULL",
            (Text(run), attempt, Json(process)),
        )?;
        Ok(changed > 0)
    }

    /// Keeps what went through the proxy of an attempt. False, and nothing is kept, when that attempt is over.
    pub fn put_network(&mut self, run: RunId, attempt: u32, network: &NetworkUse) -> Result<bool> {
        if !self.is_current(run, attempt)? {
            return Ok(false);
        }
        self.change(
            "keep what went through a proxy",
            "INSERT OR REPLACE INTO attempt_network (run_id, attempt, network) VALUES (?1, ?2, ?3)",
            (Text(run), attempt, Json(network)),
        )?;
        Ok(true)
    }

    /// Keeps steps of the run's current attempt; a later state of the same step wins. False,
    /// and nothing is kept, when another attempt has begun.
    pub fn put_steps(&mut self, run: RunId, attempt: u32, steps: &[StepRow]) -> Result<bool> {
        if !self.is_current(run, attempt)? {
            return Ok(false);
        }
        for step in steps {
            self.change(
                "keep a step of a run",
                "INSERT INTO run_step (run_id, attempt, position, title, state, started_ms, took_ms, error)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (run_id, attempt, position) DO UPDATE SET title = excluded.title, state = excluded.state,
                     started_ms = excluded.started_ms, took_ms = excluded.took_ms, error = excluded.error",
                (
                    Text(run),
                    attempt,
                    step.index,
                    &step.title,
                    Word(step.state),
                    Count(step.started_ms),
                    step.took_ms.map(Count),
                    step.error.as_deref(),
                ),
            )?;
        }
        Ok(true)
    }

    /// Whether that attempt is the run's and goes on.
    pub(super) fn is_current(&self, run: RunId, attempt: u32) -> Result<bool> {
        let current = self.first(
            "read an attempt",
            "SELECT 1 FROM run AS r JOIN attempt AS a ON a.run_id = r.id AND a.attempt = r.attempt
             WHERE r.id = ?1 AND r.attempt = ?2 AND a.ended_ms IS NULL",
            (Text(run), attempt),
            |_| Ok(()),
        )?;
        Ok(current.is_some())
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{
        Move,
        run::{Artifact, Progress, StepState},
    };
    use serde_json::json;

    use super::*;
    use crate::{
        Applied, Charge, MoveDetail,
        testing::{Database, at, run, task},
    };

    #[test]
    fn what_a_stale_attempt_says_is_not_kept() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        let id = RunId::from_bits(1);
        writing.insert_run(&run(1, None)).unwrap();
        writing.claim(id, at(1), "m1").unwrap().unwrap();
        assert!(
            writing
                .set_attempt_process(id, 1, &json!({"pid": 7}))
                .unwrap()
        );
        assert_eq!(
            writing.live_runs().unwrap()[0].process,
            Some(json!({"pid": 7}))
        );
        let again = MoveDetail {
            reason: Some("profile_busy".to_owned()),
            ..MoveDetail::at(at(2))
        };
        writing.advance(id, 1, Move::Requeue, again).unwrap();
        let step = StepRow {
            index: 0,
            title: "late".to_owned(),
            state: StepState::Failed,
            started_ms: 0,
            took_ms: None,
            error: Some("too late".to_owned()),
        };
        writing.claim(id, at(3), "m2").unwrap().unwrap();
        let events = writing.events.len();
        assert!(
            !writing
                .put_steps(id, 1, std::slice::from_ref(&step))
                .unwrap()
        );
        assert!(!writing.set_attempt_process(id, 1, &json!(1)).unwrap());
        assert_eq!(
            writing
                .advance(id, 1, Move::Run, MoveDetail::at(at(4)))
                .unwrap(),
            Applied::Stale
        );
        let late = |writing: &mut Writing<'_>, attempt| {
            let progress = Progress {
                done: 1.0,
                total: 2.0,
                label: String::new(),
            };
            let file = Artifact {
                kind: "file".to_owned(),
                path: "runs/x/a1/files/x".to_owned(),
                bytes: 1,
            };
            [
                writing.put_output(id, attempt, "x", &json!(1)).unwrap(),
                writing.set_progress(id, attempt, &progress).unwrap(),
                writing.add_artifact(id, attempt, &file).unwrap(),
                writing
                    .put_network(id, attempt, &NetworkUse::default())
                    .unwrap(),
            ]
        };
        assert_eq!(late(&mut writing, 1), [false; 4]);
        let found = writing.run(id, at(4)).unwrap().unwrap();
        assert!(found.outputs.is_empty() && found.artifacts.is_empty());
        assert_eq!((found.progress, &found.attempts[0].network), (None, &None));
        assert_eq!(writing.events.len(), events);
        assert_eq!(late(&mut writing, 2), [true; 4]);
        assert!(
            writing
                .put_steps(id, 2, std::slice::from_ref(&step))
                .unwrap()
        );
        let attempts = writing.attempts(id).unwrap();
        assert_eq!(
            (attempts[0].steps.len(), attempts[1].steps.as_slice()),
            (0, [step].as_slice())
        );
        assert_eq!(attempts[0].outcome.as_deref(), Some("profile_busy"));
        assert_eq!(attempts[1].running_at, None);
        // What this attempt gave is not what the next one has come to; its files are.
        writing
            .advance(id, 2, Move::Requeue, MoveDetail::at(at(5)))
            .unwrap();
        let found = writing.run(id, at(6)).unwrap().unwrap();
        assert_eq!((found.outputs.len(), found.progress), (0, None));
        assert_eq!(found.artifacts.len(), 1);
        assert_eq!(late(&mut writing, 2), [false; 4], "it has ended");
    }

    #[test]
    fn budgets_count_rows() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        let id = RunId::from_bits(1);
        writing.insert_run(&run(1, None)).unwrap();
        let charges = [
            (Charge::Retry, true, "exit_code"),
            (Charge::Lost, true, "lost"),
            (Charge::Retry, true, "exit_code"),
            (Charge::None, false, "profile_in_use"),
            (Charge::None, false, APP_STOPPED),
        ];
        for (attempt, (charge, starts, reason)) in (1..).zip(charges) {
            writing.claim(id, at(9), "m").unwrap().unwrap();
            if starts {
                writing
                    .advance(id, attempt, Move::Run, MoveDetail::at(at(9)))
                    .unwrap();
            }
            let detail = MoveDetail {
                charge,
                reason: Some(reason.to_owned()),
                ..MoveDetail::at(at(9))
            };
            writing.advance(id, attempt, Move::Requeue, detail).unwrap();
        }
        let budget = Budget {
            retries: 2,
            lost: 1,
            cut_short: 1,
        };
        assert_eq!(writing.budget(id).unwrap(), budget);
    }
}
