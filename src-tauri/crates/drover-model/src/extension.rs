//! Extensions of a profile.

use serde::{Deserialize, Serialize};

/// An unpacked extension that belongs to a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The hash of its files in hex; also the name of its folder.
    pub digest: String,
    /// In the extension's default language.
    pub name: String,
    pub version: String,
    pub manifest_version: u32,
    pub description: Option<String>,
    /// What it asks for, hosts included, as the manifest says it.
    pub permissions: Vec<String>,
    /// The id it has in the store, when the package told its key. Otherwise the id depends on the folder.
    pub store_id: Option<String>,
    pub files: u64,
    pub bytes: u64,
}

/// Whether an extension works in a running browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ExtensionState {
    /// The browser lists it as enabled.
    Loaded {
        /// Its id in this browser.
        id: String,
    },
    /// It does not work.
    NotLoaded {
        /// Why, as a fragment.
        reason: String,
    },
}

/// An extension and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionStatus {
    pub digest: String,
    pub name: String,
    pub state: ExtensionState,
}
