//! Schedules that follow runs.

use drover_model::{Caller, Ended, RunId, ScheduleId};
use serde_json::json;

use crate::desk::Desk;

const HOURLY: &str = r#"{"cron":"0 * * * *","tz":"UTC"}"#;

/// `u` follows `t`, which runs once an hour.
async fn chain(on: &str) -> (Desk, ScheduleId, ScheduleId) {
    let mut desk = Desk::new("2026-06-01T08:59:00Z").await;
    let first = desk.schedule(HOURLY, "").await;
    let when = format!(r#"{{"after":"t","on":"{on}"}}"#);
    let second = desk.schedule_of("u", "second", &when, "").await;
    desk.until("2026-06-01T09:00:01Z").await;
    (desk, first, second)
}

async fn run_of(desk: &Desk, schedule: ScheduleId) -> RunId {
    desk.rows(schedule).await.last().unwrap().id
}

#[tokio::test]
async fn an_end_is_followed_once_with_its_outputs() {
    let (mut desk, first, second) = chain("succeeded").await;
    let run = run_of(&desk, first).await;
    desk.begin(run).await;
    desk.store
        .write(desk.tick.wall, Caller::Drover, move |tx| {
            tx.put_output(run, 1, "price", &json!("12.50"))
        })
        .await
        .unwrap();
    assert!(desk.rows(second).await.is_empty());
    desk.end(run, Ended::Succeeded).await;
    // Killed between the end and the look: the end was noted with itself.
    desk.restart("2026-06-01T09:00:05Z").await;
    desk.restart("2026-06-01T09:00:06Z").await;
    let rows = desk.rows(second).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].origin.as_ref().unwrap().follows, Some(run));
    assert_eq!(desk.known.outputs.lock().unwrap()["price"], json!("12.50"));
}

#[tokio::test]
async fn only_the_asked_end_counts() {
    let (mut desk, first, second) = chain("failed").await;
    let run = run_of(&desk, first).await;
    desk.begin(run).await;
    desk.end(run, Ended::Succeeded).await;
    desk.turn().await;
    assert!(desk.rows(second).await.is_empty());
    desk.until("2026-06-01T10:00:01Z").await;
    let run = run_of(&desk, first).await;
    desk.begin(run).await;
    desk.end(run, Ended::Failed).await;
    desk.turn().await;
    assert_eq!(desk.rows(second).await.len(), 1);
    let left = desk.store.read(|db| db.follows(9)).await.unwrap();
    assert_eq!(left, [], "an end that does not count is forgotten, too");
}

#[tokio::test]
async fn a_batch_is_followed_once_when_all_of_it_has_ended() {
    let mut desk = Desk::new("2026-06-01T08:59:00Z").await;
    *desk.known.items.lock().unwrap() = vec!["row:1".to_owned(), "row:2".to_owned()];
    let first = desk.schedule(HOURLY, "").await;
    let when = r#"{"after":"t","on":"any","scope":"batch"}"#;
    let second = desk.schedule_of("u", "second", when, "").await;
    desk.until("2026-06-01T09:00:01Z").await;
    desk.known.items.lock().unwrap().clear();
    let runs: Vec<_> = desk.rows(first).await.iter().map(|row| row.id).collect();
    for run in &runs {
        desk.turn().await;
        assert!(desk.rows(second).await.is_empty(), "one is still to end");
        desk.begin(*run).await;
        desk.end(*run, Ended::Succeeded).await;
    }
    desk.turn().await;
    assert_eq!(desk.rows(second).await.len(), 1);
}

#[tokio::test]
async fn a_chain_that_is_too_long_ends_with_a_reason() {
    // `t` and `u` follow each other, as two schedules could that were stored before circles were refused.
    let mut desk = Desk::new("2026-06-01T08:59:00Z").await;
    let start = desk.schedule(HOURLY, "").await;
    let u = desk
        .schedule_of("u", "u-after-t", r#"{"after":"t"}"#, "")
        .await;
    let t = desk
        .schedule_of("t", "t-after-u", r#"{"after":"u"}"#, "")
        .await;
    desk.until("2026-06-01T09:00:01Z").await;
    let mut run = run_of(&desk, start).await;
    let mut length = 0;
    loop {
        desk.begin(run).await;
        desk.end(run, Ended::Succeeded).await;
        desk.turn().await;
        length += 1;
        let mut next: Vec<_> = desk.live(u).await;
        next.extend(desk.live(t).await);
        match next.first() {
            Some(row) => run = row.id,
            None => break,
        }
        assert!(length < 40, "a chain ends");
    }
    assert_eq!(length, 16);
    let mut rows = desk.short(u).await;
    rows.extend(desk.short(t).await);
    assert!(
        rows.iter().any(|row| row.starts_with("chain_too_long")),
        "{rows:?}"
    );
}
