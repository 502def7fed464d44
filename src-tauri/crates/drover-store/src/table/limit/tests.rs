//! No limit is ever exceeded, and none is lost.

use drover_model::{Capacity, Ended, LimitKey, Move, Profile, Rate, RunId};

use crate::{
    Applied, MoveDetail, Writing,
    testing::{Database, at, profile, proxy, run, task},
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

#[expect(
    clippy::unnecessary_wraps,
    reason = "a limit without a capacity has none"
)]
fn places(number: u32) -> Option<Capacity> {
    Some(number.try_into().unwrap())
}

fn key(text: &str) -> LimitKey {
    text.parse().unwrap()
}

#[test]
fn no_more_runs_start_than_a_limit_allows() {
    for limited in ["task:T", "token:shop", "tag:eu"] {
        let database = database(4);
        let mut writing = database.writing();
        writing.set_limit(&key(limited), places(2), None).unwrap();
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
    writing.set_limit(&key("task:t"), places(1), None).unwrap();
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
    writing.set_limit(&key("task:t"), places(2), None).unwrap();
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
    writing
        .set_limit(&key("tag:slow"), places(0), None)
        .unwrap();
    assert_eq!(writing.claimable(at(50), 9).unwrap(), [id(2)]);
    assert!(!claims(&mut writing, 1) && claims(&mut writing, 2));
}

#[test]
fn starts_over_time_are_a_bucket_that_fills() {
    let database = database(4);
    let mut writing = database.writing();
    let rate = Rate::new(2, 60_000).unwrap();
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
    writing.set_limit(&key("tag:eu"), places(1), None).unwrap();
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
    writing.set_limit(&key("tag:eu"), places(1), None).unwrap();
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
        let rate = Rate::new(starts, per_ms).unwrap();
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

#[test]
fn a_capacity_that_is_added_to_a_rate_counts_who_runs_already() {
    let database = database(4);
    let mut writing = database.writing();
    let rate = Some(Rate::new(100, 1_000).unwrap());
    writing.set_limit(&key("tag:eu"), None, rate).unwrap();
    assert!(claims(&mut writing, 1) && claims(&mut writing, 2));
    writing.set_limit(&key("tag:eu"), places(2), rate).unwrap();
    assert_eq!(writing.limits().unwrap()[0].held_by, [id(1), id(2)]);
    assert!(!claims(&mut writing, 3));
    ends(&mut writing, 1);
    assert!(claims(&mut writing, 3) && !claims(&mut writing, 4));
    writing.set_limit(&key("tag:eu"), None, rate).unwrap();
    assert_eq!(writing.limits().unwrap()[0].held_by, []);
    assert!(claims(&mut writing, 4));
}

#[test]
fn a_start_that_never_began_is_given_back() {
    let database = database(3);
    let mut writing = database.writing();
    let rate = Some(Rate::new(1, 3_600_000).unwrap());
    writing.set_limit(&key("tag:eu"), None, rate).unwrap();
    assert!(claims(&mut writing, 1) && !claims(&mut writing, 2));
    let back = writing.advance(id(1), 1, Move::Requeue, MoveDetail::at(at(51)));
    assert!(matches!(back.unwrap(), Applied::Done(_)));
    assert!(claims(&mut writing, 2), "run 1 did not start");
    ends(&mut writing, 2);
    assert!(!claims(&mut writing, 3), "run 2 did");
    assert!(!claims(&mut writing, 1));
}

#[test]
fn a_rate_that_is_added_begins_full_and_one_that_is_changed_keeps_what_it_had() {
    let database = database(4);
    let mut writing = database.writing();
    writing.set_limit(&key("tag:eu"), places(9), None).unwrap();
    let rate = |starts| Some(Rate::new(starts, 3_600_000).unwrap());
    writing
        .set_limit(&key("tag:eu"), places(9), rate(2))
        .unwrap();
    assert!(claims(&mut writing, 1), "a new bucket is full");
    writing
        .set_limit(&key("tag:eu"), places(9), rate(3))
        .unwrap();
    assert!(claims(&mut writing, 2), "one start was left");
    assert!(
        !claims(&mut writing, 3),
        "a larger bucket is not a full one"
    );
}

#[test]
fn a_clock_that_was_ahead_does_not_close_a_limit_for_ever() {
    let database = database(3);
    let mut writing = database.writing();
    let rate = Some(Rate::new(1, 60_000).unwrap());
    writing.set_limit(&key("tag:eu"), None, rate).unwrap();
    let year = 365 * 86_400;
    assert!(writing.claim(id(1), at(year), "m").unwrap().is_some());
    assert!(writing.has_ticked(at(50)).unwrap());
    writing.tick(at(50)).unwrap();
    assert_eq!(writing.next_due(at(50)).unwrap(), Some(at(110)));
    assert!(!claims(&mut writing, 2), "nothing is given for it either");
    assert!(writing.claim(id(2), at(110), "m").unwrap().is_some());
}

#[test]
fn a_limit_goes_with_the_thing_that_gets_another_name() {
    let database = database(3);
    let mut writing = database.writing();
    writing.set_limit(&key("task:t"), places(1), None).unwrap();
    assert!(claims(&mut writing, 1) && !claims(&mut writing, 2));
    let mut renamed = task(1, "t");
    renamed.version = 2;
    renamed.spec.name = "other".parse().unwrap();
    writing.add_task_version(&renamed).unwrap();
    assert_eq!(writing.limits().unwrap()[0].key, key("task:other"));
    assert!(!claims(&mut writing, 2));
    writing.insert_run(&run(9, None)).unwrap();
    assert!(!claims(&mut writing, 9), "a later run needs it as well");

    let mut eu = proxy(7, "eu");
    writing.put_proxy(&eu).unwrap();
    let mut by_proxy = run(11, None);
    by_proxy.plan.proxy_id = Some(eu.id);
    by_proxy.plan.proxy_name = Some(eu.name.clone());
    writing.set_limit(&key("task:other"), None, None).unwrap();
    writing.insert_run(&by_proxy).unwrap();
    eu.name = "asia".parse().unwrap();
    writing.put_proxy(&eu).unwrap();
    writing
        .set_limit(&key("proxy:asia"), places(0), None)
        .unwrap();
    assert!(!claims(&mut writing, 11), "the plan's name is an old one");
}

#[test]
fn tags_are_those_that_the_profile_has_today() {
    let database = database(2);
    let mut writing = database.writing();
    writing.set_limit(&key("tag:eu"), places(0), None).unwrap();
    writing.set_limit(&key("tag:us"), places(0), None).unwrap();
    let moved = |tag: &str| Profile {
        tags: vec![tag.to_owned()],
        ..profile(1, "p1")
    };
    writing.update_profile(&moved("asia")).unwrap();
    assert_eq!(writing.claimable(at(50), 9).unwrap(), [id(1)]);
    writing.update_profile(&moved("US")).unwrap();
    assert_eq!(writing.claimable(at(50), 9).unwrap(), []);
    let why = writing.why(id(1), at(50)).unwrap();
    assert!(why[0].text.contains("tag `us`"), "{why:?}");
}

#[test]
fn a_task_names_resources_and_its_first_run_sets_their_limits() {
    let database = database(0);
    let mut writing = database.writing();
    writing
        .set_limit(&key("resource:printer"), places(1), None)
        .unwrap();
    let with = |number, resources: &[&str]| {
        let mut new = run(number, None);
        new.plan.resources = resources.iter().map(|text| text.parse().unwrap()).collect();
        new
    };
    writing
        .insert_run(&with(1, &["Printer:5", "shop-api:2"]))
        .unwrap();
    writing.insert_run(&with(2, &["shop-api"])).unwrap();
    writing.insert_run(&with(3, &["shop-api:7"])).unwrap();
    writing.insert_run(&with(4, &["printer"])).unwrap();
    let limits: Vec<_> = writing
        .limits()
        .unwrap()
        .into_iter()
        .map(|limit| {
            (
                limit.key.to_string(),
                limit.capacity.unwrap().get(),
                limit.waiting,
            )
        })
        .collect();
    let set = |name: &str, places, waiting| (format!("resource:{name}"), places, waiting);
    assert_eq!(
        limits,
        [set("printer", 1, 2), set("shop-api", 2, 3)],
        "what a person has set stays"
    );
    assert!(claims(&mut writing, 1) && claims(&mut writing, 2));
    assert!(!claims(&mut writing, 3), "shop-api is used up");
    assert!(!claims(&mut writing, 4), "and so is the printer");
}
