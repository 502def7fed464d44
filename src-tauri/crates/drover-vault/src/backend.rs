use std::borrow::Cow;
use std::fmt;

/// The id of the kind of keychain that holds a value. It is stored beside each reference, so that a value is never
/// looked for, or written over, in another keychain than the one that took it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Backend(Cow<'static, str>);

impl Backend {
    /// Memory of this process: gone when it ends.
    pub const MEMORY: Backend = Backend::known("memory");

    /// An id as it was stored. An unknown one (from another version or system) is kept and matches no vault here.
    pub fn stored(id: impl Into<String>) -> Backend {
        Backend(Cow::Owned(id.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name a person knows it by.
    pub fn label(&self) -> &str {
        match self.as_str() {
            "memory" => "memory, until Drover quits",
            "secret-service" => "Secret Service (GNOME Keyring, KWallet)",
            "windows-credentials" => "Windows Credential Manager",
            "macos-keychain" => "macOS Keychain",
            other => other,
        }
    }

    pub(crate) const fn known(id: &'static str) -> Backend {
        Backend(Cow::Borrowed(id))
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where one value lies: the backend that holds it, and the name of its entry there, which is a token id. It holds
/// nothing secret and may be stored and shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    pub backend: Backend,
    pub entry: String,
}

impl Reference {
    pub fn new(backend: Backend, entry: impl Into<String>) -> Reference {
        Reference {
            backend,
            entry: entry.into(),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.backend, self.entry)
    }
}
