//! Which password store Chrome takes by itself in a desktop session.
//!
//! It decides by the session's variables (Chromium's `base/nix/xdg_util.cc` and `key_storage_util_linux.cc`), so the
//! same folder opened from another session may get another key, and then loses its cookies. Drover asks once, and names
//! the answer at every start.

use std::ffi::{OsStr, OsString};

use drover_model::PasswordStore;

/// The store for a session with these variables.
#[must_use]
pub fn password_store<'a>(
    variables: impl IntoIterator<Item = (&'a OsString, &'a OsString)>,
) -> PasswordStore {
    let mut session = Session::default();
    for (name, value) in variables {
        session.note(name, value);
    }
    session.store()
}

/// What tells one desktop from another.
#[derive(Default)]
struct Session {
    current: String,
    name: String,
    kde_version: String,
}

impl Session {
    fn note(&mut self, name: &OsStr, value: &OsStr) {
        let place = match name.to_str() {
            Some("XDG_CURRENT_DESKTOP") => &mut self.current,
            Some("DESKTOP_SESSION") => &mut self.name,
            Some("KDE_SESSION_VERSION") => &mut self.kde_version,
            _ => return,
        };
        *place = value.to_string_lossy().to_lowercase();
    }

    fn store(&self) -> PasswordStore {
        let named = self.current.split(':').find_map(|desktop| self.of(desktop));
        named
            .or_else(|| self.of_session())
            .unwrap_or(PasswordStore::Basic)
    }

    fn of(&self, desktop: &str) -> Option<PasswordStore> {
        match desktop.trim() {
            "gnome" | "unity" | "x-cinnamon" | "cinnamon" | "pantheon" | "xfce" | "deepin"
            | "ukui" => Some(PasswordStore::GnomeLibsecret),
            "kde" => Some(self.wallet()),
            "lxqt" => Some(PasswordStore::Basic),
            _ => None,
        }
    }

    /// Old sessions set no `XDG_CURRENT_DESKTOP`.
    fn of_session(&self) -> Option<PasswordStore> {
        let name = self.name.as_str();
        if name.contains("kde") || name.contains("plasma") {
            return Some(self.wallet());
        }
        ["gnome", "mate", "xfce", "xubuntu", "deepin", "ukui"]
            .into_iter()
            .any(|desktop| name.contains(desktop))
            .then_some(PasswordStore::GnomeLibsecret)
    }

    fn wallet(&self) -> PasswordStore {
        match self.kde_version.as_str() {
            "6" => PasswordStore::Kwallet6,
            "5" => PasswordStore::Kwallet5,
            _ => PasswordStore::Kwallet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> PasswordStore {
        let variables: Vec<(OsString, OsString)> = variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        password_store(variables.iter().map(|(name, value)| (name, value)))
    }

    #[test]
    fn every_desktop_has_its_store() {
        let current = |desktop| of(&[("XDG_CURRENT_DESKTOP", desktop)]);
        assert_eq!(current("ubuntu:GNOME"), PasswordStore::GnomeLibsecret);
        assert_eq!(current("X-Cinnamon"), PasswordStore::GnomeLibsecret);
        assert_eq!(current("LXQt"), PasswordStore::Basic);
        assert_eq!(current("sway"), PasswordStore::Basic);
        let plasma = |version| {
            of(&[
                ("XDG_CURRENT_DESKTOP", "KDE"),
                ("KDE_SESSION_VERSION", version),
            ])
        };
        assert_eq!(plasma("6"), PasswordStore::Kwallet6);
        assert_eq!(plasma("5"), PasswordStore::Kwallet5);
        assert_eq!(plasma(""), PasswordStore::Kwallet);
    }

    #[test]
    fn old_sessions_say_it_by_their_name() {
        assert_eq!(
            of(&[("DESKTOP_SESSION", "xubuntu")]),
            PasswordStore::GnomeLibsecret
        );
        assert_eq!(
            of(&[("DESKTOP_SESSION", "kde-plasma")]),
            PasswordStore::Kwallet
        );
        assert_eq!(of(&[]), PasswordStore::Basic);
    }
}
