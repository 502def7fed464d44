use drover_model::{
    Ended, Fact, Move, Pool, PoolId, ProxyHealth, ProxyId, ProxyPolicy, ProxyState, Rotation,
    RunId, RunState, Span, StopIntent, WaitCode, plan::PlannedPool,
};

use crate::{
    Applied, Error, MoveDetail, NewRun, Writing,
    testing::{Database, at, profile, proxy, run, task},
};

fn pool(sticky: bool) -> Pool {
    Pool {
        id: PoolId::from_bits(1),
        name: "eu".parse().unwrap(),
        members: (1..=3).map(ProxyId::from_bits).collect(),
        rotation: Rotation::RoundRobin,
        sticky,
        cool_down: Span::seconds(60),
        created_at: at(0),
        updated_at: at(0),
    }
}

/// Proxies and profiles 1 to 3, the pool of all three proxies, and task 1.
fn database(sticky: bool) -> Database {
    let database = Database::new();
    let mut writing = database.writing();
    writing.insert_task(&task(1, "t")).unwrap();
    for number in 1..=3 {
        let name = format!("eu-{number}");
        writing.put_proxy(&proxy(number, &name)).unwrap();
        writing
            .insert_profile(&profile(number, &format!("p{number}")))
            .unwrap();
    }
    writing.put_pool(&pool(sticky)).unwrap();
    database
}

fn id(number: u128) -> RunId {
    RunId::from_bits(number)
}

/// A run that takes its proxy from the pool.
fn pooled(number: u128, profile: Option<u128>, sticky: bool) -> NewRun {
    let mut new = run(number, profile);
    new.plan.pool = Some(PlannedPool {
        id: PoolId::from_bits(1),
        name: "eu".parse().unwrap(),
        sticky,
    });
    new
}

/// The name of the proxy that a claimed run got.
fn claim(writing: &mut Writing<'_>, number: u128, second: i64) -> Option<String> {
    let claimed = writing.claim(id(number), at(second), "m").unwrap()?;
    assert_eq!(
        writing.plan(id(number)).unwrap(),
        Some(claimed.plan.clone())
    );
    assert!(claimed.plan.proxy.is_some() && claimed.plan.proxy_id.is_some());
    Some(claimed.plan.proxy_name.unwrap().to_string())
}

fn ends(writing: &mut Writing<'_>, number: u128, attempt: u32) {
    let ended = Ended::Succeeded;
    for step in [Move::Run, Move::End { ended }] {
        let detail = MoveDetail::at(at(40));
        let moved = writing.advance(id(number), attempt, step, detail).unwrap();
        assert!(matches!(moved, Applied::Done(_)));
    }
}

fn why(writing: &Writing<'_>, number: u128, second: i64) -> (WaitCode, String) {
    let why = writing.why(id(number), at(second)).unwrap();
    (why[0].code, why[0].text.clone())
}

#[test]
fn attempts_get_their_turns_and_a_further_one_chooses_anew() {
    let database = database(false);
    let mut writing = database.writing();
    for number in 1..=4 {
        writing
            .insert_run(&pooled(number, (number < 4).then_some(number), false))
            .unwrap();
    }
    let view = writing.pool_views(at(5)).unwrap().remove(0);
    assert_eq!((view.waiting, view.ready(at(5))), (4, 3));
    for (number, expected) in [(1, "eu-1"), (2, "eu-2"), (3, "eu-3"), (4, "eu-1")] {
        assert_eq!(claim(&mut writing, number, 5).unwrap(), expected);
    }
    let view = writing.pool_views(at(5)).unwrap().remove(0);
    let used = view.members.iter().map(|one| (one.in_use, one.chosen));
    assert_eq!(used.collect::<Vec<_>>(), [(2, 2), (1, 1), (1, 1)]);
    assert_eq!(view.waiting, 0);

    let requeued = writing.advance(id(1), 1, Move::Requeue, MoveDetail::at(at(6)));
    assert!(matches!(requeued.unwrap(), Applied::Done(_)));
    let plan = writing.plan(id(1)).unwrap().unwrap();
    assert_eq!((plan.proxy_id, plan.proxy_name), (None, None));
    assert_eq!(claim(&mut writing, 1, 7).unwrap(), "eu-2", "its turn now");
    ends(&mut writing, 1, 2);
    let plan = writing.plan(id(1)).unwrap().unwrap();
    assert_eq!(
        plan.proxy_name.unwrap().as_str(),
        "eu-2",
        "what ran is still told"
    );
    let view = writing.pool_views(at(8)).unwrap().remove(0);
    assert_eq!(view.members[1].in_use, 1);
}

#[test]
fn a_member_that_failed_is_left_out_until_it_has_rested_or_works() {
    let database = database(false);
    let mut writing = database.writing();
    for number in 1..=3 {
        writing
            .insert_run(&pooled(number, Some(number), false))
            .unwrap();
    }
    writing.insert_run(&run(9, None)).unwrap();
    for number in [1, 2] {
        let proxy = ProxyId::from_bits(number);
        writing.proxy_failed(proxy, at(10)).unwrap();
    }
    assert_eq!(claim(&mut writing, 1, 11).unwrap(), "eu-3");
    let three = ProxyId::from_bits(3);
    let pause = Span::seconds(20);
    writing.proxy_address_changed(three, pause, at(11)).unwrap();
    assert_eq!(
        writing.claimable(at(12), 1).unwrap(),
        [id(9)],
        "runs that wait for the pool keep nobody else"
    );
    assert_eq!(claim(&mut writing, 2, 12), None);
    assert_eq!(
        why(&writing, 2, 12),
        (
            WaitCode::PoolBusy,
            "every proxy of pool `eu` cools down; the first is tried again in 19 s".to_owned()
        )
    );
    assert_eq!(writing.next_due(at(12)).unwrap(), Some(at(31)));
    assert!(writing.claimable(at(31), 9).unwrap().contains(&id(2)));
    assert_eq!(claim(&mut writing, 2, 31).unwrap(), "eu-3");

    let events = writing.events.len();
    let works = ProxyHealth {
        checked_at: at(32),
        state: ProxyState::Works {
            exit: "192.0.2.1".parse().unwrap(),
            connect_ms: 1,
            first_byte_ms: 2,
        },
    };
    let one = writing.proxy(ProxyId::from_bits(1)).unwrap().unwrap();
    writing.put_health(&one, &works).unwrap();
    let told = Fact::PoolChanged {
        pool: PoolId::from_bits(1),
    };
    assert_eq!(writing.events[events].fact, told, "the queue looks again");
    assert_eq!(claim(&mut writing, 3, 33).unwrap(), "eu-1");
    let fails = ProxyHealth {
        checked_at: at(34),
        state: ProxyState::Fails {
            failure: "login".to_owned(),
            message: "no".to_owned(),
            hint: "no".to_owned(),
        },
    };
    writing.put_health(&one, &fails).unwrap();
    let view = writing.pool_view(PoolId::from_bits(1), at(35)).unwrap();
    assert_eq!(view.members[0].cools_until, Some(at(94)));
    assert_eq!(view.members[0].works, Some(false));
}

#[test]
fn a_profile_keeps_its_member_and_waits_for_it() {
    let database = database(true);
    let mut writing = database.writing();
    writing.insert_run(&pooled(1, Some(2), true)).unwrap();
    assert_eq!(claim(&mut writing, 1, 5).unwrap(), "eu-1");
    ends(&mut writing, 1, 1);
    for (number, profile) in [(2, 1), (3, 2)] {
        let new = pooled(number, Some(profile), true);
        writing.insert_run(&new).unwrap();
    }
    assert_eq!(claim(&mut writing, 2, 41).unwrap(), "eu-2", "another one");
    let one = ProxyId::from_bits(1);
    writing.proxy_failed(one, at(42)).unwrap();
    assert_eq!(writing.claimable(at(43), 9).unwrap(), []);
    assert_eq!(claim(&mut writing, 3, 43), None);
    assert_eq!(
        why(&writing, 3, 43).1,
        "proxy `eu-1`, which profile `p2` keeps of pool `eu`, cools down; it is tried again in 59 s"
    );
    assert_eq!(claim(&mut writing, 3, 102).unwrap(), "eu-1");
    let stop = Move::Stop {
        intent: StopIntent::Cancel,
    };
    writing
        .advance(id(3), 1, stop, MoveDetail::at(at(103)))
        .unwrap();
    let ended = Ended::Cancelled;
    writing
        .advance(id(3), 1, Move::End { ended }, MoveDetail::at(at(104)))
        .unwrap();

    // A task may say it otherwise, and a pool that lets a member go frees who kept it.
    writing.insert_run(&pooled(4, Some(2), false)).unwrap();
    assert_eq!(claim(&mut writing, 4, 105).unwrap(), "eu-2");
    ends(&mut writing, 4, 1);
    let mut smaller = pool(true);
    smaller.members.remove(0);
    writing.put_pool(&smaller).unwrap();
    writing.insert_run(&pooled(5, Some(2), true)).unwrap();
    assert_eq!(claim(&mut writing, 5, 106).unwrap(), "eu-3");
    let kept = |writing: &Writing<'_>| {
        let view = writing.pool_view(smaller.id, at(106)).unwrap();
        view.members[1].kept_by
    };
    assert_eq!(kept(&writing), 0, "it has not come through yet");
    ends(&mut writing, 5, 1);
    assert_eq!(kept(&writing), 1);
    writing.forget_kept(smaller.id).unwrap();
    assert_eq!(kept(&writing), 0);
}

#[test]
fn members_at_their_limit_are_passed_over() {
    let database = database(false);
    let mut writing = database.writing();
    for number in 1..=3 {
        let key = format!("proxy:eu-{number}").parse().unwrap();
        let capacity = u32::from(number != 3);
        writing
            .set_limit(&key, capacity.try_into().ok(), None)
            .unwrap();
    }
    for number in 1..=3 {
        writing
            .insert_run(&pooled(number, Some(number), false))
            .unwrap();
    }
    assert_eq!(claim(&mut writing, 1, 5).unwrap(), "eu-1");
    assert_eq!(claim(&mut writing, 2, 5).unwrap(), "eu-2");
    assert_eq!(claim(&mut writing, 3, 5), None);
    assert_eq!(writing.claimable(at(5), 9).unwrap(), []);
    let (code, text) = why(&writing, 3, 5);
    assert_eq!(code, WaitCode::PoolBusy);
    assert_eq!(text, "every proxy of pool `eu` is at its limit");
    assert_eq!(writing.limits().unwrap()[0].held_by, [id(1)]);
    ends(&mut writing, 1, 1);
    assert_eq!(writing.limits().unwrap()[0].held_by, []);
    assert_eq!(claim(&mut writing, 3, 41).unwrap(), "eu-1");
    let requeued = writing.advance(id(3), 1, Move::Requeue, MoveDetail::at(at(42)));
    assert!(matches!(requeued.unwrap(), Applied::Done(_)));
    assert_eq!(writing.limits().unwrap()[0].waiting, 0, "it needs any");
}

#[test]
fn a_rate_of_a_member_is_waited_for() {
    let database = database(false);
    let mut writing = database.writing();
    let mut single = pool(false);
    single.members.truncate(1);
    writing.put_pool(&single).unwrap();
    let rate = drover_model::Rate::new(1, 60_000).unwrap();
    let key = "proxy:eu-1".parse().unwrap();
    writing.set_limit(&key, None, Some(rate)).unwrap();
    for number in [1, 2] {
        writing
            .insert_run(&pooled(number, Some(number), false))
            .unwrap();
    }
    assert_eq!(claim(&mut writing, 1, 10).unwrap(), "eu-1");
    assert_eq!(claim(&mut writing, 2, 10), None);
    assert_eq!(writing.next_due(at(10)).unwrap(), Some(at(70)));
    assert_eq!(writing.claimable(at(70), 9).unwrap(), [id(2)]);
}

#[test]
fn the_least_used_and_any_are_chosen_from_the_rows() {
    let database = database(false);
    let mut writing = database.writing();
    let by = |rotation| Pool {
        rotation,
        ..pool(false)
    };
    writing.put_pool(&by(Rotation::LeastUsed)).unwrap();
    for number in 1..=12 {
        writing.insert_run(&pooled(number, None, false)).unwrap();
    }
    assert_eq!(claim(&mut writing, 1, 20).unwrap(), "eu-1");
    assert_eq!(claim(&mut writing, 2, 20).unwrap(), "eu-2");
    ends(&mut writing, 1, 1);
    assert_eq!(claim(&mut writing, 3, 20).unwrap(), "eu-3");
    assert_eq!(claim(&mut writing, 4, 20).unwrap(), "eu-1");
    writing.put_pool(&by(Rotation::Random)).unwrap();
    let mut any: Vec<_> = (5..=12)
        .map(|number| claim(&mut writing, number, 20).unwrap())
        .collect();
    any.sort();
    any.dedup();
    assert!(any.len() > 1, "always {any:?}");
}

#[test]
fn pools_are_saved_shown_and_kept_while_something_needs_them() {
    let database = database(false);
    let mut writing = database.writing();
    let eu = pool(false);
    assert_eq!(writing.find_pool("EU").unwrap(), Some(eu.clone()));
    assert_eq!(
        writing.find_pool(&eu.id.to_string()).unwrap(),
        Some(eu.clone())
    );
    let twin = Pool {
        id: PoolId::from_bits(2),
        name: "Eu".parse().unwrap(),
        ..eu.clone()
    };
    assert!(matches!(
        writing.put_pool(&twin),
        Err(Error::NameTaken { .. })
    ));
    let refused = |result: crate::Result<()>| match result {
        Err(Error::InUse { by, .. }) => by,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        refused(writing.delete_proxy(ProxyId::from_bits(1))),
        "pool `eu`"
    );

    let policy = ProxyPolicy::Pool {
        pool: "EU".parse().unwrap(),
        sticky: None,
    };
    let mut named = task(2, "by pool");
    named.spec.proxy = policy;
    writing.insert_task(&named).unwrap();
    let view = writing.pool_view(eu.id, at(0)).unwrap();
    assert_eq!(view.used_by, [named.spec.name.clone()]);
    assert_eq!(view.members[0].address, "socks5://••••@127.0.0.1:1080");
    let renamed = Pool {
        name: "de".parse().unwrap(),
        ..eu.clone()
    };
    assert_eq!(refused(writing.put_pool(&renamed)), "task `by pool`");
    assert_eq!(refused(writing.delete_pool(eu.id)), "task `by pool`");
    writing.remove_task(named.id, at(2)).unwrap();

    writing.insert_run(&pooled(1, Some(1), false)).unwrap();
    assert_eq!(refused(writing.delete_pool(eu.id)), "1 run");
    let ended = Ended::Cancelled;
    let cancelled = writing.advance(id(1), 1, Move::End { ended }, MoveDetail::at(at(3)));
    assert!(matches!(cancelled.unwrap(), Applied::Done(row) if row.state == RunState::Cancelled));
    writing.put_pool(&renamed).unwrap();
    writing.delete_pool(eu.id).unwrap();
    assert_eq!(writing.pool_views(at(0)).unwrap(), []);
    writing.delete_proxy(ProxyId::from_bits(1)).unwrap();
    assert!(matches!(
        writing.insert_run(&pooled(2, None, false)),
        Err(Error::NotFound { what: "pool", .. })
    ));
}

#[test]
fn after_an_unclean_end_nothing_is_held() {
    let database = database(false);
    let mut writing = database.writing();
    writing.insert_run(&pooled(1, Some(1), false)).unwrap();
    claim(&mut writing, 1, 5).unwrap();
    writing
        .conn()
        .execute("UPDATE run SET state = 'lost', finished_ms = 1", [])
        .unwrap();
    writing.release_orphans().unwrap();
    let view = writing.pool_view(PoolId::from_bits(1), at(6)).unwrap();
    assert_eq!(view.members[0].in_use, 0);
}

#[test]
fn a_paused_proxy_gets_no_run_of_its_pool() {
    let database = database(true);
    let mut writing = database.writing();
    for number in 1..=3 {
        writing
            .insert_run(&pooled(number, Some(number), true))
            .unwrap();
    }
    let pause = |writing: &mut Writing<'_>, names: &[&str], paused| {
        for name in names {
            let key = format!("proxy:{name}").parse().unwrap();
            writing.set_pause(&key, paused, None, "").unwrap();
        }
    };
    pause(&mut writing, &["eu-1", "eu-2"], true);
    assert_eq!(claim(&mut writing, 1, 5).unwrap(), "eu-3");
    let begins = writing.advance(id(1), 1, Move::Run, MoveDetail::at(at(5)));
    assert!(matches!(begins.unwrap(), Applied::Done(_)));
    writing.proxy_failed(ProxyId::from_bits(3), at(10)).unwrap();
    assert_eq!(why(&writing, 2, 11).0, WaitCode::PoolBusy);
    writing.proxy_worked(ProxyId::from_bits(3), at(11)).unwrap();
    pause(&mut writing, &["eu-3"], true);
    assert_eq!(writing.claimable(at(12), 9).unwrap(), []);
    let view = writing.pool_views(at(12)).unwrap().remove(0);
    assert_eq!(view.ready(at(12)), 0, "and it is shown so");
    assert_eq!(claim(&mut writing, 2, 12), None);
    assert_eq!(
        why(&writing, 2, 12),
        (
            WaitCode::Paused,
            "every proxy of pool `eu` that is free is paused".to_owned()
        )
    );
    // A profile that keeps its proxy waits for that one.
    let again = writing.advance(id(1), 1, Move::Requeue, MoveDetail::at(at(12)));
    assert!(matches!(again.unwrap(), Applied::Done(_)));
    pause(&mut writing, &["eu-1"], false);
    assert_eq!(claim(&mut writing, 1, 13), None);
    assert!(why(&writing, 1, 13).1.ends_with("is paused"));
    assert_eq!(writing.claimable(at(13), 9).unwrap(), [id(2), id(3)]);
    assert_eq!(claim(&mut writing, 2, 13).unwrap(), "eu-1");
    pause(&mut writing, &["eu-3"], false);
    assert_eq!(claim(&mut writing, 1, 14).unwrap(), "eu-3");
}
