//! `Extensions.*`, which Chrome offers over the pipe alone, with `--enable-unsafe-extension-debugging`.

use serde::{Deserialize, Serialize};

use super::{Nothing, command};

/// Loads an extension from its folder.
#[derive(Debug, Serialize)]
pub struct LoadUnpacked<'a> {
    /// The folder, absolute.
    pub path: &'a str,
}
command!(LoadUnpacked<'a>, "Extensions.loadUnpacked", LoadedExtension);

/// An extension that the browser took.
#[derive(Debug, Deserialize)]
pub struct LoadedExtension {
    /// Its id.
    pub id: String,
}

/// Lists the unpacked extensions.
#[derive(Debug, Serialize)]
pub struct GetExtensions {}
command!(GetExtensions, "Extensions.getExtensions", ExtensionList);

/// The unpacked extensions.
#[derive(Debug, Deserialize)]
pub struct ExtensionList {
    /// In no order that means anything.
    pub extensions: Vec<ListedExtension>,
}

/// An extension that the browser has.
#[derive(Clone, Debug, Deserialize)]
pub struct ListedExtension {
    /// Its id.
    pub id: String,
    /// Its folder.
    #[serde(default)]
    pub path: String,
    /// Whether it is on.
    #[serde(default)]
    pub enabled: bool,
}

/// Removes an unpacked extension from the browser's profile; its folder stays.
#[derive(Debug, Serialize)]
pub struct UninstallExtension<'a> {
    /// Its id.
    pub id: &'a str,
}
command!(UninstallExtension<'a>, "Extensions.uninstall", Nothing);
