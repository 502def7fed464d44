//! How often what repeats itself is done: a few times in every test run, more in `cargo xtask nightly`.

pub(crate) fn rounds(few: u32) -> u32 {
    std::env::var("DROVER_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(few)
}
