//! A disk of a few megabytes below the data folder, seen by one journey alone.

use std::{
    ffi::OsStr,
    fs::File,
    io::{BufRead as _, BufReader, ErrorKind, Write as _},
    path::PathBuf,
    process::{Command, Stdio},
};

use super::{cli::Said, desktop::Desktop, owned::Owned, window::program};

/// Mounts what the first argument names and lives as long as its standard input is open.
const MOUNT: &str = "mount -t tmpfs -o size=4m,mode=0700 tmpfs \"$1\" && echo mounted && exec cat";

/// The disk. It is gone with the processes that see it.
pub(crate) struct SmallDisk<'a> {
    desktop: &'a Desktop,
    keeper: Owned,
}

impl<'a> SmallDisk<'a> {
    /// Puts it in the place of the data folder; nothing where the system lets nobody mount.
    pub(crate) fn mount(desktop: &'a Desktop) -> Option<Self> {
        std::fs::create_dir(desktop.data()).unwrap();
        let mut command = desktop.command("unshare");
        command.arg("--mount");
        if !rustix::process::geteuid().is_root() {
            command.arg("--map-root-user");
        }
        command.args(["sh", "-c", MOUNT, "sh"]).arg(desktop.data());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = Owned::start(&mut command);
        let mut said = String::new();
        BufReader::new(keeper.child().stdout.take().unwrap())
            .read_line(&mut said)
            .unwrap();
        (said.trim() == "mounted").then_some(Self { desktop, keeper })
    }

    /// Takes all the space that is left.
    pub(crate) fn fill(&mut self) {
        let mut filler = File::create(self.filler()).unwrap();
        let error = loop {
            if let Err(error) = filler.write_all(&[1; 4096]) {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::StorageFull);
    }

    /// Gives it back.
    pub(crate) fn free(&mut self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&mut self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.keeper.child().id()));
        let data = self.desktop.data();
        root.join(data.strip_prefix("/").unwrap()).join("filler")
    }

    /// `drover-cli --json …` with its data folder on this disk.
    pub(crate) fn cli(&mut self, arguments: &[&str]) -> Said {
        Said::of(&self.cli_command(arguments).output().unwrap())
    }

    /// A command that sees the disk.
    pub(crate) fn command(&mut self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.desktop.command("nsenter");
        let keeper = self.keeper.child().id().to_string();
        command.args(["--mount", "--target", &keeper]);
        if !rustix::process::geteuid().is_root() {
            command.args(["--user", "--preserve-credentials"]);
        }
        command.arg(program);
        command
    }

    pub(crate) fn cli_command(&mut self, arguments: &[&str]) -> Command {
        let mut command = self.command(program("DROVER_CLI_BIN"));
        command
            .arg("--data-dir")
            .arg(self.desktop.data())
            .arg("--json")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}
