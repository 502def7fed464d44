//! Cutting a redacted stream into lines.

use memchr::memchr;

/// A longer line is cut into pieces of this size: one without an end would otherwise fill the memory.
pub(super) const LONGEST_LINE: usize = 64 * 1024;

/// The beginning of a line that is not complete yet.
#[derive(Debug, Default)]
pub(super) struct LineCutter {
    open: Vec<u8>,
}

impl LineCutter {
    /// Takes the next bytes and gives out every line they complete.
    pub(super) fn push(&mut self, bytes: &[u8], mut line: impl FnMut(String)) {
        let mut rest = bytes;
        while let Some(end) = memchr(b'\n', rest) {
            if self.open.is_empty() && end <= LONGEST_LINE {
                let whole = &rest[..end];
                line(text(whole.strip_suffix(b"\r").unwrap_or(whole)));
                rest = &rest[end + 1..];
                continue;
            }
            self.extend(&rest[..end], &mut line);
            let open = std::mem::take(&mut self.open);
            line(text(open.strip_suffix(b"\r").unwrap_or(&open)));
            rest = &rest[end + 1..];
        }
        self.extend(rest, &mut line);
    }

    /// The end of the stream: what is open becomes a line.
    pub(super) fn finish(&mut self, line: impl FnOnce(String)) {
        if !self.open.is_empty() {
            line(text(&std::mem::take(&mut self.open)));
        }
    }

    fn extend(&mut self, bytes: &[u8], line: &mut impl FnMut(String)) {
        self.open.extend_from_slice(bytes);
        while self.open.len() > LONGEST_LINE {
            let cut = boundary(&self.open, LONGEST_LINE);
            let rest = self.open.split_off(cut);
            line(text(&std::mem::replace(&mut self.open, rest)));
        }
    }
}

/// The last place at or before `at` that does not cut a character in two.
fn boundary(bytes: &[u8], at: usize) -> usize {
    (at.saturating_sub(3)..=at)
        .rev()
        .find(|&cut| bytes[cut] & 0xC0 != 0x80)
        .unwrap_or(at)
}

/// Bytes that are no UTF-8 become the replacement character.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pieces: &[&[u8]]) -> Vec<String> {
        let mut cutter = LineCutter::default();
        let mut lines = Vec::new();
        for piece in pieces {
            cutter.push(piece, |line| lines.push(line));
        }
        cutter.finish(|line| lines.push(line));
        lines
    }

    #[test]
    fn lines_end_where_they_end() {
        assert_eq!(cut(&[b"a\r\nb", b"c\n\nd"]), ["a", "bc", "", "d"]);
        assert_eq!(cut(&[b"a\n"]), ["a"], "no empty line after the last end");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_as_such() {
        assert_eq!(cut(&[b"a\xff\xfeb\n"]), ["a\u{fffd}\u{fffd}b"]);
    }

    #[test]
    fn an_endless_line_is_cut_between_characters() {
        let long = "ö".repeat(LONGEST_LINE);
        let lines = cut(&[b"x", long.as_bytes()]);
        assert_eq!(lines.concat(), format!("x{long}"));
        assert!(
            lines.iter().all(|line| line.len() <= LONGEST_LINE),
            "every piece is short"
        );
    }
}
