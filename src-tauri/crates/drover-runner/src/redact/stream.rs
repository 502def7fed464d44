//! Redaction of a stream that arrives in pieces.

use std::iter::repeat;
use std::ops::Range;

use super::escapes;
use super::redactor::{Patterns, Redactor};

/// One stream. Holds back only bytes that may be the beginning of a known form or of a terminal code.
#[derive(Debug)]
pub struct RedactedStream {
    redactor: Redactor,
    /// Bytes not yet given out.
    held: Vec<u8>,
    /// For each of them, from the first on, the token it is part of; most output has none, and then this is empty.
    hits: Vec<Option<usize>>,
    /// The token whose mask was the last thing given out.
    masking: Option<usize>,
}

impl RedactedStream {
    pub(super) fn new(redactor: Redactor) -> Self {
        Self {
            redactor,
            held: Vec::new(),
            hits: Vec::new(),
            masking: None,
        }
    }

    /// Takes the next piece and appends to `clean` what is certain.
    pub fn push(&mut self, piece: &[u8], clean: &mut Vec<u8>) {
        let patterns = self.redactor.patterns();
        self.held.extend_from_slice(piece);
        if patterns.search.is_none() {
            self.release(self.held.len(), &patterns, clean);
            return;
        }
        let certain = self.look(&patterns);
        self.release(certain, &patterns, clean);
    }

    /// The end of the stream: gives out the rest.
    pub fn finish(&mut self, clean: &mut Vec<u8>) {
        let patterns = self.redactor.patterns();
        self.look(&patterns);
        self.release(self.held.len(), &patterns, clean);
        self.masking = None;
    }

    /// How many bytes are held back.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// Marks the hits; returns how many bytes cannot be part of anything that is still to come.
    fn look(&mut self, patterns: &Patterns) -> usize {
        let Some(search) = &patterns.search else {
            return self.held.len();
        };
        for hit in search.find_overlapping_iter(&self.held) {
            let token = patterns.known[hit.pattern().as_usize()].1;
            mark(&mut self.hits, hit.range(), token);
        }
        let certain = patterns.may_begin(&self.held);
        if !self.held.contains(&0x1b) {
            return certain;
        }
        // The same again through terminal codes. The raw search stays, because a value of digits could be
        // written so that it looks like the inside of a code.
        let whole = escapes::unfinished(&self.held);
        let positions = escapes::visible_positions(&self.held[..whole]);
        let seen: Vec<u8> = positions.iter().map(|&at| self.held[at]).collect();
        for hit in search.find_overlapping_iter(&seen) {
            let token = patterns.known[hit.pattern().as_usize()].1;
            for at in hit.range() {
                mark(&mut self.hits, positions[at]..positions[at] + 1, token);
            }
        }
        let certain_seen = positions
            .get(patterns.may_begin(&seen))
            .copied()
            .unwrap_or(whole);
        certain.min(certain_seen).min(whole)
    }

    fn release(&mut self, certain: usize, patterns: &Patterns, clean: &mut Vec<u8>) {
        if self.hits.is_empty() && self.masking.is_none() {
            clean.extend_from_slice(&self.held[..certain]);
            self.held.drain(..certain);
            return;
        }
        let mut masks = 0;
        let marked = certain.min(self.hits.len());
        let hits = self.hits.drain(..marked).chain(repeat(None));
        for (byte, hit) in self.held.drain(..certain).zip(hits) {
            match hit {
                None => {
                    clean.push(byte);
                    // A code inside a value does not end its mask, or the mask would be written twice.
                    if byte != 0x1b && !(self.masking.is_some() && is_code_byte(clean)) {
                        self.masking = None;
                    }
                }
                Some(token) if self.masking == Some(token) => {}
                Some(token) => {
                    clean.extend_from_slice("••••".as_bytes());
                    clean.extend_from_slice(patterns.names[token].as_bytes());
                    self.masking = Some(token);
                    masks += 1;
                }
            }
        }
        if self.hits.iter().all(Option::is_none) {
            self.hits.clear();
        }
        if masks > 0 {
            self.redactor.count(masks);
        }
    }
}

/// A byte that already belongs to a token keeps it: the first found gives the mask its name.
fn mark(hits: &mut Vec<Option<usize>>, range: Range<usize>, token: usize) {
    if hits.len() < range.end {
        hits.resize(range.end, None);
    }
    for hit in &mut hits[range] {
        hit.get_or_insert(token);
    }
}

/// Whether the end of the text is inside, or the last byte of, a terminal code.
fn is_code_byte(clean: &[u8]) -> bool {
    let from = clean.len().saturating_sub(32);
    let Some(escape) = clean[from..].iter().rposition(|&byte| byte == 0x1b) else {
        return false;
    };
    let code = &clean[from + escape..];
    let body = code
        .get(2..code.len().saturating_sub(1))
        .unwrap_or_default();
    code.get(1).is_none_or(|&byte| byte == b'[')
        && body.iter().all(|byte| (0x20..0x40).contains(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::SecretString;

    use super::super::Redactor;
    use super::super::forms::forms;

    fn redactor(values: &[(&str, &str)]) -> Redactor {
        let redactor = Redactor::new();
        for (name, value) in values {
            assert!(
                redactor.register(name, &SecretString::from(*value)),
                "`{name}` is long enough"
            );
        }
        redactor
    }

    fn in_pieces(redactor: &Redactor, text: &[u8], cuts: &[usize]) -> Vec<u8> {
        let mut stream = redactor.stream();
        let mut clean = Vec::new();
        let mut from = 0;
        for &cut in cuts {
            stream.push(&text[from..cut], &mut clean);
            from = cut;
        }
        stream.push(&text[from..], &mut clean);
        stream.finish(&mut clean);
        clean
    }

    fn check(values: &[(&str, &str)], text: &str, expected: &str) {
        let redactor = redactor(values);
        for cut in 0..=text.len() {
            let clean = in_pieces(&redactor, text.as_bytes(), &[cut]);
            assert_eq!(String::from_utf8_lossy(&clean), expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_value_is_masked_wherever_it_is_cut() {
        check(
            &[("api", "hunter2-hunter2")],
            "key=hunter2-hunter2;",
            "key=••••api;",
        );
        check(
            &[("api", "hunter2-hunter2")],
            "hunter2-hunter",
            "hunter2-hunter",
        );
        check(
            &[("api", "hunter2-hunter2")],
            "hunter2-hunter2hunter2-hunter2",
            "••••api",
        );
    }

    #[test]
    fn values_that_overlap_are_both_gone() {
        check(
            &[("one", "xyzabc12"), ("two", "abc12345")],
            "-xyzabc12345-",
            "-••••one••••two-",
        );
        check(
            &[("short", "abcdefgh"), ("long", "abcdefghij")],
            "abcdefghij abcdefghi",
            "••••short••••long ••••shorti",
        );
    }

    #[test]
    fn colours_inside_a_value_do_not_hide_it() {
        check(
            &[("api", "hunter2-hunter2")],
            "a\x1b[31mhunter2-\x1b[1mhunter2\x1b[0mb",
            "a\x1b[31m••••api\x1b[1m\x1b[0mb",
        );
    }

    #[test]
    fn only_possible_beginnings_are_held_back() {
        let redactor = redactor(&[("api", "hunter2-hunter2")]);
        let mut stream = redactor.stream();
        let mut clean = Vec::new();
        stream.push(b"nothing to see; hunt", &mut clean);
        assert_eq!(
            (clean.as_slice(), stream.held()),
            (b"nothing to see; ".as_slice(), 4)
        );
        stream.push(b" over", &mut clean);
        assert_eq!(
            (clean.as_slice(), stream.held()),
            (b"nothing to see; hunt over".as_slice(), 0)
        );
    }

    #[test]
    fn a_short_value_is_not_searched() {
        assert!(!Redactor::new().register("pin", &SecretString::from("1234567")));
    }

    #[test]
    fn numbers_and_keys_of_json_are_masked_too() {
        let redactor = redactor(&[("pin", "12345678")]);
        let clean = redactor.json(serde_json::json!({"12345678": [12_345_678, "a 12345678", 5]}));
        assert_eq!(
            clean,
            serde_json::json!({"••••pin": ["••••pin", "a ••••pin", 5]})
        );
    }

    proptest! {
        #[test]
        fn no_form_of_a_value_leaks(
            value in "[a-zA-Z0-9 /+&ö\"-]{8,24}",
            before in "[a-z ]{0,12}",
            behind in "[a-z ]{0,12}",
            pick in any::<prop::sample::Index>(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
            colour in any::<Option<prop::sample::Index>>(),
        ) {
            let redactor = redactor(&[("T", value.as_str())]);
            let forms = forms(&value);
            let form = forms[pick.index(forms.len())].to_vec();
            let mut hidden = form.clone();
            if let Some(colour) = colour {
                let at = colour.index(hidden.len());
                hidden.splice(at..at, *b"\x1b[36m");
            }
            let text = [before.as_bytes(), &hidden, behind.as_bytes()].concat();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            cuts.sort_unstable();
            let clean = in_pieces(&redactor, &text, &cuts);
            let seen = super::escapes::visible(&clean);
            prop_assert!(!seen.windows(form.len()).any(|part| part == form.as_slice()), "leaked");
            prop_assert!(seen.windows(13).any(|part| part == "••••T".as_bytes()), "masked: {}", String::from_utf8_lossy(&seen));
        }

        #[test]
        fn text_without_a_value_is_unchanged(
            text in prop::collection::vec(any::<u8>(), 0..400),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let redactor = redactor(&[("T", "correct horse battery staple")]);
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            cuts.sort_unstable();
            prop_assert_eq!(in_pieces(&redactor, &text, &cuts), text);
        }
    }
}
