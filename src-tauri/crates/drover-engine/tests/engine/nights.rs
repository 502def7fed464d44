//! Nights in which the computer sleeps while Drover runs.

use std::path::Path;

use drover_model::{
    Event, Fact, RunState,
    request::WhyRun,
    schedule::{ClockChange, ClockKind, MissedReport},
};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;

use crate::{
    schedules::{BY, file, rows, save},
    support::sleeps,
};

/// What was told of clocks and missed times up to the report.
async fn told(events: &mut Receiver<Arc<[Event]>>) -> (Vec<ClockChange>, MissedReport) {
    let mut changes = Vec::new();
    loop {
        for event in &*events.recv().await.unwrap() {
            match &event.fact {
                Fact::ClockChanged { change } => changes.push(*change),
                Fact::RunsMissed { report } => return (changes, *report),
                _ => {}
            }
        }
    }
}

fn slept(file: &Path, seconds: i64) {
    let fresh = file.with_extension("new");
    std::fs::write(&fresh, seconds.to_string()).unwrap();
    std::fs::rename(fresh, file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_of_sleep_is_told_once_and_caught_up_when_the_network_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("slept");
    slept(&clock, 0);
    let life = sleeps(folder, &clock).await;
    life.task(r#"{"name":"true","kind":"command","program":"true"}"#)
        .await;
    // It lets the planner look every few seconds instead of twice a minute.
    let pulse = file(
        "pulse",
        "true",
        r#"{"every":"5s"}"#,
        r#","overlap":"allow""#,
    );
    let pulse = save(&life, pulse).await.unwrap();
    let first = rows(&life, &pulse, |rows| !rows.is_empty()).await;
    // Half an hour away, so that no time comes by itself.
    let minute = first[0].queued_at + SignedDuration::from_mins(30);
    let minute = minute.strftime("%M").to_string();
    let when = format!(r#"{{"cron":"{minute} * * * *","tz":"UTC"}}"#);
    let hourly = save(&life, file("hourly", "true", &when, ""))
        .await
        .unwrap();

    let mut events = life.engine.events();
    slept(&clock, 8 * 3_600);
    let (changes, report) = told(&mut events).await;
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0].what, ClockKind::Slept);
    let by = SignedDuration::from_millis(changes[0].by_ms);
    assert!(by >= SignedDuration::from_hours(8));
    assert_eq!(report.queued, 2, "one of each schedule catches up");
    let woke: Timestamp = changes[0].from + by;
    let night = rows(&life, &hourly, |rows| rows.len() > 1).await;
    let times: u32 = night
        .iter()
        .map(|row| row.origin.as_ref().unwrap().covers)
        .sum();
    assert_eq!(times, 8, "{night:#?}");
    let run = night.iter().find(|row| row.state == RunState::Queued);
    let run = run.unwrap_or_else(|| panic!("it waits for the network: {night:#?}"));
    let why = WhyRun { run: run.id };
    let why = life.engine.why_run(BY, why).await.unwrap();
    let starts = why.iter().find_map(|reason| reason.clears_at).unwrap();
    // Ten seconds, and up to a minute in which the starts are spread. The look itself may be a few seconds late.
    let wait = starts.duration_since(woke).as_secs();
    assert!((9..=80).contains(&wait), "{wait} s after the wake");

    // Two more minutes of sleep, and it runs.
    slept(&clock, 8 * 3_600 + 120);
    let ran = life.ended(run.id).await;
    assert_eq!(ran.row.state, RunState::Succeeded);
    life.quit().await;
}
