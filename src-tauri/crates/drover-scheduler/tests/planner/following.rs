//! Schedules that follow runs.

use drover_model::{Caller, Ended, RunId, RunState, ScheduleId};
use drover_store::Resumed;
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
    let left = desk.store.read(|db| db.follows(None, 9)).await.unwrap();
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

/// `t` has run in so many items, and `u` follows the whole batch.
async fn batch_of(items: u32, more: &str) -> (Desk, [ScheduleId; 2], Vec<RunId>) {
    let mut desk = Desk::new("2026-06-01T08:59:00Z").await;
    *desk.known.items.lock().unwrap() = (1..=items).map(|row| format!("row:{row}")).collect();
    let first = desk.schedule(HOURLY, "").await;
    let when = r#"{"after":"t","on":"any","scope":"batch"}"#;
    let second = desk.schedule_of("u", "second", when, more).await;
    desk.until("2026-06-01T09:00:01Z").await;
    desk.known.items.lock().unwrap().clear();
    let rows = desk.rows(first).await;
    let runs: Vec<RunId> = rows.iter().map(|row| row.id).collect();
    for run in &runs {
        desk.begin(*run).await;
    }
    (desk, [first, second], runs)
}

#[tokio::test]
async fn ends_of_one_moment_start_what_follows_them_and_do_not_end_it() {
    let (mut desk, [_, second], runs) = batch_of(3, r#","overlap":"cancel_previous""#).await;
    desk.end_all(&runs, Ended::Succeeded).await;
    desk.turn().await;
    let rows = desk.rows(second).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].state, RunState::Queued, "no later end took it away");
    let left = desk.store.read(|db| db.follows(None, 9)).await.unwrap();
    assert_eq!(left, [], "all three ends are done with");
}

#[tokio::test]
async fn what_follows_is_a_batch_only_when_something_starts() {
    let (mut desk, [first, second], runs) = batch_of(2, r#","batch":{"max_parallel":1}"#).await;
    *desk.known.items.lock().unwrap() = vec!["row:1".to_owned(), "row:2".to_owned()];
    desk.end_all(&runs, Ended::Succeeded).await;
    desk.turn().await;
    assert_eq!(desk.live(second).await.len(), 2);
    assert_eq!(desk.batches().await.len(), 2, "one of each task");

    // While these two wait, all that follows the next batch is skipped.
    desk.until("2026-06-01T10:00:01Z").await;
    let next: Vec<RunId> = desk.live(first).await.iter().map(|row| row.id).collect();
    assert_eq!(next.len(), 2);
    for run in &next {
        desk.begin(*run).await;
    }
    desk.end_all(&next, Ended::Succeeded).await;
    desk.turn().await;
    let rows = desk.rows(second).await;
    assert_eq!(rows.len(), 4, "{:?}", desk.short(second).await);
    assert_eq!(desk.batches().await.len(), 3, "two of `t`, one of `u`");
    let places: Vec<String> = desk
        .store
        .read(|db| db.limits())
        .await
        .unwrap()
        .into_iter()
        .map(|limit| limit.key.name.to_string())
        .collect();
    assert_eq!(places.len(), 1, "no places without runs: {places:?}");
}

#[tokio::test]
async fn an_end_that_cannot_be_followed_now_holds_up_no_other() {
    let mut desk = Desk::new("2026-06-01T08:59:00Z").await;
    let first = desk.schedule(HOURLY, "").await;
    let when = r#"{"after":"t","on":"any"}"#;
    let stuck = desk.schedule_of("u", "stuck", when, "").await;
    let free = desk.schedule_of("v", "free", when, "").await;
    let hasty = r#"{"cron":"0 9 * * *","tz":"UTC"}"#;
    let hasty = desk
        .schedule_of("v", "hasty", hasty, r#","start_deadline":"5s""#)
        .await;
    desk.until("2026-06-01T09:00:01Z").await;
    *desk.known.late.lock().unwrap() = Some("stuck".to_owned());
    let run = run_of(&desk, first).await;
    desk.begin(run).await;
    desk.end(run, Ended::Succeeded).await;
    desk.turn().await;
    assert!(desk.rows(stuck).await.is_empty());
    assert_eq!(desk.rows(free).await.len(), 1);
    desk.until("2026-06-01T09:00:10Z").await;
    assert_eq!(desk.rows(hasty).await[0].state, RunState::Expired);
    *desk.known.late.lock().unwrap() = None;
    desk.until("2026-06-01T09:00:12Z").await;
    assert_eq!(desk.rows(stuck).await.len(), 1, "asked again in a moment");
}

#[tokio::test]
async fn more_ends_than_a_turn_takes_on_are_followed_without_a_wait() {
    let mut desk = Desk::new("2026-06-01T08:59:00Z").await;
    *desk.known.items.lock().unwrap() = (1..=300).map(|row| format!("row:{row}")).collect();
    let first = desk.schedule(HOURLY, "").await;
    let when = r#"{"after":"t","on":"any","scope":"any"}"#;
    let allow = r#","overlap":"allow""#;
    let second = desk.schedule_of("u", "second", when, allow).await;
    desk.until("2026-06-01T09:00:01Z").await;
    desk.known.items.lock().unwrap().clear();
    let rows = desk.rows(first).await;
    let runs: Vec<RunId> = rows.iter().map(|row| row.id).collect();
    desk.end_all(&runs, Ended::Cancelled).await;
    let turned = desk.turn().await;
    assert!(turned.sleep.is_zero(), "there is more: {turned:?}");
    desk.turn().await;
    assert_eq!(desk.rows(second).await.len(), 300);
}

#[tokio::test]
async fn dates_jitter_and_spread_count_for_what_follows_too() {
    let starts = async |more: &str| {
        let (mut desk, [_, second], runs) = batch_of(1, more).await;
        *desk.known.items.lock().unwrap() = vec!["row:1".to_owned(), "row:2".to_owned()];
        desk.end_all(&runs, Ended::Succeeded).await;
        desk.turn().await;
        let mut waits = Vec::new();
        for row in desk.rows(second).await {
            let now = desk.tick.wall;
            let why = desk
                .store
                .read(move |db| db.why(row.id, now))
                .await
                .unwrap();
            let clears = why.iter().find_map(|reason| reason.clears_at);
            waits.push(clears.map_or(0, |at| at.duration_since(now).as_secs()));
        }
        waits
    };
    assert_eq!(starts("").await, [0, 0]);
    assert_eq!(
        starts(r#","from":"2026-06-02T00:00:00Z""#).await,
        [0; 0],
        "not yet"
    );
    assert_eq!(
        starts(r#","until":"2026-05-31T00:00:00Z""#).await,
        [0; 0],
        "over"
    );
    let spread = starts(r#","batch":{"spread":"1h"}"#).await;
    assert_eq!(spread, [0, 1_800]);
    let jitter = starts(r#","jitter":"2h""#).await;
    assert!(jitter[0] > 0 && jitter[0] <= 7_200, "{jitter:?}");
}

#[tokio::test]
async fn ends_of_a_pause_are_one_row_or_are_followed_later() {
    for (resumed, expected) in [
        (Resumed::Skip, vec!["paused x2", "queued"]),
        (Resumed::CatchUp, vec!["queued", "queued", "queued"]),
    ] {
        let mut desk = Desk::new("2026-06-01T08:59:00Z").await;
        let first = desk.schedule(HOURLY, "").await;
        let when = r#"{"after":"t"}"#;
        let allow = r#","overlap":"allow""#;
        let second = desk.schedule_of("u", "second", when, allow).await;
        desk.pause(second, None).await;
        for (hour, ended) in [
            (9, Ended::Succeeded),
            (10, Ended::Failed),
            (11, Ended::Succeeded),
        ] {
            desk.until(&format!("2026-06-01T{hour:02}:00:01Z")).await;
            let run = run_of(&desk, first).await;
            desk.begin(run).await;
            desk.end(run, ended).await;
        }
        let late = r#"{"at":"2026-06-01T11:30:00Z"}"#;
        let late = desk.schedule_of("t", "late", late, "").await;
        desk.until("2026-06-01T11:30:01Z").await;
        assert!(desk.rows(second).await.is_empty());
        desk.resume(second, resumed).await;
        // Nobody looks when the pause is over, and an end comes before somebody does.
        desk.set_clock("2026-06-01T11:40:00Z");
        let run = run_of(&desk, late).await;
        desk.begin(run).await;
        desk.end(run, Ended::Succeeded).await;
        desk.turn().await;
        assert_eq!(desk.short(second).await, expected);
        let left = desk.store.read(|db| db.follows(None, 9)).await.unwrap();
        assert_eq!(left, []);
    }
}

#[tokio::test]
async fn what_was_removed_follows_nothing_when_it_comes_back() {
    let (mut desk, first, second) = chain("any").await;
    let run = run_of(&desk, first).await;
    desk.begin(run).await;
    desk.end(run, Ended::Succeeded).await;
    // Removed before the planner looked, and taken out of the trash later.
    let now = desk.tick.wall;
    desk.store
        .write(now, Caller::Cli, move |tx| {
            tx.remove_schedule(second, now)?;
            tx.restore_schedule(second, now)
        })
        .await
        .unwrap();
    desk.turn().await;
    assert!(desk.rows(second).await.is_empty());
}

#[tokio::test]
async fn no_run_of_a_batch_gives_the_outputs_for_all_of_them() {
    let (mut desk, [_, second], runs) = batch_of(2, "").await;
    desk.known
        .outputs
        .lock()
        .unwrap()
        .insert("of".to_owned(), json!("before"));
    let run = runs[0];
    desk.store
        .write(desk.tick.wall, Caller::Drover, move |tx| {
            tx.put_output(run, 1, "price", &json!("12.50"))
        })
        .await
        .unwrap();
    desk.end_all(&runs, Ended::Succeeded).await;
    desk.turn().await;
    assert_eq!(desk.rows(second).await.len(), 1);
    assert!(desk.known.outputs.lock().unwrap().is_empty());
}
