//! What each key is called by the browser: its physical key and its old number, on a US keyboard.

use drover_model::step::{Chord, Modifier};

/// One key, ready to be pressed.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// As in the `key` of a keyboard event.
    pub name: String,
    /// The physical key.
    pub code: String,
    /// The number older pages look at.
    pub number: u32,
    /// What it types.
    pub text: Option<String>,
}

/// Named keys: name, physical key, number, text.
const NAMED: [(&str, &str, u32, Option<&str>); 34] = [
    ("Enter", "Enter", 13, Some("\r")),
    ("Tab", "Tab", 9, None),
    ("Escape", "Escape", 27, None),
    ("Backspace", "Backspace", 8, None),
    ("Delete", "Delete", 46, None),
    ("Insert", "Insert", 45, None),
    ("Space", "Space", 32, Some(" ")),
    ("ArrowUp", "ArrowUp", 38, None),
    ("ArrowDown", "ArrowDown", 40, None),
    ("ArrowLeft", "ArrowLeft", 37, None),
    ("ArrowRight", "ArrowRight", 39, None),
    ("Home", "Home", 36, None),
    ("End", "End", 35, None),
    ("PageUp", "PageUp", 33, None),
    ("PageDown", "PageDown", 34, None),
    ("F1", "F1", 112, None),
    ("F2", "F2", 113, None),
    ("F3", "F3", 114, None),
    ("F4", "F4", 115, None),
    ("F5", "F5", 116, None),
    ("F6", "F6", 117, None),
    ("F7", "F7", 118, None),
    ("F8", "F8", 119, None),
    ("F9", "F9", 120, None),
    ("F10", "F10", 121, None),
    ("F11", "F11", 122, None),
    ("F12", "F12", 123, None),
    ("CapsLock", "CapsLock", 20, None),
    ("ContextMenu", "ContextMenu", 93, None),
    ("Pause", "Pause", 19, None),
    ("Alt", "AltLeft", 18, None),
    ("Control", "ControlLeft", 17, None),
    ("Meta", "MetaLeft", 91, None),
    ("Shift", "ShiftLeft", 16, None),
];

/// Signs that share a key: without and with Shift, physical key, number.
const SIGNS: [(char, char, &str, u32); 11] = [
    ('-', '_', "Minus", 189),
    ('=', '+', "Equal", 187),
    ('[', '{', "BracketLeft", 219),
    (']', '}', "BracketRight", 221),
    ('\\', '|', "Backslash", 220),
    (';', ':', "Semicolon", 186),
    ('\'', '"', "Quote", 222),
    (',', '<', "Comma", 188),
    ('.', '>', "Period", 190),
    ('/', '?', "Slash", 191),
    ('`', '~', "Backquote", 192),
];

/// What Shift makes of the digits 0 to 9.
const SHIFTED_DIGITS: &str = ")!@#$%^&*(";

/// The key of a character, if the keyboard has one.
pub(super) fn of_char(letter: char) -> Option<Key> {
    let key = |code: String, number| Key {
        name: letter.to_string(),
        code,
        number,
        text: Some(letter.to_string()),
    };
    let digit = |digit: usize| {
        let digit = u32::try_from(digit).ok()?;
        Some(key(format!("Digit{digit}"), 48 + digit))
    };
    match letter {
        '\n' | '\r' => named("Enter"),
        '\t' => named("Tab"),
        ' ' => Some(Key {
            name: " ".to_owned(),
            ..key("Space".to_owned(), 32)
        }),
        'a'..='z' | 'A'..='Z' => {
            let upper = letter.to_ascii_uppercase();
            Some(key(format!("Key{upper}"), upper.into()))
        }
        '0'..='9' => digit(letter.to_digit(10)? as usize),
        sign => match SHIFTED_DIGITS.find(sign) {
            Some(place) => digit(place),
            None => SIGNS
                .iter()
                .find(|(plain, shifted, ..)| *plain == sign || *shifted == sign)
                .map(|(_, _, code, number)| key((*code).to_owned(), *number)),
        },
    }
}

/// A key by its name.
pub(super) fn named(name: &str) -> Option<Key> {
    let (key, code, number, text) = NAMED.into_iter().find(|(key, ..)| *key == name)?;
    Some(Key {
        name: if key == "Space" { " " } else { key }.to_owned(),
        code: code.to_owned(),
        number,
        text: text.map(str::to_owned),
    })
}

/// The key of a chord as the page sees it: with Control or Alt it types nothing, with Shift a letter is a capital.
pub(super) fn of_chord(chord: &Chord) -> Option<Key> {
    let held = |modifier| chord.modifiers.contains(&modifier);
    let commands = held(Modifier::Control) || held(Modifier::Alt) || held(Modifier::Meta);
    let mut letters = chord.key.chars();
    let mut key = match (letters.next(), letters.next()) {
        (Some(only), None) => {
            let only = if held(Modifier::Shift) {
                only.to_ascii_uppercase()
            } else if commands {
                only.to_ascii_lowercase()
            } else {
                only
            };
            of_char(only).unwrap_or(Key {
                name: only.to_string(),
                code: String::new(),
                number: 0,
                text: Some(only.to_string()),
            })
        }
        _ => named(&chord.key)?,
    };
    if commands {
        key.text = None;
    }
    Some(key)
}

/// The bit of a modifier.
pub(super) const fn bit(modifier: Modifier) -> u8 {
    match modifier {
        Modifier::Alt => 1,
        Modifier::Control => 2,
        Modifier::Meta => 4,
        Modifier::Shift => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_model_is_known() {
        for name in Chord::NAMED {
            assert!(named(name).is_some(), "{name}");
        }
        for (_, modifier) in Modifier::WORDS {
            assert!(named(modifier.word()).is_some());
        }
    }

    #[test]
    fn chords_type_what_a_keyboard_types() {
        let check = |text: &str, key: &str, code: &str, types: Option<&str>| {
            let found = of_chord(&text.parse().unwrap()).unwrap();
            assert_eq!(
                (
                    found.name.as_str(),
                    found.code.as_str(),
                    found.text.as_deref()
                ),
                (key, code, types),
                "{text}"
            );
        };
        check("Control+A", "a", "KeyA", None);
        check("Control+Shift+a", "A", "KeyA", None);
        check("Shift+a", "A", "KeyA", Some("A"));
        check("a", "a", "KeyA", Some("a"));
        check("!", "!", "Digit1", Some("!"));
        check("Enter", "Enter", "Enter", Some("\r"));
        check("ä", "ä", "", Some("ä"));
    }
}
