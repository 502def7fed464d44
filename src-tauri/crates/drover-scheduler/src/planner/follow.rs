//! Starts that follow an end: what the store noted with the end becomes rows.

use drover_model::{
    BatchId, Priority, RunId, RunState, ScheduleId, Task,
    schedule::{Language, Reason, When},
};
use drover_store::{NewBatch, NewRun, NewSkip, Origin, Pass, Store, Upstream};
use jiff::Timestamp;

use super::{
    error::{Error, Result},
    known::Known,
    look::judged,
    starts::{Prepared, Starts, Unplanned},
};
use crate::schedule::{
    Zones,
    follow::{self, Following, NotFollowed},
    follows, judge_one, occurrence_of,
};

/// Ends that are followed in one turn.
const AT_ONCE: u32 = 256;

/// What is to be followed.
pub(super) async fn waiting(store: &Store) -> Result<Vec<(ScheduleId, RunId)>> {
    Ok(store.read(|db| db.follows(AT_ONCE)).await?)
}

/// What is written for an end; nothing but the forgetting when the schedule does not follow it.
pub(super) async fn after_end<S: Starts>(
    store: &Store,
    starts: &S,
    known: &Known,
    run: RunId,
    now: Timestamp,
) -> Result<Pass> {
    let mut pass = forgetting(known, run);
    let (id, task_id) = (known.stored.id, known.stored.task_id);
    let (upstream, task, live) = store
        .read(move |db| {
            Ok((
                db.upstream(run)?,
                db.task(task_id, None)?,
                db.live_of_schedule(id)?,
            ))
        })
        .await?;
    let (Some(upstream), Some(task)) = (upstream, task) else {
        return Ok(pass);
    };
    let chain = Chain {
        known,
        task: &task,
        run,
        depth: upstream.depth + 1,
        now,
        new_id: &|| starts.new_id(now),
    };
    let following = match followed(known, &upstream) {
        Ok(Some(following)) => following,
        Ok(None) => return Ok(pass),
        Err(error) => {
            let occurrence = occurrence_of(run);
            let skip = chain.skip(Reason::ChainTooLong, error.to_string(), &occurrence, "");
            pass.skips.push(skip);
            return Ok(pass);
        }
    };
    let prepared = if task.removed_at.is_some() {
        Err(Unplanned::Problem(format!(
            "task `{}` was removed",
            task.spec.name
        )))
    } else {
        let profile = following.profile;
        starts
            .prepare(&known.stored, task.clone(), Some(&upstream), profile)
            .await
    };
    match prepared {
        Ok(prepared) => {
            let items = prepared.items();
            let judged = judged(&items, &live, known.policy.overlap_scope);
            chain.start(&prepared, &judged, &following, &mut pass);
        }
        Err(Unplanned::Later(why)) => return Err(Error::Later(why)),
        Err(why) => {
            let words = why.to_string();
            let skip = chain.skip(Reason::CannotPlan, words, &following.occurrence, "");
            pass.skips.push(skip);
        }
    }
    Ok(pass)
}

/// A pass that moves no cursor and forgets the end.
fn forgetting(known: &Known, run: RunId) -> Pass {
    Pass {
        schedule: known.stored.id,
        version: known.stored.version,
        before: known.stored.cursor,
        cursor: known.stored.cursor,
        cursor_local: known.stored.cursor_local,
        tzdb: Zones::version().to_owned(),
        batches: Vec::new(),
        runs: Vec::new(),
        skips: Vec::new(),
        cancel: Vec::new(),
        followed: Some(run),
    }
}

fn followed(
    known: &Known,
    upstream: &Upstream,
) -> std::result::Result<Option<Following>, NotFollowed> {
    let When::After { on, scope, .. } = &known.stored.spec.when else {
        return Ok(None);
    };
    let batch = upstream
        .batch
        .as_ref()
        .map(|(batch, states)| (batch.to_string(), states));
    let end = follow::Upstream {
        run: upstream.run,
        state: upstream.state,
        profile: upstream.profile_id,
        batch: batch
            .as_ref()
            .map(|(batch, states)| (batch.as_str(), states.as_slice())),
        depth: upstream.depth,
    };
    follows(*on, *scope, &end)
}

/// What the rows of one following start have in common.
struct Chain<'a> {
    known: &'a Known,
    task: &'a Task,
    /// The run that is followed.
    run: RunId,
    depth: u32,
    now: Timestamp,
    new_id: &'a (dyn Fn() -> u128 + Sync),
}

impl Chain<'_> {
    fn start(
        &self,
        prepared: &impl Prepared,
        judged: &[crate::schedule::Item],
        following: &Following,
        pass: &mut Pass,
    ) {
        let occurrence = &following.occurrence;
        let items = prepared.items();
        let batch = (items.len() > 1).then(|| BatchId::from_bits((self.new_id)()));
        let policy = &self.known.policy;
        for (index, item) in items.iter().enumerate() {
            match judge_one(&judged[index], policy.overlap, policy.overlap_max) {
                Ok(give_way) => pass.cancel.extend(give_way),
                Err((reason, blocker)) => {
                    let blocker = blocker.map(|run| format!(": run {}", run.short()));
                    let words = Language::default().words().reason(reason);
                    let words = format!("{words}{}", blocker.unwrap_or_default());
                    let skip = self.skip(reason, words, occurrence, &item.key);
                    pass.skips.push(skip);
                    continue;
                }
            }
            let id = RunId::from_bits((self.new_id)());
            match prepared.plan(index, id) {
                Ok(plan) => pass.runs.push(NewRun {
                    id,
                    task_id: self.task.id,
                    task_version: self.task.version,
                    profile_id: item.profile,
                    plan,
                    request_id: None,
                    rerun_of: None,
                    queued_at: self.now,
                    priority: Priority::NORMAL,
                    not_before: Some(self.not_before()),
                    origin: Origin {
                        schedule_id: Some(self.known.stored.id),
                        batch_id: batch,
                        occurrence: occurrence.clone(),
                        item: item.key.clone(),
                        expires: self.expires(),
                        follows: Some((self.run, self.depth)),
                        ..Origin::default()
                    },
                }),
                Err(why) => {
                    let words = why.to_string();
                    let skip = self.skip(Reason::CannotPlan, words, occurrence, &item.key);
                    pass.skips.push(skip);
                }
            }
        }
        pass.cancel.sort_unstable();
        pass.cancel.dedup();
        pass.batches.extend(batch.map(|id| NewBatch {
            id,
            task_id: self.task.id,
            schedule_id: Some(self.known.stored.id),
            over: prepared.over(),
            limits: self.known.stored.spec.batch,
            total: u32::try_from(pass.runs.len()).unwrap_or(u32::MAX),
            request_id: None,
            retry_of: None,
            created_at: self.now,
        }));
    }

    /// Outside of the schedule's windows it waits for the next one.
    fn not_before(&self) -> Timestamp {
        let table = self.known.table.as_ref();
        table
            .and_then(|table| table.opens_at(self.now))
            .unwrap_or(self.now)
    }

    fn expires(&self) -> Option<Timestamp> {
        let deadline = self.known.stored.spec.start_deadline?;
        self.now.saturating_add(deadline.duration()).ok()
    }

    fn skip(&self, reason: Reason, message: String, occurrence: &str, item: &str) -> NewSkip {
        NewSkip {
            id: RunId::from_bits((self.new_id)()),
            schedule_id: self.known.stored.id,
            task_id: self.task.id,
            task_version: self.task.version,
            kind: self.task.spec.work.kind().key(),
            state: RunState::Skipped,
            reason: reason.code(),
            message,
            occurrence: occurrence.to_owned(),
            item: item.to_owned(),
            nominal: None,
            first: None,
            covers: 1,
            follows: Some((self.run, self.depth)),
            look: None,
        }
    }
}
