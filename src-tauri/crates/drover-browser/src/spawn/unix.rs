//! What is handed to a child on Unix: a file descriptor.

/// The end of a pipe or file that a child receives.
pub type ChildEnd = std::os::fd::OwnedFd;
