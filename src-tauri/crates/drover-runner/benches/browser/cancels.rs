//! B8: from the order to stop until the last process is gone.

use std::time::{Duration, Instant};

use drover_runner::{AttemptEvent, Control};
use serde_json::json;

use crate::Done;
use crate::place::Place;
use crate::processes::{naming, tree, when_gone};
use crate::series::{Series, count};

/// The profile of these measurements.
const PROFILE: u32 = 5;

/// Cancels a task in the middle of a step, by the ladder or without waiting.
pub(crate) async fn cancel(place: &Place, forced: bool, times: u64) -> Done<Vec<Series>> {
    let steps = json!([
        { "do": "open", "url": place.setup.page("paragraphs") },
        { "do": "wait", "for": { "time": "10m" }, "timeout": "20m" },
    ]);
    let order = if forced {
        Control::Kill
    } else {
        Control::Cancel
    };
    let own = std::process::id();
    let (mut ended, mut gone, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..times {
        let mut begun: Option<(Instant, _)> = None;
        let ran = place
            .run(&place.cold, PROFILE, &steps, |event, controls| {
                let waits = matches!(event, AttemptEvent::Step(row) if row.index == 1);
                if waits && begun.is_none() {
                    let mut pids = tree(own);
                    pids.remove(&own);
                    let watching = when_gone(pids);
                    begun = Some((Instant::now(), watching));
                    controls.try_send(order).ok(); // an attempt that has ended by itself is seen below
                }
            })
            .await?;
        let finished = Instant::now();
        let (ordered, watching) = begun.ok_or("the task ended before it was cancelled")?;
        if ran.outcome.reason.code() != "cancelled" {
            return Err(ran.outcome.message.into());
        }
        let last = watching
            .join()
            .map_err(|_| "the watching thread panicked")?;
        let last = last.ok_or("processes of a cancelled task did not end")?;
        gone.push(last.saturating_duration_since(ordered));
        ended.push(
            finished
                .saturating_duration_since(ordered)
                .max(Duration::ZERO),
        );
        left.push(count(naming(&place.setup.folder).len()));
    }
    let label = if forced { "forced" } else { "graceful" };
    Ok(vec![
        Series::times(format!("{label}, until the run has ended"), &ended),
        Series::times(format!("{label}, until the last process is gone"), &gone),
        Series::new(format!("{label}, processes left"), "processes", left),
    ])
}
