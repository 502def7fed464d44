//! Limits: never exceeded, never lost.

use drover_model::{Capacity, Ended, LimitKey, Move, Rate, RunState, WaitCode};
use drover_store::NewRun;

use super::bench::{Bench, Desk, id, new_run};
use crate::queue::{Control, Moved, RunQueue as _};

fn key(text: &str) -> LimitKey {
    text.parse().expect("it names a limit")
}

fn places(number: u32) -> Option<Capacity> {
    Capacity::try_from(number).ok()
}

fn limit(name: &str, capacity: Option<Capacity>, rate: Option<Rate>) -> Control {
    Control::Limit {
        key: key(name),
        capacity,
        rate,
    }
}

/// A run of its own profile that needs these.
fn needs(number: u128, resources: &[&str]) -> NewRun {
    let mut new = new_run(number, 1, Some(number));
    new.plan.resources = resources
        .iter()
        .map(|text| text.parse().expect("it names a resource"))
        .collect();
    new
}

pub(super) async fn needs_are_taken_together_or_not_at_all<B: Bench>() {
    let desk = Desk::<B>::open().await;
    for name in ["resource:a", "resource:b"] {
        desk.control(limit(name, places(1), None)).await;
    }
    desk.add([
        needs(1, &["a", "b"]),
        needs(2, &["a"]),
        needs(3, &["b"]),
        needs(4, &["b"]),
    ])
    .await;
    let first = desk.claim(9).await.remove(0);
    assert_eq!(first.token.run, id(1));
    assert_eq!(desk.claims(9).await, [], "it has both");
    desk.finish(&first.token, Ended::Succeeded).await;
    assert_eq!(desk.claims(9).await, [id(2), id(3)]);
    let why = desk.queue().why(id(4)).await.expect("it is there");
    assert_eq!(why[0].code, WaitCode::ResourceFull);
}

pub(super) async fn a_limit_can_change_while_it_is_used<B: Bench>() {
    let desk = Desk::<B>::open().await;
    desk.add((1..=8).map(|number| needs(number, &["a"]))).await;
    let mut live = desk.claim(3).await;
    desk.control(limit("resource:a", places(2), None)).await;
    assert_eq!(desk.claims(9).await, [], "three have two places");
    desk.finish(&live.remove(0).token, Ended::Failed).await;
    assert_eq!(desk.claims(9).await, [], "two have two");
    desk.finish(&live.remove(0).token, Ended::Failed).await;
    live.extend(desk.claim(9).await);
    assert_eq!(live.len(), 2);
    desk.control(limit("resource:a", places(4), None)).await;
    live.extend(desk.claim(9).await);
    assert_eq!(live.len(), 4);
    desk.control(limit("resource:a", places(0), None)).await;
    for taken in live {
        desk.finish(&taken.token, Ended::Succeeded).await;
        assert_eq!(desk.claims(9).await, []);
    }
    desk.control(limit("resource:a", None, None)).await;
    assert_eq!(desk.claims(9).await.len(), 2, "nothing limits them");
    let gone = desk.queue().control(limit("resource:a", None, None)).await;
    assert!(gone.is_err(), "there is no such limit any more");
}

pub(super) async fn starts_over_time_are_counted_once<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let rate = Rate::new(2, 60_000).ok();
    desk.control(limit("task:t1", None, rate)).await;
    desk.add((1..=6).map(|number| needs(number, &[]))).await;
    let two = desk.claim(9).await;
    assert_eq!(two.len(), 2);
    assert_eq!(desk.claims(9).await, []);
    // One of them never starts, so that its start is given back.
    let back = desk.step(&two[0].token, Move::Requeue).await;
    assert_eq!(back, Moved::Done(RunState::Queued));
    desk.finish(&two[1].token, Ended::Succeeded).await;
    assert_eq!(desk.claims(9).await.len(), 1);
    let wake = desk.queue().next_wake().await.expect("it is read");
    let wake = wake.expect("the limit fills");
    desk.clock.pass(29);
    assert!(wake > desk.now());
    assert_eq!(desk.claims(9).await, []);
    desk.clock.pass(1);
    assert!(wake <= desk.now());
    assert_eq!(desk.claims(9).await.len(), 1);
}
