//! Pauses, saves and the trash.

use drover_model::{Caller, schedule::Pause};
use drover_store::Resumed;

use crate::desk::{Desk, at};

const HOURLY: &str = r#"{"cron":"0 * * * *","tz":"UTC"}"#;
const ALLOW: &str = r#","overlap":"allow""#;

#[tokio::test]
async fn a_pause_is_one_row_or_is_caught_up() {
    for (resumed, expected) in [
        (
            Resumed::Skip,
            vec!["paused 01. 11:00 x3", "queued 01. 12:00"],
        ),
        (
            Resumed::CatchUp,
            vec![
                "missed 01. 10:00 x2",
                "queued 01. 11:00",
                "queued 01. 12:00",
            ],
        ),
    ] {
        let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
        let schedule = desk.schedule(HOURLY, ALLOW).await;
        let pause = Pause {
            since: desk.tick.wall,
            by: Caller::Cli,
            until: None,
            note: "holiday".to_owned(),
        };
        desk.store
            .write(desk.tick.wall, Caller::Cli, move |tx| {
                tx.pause_schedule(schedule, &pause)
            })
            .await
            .unwrap();
        desk.until("2026-06-01T11:20:00Z").await;
        assert!(
            desk.rows(schedule).await.is_empty(),
            "a paused schedule plans nothing"
        );
        let now = desk.tick.wall;
        desk.store
            .write(now, Caller::Cli, move |tx| {
                tx.resume_schedule(schedule, resumed, now)
            })
            .await
            .unwrap();
        // A crash right after the order loses nothing of it.
        desk.restart("2026-06-01T11:20:01Z").await;
        desk.until("2026-06-01T12:10:00Z").await;
        assert_eq!(desk.short(schedule).await, expected);
    }
}

#[tokio::test]
async fn a_pause_with_an_end_ends_by_itself() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let schedule = desk.schedule(HOURLY, ALLOW).await;
    let pause = Pause {
        since: desk.tick.wall,
        by: Caller::Cli,
        until: Some(at("2026-06-01T10:30:00Z")),
        note: String::new(),
    };
    desk.store
        .write(desk.tick.wall, Caller::Cli, move |tx| {
            tx.pause_schedule(schedule, &pause)
        })
        .await
        .unwrap();
    desk.until("2026-06-01T11:10:00Z").await;
    assert_eq!(
        desk.short(schedule).await,
        ["paused 01. 10:00 x2", "queued 01. 11:00"]
    );
}

#[tokio::test]
async fn a_save_in_between_makes_a_look_stale() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let schedule = desk.schedule(HOURLY, ALLOW).await;
    // Saved, and the planner has not heard of it.
    let stored = desk
        .store
        .read(move |db| db.schedule(schedule))
        .await
        .unwrap()
        .unwrap();
    let mut saved = stored.clone();
    saved.version = 2;
    saved.spec = {
        let file = drover_model::ScheduleFile::from_json(
            r#"{"name":"s","task":"t","when":{"cron":"30 * * * *","tz":"UTC"},"overlap":"allow"}"#,
        );
        drover_model::ScheduleSpec::try_from(file.unwrap()).unwrap()
    };
    desk.store
        .write(desk.tick.wall, Caller::Cli, move |tx| {
            tx.put_schedule(&saved)
        })
        .await
        .unwrap();
    let again = desk
        .store
        .write(desk.tick.wall, Caller::Cli, move |tx| {
            tx.put_schedule(&stored)
        })
        .await;
    assert!(again.is_err(), "an older save is refused");
    desk.until("2026-06-01T09:40:00Z").await;
    assert_eq!(
        desk.short(schedule).await,
        ["queued 01. 09:30"],
        "the saved rule counts"
    );
    let now = desk.tick.wall;
    desk.store
        .write(now, Caller::Cli, move |tx| {
            tx.remove_schedule(schedule, now)
        })
        .await
        .unwrap();
    desk.until("2026-06-01T11:00:00Z").await;
    assert_eq!(
        desk.rows(schedule).await.len(),
        1,
        "in the trash it plans nothing"
    );
    let now = desk.tick.wall;
    desk.store
        .write(now, Caller::Cli, move |tx| {
            tx.restore_schedule(schedule, now)
        })
        .await
        .unwrap();
    desk.until("2026-06-01T11:40:00Z").await;
    assert_eq!(
        desk.short(schedule).await,
        ["queued 01. 09:30", "queued 01. 11:30"]
    );
}

#[tokio::test]
async fn times_after_the_end_of_a_pause_are_none_of_it() {
    for (by_hand, expected) in [
        (
            false,
            [
                "paused 01. 10:00 x2",
                "missed 01. 13:00 x3",
                "queued 01. 14:00",
            ],
        ),
        (
            true,
            [
                "paused 01. 11:00 x3",
                "missed 01. 13:00 x2",
                "queued 01. 14:00",
            ],
        ),
    ] {
        let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
        let schedule = desk.schedule(HOURLY, ALLOW).await;
        let until = (!by_hand).then_some("2026-06-01T10:30:00Z");
        desk.pause(schedule, until).await;
        if by_hand {
            // Resumed by a command line, while no planner was there.
            desk.tick.wall = at("2026-06-01T11:30:00Z");
            desk.resume(schedule, Resumed::Skip).await;
        }
        desk.restart("2026-06-01T14:10:00Z").await;
        assert_eq!(desk.short(schedule).await, expected);
    }
}
