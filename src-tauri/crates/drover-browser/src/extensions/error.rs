//! Why an extension was refused.

use crate::keeping::KeepError;

/// A failure of unpacking an extension. Nothing of it is left in the profile.
#[derive(Debug, thiserror::Error)]
pub enum ExtensionError {
    /// Neither a folder nor a file that begins as a package does.
    #[error("it is neither a folder nor a .zip or .crx file")]
    UnknownPackage,
    /// The head of a `.crx` file is wrong.
    #[error("the head of the .crx file is wrong: {0}")]
    Crx(&'static str),
    /// The zip file is broken or cut off.
    #[error("the package cannot be unpacked: {0}")]
    Zip(String),
    /// The package names a place outside the folder.
    #[error("the package names `{0}`, which is not allowed")]
    UnsafePath(String),
    /// The package or folder has a symbolic link.
    #[error("`{0}` is a symbolic link")]
    Link(String),
    /// It has more or larger files than any extension.
    #[error("the package is too large: {0}")]
    TooLarge(&'static str),
    /// There is no manifest, or it cannot be read.
    #[error("the manifest is wrong: {0}")]
    Manifest(String),
    /// Browsers do not run it any more.
    #[error(
        "the extension has manifest version {0}; current browsers run version 3 only, so a newer release of the \
         extension is needed"
    )]
    ManifestVersion(u64),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] KeepError),
}
