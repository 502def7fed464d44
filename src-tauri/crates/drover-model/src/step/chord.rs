//! Keys as people write them: `Enter`, `Control+A`, `Shift+Tab`.

use std::{fmt, str::FromStr};

use super::words::words;

/// A key with the modifiers that are held meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chord {
    /// In the order in which they were written, each once.
    pub modifiers: Vec<Modifier>,
    /// One of [`Chord::NAMED`], or a single character.
    pub key: String,
}

/// A key that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modifier {
    Alt,
    Control,
    Meta,
    Shift,
}
words!(Modifier {
    Alt = "Alt",
    Control = "Control",
    Meta = "Meta",
    Shift = "Shift",
});

/// A text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a key; write it like `Enter`, `ArrowDown`, `a`, `Control+A` or `Shift+Tab`")]
pub struct BadChord(String);

impl Chord {
    /// The keys that have names, as in the `key` of a browser's keyboard event.
    pub const NAMED: [&'static str; 34] = [
        "Enter",
        "Tab",
        "Escape",
        "Backspace",
        "Delete",
        "Insert",
        "Space",
        "ArrowUp",
        "ArrowDown",
        "ArrowLeft",
        "ArrowRight",
        "Home",
        "End",
        "PageUp",
        "PageDown",
        "F1",
        "F2",
        "F3",
        "F4",
        "F5",
        "F6",
        "F7",
        "F8",
        "F9",
        "F10",
        "F11",
        "F12",
        "CapsLock",
        "ContextMenu",
        "Pause",
        "Alt",
        "Control",
        "Meta",
        "Shift",
    ];
}

/// Other words for the same keys.
const ALIASES: [(&str, &str); 9] = [
    ("ctrl", "Control"),
    ("cmd", "Meta"),
    ("command", "Meta"),
    ("option", "Alt"),
    ("esc", "Escape"),
    ("return", "Enter"),
    ("del", "Delete"),
    ("up", "ArrowUp"),
    ("down", "ArrowDown"),
];

fn name_of(word: &str) -> Option<&'static str> {
    let named = Chord::NAMED
        .into_iter()
        .find(|name| name.eq_ignore_ascii_case(word));
    named.or_else(|| {
        ALIASES
            .into_iter()
            .find(|(alias, _)| alias.eq_ignore_ascii_case(word))
            .map(|(_, name)| name)
    })
}

fn modifier_of(word: &str) -> Option<Modifier> {
    let name = name_of(word)?;
    Modifier::WORDS
        .iter()
        .find(|(word, _)| *word == name)
        .map(|(_, modifier)| *modifier)
}

impl FromStr for Chord {
    type Err = BadChord;

    fn from_str(text: &str) -> Result<Self, BadChord> {
        let text = text.trim();
        let bad = || BadChord(text.to_owned());
        // The last plus may itself be the key: `Control++`.
        let (held, key) = match text.strip_suffix('+') {
            Some("") => ("", "+"),
            Some(held) => (held.strip_suffix('+').ok_or_else(bad)?, "+"),
            None => text.rsplit_once('+').unwrap_or(("", text)),
        };
        let mut modifiers = Vec::new();
        for word in held.split('+').filter(|_| !held.is_empty()) {
            let modifier = modifier_of(word.trim()).ok_or_else(bad)?;
            if !modifiers.contains(&modifier) {
                modifiers.push(modifier);
            }
        }
        let key = key.trim();
        let mut chars = key.chars();
        let key = match (name_of(key), chars.next(), chars.next()) {
            (Some(name), ..) => name.to_owned(),
            (None, Some(only), None) if !only.is_control() => only.to_string(),
            _ => return Err(bad()),
        };
        Ok(Self { modifiers, key })
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for modifier in &self.modifiers {
            write!(f, "{}+", modifier.word())?;
        }
        f.write_str(&self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_as_written() {
        for (text, same) in [
            ("Enter", "Enter"),
            ("control+a", "Control+a"),
            ("Ctrl+Shift+Tab", "Control+Shift+Tab"),
            ("Control++", "Control++"),
            ("+", "+"),
            ("ä", "ä"),
            ("Shift+Shift+F5", "Shift+F5"),
            ("Shift", "Shift"),
        ] {
            let chord: Chord = text.parse().unwrap();
            assert_eq!(chord.to_string(), same, "{text}");
            assert_eq!(same.parse::<Chord>().unwrap(), chord);
        }
        for text in ["", "Entr", "A+B", "Control+", "ab"] {
            assert!(text.parse::<Chord>().is_err(), "{text}");
        }
    }
}
