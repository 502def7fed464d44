//! How much memory a further browser could have.

use std::fs;

/// Bytes that programs can still take without swapping, as the system estimates it; `None` where it does not say.
///
/// On Linux `MemAvailable` of `/proc/meminfo` (proc(5)).
pub fn available_memory() -> Option<u64> {
    parse(&fs::read_to_string("/proc/meminfo").ok()?)
}

fn parse(text: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_found_among_others() {
        let check = |text: &str, wanted| assert_eq!(parse(text), wanted, "{text}");
        check("MemTotal:  8000 kB\nMemAvailable:   3 kB\n", Some(3_072));
        check("MemTotal:  8000 kB\n", None);
        check("MemAvailable: lots\n", None);
        check("", None);
    }
}
