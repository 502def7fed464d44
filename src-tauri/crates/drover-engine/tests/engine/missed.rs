//! Times that were missed, and what a person says about them.

use std::sync::Arc;

use drover_model::{
    ProfileDraft, RunRow, RunState, Schedule, Settings,
    request::{
        GetSettings, GetSummary, ListBatches, MissedWay, SaveProfile, SaveSettings, SettleMissed,
    },
    schedule::{Language, Reason},
    settings::LanguageChoice,
};
use drover_scheduler::Clock;
use jiff::Timestamp;

use crate::{
    batches::batch_done,
    schedules::{BY, HELLO, file, rows, save},
    support::Life,
};

/// A clock that stands.
struct Stopped(Timestamp);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        self.0
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_run_or_cancelled_as_a_person_says() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let life = Life::again_by(folder, Arc::new(Stopped(at("2026-06-01T08:30:00Z")))).await;
    life.task(HELLO).await;
    let hourly = file("s", "hello", r#"{"cron":"0 * * * *","tz":"UTC"}"#, "");
    let schedule = save(&life, hourly).await.unwrap();
    let folder = life.quit().await;

    let now = at("2026-06-01T13:30:00Z");
    let life = Life::again_by(folder, Arc::new(Stopped(now))).await;
    let covered = |rows: &[RunRow]| -> u32 {
        let covers = rows.iter().map(|row| row.origin.as_ref().unwrap().covers);
        covers.sum()
    };
    let found = rows(&life, &schedule, |rows| covered(rows) == 5).await;
    assert_eq!(
        found.len(),
        2,
        "one to catch up, one row for the rest: {found:?}"
    );
    // Nobody was there to hear of it, and nobody was at the start after it: it waits for an answer.
    let life = Life::again_by(life.quit().await, Arc::new(Stopped(now))).await;
    let open = life.engine.get_summary(BY, GetSummary {}).await.unwrap();
    let look = u64::try_from(now.as_millisecond()).unwrap();
    let [report] = &*open.missed else {
        panic!("{:?}", open.missed)
    };
    assert_eq!(
        (report.missed, report.queued, report.skipped, report.look),
        (5, 1, 4, look)
    );
    let settle = |way| SettleMissed { look, way };
    let in_german = life.engine.get_settings(BY, GetSettings {}).await.unwrap();
    let in_german = Settings {
        language: LanguageChoice::German,
        ..in_german
    };
    let in_german = SaveSettings {
        settings: in_german,
    };
    life.engine.save_settings(BY, in_german).await.unwrap();
    let told = rows(&life, &schedule, |_| true).await;
    let told = told.iter().find(|row| row.state == RunState::Skipped);
    let told = told.unwrap().message.as_deref();
    let german = Language::German.words().reason(Reason::Missed);
    assert_eq!(told, Some(german), "it is told in today's language");
    let queued = life
        .engine
        .settle_missed(BY, settle(MissedWay::RunAll))
        .await
        .unwrap();
    let nominal: Vec<_> = queued
        .iter()
        .map(|row| row.origin.as_ref().unwrap().nominal_at.unwrap().to_string())
        .collect();
    let hours = ["09", "10", "11", "12"].map(|hour| format!("2026-06-01T{hour}:00:00Z"));
    assert_eq!(nominal, hours);
    let open = life.engine.get_summary(BY, GetSummary {}).await.unwrap();
    assert_eq!(open.missed, [], "it was answered");
    let again = life
        .engine
        .settle_missed(BY, settle(MissedWay::RunAll))
        .await
        .unwrap();
    assert_eq!(again, [], "a second click runs nothing twice");
    for row in &queued {
        assert_eq!(life.ended(row.id).await.row.state, RunState::Succeeded);
    }
    let cancelled = life
        .engine
        .settle_missed(BY, settle(MissedWay::Cancel))
        .await
        .unwrap();
    assert_eq!(cancelled.len(), 1, "what was to catch up still waited");
    assert_eq!(cancelled[0].state, RunState::Cancelled);
    life.quit().await;
}

/// Five times of a fan-out over three profiles that were missed, in a queue that somebody has paused.
async fn five_missed(program: &str, limits: &str) -> (Life, Schedule, u64) {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let life = Life::again_by(folder, Arc::new(Stopped(at("2026-06-01T08:30:00Z")))).await;
    for name in ["a", "b", "c"] {
        let draft = ProfileDraft {
            name: name.to_owned(),
            browser: "auto".to_owned(),
            ..ProfileDraft::default()
        };
        let save = SaveProfile { id: None, draft };
        life.engine.save_profile(BY, save).await.unwrap();
    }
    let names = r#""profiles":{"names":["a","b","c"]}"#;
    life.task(&format!(
        r#"{{"name":"many","kind":"command","program":"{program}",{names}}}"#
    ))
    .await;
    let more = format!(r#","missed":"skip","batch":{limits}"#);
    let hourly = file("s", "many", r#"{"cron":"0 * * * *","tz":"UTC"}"#, &more);
    let schedule = save(&life, hourly).await.unwrap();
    let folder = life.quit().await;
    let now = at("2026-06-01T13:30:00Z");
    let life = Life::again_by(folder, Arc::new(Stopped(now))).await;
    rows(&life, &schedule, |rows| !rows.is_empty()).await;
    let look = u64::try_from(now.as_millisecond()).unwrap();
    (life, schedule, look)
}

#[tokio::test(flavor = "multi_thread")]
async fn missed_fan_outs_that_are_run_after_all_keep_their_limits() {
    let limits = r#"{"max_parallel":1,"stop_after":"1"}"#;
    let (life, schedule, look) = five_missed("false", limits).await;
    let run_all = SettleMissed {
        look,
        way: MissedWay::RunAll,
    };
    let queued = life.engine.settle_missed(BY, run_all).await.unwrap();
    assert_eq!(queued.len(), 15, "three profiles, five times");
    let wanted = ListBatches {
        schedule: Some(schedule.id),
        ..ListBatches::default()
    };
    let batches = life.engine.list_batches(BY, wanted).await.unwrap().rows;
    assert_eq!(batches.len(), 5, "one for each time");
    for batch in batches {
        assert_eq!(batch.counts.total, 3);
        assert_eq!(batch.limits.max_parallel, Some(1));
        let done = batch_done(&life, batch.id).await;
        // One after the other, so that the first failure finds the other two waiting.
        assert_eq!((done.counts.failed, done.counts.cancelled), (1, 2));
        assert!(done.stopped_at.is_some());
    }
    let again = life.engine.settle_missed(BY, run_all).await.unwrap();
    assert_eq!(again, [], "a second click runs nothing twice");
    life.quit().await;
}
