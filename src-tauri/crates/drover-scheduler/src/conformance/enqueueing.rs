//! Accepting runs.

use Enqueued::{Accepted, AlreadyThere};
use drover_model::RunState;

use super::bench::{Bench, Desk, id, new_run};
use crate::queue::{Durability, Enqueued, QueueError, RunQueue as _};

pub(super) async fn accepted_runs_are_there_after_a_crash<B: Bench>() {
    let desk = Desk::<B>::open().await;
    desk.add((1..=30).map(|number| new_run(number, 1, Some(1 + number % 3))))
        .await;
    let (desk, recovered) = desk.crash(&[].into()).await;
    assert_eq!(recovered, crate::queue::Recovered::default());
    if desk.queue().abilities().durability >= Durability::Process {
        for run in 1..=30 {
            assert_eq!(desk.state(run).await, RunState::Queued, "run {run}");
        }
    }
    assert_eq!(desk.claims(99).await.len(), 3, "one of each profile");
}

pub(super) async fn the_same_again_is_known<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let clicked = |number, profile| drover_store::NewRun {
        request_id: Some("click".to_owned()),
        ..new_run(number, 1, profile)
    };
    desk.add([clicked(1, Some(1)), clicked(2, None)]).await;
    let again = vec![
        clicked(1, Some(1)),
        clicked(3, Some(1)),
        clicked(4, None),
        clicked(5, Some(2)),
    ];
    let fates = desk.queue().enqueue(again).await.expect("they are taken");
    assert_eq!(fates, [AlreadyThere, AlreadyThere, AlreadyThere, Accepted]);
    assert_eq!(
        desk.queue().standing(id(3)).await.expect("it is read"),
        None
    );
}

pub(super) async fn a_full_line_takes_no_more<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let cap = u128::from(crate::LANE_CAP);
    desk.add((1..=cap).map(|number| new_run(number, 1, Some(1))))
        .await;
    let more = vec![new_run(cap + 1, 1, Some(2)), new_run(cap + 2, 1, Some(1))];
    let refused = desk.queue().enqueue(more).await;
    assert!(matches!(refused, Err(QueueError::LineFull { .. })));
    let none = desk.queue().standing(id(cap + 1)).await;
    assert_eq!(none.expect("it is read"), None, "all of them or none");
}
