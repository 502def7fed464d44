//! Ended runs grow old: their files go, then they themselves, and pinned ones stay.

use std::sync::Arc;

use drover_model::{
    Caller, RunId,
    request::{ApplyRetention, GetRun, PinRuns, PreviewRetention},
};
use drover_scheduler::{Clock, SystemClock};
use jiff::{SignedDuration, Timestamp};

use crate::support::Life;

/// So many days after the system's clock.
struct Later(i64);

impl Clock for Later {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_hours(24 * self.0)
    }
}

async fn later(life: Life, days: i64) -> Life {
    Life::again_by(life.quit().await, Arc::new(Later(days))).await
}

async fn is_known(life: &Life, run: RunId) -> bool {
    let asked = life.engine.get_run(Caller::Window, GetRun { run });
    asked.await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_before_their_runs_and_what_is_pinned_keeps_both() {
    let life = Life::start().await;
    life.task(r#"{"name":"greet","kind":"command","program":"echo","args":["hello"]}"#)
        .await;
    let mut runs = Vec::new();
    for _ in 0..2 {
        let run = life.run("greet").await.id;
        life.ended(run).await;
        runs.push(run);
    }
    let (plain, pinned) = (runs[0], runs[1]);
    let pin = PinRuns {
        runs: vec![pinned],
        pinned: true,
    };
    life.engine.pin_runs(Caller::Window, pin).await.unwrap();
    let folder = |life: &Life, run| life.engine.paths().run(run);

    let life = later(life, 31).await;
    let unknown = folder(&life, RunId::from_bits(1));
    std::fs::create_dir_all(&unknown).unwrap();
    let preview = life
        .engine
        .preview_retention(Caller::Window, PreviewRetention {})
        .await
        .unwrap();
    assert_eq!((preview.files_of, preview.runs, preview.pinned), (1, 0, 1));
    assert!(folder(&life, plain).exists(), "a preview removes nothing");
    let done = life
        .engine
        .apply_retention(Caller::Window, ApplyRetention {})
        .await
        .unwrap();
    assert_eq!(done, preview);
    assert!(!folder(&life, plain).exists());
    assert!(life.log(pinned).await.contains("hello"));
    assert!(is_known(&life, plain).await);

    let life = later(life, 91).await;
    let done = life
        .engine
        .apply_retention(Caller::Window, ApplyRetention {})
        .await
        .unwrap();
    assert_eq!((done.files_of, done.runs), (0, 1));
    assert!(!is_known(&life, plain).await);
    assert!(life.log(pinned).await.contains("hello"));
    assert!(unknown.exists(), "a folder that no row knows is left alone");
    life.quit().await;
}
