//! The program whose output is kept.

use std::io::Write as _;

use crate::Done;

/// What is handed to the system at once.
const PIECE: usize = 64 * 1024;
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz 0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ ";

/// Writes so many bytes in lines of so many, their ends included.
pub(crate) fn write(bytes: usize, line: usize) -> Done<()> {
    let text: Vec<u8> = (0..line.saturating_sub(1))
        .map(|at| LETTERS[at % LETTERS.len()])
        .chain([b'\n'])
        .collect();
    let lines = (PIECE / line).max(1);
    let piece = text.repeat(lines);
    let mut out = std::io::stdout().lock();
    let mut left = bytes / line * line;
    while left > 0 {
        let size = left.min(piece.len());
        out.write_all(&piece[..size])?;
        left -= size;
    }
    Ok(())
}
