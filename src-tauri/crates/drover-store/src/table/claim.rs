//! The claim: which queued runs may start, and who gets them.

use drover_model::{Fact, Move, Plan, ProfileId, RunId, RunRow, RunState, StopIntent};
use jiff::Timestamp;
use rusqlite::ErrorCode;
use serde_json::Value;

use super::limit::Places;
use crate::{
    Error, Result, Snapshot, Writing,
    column::{Json, Ms, Text, Word},
    failpoint,
};

/// A run that is `starting` and belongs to whoever got this.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub run: RunRow,
    /// Every write about the attempt carries it.
    pub attempt: u32,
    pub plan: Plan,
}

/// A run that was claimed and did not end, as the recovery at start finds it.
#[derive(Debug, Clone)]
pub struct LiveRun {
    pub id: RunId,
    pub state: RunState,
    pub attempt: u32,
    pub stop_intent: Option<StopIntent>,
    pub profile_id: Option<ProfileId>,
    /// Names the attempt's processes in the process table.
    pub marker: String,
    /// As given to [`Writing::set_attempt_process`].
    pub process: Option<Value>,
    pub plan: Plan,
}

const TAKE: &str =
    "UPDATE run SET state = 'starting', stop_intent = NULL, reason = NULL, message = NULL
    WHERE id = ?1 AND state = 'queued' AND attempt = ?2 AND ready_ms IS NOT NULL
        AND (expires_ms IS NULL OR expires_ms >= ?3)";

impl Snapshot<'_> {
    /// The runs that hold something: claimed and not ended.
    pub fn live_runs(&self) -> Result<Vec<LiveRun>> {
        self.all(
            "read the live runs",
            "SELECT r.id, r.state, r.attempt, r.stop_intent, r.profile_id, a.marker, a.process, l.plan
             FROM run AS r JOIN attempt AS a ON a.run_id = r.id AND a.attempt = r.attempt
                 JOIN run_plan AS l ON l.run_id = r.id
             WHERE r.finished_ms IS NULL AND r.state <> 'queued' ORDER BY r.id",
            [],
            |row| {
                Ok(LiveRun {
                    id: row.get::<_, Text<_>>("id")?.0,
                    state: row.get::<_, Word<_>>("state")?.0,
                    attempt: row.get("attempt")?,
                    stop_intent: row.get::<_, Option<Word<_>>>("stop_intent")?.map(|intent| intent.0),
                    profile_id: row.get::<_, Option<Text<_>>>("profile_id")?.map(|id| id.0),
                    marker: row.get("marker")?,
                    process: row.get::<_, Option<Json<_>>>("process")?.map(|json| json.0),
                    plan: row.get::<_, Json<_>>("plan")?.0,
                })
            },
        )
    }
}

impl Writing<'_> {
    /// Takes a run with everything that it needs: it is `starting`, with an attempt row that carries `marker`. None when
    /// it is not queued any more, not ready, it is paused, its profile is signed out where it needs a sign-in, another run holds its profile, a limit is used up, or its
    /// pool has no member for it.
    pub fn claim(&mut self, run: RunId, at: Timestamp, marker: &str) -> Result<Option<Claimed>> {
        let Some(standing) = self.standing(run)? else {
            return Ok(None);
        };
        let Ok(state) = standing.state.after(Move::Claim) else {
            return Ok(None);
        };
        if standing.all_paused || standing.aside {
            return Ok(None);
        }
        let free = if standing.rows.need {
            self.free_places(run, at)?
        } else {
            Some(Places::default())
        };
        let Some(places) = free else {
            return Ok(None);
        };
        let attempt = standing.attempt;
        let member = if standing.rows.pool_need {
            self.pick(run, attempt, standing.profile, at)?
        } else {
            Ok(None)
        };
        let Ok(picked) = member else {
            return Ok(None);
        };
        match self.change("claim a run", TAKE, (Text(run), attempt, Ms(at))) {
            Ok(0) => return Ok(None),
            // The judge has spoken: another run holds the profile.
            Err(Error::Sqlite { source, .. })
                if source.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) =>
            {
                return Ok(None);
            }
            changed => changed?,
        };
        failpoint!("claim.chosen");
        self.take_places(run, attempt, &places, at)?;
        if let Some(picked) = picked {
            self.take_member(run, attempt, &picked, at)?;
        }
        self.change(
            "begin an attempt",
            "INSERT INTO attempt (run_id, attempt, marker, claimed_ms) VALUES (?1, ?2, ?3, ?4)",
            (Text(run), attempt, marker, Ms(at)),
        )?;
        let seq = self.record(Fact::RunMoved {
            run,
            attempt,
            to: state,
            reason: None,
        })?;
        self.serve_lane(&standing.lane(), seq)?;
        self.stamp(run, seq)?;
        failpoint!("claim.written");
        let plan = self
            .plan(run)?
            .ok_or_else(|| Error::not_found("plan of run", run))?;
        let row = self
            .run_row(run)?
            .ok_or_else(|| Error::not_found("run", run))?;
        Ok(Some(Claimed {
            run: row,
            attempt,
            plan,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::lane::CANDIDATES;
    use super::*;
    use crate::{
        NewRun,
        testing::{Database, at, profile, run, task},
    };

    fn database(profiles: u128) -> Database {
        let database = Database::new();
        database.writing().insert_task(&task(1, "t")).unwrap();
        for number in 1..=profiles {
            let profile = profile(number, &format!("p{number}"));
            database.writing().insert_profile(&profile).unwrap();
        }
        database
    }

    fn ids(numbers: &[u128]) -> Vec<RunId> {
        numbers.iter().copied().map(RunId::from_bits).collect()
    }

    #[test]
    fn a_claim_takes_the_run_and_its_profile() {
        let database = database(2);
        let mut writing = database.writing();
        for (number, profile) in [
            (1, Some(1)),
            (2, Some(1)),
            (3, None),
            (4, Some(2)),
            (5, None),
        ] {
            writing.insert_run(&run(number, profile)).unwrap();
        }
        assert_eq!(writing.claimable(at(50), 9).unwrap(), ids(&[1, 3, 4]));
        assert_eq!(writing.claimable(at(50), 2).unwrap(), ids(&[1, 3]));
        let claimed = writing
            .claim(ids(&[1])[0], at(50), "marker")
            .unwrap()
            .unwrap();
        assert_eq!(
            (claimed.attempt, claimed.run.state),
            (1, RunState::Starting)
        );
        assert_eq!(claimed.plan, run(1, Some(1)).plan);
        assert_eq!(claimed.run.seq, writing.seq().unwrap());
        assert_eq!(
            writing.claimable(at(50), 9).unwrap(),
            ids(&[3, 4]),
            "profile 1 is held"
        );
        let live = writing.live_runs().unwrap();
        assert_eq!(
            (live.len(), live[0].id, live[0].marker.as_str()),
            (1, claimed.run.id, "marker")
        );
    }

    #[test]
    fn a_claim_that_comes_too_late_gets_nothing() {
        let database = database(1);
        let mut writing = database.writing();
        for number in [1, 2] {
            writing.insert_run(&run(number, Some(1))).unwrap();
        }
        let later = NewRun {
            not_before: Some(at(30)),
            ..run(30, Some(1))
        };
        writing.insert_run(&later).unwrap();
        let id = RunId::from_bits;
        let gets = |writing: &mut Writing<'_>, number| {
            writing.claim(id(number), at(9), "m").unwrap().is_some()
        };
        writing.pause(true).unwrap();
        assert_eq!(writing.claimable(at(9), 9).unwrap(), []);
        assert!(!gets(&mut writing, 1), "paused");
        writing.pause(false).unwrap();
        assert!(!gets(&mut writing, 30), "not due");
        assert!(gets(&mut writing, 1));
        let events = writing.events.len();
        assert!(!gets(&mut writing, 1), "claimed before");
        assert!(!gets(&mut writing, 2), "the profile is held");
        assert!(!gets(&mut writing, 99), "not there");
        assert_eq!(writing.events.len(), events, "nothing was told");
        assert_eq!(
            writing.run_row(id(2)).unwrap().unwrap().state,
            RunState::Queued
        );
    }

    #[test]
    fn every_look_at_the_runs_uses_an_index() {
        let database = database(1);
        let reading = database.reading();
        let moments = "SELECT min(not_before_ms) FROM run WHERE state = 'queued' AND ready_ms IS NULL AND not_before_ms > ?1";
        for (sql, params) in [(CANDIDATES, 5), (TAKE, 3), (moments, 1)] {
            let steps = reading.all(
                "explain",
                &format!("EXPLAIN QUERY PLAN {sql}"),
                rusqlite::params_from_iter((0..params).map(|_| 1)),
                |row| row.get::<_, String>("detail"),
            );
            let looks: Vec<_> = steps
                .unwrap()
                .into_iter()
                .filter(|step| {
                    ["run", "q", "b", "r"].iter().any(|table| {
                        step.starts_with(&format!("SCAN {table}"))
                            || step.starts_with(&format!("SEARCH {table} "))
                    })
                })
                .collect();
            assert!(!looks.is_empty(), "{sql}");
            for look in looks {
                assert!(
                    look.starts_with("SEARCH") && look.contains(" INDEX "),
                    "{look} in {sql}"
                );
            }
        }
    }

    /// Ended runs stay in the table of the waiting ones: partial indexes leave them out, so that they need no archive.
    #[test]
    fn ended_runs_cost_a_claim_nothing() {
        let steps = |ended: u32| {
            let database = database(4);
            let mut writing = database.writing();
            for number in 1..=8 {
                writing
                    .insert_run(&run(number, Some(1 + number % 4)))
                    .unwrap();
            }
            let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                INSERT INTO run (id, task_id, task_version, kind, profile_id, state, queued_ms, not_before_ms,
                    finished_ms, lane, ready_ms)
                SELECT printf('%026d', 1000000 + i), task_id, 1, kind, profile_id, 'failed', i, i, i, lane, i
                FROM n, run WHERE run.id = ?2 AND ?1 > 0";
            let made = writing
                .conn()
                .execute(sql, (ended, Text(RunId::from_bits(4))))
                .unwrap();
            assert!(made >= ended as usize);
            let mut spent = 0;
            for (sql, params) in [(CANDIDATES, 5), (TAKE, 3)] {
                let mut statement = writing.conn().prepare(sql).unwrap();
                let values = rusqlite::params_from_iter((0..params).map(|_| i64::MAX));
                let mut rows = statement.query(values).unwrap();
                while rows.next().unwrap().is_some() {}
                drop(rows);
                spent += statement.get_status(rusqlite::StatementStatus::VmStep);
            }
            spent
        };
        assert_eq!(steps(20_000), steps(0));
    }

    /// What waits for a later time is not read by any look at what is due now.
    #[test]
    fn runs_of_later_cost_a_look_nothing() {
        let steps = |later: u32| {
            let database = database(1);
            let mut writing = database.writing();
            let far = NewRun {
                not_before: Some(at(1_000_000)),
                ..run(1, Some(1))
            };
            writing.insert_run(&far).unwrap();
            let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                INSERT INTO run (id, task_id, task_version, kind, state, queued_ms, not_before_ms, lane)
                SELECT printf('%026d', 1000000 + i), task_id, 1, kind, 'queued', i, not_before_ms + i, lane
                FROM n, run WHERE run.id = ?2 AND ?1 > 0";
            let first = Text(RunId::from_bits(1));
            writing.conn().execute(sql, (later, first)).unwrap();
            let looks = [
                "SELECT 1 FROM run WHERE state = 'queued' AND ready_ms IS NULL AND not_before_ms <= ?1",
                "SELECT 1 FROM run WHERE state = 'queued' AND queue_until_ms IS NOT NULL AND queue_until_ms <= ?1",
                "SELECT 1 FROM run WHERE state = 'queued' AND gives_up_ms IS NOT NULL AND gives_up_ms <= ?1",
                "SELECT 1 FROM run WHERE state = 'queued' AND expires_ms IS NOT NULL AND expires_ms < ?1",
                "SELECT min(not_before_ms) FROM run WHERE state = 'queued' AND ready_ms IS NULL AND not_before_ms > ?1",
            ];
            looks.map(|sql| {
                let mut statement = writing.conn().prepare(sql).unwrap();
                let mut rows = statement.query([crate::column::Ms(at(9))]).unwrap();
                while rows.next().unwrap().is_some() {}
                drop(rows);
                statement.get_status(rusqlite::StatementStatus::VmStep)
            })
        };
        assert_eq!(steps(20_000), steps(1));
    }

    #[test]
    fn a_held_profile_is_refused_by_the_index_itself() {
        let database = database(1);
        let mut writing = database.writing();
        for number in [1, 2] {
            writing.insert_run(&run(number, Some(1))).unwrap();
        }
        writing
            .claim(RunId::from_bits(1), at(9), "m")
            .unwrap()
            .unwrap();
        for state in ["starting", "running", "parked"] {
            let forced = writing.conn().execute(
                "UPDATE run SET state = ?2 WHERE id = ?1",
                (Text(RunId::from_bits(2)), state),
            );
            assert!(
                forced.unwrap_err().to_string().contains("run.profile_id"),
                "{state}"
            );
        }
    }
}
