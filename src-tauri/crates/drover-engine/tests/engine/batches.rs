//! Fan-outs through the engine: what comes of many runs, and which profiles they are.

use drover_model::{
    BatchId, Code, CommandError, ProfileDraft,
    request::{
        CancelBatch, GetBatch, GetRun, ListBatches, ListRuns, PauseQueue, RemoveProfileSet,
        RetryBatch, SaveProfile, SaveProfileSet, StartBatch, StartOptions,
    },
    schedule::BatchFile,
};

use crate::{
    schedules::{BY, HELLO},
    support::Life,
};

/// The batch once all its runs have ended.
pub(crate) async fn batch_done(life: &Life, batch: BatchId) -> drover_model::Batch {
    let mut events = life.engine.events();
    let wait = async {
        loop {
            let found = life.engine.get_batch(BY, GetBatch { batch }).await.unwrap();
            if found.finished_at.is_some() {
                return found;
            }
            events.recv().await.ok();
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(2), wait)
        .await
        .expect("the batch did not end")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_line_takes_no_further_fan_out_and_none_of_it_is_queued() {
    let life = Life::start().await;
    life.task(HELLO).await;
    let paused = PauseQueue { paused: true };
    life.engine.pause_queue(BY, paused).await.unwrap();
    let table = |rows: usize| StartBatch {
        task: "hello".to_owned(),
        csv: Some(format!("who\n{}", "anna\n".repeat(rows))),
        ..StartBatch::default()
    };
    // Counted as one, so that a large table can be run at all.
    let started = life.engine.start_batch(BY, table(1_001)).await.unwrap();
    assert_eq!(started.batch.unwrap().counts.waiting, 1_001);
    let refused = life.engine.start_batch(BY, table(2)).await.unwrap_err();
    let refused = CommandError::from(refused);
    assert_eq!(refused.code, Code::InUse, "{refused}");
    let all = ListBatches::default();
    let batches = life.engine.list_batches(BY, all).await.unwrap().rows;
    assert_eq!(batches.len(), 1, "nothing of the second is there");
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_run_as_a_whole_or_not_at_all_and_failures_are_run_again() {
    let life = Life::start().await;
    life.task(HELLO).await;
    let table = |csv: &str| StartBatch {
        task: "hello".to_owned(),
        csv: Some(csv.to_owned()),
        ..StartBatch::default()
    };
    let bad = "who,profile\nanna,ghost\nben,\n";
    let answer = life.engine.start_batch(BY, table(bad)).await.unwrap();
    assert_eq!(answer.rows.len(), 2, "{answer:?}");
    assert!(answer.batch.is_none());
    let none = life
        .engine
        .list_runs(BY, ListRuns::default())
        .await
        .unwrap();
    assert_eq!(none.total, 0, "nothing was queued");

    let request = StartBatch {
        limits: BatchFile {
            max_parallel: Some(1),
            ..BatchFile::default()
        },
        request_id: Some("once".to_owned()),
        ..table("who\nanna\nnobody\nben\n")
    };
    let started = life.engine.start_batch(BY, request.clone()).await.unwrap();
    let again = life.engine.start_batch(BY, request).await.unwrap();
    let batch = started.batch.unwrap().id;
    assert_eq!(
        again.batch.unwrap().id,
        batch,
        "the same request is the same batch"
    );
    let done = batch_done(&life, batch).await;
    let counts = done.counts;
    assert_eq!((counts.total, counts.succeeded, counts.failed), (3, 2, 1));
    let retry = RetryBatch {
        batch,
        request_id: None,
    };
    let retried = life.engine.retry_batch(BY, retry).await.unwrap();
    let retried = batch_done(&life, retried.id).await;
    assert_eq!((retried.counts.total, retried.retry_of), (1, Some(batch)));
    let runs = ListRuns {
        batch: Some(retried.id),
        ..ListRuns::default()
    };
    let runs = life.engine.list_runs(BY, runs).await.unwrap().rows;
    let run = life
        .engine
        .get_run(BY, GetRun { run: runs[0].id })
        .await
        .unwrap();
    assert_eq!(
        run.plan.params["who"], "nobody",
        "with the inputs of the failed run"
    );
    let list = life
        .engine
        .list_batches(BY, ListBatches::default())
        .await
        .unwrap();
    assert_eq!(list.rows.len(), 2);
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_failures_stop_the_rest_and_a_cancel_stops_all() {
    let life = Life::start().await;
    life.task(HELLO).await;
    let rows: String = (0..40).map(|_| "nobody\n").collect();
    let request = StartBatch {
        task: "hello".to_owned(),
        csv: Some(format!("who\n{rows}")),
        limits: BatchFile {
            max_parallel: Some(1),
            stop_after: Some("5%".to_owned()),
            ..BatchFile::default()
        },
        ..StartBatch::default()
    };
    let started = life.engine.start_batch(BY, request).await.unwrap();
    let done = batch_done(&life, started.batch.unwrap().id).await;
    assert!(done.stopped_at.is_some());
    assert_eq!((done.counts.failed, done.counts.cancelled), (2, 38));

    life.task(r#"{"name":"long","kind":"command","program":"sh","args":["-c","exec sleep 600"]}"#)
        .await;
    for name in ["anna", "ben", "carl"] {
        let draft = ProfileDraft {
            name: name.to_owned(),
            tags: vec!["eu".to_owned()],
            ..ProfileDraft::default()
        };
        let save = SaveProfile { id: None, draft };
        life.engine.save_profile(BY, save).await.unwrap();
    }
    let request = StartBatch {
        task: "long".to_owned(),
        options: StartOptions {
            tag: Some("eu".to_owned()),
            pick: Some(2),
            ..StartOptions::default()
        },
        ..StartBatch::default()
    };
    let started = life.engine.start_batch(BY, request).await.unwrap();
    let batch = started.batch.unwrap();
    assert_eq!(batch.counts.total, 2, "two of three, picked at random");
    let cancel = CancelBatch {
        batch: batch.id,
        waiting: false,
    };
    life.engine.cancel_batch(BY, cancel).await.unwrap();
    let done = batch_done(&life, batch.id).await;
    assert_eq!(done.counts.cancelled, 2);
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_set_is_what_it_means_when_it_is_started() {
    let life = Life::start().await;
    for (name, tag) in [("p1", "eu"), ("p2", "eu"), ("p3", "us")] {
        let draft = ProfileDraft {
            name: name.to_owned(),
            browser: "auto".to_owned(),
            tags: vec![tag.to_owned()],
            ..ProfileDraft::default()
        };
        let save = SaveProfile { id: None, draft };
        life.engine.save_profile(BY, save).await.unwrap();
    }
    life.task(
        r#"{"name":"in-set","kind":"command","program":"true","profiles":{"set":"morning"}}"#,
    )
    .await;
    let dry = async |options: StartOptions| {
        let request = StartBatch {
            task: "in-set".to_owned(),
            options,
            dry: true,
            ..StartBatch::default()
        };
        life.engine.start_batch(BY, request).await.unwrap()
    };
    let none = dry(StartOptions::default()).await;
    assert!(
        none.problems[0].message.contains("no saved set"),
        "{none:?}"
    );
    let set = |name: &str, profiles: &[&str], filter: Option<&str>| SaveProfileSet {
        name: name.parse().unwrap(),
        profiles: profiles.iter().map(|name| (*name).to_owned()).collect(),
        filter: filter.map(str::to_owned),
    };
    let both = set("morning", &["p1"], Some("tag:eu"));
    assert!(life.engine.save_profile_set(BY, both).await.is_err());
    let ghost = set("morning", &["ghost"], None);
    let error = CommandError::from(life.engine.save_profile_set(BY, ghost).await.unwrap_err());
    assert_eq!(error.code, Code::ProfileNotFound);
    let saved = life
        .engine
        .save_profile_set(BY, set("Morning", &["p1", "P3"], None))
        .await
        .unwrap();
    assert_eq!(saved.profiles.len(), 2);
    assert_eq!(dry(StartOptions::default()).await.runs, 2);
    life.engine
        .save_profile_set(BY, set("europe", &[], Some("tag:eu")))
        .await
        .unwrap();
    let picked = StartOptions {
        set: Some("Europe".to_owned()),
        pick: Some(1),
        ..StartOptions::default()
    };
    assert_eq!(dry(picked).await.runs, 1);
    let gone = RemoveProfileSet {
        name: "morning".parse().unwrap(),
    };
    life.engine
        .remove_profile_set(BY, gone.clone())
        .await
        .unwrap();
    let error = CommandError::from(life.engine.remove_profile_set(BY, gone).await.unwrap_err());
    assert_eq!(error.code, Code::ProfileNotFound);
    life.quit().await;
}
