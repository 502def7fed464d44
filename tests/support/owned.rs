//! Processes that a journey started, and only those, are ended with it.

use std::{
    io::Write as _,
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process_group};

/// A process in a group of its own, whose group ends when this is dropped.
pub(crate) struct Owned {
    child: Child,
}

impl Owned {
    /// Starts it; a program that is not there is named.
    pub(crate) fn start(command: &mut Command) -> Self {
        let program = command.get_program().to_owned();
        let child = command.process_group(0).spawn();
        Self {
            child: child
                .unwrap_or_else(|error| panic!("failed to start `{}`: {error}", program.display())),
        }
    }

    /// The same with a text on its standard input, which is closed behind it.
    pub(crate) fn start_with_input(command: &mut Command, input: &str) -> Self {
        let mut owned = Self::start(command.stdin(Stdio::piped()));
        owned
            .child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        owned
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.child);
        if self.child.try_wait().ok().flatten().is_none() {
            kill_process_group(group, Signal::TERM).ok(); // it may have ended this moment
            let gone = super::patience::within(std::time::Duration::from_secs(5), || {
                self.child.try_wait().ok().flatten()
            });
            if gone.is_none() {
                kill_process_group(group, Signal::KILL).ok(); // the same
                self.child.wait().ok();
            }
        }
        kill_process_group(group, Signal::KILL).ok(); // what is left of the group
    }
}
