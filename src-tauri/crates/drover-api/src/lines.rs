//! Reading lines with a bound.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// The longest line that either end takes. An import of some ten thousand profiles and the
/// biggest artifact in JSON fit; a peer that never sends a line feed does not fill memory.
pub(crate) const LONGEST_LINE: usize = 8 * 1024 * 1024;

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// The buffer holds a line, without its line feed.
    Line,
    /// The peer closed its end; an unfinished line is thrown away.
    End,
    /// More than [`LONGEST_LINE`] bytes without a line feed.
    TooLong,
}

/// Reads the next line into `line`, which is emptied first.
pub(crate) async fn read_line(
    input: &mut (impl AsyncBufRead + Unpin),
    line: &mut Vec<u8>,
) -> io::Result<Read> {
    line.clear();
    loop {
        let seen = input.fill_buf().await?;
        if seen.is_empty() {
            return Ok(Read::End);
        }
        let end = seen.iter().position(|byte| *byte == b'\n');
        let part = &seen[..end.unwrap_or(seen.len())];
        if line.len() + part.len() > LONGEST_LINE {
            return Ok(Read::TooLong);
        }
        line.extend_from_slice(part);
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(Read::Line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::BufReader;

    #[tokio::test]
    async fn lines_are_cut_at_line_feeds() {
        let mut input = BufReader::with_capacity(3, &b"one\n\nthree\nrest"[..]);
        let mut line = Vec::new();
        for wanted in ["one", "", "three"] {
            assert_eq!(read_line(&mut input, &mut line).await.unwrap(), Read::Line);
            assert_eq!(line, wanted.as_bytes());
        }
        assert_eq!(read_line(&mut input, &mut line).await.unwrap(), Read::End);
    }

    #[tokio::test]
    async fn a_line_without_end_is_not_kept_for_ever() {
        let flood = vec![b'x'; LONGEST_LINE + 1];
        let mut line = Vec::new();
        let read = read_line(&mut BufReader::new(&flood[..]), &mut line).await;
        assert_eq!(read.unwrap(), Read::TooLong);
        assert!(line.len() <= LONGEST_LINE);
    }

    #[tokio::test]
    async fn the_longest_line_is_taken() {
        let mut text = vec![b'x'; LONGEST_LINE];
        text.push(b'\n');
        let mut line = Vec::new();
        let read = read_line(&mut BufReader::new(&text[..]), &mut line).await;
        assert_eq!((read.unwrap(), line.len()), (Read::Line, LONGEST_LINE));
    }
}
