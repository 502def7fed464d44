//! Table `follow`: ends of runs that schedules follow, from the transaction of the end to that of the next start.

use std::collections::BTreeMap;

use drover_model::{BatchId, ProfileId, RunId, RunState, ScheduleId, schedule::EndedAs};
use jiff::Timestamp;
use serde_json::Value;

use super::standing::Standing;
use crate::{
    Result, Snapshot, Writing,
    column::{Ms, Text, Word},
    failpoint,
};

/// A run that has ended, for whoever starts what follows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Upstream {
    pub run: RunId,
    pub state: RunState,
    pub profile_id: Option<ProfileId>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Its batch, and every state that a run of it is in.
    pub batch: Option<(BatchId, Vec<RunState>)>,
    /// How many runs came before it in its chain.
    pub depth: u32,
    pub outputs: BTreeMap<String, Value>,
}

impl Snapshot<'_> {
    /// Ends that have not been followed yet, but for those of a pause that nobody has accounted for yet, oldest first, from the one after `after` on.
    pub fn follows(
        &self,
        after: Option<(ScheduleId, RunId)>,
        limit: u32,
    ) -> Result<Vec<(ScheduleId, RunId)>> {
        let text = |id: &dyn std::fmt::Display| id.to_string();
        let (schedule, run) = after.map_or_else(Default::default, |(schedule, run)| {
            (text(&schedule), text(&run))
        });
        self.all(
            "read what is to follow",
            "SELECT f.schedule_id, f.run_id FROM follow AS f JOIN schedule AS s ON s.id = f.schedule_id
             WHERE s.removed_ms IS NULL AND s.paused_ms IS NULL AND s.resumed IS NULL AND (f.run_id, f.schedule_id) > (?2, ?3)
             ORDER BY f.run_id, f.schedule_id LIMIT ?1",
            (limit, run, schedule),
            |row| Ok((row.get::<_, Text<_>>(0)?.0, row.get::<_, Text<_>>(1)?.0)),
        )
    }

    /// Ends up to a moment that a schedule has not followed yet, oldest first.
    pub fn follows_until(&self, schedule: ScheduleId, until: Timestamp) -> Result<Vec<RunId>> {
        self.all(
            "read the ends of a pause",
            "SELECT f.run_id FROM follow AS f JOIN run AS r ON r.id = f.run_id
             WHERE f.schedule_id = ?1 AND ifnull(r.finished_ms, 0) <= ?2 ORDER BY f.run_id",
            (Text(schedule), Ms(until)),
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )
    }

    /// What is known about a run that is followed.
    pub fn upstream(&self, run: RunId) -> Result<Option<Upstream>> {
        let found = self.first(
            "read a run that is followed",
            "SELECT state, profile_id, batch_id, depth, finished_ms FROM run WHERE id = ?1",
            [Text(run)],
            |row| {
                Ok((
                    row.get::<_, Word<RunState>>(0)?.0,
                    row.get::<_, Option<Text<ProfileId>>>(1)?.map(|id| id.0),
                    row.get::<_, Option<Text<BatchId>>>(2)?.map(|id| id.0),
                    row.get(3)?,
                    row.get::<_, Option<Ms>>(4)?.map(|at| at.0),
                ))
            },
        )?;
        let Some((state, profile_id, batch, depth, ended_at)) = found else {
            return Ok(None);
        };
        let batch = match batch {
            Some(id) => Some((id, self.states_of_batch(id)?)),
            None => None,
        };
        Ok(Some(Upstream {
            run,
            state,
            profile_id,
            ended_at,
            batch,
            depth,
            outputs: self.outputs(run)?,
        }))
    }

    /// One look into the index for each state, since a batch can have ten thousand runs and each of them ends.
    fn states_of_batch(&self, batch: BatchId) -> Result<Vec<RunState>> {
        let mut states = Vec::new();
        for state in RunState::ALL {
            let is_there: bool = self.one(
                "read the states of a batch",
                "SELECT EXISTS (SELECT 1 FROM run WHERE batch_id = ?1 AND state = ?2)",
                (Text(batch), state.key()),
                |row| row.get(0),
            )?;
            if is_there {
                states.push(state);
            }
        }
        Ok(states)
    }
}

impl Writing<'_> {
    /// Notes what an end means for others: schedules that follow it, paused ones as well, and its batch. In the transaction of the end, so
    /// that no crash comes between.
    pub(super) fn note_end(&mut self, run: RunId, standing: &Standing, to: RunState) -> Result<()> {
        if standing.rows.login_check {
            self.note_login(run)?;
        }
        self.change(
            "note what follows a run",
            "INSERT OR IGNORE INTO follow (schedule_id, run_id)
             SELECT id, ?2 FROM schedule WHERE after_task_id = ?1 AND after_task_id IS NOT NULL AND removed_ms IS NULL",
            (Text(standing.task), Text(run)),
        )?;
        if standing.rows.gate {
            self.judge_gates(run, to)?;
        }
        failpoint!("end.noted");
        if let Some(batch) = standing.batch {
            self.note_end_in_batch(batch, EndedAs::Failed.counts(to))?;
            failpoint!("end.batch");
        }
        Ok(())
    }

    /// An end needs no further look: it was followed, or it does not count.
    pub fn forget_follow(&mut self, schedule: ScheduleId, run: RunId) -> Result<()> {
        self.change(
            "forget an end that was followed",
            "DELETE FROM follow WHERE schedule_id = ?1 AND run_id = ?2",
            (Text(schedule), Text(run)),
        )
        .map(drop)
    }
}
