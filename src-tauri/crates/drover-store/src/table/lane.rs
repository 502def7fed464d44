//! Table `lane`: the waiting lines, each with its head. Only heads are candidates, so a long line costs no other.

use std::collections::{BTreeMap, BTreeSet};

use drover_model::{ProfileId, RunId, TaskId};
use jiff::{SignedDuration, Timestamp};

use super::{limit::used_up, pause::STANDS_ASIDE};
use crate::{
    Error, Moment, NewRun, Result, Snapshot, Writing,
    column::{Count, Json, Ms, Text},
};

/// A head that has waited so long counts as 9.
pub(super) const AGED: SignedDuration = SignedDuration::from_mins(30);

/// Heads whose profile and limits are free and whose pool has a member for them, in the order of their turns: priority
/// first, then who was served longest ago. `?1` is now, `?2` how many, `?3` whether the keychain is locked, `?4` whether
/// memory is short, and `?5` the profiles that somebody has open, as JSON.
pub(super) const CANDIDATES: &str = concat!(
    "
    WITH ready AS MATERIALIZED (
        SELECT m.pool_id, m.proxy_id FROM pool_member AS m JOIN proxy AS y ON y.id = m.proxy_id
        WHERE ifnull(m.rests_until_ms, 0) <= ?1
            AND NOT EXISTS (SELECT 1 FROM pause AS p WHERE p.scope = 'proxy' AND p.id = m.proxy_id)
            AND NOT EXISTS (SELECT 1 FROM resource AS c WHERE c.kind = 'proxy' AND c.name_key = y.name_key AND (",
    used_up!(),
    ")))
    SELECT l.run_id FROM lane AS l
    WHERE NOT EXISTS (SELECT 1 FROM run AS b WHERE b.profile_id = l.profile_id
            AND b.finished_ms IS NULL AND b.state <> 'queued')
        AND NOT EXISTS (SELECT 1 FROM need AS n JOIN resource AS c ON c.id = n.resource_id WHERE n.run_id = l.run_id
            AND (",
    used_up!(),
    "))
        AND NOT EXISTS (SELECT 1 FROM pool_need AS w WHERE w.run_id = l.run_id AND NOT EXISTS (
            SELECT 1 FROM ready AS m WHERE m.pool_id = w.pool_id AND m.proxy_id = ifnull(
                (SELECT k.proxy_id FROM pool_kept AS k
                    WHERE w.sticky = 1 AND k.pool_id = w.pool_id AND k.profile_id = l.profile_id), m.proxy_id)))
        AND (l.profile_id IS NULL OR (?4 = 0 AND l.profile_id NOT IN (SELECT value FROM json_each(?5))))
        AND (?3 = 0 OR NOT EXISTS (SELECT 1 FROM run AS r WHERE r.id = l.run_id AND r.secrets = 1))
    ORDER BY l.priority DESC, l.served_seq, l.ready_ms, l.run_id LIMIT ?2"
);

/// As what the run `r` counts among the heads, where who is ready since before `aged` has waited long. The highest priority
/// counts as 10, and who was let run next, with a time before 1970, as more than that: the last the most.
macro_rules! counts_as {
    ($aged:literal) => {
        concat!(
            "CASE WHEN r.ready_ms < 0 THEN 10 - r.ready_ms WHEN r.priority = 9 THEN 10 WHEN r.ready_ms < ",
            $aged,
            " THEN 9 ELSE r.priority END"
        )
    };
}
pub(super) use counts_as;

/// Runs, as `run AS r`, that wait for another run or for the rest of their batch, whatever the clock says.
pub(super) const HELD_BACK: &str = "((r.behind IS NOT NULL AND EXISTS (SELECT 1 FROM run AS b WHERE b.id = r.behind AND b.finished_ms IS NULL))
        OR (r.batch_id IS NOT NULL AND EXISTS (SELECT 1 FROM batch AS b WHERE b.id = r.batch_id AND b.sealed = 0)))";

/// The waiting line of a run.
pub(super) fn lane_of(profile: Option<ProfileId>, task: TaskId) -> String {
    profile.map_or_else(|| format!("task:{task}"), |id| format!("profile:{id}"))
}

impl Snapshot<'_> {
    /// The runs that may start at `now`, in the order of their turns: ready, their profile and limits free, one a line.
    /// None while the queue is paused. How many workers are free is the caller's to know.
    pub fn claimable(&self, moment: impl Into<Moment>, limit: u32) -> Result<Vec<RunId>> {
        let Moment { now, conditions } = moment.into();
        let busy: Vec<String> = conditions
            .busy_profiles
            .keys()
            .map(ToString::to_string)
            .collect();
        if conditions.closed() || self.paused()? {
            return Ok(Vec::new());
        }
        self.all(
            "look for runs that may start",
            CANDIDATES,
            (
                Ms(now),
                limit,
                conditions.vault_locked,
                conditions.memory_short.is_some(),
                Json(busy),
            ),
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )
    }

    /// How many runs are ready in a line; no more than `most` are counted.
    pub(super) fn waiting_in(&self, lane: &str, most: u32) -> Result<u32> {
        self.one(
            "count a waiting line",
            "SELECT count(*) FROM (SELECT 1 FROM run WHERE lane = ?1 AND state = 'queued' AND ready_ms IS NOT NULL
             LIMIT ?2)",
            (lane, most),
            |row| row.get(0),
        )
    }

    /// Whether [`Writing::tick`] has something to do at `now`.
    pub fn has_ticked(&self, now: Timestamp) -> Result<bool> {
        self.one(
            "look for runs whose time has come",
            &format!(
                "SELECT EXISTS (SELECT 1 FROM run AS r WHERE r.state = 'queued' AND r.ready_ms IS NULL
                         AND r.not_before_ms <= ?1 AND NOT {HELD_BACK})
                     OR EXISTS (SELECT 1 FROM lane WHERE priority < 9 AND ready_ms < ?2)
                     OR EXISTS (SELECT 1 FROM run WHERE state = 'queued' AND queue_until_ms IS NOT NULL
                         AND queue_until_ms <= ?1)
                     OR EXISTS (SELECT 1 FROM run WHERE state = 'queued' AND expires_ms IS NOT NULL AND expires_ms < ?1)
                     OR EXISTS (SELECT 1 FROM run WHERE state = 'queued' AND gives_up_ms IS NOT NULL AND gives_up_ms <= ?1)
                     OR EXISTS (SELECT 1 FROM pause WHERE until_ms IS NOT NULL AND until_ms <= ?1)
                     OR EXISTS (SELECT 1 FROM resource WHERE rate_ms IS NOT NULL AND filled_ms > ?1)"
            ),
            (Ms(now), Ms(now - AGED)),
            |row| row.get(0),
        )
    }

    /// When something changes by itself: a run's time comes or passes, a pause ends, a limit over time lets a start
    /// pass, or a member of a pool has rested.
    pub fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        let due = self.one(
            "look for the next run that becomes due",
            "SELECT min(not_before_ms) FROM run WHERE state = 'queued' AND ready_ms IS NULL AND not_before_ms > ?1",
            [Ms(now)],
            |row| Ok(row.get::<_, Option<Ms>>(0)?.map(|at| at.0)),
        )?;
        let moments = [
            due,
            self.next_refill(now)?,
            self.next_deadline(now)?,
            self.next_unpause(now)?,
            self.next_rested(now)?,
        ];
        Ok(moments.into_iter().flatten().min())
    }
}

impl Writing<'_> {
    /// What time alone changes: runs whose time has come are ready or end, pauses end, and heads that waited long go
    /// first.
    pub fn tick(&mut self, now: Timestamp) -> Result<()> {
        self.end_late_runs(now)?;
        self.expire(now)?;
        self.end_pauses(now)?;
        self.change(
            "turn limits back after a clock that was ahead",
            "UPDATE resource SET filled_ms = ?1 WHERE rate_ms IS NOT NULL AND filled_ms > ?1",
            [Ms(now)],
        )?;
        let lanes: BTreeSet<String> = self
            .all(
                "make runs ready",
                &format!(
                    "UPDATE run AS r SET ready_ms = r.not_before_ms
                     WHERE r.state = 'queued' AND r.ready_ms IS NULL AND r.not_before_ms <= ?1 AND NOT {HELD_BACK}
                     RETURNING lane"
                ),
                [Ms(now)],
                |row| row.get(0),
            )?
            .into_iter()
            .collect();
        for lane in lanes {
            self.refresh_lane(&lane)?;
        }
        self.change(
            "let long waits count",
            "UPDATE lane SET priority = 9 WHERE priority < 9 AND ready_ms < ?1",
            [Ms(now - AGED)],
        )
        .map(drop)
    }

    /// Refuses new runs for whose line there is no room, with [`Error::LineFull`].
    pub fn refuse_full_lines(&self, runs: &[NewRun], most: u32) -> Result<()> {
        let mut lines: BTreeMap<String, (u32, &NewRun)> = BTreeMap::new();
        // Those that wait may be waiting for a check of their sign-in, which is never turned away.
        for run in runs.iter().filter(|run| run.plan.checks_login.is_none()) {
            let line = lines
                .entry(lane_of(run.profile_id, run.task_id))
                .or_insert((0, run));
            line.0 += 1;
        }
        for (lane, (new, run)) in lines {
            let waiting = self.waiting_in(&lane, most)?;
            if waiting + new > most {
                let line = match &run.plan.profile {
                    Some(profile) => format!("profile `{}`", profile.name),
                    None => format!("task `{}`", run.plan.task),
                };
                return Err(Error::LineFull {
                    line,
                    waiting,
                    most,
                });
            }
        }
        Ok(())
    }

    /// Puts the right run at the head of a line, after one of its queued runs has changed. Runs of what is paused stand
    /// aside. A new line has had its turn
    /// just now, so that one which empties and fills again does not always go first.
    pub(super) fn refresh_lane(&self, lane: &str) -> Result<()> {
        self.call_up(lane, None)
    }

    /// Notes that a run of this line had its turn at that event, and calls the next one up.
    pub(super) fn serve_lane(&self, lane: &str, seq: u64) -> Result<()> {
        self.call_up(lane, Some(seq))
    }

    fn call_up(&self, lane: &str, served: Option<u64>) -> Result<()> {
        let kept = self.change(
            "keep a waiting line",
            &format!(
                "INSERT INTO lane (key, run_id, profile_id, priority, ready_ms, served_seq)
                 SELECT r.lane, r.id, r.profile_id, {}, r.ready_ms,
                     coalesce(?3, (SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0)
                 FROM run AS r WHERE r.lane = ?1 AND r.state = 'queued' AND r.ready_ms IS NOT NULL AND NOT {STANDS_ASIDE}
                 ORDER BY r.priority DESC, r.ready_ms, r.id LIMIT 1
                 ON CONFLICT (key) DO UPDATE SET run_id = excluded.run_id, priority = excluded.priority,
                     ready_ms = excluded.ready_ms, served_seq = ifnull(?3, served_seq)",
                counts_as!("?2")
            ),
            (lane, Ms(self.at() - AGED), served.map(Count)),
        )?;
        if kept == 0 {
            self.change(
                "end a waiting line",
                "DELETE FROM lane WHERE key = ?1",
                [lane],
            )?;
        }
        Ok(())
    }

    /// The same for the line in which a run stands.
    pub(super) fn refresh_line_of(&self, run: RunId) -> Result<()> {
        let lane: String = self.one(
            "read the line of a run",
            "SELECT lane FROM run WHERE id = ?1",
            [Text(run)],
            |row| row.get(0),
        )?;
        self.refresh_lane(&lane)
    }

    /// Builds every line anew from the runs, as after an unclean end.
    pub fn rebuild_lanes(&mut self) -> Result<()> {
        let doing = "rebuild the waiting lines";
        self.change(doing, "DELETE FROM lane", [])?;
        let lanes: Vec<String> = self.all(
            doing,
            "SELECT DISTINCT lane FROM run WHERE state = 'queued' AND ready_ms IS NOT NULL",
            [],
            |row| row.get(0),
        )?;
        lanes.iter().try_for_each(|lane| self.refresh_lane(lane))
    }
}

#[cfg(test)]
mod tests {
    use drover_model::Priority;

    use super::*;
    use crate::testing::{Database, at, profile, run, task};

    fn ids(numbers: &[u128]) -> Vec<RunId> {
        numbers.iter().copied().map(RunId::from_bits).collect()
    }

    fn database(profiles: u128) -> Database {
        let database = Database::new();
        database.writing().insert_task(&task(1, "t")).unwrap();
        for number in 1..=profiles {
            let profile = profile(number, &format!("p{number}"));
            database.writing().insert_profile(&profile).unwrap();
        }
        database
    }

    #[test]
    fn a_higher_priority_goes_first_within_a_line_and_among_lines() {
        let database = database(2);
        let mut writing = database.writing();
        let with = |number, profile, priority: u8| NewRun {
            priority: priority.try_into().unwrap(),
            ..run(number, Some(profile))
        };
        for new in [with(1, 1, 5), with(2, 1, 7), with(3, 2, 6)] {
            writing.insert_run(&new).unwrap();
        }
        assert_eq!(writing.claimable(at(9), 9).unwrap(), ids(&[2, 3]));
        writing.set_priority(&ids(&[1]), Priority::FIRST).unwrap();
        assert_eq!(writing.claimable(at(9), 9).unwrap(), ids(&[1, 3]));
    }

    #[test]
    fn lines_take_turns_and_a_new_one_waits_for_its_own() {
        let database = database(2);
        let mut writing = database.writing();
        for number in 1..=3 {
            writing.insert_run(&run(number, None)).unwrap();
        }
        writing.insert_run(&run(4, Some(1))).unwrap();
        let mut order = Vec::new();
        for _ in 0..2 {
            let next = writing.claimable(at(9), 9).unwrap()[0];
            writing.claim(next, at(9), "m").unwrap().unwrap();
            order.push(next);
        }
        writing.insert_run(&run(5, Some(2))).unwrap();
        order.extend(writing.claimable(at(9), 9).unwrap());
        assert_eq!(order, ids(&[1, 4, 2, 5]), "one of each line in its turn");
    }

    #[test]
    fn who_has_waited_long_goes_first() {
        let database = database(2);
        let mut writing = database.writing();
        writing.insert_run(&run(1, Some(1))).unwrap();
        let urgent = NewRun {
            priority: 8.try_into().unwrap(),
            ..run(2, Some(2))
        };
        writing.insert_run(&urgent).unwrap();
        let soon = at(1) + AGED;
        assert!(!writing.has_ticked(soon).unwrap());
        assert_eq!(writing.claimable(soon, 9).unwrap(), ids(&[2, 1]));
        let later = at(2) + AGED;
        assert!(writing.has_ticked(later).unwrap());
        writing.tick(later).unwrap();
        assert_eq!(writing.claimable(later, 9).unwrap(), ids(&[1, 2]));
    }

    #[test]
    fn what_is_to_run_next_goes_before_who_has_waited_long() {
        let database = database(3);
        let mut writing = database.writing();
        for number in 1..=3 {
            writing.insert_run(&run(number, Some(number))).unwrap();
        }
        let later = at(9) + AGED;
        writing.tick(later).unwrap();
        assert_eq!(writing.claimable(later, 9).unwrap(), ids(&[1, 2, 3]));
        writing.set_priority(&ids(&[3]), Priority::FIRST).unwrap();
        assert_eq!(writing.claimable(later, 9).unwrap(), ids(&[3, 1, 2]));
        let turns = writing.turns(&later.into(), 9).unwrap();
        assert_eq!(turns, ids(&[3, 1, 2]), "and so it is shown");
    }

    #[test]
    fn runs_become_ready_in_time_and_lines_can_be_rebuilt() {
        let database = database(1);
        let mut writing = database.writing();
        let later = NewRun {
            not_before: Some(at(60)),
            ..run(1, Some(1))
        };
        writing.insert_run(&later).unwrap();
        assert_eq!(
            writing.claimable(at(99), 9).unwrap(),
            [],
            "nobody said that it is time"
        );
        assert_eq!(writing.next_due(at(9)).unwrap(), Some(at(60)));
        assert!(!writing.has_ticked(at(59)).unwrap() && writing.has_ticked(at(60)).unwrap());
        writing.tick(at(60)).unwrap();
        assert_eq!(writing.claimable(at(60), 9).unwrap(), ids(&[1]));
        assert_eq!(writing.next_due(at(60)).unwrap(), None);
        writing.conn().execute("DELETE FROM lane", []).unwrap();
        assert_eq!(writing.claimable(at(60), 9).unwrap(), []);
        writing.rebuild_lanes().unwrap();
        assert_eq!(writing.claimable(at(60), 9).unwrap(), ids(&[1]));
    }

    #[test]
    fn a_full_line_takes_no_more() {
        let database = database(2);
        let mut writing = database.writing();
        for number in 1..=3 {
            writing.insert_run(&run(number, Some(1))).unwrap();
        }
        let new = |numbers: &[u128], profile| {
            let runs = numbers.iter().map(|number| run(*number, profile));
            runs.collect::<Vec<_>>()
        };
        assert!(writing.refuse_full_lines(&new(&[8, 9], Some(1)), 5).is_ok());
        assert!(writing.refuse_full_lines(&new(&[8, 9], Some(2)), 4).is_ok());
        let full = writing.refuse_full_lines(&new(&[8, 9], Some(1)), 4);
        assert!(matches!(
            full,
            Err(Error::LineFull {
                waiting: 3,
                most: 4,
                ..
            })
        ));
    }

    #[test]
    fn a_long_line_of_one_profile_does_not_hide_the_others() {
        let database = database(2);
        let mut writing = database.writing();
        for number in 1..=300 {
            writing.insert_run(&run(number, Some(1))).unwrap();
        }
        writing.insert_run(&run(301, Some(2))).unwrap();
        assert_eq!(writing.claimable(at(999), 16).unwrap(), ids(&[1, 301]));
    }
}
