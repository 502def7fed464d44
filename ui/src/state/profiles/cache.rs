//! The limit of a profile's caches, typed in megabytes and kept in bytes.

/// Bytes in a megabyte, with six places behind its point.
const MB: u64 = 1_000_000;
const PLACES: usize = 6;

/// What stands in the field: "250", "1.5"; empty for no limit.
pub(super) fn typed(bytes: Option<u64>) -> String {
    let Some(bytes) = bytes else {
        return String::new();
    };
    let (whole, part) = (bytes / MB, bytes % MB);
    if part == 0 {
        return whole.to_string();
    }
    let part = format!("{part:06}");
    format!("{whole}.{}", part.trim_end_matches('0'))
}

/// The bytes that the text means, none when the field is empty; the problem when it is no number.
pub(super) fn bytes(text: &str) -> Result<Option<u64>, &'static str> {
    const WRONG: &str = "write a number of megabytes, such as 250";
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > PLACES {
        return Err(WRONG);
    }
    let whole: u64 = whole.parse().map_err(|_| WRONG)?;
    let part: u64 = format!("{part:0<6}").parse().map_err(|_| WRONG)?;
    let bytes = whole
        .checked_mul(MB)
        .and_then(|bytes| bytes.checked_add(part));
    bytes.map(Some).ok_or(WRONG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn megabytes_are_read_as_they_are_written() {
        for (text, expected) in [
            ("", None),
            ("250", Some(250_000_000)),
            ("1.5", Some(1_500_000)),
            ("0.000001", Some(1)),
        ] {
            assert_eq!(bytes(text), Ok(expected));
            assert_eq!(typed(expected), text);
        }
        assert_eq!(bytes(" 40 "), Ok(Some(40_000_000)));
        for wrong in [
            "x",
            "-1",
            "1,5",
            "1.",
            ".5",
            "1.0000001",
            "99999999999999999999",
        ] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
