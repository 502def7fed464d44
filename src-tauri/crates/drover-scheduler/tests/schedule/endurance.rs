//! The same for longer, at night.

use crate::{nonsense, walk::Dice};

/// Texts of one round.
const TEXTS: u32 = 2_000;

#[test]
fn endurance_of_the_parsers() {
    let rounds = rounds();
    let mut dice = Dice(0xBEEF);
    for _ in 0..rounds * TEXTS {
        nonsense::one(&mut dice);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a night is, is said from outside"
)]
fn rounds() -> u32 {
    std::env::var("DROVER_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(1)
}
