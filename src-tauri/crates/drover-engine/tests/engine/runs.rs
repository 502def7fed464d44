//! Tasks and their runs: commands, steps and scripts, from the start to the log.

use crate::support::Life;
use drover_model::{
    Caller, Code, CommandError, ProfileDraft, RunState, Stream,
    request::{
        AttachTool, CancelRun, GetRun, ImportProfiles, ListAttached, ListProfiles, ListRuns,
        ListTokens, LoadSamples, ReadArtifact, ReadLog, SaveProfile, StartOptions, StartTask,
        WatchBrowser,
    },
    task::Kind,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_command_runs_and_leaves_its_log_and_exit_code() {
    let life = Life::start().await;
    life.task(r#"{"name":"greet","kind":"command","program":"sh","args":["-c","echo hello; echo oops >&2; exit 3"]}"#).await;
    let run = life.run("greet").await;
    let run = life.ended(run.id).await;
    assert_eq!(
        (run.row.state, run.row.reason.as_deref()),
        (RunState::Failed, Some("exit_code"))
    );
    assert_eq!(run.exit.and_then(|exit| exit.code), Some(3));
    let log = life
        .engine
        .read_log(
            Caller::Cli,
            ReadLog {
                run: run.row.id,
                from_seq: 0,
                limit: 0,
            },
        )
        .await
        .unwrap();
    let said = |stream: Stream| {
        log.lines
            .iter()
            .filter(|line| line.stream == stream)
            .map(|line| line.text.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (said(Stream::Stdout), said(Stream::Stderr)),
        (vec!["hello".to_owned()], vec!["oops".to_owned()])
    );
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_sign_in_and_bring_a_price_and_a_picture() {
    let life = Life::start_with_memory_vault().await;
    let report = life
        .engine
        .load_samples(Caller::Window, LoadSamples {})
        .await
        .unwrap();
    assert_eq!((report.profiles, report.tasks), (6, 3), "{report:?}");
    let again = life
        .engine
        .load_samples(Caller::Window, LoadSamples {})
        .await
        .unwrap();
    assert_eq!(
        (again.profiles, again.tasks),
        (0, 0),
        "loading twice makes nothing twice"
    );
    for task in ["Sample: read a price", "Sample: sign in with a script"] {
        let run = life.run(task).await;
        let run = life.ended(run.id).await;
        assert_eq!(
            run.row.state,
            RunState::Succeeded,
            "{task}: {:?}\n{}",
            run.row.message,
            life.log(run.row.id).await
        );
        assert_eq!(run.outputs.get("price"), Some(&"12.50".into()), "{task}");
        let shot = run
            .artifacts
            .iter()
            .find(|artifact| artifact.kind == "screenshot")
            .unwrap_or_else(|| panic!("{task} left no picture"));
        let bytes = life
            .engine
            .read_artifact(
                Caller::Window,
                ReadArtifact {
                    run: run.row.id,
                    path: shot.path.clone(),
                },
            )
            .await
            .unwrap();
        assert!(bytes.0.starts_with(b"\x89PNG"), "{task}");
        let tells_steps = run.plan.kind == Kind::Steps;
        assert_eq!(
            run.attempts[0].steps.len(),
            if tells_steps { 7 } else { 0 },
            "{task}"
        );
        assert!(
            tells_steps
                || run
                    .progress
                    .is_some_and(|progress| progress.label == "done"),
            "{task} told no progress"
        );
    }
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_the_whole_tree() {
    let life = Life::start().await;
    let line = "sleep 600 & (setsid sleep 601 &) ; sleep 602";
    life.task(&format!(
        r#"{{"name":"sleep","kind":"command","program":"{line}","shell":true}}"#
    ))
    .await;
    let run = life.run("sleep").await;
    life.reaches(run.id, RunState::Running).await;
    life.engine
        .cancel_run(Caller::Window, CancelRun { run: run.id })
        .await
        .unwrap();
    let run = life.ended(run.id).await;
    assert_eq!(run.row.state, RunState::Cancelled);
    assert_eq!(
        crate::support::processes_with(&run.row.id.to_string()),
        Vec::<u32>::new(),
        "nothing of the run is left"
    );
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_is_one_start_and_unknown_things_are_named() {
    let life = Life::start().await;
    life.task(r#"{"name":"quick","kind":"command","program":"true"}"#)
        .await;
    let start = StartTask {
        task: "quick".into(),
        options: StartOptions::default(),
        request_id: Some("click-1".into()),
    };
    let first = life
        .engine
        .start_task(Caller::Window, start.clone())
        .await
        .unwrap();
    let second = life.engine.start_task(Caller::Window, start).await.unwrap();
    assert_eq!(first[0].id, second[0].id);
    life.ended(first[0].id).await;
    assert_eq!(
        life.engine
            .list_runs(Caller::Window, ListRuns::default())
            .await
            .unwrap()
            .total,
        1
    );
    let unknown = StartTask {
        task: "nothing".into(),
        options: StartOptions::default(),
        request_id: None,
    };
    let error = CommandError::from(
        life.engine
            .start_task(Caller::Cli, unknown)
            .await
            .unwrap_err(),
    );
    assert_eq!(
        (error.code, error.message.as_str()),
        (Code::TaskNotFound, "no task named `nothing`")
    );
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_puts_values_into_the_keychain_and_nowhere_else() {
    const CANARY: &str = "canary-7f3a-import-value";
    let life = Life::start_with_memory_vault().await;
    let text = format!(
        r#"[{{"profile_name":"anna","proxy":"http://user:{CANARY}-proxy@127.0.0.1:9","tokens":{{"auth_token":"{CANARY}"}}}},{{"profile_name":"","tokens":{{}}}}]"#
    );
    let report = life
        .engine
        .import_profiles(Caller::Window, ImportProfiles { text })
        .await
        .unwrap();
    assert_eq!(report.tokens, ["anna.auth_token"]);
    assert!(
        report.items[0].profile.is_some() && report.items[1].profile.is_none(),
        "{report:?}"
    );
    let profiles = life
        .engine
        .list_profiles(Caller::Window, ListProfiles::default())
        .await
        .unwrap()
        .rows;
    assert_eq!(profiles[0].proxy.as_ref().unwrap().as_str(), "127.0.0.1:9");
    assert_eq!(
        life.engine
            .list_tokens(Caller::Window, ListTokens {})
            .await
            .unwrap()
            .len(),
        1
    );
    let folder = life.quit().await;
    crate::support::assert_nowhere(folder.path(), CANARY);
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_and_their_logs_survive_a_restart() {
    let life = Life::start().await;
    life.task(r#"{"name":"greet","kind":"command","program":"echo","args":["still here"]}"#)
        .await;
    let run = life.run("greet").await;
    life.ended(run.id).await;
    let folder = life.quit().await;
    let life = Life::again(folder).await;
    let run = life
        .engine
        .get_run(Caller::Window, GetRun { run: run.id })
        .await
        .unwrap();
    assert_eq!(run.row.state, RunState::Succeeded);
    assert!(life.log(run.row.id).await.contains("still here"));
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_attempt_is_tried_again_as_often_as_the_task_says() {
    let life = Life::start().await;
    life.task(r#"{"name":"flaky","kind":"command","program":"false","retries":{"max":1,"backoff":"fixed"}}"#).await;
    let run = life.run("flaky").await;
    let run = life.reaches_attempt(run.id, 2).await;
    assert_eq!(
        run.row.state,
        RunState::Queued,
        "it waits for its second attempt"
    );
    assert_eq!(run.attempts.len(), 1);
    assert!(run.waits_because.is_some(), "a waiting run says why");
    life.engine
        .cancel_run(Caller::Window, CancelRun { run: run.row.id })
        .await
        .unwrap();
    assert_eq!(life.ended(run.row.id).await.row.state, RunState::Cancelled);
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_looked_at_while_it_runs_and_endpoints_are_listed_while_they_are_open() {
    let life = Life::start_with_memory_vault().await;
    let draft = ProfileDraft {
        name: "anna".to_owned(),
        browser: "auto".to_owned(),
        ..ProfileDraft::default()
    };
    let save = SaveProfile { id: None, draft };
    life.engine
        .save_profile(Caller::Window, save)
        .await
        .unwrap();
    let watch = || WatchBrowser {
        profile: "anna".to_owned(),
        every_ms: 0,
    };
    let none = life.engine.watch_browser(Caller::Window, watch()).await;
    let refused = CommandError::from(none.map(drop).unwrap_err());
    assert_eq!(refused.code, Code::WrongState, "{refused}");

    life.task(
        r#"{"name":"stay","kind":"steps","profiles":{"names":["anna"]},
            "steps":[{"do":"wait","for":{"time":"1h"},"timeout":"2h"}]}"#,
    )
    .await;
    let run = life.run("stay").await.id;
    life.reaches(run, RunState::Running).await;
    let mut preview = life
        .engine
        .watch_browser(Caller::Window, watch())
        .await
        .unwrap();
    let picture = preview.next().await.expect("the browser runs");
    assert!(picture.starts_with(&[0xff, 0xd8]), "it is a JPEG");

    let target = run.to_string();
    let tool = life
        .engine
        .attach_tool(Caller::Window, AttachTool { target })
        .await
        .unwrap();
    let open = life
        .engine
        .list_attached(Caller::Cli, ListAttached {})
        .await
        .unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].id, open[0].run), (tool.id, Some(run)));
    assert_eq!(open[0].name.as_str(), "anna");
    let listed = serde_json::to_string(&open).unwrap();
    let token = tool.endpoint.rsplit('/').next().unwrap();
    assert!(!listed.contains(token), "the address is a secret");

    life.engine
        .cancel_run(Caller::Window, CancelRun { run })
        .await
        .unwrap();
    life.ended(run).await;
    let open = life
        .engine
        .list_attached(Caller::Cli, ListAttached {})
        .await
        .unwrap();
    assert_eq!(open, [], "the endpoint closed with its run");
    life.quit().await;
    while preview.next().await.is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_another_computer_has_open_is_waited_for_and_not_tried_in_vain() {
    let life = Life::start_with_memory_vault().await;
    let draft = ProfileDraft {
        name: "anna".to_owned(),
        browser: "auto".to_owned(),
        ..ProfileDraft::default()
    };
    let save = SaveProfile { id: None, draft };
    let anna = life.engine.save_profile(Caller::Window, save).await;
    let folder = life.engine.paths().chrome(anna.unwrap().id);
    std::fs::create_dir_all(&folder).unwrap();
    let lock = folder.join("SingletonLock");
    std::os::unix::fs::symlink("attic-71", &lock).unwrap();
    life.task(
        r#"{"name":"look","kind":"steps","profiles":{"names":["anna"]},
            "steps":[{"do":"open","url":"about:blank"}]}"#,
    )
    .await;
    life.task(r#"{"name":"greet","kind":"command","program":"true"}"#)
        .await;
    let run = life.run("look").await.id;
    let waits = life.reaches_attempt(run, 2).await;
    assert_eq!(waits.row.reason.as_deref(), Some("profile_in_use"));
    // The claimer goes on with others, and leaves this one alone.
    for _ in 0..3 {
        let other = life.run("greet").await.id;
        assert_eq!(life.ended(other).await.row.state, RunState::Succeeded);
    }
    let get = GetRun { run };
    let waits = life.engine.get_run(Caller::Window, get).await.unwrap();
    let why = waits.waits_because.unwrap_or_default();
    assert!(
        why.contains("a browser on `attic` has its folder open"),
        "{why}"
    );
    assert_eq!((waits.row.state, waits.row.attempt), (RunState::Queued, 2));
    std::fs::remove_file(&lock).unwrap();
    let run = life.ended(run).await;
    assert_eq!((run.row.state, run.row.attempt), (RunState::Succeeded, 2));
    life.quit().await;
}
