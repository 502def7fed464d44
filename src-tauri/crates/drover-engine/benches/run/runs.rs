//! W7: many short runs through the whole of Drover, from the request to the committed end.

use std::collections::BTreeSet;
use std::time::Instant;

use drover_model::RunState;
use serde_json::json;

use crate::Done;
use crate::rooms::{AT_ONCE, Ends, Rooms};
use crate::series::{Series, count};
use crate::trees::left;

/// Starts so many runs of `/bin/true` and waits for the last end. Every run has to end once, and well.
pub(crate) async fn runs(rooms: &Rooms, times: usize) -> Done<Vec<Series>> {
    rooms
        .task(&json!({ "name": "true", "kind": "command", "program": "/bin/true" }))
        .await?;
    let mut ends = Ends::of(&rooms.engine);
    let counted = tokio::spawn(async move { ends.next(times).await });
    let started = Instant::now();
    let mut wanted = BTreeSet::new();
    for _ in 0..times {
        wanted.insert(rooms.start("true").await?);
    }
    let ends = counted.await??;
    let took = started.elapsed().as_secs_f64();
    let seen: BTreeSet<_> = ends.iter().map(|(run, _)| *run).collect();
    if seen != wanted || ends.len() != times {
        return Err(format!("{} ends of {} runs for {times}", ends.len(), seen.len()).into());
    }
    if let Some((run, state)) = ends.iter().find(|(_, state)| *state != RunState::Succeeded) {
        return Err(format!("run {run} ended as {state:?}").into());
    }
    let name = format!("/bin/true through Drover, {AT_ONCE} at once");
    Ok(vec![
        Series::new(name.clone(), "runs/s", vec![count(times) / took]),
        Series::new(
            format!("{name}, processes left"),
            "processes",
            vec![count(left(&rooms.data)?)],
        ),
    ])
}
