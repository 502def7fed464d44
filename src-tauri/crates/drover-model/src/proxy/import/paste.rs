use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::line::{is_comment, read_line};
use super::table::Header;
use super::{BadLine, Candidate, Notation, ProxyEntry, Reading};
use crate::proxy::ProxyScheme;

/// Longer lines hold no proxy, in bytes. Host 253, user and password 255 each, all percent-encoded, and a name.
const LONGEST: usize = 4_096;

/// A pasted list, read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Paste {
    /// One for each line that is not blank, a comment or a header.
    pub lines: Vec<PastedLine>,
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastedLine {
    /// From 1, as an editor counts.
    pub number: usize,
    pub reading: Reading,
    /// The first line with the same proxy and login.
    pub same_as: Option<usize>,
}

impl Paste {
    /// Reads a text line by line. `default` is the protocol where a line names none.
    #[must_use]
    pub fn read(text: &str, default: ProxyScheme) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut header = None;
        let mut lines = Vec::new();
        for (index, line) in text.lines().enumerate() {
            // A table keeps the blanks at its start and end, they are cells.
            let trimmed = line.trim();
            if is_comment(trimmed) {
                continue;
            }
            if lines.is_empty() && header.is_none() {
                header = Header::read(trimmed);
                if header.is_some() {
                    continue;
                }
            }
            let meanings = match &header {
                _ if line.len() > LONGEST => Err(BadLine::TooLong),
                Some(header) => header.row(line, default),
                None => read_line(trimmed, default),
            };
            lines.push(PastedLine {
                number: index + 1,
                reading: reading(meanings),
                same_as: None,
            });
        }
        let mut paste = Self { lines };
        paste.note_repeats();
        paste
    }

    /// The answer for all questions at once: where a line can be read in that notation, it is.
    pub fn settle(&mut self, notation: Notation) {
        for line in &mut self.lines {
            let Reading::Ambiguous(candidates) = &line.reading else {
                continue;
            };
            let chosen = candidates.iter().find(|one| one.notation == notation);
            if let Some(chosen) = chosen {
                line.reading = Reading::Proxy(chosen.entry.clone());
            }
        }
        self.note_repeats();
    }

    /// The proxies that are understood, each once.
    pub fn proxies(&self) -> impl Iterator<Item = &ProxyEntry> {
        self.lines.iter().filter_map(|line| match &line.reading {
            Reading::Proxy(entry) if line.same_as.is_none() => Some(entry),
            _ => None,
        })
    }

    /// The notations that are asked about, each once, in order.
    #[must_use]
    pub fn questions(&self) -> Vec<Notation> {
        let mut all: Vec<Notation> = self
            .lines
            .iter()
            .filter_map(|line| match &line.reading {
                Reading::Ambiguous(candidates) => Some(candidates),
                _ => None,
            })
            .flatten()
            .map(|candidate| candidate.notation)
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn note_repeats(&mut self) {
        let mut first: HashMap<String, usize> = HashMap::new();
        for line in &mut self.lines {
            line.same_as = None;
            if let Reading::Proxy(entry) = &line.reading {
                let at = *first.entry(entry.url().expose()).or_insert(line.number);
                line.same_as = (at != line.number).then_some(at);
            }
        }
    }
}

fn reading(meanings: Result<Vec<Candidate>, BadLine>) -> Reading {
    match meanings {
        Ok(mut meanings) if meanings.len() == 1 => Reading::Proxy(meanings.remove(0).entry),
        Ok(meanings) => Reading::Ambiguous(meanings),
        Err(bad) => Reading::Bad(bad),
    }
}
