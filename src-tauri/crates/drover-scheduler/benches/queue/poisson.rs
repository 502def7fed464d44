//! Arrivals that nothing slows down: the same every time, at a mean rate, independent of each other.

use std::time::Duration;

/// Of the arrivals of every round.
const SEED: u64 = 0x0ddb_a115_eedc_0ffe;

/// The moments of all arrivals within so many seconds, from their start.
pub(crate) fn arrivals(rate: f64, seconds: u64) -> Vec<Duration> {
    let (mut random, mut at) = (SEED, 0.0);
    let mut all = Vec::new();
    let end = Duration::from_secs(seconds);
    loop {
        at += -uniform(&mut random).ln() / rate;
        let at = Duration::from_secs_f64(at);
        if at >= end {
            return all;
        }
        all.push(at);
    }
}

/// Evenly in (0, 1], by splitmix64.
#[expect(
    clippy::cast_precision_loss,
    reason = "53 bits fit a float, which is why there are no more"
)]
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    ((mixed >> 11) + 1) as f64 / (1_u64 << 53) as f64
}
