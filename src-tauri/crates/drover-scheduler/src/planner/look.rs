//! One look at one schedule: from its times that have come to what is to be written.

use drover_model::{
    ScheduleId, Task,
    schedule::{MissedReport, OverlapScope},
};
use drover_store::{LiveItem, Pass, Store};
use jiff::Timestamp;

use super::{
    error::{Error, Result},
    follow::paused_ends,
    known::Known,
    rows::{Rows, cannot_plan, look_of},
    starts::{Prepared, StartItem, Starts, Unplanned},
};
use crate::schedule::{Item, Live, Moment, Planned, Wake, missed_report, plan};

/// What a look comes to.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) schedule: ScheduleId,
    /// Nothing when nothing was due.
    pub(super) pass: Option<Pass>,
    /// How many rows it has.
    pub(super) rows: usize,
    pub(super) next: Option<Timestamp>,
}

/// Looks at a schedule that is not paused.
pub(super) async fn look<S: Starts>(
    store: &Store,
    starts: &S,
    known: &Known,
    moment: Moment,
) -> Result<Look> {
    let id = known.stored.id;
    let nothing = |next| Look {
        schedule: id,
        pass: None,
        rows: 0,
        next,
    };
    let Some(table) = &known.table else {
        return Ok(nothing(None));
    };
    // Without items only the times are looked at, which says whether anything is due.
    let glance = plan(table, &known.policy, known.cursor(), moment, &[]);
    let is_moved = glance.cursor != known.cursor();
    if !is_moved && known.stored.resumed.is_none() {
        return Ok(nothing(glance.next));
    }
    let pass = |planned: &Planned| Pass {
        schedule: id,
        version: known.stored.version,
        before: known.stored.cursor,
        cursor: planned.cursor.at,
        cursor_local: planned.cursor.local,
        tzdb: known.tzdb.clone(),
        batches: Vec::new(),
        runs: Vec::new(),
        skips: Vec::new(),
        cancel: planned.cancel.clone(),
        followed: Vec::new(),
        missed: None,
    };
    let is_turned_back = glance.cursor.at < known.cursor().at;
    if !is_moved || is_turned_back {
        let mut written = pass(&glance);
        if let (true, Wake::Resumed { until }) = (known.follows(), moment.wake) {
            paused_ends(store, starts, known, (until, moment.now), &mut written).await?;
        }
        return Ok(Look {
            pass: Some(written),
            ..nothing(glance.next)
        });
    }
    let task_id = known.stored.task_id;
    let task: Option<Task> = store.read(move |db| db.task(task_id, None)).await?;
    let Some(task) = task else {
        return Ok(nothing(None));
    };
    let live = store.read(move |db| db.live_of_schedule(id)).await?;
    let prepared = if task.removed_at.is_some() {
        Err(Unplanned::Problem(format!(
            "task `{}` was removed",
            task.spec.name
        )))
    } else {
        starts
            .prepare(&known.stored, task.clone(), None, None)
            .await
    };
    let start_items = match &prepared {
        Ok(prepared) => prepared.items(),
        Err(Unplanned::Later(why)) => return Err(Error::Later(why.clone())),
        Err(_) => vec![StartItem {
            key: String::new(),
            profile: None,
        }],
    };
    let items = judged(&start_items, &live, known.policy.overlap_scope);
    let mut planned = plan(table, &known.policy, known.cursor(), moment, &items);
    let mut written = pass(&planned);
    let mut rows = Rows::new(known, &task, moment.now, || starts.new_id(moment.now));
    match &prepared {
        Ok(prepared) => rows.write(&planned.rows, prepared, &start_items, &mut written),
        Err(why) => {
            // What cannot be planned must not end what runs.
            written.cancel.clear();
            planned.rows = cannot_plan(planned.rows);
            rows.write_unplanned(&planned.rows, why, &mut written);
        }
    }
    written.missed = missed_report(&planned.rows).map(|report| MissedReport {
        look: look_of(moment.now),
        ..report
    });
    Ok(Look {
        schedule: id,
        pass: Some(written),
        rows: planned.rows.len(),
        next: planned.next,
    })
}

/// Each item with the live runs that it is judged by.
pub(super) fn judged(items: &[StartItem], live: &[LiveItem], scope: OverlapScope) -> Vec<Item> {
    let of = |key: &str| {
        live.iter()
            .filter(|run| scope == OverlapScope::Batch || run.item == key)
            .map(|run| Live {
                run: run.run,
                waiting: run.waiting,
            })
            .collect::<Vec<Live>>()
    };
    items
        .iter()
        .map(|item| Item {
            key: item.key.clone(),
            live: of(&item.key),
        })
        .collect()
}
