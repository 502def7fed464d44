//! Owners that die.

use drover_model::{Ended, Move, RunState, StopIntent, task::OnLost};
use drover_store::{MoveDetail, NewRun};

use super::bench::{Bench, Desk, id, new_run};
use crate::queue::{Moved, RunQueue as _};

fn with(number: u128, on_lost: OnLost) -> NewRun {
    let mut new = new_run(number, 1, Some(number));
    new.plan.on_lost = on_lost;
    new
}

const STOP: Move = Move::Stop {
    intent: StopIntent::Cancel,
};

pub(super) async fn each_state_is_settled_as_it_must_be<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let lives: [(OnLost, &[Move]); 6] = [
        (OnLost::Fail, &[]),
        (OnLost::Fail, &[Move::Run]),
        (OnLost::Retry, &[Move::Run, Move::Park]),
        (OnLost::Ask, &[Move::Run]),
        (OnLost::Fail, &[Move::Run, STOP]),
        (OnLost::Fail, &[STOP]),
    ];
    desk.add(
        (1..)
            .zip(lives)
            .map(|(number, (on_lost, _))| with(number, on_lost)),
    )
    .await;
    desk.add([with(7, OnLost::Fail)]).await;
    let taken = desk.claim(6).await;
    for (taken, (_, steps)) in taken.iter().zip(lives) {
        for step in steps {
            assert!(matches!(
                desk.step(&taken.token, *step).await,
                Moved::Done(_)
            ));
        }
    }
    let (desk, recovered) = desk.crash(&[].into()).await;
    assert_eq!(recovered.requeued, [1, 3].map(id));
    assert_eq!(recovered.lost, [2, 4].map(id));
    assert_eq!(recovered.ended, [5, 6].map(id));
    for (run, state) in [
        (1, RunState::Queued),
        (2, RunState::Lost),
        (3, RunState::Queued),
        (4, RunState::Lost),
        (5, RunState::Cancelled),
        (6, RunState::Cancelled),
        (7, RunState::Queued),
    ] {
        assert_eq!(desk.state(run).await, state, "run {run}");
    }
    for taken in &taken {
        let late = desk.step(&taken.token, Move::Run).await;
        assert_eq!(late, Moved::Stale, "the dead owner writes nothing");
    }
    let mut again = desk.claims(9).await;
    again.sort_unstable();
    assert_eq!(again, [1, 3, 7].map(id));
    // The one repetition of run 3 is used up.
    let token = desk.token(3).await;
    desk.step(&token, Move::Run).await;
    let (desk, recovered) = desk.crash(&[].into()).await;
    assert_eq!(recovered.lost, [id(3)]);
    // Run 1 has crashed twice in its preparation; the third time it ends.
    assert_eq!(recovered.requeued, [1, 7].map(id));
    desk.claims(9).await;
    let (_, recovered) = desk.crash(&[].into()).await;
    assert_eq!(recovered.ended, [id(1)]);
}

pub(super) async fn a_limit_that_a_crash_cut_short_counts_as_one<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let mut granted = new_run(1, 1, None);
    granted.plan.retries.max = 1;
    desk.add([granted, new_run(2, 2, None)]).await;
    let timeout = Move::Stop {
        intent: StopIntent::Timeout,
    };
    for taken in desk.claim(9).await {
        desk.step(&taken.token, Move::Run).await;
        desk.step(&taken.token, timeout).await;
    }
    let (desk, recovered) = desk.crash(&[].into()).await;
    assert_eq!(
        (recovered.requeued, recovered.ended),
        (vec![id(1)], vec![id(2)])
    );
    assert_eq!(desk.state(2).await, RunState::TimedOut);
    assert_eq!(desk.claims(9).await, [], "there is a pause before a retry");
    desk.clock.pass(60);
    let taken = desk.claim(9).await.remove(0);
    assert_eq!((taken.token.run, taken.token.attempt), (id(1), 2));
    desk.step(&taken.token, timeout).await;
    let (desk, recovered) = desk.crash(&[].into()).await;
    assert_eq!(recovered.ended, [id(1)], "its retry is used up");
    assert_eq!(desk.state(1).await, RunState::TimedOut);
}

pub(super) async fn what_survives_keeps_what_it_holds<B: Bench>() {
    let desk = Desk::<B>::open().await;
    desk.add([new_run(1, 1, Some(1)), new_run(2, 1, Some(1))])
        .await;
    desk.add([new_run(3, 1, Some(3)), with(4, OnLost::Retry)])
        .await;
    let taken = desk.claim(9).await;
    let got: Vec<_> = taken.iter().map(|taken| taken.token.run).collect();
    assert_eq!(got, [1, 3, 4].map(id));
    desk.step(&taken[0].token, Move::Run).await;
    desk.step(&taken[2].token, Move::Run).await;
    let (desk, recovered) = desk.crash(&[1, 3, 4].map(id).into()).await;
    assert_eq!(recovered, crate::queue::Recovered::default());
    assert_eq!(desk.state(1).await, RunState::Stopping);
    assert_eq!(desk.state(3).await, RunState::Starting);
    assert_eq!(desk.claims(9).await, [], "their profiles are in use");
    let (desk, recovered) = desk.crash(&[].into()).await;
    assert_eq!(recovered.lost, [id(1)]);
    assert_eq!(recovered.requeued, [3, 4].map(id));
    let mut again = desk.claims(9).await;
    again.sort_unstable();
    assert_eq!(again, [2, 3, 4].map(id));
}

pub(super) async fn a_cancelled_run_is_cancelled_whatever_happens<B: Bench>() {
    let desk = Desk::<B>::open().await;
    desk.add((1..=3).map(|number| new_run(number, 1, Some(number))))
        .await;
    let cancelled = Move::End {
        ended: Ended::Cancelled,
    };
    let queued = desk.token(3).await;
    let ended = desk.step(&queued, cancelled).await;
    assert_eq!(ended, Moved::Done(RunState::Cancelled));
    let taken = desk.claim(9).await;
    assert_eq!(taken.len(), 2, "the third is gone");
    desk.step(&taken[0].token, STOP).await;
    let late = desk.step(&taken[0].token, Move::Run).await;
    assert_eq!(late, Moved::Stale, "no code starts after the stop");
    desk.step(&taken[1].token, Move::Run).await;
    desk.step(&taken[1].token, STOP).await;
    let (desk, recovered) = desk.crash(&[].into()).await;
    assert_eq!(recovered.ended, [1, 2].map(id));
    for run in [1, 2, 3] {
        assert_eq!(desk.state(run).await, RunState::Cancelled);
    }
}

pub(super) async fn waiting_for_a_browser_is_no_crash<B: Bench>() {
    let mut desk = Desk::<B>::open().await;
    desk.add([new_run(1, 1, Some(1))]).await;
    for _ in 0..3 {
        let taken = desk.claim(1).await.remove(0);
        let detail = MoveDetail {
            reason: Some("profile_in_use".to_owned()),
            ..MoveDetail::at(desk.now())
        };
        let waits = desk.queue().advance(&taken.token, Move::Requeue, detail);
        assert_eq!(
            waits.await.expect("it may wait"),
            Moved::Done(RunState::Queued)
        );
    }
    for crash in 1..=3 {
        assert_eq!(desk.claims(1).await, [id(1)]);
        let (next, recovered) = desk.crash(&[].into()).await;
        desk = next;
        let ends = !recovered.ended.is_empty();
        assert_eq!(ends, crash == 3, "crash {crash}: {recovered:?}");
    }
    assert_eq!(desk.state(1).await, RunState::Failed);
}
