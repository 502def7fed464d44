//! Whom a run waits for: those who have its profile, those before it in line, the proxies of its pool, the workers.

use drover_model::{
    PoolId, ProfileId, ProxyId, RunId, RunRow, WaitCode, WaitReason, proxy::NoMember,
};
use jiff::Timestamp;

use super::{why::Standing, words::reason};
use crate::{
    Result, Snapshot,
    column::{Ms, Text},
    table::{pause::STANDS_ASIDE, run::between},
};

impl Snapshot<'_> {
    /// Its profile, or others of its line.
    pub(super) fn line_reason(
        &self,
        row: &RunRow,
        standing: &Standing,
    ) -> Result<Option<WaitReason>> {
        let line = match (&row.profile, row.profile_id) {
            (Some(name), Some(id)) => {
                if let Some(holder) = self.holder(id)? {
                    let text = format!("profile `{name}` is in use by run {}", holder.short());
                    return Ok(Some(WaitReason {
                        blocked_by: vec![holder],
                        ..reason(WaitCode::ProfileBusy, text)
                    }));
                }
                format!("profile `{name}`")
            }
            _ => format!("task `{}`", row.task),
        };
        let ahead: u32 = self.one(
            "count the runs ahead",
            &format!(
                "SELECT count(*) FROM run AS r WHERE r.lane = ?1 AND r.state = 'queued' AND r.ready_ms IS NOT NULL
                     AND (r.priority > ?2 OR (r.priority = ?2 AND (r.ready_ms, r.id) < (?3, ?4)))
                     AND NOT {STANDS_ASIDE}"
            ),
            (
                &standing.lane,
                standing.priority,
                Ms(standing.ready.unwrap_or(standing.not_before)),
                Text(row.id),
            ),
            |row| row.get(0),
        )?;
        Ok((ahead > 0).then(|| {
            let runs = if ahead == 1 { "run" } else { "runs" };
            reason(
                WaitCode::LaneOrder,
                format!("{ahead} more {runs} of {line} first"),
            )
        }))
    }

    /// The pool has no proxy for it.
    pub(super) fn no_member(
        &self,
        row: &RunRow,
        pool: PoolId,
        none: NoMember,
        now: Timestamp,
    ) -> Result<WaitReason> {
        let pool = self.pool(pool)?.map(|pool| pool.name.to_string());
        let pool = pool.unwrap_or_default();
        let soon = |until| format!("again in {} s", between(now, until).div_ceil(1_000));
        let kept = |proxy: ProxyId| -> Result<String> {
            let proxy = self.proxy(proxy)?.map(|proxy| proxy.name.to_string());
            let owner = row.profile.as_ref().map(ToString::to_string);
            let (proxy, owner) = (proxy.unwrap_or_default(), owner.unwrap_or_default());
            Ok(format!(
                "proxy `{proxy}`, which profile `{owner}` keeps of pool `{pool}`,"
            ))
        };
        let text = match none {
            NoMember::Empty => format!("pool `{pool}` has no members"),
            NoMember::AllCooling { until } => format!(
                "every proxy of pool `{pool}` cools down; the first is tried {}",
                soon(until)
            ),
            NoMember::AllFull => format!("every proxy of pool `{pool}` is at its limit"),
            NoMember::KeptCooling { proxy, until } => {
                format!("{} cools down; it is tried {}", kept(proxy)?, soon(until))
            }
            NoMember::AllPaused => format!("every proxy of pool `{pool}` that is free is paused"),
            NoMember::KeptFull { proxy } => format!("{} is at its limit", kept(proxy)?),
            NoMember::KeptPaused { proxy } => format!("{} is paused", kept(proxy)?),
        };
        let code = match none {
            NoMember::AllPaused | NoMember::KeptPaused { .. } => WaitCode::Paused,
            _ => WaitCode::PoolBusy,
        };
        Ok(WaitReason {
            clears_at: none.until(),
            ..reason(code, text)
        })
    }

    pub(super) fn workers_full(&self) -> Result<Option<WaitReason>> {
        let workers = self.settings()?.workers;
        let busy: Vec<RunId> = self.all(
            "look for the workers",
            "SELECT id FROM run WHERE finished_ms IS NULL AND state <> 'queued' ORDER BY id",
            [],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )?;
        Ok((busy.len() >= workers as usize).then(|| WaitReason {
            text: format!("{} of {workers} workers are busy", busy.len()),
            blocked_by: busy,
            ..reason(WaitCode::WorkersFull, String::new())
        }))
    }

    /// The run that holds the profile.
    fn holder(&self, profile: ProfileId) -> Result<Option<RunId>> {
        self.first(
            "look for the run that uses a profile",
            "SELECT id FROM run WHERE profile_id = ?1 AND finished_ms IS NULL AND state <> 'queued'",
            [Text(profile)],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )
    }
}
