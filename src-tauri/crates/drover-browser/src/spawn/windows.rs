//! What is handed to a child on Windows: a handle.

/// The end of a pipe or file that a child receives.
pub type ChildEnd = std::os::windows::io::OwnedHandle;
