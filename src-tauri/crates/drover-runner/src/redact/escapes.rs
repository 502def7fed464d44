//! Terminal colours, which may stand in the middle of a value.

/// The longest colour or cursor code that is looked through; anything longer is ordinary text.
const LONGEST: usize = 32;

/// Which bytes are seen on a terminal: all but complete codes of the shape `ESC [ … letter`.
pub(super) fn visible_positions(bytes: &[u8]) -> Vec<usize> {
    let mut positions = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if let Some(length) = code_length(&bytes[at..]) {
            at += length;
        } else {
            positions.push(at);
            at += 1;
        }
    }
    positions
}

/// The bytes at those positions.
pub(super) fn visible(bytes: &[u8]) -> Vec<u8> {
    visible_positions(bytes)
        .into_iter()
        .map(|at| bytes[at])
        .collect()
}

/// Where a code begins that the next bytes may complete; the length if there is none.
pub(super) fn unfinished(bytes: &[u8]) -> usize {
    let from = bytes.len().saturating_sub(LONGEST);
    let Some(escape) = bytes[from..]
        .iter()
        .rposition(|&byte| byte == 0x1b)
        .map(|at| at + from)
    else {
        return bytes.len();
    };
    let code = &bytes[escape..];
    let open = match code {
        [_] => true,
        [_, b'[', rest @ ..] => {
            rest.iter().all(|byte| (0x20..0x40).contains(byte)) && code.len() < LONGEST
        }
        _ => false,
    };
    if open { escape } else { bytes.len() }
}

fn code_length(bytes: &[u8]) -> Option<usize> {
    let [0x1b, b'[', rest @ ..] = bytes else {
        return None;
    };
    let end = rest
        .iter()
        .take(LONGEST - 2)
        .position(|byte| !(0x20..0x40).contains(byte))?;
    (0x40..0x7f).contains(&rest[end]).then_some(end + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_not_seen() {
        assert_eq!(visible(b"a\x1b[1;31mb\x1b[0mc"), b"abc");
        assert_eq!(visible(b"a\x1b[\nb"), b"a\x1b[\nb", "not a code");
    }

    #[test]
    fn a_code_cut_in_two_is_waited_for() {
        assert_eq!(unfinished(b"ab\x1b"), 2);
        assert_eq!(unfinished(b"ab\x1b[1;3"), 2);
        assert_eq!(unfinished(b"ab\x1b[1;3m"), 8);
        assert_eq!(unfinished(b"ab"), 2);
    }
}
