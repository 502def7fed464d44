//! Reasons and wake-ups.

use std::time::Duration;

use drover_model::{Ended, Rate};
use drover_store::{Conditions, NewRun};

use super::bench::{Bench, Desk, at, id, new_run};
use crate::queue::{Control, RunQueue};

/// How long a wake-up may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) async fn every_waiting_run_says_why_or_is_claimed<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let limit = |name: &str, capacity: Option<u32>, rate| Control::Limit {
        key: name.parse().expect("it names a limit"),
        capacity: capacity.and_then(|places| places.try_into().ok()),
        rate,
    };
    desk.control(limit("task:t1", Some(2), None)).await;
    desk.control(limit("task:t2", None, Rate::new(1, 60_000).ok()))
        .await;
    let later = NewRun {
        not_before: Some(at(9_000)),
        ..new_run(30, 3, None)
    };
    desk.add([later]).await;
    desk.add((1..=24).map(|number| new_run(number, 1 + number % 3, Some(1 + number % 4))))
        .await;
    desk.control(Control::Conditions(Conditions {
        disk_low: Some(1),
        ..Conditions::default()
    }))
    .await;
    assert_eq!(desk.claims(99).await, []);
    desk.control(Control::Conditions(Conditions::default()))
        .await;
    for _ in 0..6 {
        let taken = desk.claim(99).await;
        // After the claim, whoever waits has a reason; and whoever has none would have been claimed.
        for run in (1..=24).chain([30]) {
            let why = desk.queue().why(id(run)).await.expect("it is there");
            let waits = desk.state(run).await == drover_model::RunState::Queued;
            assert_eq!(waits, !why.is_empty(), "run {run}: {why:?}");
        }
        for taken in taken {
            desk.finish(&taken.token, Ended::Succeeded).await;
        }
        desk.clock.pass(45);
    }
}

pub(super) async fn no_wake_up_is_lost<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let queue = desk.queue().clone();
    let mut changes = queue.changes();
    // A claimer that sleeps between wake-ups must get every run, however they come.
    let claimer = tokio::spawn(async move {
        let owner = crate::queue::OwnerId::new("claimer");
        let mut got = 0;
        while got < 200 {
            let want = crate::queue::ClaimWant { at_most: 99 };
            let taken = queue.claim(&owner, want).await.expect("a claim goes well");
            if taken.is_empty() {
                let woken =
                    tokio::time::timeout(PATIENCE, <B::Queue as RunQueue>::changed(&mut changes));
                assert!(
                    woken.await.expect("a wake-up was lost"),
                    "the queue is open"
                );
            }
            for taken in taken {
                let detail = drover_store::MoveDetail::at(at(1));
                let end = drover_model::Move::End {
                    ended: Ended::Failed,
                };
                queue
                    .advance(&taken.token, end, detail)
                    .await
                    .expect("it may end so");
                got += 1;
            }
        }
    });
    for number in 1..=200 {
        desk.add([new_run(number, 1, Some(1 + number % 5))]).await;
        if number % 7 == 0 {
            tokio::task::yield_now().await;
        }
    }
    claimer.await.expect("the claimer ends");
}
