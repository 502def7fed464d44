//! Percent-encoding as in RFC 3986, section 2.1.

use std::fmt::Write;

/// Decoded; what is no valid escape, or does not decode to text, stays as it is.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let byte = match (first, tail) {
            (b'%', [high, low, ..]) => digit(*high).zip(digit(*low)),
            _ => None,
        };
        if let Some((high, low)) = byte {
            bytes.push(high << 4 | low);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Everything but letters, digits, `-`, `_` and `~` escaped. The dot is too, so that a user name is never taken for a
/// host.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("BUG: writing to a string failed");
        }
    }
    out
}

fn digit(byte: u8) -> Option<u8> {
    let value = char::from(byte).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_whole_escapes_are_decoded() {
        for (text, expected) in [
            ("p%40ss", "p@ss"),
            ("100%", "100%"),
            ("%+5", "%+5"),
            ("%zz", "%zz"),
            ("%c3%BC", "ü"),
            ("%ff", "%ff"),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_survives(text in "\\PC{0,30}") {
            prop_assert_eq!(decoded(&encoded(&text)), text);
        }
    }
}
