//! What may happen to a queue.

use drover_model::{Ended, Move, StopIntent};
use proptest::prelude::*;

use super::wish::{Wish, any_wish};

/// Something that happens to a queue.
#[derive(Debug, Clone)]
pub enum Order {
    Enqueue(Wish),
    /// A fan-out of so many of these, in profiles one after the other, with places that they share and failures that
    /// stop it.
    Batch(Wish, u8, Option<u8>, Option<u8>),
    /// One of the fan-outs is complete.
    Seal(u8),
    Claim(u8),
    /// A step of one of the runs.
    Step(u8, Move),
    /// One of the runs again, after a pause of so many seconds.
    Again(u8, u16),
    /// What it limits, to so many at once, and to so many in so many seconds.
    Limit(u8, Option<u8>, Option<(u8, u16)>),
    Pause(u8, bool, Option<u16>),
    Priority(u8, u8),
    /// A proxy was seen to fail, or to work.
    Proxy(u8, bool),
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
        8 => any_wish().prop_map(Order::Enqueue),
        2 => (any_wish(), 1..5_u8, prop::option::of(1..3_u8), prop::option::of(1..3_u8))
            .prop_map(|(wish, runs, places, failures)| Order::Batch(wish, runs, places, failures)),
        2 => any::<u8>().prop_map(Order::Seal),
        6 => (0..5_u8).prop_map(Order::Claim),
        12 => (any::<u8>(), moves).prop_map(|(run, step)| Order::Step(run, step)),
        2 => (any::<u8>(), 0..120_u16).prop_map(|(run, pause)| Order::Again(run, pause)),
        2 => (any::<u8>(), prop::option::of(0..4_u8), prop::option::of((1..4_u8, 1..90_u16)))
            .prop_map(|(what, places, rate)| Order::Limit(what, places, rate)),
        2 => (0..9_u8, any::<bool>(), prop::option::of(1..90_u16))
            .prop_map(|(what, paused, until)| Order::Pause(what, paused, until)),
        2 => (any::<u8>(), prop_oneof![2 => 0..10_u8, 1 => Just(9_u8)])
            .prop_map(|(run, priority)| Order::Priority(run, priority)),
        2 => (any::<u8>(), prop::bool::weighted(0.3)).prop_map(|(proxy, works)| Order::Proxy(proxy, works)),
        2 => (prop::bool::weighted(0.2), 0..5_u8, prop::bool::weighted(0.1))
            .prop_map(|(locked, open, short)| Order::Conditions(locked, open, short)),
        4 => prop_oneof![5 => 1..120_i32, 1 => 1_000..8_000_i32, 1 => -500..0_i32].prop_map(Order::Pass),
        1 => Just(Order::Crash),
    ];
    prop::collection::vec(order, 1..60)
}
