//! Why a queued run waits.

use drover_model::{
    BatchId, Pause, PoolId, ProfileId, ProxyId, RunId, RunRow, RunState, WaitCode, WaitReason,
    proxy::NoMember, schedule::EndedAs,
};
use jiff::{SignedDuration, Timestamp};

use super::{gate::wanted, limit::Shortage, pause::STANDS_ASIDE, run::between};
use crate::{
    Conditions, Error, MemoryShort, Moment, Result, Snapshot,
    column::{Ms, Text, Word},
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
    pub(super) fn waits_because(&self, row: &RunRow, moment: &Moment) -> Result<Option<String>> {
        Ok(self
            .reasons(row, moment)?
            .into_iter()
            .next()
            .map(|reason| reason.text))
    }

    pub(super) fn reasons(&self, row: &RunRow, moment: &Moment) -> Result<Vec<WaitReason>> {
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

fn reason(code: WaitCode, text: String) -> WaitReason {
    WaitReason {
        code,
        text,
        blocked_by: Vec::new(),
        clears_at: None,
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

/// Why nothing at all starts.
fn closed(conditions: &Conditions) -> Vec<WaitReason> {
    let mut reasons = Vec::new();
    if let Some(problem) = &conditions.storage_error {
        let text = format!("the database cannot be written: {problem}");
        reasons.push(reason(WaitCode::StorageError, text));
    }
    if let Some(free) = conditions.disk_low {
        let text = format!(
            "only {} MB are free on the disk; nothing new starts",
            free / 1_000_000
        );
        reasons.push(reason(WaitCode::DiskLow, text));
    }
    if conditions.draining {
        let text = "Drover is quitting; nothing new starts".to_owned();
        reasons.push(reason(WaitCode::Draining, text));
    }
    reasons
}

/// What of the machine keeps the browser of a profile from starting.
fn machine(row: &RunRow, conditions: &Conditions) -> Vec<WaitReason> {
    let (Some(id), Some(name)) = (row.profile_id, &row.profile) else {
        return Vec::new();
    };
    let mut reasons = Vec::new();
    if let Some(who) = conditions.busy_profiles.get(&id) {
        let text = format!("profile `{name}` is in use: {who}");
        reasons.push(reason(WaitCode::ProfileBusy, text));
    }
    if let Some(MemoryShort { free, needed }) = conditions.memory_short {
        let text = format!("{free} MB of memory are free, and a browser needs {needed} MB");
        reasons.push(reason(WaitCode::MemoryLow, text));
    }
    reasons
}

/// A pause, in words.
fn paused(pause: &Pause) -> WaitReason {
    let what = match pause.what.name() {
        None => "the queue".to_owned(),
        Some(name) => format!("{} `{name}`", pause.what.scope().name()),
    };
    let note = match pause.note.as_str() {
        "" => String::new(),
        note => format!(": {note}"),
    };
    WaitReason {
        clears_at: pause.until,
        ..reason(WaitCode::Paused, format!("{what} is paused{note}"))
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
            format!("its profile is in use by another browser; Drover looks again in {seconds} s"),
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
    use WaitCode::{NotBefore, Paused, ResourceFull};
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
            requeued(1, "profile_in_use"),
            "its profile is in use by another browser; Drover looks again in 5 s"
        );
        assert_eq!(requeued(2, "exit_code"), "attempt 3 starts in 5 s");
    }

    #[test]
    fn what_no_row_says_is_said_as_well() {
        let database = database();
        let mut writing = database.writing();
        writing.insert_run(&run(1, Some(1))).unwrap();
        let mut without = run(2, None);
        without.plan.tokens.clear();
        writing.insert_run(&without).unwrap();
        let mut conditions = Conditions {
            vault_locked: true,
            ..Conditions::default()
        };
        let ids = [1, 2].map(RunId::from_bits);
        let moment = |conditions: &Conditions| Moment {
            now: at(50),
            conditions: conditions.clone(),
        };
        let code = |run, conditions: &Conditions| {
            let why = writing.why(run, moment(conditions)).unwrap();
            why.first().map(|reason| reason.code)
        };
        assert_eq!(code(ids[0], &conditions), Some(WaitCode::VaultLocked));
        assert_eq!(code(ids[1], &conditions), None, "it needs no secret");
        let may = |conditions: &Conditions| writing.claimable(moment(conditions), 9).unwrap();
        assert_eq!(may(&conditions), [ids[1]]);
        conditions = Conditions::default();
        assert_eq!(may(&conditions), ids);
        conditions.disk_low = Some(800_000_000);
        assert_eq!(code(ids[0], &conditions), Some(WaitCode::DiskLow));
        assert_eq!(may(&conditions), []);
        conditions = Conditions {
            storage_error: Some("the disk is full".to_owned()),
            draining: true,
            ..Conditions::default()
        };
        let why = writing.why(ids[1], moment(&conditions)).unwrap();
        assert_eq!(
            why.iter().map(|reason| reason.code).collect::<Vec<_>>(),
            [WaitCode::StorageError, WaitCode::Draining]
        );
    }

    #[test]
    fn a_profile_that_somebody_has_open_and_short_memory_keep_runs_in_line() {
        let database = database();
        let mut writing = database.writing();
        writing.insert_run(&run(1, Some(1))).unwrap();
        writing.insert_run(&run(2, None)).unwrap();
        let [first, second] = [1, 2].map(RunId::from_bits);
        let open = Conditions {
            busy_profiles: [(ProfileId::from_bits(1), "its window is open".to_owned())].into(),
            ..Conditions::default()
        };
        let short = Conditions {
            memory_short: Some(MemoryShort {
                free: 310,
                needed: 400,
            }),
            ..Conditions::default()
        };
        for (conditions, code, text) in [
            (
                open,
                WaitCode::ProfileBusy,
                "profile `anna` is in use: its window is open",
            ),
            (
                short,
                WaitCode::MemoryLow,
                "310 MB of memory are free, and a browser needs 400 MB",
            ),
        ] {
            let moment = Moment {
                now: at(50),
                conditions,
            };
            let may = writing.claimable(moment.clone(), 9).unwrap();
            assert_eq!(may, [second], "it needs no browser");
            let why = writing.why(first, moment.clone()).unwrap();
            assert_eq!((why[0].code, why[0].text.as_str()), (code, text));
            assert_eq!(writing.why(second, moment).unwrap(), []);
        }
    }

    #[test]
    fn what_is_expected_to_end_last_comes_first() {
        let database = database();
        let mut writing = database.writing();
        let limit = "tag:eu".parse().unwrap();
        let busy = drover_model::Profile {
            tags: vec!["eu".to_owned()],
            ..profile(1, "anna")
        };
        writing.update_profile(&busy).unwrap();
        writing
            .set_limit(&limit, Some(0.try_into().unwrap()), None)
            .unwrap();
        let codes = |writing: &crate::Writing<'_>, number| {
            let why = writing.why(RunId::from_bits(number), at(50)).unwrap();
            why.iter().map(|reason| reason.code).collect::<Vec<_>>()
        };
        for (number, seconds) in [(1, 55), (2, 4_000)] {
            let later = crate::NewRun {
                not_before: Some(at(seconds)),
                ..run(number, Some(1))
            };
            writing.insert_run(&later).unwrap();
        }
        assert_eq!(codes(&writing, 1), [ResourceFull, NotBefore]);
        assert_eq!(codes(&writing, 2), [NotBefore, ResourceFull]);
        writing.pause(true).unwrap();
        assert_eq!(codes(&writing, 2), [Paused, NotBefore, ResourceFull]);
    }

    #[test]
    fn a_run_whose_time_came_while_nobody_looked_waits_for_what_really_keeps_it() {
        let database = database();
        let mut writing = database.writing();
        writing.insert_run(&run(1, None)).unwrap();
        writing
            .claim(RunId::from_bits(1), at(5), "m")
            .unwrap()
            .unwrap();
        let settings = Settings {
            workers: 1,
            ..Settings::default()
        };
        writing.put_settings(&settings).unwrap();
        let later = crate::NewRun {
            not_before: Some(at(20)),
            ..run(2, None)
        };
        writing.insert_run(&later).unwrap();
        let why = writing.why(RunId::from_bits(2), at(50)).unwrap();
        assert_eq!(why[0].code, WaitCode::WorkersFull);
    }

    #[test]
    fn a_run_behind_another_says_which_and_one_of_an_open_batch_that_it_is_open() {
        let database = database();
        let mut writing = database.writing();
        writing.insert_run(&run(1, Some(1))).unwrap();
        let behind = |number, earlier: u128| crate::NewRun {
            not_before: Some(at(2)),
            origin: crate::Origin {
                behind: Some(RunId::from_bits(earlier)),
                ..crate::Origin::default()
            },
            ..run(number, None)
        };
        writing.insert_run(&behind(2, 1)).unwrap();
        writing.tick(at(50)).unwrap();
        let why = |writing: &crate::Writing<'_>, number| {
            let why = writing.why(RunId::from_bits(number), at(50)).unwrap();
            let found = why.into_iter().next();
            found.map(|reason| (reason.code, reason.text, reason.blocked_by))
        };
        let first = RunId::from_bits(1);
        let text = format!("run {} of task `t` ends first", first.short());
        assert_eq!(
            why(&writing, 2),
            Some((WaitCode::Dependency, text, vec![first]))
        );
        let ended = Move::End {
            ended: drover_model::Ended::Cancelled,
        };
        writing
            .advance(first, 1, ended, MoveDetail::at(at(50)))
            .unwrap();
        writing.tick(at(50)).unwrap();
        assert_eq!(why(&writing, 2), None);

        let batch = crate::NewBatch {
            id: BatchId::from_bits(1),
            task_id: drover_model::TaskId::from_bits(1),
            schedule_id: None,
            over: "2 profiles".to_owned(),
            limits: drover_model::schedule::BatchSpec::default(),
            total: 2,
            request_id: None,
            retry_of: None,
            created_at: at(3),
        };
        writing.insert_batch(&batch, false).unwrap();
        let one = crate::NewRun {
            not_before: Some(at(3)),
            origin: crate::Origin {
                batch_id: Some(batch.id),
                ..crate::Origin::default()
            },
            ..run(3, Some(1))
        };
        writing.insert_run(&one).unwrap();
        let (code, text, _) = why(&writing, 3).unwrap();
        assert_eq!(
            (code, text.as_str()),
            (
                WaitCode::Dependency,
                "the rest of its batch is still being queued"
            )
        );
        writing.seal_batch(batch.id).unwrap();
        assert_eq!(why(&writing, 3), None);
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
