//! Tables `run` and `run_plan`: the row of a run, and its birth.

use std::collections::BTreeMap;

use drover_model::{
    BatchId, Fact, Plan, Priority, ProfileId, Run, RunId, RunOrigin, RunRow, ScheduleId, Span,
    TaskId, run::Progress, schedule::EndedAs,
};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Row, params};

use super::lane::lane_of;
use crate::{
    Error, Moment, Result, Snapshot, Writing,
    column::{Cells, Count, Json, Ms, Text, Word},
};

/// A run to be queued. The id and the plan were made by the engine.
#[derive(Debug, Clone)]
pub struct NewRun {
    pub id: RunId,
    pub task_id: TaskId,
    pub task_version: u32,
    pub profile_id: Option<ProfileId>,
    pub plan: Plan,
    /// The caller's id of the start. The same id again, for the same task and profile, is
    /// refused with [`Error::RequestRepeated`].
    pub request_id: Option<String>,
    /// The run that this one repeats. If that one waits for an answer, this is the answer.
    pub rerun_of: Option<RunId>,
    pub queued_at: Timestamp,
    pub priority: Priority,
    /// Not before this moment; at once when not said.
    pub not_before: Option<Timestamp>,
    /// The schedule or the fan-out that it belongs to.
    pub origin: Origin,
}

/// Where a run comes from, and what it waits for because of that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    pub schedule_id: Option<ScheduleId>,
    pub batch_id: Option<BatchId>,
    /// Unique with schedule and item; empty without a schedule.
    pub occurrence: String,
    pub item: String,
    /// The time that the schedule named.
    pub nominal: Option<Timestamp>,
    /// It expires when it has not started by then.
    pub expires: Option<Timestamp>,
    /// It waits until that run has ended.
    pub behind: Option<RunId>,
    /// The end that it waits for; when that run ends otherwise, this one is skipped. None: any end will do.
    pub gate: Option<EndedAs>,
    /// The run that it follows, with how many came before it.
    pub follows: Option<(RunId, u32)>,
    /// The look that found its time missed.
    pub look: Option<u64>,
}

/// Every column of a [`RunRow`], from `run AS r`, with today's names of task and profile, in the order of [`from_row`].
pub(super) const SELECT: &str = "SELECT r.queued_ms, r.started_ms, r.finished_ms, r.id, t.name, r.task_id, r.task_version, r.kind,
    p.name, r.profile_id, r.state, r.reason, r.message, r.attempt, r.stop_intent, r.rerun_of, r.asks, r.pinned, r.seq,
    CASE WHEN r.state = 'parked' THEN (SELECT e.at_ms FROM event AS e WHERE e.run_id = r.id AND e.fact ->> '$.to' = 'parked'
      ORDER BY e.seq DESC LIMIT 1) END,
    CASE WHEN r.state = 'parked' THEN (SELECT n.plan ->> '$.limits.park' FROM run_plan AS n WHERE n.run_id = r.id) END,
    r.schedule_id, s.name, r.batch_id, r.nominal_ms, r.first_ms, r.covers, r.item_key, r.follows
  FROM run AS r JOIN task AS t ON t.id = r.task_id LEFT JOIN profile AS p ON p.id = r.profile_id
    LEFT JOIN schedule AS s ON s.id = r.schedule_id";

/// Reads the columns of [`SELECT`], from the first on.
pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    let mut cells = Cells::of(row);
    let queued_at = cells.next::<Ms>()?.0;
    let (started_at, finished_at) = (cells.time()?, cells.time()?);
    Ok(RunRow {
        queued_at,
        started_at,
        finished_at,
        waited_ms: started_at
            .or(finished_at)
            .map(|end| between(queued_at, end)),
        ran_ms: started_at
            .zip(finished_at)
            .map(|(start, end)| between(start, end)),
        id: cells.next::<Text<_>>()?.0,
        task: cells.next::<Text<_>>()?.0,
        task_id: cells.next::<Text<_>>()?.0,
        task_version: cells.next()?,
        kind: cells.next::<Word<_>>()?.0,
        profile: cells.next::<Option<Text<_>>>()?.map(|name| name.0),
        profile_id: cells.next::<Option<Text<_>>>()?.map(|id| id.0),
        state: cells.next::<Word<_>>()?.0,
        reason: cells.next()?,
        message: cells.next()?,
        attempt: cells.next()?,
        stop_intent: cells.next::<Option<Word<_>>>()?.map(|intent| intent.0),
        rerun_of: cells.next::<Option<Text<_>>>()?.map(|id| id.0),
        asks: cells.next()?,
        pinned: cells.next()?,
        seq: cells.next::<Count>()?.0,
        park_ends_at: park_ends_at(&mut cells)?,
        origin: origin(&mut cells)?,
    })
}

fn priority_of(number: u8) -> Priority {
    Priority::try_from(number).expect("BUG: the column has a check of its range")
}

/// The runner keeps that limit by a clock of its own, which does not count while the computer sleeps.
fn park_ends_at(cells: &mut Cells<'_, '_>) -> rusqlite::Result<Option<Timestamp>> {
    let parked = cells.time()?;
    let limit: Option<String> = cells.next()?;
    let limit = limit.and_then(|text| text.parse().ok());
    Ok(parked
        .and_then(|parked| after(parked, limit))
        .map(|ends| ends.0))
}

fn origin(cells: &mut Cells<'_, '_>) -> rusqlite::Result<Option<RunOrigin>> {
    let origin = RunOrigin {
        schedule: cells.next::<Option<Text<_>>>()?.map(|id| id.0),
        schedule_name: cells.next::<Option<Text<_>>>()?.map(|name| name.0),
        batch: cells.next::<Option<Text<_>>>()?.map(|id| id.0),
        nominal_at: cells.time()?,
        first_at: cells.time()?,
        covers: cells.next()?,
        item: cells.next()?,
        follows: cells.next::<Option<Text<_>>>()?.map(|id| id.0),
    };
    let by_hand = origin.schedule.is_none() && origin.batch.is_none();
    Ok((!by_hand).then_some(origin))
}

/// Milliseconds; 0 when the clock was set back in between.
pub(super) fn between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_millisecond() - from.as_millisecond()).unwrap_or(0)
}

impl Snapshot<'_> {
    /// The row of that run.
    pub fn run_row(&self, id: RunId) -> Result<Option<RunRow>> {
        self.first(
            "read a run",
            &format!("{SELECT} WHERE r.id = ?1"),
            [Text(id)],
            from_row,
        )
    }

    /// The run with everything known about it, and why it waits at that moment.
    pub fn run(&self, id: RunId, moment: impl Into<Moment>) -> Result<Option<Run>> {
        let Some(row) = self.run_row(id)? else {
            return Ok(None);
        };
        let plan = match self.plan(id)? {
            Some(plan) => plan,
            None => self.unplanned(&row)?,
        };
        let attempts = self.attempts(id)?;
        Ok(Some(Run {
            exit: attempts.last().and_then(|attempt| attempt.exit),
            attempts,
            moves: self.moves(id)?,
            outputs: self.outputs(id)?,
            artifacts: self.artifacts(id)?,
            progress: self.progress(id)?,
            waits_because: self.waits_because(&row, &moment.into())?,
            files_removed_at: self.files_removed_at(id)?,
            plan,
            row,
        }))
    }

    /// The plan of that run.
    pub fn plan(&self, id: RunId) -> Result<Option<Plan>> {
        self.first(
            "read a plan",
            "SELECT plan FROM run_plan WHERE run_id = ?1",
            [Text(id)],
            |row| Ok(row.get::<_, Json<_>>(0)?.0),
        )
    }

    /// What stands in for the plan of a row that never was to start.
    fn unplanned(&self, row: &RunRow) -> Result<Plan> {
        let task = self.task(row.task_id, Some(row.task_version))?;
        let task = task.ok_or_else(|| Error::not_found("task", row.task_id))?;
        Ok(Plan::unplanned(&task.spec, row.task_version))
    }

    /// The runs that a request made, in the order in which they were made.
    pub fn runs_of_request(&self, request_id: &str) -> Result<Vec<RunRow>> {
        self.all(
            "read the runs of a request",
            &format!("{SELECT} WHERE r.request_id = ?1 ORDER BY r.rowid"),
            [request_id],
            from_row,
        )
    }

    /// When retention removed its files.
    fn files_removed_at(&self, id: RunId) -> Result<Option<Timestamp>> {
        let read = self.first(
            "read when the files of a run were removed",
            "SELECT files_removed_ms FROM run WHERE id = ?1",
            [Text(id)],
            |row| Ok(row.get::<_, Option<Ms>>(0)?.map(|at| at.0)),
        )?;
        Ok(read.flatten())
    }

    /// The priority of that run.
    pub fn priority(&self, id: RunId) -> Result<Option<Priority>> {
        self.first(
            "read the priority of a run",
            "SELECT priority FROM run WHERE id = ?1",
            [Text(id)],
            |row| row.get::<_, u8>(0),
        )
        .map(|found| found.map(priority_of))
    }

    /// Whether a queued run needs the keychain.
    pub fn waits_for_secrets(&self) -> Result<bool> {
        self.one(
            "look for runs that need the keychain",
            "SELECT EXISTS (SELECT 1 FROM run WHERE state = 'queued' AND secrets = 1)",
            [],
            |row| row.get(0),
        )
    }

    /// Whether a later run repeats that one.
    pub fn is_repeated(&self, id: RunId) -> Result<bool> {
        self.one(
            "look for the repetition of a run",
            "SELECT EXISTS (SELECT 1 FROM run WHERE rerun_of = ?1)",
            [Text(id)],
            |row| row.get(0),
        )
    }

    /// Whether the request of that run has made one for its task and profile before.
    pub fn was_requested(&self, run: &NewRun) -> Result<bool> {
        let Some(request_id) = &run.request_id else {
            return Ok(false);
        };
        self.one(
            "look for a request",
            "SELECT EXISTS (SELECT 1 FROM run
                 WHERE request_id = ?1 AND task_id = ?2 AND ifnull(profile_id, '') = ifnull(?3, ''))",
            (request_id, Text(run.task_id), run.profile_id.map(Text)),
            |row| row.get(0),
        )
    }

    pub(super) fn outputs(&self, run: RunId) -> Result<BTreeMap<String, serde_json::Value>> {
        let outputs = self.all(
            "read the outputs of a run",
            "SELECT name, value FROM run_output WHERE run_id = ?1",
            [Text(run)],
            |row| Ok((row.get(0)?, row.get::<_, Json<_>>(1)?.0)),
        )?;
        Ok(outputs.into_iter().collect())
    }

    fn progress(&self, run: RunId) -> Result<Option<Progress>> {
        self.first(
            "read the progress of a run",
            "SELECT progress FROM run_progress WHERE run_id = ?1",
            [Text(run)],
            |row| Ok(row.get::<_, Json<_>>(0)?.0),
        )
    }
}

/// The moment so long after that one.
fn after(from: Timestamp, wait: Option<Span>) -> Option<Ms> {
    let wait = SignedDuration::try_from(wait?.duration()).ok()?;
    from.checked_add(wait).ok().map(Ms)
}

impl Writing<'_> {
    /// Accepts a run: it is `queued`, and on disk when the order is answered.
    pub fn insert_run(&mut self, run: &NewRun) -> Result<()> {
        self.check_request(run)?;
        let lane = lane_of(run.profile_id, run.task_id);
        let seq = self.record(Fact::RunQueued { run: run.id })?;
        self.change(
            "queue a run",
            "INSERT INTO run (id, task_id, task_version, kind, profile_id, state, request_id, rerun_of, queued_ms, not_before_ms,
                 lane, priority, ready_ms, proxy_id, secrets, queue_until_ms, gives_up_ms, seq)
             VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            params![
                Text(run.id),
                Text(run.task_id),
                run.task_version,
                run.plan.kind.key(),
                run.profile_id.map(Text),
                run.request_id.as_deref(),
                run.rerun_of.map(Text),
                Ms(run.queued_at),
                Ms(run.not_before.unwrap_or(run.queued_at)),
                &lane,
                run.priority.get(),
                run.not_before.is_none().then_some(Ms(run.queued_at)),
                run.plan.proxy_id.map(Text),
                !run.plan.tokens.is_empty(),
                after(
                    run.not_before.unwrap_or(run.queued_at),
                    run.plan.limits.queue,
                ),
                after(run.queued_at, run.plan.limits.total),
                Count(seq),
            ],
        )?;
        self.change(
            "keep the plan of a run",
            "INSERT INTO run_plan (run_id, plan) VALUES (?1, ?2)",
            (Text(run.id), Json(&run.plan)),
        )?;
        if let Some(answered) = run.rerun_of {
            self.settle_lost(answered)?;
        }
        self.put_origin(run)?;
        self.put_needs(run.id, run.task_id, run.profile_id, &run.plan)?;
        self.put_pool_need(run.id, &run.plan)?;
        self.put_login_needs(run.id, &run.plan)?;
        self.refresh_lane(&lane)?;
        self.judge_new_gate(run)
    }

    fn put_origin(&self, run: &NewRun) -> Result<()> {
        let origin = &run.origin;
        if *origin == Origin::default() {
            return Ok(());
        }
        self.change(
            "keep where a run comes from",
            "UPDATE run SET schedule_id = ?2, batch_id = ?3, occurrence = ?4, item_key = ?5, nominal_ms = ?6, first_ms = ?6,
                 expires_ms = ?7, behind = ?8, follows = ?9, depth = ?10, look = ?11, gate = ?12 WHERE id = ?1",
            (
                Text(run.id),
                origin.schedule_id.map(Text),
                origin.batch_id.map(Text),
                Some(&origin.occurrence).filter(|occurrence| !occurrence.is_empty()),
                &origin.item,
                origin.nominal.map(Ms),
                origin.expires.map(Ms),
                origin.behind.map(Text),
                origin.follows.map(|(run, _)| Text(run)),
                origin.follows.map_or(0, |(_, depth)| depth),
                origin.look.map(Count),
                origin.gate.map(Word),
            ),
        )
        .map(drop)
    }

    fn check_request(&self, run: &NewRun) -> Result<()> {
        match &run.request_id {
            Some(request_id) if self.was_requested(run)? => Err(Error::RequestRepeated {
                request_id: request_id.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Changes the priority of queued runs; those that wait no more are left alone. Tells how many were changed.
    ///
    /// Who is ready and gets the highest is let run next. It stands before all others of that priority, the last first:
    /// as if it were ready since before 1970, the later the order the earlier.
    pub fn set_priority(&mut self, runs: &[RunId], priority: Priority) -> Result<u32> {
        let mut changed = 0;
        let next = -1 - self.seq()?.cast_signed();
        for run in runs {
            let one = self.change(
                "set a priority",
                "UPDATE run SET priority = ?2, ready_ms = CASE WHEN ready_ms IS NULL THEN NULL WHEN ?2 = 9 THEN ?3
                     WHEN ready_ms < 0 THEN not_before_ms ELSE ready_ms END
                 WHERE id = ?1 AND state = 'queued'",
                (Text(*run), priority.get(), next),
            )?;
            if one > 0 {
                self.refresh_line_of(*run)?;
                changed += 1;
            }
        }
        self.record(Fact::QueueChanged)?;
        Ok(changed)
    }

    /// A lost run that asked what to do needs no answer any more. False when it did not ask.
    pub fn settle_lost(&mut self, run: RunId) -> Result<bool> {
        let settled = self.change(
            "settle a lost run",
            "UPDATE run SET asks = 0 WHERE id = ?1 AND asks = 1",
            [Text(run)],
        )?;
        if settled > 0 {
            self.tell_again(run)?;
        }
        Ok(settled > 0)
    }

    /// Keeps runs whatever their age, or lets them go again. Tells how many were changed.
    pub fn pin_runs(&mut self, runs: &[RunId], pinned: bool) -> Result<u32> {
        let mut changed = 0;
        for run in runs {
            let one = self.change(
                "pin a run",
                "UPDATE run SET pinned = ?2 WHERE id = ?1 AND pinned <> ?2",
                (Text(*run), pinned),
            )?;
            if one > 0 {
                self.tell_again(*run)?;
                changed += 1;
            }
        }
        Ok(changed)
    }

    /// Tells that something about a run has changed that is not its state.
    pub(super) fn tell_again(&mut self, run: RunId) -> Result<()> {
        let seq = self.record(Fact::RunChanged { run })?;
        self.stamp(run, seq)
    }

    /// Notes in the row the newest event that it contains.
    pub(super) fn stamp(&self, run: RunId, seq: u64) -> Result<()> {
        self.change(
            "keep a run",
            "UPDATE run SET seq = ?2 WHERE id = ?1",
            (Text(run), Count(seq)),
        )
        .map(drop)
    }

    /// Keeps a value that the run gave; a later one of the same name wins. False, and nothing is kept, when that attempt
    /// is over.
    pub fn put_output(
        &mut self,
        run: RunId,
        attempt: u32,
        name: &str,
        value: &serde_json::Value,
    ) -> Result<bool> {
        if !self.is_current(run, attempt)? {
            return Ok(false);
        }
        self.change(
            "keep an output of a run",
            "INSERT OR REPLACE INTO run_output (run_id, name, value) VALUES (?1, ?2, ?3)",
            (Text(run), name, Json(value)),
        )?;
        Ok(true)
    }

    /// Keeps how far the run has come. False, and nothing is kept, when that attempt is over.
    pub fn set_progress(&mut self, run: RunId, attempt: u32, progress: &Progress) -> Result<bool> {
        if !self.is_current(run, attempt)? {
            return Ok(false);
        }
        self.change(
            "keep the progress of a run",
            "INSERT OR REPLACE INTO run_progress (run_id, progress) VALUES (?1, ?2)",
            (Text(run), Json(progress)),
        )?;
        Ok(true)
    }

    /// A further attempt begins anew: what an earlier one gave is not what the run has come to. Files stay, each in the
    /// folder of its attempt.
    pub(super) fn forget_results(&self, run: RunId) -> Result<()> {
        for table in ["run_output", "run_progress"] {
            self.change(
                "forget what an earlier attempt gave",
                &format!("DELETE FROM {table} WHERE run_id = ?1"),
                [Text(run)],
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{
        RunState,
        run::{Artifact, StepRow, StepState},
    };
    use serde_json::json;

    use super::*;
    use crate::testing::{Database, at, profile, run, task};

    fn database() -> Database {
        let database = Database::new();
        database.writing().insert_task(&task(1, "t")).unwrap();
        database
            .writing()
            .insert_profile(&profile(1, "anna"))
            .unwrap();
        database
    }

    #[test]
    fn a_run_comes_back_with_all_that_it_left() {
        let database = database();
        let mut writing = database.writing();
        let new = run(7, Some(1));
        writing.insert_run(&new).unwrap();
        let row = writing.run_row(new.id).unwrap().unwrap();
        assert_eq!(
            (row.state, row.attempt, row.queued_at),
            (RunState::Queued, 1, at(7))
        );
        assert_eq!(
            (row.task.as_str(), row.profile.unwrap().as_str()),
            ("t", "anna")
        );
        assert_eq!(row.seq, writing.seq().unwrap());
        assert_eq!(
            writing.events.last().unwrap().fact,
            Fact::RunQueued { run: new.id }
        );
        writing.claim(new.id, at(8), "m").unwrap().unwrap();
        let step = |state, took_ms| StepRow {
            index: 0,
            title: "Open".to_owned(),
            state,
            started_ms: 5,
            took_ms,
            error: None,
        };
        assert!(
            writing
                .put_steps(new.id, 1, &[step(StepState::Running, None)])
                .unwrap()
        );
        assert!(
            writing
                .put_steps(new.id, 1, &[step(StepState::Passed, Some(9))])
                .unwrap()
        );
        for value in [json!(1), json!({"a": [true]})] {
            writing.put_output(new.id, 1, "x", &value).unwrap();
        }
        let picture = |bytes| Artifact {
            kind: "screenshot".to_owned(),
            path: "runs/7/end.png".to_owned(),
            bytes,
        };
        writing.add_artifact(new.id, 1, &picture(1)).unwrap();
        let file = Artifact {
            kind: "file".to_owned(),
            path: "runs/7/a.txt".to_owned(),
            bytes: 3,
        };
        writing.add_artifact(new.id, 1, &file).unwrap();
        writing.add_artifact(new.id, 1, &picture(2)).unwrap();
        let progress = Progress {
            done: 0.5,
            total: 2.0,
            label: "half".to_owned(),
        };
        writing.set_progress(new.id, 1, &progress).unwrap();
        let all = writing.run(new.id, at(9)).unwrap().unwrap();
        assert_eq!(all.plan, new.plan);
        assert_eq!(all.attempts[0].steps, [step(StepState::Passed, Some(9))]);
        assert_eq!(all.outputs, [("x".to_owned(), json!({"a": [true]}))].into());
        assert_eq!(
            all.artifacts,
            [picture(2), file],
            "in the order of their first note"
        );
        assert_eq!((all.progress, all.waits_because), (Some(progress), None));
    }

    #[test]
    fn a_double_click_is_one_start() {
        let database = database();
        let mut writing = database.writing();
        let clicked = |number, profile| NewRun {
            request_id: Some("click".to_owned()),
            ..run(number, profile)
        };
        writing.insert_run(&clicked(1, Some(1))).unwrap();
        writing.insert_run(&clicked(2, None)).unwrap();
        for again in [clicked(3, Some(1)), clicked(4, None)] {
            assert!(matches!(
                writing.insert_run(&again),
                Err(Error::RequestRepeated { .. })
            ));
        }
        let runs = writing.runs_of_request("click").unwrap();
        let ids: Vec<_> = runs.iter().map(|row| row.id).collect();
        assert_eq!(ids, [1, 2].map(RunId::from_bits));
        assert_eq!(writing.runs_of_request("other").unwrap(), []);
        let guard = writing.conn().execute(
            "INSERT INTO run (id, task_id, task_version, kind, state, request_id, queued_ms, not_before_ms)
             SELECT 'x', task_id, 1, kind, 'queued', 'click', 0, 0 FROM run LIMIT 1",
            [],
        );
        assert!(
            guard.unwrap_err().to_string().contains("run_request"),
            "the index is behind it"
        );
    }
}
