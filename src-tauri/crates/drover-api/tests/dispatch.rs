//! Every request of the model reaches the engine: by name, and over the socket.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use drover_api::{Client, dispatch, serve};
use drover_engine::{Engine, Faces, Paths, QuitWay};
use drover_model::{
    Caller, Code, ProfileDraft, TaskFile, command,
    request::{
        GetProfile, GetRun, ListProfiles, PauseQueue, SaveProfile, SaveTask, StartOptions,
        StartTask,
    },
};
use serde_json::json;
use tempfile::TempDir;

async fn engine() -> (TempDir, Engine) {
    let folder = tempfile::tempdir().unwrap();
    let paths = Paths::from_environment(Some(folder.path().join("data"))).unwrap();
    let engine = Engine::start(paths, Faces::default()).await.unwrap();
    (folder, engine)
}

#[tokio::test]
async fn every_request_has_its_arm() {
    let (_folder, engine) = engine().await;
    for name in command::REQUESTS {
        // No request is a text, so each arm refuses it before anything is done.
        let error = dispatch(&engine, Caller::Cli, name, json!("canary-text"))
            .await
            .unwrap_err();
        assert_eq!(error.code, Code::Invalid, "{name}");
        assert_eq!(
            error.field.as_deref(),
            Some("body"),
            "{name}: {}",
            error.message
        );
        assert!(error.message.contains(name), "{name}: {}", error.message);
    }
    engine.quit(QuitWay::StopRuns).await;
}

#[tokio::test]
async fn an_unknown_name_is_named() {
    let (_folder, engine) = engine().await;
    let error = dispatch(&engine, Caller::Cli, "fly", json!({}))
        .await
        .unwrap_err();
    assert_eq!(error.message, "there is no command `fly`");
    engine.quit(QuitWay::StopRuns).await;
}

#[tokio::test]
async fn a_malformed_body_is_explained_but_a_secret_is_not_repeated() {
    let (_folder, engine) = engine().await;
    let refuse = async |name: &str, body| {
        dispatch(&engine, Caller::Cli, name, body)
            .await
            .unwrap_err()
            .message
    };
    let said = refuse("get_profile", json!({"profil": "anna"})).await;
    assert!(said.contains("unknown field `profil`"), "{said}");
    let said = refuse("set_token", json!({"name": "a", "value": 4_711})).await;
    assert_eq!(
        said,
        "the body of `set_token` does not have the form of that request"
    );
    let said = refuse("import_profiles", json!({"text": ["canary-secret"]})).await;
    assert!(!said.contains("canary"), "{said}");
    engine.quit(QuitWay::StopRuns).await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_engine_answers_over_its_socket() {
    let (_folder, engine) = engine().await;
    let served = serve(engine.clone(), &engine.paths().socket()).unwrap();
    let client = Client::connect(served.path()).await.unwrap();
    let draft = ProfileDraft {
        name: "anna".into(),
        browser: "auto".into(),
        ..ProfileDraft::default()
    };
    let made = client.call(SaveProfile { id: None, draft }).await.unwrap();
    let found = client.call(ListProfiles::default()).await.unwrap();
    assert_eq!(
        found.rows.iter().map(|row| row.id).collect::<Vec<_>>(),
        [made.id]
    );
    let error = client
        .call(GetProfile {
            profile: "bo".into(),
        })
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::ProfileNotFound);
    drop(served);
    engine.quit(QuitWay::StopRuns).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_run_is_seen_to_its_end_over_the_socket() {
    let (_folder, engine) = engine().await;
    let served = serve(engine.clone(), &engine.paths().socket()).unwrap();
    let client = Client::connect(served.path()).await.unwrap();
    // Paused, so that the run cannot end before it is watched.
    client.call(PauseQueue { paused: true }).await.unwrap();
    let file = TaskFile::from_json(
        r#"{"name":"say","kind":"command","program":"echo","args":["a word"]}"#,
    )
    .unwrap();
    client
        .call(SaveTask {
            id: None,
            from_version: None,
            file,
        })
        .await
        .unwrap();
    let start = StartTask {
        task: "say".into(),
        options: StartOptions::default(),
        request_id: None,
    };
    let run = client.call(start).await.unwrap()[0].id;
    let mut stream = client.watch_run(run, 1).await.unwrap();
    client.call(PauseQueue { paused: false }).await.unwrap();
    let mut said = Vec::new();
    let ended = tokio::time::timeout(std::time::Duration::from_mins(1), async {
        loop {
            let batch = stream.next().await.unwrap();
            said.extend(batch.lines.into_iter().map(|line| line.text));
            if let Some(row) = batch.row.filter(|row| row.state.is_terminal()) {
                return row;
            }
        }
    });
    let ended = ended.await.expect("the run ends");
    assert_eq!(ended.state.key(), "succeeded");
    assert!(said.iter().any(|line| line == "a word"), "{said:?}");
    let run = client.call(GetRun { run }).await.unwrap();
    assert_eq!(run.exit.and_then(|exit| exit.code), Some(0));
    drop((stream, served));
    engine.quit(QuitWay::StopRuns).await;
}
