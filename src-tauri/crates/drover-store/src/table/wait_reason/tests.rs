//! The reasons, and that they are those of the claim.

use WaitCode::{NotBefore, Paused, ResourceFull};
use drover_model::{BatchId, Move, ProfileId, RunId, Settings, WaitCode};

use crate::{
    Conditions, MemoryShort, Moment, MoveDetail,
    testing::{Database, at, profile, run, task},
};

fn database() -> Database {
    let database = Database::new();
    database.writing().insert_task(&task(1, "t")).unwrap();
    database
        .writing()
        .insert_profile(&profile(1, "anna"))
        .unwrap();
    database
}

#[test]
fn a_run_that_could_not_begin_says_what_it_waits_for() {
    let database = database();
    let mut writing = database.writing();
    writing.insert_run(&run(1, None)).unwrap();
    let id = RunId::from_bits(1);
    let mut requeued = |attempt, reason: &str| {
        writing.tick(at(60)).unwrap();
        writing.claim(id, at(60), "m").unwrap().unwrap();
        let detail = MoveDetail {
            reason: Some(reason.to_owned()),
            not_before: Some(at(60)),
            ..MoveDetail::at(at(50))
        };
        writing.advance(id, attempt, Move::Requeue, detail).unwrap();
        let run = database.reading().run(id, at(55)).unwrap();
        run.unwrap().waits_because.unwrap()
    };
    assert_eq!(
        requeued(1, "profile_in_use"),
        "its profile is in use by another browser; Drover looks again in 5 s"
    );
    assert_eq!(requeued(2, "exit_code"), "attempt 3 starts in 5 s");
}

#[test]
fn what_no_row_says_is_said_as_well() {
    let database = database();
    let mut writing = database.writing();
    writing.insert_run(&run(1, Some(1))).unwrap();
    let mut without = run(2, None);
    without.plan.tokens.clear();
    writing.insert_run(&without).unwrap();
    let mut conditions = Conditions {
        vault_locked: true,
        ..Conditions::default()
    };
    let ids = [1, 2].map(RunId::from_bits);
    let moment = |conditions: &Conditions| Moment {
        now: at(50),
        conditions: conditions.clone(),
    };
    let code = |run, conditions: &Conditions| {
        let why = writing.why(run, moment(conditions)).unwrap();
        why.first().map(|reason| reason.code)
    };
    assert_eq!(code(ids[0], &conditions), Some(WaitCode::VaultLocked));
    assert_eq!(code(ids[1], &conditions), None, "it needs no secret");
    let may = |conditions: &Conditions| writing.claimable(moment(conditions), 9).unwrap();
    assert_eq!(may(&conditions), [ids[1]]);
    conditions = Conditions::default();
    assert_eq!(may(&conditions), ids);
    conditions.disk_low = Some(800_000_000);
    assert_eq!(code(ids[0], &conditions), Some(WaitCode::DiskLow));
    assert_eq!(may(&conditions), []);
    conditions = Conditions {
        storage_error: Some("the disk is full".to_owned()),
        draining: true,
        ..Conditions::default()
    };
    let why = writing.why(ids[1], moment(&conditions)).unwrap();
    assert_eq!(
        why.iter().map(|reason| reason.code).collect::<Vec<_>>(),
        [WaitCode::StorageError, WaitCode::Draining]
    );
}

#[test]
fn a_profile_that_somebody_has_open_and_short_memory_keep_runs_in_line() {
    let database = database();
    let mut writing = database.writing();
    writing.insert_run(&run(1, Some(1))).unwrap();
    writing.insert_run(&run(2, None)).unwrap();
    let [first, second] = [1, 2].map(RunId::from_bits);
    let open = Conditions {
        busy_profiles: [(ProfileId::from_bits(1), "its window is open".to_owned())].into(),
        ..Conditions::default()
    };
    let short = Conditions {
        memory_short: Some(MemoryShort {
            free: 310,
            needed: 400,
        }),
        ..Conditions::default()
    };
    for (conditions, code, text) in [
        (
            open,
            WaitCode::ProfileBusy,
            "profile `anna` is in use: its window is open",
        ),
        (
            short,
            WaitCode::MemoryLow,
            "310 MB of memory are free, and a browser needs 400 MB",
        ),
    ] {
        let moment = Moment {
            now: at(50),
            conditions,
        };
        let may = writing.claimable(moment.clone(), 9).unwrap();
        assert_eq!(may, [second], "it needs no browser");
        let why = writing.why(first, moment.clone()).unwrap();
        assert_eq!((why[0].code, why[0].text.as_str()), (code, text));
        assert_eq!(writing.why(second, moment).unwrap(), []);
    }
}

#[test]
fn what_is_expected_to_end_last_comes_first() {
    let database = database();
    let mut writing = database.writing();
    let limit = "tag:eu".parse().unwrap();
    let busy = drover_model::Profile {
        tags: vec!["eu".to_owned()],
        ..profile(1, "anna")
    };
    writing.update_profile(&busy).unwrap();
    writing
        .set_limit(&limit, Some(0.try_into().unwrap()), None)
        .unwrap();
    let codes = |writing: &crate::Writing<'_>, number| {
        let why = writing.why(RunId::from_bits(number), at(50)).unwrap();
        why.iter().map(|reason| reason.code).collect::<Vec<_>>()
    };
    for (number, seconds) in [(1, 55), (2, 4_000)] {
        let later = crate::NewRun {
            not_before: Some(at(seconds)),
            ..run(number, Some(1))
        };
        writing.insert_run(&later).unwrap();
    }
    assert_eq!(codes(&writing, 1), [ResourceFull, NotBefore]);
    assert_eq!(codes(&writing, 2), [NotBefore, ResourceFull]);
    writing.pause(true).unwrap();
    assert_eq!(codes(&writing, 2), [Paused, NotBefore, ResourceFull]);
}

#[test]
fn a_run_whose_time_came_while_nobody_looked_waits_for_what_really_keeps_it() {
    let database = database();
    let mut writing = database.writing();
    writing.insert_run(&run(1, None)).unwrap();
    writing
        .claim(RunId::from_bits(1), at(5), "m")
        .unwrap()
        .unwrap();
    let settings = Settings {
        workers: 1,
        ..Settings::default()
    };
    writing.put_settings(&settings).unwrap();
    let later = crate::NewRun {
        not_before: Some(at(20)),
        ..run(2, None)
    };
    writing.insert_run(&later).unwrap();
    let why = writing.why(RunId::from_bits(2), at(50)).unwrap();
    assert_eq!(why[0].code, WaitCode::WorkersFull);
}

#[test]
fn a_run_behind_another_says_which_and_one_of_an_open_batch_that_it_is_open() {
    let database = database();
    let mut writing = database.writing();
    writing.insert_run(&run(1, Some(1))).unwrap();
    let behind = |number, earlier: u128| crate::NewRun {
        not_before: Some(at(2)),
        origin: crate::Origin {
            behind: Some(RunId::from_bits(earlier)),
            ..crate::Origin::default()
        },
        ..run(number, None)
    };
    writing.insert_run(&behind(2, 1)).unwrap();
    writing.tick(at(50)).unwrap();
    let why = |writing: &crate::Writing<'_>, number| {
        let why = writing.why(RunId::from_bits(number), at(50)).unwrap();
        let found = why.into_iter().next();
        found.map(|reason| (reason.code, reason.text, reason.blocked_by))
    };
    let first = RunId::from_bits(1);
    let text = format!("run {} of task `t` ends first", first.short());
    assert_eq!(
        why(&writing, 2),
        Some((WaitCode::Dependency, text, vec![first]))
    );
    let ended = Move::End {
        ended: drover_model::Ended::Cancelled,
    };
    writing
        .advance(first, 1, ended, MoveDetail::at(at(50)))
        .unwrap();
    writing.tick(at(50)).unwrap();
    assert_eq!(why(&writing, 2), None);

    let batch = crate::NewBatch {
        id: BatchId::from_bits(1),
        task_id: drover_model::TaskId::from_bits(1),
        schedule_id: None,
        over: "2 profiles".to_owned(),
        limits: drover_model::schedule::BatchSpec::default(),
        total: 2,
        request_id: None,
        retry_of: None,
        created_at: at(3),
    };
    writing.insert_batch(&batch, false).unwrap();
    let one = crate::NewRun {
        not_before: Some(at(3)),
        origin: crate::Origin {
            batch_id: Some(batch.id),
            ..crate::Origin::default()
        },
        ..run(3, Some(1))
    };
    writing.insert_run(&one).unwrap();
    let (code, text, _) = why(&writing, 3).unwrap();
    assert_eq!(
        (code, text.as_str()),
        (
            WaitCode::Dependency,
            "the rest of its batch is still being queued"
        )
    );
    writing.seal_batch(batch.id).unwrap();
    assert_eq!(why(&writing, 3), None);
}

#[test]
fn a_waiting_run_says_why() {
    let database = database();
    let mut writing = database.writing();
    for number in [1, 2] {
        writing.insert_run(&run(number, Some(1))).unwrap();
    }
    writing.insert_run(&run(3, None)).unwrap();
    let why = |number| {
        let run = database
            .reading()
            .run(RunId::from_bits(number), at(50))
            .unwrap();
        run.unwrap().waits_because
    };
    assert_eq!(why(1), None, "nothing keeps it");
    assert_eq!(why(2).unwrap(), "1 more run of profile `anna` first");
    writing
        .claim(RunId::from_bits(1), at(50), "m")
        .unwrap()
        .unwrap();
    let short = RunId::from_bits(1).short();
    assert_eq!(
        why(2).unwrap(),
        format!("profile `anna` is in use by run {short}")
    );
    let settings = Settings {
        workers: 1,
        ..Settings::default()
    };
    writing.put_settings(&settings).unwrap();
    assert_eq!(why(3).unwrap(), "1 of 1 workers are busy");
    let later = crate::NewRun {
        not_before: Some(at(60)),
        ..run(4, None)
    };
    writing.insert_run(&later).unwrap();
    assert_eq!(why(4).unwrap(), "it starts in 10 s");
    writing.pause(true).unwrap();
    assert_eq!(why(3).unwrap(), "the queue is paused");
}
