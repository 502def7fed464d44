//! A number from a schedule and a time that looks random and is always the same.

use std::time::Duration;

use jiff::Timestamp;

/// FNV-1a over both (draft-eastlake-fnv), with the last step of `SplitMix64`, because the high
/// bits of FNV hardly change with the last bytes.
fn number(seed: &str, at: Timestamp) -> u64 {
    let bytes = seed.bytes().chain(at.as_millisecond().to_le_bytes());
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// A part of `most`, in whole milliseconds, both ends included.
pub(super) fn share(seed: &str, at: Timestamp, most: Duration) -> Duration {
    let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX - 1);
    Duration::from_millis(number(seed, at) % (most + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_stable_and_even() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        let most = Duration::from_secs(30);
        assert_eq!(share("a", at(1), most), share("a", at(1), most));
        assert_ne!(share("a", at(1), most), share("b", at(1), most));
        let sum: Duration = (0..1_000).map(|minute| share("a", at(minute), most)).sum();
        let mean = sum / 1_000;
        assert!(
            (13_500..16_500).contains(&mean.as_millis()),
            "the mean of shares of 30 s is near 15 s, not {mean:?}"
        );
        assert_eq!(share("a", at(1), Duration::ZERO), Duration::ZERO);
    }
}
