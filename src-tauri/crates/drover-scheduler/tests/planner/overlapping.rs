//! Times that come while an earlier run goes on, and starts of several runs.

use drover_model::{Caller, Ended, RunId, RunState};
use drover_scheduler::{LANE_CAP, conformance::new_run};

use crate::desk::Desk;

const EVERY: &str = r#"{"cron":"0 * * * *","tz":"UTC"}"#;

/// A schedule whose first run goes on from 09:00, looked at again at 11:30.
async fn overlapped(policy: &str) -> (Desk, drover_model::ScheduleId) {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let schedule = desk.schedule(EVERY, policy).await;
    desk.until("2026-06-01T09:00:01Z").await;
    let first = desk.rows(schedule).await[0].id;
    desk.begin(first).await;
    desk.until("2026-06-01T11:30:00Z").await;
    (desk, schedule)
}

#[tokio::test]
async fn each_policy_does_what_it_says() {
    let (desk, schedule) = overlapped("").await;
    let rows = desk.rows(schedule).await;
    let first = rows[0].id;
    let words: Vec<_> = rows.iter().map(|row| row.reason.as_deref()).collect();
    assert_eq!(words, [None, Some("still_running"), Some("still_running")]);
    assert!(rows[1].message.as_ref().unwrap().contains(&first.short()));

    let (desk, schedule) = overlapped(r#","overlap":"queue_one""#).await;
    assert_eq!(
        desk.short(schedule).await,
        [
            "running 01. 09:00",
            "queued 01. 10:00",
            "queue_full 01. 11:00"
        ]
    );

    let (desk, schedule) = overlapped(r#","overlap":"queue_all""#).await;
    assert_eq!(desk.live(schedule).await.len(), 3);

    let (desk, schedule) = overlapped(r#","overlap":"cancel_previous""#).await;
    let rows = desk.rows(schedule).await;
    let states: Vec<_> = rows.iter().map(|row| row.state).collect();
    assert_eq!(
        states,
        [RunState::Stopping, RunState::Cancelled, RunState::Queued]
    );
    assert_eq!(
        *desk.known.stopped.lock().unwrap(),
        [rows[0].id],
        "it was told to stop"
    );
    assert_eq!(rows[1].reason.as_deref(), Some("overlap"));
}

#[tokio::test]
async fn a_start_of_several_runs_is_a_batch_with_its_limits() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    *desk.known.items.lock().unwrap() = (1..=5).map(|row| format!("row:{row}")).collect();
    let limits = r#","batch":{"max_parallel":2,"stop_after":"2","spread":"5s"}"#;
    let schedule = desk.schedule(EVERY, limits).await;
    desk.until("2026-06-01T09:00:10Z").await;
    let rows = desk.rows(schedule).await;
    assert_eq!(rows.len(), 5);
    let batch = rows[0].origin.as_ref().unwrap().batch.unwrap();
    assert!(
        rows.iter()
            .all(|row| row.origin.as_ref().unwrap().batch == Some(batch))
    );
    for row in &rows[..2] {
        desk.begin(row.id).await;
    }
    let (now, third) = (desk.tick.wall, rows[2].id);
    let refused = desk
        .store
        .write(now, drover_model::Caller::Drover, move |tx| {
            tx.tick(now)?;
            tx.claim(third, now, "m")
        })
        .await
        .unwrap();
    assert!(refused.is_none(), "two at once");
    let of = |state: RunState| rows.iter().map(move |_| state);
    assert_eq!(of(RunState::Queued).count(), 5);
    desk.end(rows[0].id, Ended::Failed).await;
    desk.begin(third).await;
    desk.end(rows[1].id, Ended::Failed).await;
    let stands = desk
        .store
        .read(move |db| db.batch(batch))
        .await
        .unwrap()
        .unwrap();
    assert!(stands.stopped_at.is_some(), "{stands:?}");
    assert_eq!(
        (
            stands.counts.failed,
            stands.counts.cancelled,
            stands.counts.running
        ),
        (2, 2, 1)
    );
    desk.end(third, Ended::Succeeded).await;
    let stands = desk
        .store
        .read(move |db| db.batch(batch))
        .await
        .unwrap()
        .unwrap();
    assert!(stands.finished_at.is_some());
    let limits = desk.store.read(|db| db.limits()).await.unwrap();
    assert!(limits.is_empty(), "its places went with it: {limits:?}");
}

#[tokio::test]
async fn a_full_line_takes_no_time_of_a_schedule() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let schedule = desk.schedule(EVERY, "").await;
    let fill = desk.store.write(desk.tick.wall, Caller::Cli, |tx| {
        let mut runs = (1..=u128::from(LANE_CAP)).map(|number| new_run(number, 1, None));
        runs.try_for_each(|run| tx.insert_run(&run))
    });
    fill.await.unwrap();
    desk.until("2026-06-01T09:00:01Z").await;
    assert_eq!(desk.short(schedule).await, ["line_full 01. 09:00"]);
    desk.end(RunId::from_bits(1), Ended::Cancelled).await;
    desk.until("2026-06-01T10:00:01Z").await;
    let rows = desk.short(schedule).await;
    assert_eq!(rows, ["line_full 01. 09:00", "queued 01. 10:00"]);
}

#[tokio::test]
async fn a_batch_without_a_run_leaves_no_limit_behind() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    *desk.known.items.lock().unwrap() = vec!["row:1".to_owned(), "row:2".to_owned()];
    let schedule = desk.schedule(EVERY, r#","batch":{"max_parallel":1}"#).await;
    let fill = desk.store.write(desk.tick.wall, Caller::Cli, |tx| {
        let mut runs = (1..=u128::from(LANE_CAP)).map(|number| new_run(number, 1, None));
        runs.try_for_each(|run| tx.insert_run(&run))
    });
    fill.await.unwrap();
    desk.until("2026-06-01T09:00:01Z").await;
    assert_eq!(desk.rows(schedule).await.len(), 2);
    let limits = desk.store.read(|db| db.limits()).await.unwrap();
    assert!(limits.is_empty(), "{limits:?}");
}
