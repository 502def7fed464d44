//! What checks of sign-ins find, and whom that keeps back.

use drover_model::{
    Ended, Fact, LoginSite, LoginState, Move, ProfileId, RunId, RunState, StopIntent, WaitCode,
    run::{ExitStatus, StepRow, StepState},
};

use crate::{
    MoveDetail, NewRun, Writing, schema,
    testing::{Database, at, profile, run, task},
};

fn site(name: &str) -> LoginSite {
    name.parse().unwrap()
}

fn database() -> Database {
    let database = Database::new();
    let mut writing = database.writing();
    writing.insert_task(&task(1, "t")).unwrap();
    for (number, name) in [(1, "anna"), (2, "berta")] {
        writing.insert_profile(&profile(number, name)).unwrap();
    }
    drop(writing);
    database
}

fn needing(number: u128, owner: u128, sites: &[&str]) -> NewRun {
    let mut new = run(number, Some(owner));
    new.plan.needs_login = sites.iter().map(|name| site(name)).collect();
    new
}

fn checking(number: u128, owner: u128, of: &str) -> NewRun {
    let mut new = run(number, Some(owner));
    new.plan.checks_login = Some(site(of));
    new
}

/// Claims a run and ends it so.
fn end(writing: &mut Writing<'_>, number: u128, ended: Ended, detail: MoveDetail) {
    let id = RunId::from_bits(number);
    assert!(
        writing.claim(id, detail.at, "m").unwrap().is_some(),
        "{number} is claimed"
    );
    let mut steps = vec![Move::Run];
    if matches!(ended, Ended::TimedOut | Ended::Cancelled) {
        let intent = StopIntent::Cancel;
        steps.push(Move::Stop { intent });
    }
    for step in steps {
        writing
            .advance(id, 1, step, MoveDetail::at(detail.at))
            .unwrap();
    }
    writing.advance(id, 1, Move::End { ended }, detail).unwrap();
}

fn because(seconds: i64, reason: &str) -> MoveDetail {
    MoveDetail {
        reason: Some(reason.to_owned()),
        message: Some(format!("it was {reason}")),
        exit: (reason == "exit_code").then_some(ExitStatus {
            code: Some(1),
            signal: None,
        }),
        ..MoveDetail::at(at(seconds))
    }
}

fn state(writing: &Writing<'_>, owner: u128) -> Option<LoginState> {
    let profile = writing.profile(ProfileId::from_bits(owner)).unwrap();
    profile.unwrap().logins.first().map(|login| login.state)
}

#[test]
fn who_needs_a_sign_in_waits_while_the_profile_is_signed_out() {
    let database = database();
    let mut writing = database.writing();
    for new in [
        checking(1, 1, "shop"),
        needing(2, 1, &["shop", "mail"]),
        needing(3, 2, &["shop"]),
        run(4, Some(1)),
        checking(5, 1, "shop"),
    ] {
        writing.insert_run(&new).unwrap();
    }
    let ids = |numbers: &[u128]| -> Vec<RunId> {
        numbers.iter().copied().map(RunId::from_bits).collect()
    };
    end(&mut writing, 1, Ended::Failed, because(10, "exit_code"));
    let anna = writing.profile(ProfileId::from_bits(1)).unwrap().unwrap();
    let login = &anna.logins[0];
    assert_eq!(
        (login.state, login.run, login.message.as_deref()),
        (
            LoginState::SignedOut,
            Some(RunId::from_bits(1)),
            Some("it was exit_code")
        )
    );
    assert_eq!(
        writing.claimable(at(20), 9).unwrap(),
        ids(&[3, 4]),
        "the other profile, and who does not need it, go on"
    );
    assert!(
        writing
            .claim(RunId::from_bits(2), at(20), "m")
            .unwrap()
            .is_none(),
        "a claim asks again"
    );
    let why = writing.why(RunId::from_bits(2), at(20)).unwrap();
    assert_eq!(why.len(), 1, "{why:?}");
    let short = RunId::from_bits(1).short();
    assert_eq!(
        (why[0].code, why[0].text.as_str(), why[0].clears_at),
        (
            WaitCode::SignedOut,
            format!("profile `anna` is signed out of `shop` (as run {short} found)").as_str(),
            Some(at(20)),
        ),
        "the next check stands in the queue and may start at once"
    );
    writing.rebuild_lanes().unwrap();
    assert_eq!(writing.claimable(at(20), 9).unwrap(), ids(&[3, 4]));
    end(&mut writing, 4, Ended::Succeeded, MoveDetail::at(at(21)));
    assert_eq!(
        writing.claimable(at(22), 9).unwrap(),
        ids(&[3, 5]),
        "the check stands behind it in its line, and is not kept"
    );
    end(&mut writing, 5, Ended::Succeeded, MoveDetail::at(at(23)));
    assert_eq!(state(&writing, 1), Some(LoginState::SignedIn));
    assert_eq!(writing.claimable(at(24), 9).unwrap(), ids(&[3, 2]));
    assert_eq!(writing.why(RunId::from_bits(2), at(24)).unwrap(), []);
}

#[test]
fn a_check_that_could_not_look_says_nothing() {
    let database = database();
    let mut writing = database.writing();
    let mut number = 0;
    let mut check = |writing: &mut Writing<'_>, ended, detail: MoveDetail| {
        number += 1;
        writing.insert_run(&checking(number, 1, "shop")).unwrap();
        end(writing, number, ended, detail);
        state(writing, 1)
    };
    let unknown = Some(LoginState::Unknown);
    let crashed = because(1, "browser_crashed");
    assert_eq!(check(&mut writing, Ended::Failed, crashed), unknown);
    let quiet = MoveDetail {
        exit: Some(ExitStatus {
            code: Some(75),
            signal: None,
        }),
        ..because(2, "exit_code")
    };
    assert_eq!(check(&mut writing, Ended::Failed, quiet.clone()), unknown);
    let failed = because(3, "task_failed");
    let out = Some(LoginState::SignedOut);
    assert_eq!(check(&mut writing, Ended::Failed, failed), out);
    for (ended, reason) in [
        (Ended::TimedOut, "run_limit"),
        (Ended::Lost, "lost"),
        (Ended::Cancelled, "cancelled"),
    ] {
        let what = because(4, reason);
        assert_eq!(check(&mut writing, ended, what), out, "{reason}");
    }
    assert_eq!(check(&mut writing, Ended::Failed, quiet), out);
    let fine = MoveDetail::at(at(9));
    assert_eq!(
        check(&mut writing, Ended::Succeeded, fine),
        Some(LoginState::SignedIn)
    );
}

#[test]
fn a_page_that_does_not_open_is_no_sign_out() {
    let database = database();
    let mut writing = database.writing();
    let steps: Vec<drover_model::Step> = serde_json::from_str(
        r#"[{"do":"open","url":"https://shop.example/"},{"do":"wait","for":{"text":"Welcome"}}]"#,
    )
    .unwrap();
    for (number, failed, expected) in [(1, 0, LoginState::Unknown), (2, 1, LoginState::SignedOut)] {
        let mut new = checking(number, 1, "shop");
        new.plan.steps.clone_from(&steps);
        writing.insert_run(&new).unwrap();
        let id = RunId::from_bits(number);
        writing.claim(id, at(5), "m").unwrap().unwrap();
        writing
            .advance(id, 1, Move::Run, MoveDetail::at(at(5)))
            .unwrap();
        let rows: Vec<StepRow> = (0..=failed)
            .map(|index| StepRow {
                index,
                title: "a step".to_owned(),
                state: if index == failed {
                    StepState::Failed
                } else {
                    StepState::Passed
                },
                started_ms: 0,
                took_ms: Some(1),
                error: None,
            })
            .collect();
        writing.put_steps(id, 1, &rows).unwrap();
        let step = Move::End {
            ended: Ended::Failed,
        };
        writing
            .advance(id, 1, step, because(6, "step_failed"))
            .unwrap();
        assert_eq!(state(&writing, 1), Some(expected));
    }
}

#[test]
fn since_when_it_is_so_outlives_checks_that_agree() {
    let database = database();
    let mut writing = database.writing();
    for (number, ended, seconds) in [
        (1, Ended::Succeeded, 10),
        (2, Ended::Succeeded, 20),
        (3, Ended::Failed, 30),
    ] {
        writing.insert_run(&checking(number, 1, "shop")).unwrap();
        let mut later = Writing::new(&database.conn, at(seconds), drover_model::Caller::Drover);
        end(&mut later, number, ended, because(seconds, "exit_code"));
        let anna = later.profile(ProfileId::from_bits(1)).unwrap().unwrap();
        let since = if number == 2 { 10 } else { seconds };
        assert_eq!(
            (anna.logins[0].since, anna.logins[0].checked_at),
            (at(since), at(seconds))
        );
    }
}

#[test]
fn a_person_can_put_the_answer_aside() {
    let database = database();
    let mut writing = database.writing();
    let anna = ProfileId::from_bits(1);
    assert!(
        writing.forget_login(anna, &site("shop")).is_err(),
        "it was never checked"
    );
    writing.insert_run(&checking(1, 1, "shop")).unwrap();
    end(&mut writing, 1, Ended::Failed, because(5, "exit_code"));
    writing.insert_run(&needing(2, 1, &["shop"])).unwrap();
    assert_eq!(writing.claimable(at(9), 9).unwrap(), []);
    let before = writing.events.len();
    let profile = writing.forget_login(anna, &site("Shop")).unwrap();
    assert_eq!(profile.logins[0].state, LoginState::Unknown);
    assert_eq!(
        writing.claimable(at(9), 9).unwrap(),
        [RunId::from_bits(2)],
        "what is unknown keeps nobody back"
    );
    let told: Vec<Fact> = writing.events[before..]
        .iter()
        .map(|event| event.fact.clone())
        .collect();
    assert_eq!(
        told,
        [Fact::ProfileChanged { profile: anna }, Fact::QueueChanged]
    );
    assert_eq!(
        writing.run_row(RunId::from_bits(2)).unwrap().unwrap().state,
        RunState::Queued
    );
}

#[test]
fn profiles_of_the_format_before_have_no_checks() {
    let mut conn = rusqlite::Connection::open_in_memory().unwrap();
    let before = schema::steps()
        .iter()
        .position(|step| format!("{step:?}").contains("CREATE TABLE login"))
        .unwrap();
    schema::migrations().to_version(&mut conn, before).unwrap();
    conn.execute_batch(
        "INSERT INTO profile (id, name, name_key, browser, start_urls, tokens, notes, search, created_ms, updated_ms)
             VALUES ('p', 'P', 'p', 'auto', '[]', '[]', '', 'p', 0, 0);",
    )
    .unwrap();
    schema::migrations().to_latest(&mut conn).unwrap();
    let counted: (u32, u32) = conn
        .query_row(
            "SELECT (SELECT count(*) FROM profile), (SELECT count(*) FROM login)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(counted, (1, 0));
}
