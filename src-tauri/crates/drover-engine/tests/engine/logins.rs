//! Sign-ins through the engine: a check that runs by schedule, and runs that wait for what it finds.

use std::path::Path;

use drover_model::{
    Caller, Code, CommandError, LoginState, ProfileDraft, RunState, ScheduleFile, WaitCode,
    request::{
        ForgetLogin, GetProfile, GetQueue, RunScheduleNow, SaveProfile, SaveSchedule, WhyRun,
    },
};

use crate::support::Life;

const BY: Caller = Caller::Window;

async fn state(life: &Life) -> Option<LoginState> {
    let anna = GetProfile {
        profile: "anna".to_owned(),
    };
    let anna = life.engine.get_profile(BY, anna).await.unwrap();
    anna.logins.first().map(|login| login.state)
}

/// The tasks: `check` looks for a mark that stands for the sign-in, `use` needs it.
async fn tasks(life: &Life, mark: &Path) {
    let draft = ProfileDraft {
        name: "anna".to_owned(),
        browser: "auto".to_owned(),
        ..ProfileDraft::default()
    };
    let save = SaveProfile { id: None, draft };
    life.engine.save_profile(BY, save).await.unwrap();
    let check = serde_json::json!({
        "name": "check", "kind": "command", "program": "test", "args": ["-e", mark],
        "profiles": { "names": ["anna"] }, "checks_login": "Shop.Example",
    });
    life.task(&check.to_string()).await;
    life.task(
        r#"{"name":"use","kind":"command","program":"true","profiles":{"names":["anna"]},"needs_login":["shop.example"]}"#,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_needs_a_sign_in_waits_for_the_check_that_finds_it() {
    let life = Life::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("signed-in");
    tasks(&life, &mark).await;
    let file = ScheduleFile::from_json(
        r#"{"name":"sign-in","task":"check","when":{"cron":"0 3 1 1 *","tz":"UTC"}}"#,
    );
    let save = SaveSchedule {
        id: None,
        from_version: None,
        file: file.unwrap(),
        confirmed: false,
    };
    let schedule = life.engine.save_schedule(BY, save).await.unwrap();
    let check = async || {
        let now = RunScheduleNow {
            schedule: schedule.id,
            request_id: None,
        };
        let run = life.engine.run_schedule_now(BY, now).await.unwrap();
        life.ended(run[0].id).await.row.state
    };
    let first = life.run("use").await.id;
    let first = life.ended(first).await.row.state;
    assert_eq!(first, RunState::Succeeded, "nothing is known, so it goes");
    assert_eq!(check().await, RunState::Failed);
    assert_eq!(state(&life).await, Some(LoginState::SignedOut));

    let waiting = life.run("use").await.id;
    let why = WhyRun { run: waiting };
    let why = life.engine.why_run(BY, why).await.unwrap();
    assert_eq!(why[0].code, WaitCode::SignedOut, "{why:?}");
    assert!(
        why[0]
            .text
            .contains("`anna` is signed out of `shop.example`")
    );
    assert_eq!(
        why[0].clears_at, schedule.next,
        "the schedule knows when it is looked at again"
    );
    let queue = life
        .engine
        .get_queue(BY, GetQueue::default())
        .await
        .unwrap();
    assert_eq!(queue.waiting[0].reasons, why);

    std::fs::write(&mark, "").unwrap();
    assert_eq!(check().await, RunState::Succeeded);
    assert_eq!(life.ended(waiting).await.row.state, RunState::Succeeded);
    assert_eq!(state(&life).await, Some(LoginState::SignedIn));

    std::fs::remove_file(&mark).unwrap();
    assert_eq!(check().await, RunState::Failed);
    let waiting = life.run("use").await.id;
    let anna = GetProfile {
        profile: "anna".to_owned(),
    };
    let profile = life.engine.get_profile(BY, anna).await.unwrap().id;
    let forget = |site: &str| ForgetLogin {
        profile,
        site: site.parse().unwrap(),
    };
    let refused = life.engine.forget_login(BY, forget("mail")).await;
    let refused = CommandError::from(refused.unwrap_err());
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (Code::Invalid, Some("site"))
    );
    let after = life.engine.forget_login(BY, forget("shop.example")).await;
    assert_eq!(after.unwrap().logins[0].state, LoginState::Unknown);
    assert_eq!(life.ended(waiting).await.row.state, RunState::Succeeded);
    life.quit().await;
}
