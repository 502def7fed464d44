//! A cookie file of any known format.

use std::collections::HashMap;

use drover_model::{CookieFormat, CookieKey, CookieSkip};
use jiff::Timestamp;
use serde_json::Value;

use super::{Cookie, check::check, cookie::Identity, json, netscape};

/// Far more than a browser keeps; larger files are something else.
const LARGEST: usize = 32 * 1024 * 1024;

/// Why a text is not a cookie file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CookieFileError {
    /// Nothing but white space.
    #[error("the cookie file is empty")]
    Empty,
    /// More than 32 MiB.
    #[error("the cookie file is larger than 32 MiB")]
    TooLarge,
    /// It begins as JSON and is none.
    #[error("the cookie file is broken JSON at line {line}, column {column}")]
    Json {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// JSON of something else, or text without one line that looks like a cookie.
    #[error("the file is no cookie file of a known format")]
    Unknown,
}

/// What a file holds: every entry, the unusable ones with the reason.
#[derive(Clone, Debug)]
pub struct CookieFile {
    /// What it was recognised as.
    pub format: CookieFormat,
    /// In the order of the file.
    pub(super) entries: Vec<Entry>,
    /// When it was read.
    pub(super) at: Timestamp,
    /// Sentences on what else is in the file, or what it cannot say.
    pub notes: Vec<String>,
}

/// One entry of a file.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The line, or the place in the list; from 1.
    pub at: usize,
    /// The cookie, or which one it would have been and why it is none.
    pub cookie: Result<Cookie, (Option<CookieKey>, CookieSkip)>,
}

impl CookieFile {
    /// The cookies that can be set, in the order of the file.
    pub fn cookies(&self) -> impl Iterator<Item = &Cookie> {
        self.entries
            .iter()
            .filter_map(|entry| entry.cookie.as_ref().ok())
    }

    /// The entries that cannot be set: where each stands, which cookie it is as far as that is known, and why.
    pub fn skipped(&self) -> impl Iterator<Item = (usize, Option<&CookieKey>, &CookieSkip)> {
        self.entries.iter().filter_map(|entry| {
            let (key, reason) = entry.cookie.as_ref().err()?;
            Some((entry.at, key.as_ref(), reason))
        })
    }
}

/// Reads a cookie file; the format is told by the text. An entry that cannot be used does not spoil the others.
pub fn read(text: &str, now: Timestamp) -> Result<CookieFile, CookieFileError> {
    let text = text.trim_start_matches('\u{feff}');
    if text.len() > LARGEST {
        return Err(CookieFileError::TooLarge);
    }
    let mut file = match text.trim_start().chars().next() {
        None => return Err(CookieFileError::Empty),
        Some('[' | '{') => json::read(&parsed(text)?, now)?,
        Some(_) => netscape::read(text, now)?,
    };
    for entry in &mut file.entries {
        let wrong = match &entry.cookie {
            Ok(cookie) => check(cookie, now)
                .err()
                .map(|reason| (Some(cookie.key()), reason)),
            Err(_) => None,
        };
        if let Some(wrong) = wrong {
            entry.cookie = Err(wrong);
        }
    }
    mark_duplicates(&mut file.entries);
    if let Some(lost) = file.format.loses() {
        file.notes.push(format!("The format cannot say {lost}."));
    }
    Ok(file)
}

/// Only the syntax is judged here: a typed reader would quote values in its errors.
fn parsed(text: &str) -> Result<Value, CookieFileError> {
    serde_json::from_str(text).map_err(|error| CookieFileError::Json {
        line: error.line(),
        column: error.column(),
    })
}

/// The last of the same cookies counts, as it would in a browser that was given one after the other.
fn mark_duplicates(entries: &mut [Entry]) {
    let mut later: HashMap<Identity, usize> = HashMap::new();
    for entry in entries.iter_mut().rev() {
        let Ok(cookie) = &entry.cookie else { continue };
        let identity = cookie.identity();
        if let Some(&at) = later.get(&identity) {
            entry.cookie = Err((Some(identity.0), CookieSkip::Duplicate { at }));
        } else {
            later.insert(identity, entry.at);
        }
    }
}
