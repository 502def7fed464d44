//! Where there are no process groups: only the program itself is ended.

use std::process::{Child, Command};

use anyhow::Result;

pub(super) fn apart(command: &mut Command) -> &mut Command {
    command
}

pub(super) fn end(child: &mut Child) {
    child.kill().ok(); // it may have ended by itself
    child.wait().ok(); // it has just been killed
}

/// Ctrl-C ends everything on this console here, so there is nothing to notice.
pub(crate) struct Interrupt;

impl Interrupt {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the same shape as where it can fail"
    )]
    pub(crate) fn listen() -> Result<Self> {
        Ok(Self)
    }

    #[expect(clippy::unused_self, reason = "the same shape as where it is used")]
    pub(crate) fn came(&self) -> bool {
        false
    }
}
