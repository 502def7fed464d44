//! The forms in which a value turns up in output.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

use super::escapes;

/// Values with fewer bytes are not searched for: they would mask ordinary text.
pub const SHORTEST: usize = 8;

/// Every form of a value: as it is, URL-encoded, in base64, JSON-escaped, in hex.
pub(super) fn forms(value: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let bytes = value.as_bytes();
    let mut forms: BTreeSet<Vec<u8>> = BTreeSet::new();
    forms.insert(bytes.to_vec());
    forms.insert(escapes::visible(bytes));
    for keep in [unreserved as fn(u8) -> bool, unreserved_and_marks, |_| {
        false
    }] {
        for upper in [true, false] {
            let encoded = url_encoded(bytes, keep, upper);
            forms.insert(encoded.replace("%20", "+").into_bytes());
            forms.insert(encoded.into_bytes());
        }
    }
    forms.extend((0..3).flat_map(|shift| base64_at(bytes, shift)));
    forms.extend(json_escaped(value));
    for hex in [hex(bytes, false), hex(bytes, true)] {
        forms.insert(hex.into_bytes());
    }
    // An empty form would match everywhere.
    forms
        .into_iter()
        .filter(|form| form.len() >= SHORTEST)
        .map(Zeroizing::new)
        .collect()
}

fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)
}

/// What JavaScript's `encodeURIComponent` leaves alone.
fn unreserved_and_marks(byte: u8) -> bool {
    unreserved(byte) || b"!*'()".contains(&byte)
}

fn url_encoded(bytes: &[u8], keep: fn(u8) -> bool, upper: bool) -> String {
    let mut encoded = String::new();
    for &byte in bytes {
        if keep(byte) {
            encoded.push(char::from(byte));
        } else {
            let written = if upper {
                write!(encoded, "%{byte:02X}")
            } else {
                write!(encoded, "%{byte:02x}")
            };
            written.expect("BUG: a string takes all text");
        }
    }
    encoded
}

/// The characters that do not depend on what stands before and behind the value, when it begins `shift` bytes into a
/// group of three; in the standard and in the URL alphabet.
fn base64_at(bytes: &[u8], shift: usize) -> [Vec<u8>; 2] {
    let mut padded = vec![0; shift];
    padded.extend_from_slice(bytes);
    let encoded = STANDARD_NO_PAD.encode(&padded).into_bytes();
    let first = (shift * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    let standard = encoded.get(first..last).unwrap_or_default().to_vec();
    let url = standard.iter().map(|&byte| match byte {
        b'+' => b'-',
        b'/' => b'_',
        other => other,
    });
    let url = url.collect();
    [standard, url]
}

/// As `JSON.stringify` and most writers escape it, as writers that keep to ASCII do, and as those that escape `/` do.
fn json_escaped(value: &str) -> Vec<Vec<u8>> {
    let quoted = serde_json::to_string(value).expect("BUG: a string is JSON");
    let plain = quoted[1..quoted.len() - 1].to_owned();
    let ascii = |upper: bool| {
        let mut text = String::new();
        for character in plain.chars() {
            if character.is_ascii() {
                text.push(character);
                continue;
            }
            for unit in character.encode_utf16(&mut [0; 2]) {
                let written = if upper {
                    write!(text, "\\u{unit:04X}")
                } else {
                    write!(text, "\\u{unit:04x}")
                };
                written.expect("BUG: a string takes all text");
            }
        }
        text
    };
    [ascii(false), ascii(true), plain.clone()]
        .into_iter()
        .flat_map(|text| [text.replace('/', "\\/").into_bytes(), text.into_bytes()])
        .collect()
}

fn hex(bytes: &[u8], upper: bool) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let written = if upper {
            write!(text, "{byte:02X}")
        } else {
            write!(text, "{byte:02x}")
        };
        written.expect("BUG: a string takes all text");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(value: &str, form: &str) {
        assert!(
            forms(value)
                .iter()
                .any(|known| known.as_slice() == form.as_bytes()),
            "`{form}` must be a form"
        );
    }

    #[test]
    fn the_forms_a_value_takes() {
        has("pass w/ö&rd", "pass w/ö&rd");
        has("pass w/ö&rd", "pass%20w%2F%C3%B6%26rd");
        has("pass w/ö&rd", "pass+w%2f%c3%b6%26rd");
        has("pass w/ö&rd", "pass w\\/\\u00f6&rd");
        has("line\n\"two\"", "line\\n\\\"two\\\"");
        has("hunter22", "68756e7465723232");
    }

    #[test]
    fn base64_is_known_at_every_alignment() {
        for before in ["", "u", "us", "use", "user:"] {
            for behind in ["", "x", "xy"] {
                let whole = STANDARD_NO_PAD.encode(format!("{before}s3cret??>>value{behind}"));
                let known = forms("s3cret??>>value");
                assert!(
                    known.iter().any(|form| whole
                        .as_bytes()
                        .windows(form.len())
                        .any(|part| part == form.as_slice())),
                    "with `{before}` before and `{behind}` behind"
                );
            }
        }
    }
}
