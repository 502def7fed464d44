//! Days on which clocks are changed, days that do not exist, and rules that name what is not there.

use crate::desk::{Desk, accounted};

#[tokio::test]
async fn both_edges_of_summer_time_start_a_daily_task_once() {
    let mut desk = Desk::new("2026-03-27T12:00:00Z").await;
    let daily = r#"{"cron":"30 2 * * *","tz":"Europe/Berlin"}"#;
    let schedule = desk.schedule(daily, r#","overlap":"allow""#).await;
    desk.until("2026-03-31T00:00:00Z").await;
    let expected = ["queued 28. 01:30", "queued 29. 01:00", "queued 30. 00:30"];
    assert_eq!(
        desk.short(schedule).await,
        expected,
        "02:30 is moved to 03:00 once"
    );

    let mut desk = Desk::new("2026-10-24T12:00:00Z").await;
    let schedule = desk.schedule(daily, r#","overlap":"allow""#).await;
    // Killed between the two passes of 02:30.
    desk.until("2026-10-25T01:00:00Z").await;
    desk.restart("2026-10-25T01:20:00Z").await;
    desk.until("2026-10-26T02:00:00Z").await;
    let expected = ["queued 25. 00:30", "queued 26. 01:30"];
    assert_eq!(
        desk.short(schedule).await,
        expected,
        "the first of the two 02:30"
    );

    let mut desk = Desk::new("2026-10-24T23:45:00Z").await;
    let often = r#"{"cron":"*/30 2 * * *","tz":"Europe/Berlin"}"#;
    let schedule = desk.schedule(often, r#","overlap":"allow""#).await;
    desk.until("2026-10-25T03:00:00Z").await;
    assert_eq!(
        desk.rows(schedule).await.len(),
        4,
        "both passes of an interval"
    );
}

#[tokio::test]
async fn a_day_that_does_not_exist_is_a_row_and_the_schedule_goes_on() {
    let mut desk = Desk::new("2011-12-28T12:00:00Z").await;
    let daily = r#"{"cron":"0 12 * * *","tz":"Pacific/Apia"}"#;
    let schedule = desk.schedule(daily, r#","overlap":"allow""#).await;
    desk.until("2012-01-01T00:00:00Z").await;
    let rows = desk.short(schedule).await;
    let skipped: Vec<_> = rows
        .iter()
        .filter(|row| row.starts_with("no_such_local_time"))
        .collect();
    assert_eq!(skipped.len(), 1, "{rows:?}");
    assert_eq!(
        accounted(&desk.rows(schedule).await),
        5,
        "28, 29, the missing 30, 31, 1: {rows:?}"
    );
}

#[tokio::test]
async fn what_cannot_be_planned_is_a_row_with_its_reason() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let schedule = desk
        .schedule(r#"{"cron":"0 * * * *","tz":"UTC"}"#, "")
        .await;
    let why = drover_scheduler::planner::Unplanned::Problem("no token named `shop`".to_owned());
    *desk.known.problem.lock().unwrap() = Some(why);
    desk.until("2026-06-01T09:30:00Z").await;
    let rows = desk.rows(schedule).await;
    assert_eq!(rows[0].reason.as_deref(), Some("cannot_plan"));
    assert_eq!(rows[0].message.as_deref(), Some("no token named `shop`"));
    let id = rows[0].id;
    let now = desk.tick.wall;
    let whole = desk
        .store
        .read(move |db| db.run(id, now))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        whole.plan.task.as_str(),
        "t",
        "the row can be looked at like any run"
    );
}

#[tokio::test]
async fn a_run_that_cannot_start_in_time_expires() {
    let mut desk = Desk::new("2026-06-01T08:59:00Z").await;
    let schedule = desk
        .schedule(
            r#"{"cron":"0 9 * * *","tz":"UTC"}"#,
            r#","start_deadline":"10m""#,
        )
        .await;
    desk.until("2026-06-01T09:09:59Z").await;
    assert_eq!(desk.short(schedule).await, ["queued 01. 09:00"]);
    desk.until("2026-06-01T09:10:01Z").await;
    assert_eq!(desk.short(schedule).await, ["start_deadline 01. 09:00"]);
    assert_eq!(
        desk.rows(schedule).await[0].state,
        drover_model::RunState::Expired
    );
}

#[tokio::test]
async fn a_schedule_that_the_planner_trips_over_ends_no_other() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let hourly = r#"{"cron":"0 * * * *","tz":"UTC"}"#;
    let trap = desk.schedule_of("t", "trap", hourly, "").await;
    let other = desk.schedule_of("u", "other", hourly, "").await;
    let after = desk.schedule_of("v", "after", r#"{"after":"u","on":"any"}"#, "");
    let after = after.await;
    *desk.known.trap.lock().unwrap() = Some("trap".to_owned());
    desk.until("2026-06-01T09:00:05Z").await;
    assert!(desk.rows(trap).await.is_empty());
    assert_eq!(desk.short(other).await, ["queued 01. 09:00"]);
    *desk.known.trap.lock().unwrap() = Some("after".to_owned());
    desk.until("2026-06-01T09:00:10Z").await;
    assert_eq!(desk.short(trap).await, ["queued 01. 09:00"], "tried again");
    let run = desk.rows(other).await[0].id;
    desk.begin(run).await;
    desk.end(run, drover_model::Ended::Failed).await;
    desk.turn().await;
    assert!(desk.rows(after).await.is_empty());
    *desk.known.trap.lock().unwrap() = None;
    desk.until("2026-06-01T09:00:15Z").await;
    assert_eq!(desk.rows(after).await.len(), 1);
}
