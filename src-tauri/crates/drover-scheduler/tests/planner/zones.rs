//! Zones whose rules change between two lives of Drover.

use drover_scheduler::schedule::Zones;
use jiff::tz::TimeZone;

use crate::desk::{Desk, at};

const DAILY: &str = r#"{"cron":"0 9 * * *","tz":"Test/Town"}"#;

/// A release in which a town lies so many hours east of Greenwich.
fn town(release: &str, hours: u32) -> Zones {
    let zone = TimeZone::posix(&format!("TST-{hours}")).unwrap();
    Zones::of([("Test/Town".to_owned(), zone)], release)
}

#[tokio::test]
async fn zones_that_change_move_what_is_to_come_and_repeat_nothing() {
    for (before, after, expected) in [
        // The town goes east: 09:00 of this day is past already, and the next one is earlier.
        (1, 3, ["succeeded 01. 08:00", "queued 02. 06:00"]),
        // It goes west: 09:00 of this day comes once more, and has had its run.
        (3, 1, ["succeeded 01. 06:00", "queued 02. 08:00"]),
    ] {
        let start = "2026-06-01T05:00:00Z";
        let mut desk = Desk::new(start).await;
        desk.restart_with(start, town("1", before)).await;
        let schedule = desk.schedule(DAILY, "").await;
        desk.until("2026-06-01T08:00:01Z").await;
        let run = desk.rows(schedule).await[0].id;
        desk.begin(run).await;
        desk.end(run, drover_model::Ended::Succeeded).await;
        let zones = town("2", after);
        desk.restart_with("2026-06-01T08:00:05Z", zones).await;
        desk.until("2026-06-02T09:30:00Z").await;
        assert_eq!(desk.short(schedule).await, expected);
        let stored = desk.store.read(move |db| db.schedule(schedule)).await;
        let stored = stored.unwrap().unwrap();
        assert_eq!(stored.tzdb, "2");
        assert!(stored.cursor > at("2026-06-02T05:00:00Z"));
    }
}

#[tokio::test]
async fn a_zone_that_is_gone_is_waited_for() {
    let start = "2026-06-01T05:00:00Z";
    let mut desk = Desk::new(start).await;
    desk.restart_with(start, town("1", 1)).await;
    let schedule = desk.schedule(DAILY, "").await;
    // Without the town nothing can be said of its times, and none is lost.
    desk.restart("2026-06-01T07:00:00Z").await;
    desk.until("2026-06-01T08:30:00Z").await;
    assert!(desk.rows(schedule).await.is_empty());
    let zones = town("2", 1);
    desk.restart_with("2026-06-01T08:40:00Z", zones).await;
    assert_eq!(desk.short(schedule).await, ["queued 01. 08:00"]);
}
