//! Steps: those that exist, those that do not, and those that come too late.

use drover_model::{Ended, Move, RunState, StopIntent};
use drover_store::MoveDetail;

use super::bench::{Bench, Desk, new_run};
use crate::queue::{Moved, QueueError, RunQueue as _};

/// Steps that lead from the claim to each live state.
const PATHS: [(RunState, &[Move]); 4] = [
    (RunState::Starting, &[]),
    (RunState::Running, &[Move::Run]),
    (RunState::Parked, &[Move::Run, Move::Park]),
    (
        RunState::Stopping,
        &[
            Move::Run,
            Move::Stop {
                intent: StopIntent::Cancel,
            },
        ],
    ),
];

fn steps() -> Vec<Move> {
    let ends = [
        Ended::Succeeded,
        Ended::Failed,
        Ended::TimedOut,
        Ended::Cancelled,
        Ended::Lost,
    ];
    let mut steps = vec![
        Move::Run,
        Move::Park,
        Move::Resume,
        Move::Requeue,
        Move::Skip,
        Move::Expire,
        Move::Stop {
            intent: StopIntent::Timeout,
        },
    ];
    steps.extend(ends.map(|ended| Move::End { ended }));
    steps
}

pub(super) async fn every_listed_step_is_done_and_every_other_is_refused<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let mut number = 0;
    for step in steps() {
        let queued = std::iter::once((RunState::Queued, None));
        let claimed = PATHS.map(|(state, path)| (state, Some(path)));
        for (from, path) in queued.chain(claimed) {
            number += 1;
            desk.add([new_run(number, 1 + number % 12, None)]).await;
            if let Some(path) = path {
                let taken = desk.claim(1).await.remove(0);
                for step in path {
                    assert!(matches!(
                        desk.step(&taken.token, *step).await,
                        Moved::Done(_)
                    ));
                }
            }
            let token = desk.token(number).await;
            let detail = MoveDetail {
                reason: Some("test".to_owned()),
                ..MoveDetail::at(desk.now())
            };
            let moved = desk.queue().advance(&token, step, detail).await;
            let words = format!("{step:?} of a run that is {from:?}: {moved:?}");
            // Every stop of these paths is a cancel.
            let cancelled = from == RunState::Stopping;
            let decided = if cancelled {
                StopIntent::Cancel.decides(step)
            } else {
                step
            };
            match (from.after(decided), from) {
                (Ok(to), _) => {
                    assert_eq!(moved.expect("it is listed"), Moved::Done(to), "{words}");
                    assert_eq!(desk.state(number).await, to, "{words}");
                }
                // Who acts on a run that is being stopped did not know it yet.
                (Err(_), RunState::Stopping) => {
                    assert_eq!(moved.expect("it is late"), Moved::Stale, "{words}");
                }
                (Err(_), _) => {
                    assert!(matches!(moved, Err(QueueError::IllegalMove(_))), "{words}");
                    assert_eq!(desk.state(number).await, from, "{words}");
                }
            }
            // The next one must find an empty queue.
            if desk.state(number).await == RunState::Queued {
                let token = desk.token(number).await;
                let end = Move::End {
                    ended: Ended::Cancelled,
                };
                desk.step(&token, end).await;
            }
        }
    }
}

pub(super) async fn a_stale_token_writes_nothing<B: Bench>() {
    let desk = Desk::<B>::open().await;
    desk.add([new_run(1, 1, Some(1))]).await;
    let first = desk.claim(1).await.remove(0).token;
    desk.step(&first, Move::Run).await;
    let back = desk.step(&first, Move::Requeue).await;
    assert_eq!(back, Moved::Done(RunState::Queued));
    let second = desk.claim(1).await.remove(0).token;
    assert_eq!(second.attempt, first.attempt + 1);
    for step in steps() {
        assert_eq!(desk.step(&first, step).await, Moved::Stale, "{step:?}");
    }
    assert_eq!(desk.state(1).await, RunState::Starting);
    desk.finish(&second, Ended::Succeeded).await;
    for step in steps() {
        assert_eq!(desk.step(&second, step).await, Moved::Stale, "{step:?}");
    }
    assert_eq!(desk.state(1).await, RunState::Succeeded);
}

pub(super) async fn a_stop_decides_the_end<B: Bench>() {
    let desk = Desk::<B>::open().await;
    let ends = [Ended::Succeeded, Ended::Failed, Ended::TimedOut].map(|ended| Move::End { ended });
    let late = [Move::Requeue].into_iter().chain(ends);
    for (number, (intent, step)) in
        (1..).zip(late.flat_map(|step| StopIntent::ALL.map(|intent| (intent, step))))
    {
        desk.add([new_run(number, 1, None)]).await;
        let token = desk.claim(1).await.remove(0).token;
        for step in [Move::Run, Move::Stop { intent }] {
            assert!(matches!(desk.step(&token, step).await, Moved::Done(_)));
        }
        let to = match (intent, step) {
            (StopIntent::Cancel | StopIntent::Quit, _) => RunState::Cancelled,
            (_, Move::Requeue) => RunState::Queued,
            (StopIntent::Timeout, _) => RunState::TimedOut,
            (
                StopIntent::Quota,
                Move::End {
                    ended: Ended::Succeeded,
                },
            ) => RunState::Failed,
            (_, Move::End { ended }) => ended.state(),
            _ => unreachable!("BUG: no such step is tried"),
        };
        let words = format!("{step:?} after a stop with {intent:?}");
        assert_eq!(desk.step(&token, step).await, Moved::Done(to), "{words}");
        if to == RunState::Queued {
            let ended = Ended::Cancelled;
            let next = desk.token(number).await;
            desk.step(&next, Move::End { ended }).await;
        } else {
            assert_eq!(desk.step(&token, Move::Requeue).await, Moved::Stale);
        }
    }
}
