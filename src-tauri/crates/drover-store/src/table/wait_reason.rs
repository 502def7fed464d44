//! Why a queued run waits.

use drover_model::{
    PoolId, ProfileId, ProxyId, RunId, RunRow, RunState, WaitCode, WaitReason, proxy::NoMember,
};
use jiff::Timestamp;

use super::{limit::Shortage, run::between};
use crate::{
    Error, Result, Snapshot,
    column::{Ms, Text},
};

impl Snapshot<'_> {
    /// Why a run waits, by the predicates of the claim, never stored. What keeps it longest comes first; a run that
    /// nothing keeps, or that does not wait, has no reason.
    pub fn why(&self, run: RunId, now: Timestamp) -> Result<Vec<WaitReason>> {
        let row = self
            .run_row(run)?
            .ok_or_else(|| Error::not_found("run", run))?;
        self.reasons(&row, now)
    }

    /// The first of them, in words.
    pub(super) fn waits_because(&self, row: &RunRow, now: Timestamp) -> Result<Option<String>> {
        Ok(self
            .reasons(row, now)?
            .into_iter()
            .next()
            .map(|reason| reason.text))
    }

    pub(super) fn reasons(&self, row: &RunRow, now: Timestamp) -> Result<Vec<WaitReason>> {
        if row.state != RunState::Queued {
            return Ok(Vec::new());
        }
        let mut reasons = Vec::new();
        if self.paused()? {
            reasons.push(reason(WaitCode::Paused, "the queue is paused".to_owned()));
        }
        let standing = self.standing_in_line(row.id)?;
        match standing.ready {
            None => reasons.push(too_early(row, standing.not_before, now)),
            Some(_) => reasons.extend(self.line_reason(row, &standing)?),
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
        Ok(reasons)
    }

    fn standing_in_line(&self, run: RunId) -> Result<Standing> {
        self.one(
            "read where a run stands",
            "SELECT lane, priority, ready_ms, not_before_ms FROM run WHERE id = ?1",
            [Text(run)],
            |row| {
                Ok(Standing {
                    lane: row.get(0)?,
                    priority: row.get(1)?,
                    ready: row.get::<_, Option<Ms>>(2)?.map(|at| at.0),
                    not_before: row.get::<_, Ms>(3)?.0,
                })
            },
        )
    }

    /// Its profile, or others of its line.
    fn line_reason(&self, row: &RunRow, standing: &Standing) -> Result<Option<WaitReason>> {
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
            "SELECT count(*) FROM run WHERE lane = ?1 AND state = 'queued' AND ready_ms IS NOT NULL
                 AND (priority > ?2 OR (priority = ?2 AND (ready_ms, id) < (?3, ?4)))",
            (
                &standing.lane,
                standing.priority,
                standing.ready.map(Ms),
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
    fn no_member(
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
            NoMember::KeptFull { proxy } => format!("{} is at its limit", kept(proxy)?),
        };
        Ok(WaitReason {
            clears_at: none.until(),
            ..reason(WaitCode::PoolBusy, text)
        })
    }

    fn workers_full(&self) -> Result<Option<WaitReason>> {
        let workers = self.settings()?.workers;
        let busy: Vec<RunId> = self.all(
            "look for the workers",
            "SELECT id FROM run WHERE state IN ('starting', 'running', 'parked', 'stopping') ORDER BY id",
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
            "SELECT id FROM run WHERE profile_id = ?1 AND state IN ('starting', 'running', 'parked', 'stopping')",
            [Text(profile)],
            |row| Ok(row.get::<_, Text<_>>(0)?.0),
        )
    }
}

/// Where a queued run stands.
struct Standing {
    lane: String,
    priority: u8,
    ready: Option<Timestamp>,
    not_before: Timestamp,
}

fn reason(code: WaitCode, text: String) -> WaitReason {
    WaitReason {
        code,
        text,
        blocked_by: Vec::new(),
        clears_at: None,
    }
}

/// Its time has not come.
fn too_early(row: &RunRow, not_before: Timestamp, now: Timestamp) -> WaitReason {
    let seconds = between(now, not_before).div_ceil(1_000);
    let (code, text) = match row.reason.as_deref() {
        Some("vault_locked") => (
            WaitCode::VaultLocked,
            format!("the keychain is locked; Drover looks again in {seconds} s"),
        ),
        Some("profile_in_use") => (
            WaitCode::ProfileBusy,
            format!("its profile is open in another browser; Drover looks again in {seconds} s"),
        ),
        Some("memory_short") => (
            WaitCode::MemoryLow,
            format!(
                "there is not enough free memory for its browser; Drover looks again in {seconds} s"
            ),
        ),
        _ if row.attempt > 1 => (
            WaitCode::RetryBackoff,
            format!("attempt {} starts in {seconds} s", row.attempt),
        ),
        _ => (WaitCode::NotBefore, format!("it starts in {seconds} s")),
    };
    WaitReason {
        clears_at: Some(not_before),
        ..reason(code, text)
    }
}

/// A limit that is used up: by live runs, over time, or both.
fn in_words(short: &Shortage) -> Vec<WaitReason> {
    let mut reasons = Vec::new();
    let kind = short.key.kind.name();
    let name = &short.key.name;
    if let Some(capacity) = short.capacity {
        let used = short.held_by.len();
        let text = format!("{kind} `{name}` is at its limit, {used} of {capacity}");
        reasons.push(WaitReason {
            blocked_by: short.held_by.clone(),
            ..reason(WaitCode::ResourceFull, text)
        });
    }
    if let Some(refills_at) = short.refills_at {
        let text = format!("{kind} `{name}` lets no more runs start for a while");
        reasons.push(WaitReason {
            clears_at: Some(refills_at),
            ..reason(WaitCode::RateLimited, text)
        });
    }
    reasons
}

#[cfg(test)]
mod tests {
    use drover_model::{Move, Settings};

    use super::*;
    use crate::MoveDetail;
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
    fn a_run_that_could_not_begin_says_what_it_waits_for() {
        let database = database();
        let mut writing = database.writing();
        writing.insert_run(&run(1, None)).unwrap();
        let id = RunId::from_bits(1);
        let mut requeued = |attempt, reason: &str| {
            writing.tick(at(60)).unwrap();
            writing.claim(id, at(60), "m").unwrap().unwrap();
            let detail = MoveDetail {
                reason: Some(reason.to_owned()),
                not_before: Some(at(60)),
                ..MoveDetail::at(at(50))
            };
            writing.advance(id, attempt, Move::Requeue, detail).unwrap();
            let run = database.reading().run(id, at(55)).unwrap();
            run.unwrap().waits_because.unwrap()
        };
        assert_eq!(
            requeued(1, "vault_locked"),
            "the keychain is locked; Drover looks again in 5 s"
        );
        assert_eq!(
            requeued(2, "profile_in_use"),
            "its profile is open in another browser; Drover looks again in 5 s"
        );
        assert_eq!(requeued(3, "exit_code"), "attempt 4 starts in 5 s");
    }

    #[test]
    fn a_waiting_run_says_why() {
        let database = database();
        let mut writing = database.writing();
        for number in [1, 2] {
            writing.insert_run(&run(number, Some(1))).unwrap();
        }
        writing.insert_run(&run(3, None)).unwrap();
        let why = |number| {
            let run = database
                .reading()
                .run(RunId::from_bits(number), at(50))
                .unwrap();
            run.unwrap().waits_because
        };
        assert_eq!(why(1), None, "nothing keeps it");
        assert_eq!(why(2).unwrap(), "1 more run of profile `anna` first");
        writing
            .claim(RunId::from_bits(1), at(50), "m")
            .unwrap()
            .unwrap();
        let short = RunId::from_bits(1).short();
        assert_eq!(
            why(2).unwrap(),
            format!("profile `anna` is in use by run {short}")
        );
        let settings = Settings {
            workers: 1,
            ..Settings::default()
        };
        writing.put_settings(&settings).unwrap();
        assert_eq!(why(3).unwrap(), "1 of 1 workers are busy");
        let later = crate::NewRun {
            not_before: Some(at(60)),
            ..run(4, None)
        };
        writing.insert_run(&later).unwrap();
        assert_eq!(why(4).unwrap(), "it starts in 10 s");
        writing.pause(true).unwrap();
        assert_eq!(why(3).unwrap(), "the queue is paused");
    }
}
