//! What a step must know of the run that it moves, in one look.

use drover_model::{BatchId, ProfileId, RunId, RunState, StopIntent, TaskId};

use super::{lane::lane_of, pause::STANDS_ASIDE};
use crate::{
    Result, Snapshot,
    column::{Text, Word},
};

/// Where a run stands, and where there is more about it.
pub(super) struct Standing {
    pub(super) state: RunState,
    pub(super) attempt: u32,
    pub(super) stop_intent: Option<StopIntent>,
    pub(super) task: TaskId,
    pub(super) profile: Option<ProfileId>,
    pub(super) batch: Option<BatchId>,
    /// Queued, and what it uses is paused or its profile is signed out.
    pub(super) aside: bool,
    /// The whole queue is paused.
    pub(super) all_paused: bool,
    pub(super) rows: Rows,
}

/// Other tables that have rows of a run; most runs have none.
pub(super) struct Rows {
    /// It needs something that is limited.
    pub(super) need: bool,
    /// It takes its proxy from a pool.
    pub(super) pool_need: bool,
    /// It checks a sign-in.
    pub(super) login_check: bool,
    /// Others wait for how it ends.
    pub(super) gate: bool,
}

impl Standing {
    /// The line that it waits in.
    pub(super) fn lane(&self) -> String {
        lane_of(self.profile, self.task)
    }
}

impl Snapshot<'_> {
    /// Where that run stands; none when it is not there.
    pub(super) fn standing(&self, run: RunId) -> Result<Option<Standing>> {
        self.first(
            "read a run",
            &format!(
                "SELECT r.state, r.attempt, r.stop_intent, r.task_id, r.profile_id, r.batch_id,
                     CASE r.state WHEN 'queued' THEN {STANDS_ASIDE} ELSE 0 END,
                     EXISTS (SELECT 1 FROM pause WHERE scope = 'all'),
                     EXISTS (SELECT 1 FROM need WHERE run_id = r.id),
                     EXISTS (SELECT 1 FROM pool_need WHERE run_id = r.id),
                     EXISTS (SELECT 1 FROM login_check WHERE run_id = r.id),
                     EXISTS (SELECT 1 FROM run AS w WHERE w.behind = r.id AND w.gate IS NOT NULL)
                 FROM run AS r WHERE r.id = ?1"
            ),
            [Text(run)],
            |row| {
                Ok(Standing {
                    state: row.get::<_, Word<_>>(0)?.0,
                    attempt: row.get(1)?,
                    stop_intent: row.get::<_, Option<Word<_>>>(2)?.map(|intent| intent.0),
                    task: row.get::<_, Text<_>>(3)?.0,
                    profile: row.get::<_, Option<Text<_>>>(4)?.map(|id| id.0),
                    batch: row.get::<_, Option<Text<_>>>(5)?.map(|id| id.0),
                    aside: row.get(6)?,
                    all_paused: row.get(7)?,
                    rows: Rows {
                        need: row.get(8)?,
                        pool_need: row.get(9)?,
                        login_check: row.get(10)?,
                        gate: row.get(11)?,
                    },
                })
            },
        )
    }
}
