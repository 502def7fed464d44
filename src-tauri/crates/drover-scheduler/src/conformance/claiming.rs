//! Who gets what, and in which order.

use std::collections::BTreeSet;

use drover_model::{Ended, Priority};
use drover_store::NewRun;

use super::bench::{Bench, Desk, at, id, new_run};
use crate::queue::{ClaimWant, Control, OwnerId, RunQueue as _};

pub(super) async fn of_64_racing_claimers_one_gets_each_profile<B: Bench>() {
    let desk = Desk::<B>::open().await;
    desk.add((0..96).map(|number| new_run(1 + number, 1, Some(1 + number % 12))))
        .await;
    for round in 0..8 {
        let racers: Vec<_> = (0..64)
            .map(|racer| {
                let queue = desk.queue().clone();
                tokio::spawn(async move {
                    let owner = OwnerId::new(&format!("racer-{racer}"));
                    queue.claim(&owner, ClaimWant { at_most: 3 }).await
                })
            })
            .collect();
        let mut taken = Vec::new();
        for racer in racers {
            taken.extend(
                racer
                    .await
                    .expect("no racer falls")
                    .expect("a claim goes well"),
            );
        }
        let profiles: BTreeSet<_> = taken
            .iter()
            .map(|taken| taken.plan.profile.as_ref().map(|profile| profile.id))
            .collect();
        assert_eq!((taken.len(), profiles.len()), (12, 12), "round {round}");
        for taken in taken {
            desk.finish(&taken.token, Ended::Succeeded).await;
        }
    }
    assert_eq!(desk.claims(99).await, [], "each had its turn once");
}

pub(super) async fn a_line_is_strict_and_lines_take_turns<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let with = |number, profile, priority: u8| NewRun {
        priority: priority.try_into().expect("it is a priority"),
        ..new_run(number, 1, Some(profile))
    };
    // Two runs of profile 1, a more urgent one of the same behind them, and one of profile 2.
    desk.add([with(1, 1, 5), with(2, 1, 5), with(3, 1, 6), with(4, 2, 5)])
        .await;
    let mut order = Vec::new();
    for _ in 0..4 {
        let taken = desk.claim(1).await.remove(0);
        order.push(taken.token.run);
        desk.finish(&taken.token, Ended::Succeeded).await;
    }
    assert_eq!(order, [3, 4, 1, 2].map(id));
}

pub(super) async fn a_long_line_delays_no_other<B: Bench>() {
    let desk = Desk::<B>::open().await;
    desk.add((1..=900).map(|number| new_run(number, 1, Some(1))))
        .await;
    desk.add((901..=910).map(|number| new_run(number, 1, Some(2))))
        .await;
    let first = desk.claims(16).await;
    assert_eq!(first, [id(1), id(901)]);
}

pub(super) async fn who_has_waited_long_goes_first<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let urgent = |number, seconds| NewRun {
        priority: 8.try_into().expect("it is a priority"),
        queued_at: at(seconds),
        ..new_run(number, 1, Some(2))
    };
    desk.add([new_run(1, 1, Some(1))]).await;
    desk.clock.pass(1_790);
    desk.add([urgent(2, 1_790), urgent(3, 1_791)]).await;
    let taken = desk.claim(1).await.remove(0);
    assert_eq!(taken.token.run, id(2), "not yet");
    desk.finish(&taken.token, Ended::Succeeded).await;
    desk.clock.pass(20);
    assert_eq!(desk.claims(9).await, [id(1), id(3)]);
}

pub(super) async fn what_is_to_run_next_is_next<B: Bench>() {
    let desk = Desk::<B>::open().await;
    desk.add((1..=3).map(|number| new_run(number, 1, Some(number))))
        .await;
    desk.clock.pass(1_900);
    assert_eq!(desk.claims(0).await, []);
    let next = Control::Priority {
        runs: vec![id(3)],
        priority: Priority::FIRST,
    };
    desk.control(next).await;
    assert_eq!(desk.claims(2).await, [id(3), id(1)]);
}

pub(super) async fn the_last_that_is_let_run_next_is_next<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let urgent = |number, profile| NewRun {
        priority: Priority::FIRST,
        ..new_run(number, 1, Some(profile))
    };
    // The first two are of the highest priority from the start; the others wait behind them, or in lines of their own.
    desk.add([urgent(1, 1), urgent(2, 2)]).await;
    desk.add([(3, 1), (4, 1), (5, 3), (6, 3)].map(|(run, profile)| new_run(run, 1, Some(profile))))
        .await;
    let first = |runs: &[u128], priority| Control::Priority {
        runs: runs.iter().copied().map(id).collect(),
        priority,
    };
    for next in [6, 4, 3] {
        desk.clock.pass(1);
        desk.control(first(&[next], Priority::FIRST)).await;
    }
    assert_eq!(desk.claims(1).await, [id(3)], "the last word counts");
    assert_eq!(desk.claims(1).await, [id(6)], "the line of run 4 is held");
    assert_eq!(desk.claims(9).await, [id(2)]);

    // Whoever has another priority again stands where it stood.
    desk.control(first(&[5, 4], Priority::FIRST)).await;
    desk.control(first(&[4], Priority::NORMAL)).await;
    for run in [3, 6] {
        let token = desk.token(run).await;
        desk.finish(&token, Ended::Succeeded).await;
    }
    assert_eq!(desk.claims(9).await, [id(5), id(1)]);
}
