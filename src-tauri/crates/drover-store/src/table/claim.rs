//! The claim: which queued runs may start, and who gets them.

use drover_model::{Fact, Move, Plan, ProfileId, RunId, RunRow, RunState, StopIntent};
use jiff::Timestamp;
use rusqlite::ErrorCode;
use serde_json::Value;

use crate::{
    Error, Reading, Result, Writing,
    column::{Json, Ms, Text, Word},
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

/// Each profile is a waiting line of its own, and only its head is looked at. The line of
/// profiles is walked by seeks, so that thousands of runs of one profile cost one step.
const CLAIMABLE: &str = "
    WITH RECURSIVE line(profile_id) AS (
        SELECT min(profile_id) FROM run WHERE state = 'queued' AND profile_id IS NOT NULL
        UNION ALL
        SELECT (SELECT min(q.profile_id) FROM run AS q WHERE q.state = 'queued' AND q.profile_id > line.profile_id)
        FROM line WHERE line.profile_id IS NOT NULL),
    head(id) AS (
        SELECT (SELECT q.id FROM run AS q WHERE q.state = 'queued' AND q.profile_id = line.profile_id
                    AND q.not_before_ms <= ?1 ORDER BY q.not_before_ms, q.id LIMIT 1)
        FROM line WHERE line.profile_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM run AS b WHERE b.profile_id = line.profile_id
                AND b.state IN ('starting', 'running', 'parked', 'stopping'))
        UNION ALL
        SELECT id FROM (SELECT q.id FROM run AS q WHERE q.state = 'queued' AND q.profile_id IS NULL
            AND q.not_before_ms <= ?1 ORDER BY q.not_before_ms, q.id LIMIT ?2))
    SELECT r.id FROM head JOIN run AS r ON r.id = head.id ORDER BY r.not_before_ms, r.id LIMIT ?2";

const TAKE: &str = "UPDATE run SET state = 'starting', stop_intent = NULL, reason = NULL, message = NULL
    WHERE id = ?1 AND state = 'queued' AND attempt = ?2 AND not_before_ms <= ?3";

impl Reading<'_> {
    /// The runs that may start at `now`, oldest first: due, their profile free, one a profile.
    /// None while the queue is paused. How many workers are free is the caller's to know.
    pub fn claimable(&self, now: Timestamp, limit: u32) -> Result<Vec<RunId>> {
        if self.paused()? {
            return Ok(Vec::new());
        }
        self.all("look for runs that may start", CLAIMABLE, (Ms(now), limit), |row| {
            Ok(row.get::<_, Text<_>>(0)?.0)
        })
    }

    /// When the next queued run that is not due yet becomes due.
    pub fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        self.one(
            "look for the next run that becomes due",
            "SELECT min(not_before_ms) FROM run WHERE state = 'queued' AND not_before_ms > ?1",
            [Ms(now)],
            |row| Ok(row.get::<_, Option<Ms>>(0)?.map(|at| at.0)),
        )
    }

    /// The runs that hold something: claimed and not ended.
    pub fn live_runs(&self) -> Result<Vec<LiveRun>> {
        self.all(
            "read the live runs",
            "SELECT r.id, r.state, r.attempt, r.stop_intent, r.profile_id, a.marker, a.process, l.plan
             FROM run AS r JOIN attempt AS a ON a.run_id = r.id AND a.attempt = r.attempt
                 JOIN run_plan AS l ON l.run_id = r.id
             WHERE r.state IN ('starting', 'running', 'parked', 'stopping') ORDER BY r.id",
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
    /// Takes a run: it is `starting`, with an attempt row that carries `marker`. None when it
    /// is not queued any more, not due, the queue is paused, or another run holds its profile.
    pub fn claim(&mut self, run: RunId, at: Timestamp, marker: &str) -> Result<Option<Claimed>> {
        let Some(row) = self.run_row(run)? else { return Ok(None) };
        let Ok(state) = row.state.after(Move::Claim) else { return Ok(None) };
        if self.paused()? {
            return Ok(None);
        }
        let attempt = row.attempt;
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
        self.stamp(run, seq)?;
        let plan = self.plan(run)?.ok_or_else(|| Error::not_found("plan of run", run))?;
        let row = self.run_row(run)?.ok_or_else(|| Error::not_found("run", run))?;
        Ok(Some(Claimed {
            run: row,
            attempt,
            plan,
        }))
    }
}
