//! From what the planner decided to the rows that are stored.

use std::collections::BTreeMap;

use drover_model::{
    BatchId, Priority, RunId, RunState, Task,
    schedule::{Reason, Words},
};
use drover_store::{NewBatch, NewRun, NewSkip, Origin, Pass};
use jiff::Timestamp;

use super::{
    known::Known,
    starts::{Prepared, StartItem, Unplanned},
};
use crate::schedule::{Blocker, Row, Verdict, spread_starts};

/// Makes rows of one schedule at one moment.
pub(super) struct Rows<'a, N: Fn() -> u128> {
    known: &'a Known,
    task: &'a Task,
    now: Timestamp,
    new_id: N,
}

/// A start of which nothing can be planned is skipped; what was not to start stays as it was judged.
pub(super) fn cannot_plan(rows: Vec<Row>) -> Vec<Row> {
    rows.into_iter()
        .map(|row| match row.verdict {
            Verdict::Queue { .. } => Row {
                verdict: Verdict::Skip {
                    reason: Reason::CannotPlan,
                    blocker: None,
                },
                ..row
            },
            _ => row,
        })
        .collect()
}

/// Names the look at that moment, which finds times missed.
pub(super) fn look_of(now: Timestamp) -> u64 {
    u64::try_from(now.as_millisecond()).unwrap_or_default()
}

impl<'a, N: Fn() -> u128> Rows<'a, N> {
    pub(super) const fn new(known: &'a Known, task: &'a Task, now: Timestamp, new_id: N) -> Self {
        Self {
            known,
            task,
            now,
            new_id,
        }
    }

    /// Rows of a start that was looked up.
    pub(super) fn write(
        &mut self,
        rows: &[Row],
        prepared: &impl Prepared,
        items: &[StartItem],
        pass: &mut Pass,
    ) {
        let starts: BTreeMap<&str, Vec<Timestamp>> = self.spreads(rows, items.len());
        let mut batches: BTreeMap<&str, BatchId> = BTreeMap::new();
        // By occurrence and item, for those that run one behind the other.
        let mut queued: BTreeMap<(&str, &str), RunId> = BTreeMap::new();
        for row in rows {
            let Verdict::Queue {
                not_before,
                expires,
                behind,
                missed,
            } = &row.verdict
            else {
                let skip = self.skip(row, None);
                pass.skips.push(skip);
                continue;
            };
            let id = RunId::from_bits((self.new_id)());
            let index = items.iter().position(|item| item.key == row.item);
            let index = index.expect("BUG: the planner names items that it was given");
            let plan = match prepared.plan(index, id) {
                Ok(plan) => plan,
                Err(why) => {
                    let skip = self.skip(row, Some(&why));
                    pass.skips.push(skip);
                    continue;
                }
            };
            let batch_id = (items.len() > 1).then(|| {
                *batches
                    .entry(&row.occurrence)
                    .or_insert_with(|| BatchId::from_bits((self.new_id)()))
            });
            let behind = behind.as_ref().and_then(|blocker| match blocker {
                Blocker::Run(run) => Some(*run),
                Blocker::Planned(occurrence) => queued
                    .get(&(occurrence.as_str(), row.item.as_str()))
                    .copied(),
            });
            queued.insert((&row.occurrence, &row.item), id);
            let spread = starts
                .get(row.occurrence.as_str())
                .and_then(|starts| starts.get(index).copied());
            pass.runs.push(NewRun {
                id,
                task_id: self.task.id,
                task_version: self.task.version,
                profile_id: items[index].profile,
                plan,
                request_id: None,
                rerun_of: None,
                queued_at: self.now,
                priority: Priority::NORMAL,
                not_before: Some(spread.unwrap_or(*not_before).max(*not_before)),
                origin: Origin {
                    schedule_id: Some(self.known.stored.id),
                    batch_id,
                    occurrence: row.occurrence.clone(),
                    item: row.item.clone(),
                    nominal: Some(row.nominal),
                    expires: *expires,
                    behind,
                    gate: None,
                    follows: None,
                    look: missed.then(|| look_of(self.now)),
                },
            });
        }
        let sizes = pass.runs.iter().fold(BTreeMap::new(), |mut sizes, run| {
            *sizes.entry(run.origin.batch_id).or_insert(0_u32) += 1;
            sizes
        });
        for id in batches.into_values() {
            let total = sizes.get(&Some(id)).copied().unwrap_or(0);
            pass.batches.push(self.batch(id, prepared.over(), total));
        }
    }

    /// When each item of a start may begin, for starts that are spread over a period.
    fn spreads<'r>(&self, rows: &'r [Row], items: usize) -> BTreeMap<&'r str, Vec<Timestamp>> {
        let Some(period) = self.known.stored.spec.batch.spread.filter(|_| items > 1) else {
            return BTreeMap::new();
        };
        let count = u32::try_from(items).unwrap_or(u32::MAX);
        let mut starts = BTreeMap::new();
        for row in rows {
            if let Verdict::Queue { not_before, .. } = &row.verdict {
                starts.entry(&*row.occurrence).or_insert_with(|| {
                    spread_starts(*not_before, period.duration(), count).collect()
                });
            }
        }
        starts
    }

    fn batch(&self, id: BatchId, over: String, total: u32) -> NewBatch {
        NewBatch {
            id,
            task_id: self.task.id,
            schedule_id: Some(self.known.stored.id),
            over,
            limits: self.known.stored.spec.batch,
            total,
            request_id: None,
            retry_of: None,
            created_at: self.now,
        }
    }

    /// Rows of a start that cannot be planned.
    pub(super) fn write_unplanned(&mut self, rows: &[Row], why: &Unplanned, pass: &mut Pass) {
        for row in rows {
            let skip = self.skip(row, Some(why));
            pass.skips.push(skip);
        }
    }

    fn skip(&self, row: &Row, why: Option<&Unplanned>) -> NewSkip {
        let (state, reason, message) = match (&row.verdict, why) {
            (Verdict::Skip { reason, .. }, Some(why)) if *reason == Reason::CannotPlan => {
                (RunState::Skipped, *reason, why.to_string())
            }
            (Verdict::Queue { .. }, why) => {
                let why = why.map(ToString::to_string).unwrap_or_default();
                (RunState::Skipped, Reason::CannotPlan, why)
            }
            (Verdict::Skip { reason, blocker }, _) => {
                let run = match blocker {
                    Some(Blocker::Run(run)) => Some(*run),
                    _ => None,
                };
                (RunState::Skipped, *reason, Words::kept(*reason, run))
            }
            (Verdict::Expire, _) => {
                let reason = Reason::StartDeadline;
                (RunState::Expired, reason, Words::kept(reason, None))
            }
        };
        let was_missed = matches!(
            reason,
            Reason::Missed | Reason::TooOld | Reason::StartDeadline
        );
        NewSkip {
            id: RunId::from_bits((self.new_id)()),
            schedule_id: self.known.stored.id,
            task_id: self.task.id,
            task_version: self.task.version,
            kind: self.task.spec.work.kind().key(),
            state,
            reason: reason.code(),
            message,
            occurrence: row.occurrence.clone(),
            item: row.item.clone(),
            nominal: Some(row.nominal),
            first: Some(row.first),
            covers: row.covers,
            follows: None,
            look: was_missed.then(|| look_of(self.now)),
        }
    }
}
