//! Random lives, played on a queue and on the queue in memory alike: both must answer the same, whatever comes.

use std::collections::BTreeSet;

use drover_model::{
    Capacity, Ended, LimitKey, Move, PauseKey, ProfileId, Rate, RunState, StopIntent, WaitCode,
};
use drover_store::{Charge, Conditions, MemoryShort, MoveDetail, NewRun};
use proptest::prelude::*;

use super::bench::{Bench, Desk, id, new_run};
use crate::queue::{Control, Moved, QueueError, RunQueue as _};

/// Something that happens to a queue.
#[derive(Debug, Clone)]
pub enum Order {
    /// A run: task, profile (0 is none), priority, seconds until it may start (0 is at once), seconds in line.
    Enqueue(u8, u8, u8, u16, Option<u8>),
    Claim(u8),
    /// A step of one of the runs.
    Step(u8, Move),
    /// One of the runs again, after a pause of so many seconds.
    Again(u8, u16),
    Limit(u8, Option<u8>, Option<(u8, u16)>),
    Pause(u8, bool, Option<u16>),
    Priority(u8, u8),
    /// Whether the keychain is locked, the profile that is open in a window (0 is none), whether memory is short.
    Conditions(bool, u8, bool),
    /// The clock passes so many seconds, or jumps back.
    Pass(i32),
    Crash,
}

/// Orders as they may come.
pub fn any_orders() -> impl Strategy<Value = Vec<Order>> {
    let moves = prop::sample::select(vec![
        Move::Run,
        Move::Run,
        Move::Park,
        Move::Resume,
        Move::Stop {
            intent: StopIntent::Cancel,
        },
        Move::Stop {
            intent: StopIntent::Timeout,
        },
        Move::End {
            ended: Ended::Succeeded,
        },
        Move::End {
            ended: Ended::Failed,
        },
        Move::End {
            ended: Ended::Cancelled,
        },
        Move::Requeue,
    ]);
    let order = prop_oneof![
        8 => (1..4_u8, 0..5_u8, 3..8_u8, prop_oneof![3 => Just(0_u16), 1 => 1..200_u16], prop::option::weighted(0.2, 1..90_u8))
            .prop_map(|(task, profile, priority, later, queue)| Order::Enqueue(task, profile, priority, later, queue)),
        6 => (0..5_u8).prop_map(Order::Claim),
        12 => (any::<u8>(), moves).prop_map(|(run, step)| Order::Step(run, step)),
        2 => (any::<u8>(), 0..120_u16).prop_map(|(run, pause)| Order::Again(run, pause)),
        2 => (1..4_u8, prop::option::of(0..4_u8), prop::option::of((1..4_u8, 1..90_u16)))
            .prop_map(|(task, places, rate)| Order::Limit(task, places, rate)),
        2 => (0..6_u8, any::<bool>(), prop::option::of(1..90_u16))
            .prop_map(|(what, paused, until)| Order::Pause(what, paused, until)),
        1 => (any::<u8>(), 0..10_u8).prop_map(|(run, priority)| Order::Priority(run, priority)),
        2 => (prop::bool::weighted(0.2), 0..5_u8, prop::bool::weighted(0.1))
            .prop_map(|(locked, open, short)| Order::Conditions(locked, open, short)),
        4 => prop_oneof![5 => 1..120_i32, 1 => 1_000..8_000_i32, 1 => -500..0_i32].prop_map(Order::Pass),
        1 => Just(Order::Crash),
    ];
    prop::collection::vec(order, 1..60)
}

/// What a life has told, for comparison.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Play {
    /// The answer to each order.
    pub answers: Vec<String>,
    /// Where every run stands in the end.
    pub standings: Vec<Option<(RunState, u32)>>,
}

/// Plays orders on an empty queue. What must hold of every queue at every moment is checked on the way.
///
/// # Panics
/// When a profile has two live runs, a run is gone, or an ended run moves.
pub async fn play<B: Bench>(orders: Vec<Order>) -> Play {
    let mut desk = Desk::<B>::open().await;
    let mut known: Vec<NewRun> = Vec::new();
    let mut told = Play::default();
    let mut last = Vec::new();
    for order in orders {
        let mut claims = None;
        let answer = match order {
            Order::Claim(most) => {
                let claimed = desk.claims(most.into()).await;
                claims = Some(claimed.len() == usize::from(most));
                format!("{claimed:?}")
            }
            Order::Crash => {
                let (next, recovered) = desk.crash(&BTreeSet::new()).await;
                desk = next;
                format!("{recovered:?}")
            }
            order => carry_out(&desk, order, &mut known).await,
        };
        told.answers.push(answer);
        let standings = standings(&desk, known.len()).await;
        check(&known, &last, &standings);
        last = standings;
        if let Some(full) = claims {
            let reasons = reasons(&desk, &last).await;
            let all_say = reasons.iter().all(|(_, why)| !why.is_empty());
            assert!(full || all_say, "who can start is claimed: {reasons:?}");
            told.answers.push(format!("{reasons:?}"));
        }
    }
    told.standings = last;
    told
}

async fn standings<B: Bench>(desk: &Desk<B>, count: usize) -> Vec<Option<(RunState, u32)>> {
    let mut standings = Vec::new();
    for number in 1..=count as u128 {
        standings.push(desk.queue().standing(id(number)).await.expect("it is read"));
    }
    standings
}

/// Why every queued run waits. How many workers there are is not a queue's to know.
async fn reasons<B: Bench>(
    desk: &Desk<B>,
    standings: &[Option<(RunState, u32)>],
) -> Vec<(u128, BTreeSet<String>)> {
    let mut all = Vec::new();
    for (number, standing) in (1..).zip(standings) {
        if !matches!(standing, Some((RunState::Queued, _))) {
            continue;
        }
        let why = desk.queue().why(id(number)).await.expect("it is read");
        let codes = why
            .into_iter()
            .map(|reason| reason.code)
            .filter(|code| *code != WaitCode::WorkersFull)
            .map(|code| format!("{code:?}"));
        all.push((number, codes.collect()));
    }
    all
}

fn check(known: &[NewRun], before: &[Option<(RunState, u32)>], after: &[Option<(RunState, u32)>]) {
    let mut held = BTreeSet::new();
    for (index, (run, standing)) in known.iter().zip(after).enumerate() {
        let (state, attempt) = standing.expect("no run is ever lost from the books");
        if let Some(Some((was, number))) = before.get(index) {
            assert!(attempt >= *number, "attempts only grow");
            assert!(
                !was.is_terminal() || *was == state,
                "what has ended moves no more"
            );
        }
        if let Some(profile) = run.profile_id.filter(|_| state.holds()) {
            assert!(held.insert(profile), "profile {profile} has two live runs");
        }
    }
}

async fn carry_out<B: Bench>(desk: &Desk<B>, order: Order, known: &mut Vec<NewRun>) -> String {
    match order {
        Order::Enqueue(task, profile, priority, later, queue) => {
            let number = known.len() as u128 + 1;
            let profile = (profile > 0).then_some(u128::from(profile));
            let mut new = new_run(number, u128::from(task), profile);
            new.queued_at = desk.now();
            new.priority = priority.try_into().expect("it is a priority");
            if later > 0 {
                let later = jiff::SignedDuration::from_secs(i64::from(later));
                new.not_before = Some(desk.now() + later);
            }
            new.plan.limits.queue = queue.map(|queue| drover_model::Span::seconds(queue.into()));
            known.push(new.clone());
            format!(
                "{:?}",
                desk.queue().enqueue(vec![new]).await.expect("it is taken")
            )
        }
        Order::Step(run, step) => step_of(desk, run, step, None, known.len()).await,
        Order::Again(run, pause) => {
            step_of(desk, run, Move::Requeue, Some(pause), known.len()).await
        }
        Order::Limit(task, places, rate) => {
            let rate = rate.and_then(|(starts, seconds)| {
                Rate::new(starts.into(), u64::from(seconds) * 1_000).ok()
            });
            let key: LimitKey = format!("task:t{task}").parse().expect("it names a limit");
            let capacity = places.and_then(|places| Capacity::try_from(u32::from(places)).ok());
            let set = Control::Limit {
                key,
                capacity,
                rate,
            };
            match desk.queue().control(set).await {
                Ok(()) => "set".to_owned(),
                Err(QueueError::NotFound { what, .. }) => format!("no {what}"),
                Err(other) => panic!("{other}"),
            }
        }
        Order::Pause(what, paused, until) => {
            let what = match what {
                0 => PauseKey::All,
                task @ 1..=3 => PauseKey::Task(format!("t{task}").parse().expect("it is a name")),
                other => {
                    PauseKey::Profile(format!("p{}", other - 3).parse().expect("it is a name"))
                }
            };
            let until = until
                .map(|seconds| desk.now() + jiff::SignedDuration::from_secs(i64::from(seconds)));
            desk.control(Control::Pause {
                what,
                paused,
                until,
            })
            .await;
            "set".to_owned()
        }
        Order::Priority(run, priority) => {
            let runs = known.get(usize::from(run)).map(|run| run.id);
            let priority = priority.try_into().expect("it is a priority");
            desk.control(Control::Priority {
                runs: runs.into_iter().collect(),
                priority,
            })
            .await;
            "set".to_owned()
        }
        Order::Conditions(vault_locked, open, short) => {
            let open = (open > 0).then(|| ProfileId::from_bits(open.into()));
            desk.control(Control::Conditions(Conditions {
                vault_locked,
                busy_profiles: open
                    .map(|profile| (profile, "its window is open".to_owned()))
                    .into_iter()
                    .collect(),
                memory_short: short.then_some(MemoryShort {
                    free: 1,
                    needed: 400,
                }),
                ..Conditions::default()
            }))
            .await;
            "set".to_owned()
        }
        Order::Pass(seconds) => {
            desk.clock.pass(seconds.into());
            format!("{:?}", desk.queue().next_wake().await.expect("it is read"))
        }
        Order::Claim(_) | Order::Crash => unreachable!("BUG: they are the player's"),
    }
}

/// A step of one of the runs that there are, by whoever has it.
async fn step_of<B: Bench>(
    desk: &Desk<B>,
    run: u8,
    step: Move,
    pause: Option<u16>,
    count: usize,
) -> String {
    if count == 0 {
        return "nothing".to_owned();
    }
    let token = desk.token(1 + u128::from(run) % count as u128).await;
    let detail = MoveDetail {
        reason: Some("test".to_owned()),
        charge: Charge::Retry,
        not_before: pause
            .map(|pause| desk.now() + jiff::SignedDuration::from_secs(i64::from(pause))),
        ..MoveDetail::at(desk.now())
    };
    match desk.queue().advance(&token, step, detail).await {
        Ok(Moved::Done(state)) => format!("{state:?}"),
        Ok(Moved::Stale) => "stale".to_owned(),
        Err(QueueError::IllegalMove(illegal)) => format!("{illegal}"),
        Err(other) => panic!("{other}"),
    }
}
