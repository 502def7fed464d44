//! The filter language of the profile list: `word "two words" tag:eu -tag:test proxy:eu-1`.

use crate::column::folded;

/// One condition; all of a filter must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    /// The name, the notes or a tag holds this text.
    Word(String),
    Tag(String),
    NotTag(String),
    /// The profile uses the proxy of that name.
    Proxy(String),
}

/// The conditions of a filter, in lower case. Double quotes keep blanks together.
pub(crate) fn terms(filter: &str) -> Vec<Term> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in filter.chars() {
        match letter {
            '"' => quoted = !quoted,
            _ if letter.is_whitespace() && !quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(letter),
        }
    }
    words.push(word);
    let words = words.iter().map(|word| folded(word));
    words.filter_map(|word| term(&word)).collect()
}

fn term(word: &str) -> Option<Term> {
    let some =
        |text: &str, make: fn(String) -> Term| (!text.is_empty()).then(|| make(text.to_owned()));
    if let Some(tag) = word.strip_prefix("-tag:") {
        some(tag, Term::NotTag)
    } else if let Some(tag) = word.strip_prefix("tag:") {
        some(tag, Term::Tag)
    } else if let Some(proxy) = word.strip_prefix("proxy:") {
        some(proxy, Term::Proxy)
    } else {
        some(word, Term::Word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_keys_are_told_apart() {
        assert_eq!(
            terms("  Anna tag:EU -tag:test proxy:\"eu 1\" \"two words\" tag: "),
            [
                Term::Word("anna".into()),
                Term::Tag("eu".into()),
                Term::NotTag("test".into()),
                Term::Proxy("eu 1".into()),
                Term::Word("two words".into()),
            ]
        );
        assert_eq!(terms(""), []);
    }
}
