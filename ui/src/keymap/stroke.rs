//! Strokes as they come, read by the table.

use super::{Action, BINDINGS};

/// A key as it was pressed, without the DOM.
#[expect(
    clippy::struct_excessive_bools,
    reason = "a keyboard has that many modifiers, and the rest is where it was pressed"
)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stroke {
    pub key: String,
    pub ctrl: bool,
    pub shift: bool,
    pub alt: bool,
    /// A text field has the focus.
    pub typing: bool,
    /// A dialog is open; it has keys of its own.
    pub dialog: bool,
}

impl Stroke {
    fn chord(&self) -> String {
        let is_letter = |key: &str| key.chars().all(char::is_alphabetic);
        if !self.ctrl {
            // Signs such as `?` already say that Shift was held; letters may be capital by Caps Lock, too.
            return match self.key.chars().count() {
                1 if self.shift && is_letter(&self.key) => {
                    format!("Shift {}", self.key.to_uppercase())
                }
                1 if is_letter(&self.key) => self.key.to_lowercase(),
                _ => self.key.clone(),
            };
        }
        let shift = if self.shift { "Shift " } else { "" };
        let letter = self.key.chars().count() == 1;
        let key = if letter {
            self.key.to_uppercase()
        } else {
            self.key.clone()
        };
        format!("Ctrl {shift}{key}")
    }
}

/// Reads strokes one after the other; remembers a `g`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    prefix: Option<String>,
}

impl Keys {
    /// The action of this stroke. `singles` is the setting for keys without Ctrl.
    pub fn press(&mut self, stroke: &Stroke, singles: bool) -> Option<Action> {
        let prefix = self.prefix.take();
        let bare = !stroke.ctrl;
        let named = matches!(stroke.key.as_str(), "Escape" | "Delete");
        if stroke.alt
            || stroke.dialog
            || (bare && stroke.typing && stroke.key != "Escape")
            || (bare && !singles && !named)
        {
            return None;
        }
        let chord = stroke.chord();
        let full = prefix
            .as_ref()
            .map_or_else(|| chord.clone(), |prefix| format!("{prefix} {chord}"));
        let found = BINDINGS.iter().find(|binding| binding.keys == full);
        if found.is_none() && prefix.is_none() && begins(&chord) {
            self.prefix = Some(chord);
        }
        found.map(|binding| binding.action.clone())
    }
}

/// Whether another stroke may follow: only after `g`, since modifiers are part of their stroke.
fn begins(chord: &str) -> bool {
    chord == "g"
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::route::Route;

    fn stroke(key: &str) -> Stroke {
        Stroke {
            key: key.into(),
            ..Stroke::default()
        }
    }

    fn press(keys: &mut Keys, key: &str) -> Option<Action> {
        keys.press(&stroke(key), true)
    }

    #[test]
    fn two_strokes_go_to_a_screen() {
        let mut keys = Keys::default();
        assert_eq!(press(&mut keys, "g"), None, "g waits");
        assert_eq!(press(&mut keys, "v"), Some(Action::Go(Route::Vault)));
        assert_eq!(press(&mut keys, "v"), None, "v alone does nothing");
    }

    #[test]
    fn a_wrong_second_stroke_is_forgotten() {
        let mut keys = Keys::default();
        assert_eq!((press(&mut keys, "g"), press(&mut keys, "z")), (None, None));
        assert_eq!(
            press(&mut keys, "n"),
            Some(Action::New),
            "the next stroke counts by itself"
        );
    }

    #[test]
    fn single_keys_rest_while_typing_in_dialogs_and_when_switched_off() {
        let mut keys = Keys::default();
        assert_eq!(
            keys.press(
                &Stroke {
                    typing: true,
                    ..stroke("n")
                },
                true
            ),
            None
        );
        assert_eq!(
            keys.press(
                &Stroke {
                    dialog: true,
                    ..stroke("n")
                },
                true
            ),
            None
        );
        assert_eq!(keys.press(&stroke("n"), false), None);
        let ctrl = Stroke {
            ctrl: true,
            typing: true,
            ..stroke("k")
        };
        assert_eq!(
            keys.press(&ctrl, false),
            Some(Action::Palette),
            "keys with Ctrl always work"
        );
    }

    #[test]
    fn shift_tells_chords_apart() {
        let mut keys = Keys::default();
        let stroke = Stroke {
            ctrl: true,
            shift: true,
            ..stroke("L")
        };
        assert_eq!(keys.press(&stroke, true), Some(Action::Theme));
        let capital = Stroke {
            shift: true,
            ..self::stroke("O")
        };
        assert_eq!(keys.press(&capital, true), Some(Action::CloseBrowser));
        assert_eq!(press(&mut keys, "o"), Some(Action::OpenBrowser));
        let sign = Stroke {
            shift: true,
            ..self::stroke("?")
        };
        assert_eq!(keys.press(&sign, true), Some(Action::Sheet));
    }

    #[test]
    fn no_two_bindings_share_their_keys() {
        let all: HashSet<&str> = BINDINGS.iter().map(|binding| binding.keys).collect();
        assert_eq!(all.len(), BINDINGS.len(), "a key means one thing");
        assert!(!all.contains("g"), "g begins the two-stroke keys");
    }
}
