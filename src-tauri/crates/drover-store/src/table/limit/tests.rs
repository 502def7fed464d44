//! No limit is ever exceeded, and none is lost.

use drover_model::{Ended, LimitKey, Move, Profile, Rate, RunId};

use crate::{
    Applied, MoveDetail, Writing,
    testing::{Database, at, profile, run, task},
};

fn tagged(number: u128) -> Profile {
    Profile {
        tags: vec!["eu".to_owned()],
        ..profile(number, &format!("p{number}"))
    }
}

fn database(runs: u128) -> Database {
    let database = Database::new();
    let mut writing = database.writing();
    writing.insert_task(&task(1, "t")).unwrap();
    for number in 1..=runs {
        writing.insert_profile(&tagged(number)).unwrap();
        writing.insert_run(&run(number, Some(number))).unwrap();
    }
    drop(writing);
    database
}

fn id(number: u128) -> RunId {
    RunId::from_bits(number)
}

fn claims(writing: &mut Writing<'_>, number: u128) -> bool {
    writing.claim(id(number), at(50), "m").unwrap().is_some()
}

fn ends(writing: &mut Writing<'_>, number: u128) {
    for step in [
        Move::Run,
        Move::End {
            ended: Ended::Failed,
        },
    ] {
        let moved = writing.advance(id(number), 1, step, MoveDetail::at(at(60)));
        assert!(matches!(moved.unwrap(), Applied::Done(_)));
    }
}

fn key(text: &str) -> LimitKey {
    text.parse().unwrap()
}

#[test]
fn no_more_runs_start_than_a_limit_allows() {
    for limited in ["task:T", "token:shop", "tag:eu"] {
        let database = database(4);
        let mut writing = database.writing();
        writing.set_limit(&key(limited), Some(2), None).unwrap();
        assert!(claims(&mut writing, 1) && claims(&mut writing, 2));
        assert!(!claims(&mut writing, 3), "{limited}");
        assert_eq!(writing.claimable(at(50), 9).unwrap(), [], "{limited}");
        let limit = &writing.limits().unwrap()[0];
        assert_eq!((limit.held_by.len(), limit.waiting), (2, 2), "{limited}");
        let why = writing.why(id(3), at(50)).unwrap();
        assert_eq!(why[0].code, drover_model::WaitCode::ResourceFull);
        assert_eq!(why[0].blocked_by, [id(1), id(2)]);
        ends(&mut writing, 1);
        assert!(claims(&mut writing, 3), "{limited}");
        assert!(!claims(&mut writing, 4), "{limited}");
    }
}

#[test]
fn a_limit_that_is_lowered_lets_busy_ones_end_and_a_raised_one_lets_more_start() {
    let database = database(4);
    let mut writing = database.writing();
    for number in [1, 2, 3] {
        assert!(claims(&mut writing, number));
    }
    writing.set_limit(&key("task:t"), Some(1), None).unwrap();
    assert_eq!(writing.limits().unwrap()[0].held_by.len(), 3);
    for number in [1, 2] {
        ends(&mut writing, number);
        assert!(
            !claims(&mut writing, 4),
            "run 3 has the one place, or more than it"
        );
    }
    ends(&mut writing, 3);
    assert!(claims(&mut writing, 4));
    let later = run(5, None);
    writing.insert_run(&later).unwrap();
    assert!(!claims(&mut writing, 5));
    writing.set_limit(&key("task:t"), Some(2), None).unwrap();
    assert!(claims(&mut writing, 5));
    writing.set_limit(&key("task:t"), None, None).unwrap();
    assert_eq!(writing.limits().unwrap(), []);
    assert!(writing.remove_limit(&key("task:t")).is_err());
}

#[test]
fn a_blocked_head_blocks_its_own_line_alone() {
    let database = database(2);
    let mut writing = database.writing();
    let only_first = Profile {
        tags: vec!["slow".to_owned()],
        ..profile(1, "p1")
    };
    writing.update_profile(&only_first).unwrap();
    writing.set_limit(&key("tag:slow"), Some(0), None).unwrap();
    assert_eq!(writing.claimable(at(50), 9).unwrap(), [id(2)]);
    assert!(!claims(&mut writing, 1) && claims(&mut writing, 2));
}

#[test]
fn starts_over_time_are_a_bucket_that_fills() {
    let database = database(4);
    let mut writing = database.writing();
    let rate = Rate {
        starts: 2,
        per_ms: 60_000,
    };
    writing.set_limit(&key("tag:eu"), None, Some(rate)).unwrap();
    let start = |writing: &mut Writing<'_>, number, second| {
        writing
            .claim(id(number), at(second), "m")
            .unwrap()
            .is_some()
    };
    assert!(start(&mut writing, 1, 10) && start(&mut writing, 2, 10));
    assert!(!start(&mut writing, 3, 39));
    assert_eq!(writing.claimable(at(39), 9).unwrap(), []);
    assert_eq!(writing.next_due(at(10)).unwrap(), Some(at(40)));
    let why = writing.why(id(3), at(10)).unwrap();
    assert_eq!(
        (why[0].code, why[0].clears_at),
        (drover_model::WaitCode::RateLimited, Some(at(40)))
    );
    assert_eq!(writing.claimable(at(40), 9).unwrap(), [id(3), id(4)]);
    assert!(start(&mut writing, 3, 40) && !start(&mut writing, 4, 40));
    assert!(
        !start(&mut writing, 4, 5),
        "a clock that is set back gives nothing"
    );
    assert!(start(&mut writing, 4, 100));
}

#[test]
fn places_of_runs_that_are_gone_come_back() {
    let database = database(2);
    let mut writing = database.writing();
    writing.set_limit(&key("tag:eu"), Some(1), None).unwrap();
    assert!(claims(&mut writing, 1));
    writing
        .conn()
        .execute(
            "UPDATE run SET state = 'lost', finished_ms = 1 WHERE state = 'starting'",
            [],
        )
        .unwrap();
    assert!(!claims(&mut writing, 2));
    assert_eq!(writing.release_orphans().unwrap(), 1);
    assert!(claims(&mut writing, 2));
}

#[test]
fn places_above_a_lowered_limit_do_not_come_back_after_a_crash() {
    let database = database(4);
    let mut writing = database.writing();
    for number in [1, 2, 3] {
        assert!(claims(&mut writing, number));
    }
    writing.set_limit(&key("tag:eu"), Some(1), None).unwrap();
    writing
        .conn()
        .execute(
            "UPDATE run SET state = 'lost', finished_ms = 1 WHERE state = 'starting'",
            [],
        )
        .unwrap();
    assert_eq!(writing.release_orphans().unwrap(), 3);
    assert!(claims(&mut writing, 4));
    writing.insert_profile(&tagged(5)).unwrap();
    writing.insert_run(&run(5, Some(5))).unwrap();
    assert!(!claims(&mut writing, 5), "the limit is 1");
}

#[test]
fn the_moment_at_which_a_start_is_possible_is_the_one_at_which_it_is_found() {
    for (starts, per_ms) in [(3, 7_001), (7, 86_399), (1, 999), (13, 60_000)] {
        let database = database(3);
        let mut writing = database.writing();
        let rate = Rate { starts, per_ms };
        writing.set_limit(&key("tag:eu"), None, Some(rate)).unwrap();
        writing
            .conn()
            .execute(
                "UPDATE resource SET tokens = 1.3, filled_ms = ?1",
                [at(50).as_millisecond()],
            )
            .unwrap();
        assert!(writing.claim(id(1), at(50), "m").unwrap().is_some());
        // Also from a clock that was set back.
        for now in [at(50), at(20)] {
            let due = writing.next_due(now).unwrap().unwrap();
            assert!(due > now, "{rate}");
            assert_eq!(
                writing.claimable(now, 9).unwrap(),
                [],
                "{rate}: before it is due"
            );
        }
        let due = writing.next_due(at(50)).unwrap().unwrap();
        assert!(!writing.claimable(due, 9).unwrap().is_empty(), "{rate}");
        assert!(writing.claim(id(2), due, "m").unwrap().is_some(), "{rate}");
    }
}
