//! The names of the commands that the shell itself answers; the build script reads them too.

/// Commands about the app's own life, which the engine knows nothing of.
pub(crate) const SHELL: &[&str] = &["get_startup", "quit_app"];
