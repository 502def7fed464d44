//! A disk that fails while runs go on: it is said, nobody falls, nothing starts twice, and when the disk works again so
//! does everything else, by itself.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use drover_engine::Engine;
use drover_model::{
    Caller, Code, CommandError, RunId, RunState,
    request::{GetSummary, StartOptions, StartTask},
};
use drover_store::disk::{Disk, Fault};

use crate::support::{Life, processes_with};

/// Results of `SQLite` for a write that failed, for a full disk, and for one that must not be written.
const IOERR_WRITE: i32 = 778;
const FULL: i32 = 13;

const QUICK: usize = 12;

/// Far more often than anything here takes on a slow machine.
const LOOKS: u32 = 1_200;

async fn until(what: &str, so: impl AsyncFn() -> bool) {
    for _ in 0..LOOKS {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it does not come to this: {what}");
}

async fn storage_error(engine: &Engine) -> Option<String> {
    let summary = engine.get_summary(Caller::Window, GetSummary {}).await;
    summary.unwrap().storage_error
}

/// The code with which a further start is refused.
async fn refusal(engine: &Engine) -> Code {
    let start = StartTask {
        task: "quick".to_owned(),
        options: StartOptions::default(),
        request_id: None,
    };
    let refused = engine.start_task(Caller::Window, start).await.unwrap_err();
    CommandError::from(refused).code
}

/// How often the code of each run has started, as it says itself.
fn starts(file: &Path) -> BTreeMap<RunId, usize> {
    let text = fs::read_to_string(file).unwrap();
    text.lines().fold(BTreeMap::new(), |mut starts, line| {
        *starts.entry(line.parse().unwrap()).or_default() += 1;
        starts
    })
}

async fn runs_outlast(fault: Fault, code: Code, words: &str) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let disk = Disk::under(&data);
    let (go, started) = (folder.path().join("go"), folder.path().join("started"));
    let life = Life::again(folder).await;
    let task = |name: &str, script: String| {
        let args = ["-c".to_owned(), script];
        serde_json::json!({ "name": name, "kind": "command", "program": "sh", "args": args })
            .to_string()
    };
    let waits = format!("until [ -e '{}' ]; do sleep 0.1; done", go.display());
    life.task(&task("waits", waits)).await;
    let quick = format!("echo $DROVER_RUN_ID >>'{}'; sleep 0.1", started.display());
    life.task(&task("quick", quick)).await;

    let long = life.run("waits").await.id;
    life.reaches(long, RunState::Running).await;
    let mut runs = Vec::new();
    for _ in 0..QUICK {
        runs.push(life.run("quick").await.id);
    }
    // It fails while some have ended, one or two are under way and the rest wait.
    life.ended(runs[QUICK / 4]).await;
    disk.fail(Some(fault));
    assert_eq!(refusal(&life.engine).await, code, "{fault:?}");
    // At first it may be said of a file that is open, and then of one that is opened anew.
    until(words, async || {
        storage_error(&life.engine).await.as_deref() == Some(words)
    })
    .await;
    fs::write(&go, "").unwrap();
    until("the long run's process has ended", async || {
        processes_with(&long.to_string()).is_empty()
    })
    .await;
    // It is still there, and whoever reads is answered: an end that nobody could write is nobody's end.
    assert_eq!(refusal(&life.engine).await, code, "{fault:?}");
    assert_eq!(
        life.reaches(long, RunState::Running).await.row.state,
        RunState::Running
    );

    disk.fail(None);
    for run in runs.iter().copied().chain([long]) {
        let ended = life.ended(run).await.row;
        let said = (ended.state, &ended.reason, &ended.message);
        assert_eq!(ended.state, RunState::Succeeded, "{fault:?}: {said:?}");
    }
    assert_eq!(storage_error(&life.engine).await, None);
    let more = life.run("quick").await.id;
    let ended = life.ended(more).await.row;
    assert_eq!(ended.state, RunState::Succeeded, "it goes on by itself");
    runs.push(more);
    let starts = starts(&started);
    assert!(
        starts.values().all(|times| *times == 1) && starts.keys().eq(runs.iter()),
        "{fault:?}: each has started once: {starts:?}"
    );
    until("nobody is live", async || life.engine.live_runs() == 0).await;

    let life = Life::again(life.quit().await).await;
    for run in runs.into_iter().chain([long]) {
        assert_eq!(life.ended(run).await.row.state, RunState::Succeeded);
    }
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_outlast_a_disk_that_cannot_write() {
    let words = "failed to commit: disk I/O error";
    runs_outlast(Fault::Write(IOERR_WRITE), Code::Storage, words).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_outlast_a_disk_that_cannot_flush() {
    let words = "failed to commit: disk I/O error";
    runs_outlast(Fault::Flush, Code::Storage, words).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_outlast_a_disk_that_is_full() {
    runs_outlast(Fault::Write(FULL), Code::DiskFull, "the disk is full").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_outlast_a_disk_mounted_for_reading() {
    let words = "the database is read-only";
    runs_outlast(Fault::ReadOnly, Code::Storage, words).await;
}
