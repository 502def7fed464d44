//! The brand: a number that every descendant of a start carries where no program looks.
//!
//! It is the limit on the time of real-time threads, which the system hands from parent to child and through every
//! program. A daemon leaves its group, its session and its parent, and `env -i` takes the marker from it; the brand
//! stays. As a limit it is a hundred thousand years, so it limits nothing.

/// Set in every brand, so that none is a limit that anybody could run into.
const LARGE: u64 = 1 << 62;
/// Bits for whose start it was, and the same for which.
const HALF: u32 = 31;

/// What the processes of the start with that marker carry.
pub(super) fn brand(marker: &str) -> u64 {
    house(marker) | half(marker)
}

/// Whether a process with that brand is of the house whose markers begin so.
pub(super) fn is_of_house(brand: u64, marker: &str) -> bool {
    brand >> HALF == house(marker) >> HALF
}

/// The part that all starts of one data folder have in common. Their markers are `drover:<folder>:…#<start>`.
fn house(marker: &str) -> u64 {
    let start = marker.find('#').unwrap_or(marker.len());
    let name = match marker[..start].match_indices(':').nth(1) {
        Some((colon, _)) => &marker[..=colon],
        None => &marker[..start],
    };
    LARGE | half(name) << HALF
}

/// FNV-1a, folded.
fn half(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ hash >> HALF) & ((1 << HALF) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_differ_and_houses_are_known() {
        let one = brand("drover:00ff:run:a:1#77-1");
        let other = brand("drover:00ff:run:a:1#77-2");
        let stranger = brand("drover:00fe:run:a:1#77-1");
        assert!(one != other && one != stranger);
        for marker in ["drover:00ff:", "drover:00ff:profile:b#9-9"] {
            assert!(is_of_house(one, marker) && is_of_house(other, marker));
            assert!(!is_of_house(stranger, marker));
        }
        assert!(is_of_house(brand("test-7-a#7-1"), "test-7-a"));
        assert!(!is_of_house(brand("test-7-a#7-1"), "test-7-b"));
        for brand in [one, other, stranger] {
            assert!((LARGE..u64::MAX / 2).contains(&brand));
        }
    }
}
