//! Starts that follow an end: what the store noted with the end becomes rows.

use std::collections::BTreeSet;

use drover_model::{
    BatchId, Priority, RunId, RunState, ScheduleId, Task,
    schedule::{AfterScope, Reason, When, Words},
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
    follow::{self, Following, NotFollowed},
    follows, judge_one, occurrence_of, spread_starts,
};

/// Ends that are followed in one turn.
pub(super) const AT_ONCE: u32 = 256;

/// An end that a schedule follows.
pub(super) type End = (ScheduleId, RunId);

/// What is to be followed, from the end after `after` on.
pub(super) async fn waiting(store: &Store, after: Option<End>) -> Result<Vec<End>> {
    Ok(store.read(move |db| db.follows(after, AT_ONCE)).await?)
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
    let (Some(mut upstream), Some(task)) = (upstream, task) else {
        return Ok(pass);
    };
    let ended = upstream.ended_at.unwrap_or(now);
    let chain = Chain {
        known,
        task: &task,
        run,
        depth: upstream.depth + 1,
        ended,
        now,
        new_id: &|| starts.new_id(now),
    };
    let following = match followed(known, &upstream, ended) {
        Ok(Some(following)) => following,
        Ok(None) => return Ok(pass),
        Err(NotFollowed::TooDeep) => {
            let occurrence = occurrence_of(run);
            let words = Words::kept(Reason::ChainTooLong, None);
            let skip = chain.skip(Reason::ChainTooLong, words, &occurrence, "");
            pass.skips.push(skip);
            return Ok(pass);
        }
    };
    let occurrence = following.occurrence.clone();
    if store.read(move |db| db.has_rows(id, &occurrence)).await? {
        // Several runs of a batch ended at once, and the first of them was followed for all.
        return Ok(pass);
    }
    if follows_whole_batch(known) && upstream.batch.is_some() {
        // None of many runs speaks for all of them.
        upstream.outputs.clear();
    }
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
    let prepared = match (prepared, chain.opens()) {
        (Ok(prepared), Some(opens)) => Ok((prepared, opens)),
        (Ok(_), None) => {
            let words = "no window of the schedule opens again";
            Err(Unplanned::Problem(words.to_owned()))
        }
        (Err(why), _) => Err(why),
    };
    match prepared {
        Ok((prepared, opens)) => {
            let items = prepared.items();
            let judged = judged(&items, &live, known.policy.overlap_scope);
            chain.start(&prepared, &judged, (&following, opens), &mut pass);
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

/// Ends that came in a pause which was over at `until`: one row for those that would have been followed.
pub(super) async fn paused_ends<S: Starts>(
    store: &Store,
    starts: &S,
    known: &Known,
    (until, now): (Timestamp, Timestamp),
    pass: &mut Pass,
) -> Result<()> {
    let (id, task_id) = (known.stored.id, known.stored.task_id);
    let (ends, task) = store
        .read(move |db| {
            let mut ends = Vec::new();
            for run in db.follows_until(id, until)? {
                ends.push((run, db.upstream(run)?));
            }
            Ok((ends, db.task(task_id, None)?))
        })
        .await?;
    pass.followed.extend(ends.iter().map(|(run, _)| *run));
    let mut occurrences = BTreeSet::new();
    let mut last = None;
    for upstream in ends.iter().filter_map(|(_, upstream)| upstream.as_ref()) {
        let ended = upstream.ended_at.unwrap_or(until);
        if let Ok(Some(following)) = followed(known, upstream, ended)
            && occurrences.insert(following.occurrence.clone())
        {
            last = Some((upstream, ended, following));
        }
    }
    let (Some((upstream, ended, following)), Some(task)) = (last, task) else {
        return Ok(());
    };
    let chain = Chain {
        known,
        task: &task,
        run: upstream.run,
        depth: following.depth,
        ended,
        now,
        new_id: &|| starts.new_id(now),
    };
    let words = Words::kept(Reason::Paused, None);
    let skip = chain.skip(Reason::Paused, words, &following.occurrence, "");
    pass.skips.push(NewSkip {
        covers: u32::try_from(occurrences.len()).unwrap_or(u32::MAX),
        ..skip
    });
    Ok(())
}

/// A pass that moves no cursor and forgets the end.
fn forgetting(known: &Known, run: RunId) -> Pass {
    Pass {
        schedule: known.stored.id,
        version: known.stored.version,
        before: known.stored.cursor,
        cursor: known.stored.cursor,
        cursor_local: known.stored.cursor_local,
        tzdb: known.tzdb.clone(),
        batches: Vec::new(),
        runs: Vec::new(),
        skips: Vec::new(),
        cancel: Vec::new(),
        followed: vec![run],
        missed: None,
    }
}

fn follows_whole_batch(known: &Known) -> bool {
    matches!(
        known.stored.spec.when,
        When::After {
            scope: AfterScope::Batch,
            ..
        }
    )
}

/// What follows a run that ended then, if anything does. Before the schedule's start date and after its end nothing does.
fn followed(
    known: &Known,
    upstream: &Upstream,
    ended: Timestamp,
) -> std::result::Result<Option<Following>, NotFollowed> {
    let When::After { on, scope, .. } = &known.stored.spec.when else {
        return Ok(None);
    };
    let table = known.table.as_ref();
    if !table.is_none_or(|table| table.is_within(ended)) {
        return Ok(None);
    }
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
    /// When that run ended.
    ended: Timestamp,
    now: Timestamp,
    new_id: &'a (dyn Fn() -> u128 + Sync),
}

impl Chain<'_> {
    fn start(
        &self,
        prepared: &impl Prepared,
        judged: &[crate::schedule::Item],
        (following, opens): (&Following, Timestamp),
        pass: &mut Pass,
    ) {
        let occurrence = &following.occurrence;
        let items = prepared.items();
        let starts = self.starts(opens, items.len());
        let batch = (items.len() > 1).then(|| BatchId::from_bits((self.new_id)()));
        let policy = &self.known.policy;
        for (index, item) in items.iter().enumerate() {
            match judge_one(&judged[index], policy.overlap, policy.overlap_max) {
                Ok(give_way) => pass.cancel.extend(give_way),
                Err((reason, blocker)) => {
                    let words = Words::kept(reason, blocker);
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
                    not_before: Some(starts[index]),
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

    /// When a start may happen: after its jitter, and outside of the schedule's windows in the next one. None when the
    /// schedule is over before.
    fn opens(&self) -> Option<Timestamp> {
        let Some(table) = &self.known.table else {
            return Some(self.now);
        };
        let wanted = table.not_before(self.ended).max(self.now);
        let is_left = |opens: &Timestamp| *opens == wanted || table.is_within(*opens);
        table.opens_at(wanted).filter(is_left)
    }

    /// When each run of a start may begin.
    fn starts(&self, opens: Timestamp, count: usize) -> Vec<Timestamp> {
        match self.known.stored.spec.batch.spread {
            Some(period) if count > 1 => {
                let count = u32::try_from(count).unwrap_or(u32::MAX);
                spread_starts(opens, period.duration(), count).collect()
            }
            _ => vec![opens; count],
        }
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
