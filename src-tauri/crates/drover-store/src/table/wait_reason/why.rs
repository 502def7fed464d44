//! The predicates of the claim, asked one by one.

use drover_model::{BatchId, RunId, RunRow, RunState, WaitCode, WaitReason, schedule::EndedAs};
use jiff::{SignedDuration, Timestamp};

use super::words::{closed, in_words, machine, paused, reason, too_early};
use crate::{
    Error, Moment, Result, Snapshot,
    column::{Ms, Text, Word},
    table::gate::wanted,
};

impl Snapshot<'_> {
    /// Why a run waits, by the predicates of the claim, never stored. The one that is expected to end last comes first;
    /// a run that nothing keeps, or that does not wait, has no reason.
    pub fn why(&self, run: RunId, moment: impl Into<Moment>) -> Result<Vec<WaitReason>> {
        let row = self
            .run_row(run)?
            .ok_or_else(|| Error::not_found("run", run))?;
        self.reasons(&row, &moment.into())
    }

    /// The first of them, in words.
    pub(in crate::table) fn waits_because(
        &self,
        row: &RunRow,
        moment: &Moment,
    ) -> Result<Option<String>> {
        Ok(self
            .reasons(row, moment)?
            .into_iter()
            .next()
            .map(|reason| reason.text))
    }

    pub(in crate::table) fn reasons(
        &self,
        row: &RunRow,
        moment: &Moment,
    ) -> Result<Vec<WaitReason>> {
        if row.state != RunState::Queued {
            return Ok(Vec::new());
        }
        let now = moment.now;
        let standing = self.standing_in_line(row.id)?;
        let mut reasons = closed(&moment.conditions);
        if standing.secrets && moment.conditions.vault_locked {
            reasons.push(reason(
                WaitCode::VaultLocked,
                "the keychain is locked".to_owned(),
            ));
        }
        reasons.extend(machine(row, &moment.conditions));
        reasons.extend(self.pauses_of(row.id)?.iter().map(paused));
        if standing.too_late(now) {
            let text = "its latest start has passed".to_owned();
            reasons.push(reason(WaitCode::TooLate, text));
        }
        let held_back = self.held_back(&standing)?;
        let waits_for_others = held_back.is_some();
        reasons.extend(held_back);
        reasons.extend(self.login_reason(row, now)?);
        // A run whose time has come is ready, whether or not somebody has looked at the clock since.
        if standing.ready.is_none() && standing.not_before > now {
            reasons.push(too_early(row, standing.not_before, now));
        } else if !waits_for_others {
            reasons.extend(self.line_reason(row, &standing)?);
        }
        reasons.extend(
            self.shortages(row.id, now)?
                .into_iter()
                .flat_map(|short| in_words(&short)),
        );
        if let Err((pool, none)) = self.pick(row.id, row.attempt, row.profile_id, now)? {
            reasons.push(self.no_member(row, pool, none, now)?);
        }
        if reasons.is_empty() {
            reasons.extend(self.workers_full()?);
        }
        reasons.sort_by_key(|reason| std::cmp::Reverse(expected_end(reason, now)));
        Ok(reasons)
    }

    fn standing_in_line(&self, run: RunId) -> Result<Standing> {
        self.one(
            "read where a run stands",
            "SELECT lane, priority, ready_ms, not_before_ms, secrets, behind, batch_id, queue_until_ms, gives_up_ms, expires_ms, gate
             FROM run WHERE id = ?1",
            [Text(run)],
            |row| {
                let time = |index| Ok::<_, rusqlite::Error>(row.get::<_, Option<Ms>>(index)?.map(|at| at.0));
                Ok(Standing {
                    behind: row.get::<_, Option<Text<_>>>(5)?.map(|run| run.0),
                    batch: row.get::<_, Option<Text<_>>>(6)?.map(|batch| batch.0),
                    ends: [time(7)?, time(8)?],
                    expires: time(9)?,
                    gate: row.get::<_, Option<Word<_>>>(10)?.map(|gate| gate.0),
                    lane: row.get(0)?,
                    priority: row.get(1)?,
                    ready: row.get::<_, Option<Ms>>(2)?.map(|at| at.0),
                    not_before: row.get::<_, Ms>(3)?.0,
                    secrets: row.get(4)?,
                })
            },
        )
    }

    /// Another run that must end first, or a batch that is not complete: the conditions of `HELD_BACK`, one by one.
    fn held_back(&self, standing: &Standing) -> Result<Option<WaitReason>> {
        let earlier = standing.behind.filter(|_| standing.ready.is_none());
        let earlier = earlier.map(|run| self.run_row(run)).transpose()?.flatten();
        if let Some(earlier) = earlier.filter(|run| run.finished_at.is_none()) {
            let run = format!("run {} of task `{}`", earlier.id.short(), earlier.task);
            let text = match standing.gate {
                Some(gate) => format!("it waits for {run}: {}", wanted(gate)),
                None => format!("{run} ends first"),
            };
            return Ok(Some(WaitReason {
                blocked_by: vec![earlier.id],
                ..reason(WaitCode::Dependency, text)
            }));
        }
        let batch = standing.batch.filter(|_| standing.ready.is_none());
        let Some(batch) = batch else {
            return Ok(None);
        };
        let open = self.first(
            "look whether a batch is complete",
            "SELECT 1 FROM batch WHERE id = ?1 AND sealed = 0",
            [Text(batch)],
            |_| Ok(()),
        )?;
        Ok(open.map(|()| {
            let text = "the rest of its batch is still being queued".to_owned();
            reason(WaitCode::Dependency, text)
        }))
    }
}

/// Where a queued run stands.
pub(super) struct Standing {
    pub(super) lane: String,
    pub(super) priority: u8,
    pub(super) ready: Option<Timestamp>,
    pub(super) not_before: Timestamp,
    secrets: bool,
    behind: Option<RunId>,
    /// The end of that run that it waits for.
    gate: Option<EndedAs>,
    batch: Option<BatchId>,
    /// The latest moments of its start and of the end of all its attempts.
    ends: [Option<Timestamp>; 2],
    /// The same by its schedule: at this moment it may still start.
    expires: Option<Timestamp>,
}

impl Standing {
    fn too_late(&self, now: Timestamp) -> bool {
        self.ends.into_iter().flatten().any(|end| end <= now)
            || self.expires.is_some_and(|expires| expires < now)
    }
}

/// How long a reason is taken to hold of which nobody knows when it ends, such as another run's end.
const UNKNOWN: SignedDuration = SignedDuration::from_mins(5);

/// When a reason is expected to end, for their order: what a person must end comes last.
fn expected_end(reason: &WaitReason, now: Timestamp) -> Timestamp {
    match (reason.clears_at, reason.code) {
        (Some(at), _) => at,
        (
            None,
            WaitCode::Paused
            | WaitCode::SignedOut
            | WaitCode::VaultLocked
            | WaitCode::DiskLow
            | WaitCode::StorageError
            | WaitCode::Draining,
        ) => Timestamp::MAX,
        _ => now.checked_add(UNKNOWN).unwrap_or(Timestamp::MAX),
    }
}
