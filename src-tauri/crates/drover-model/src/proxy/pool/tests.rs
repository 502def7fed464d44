use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::{PoolId, ProfileId, ProxyId, Span};

fn proxy(number: u128) -> ProxyId {
    ProxyId::from_bits(number)
}

fn profile(number: u128) -> ProfileId {
    ProfileId::from_bits(number)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn pool(members: u128, rotation: Rotation, sticky: bool) -> Pool {
    Pool {
        id: PoolId::from_bits(1),
        name: "eu".parse().unwrap(),
        members: (0..members).map(proxy).collect(),
        rotation,
        sticky,
        cool_down: Span::seconds(60),
        created_at: at(0),
        updated_at: at(0),
    }
}

/// A run got the member.
fn took(state: &mut PoolState, pool: &Pool, proxy: ProxyId, profile: Option<ProfileId>) {
    state.last = Some(proxy);
    let member = state.members.entry(proxy).or_default();
    member.in_use += 1;
    member.chosen += 1;
    if let Some(profile) = profile.filter(|_| pool.sticky) {
        state.kept.insert(profile, proxy);
    }
}

/// A run of the member has ended.
fn released(state: &mut PoolState, proxy: ProxyId) {
    let member = state.members.entry(proxy).or_default();
    member.in_use = member.in_use.saturating_sub(1);
}

/// Takes members one after the other, as runs without a profile.
fn take(pool: &Pool, state: &mut PoolState, count: usize, now: Timestamp) -> Vec<u128> {
    let numbers = (0..count).map(|_| {
        let chosen = choose(pool, state, None, now, 0).unwrap().proxy;
        took(state, pool, chosen, None);
        pool.members.iter().position(|one| *one == chosen).unwrap() as u128
    });
    numbers.collect()
}

#[test]
fn members_take_turns_and_those_that_cool_down_are_skipped() {
    let pool = pool(3, Rotation::RoundRobin, false);
    let mut state = PoolState::default();
    assert_eq!(take(&pool, &mut state, 4, at(0)), [0, 1, 2, 0]);
    state.failed(&pool, proxy(1), at(0));
    assert_eq!(take(&pool, &mut state, 3, at(59)), [2, 0, 2]);
    assert_eq!(
        take(&pool, &mut state, 2, at(60)),
        [0, 1],
        "its time is over"
    );
    state.failed(&pool, proxy(2), at(100));
    state.worked(proxy(2));
    assert_eq!(
        take(&pool, &mut state, 1, at(101)),
        [2],
        "a check showed that it works"
    );
}

#[test]
fn the_least_used_is_the_one_with_the_fewest_runs() {
    let pool = pool(3, Rotation::LeastUsed, false);
    let mut state = PoolState::default();
    assert_eq!(take(&pool, &mut state, 4, at(0)), [0, 1, 2, 0]);
    released(&mut state, proxy(2));
    assert_eq!(take(&pool, &mut state, 1, at(0)), [2]);
}

#[test]
fn a_profile_keeps_its_member_even_while_that_cools_down() {
    let mut pool = pool(3, Rotation::RoundRobin, true);
    let mut state = PoolState::default();
    let ask = |pool: &Pool, state: &PoolState, now| choose(pool, state, Some(profile(7)), now, 0);
    let first = ask(&pool, &state, at(0)).unwrap();
    assert!(!first.kept);
    took(&mut state, &pool, first.proxy, Some(profile(7)));
    take(&pool, &mut state, 1, at(0));
    assert_eq!(
        ask(&pool, &state, at(0)).unwrap(),
        Choice {
            proxy: first.proxy,
            kept: true
        }
    );

    state.failed(&pool, first.proxy, at(10));
    let error = ask(&pool, &state, at(11)).unwrap_err();
    assert_eq!(
        error,
        NoMember::KeptCooling {
            proxy: first.proxy,
            until: at(70)
        }
    );
    assert_eq!(error.until(), Some(at(70)));
    assert!(ask(&pool, &state, at(70)).unwrap().kept);

    pool.members.remove(0);
    assert!(
        !ask(&pool, &state, at(11)).unwrap().kept,
        "it is no member any more"
    );
}

#[test]
fn without_a_member_the_reason_is_given() {
    let none = pool(0, Rotation::Random, false);
    assert_eq!(
        choose(&none, &PoolState::default(), None, at(0), 9),
        Err(NoMember::Empty)
    );
    let pool = pool(2, Rotation::Random, false);
    let mut state = PoolState::default();
    state.failed(&pool, proxy(0), at(5));
    state.failed(&pool, proxy(1), at(0));
    let error = choose(&pool, &state, None, at(6), 9).unwrap_err();
    assert_eq!(error, NoMember::AllCooling { until: at(60) });
    assert_eq!(
        error.to_string(),
        "every proxy of the pool cools down; the first is tried again at 1970-01-01T00:01:00Z"
    );
}

#[test]
fn full_members_are_passed_over_and_a_kept_one_is_waited_for() {
    let pool = pool(2, Rotation::RoundRobin, true);
    let mut state = PoolState::default();
    state.members.entry(proxy(0)).or_default().full = true;
    let ask = |state: &PoolState| choose(&pool, state, Some(profile(7)), at(0), 0);
    assert_eq!(ask(&state).unwrap().proxy, proxy(1));
    state.members.entry(proxy(1)).or_default().full = true;
    assert_eq!(ask(&state), Err(NoMember::AllFull));
    state.kept.insert(profile(7), proxy(0));
    assert_eq!(ask(&state), Err(NoMember::KeptFull { proxy: proxy(0) }));
}

#[test]
fn a_member_rests_while_its_address_changes_but_no_longer_than_after_a_failure() {
    let pool = pool(1, Rotation::RoundRobin, false);
    let mut state = PoolState::default();
    state.changed(&pool, proxy(0), Span::seconds(20), at(0));
    assert_eq!(state.cooling(proxy(0), at(0)), Some(at(20)));
    state.changed(&pool, proxy(0), Span::seconds(600), at(0));
    assert_eq!(state.cooling(proxy(0), at(0)), Some(at(60)));
}

#[test]
fn a_pool_survives_its_json() {
    let pool = pool(2, Rotation::LeastUsed, true);
    let json = serde_json::to_string(&pool).unwrap();
    assert_eq!(serde_json::from_str::<Pool>(&json).unwrap(), pool);
}

#[derive(Debug, Clone)]
enum Step {
    Choose(u128),
    Fail(u128),
    Work(u128),
    Release(u128),
    Wait(i64),
    Leave(u128),
    Fill(u128),
    Pause(u128),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0_u128..4).prop_map(Step::Choose),
        (0_u128..5).prop_map(Step::Fail),
        (0_u128..5).prop_map(Step::Work),
        (0_u128..5).prop_map(Step::Release),
        (0_i64..90).prop_map(Step::Wait),
        (0_u128..5).prop_map(Step::Leave),
        (0_u128..5).prop_map(Step::Fill),
        (0_u128..5).prop_map(Step::Pause),
    ]
}

proptest! {
    #[test]
    fn a_choice_is_a_member_that_works_or_there_is_none(
        rotation in 0_usize..3, sticky: bool, dice: u64, steps in prop::collection::vec(step(), 0..60),
    ) {
        let mut pool = pool(5, Rotation::ALL[rotation], sticky);
        let mut state = PoolState::default();
        let mut now = 0;
        for step in steps {
            match step {
                Step::Choose(number) => {
                    let profile = profile(number);
                    let kept = state.kept.get(&profile).filter(|kept| pool.members.contains(kept)).copied();
                    let usable = || pool.members.iter().filter(|one| !state.is_paused(**one));
                    let awake = usable().filter(|one| state.cooling(**one, at(now)).is_none()).count();
                    match choose(&pool, &state, Some(profile), at(now), dice) {
                        Ok(choice) => {
                            prop_assert!(pool.members.contains(&choice.proxy));
                            prop_assert!(state.cooling(choice.proxy, at(now)).is_none());
                            prop_assert!(!state.is_full(choice.proxy) && !state.is_paused(choice.proxy));
                            prop_assert!(kept.is_none() || choice.proxy == kept.unwrap(), "the profile lost its member");
                            took(&mut state, &pool, choice.proxy, Some(profile));
                        }
                        Err(NoMember::Empty) => prop_assert!(pool.members.is_empty()),
                        Err(NoMember::AllCooling { until }) => {
                            prop_assert_eq!(awake, 0);
                            prop_assert!(until > at(now));
                            let then = choose(&pool, &state, Some(profile), until, dice);
                            prop_assert!(matches!(then, Ok(_) | Err(NoMember::AllFull)), "the time was a lie: {:?}", then);
                        }
                        Err(NoMember::AllFull) => {
                            let mut awake = usable().filter(|one| state.cooling(**one, at(now)).is_none());
                            prop_assert!(awake.clone().count() > 0 && awake.all(|one| state.is_full(*one)));
                        }
                        Err(NoMember::AllPaused) => {
                            prop_assert!(!pool.members.is_empty() && usable().count() == 0);
                        }
                        Err(NoMember::KeptPaused { proxy }) => {
                            prop_assert_eq!(Some(proxy), kept);
                            prop_assert!(state.is_paused(proxy));
                        }
                        Err(NoMember::KeptFull { proxy }) => {
                            prop_assert_eq!(Some(proxy), kept);
                            prop_assert!(state.is_full(proxy));
                        }
                        Err(NoMember::KeptCooling { proxy, until }) => {
                            prop_assert_eq!(Some(proxy), kept);
                            let then = choose(&pool, &state, Some(profile), until, dice);
                            prop_assert!(matches!(then, Ok(_) | Err(NoMember::KeptFull { .. })), "the time was a lie: {:?}", then);
                        }
                    }
                }
                Step::Fail(number) => state.failed(&pool, proxy(number), at(now)),
                Step::Work(number) => state.worked(proxy(number)),
                Step::Release(number) => released(&mut state, proxy(number)),
                Step::Fill(number) => state.members.entry(proxy(number)).or_default().full ^= true,
                Step::Pause(number) => state.members.entry(proxy(number)).or_default().paused ^= true,
                Step::Wait(seconds) => now += seconds,
                Step::Leave(number) => pool.members.retain(|one| *one != proxy(number)),
            }
        }
    }

    #[test]
    fn turns_are_fair(members in 1_u128..8, rounds in 1_usize..5) {
        for rotation in [Rotation::RoundRobin, Rotation::LeastUsed] {
            let pool = pool(members, rotation, false);
            let mut state = PoolState::default();
            take(&pool, &mut state, rounds * pool.members.len(), at(0));
            for member in &pool.members {
                prop_assert_eq!(state.members[member].chosen, rounds as u64);
            }
        }
    }
}
