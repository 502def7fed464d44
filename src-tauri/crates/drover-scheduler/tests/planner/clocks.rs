//! Sleep, steps and corrections of the clock, and restarts.

use drover_model::schedule::ClockKind;

use crate::desk::{Desk, accounted, at, is_run};

const HOURLY: &str = r#"{"cron":"0 * * * *","tz":"UTC"}"#;
const ALLOW: &str = r#","overlap":"allow""#;

#[tokio::test]
async fn a_time_that_comes_is_a_run_and_nothing_comes_twice() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let schedule = desk.schedule(HOURLY, ALLOW).await;
    assert!(desk.rows(schedule).await.is_empty(), "nothing is made up");
    desk.until("2026-06-01T11:30:00Z").await;
    let expected = ["queued 01. 09:00", "queued 01. 10:00", "queued 01. 11:00"];
    assert_eq!(desk.short(schedule).await, expected);
    for row in desk.rows(schedule).await {
        let nominal = row.origin.as_ref().unwrap().nominal_at.unwrap();
        assert_eq!(row.queued_at, nominal, "it was there at its time");
    }
    assert_eq!(desk.clock_changes().await, []);
    assert_eq!(desk.missed().await, []);
}

#[tokio::test]
async fn a_planner_that_starts_anew_repeats_nothing_and_loses_nothing() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let schedule = desk.schedule(HOURLY, ALLOW).await;
    desk.until("2026-06-01T09:00:00Z").await;
    for _ in 0..3 {
        desk.restart("2026-06-01T09:00:10Z").await;
    }
    assert_eq!(desk.short(schedule).await, ["queued 01. 09:00"]);
    // Closed over two times: the newest is caught up, the other is accounted for.
    desk.restart("2026-06-01T11:40:00Z").await;
    let expected = ["queued 01. 09:00", "missed 01. 10:00", "queued 01. 11:00"];
    assert_eq!(desk.short(schedule).await, expected);
    let missed = desk.missed().await;
    assert_eq!(
        (missed.len(), missed[0].missed, missed[0].queued),
        (1, 2, 1)
    );
}

#[tokio::test]
async fn a_night_of_sleep_is_one_report_for_all_schedules() {
    let mut desk = Desk::new("2026-06-01T21:30:00Z").await;
    let hourly = desk.schedule(HOURLY, ALLOW).await;
    let all = desk
        .schedule_of("u", "all", HOURLY, r#","missed":"run_all","missed_max":3"#)
        .await;
    desk.sleep("2026-06-02T06:20:00Z");
    desk.turn().await;
    assert_eq!(desk.clock_changes().await, [ClockKind::Slept]);
    let rows = desk.rows(hourly).await;
    assert_eq!(accounted(&rows), 9, "22:00 to 06:00");
    assert_eq!(rows.iter().filter(|row| is_run(row)).count(), 1);
    let rows = desk.rows(all).await;
    assert_eq!(accounted(&rows), 9);
    let runs: Vec<_> = rows.iter().filter(|row| is_run(row)).collect();
    assert_eq!(runs.len(), 3, "the newest ones");
    let missed = desk.missed().await;
    assert_eq!(missed.len(), 1, "one report");
    assert_eq!((missed[0].missed, missed[0].queued), (18, 4));

    // They run one behind the other, and not before the network has had its moment.
    let soon = desk.tick.wall + jiff::SignedDuration::from_mins(5);
    desk.tick.wall = soon;
    let ids: Vec<_> = runs.iter().map(|row| row.id).collect();
    let (store, first) = (desk.store.clone(), ids[0]);
    let ready = store
        .write(soon, drover_model::Caller::Drover, move |tx| {
            tx.tick(soon)?;
            tx.claimable(soon, 9)
        })
        .await
        .unwrap();
    assert!(ready.contains(&first), "{ready:?}");
    assert!(
        !ready.contains(&ids[1]) && !ready.contains(&ids[2]),
        "the later ones wait for the first"
    );
    desk.begin(first).await;
    desk.end(first, drover_model::Ended::Failed).await;
    desk.begin(ids[1]).await;
}

#[tokio::test]
async fn small_steps_follow_the_policy_and_repeat_nothing() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let schedule = desk.schedule(HOURLY, ALLOW).await;
    desk.until("2026-06-01T09:10:00Z").await;
    desk.set_clock("2026-06-01T11:00:30Z");
    desk.turn().await;
    let expected = ["queued 01. 09:00", "missed 01. 10:00", "queued 01. 11:00"];
    let first = desk.short(schedule).await;
    assert!(
        first.ends_with(&["queued 01. 11:00".to_owned()]),
        "{first:?}"
    );
    desk.set_clock("2026-06-01T09:30:00Z");
    desk.until("2026-06-01T11:30:00Z").await;
    let rows = desk.rows(schedule).await;
    assert_eq!(
        accounted(&rows),
        3,
        "{:?}: 10:00 and 11:00 had their rows",
        desk.short(schedule).await
    );
    assert_eq!(rows.len(), expected.len());
    desk.until("2026-06-01T12:00:00Z").await;
    assert_eq!(accounted(&desk.rows(schedule).await), 4);
    assert_eq!(
        desk.clock_changes().await,
        [ClockKind::Forward, ClockKind::Back]
    );
}

#[tokio::test]
async fn a_wrong_clock_that_is_set_right_floods_nothing() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let schedule = desk
        .schedule(HOURLY, r#","missed":"run_all","overlap":"allow""#)
        .await;
    desk.set_clock("2026-06-03T08:30:00Z");
    desk.turn().await;
    assert_eq!(
        desk.short(schedule).await,
        ["clock_correction 03. 08:00 x48"]
    );
    // And back: the two days come again, and their times have had their rows or are new ones.
    desk.set_clock("2026-06-01T08:45:00Z");
    desk.turn().await;
    desk.until("2026-06-01T10:15:00Z").await;
    let rows = desk.short(schedule).await;
    assert_eq!(rows.len(), 3, "{rows:?}: 09:00 and 10:00 are runs now");
    assert_eq!(
        desk.clock_changes().await,
        [ClockKind::CorrectedForward, ClockKind::CorrectedBack]
    );
}

#[tokio::test]
async fn a_clock_put_right_in_steps_or_in_a_pause_silences_nothing() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let schedule = desk.schedule(HOURLY, ALLOW).await;
    // Five hours ahead, and back in two steps that are each too small for a correction.
    desk.until("2026-06-01T13:30:00Z").await;
    assert_eq!(desk.rows(schedule).await.len(), 5);
    desk.set_clock("2026-06-01T10:45:00Z");
    desk.turn().await;
    desk.set_clock("2026-06-01T08:30:00Z");
    desk.turn().await;
    let daily = r#"{"cron":"15 9 * * *","tz":"UTC"}"#;
    let other = desk.schedule_of("u", "other", daily, ALLOW).await;
    desk.until("2026-06-01T14:10:00Z").await;
    assert_eq!(
        accounted(&desk.rows(schedule).await),
        6,
        "{:?}: those of the wrong clock are not repeated, and 14:00 comes",
        desk.short(schedule).await
    );
    assert_eq!(desk.short(other).await, ["queued 01. 09:15"]);

    // Two days ahead, and put right while the schedule is paused.
    let mut desk = Desk::new("2026-06-03T08:30:00Z").await;
    let schedule = desk.schedule(HOURLY, ALLOW).await;
    desk.until("2026-06-03T09:30:00Z").await;
    desk.pause(schedule, None).await;
    desk.turn().await;
    desk.set_clock("2026-06-01T09:30:00Z");
    desk.turn().await;
    desk.resume(schedule, drover_store::Resumed::Skip).await;
    desk.until("2026-06-01T10:10:00Z").await;
    assert_eq!(
        desk.short(schedule).await,
        ["queued 01. 10:00", "queued 03. 09:00"]
    );
}

#[tokio::test]
async fn a_clock_put_right_shortens_waits_that_began_before() {
    let mut desk = Desk::new("2026-06-03T08:59:00Z").await;
    let schedule = desk.schedule(HOURLY, r#","jitter":"30m""#).await;
    desk.until("2026-06-03T09:00:01Z").await;
    let run = desk.rows(schedule).await[0].id;
    desk.set_clock("2026-06-01T09:00:01Z");
    desk.turn().await;
    let soon = at("2026-06-01T09:30:01Z");
    let due = desk
        .store
        .read(move |db| db.next_due(at("2026-06-01T09:00:01Z")))
        .await;
    assert!(due.unwrap().is_some_and(|due| due <= soon));
    desk.tick.wall = soon;
    desk.begin(run).await;
}

/// Lets no file of this process grow, as on a full disk.
#[cfg(target_os = "linux")]
mod full {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use tokio::signal::unix::{Signal, SignalKind, signal};

    pub(super) struct Full {
        before: Rlimit,
        _quiet: Signal,
    }

    impl Full {
        pub(super) fn disk() -> Self {
            // Where nobody listens to it, the signal of a file that may not grow ends the process.
            let quiet = signal(SignalKind::from_raw(25)).unwrap();
            let before = getrlimit(Resource::Fsize);
            let none = Rlimit {
                current: Some(1),
                maximum: before.maximum,
            };
            setrlimit(Resource::Fsize, none).unwrap();
            Self {
                before,
                _quiet: quiet,
            }
        }
    }

    impl Drop for Full {
        fn drop(&mut self) {
            setrlimit(Resource::Fsize, self.before).unwrap();
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_disk_that_is_full_when_the_clock_changes_hides_nothing_of_it() {
    let mut desk = Desk::new("2026-06-03T08:30:00Z").await;
    let schedule = desk.schedule(HOURLY, ALLOW).await;
    desk.until("2026-06-03T09:30:00Z").await;
    desk.set_clock("2026-06-01T09:30:00Z");
    let full = full::Full::disk();
    let failed = desk.try_turn().await;
    drop(full);
    assert!(failed.is_err(), "{failed:?}");
    assert_eq!(desk.clock_changes().await, []);
    desk.until("2026-06-01T10:10:00Z").await;
    assert_eq!(desk.clock_changes().await, [ClockKind::CorrectedBack]);
    assert_eq!(
        desk.short(schedule).await,
        ["queued 01. 10:00", "queued 03. 09:00"]
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_disk_that_is_full_moves_no_cursor() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let schedule = desk.schedule(HOURLY, ALLOW).await;
    desk.until("2026-06-01T08:59:59Z").await;
    desk.tick.wall = at("2026-06-01T09:00:00Z");
    let full = full::Full::disk();
    desk.try_turn().await.ok(); // it may say so, and may not repeat what could not be written
    drop(full);
    assert!(desk.rows(schedule).await.is_empty());
    desk.until("2026-06-01T09:00:10Z").await;
    assert_eq!(desk.short(schedule).await, ["queued 01. 09:00"]);
}

#[tokio::test]
async fn what_nobody_can_say_now_moves_no_cursor() {
    let mut desk = Desk::new("2026-06-01T08:30:00Z").await;
    let schedule = desk.schedule(HOURLY, ALLOW).await;
    let later = drover_scheduler::planner::Unplanned::Later("not now".to_owned());
    *desk.known.problem.lock().unwrap() = Some(later);
    desk.until("2026-06-01T09:00:20Z").await;
    assert!(desk.rows(schedule).await.is_empty());
    *desk.known.problem.lock().unwrap() = None;
    desk.until("2026-06-01T09:00:30Z").await;
    assert_eq!(desk.short(schedule).await, ["queued 01. 09:00"]);
}
