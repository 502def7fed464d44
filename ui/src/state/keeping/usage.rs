//! Disk use as parts of a bar.

use drover_model::Usage;

/// One part of the bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsagePart {
    /// The end of its class in the style sheet.
    pub key: &'static str,
    pub label: &'static str,
    pub bytes: u64,
    /// Of the whole.
    pub permille: u64,
}

/// All six parts in a fixed order, those without bytes included.
pub fn usage_parts(usage: &Usage) -> Vec<UsagePart> {
    let all = [
        ("logins", "Sign-ins", usage.logins),
        ("sites", "Data of sites", usage.site_data),
        ("extensions", "Extensions", usage.extensions),
        ("caches", "Caches", usage.caches),
        ("other", "Other", usage.other),
        ("snapshots", "Snapshots", usage.snapshots),
    ];
    let whole = usage.total().max(1);
    all.into_iter()
        .map(|(key, label, bytes)| UsagePart {
            key,
            label,
            bytes,
            permille: bytes.saturating_mul(1_000) / whole,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_never_exceed_the_whole() {
        let usage = Usage {
            logins: 1,
            site_data: 333,
            extensions: 0,
            caches: 666,
            other: 7,
            snapshots: 993,
        };
        let parts = usage_parts(&usage);
        assert_eq!(parts.len(), 6);
        let sum: u64 = parts.iter().map(|part| part.permille).sum();
        assert!((995..=1_000).contains(&sum), "{sum}");
        assert_eq!(parts[5].permille, 496);
    }

    #[test]
    fn an_empty_profile_divides_by_nothing() {
        let parts = usage_parts(&Usage::default());
        assert!(parts.iter().all(|part| part.permille == 0));
    }
}
