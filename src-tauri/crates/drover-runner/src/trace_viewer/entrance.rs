//! Words that open the page of a trace once: the command line of a browser can be read by others, and then such a word
//! is worth nothing any more.

use std::sync::{Mutex, MutexGuard, PoisonError};

use subtle::ConstantTimeEq as _;

/// Words that nobody has used; of more the oldest are forgotten.
const MOST: usize = 8;

/// The words that are good at the moment.
#[derive(Debug, Default)]
pub(super) struct Entrances(Mutex<Vec<String>>);

impl Entrances {
    fn words(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a word good.
    pub(super) fn add(&self, word: String) {
        let mut words = self.words();
        words.push(word);
        let too_many = words.len().saturating_sub(MOST);
        words.drain(..too_many);
    }

    /// Takes a word; `false` when it is not good, or not any more.
    pub(super) fn take(&self, word: &str) -> bool {
        let mut words = self.words();
        let is = |known: &String| bool::from(known.as_bytes().ct_eq(word.as_bytes()));
        match words.iter().position(is) {
            Some(at) => {
                words.remove(at);
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_good_once_and_not_for_ever() {
        let entrances = Entrances::default();
        entrances.add("a".to_owned());
        assert!(entrances.take("a") && !entrances.take("a") && !entrances.take(""));
        for number in 0..=MOST {
            entrances.add(number.to_string());
        }
        assert!(!entrances.take("0") && entrances.take("1"));
    }
}
