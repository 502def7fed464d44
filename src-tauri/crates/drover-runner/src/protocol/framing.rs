//! From bytes to lines, with a cap on each.

/// The longest line that is read; a longer one is dropped and counted.
pub(super) const LONGEST: usize = 1024 * 1024;

/// The line that is being read.
#[derive(Debug, Default)]
pub(super) struct Framing {
    open: Vec<u8>,
    too_long: bool,
}

/// A complete line, or the fact that there was one nobody will see.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame<'a> {
    Line(&'a [u8]),
    TooLong,
}

impl Framing {
    pub(super) fn push(&mut self, bytes: &[u8], mut each: impl FnMut(Frame<'_>)) {
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            let (text, complete) = part
                .strip_suffix(b"\n")
                .map_or((part, false), |text| (text, true));
            if self.too_long || self.open.len() + text.len() > LONGEST {
                self.too_long = true;
                self.open.clear();
            } else {
                self.open.extend_from_slice(text);
            }
            if complete {
                if self.too_long {
                    each(Frame::TooLong);
                } else if !self.open.is_empty() {
                    each(Frame::Line(&self.open));
                }
                self.too_long = false;
                self.open.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_over_the_cap_is_dropped_and_the_next_is_read() {
        let mut framing = Framing::default();
        let mut seen = Vec::new();
        let long = vec![b'x'; LONGEST];
        for bytes in [b"a".as_slice(), b"b\n\n", &long, b"x", b"more\nc\n"] {
            framing.push(bytes, |frame| {
                seen.push(match frame {
                    Frame::Line(line) => String::from_utf8_lossy(line).into_owned(),
                    Frame::TooLong => "too long".to_owned(),
                });
            });
        }
        assert_eq!(seen, ["ab", "too long", "c"]);
    }
}
