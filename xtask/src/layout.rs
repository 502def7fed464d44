//! Where things are in the repository.

use std::path::{Path, PathBuf};

/// The folder that holds the root manifest.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("BUG: xtask is a folder inside the repository")
}

/// Cargo's target folder for the host.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// Cargo's target folder for wasm, so that host and wasm builds do not wait for each other.
pub(crate) fn wasm_target() -> PathBuf {
    target().join("wasm")
}

/// What xtask itself remembers between two calls.
pub(crate) fn notes() -> PathBuf {
    target().join("xtask")
}

/// The window's sources.
pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// Pictures of the app.
pub(crate) fn shots() -> PathBuf {
    root().join("shots")
}

/// A program of the debug build.
pub(crate) fn debug_program(name: &str) -> PathBuf {
    target()
        .join("debug")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
