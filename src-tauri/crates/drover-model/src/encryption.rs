//! How a profile's cookies are encrypted at rest. It never changes after the first start: a browser silently drops
//! what it cannot decrypt.

use serde::{Deserialize, Serialize};

/// Where the key comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// From the system, as the browser does it by itself.
    #[default]
    Os,
    /// A key that every Chrome knows. The folder can be copied to another machine, and whoever can read it can read
    /// its cookies.
    Portable,
}

impl Encryption {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Os => "os",
            Self::Portable => "portable",
        }
    }
}

impl std::fmt::Display for Encryption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Encryption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Os, Self::Portable]
            .into_iter()
            .find(|mode| mode.name() == text.trim())
            .ok_or_else(|| format!("`{text}` is not a kind of encryption; use `os` or `portable`"))
    }
}

/// What keeps the key on Linux, by the words of Chrome's `--password-store`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordStore {
    /// Nothing: a key that every Chrome knows, as with [`Encryption::Portable`].
    Basic,
    /// The Secret Service, such as GNOME Keyring.
    GnomeLibsecret,
    /// KDE's wallet of Plasma 4, 5 and 6.
    Kwallet,
    Kwallet5,
    Kwallet6,
}

impl PasswordStore {
    /// As it stands on Chrome's command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::GnomeLibsecret => "gnome-libsecret",
            Self::Kwallet => "kwallet",
            Self::Kwallet5 => "kwallet5",
            Self::Kwallet6 => "kwallet6",
        }
    }

    /// As a person knows it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Basic => "a fixed key",
            Self::GnomeLibsecret => "the system keychain",
            Self::Kwallet | Self::Kwallet5 | Self::Kwallet6 => "KWallet",
        }
    }
}

impl std::fmt::Display for PasswordStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_ones_of_json_and_of_chrome() {
        for store in [
            PasswordStore::Basic,
            PasswordStore::GnomeLibsecret,
            PasswordStore::Kwallet6,
        ] {
            assert_eq!(serde_json::to_value(store).unwrap(), store.name());
        }
        assert_eq!("portable".parse(), Ok(Encryption::Portable));
        assert!(
            "rot13"
                .parse::<Encryption>()
                .unwrap_err()
                .contains("`os` or `portable`")
        );
    }
}
