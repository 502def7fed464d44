//! The values of one attempt, shared by everything that stores or shows its output.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use aho_corasick::AhoCorasick;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::forms::{SHORTEST, forms};
use super::stream::RedactedStream;

/// What the known values look like.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    /// Sorted by bytes, so that "does anything known begin like this" is a binary search.
    pub(super) known: Vec<(Zeroizing<Vec<u8>>, usize)>,
    pub(super) names: Vec<String>,
    pub(super) search: Option<AhoCorasick>,
    pub(super) longest: usize,
    pub(super) first: Box<[bool]>,
}

/// A set of secret values to be masked. Clones share the set, so a value registered once is masked everywhere.
#[derive(Clone, Default)]
pub struct Redactor {
    patterns: Arc<RwLock<Arc<Patterns>>>,
    masked: Arc<AtomicU64>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor")
            .field("names", &self.patterns().names)
            .finish_non_exhaustive()
    }
}

impl Redactor {
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a value known, before it is given to anybody. Returns whether it is searched for: values of fewer than
    /// [`SHORTEST`] bytes are not.
    pub fn register(&self, name: &str, value: &SecretString) -> bool {
        let value = value.expose_secret();
        if value.len() < SHORTEST {
            return false;
        }
        let mut current = self
            .patterns
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let mut names = current.names.clone();
        let token = names
            .iter()
            .position(|known| known == name)
            .unwrap_or_else(|| {
                names.push(name.to_owned());
                names.len() - 1
            });
        let mut known = current.known.clone();
        known.extend(forms(value).into_iter().map(|form| (form, token)));
        *current = Arc::new(Patterns::new(known, names));
        true
    }

    /// A new stream to be redacted piece by piece.
    pub fn stream(&self) -> RedactedStream {
        RedactedStream::new(self.clone())
    }

    /// A whole text at once.
    pub fn text(&self, text: &str) -> String {
        let mut stream = self.stream();
        let mut clean = Vec::with_capacity(text.len());
        stream.push(text.as_bytes(), &mut clean);
        stream.finish(&mut clean);
        String::from_utf8_lossy(&clean).into_owned()
    }

    /// Every text inside a JSON value, keys included.
    pub fn json(&self, value: serde_json::Value) -> serde_json::Value {
        use serde_json::Value;
        match value {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(items) => {
                Value::Array(items.into_iter().map(|item| self.json(item)).collect())
            }
            Value::Object(fields) => Value::Object(
                fields
                    .into_iter()
                    .map(|(key, item)| (self.text(&key), self.json(item)))
                    .collect(),
            ),
            // A token may consist of digits alone.
            Value::Number(number) => match self.text(&number.to_string()) {
                clean if clean == number.to_string() => Value::Number(number),
                clean => Value::String(clean),
            },
            other => other,
        }
    }

    /// How often something was masked so far.
    pub fn masked(&self) -> u64 {
        self.masked.load(Ordering::Relaxed)
    }

    pub(super) fn patterns(&self) -> Arc<Patterns> {
        Arc::clone(&self.patterns.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn count(&self, masks: u64) {
        self.masked.fetch_add(masks, Ordering::Relaxed);
    }
}

impl Patterns {
    fn new(mut known: Vec<(Zeroizing<Vec<u8>>, usize)>, names: Vec<String>) -> Self {
        known
            .sort_by(|left, right| (left.0.as_slice(), left.1).cmp(&(right.0.as_slice(), right.1)));
        known.dedup_by(|left, right| left.0 == right.0);
        let search = AhoCorasick::new(known.iter().map(|(form, _)| form.as_slice()))
            .expect("BUG: values are short, so the automaton is small");
        let longest = known.iter().map(|(form, _)| form.len()).max().unwrap_or(0);
        let mut first = vec![false; 256].into_boxed_slice();
        for (form, _) in &known {
            first[usize::from(form[0])] = true;
        }
        Self {
            known,
            names,
            search: Some(search),
            longest,
            first,
        }
    }

    /// Where the last known form may begin that more bytes would complete; the length if nowhere.
    pub(super) fn may_begin(&self, bytes: &[u8]) -> usize {
        let from = (bytes.len() + 1).saturating_sub(self.longest.max(1));
        (from..bytes.len())
            .find(|&at| self.begins(&bytes[at..]))
            .unwrap_or(bytes.len())
    }

    fn begins(&self, bytes: &[u8]) -> bool {
        if !self.first[usize::from(bytes[0])] {
            return false;
        }
        let at = self
            .known
            .partition_point(|(form, _)| form.as_slice() < bytes);
        // A form equal to the bytes is complete; one behind it may be longer.
        self.known[at..]
            .iter()
            .take_while(|(form, _)| form.starts_with(bytes))
            .any(|(form, _)| form.len() > bytes.len())
    }
}
