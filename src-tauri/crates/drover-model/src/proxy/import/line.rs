//! One line that belongs to no table.

use std::net::Ipv6Addr;

use super::columns::{Between, read_columns};
use super::table::cells;
use super::word::{candidate, read_word};
use super::{BadLine, Candidate, Notation};
use crate::proxy::ProxyScheme;

/// What may stand between the parts, besides blanks.
const MARKS: [char; 4] = ['\t', ';', ',', '|'];

/// Whether the line is there for people alone.
pub(super) fn is_comment(line: &str) -> bool {
    line.is_empty() || line.starts_with('#') || line.starts_with("//")
}

/// Every possible meaning, never none.
pub(super) fn read_line(line: &str, default: ProxyScheme) -> Result<Vec<Candidate>, BadLine> {
    let (name, text) = split_name(line);
    let text = without_remark(text);
    let mut meanings = read_text(text, default)?;
    for meaning in &mut meanings {
        meaning.entry.name = name.map(str::to_owned);
    }
    Ok(meanings)
}

fn read_text(text: &str, default: ProxyScheme) -> Result<Vec<Candidate>, BadLine> {
    if !text.contains(char::is_whitespace) {
        let word = read_word(text, default);
        let mark = MARKS.into_iter().find(|mark| text.contains(*mark));
        return match (word, mark) {
            (Err(error), Some(mark)) => {
                let cells = cells(text, mark)?;
                let parts: Vec<&str> = trimmed(cells.iter().map(String::as_str));
                // What is wrong with a part says more than that the whole is no word.
                read_columns(&parts, Between::Mark, default).map_err(|other| match other {
                    BadLine::NoPort | BadLine::Unknown => error,
                    other => other,
                })
            }
            (word, _) => word,
        };
    }
    if let Some(mark) = MARKS.into_iter().find(|mark| text.contains(*mark)) {
        let cells = cells(text, mark)?;
        let parts = trimmed(cells.iter().map(String::as_str));
        if parts.iter().all(|part| !part.contains(char::is_whitespace))
            && let Ok(meanings) = read_columns(&parts, Between::Mark, default)
        {
            return Ok(meanings);
        }
    }
    let parts: Vec<&str> = text.split_whitespace().collect();
    let mut meanings = read_columns(&parts, Between::Blanks, default)?;
    // A password may hold a blank, so where a login ends is a question as well.
    let whole = read_word(text, default).unwrap_or_default();
    meanings.extend(
        whole
            .into_iter()
            .filter(|one| one.entry.password.is_some())
            .map(|one| candidate(Notation::Whole, one.entry)),
    );
    Ok(meanings)
}

/// Without empty cells at the end, which a table has where a column is not used.
fn trimmed<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut parts: Vec<&str> = cells.map(str::trim).collect();
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    parts
}

/// `[name] …`; an IPv6 address in brackets is no name.
fn split_name(line: &str) -> (Option<&str>, &str) {
    match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, rest)) if name.parse::<Ipv6Addr>().is_err() && !rest.trim().is_empty() => {
            let name = name.trim();
            ((!name.is_empty()).then_some(name), rest.trim())
        }
        _ => (None, line),
    }
}

/// Without what follows a blank and `#` or `//`.
fn without_remark(text: &str) -> &str {
    let mut before_is_blank = false;
    for (at, c) in text.char_indices() {
        if before_is_blank && (c == '#' || text[at..].starts_with("//")) {
            return text[..at].trim_end();
        }
        before_is_blank = c.is_whitespace();
    }
    text
}
