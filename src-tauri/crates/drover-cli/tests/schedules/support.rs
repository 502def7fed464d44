//! A data folder with the real program at work on it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// Longer than any step takes on a slow machine; it only bounds a test that hangs.
const PATIENCE: Duration = Duration::from_mins(2);

/// Looks until `look` finds something; `what` names it in the failure.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(40));
    }
}

/// What a call of `drover-cli` said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// It went well; its words.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        self.stdout
    }

    /// It went well; its one JSON document.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let text = self.ok();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    /// It failed with that code; its error.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> Value {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        let line = self.stderr.lines().find(|line| line.starts_with('{'));
        let line = line.unwrap_or_else(|| panic!("no error document in {}", self.stderr));
        serde_json::from_str::<Value>(line).unwrap()["error"].take()
    }
}

/// A home with a data folder in it, and nothing else that the program could see.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("drv").tempdir().unwrap();
        let run = folder.path().join("run");
        std::fs::create_dir(&run).unwrap();
        std::fs::set_permissions(&run, std::fs::Permissions::from_mode(0o700)).unwrap();
        Self { folder }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the program under test is started, with the tests' own search path"
    )]
    fn command(&self, arguments: &[&str]) -> Command {
        let home = self.folder.path();
        let mut command = Command::new(env!("CARGO_BIN_EXE_drover-cli"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .env("DROVER_TEST_CLOCK", self.slept_file())
            .current_dir(home)
            .arg("--data-dir")
            .arg(home.join("data"))
            .args(arguments);
        command
    }

    /// `drover-cli --json …`.
    pub(crate) fn cli(&self, arguments: &[&str]) -> Said {
        self.cli_with_input(arguments, "")
    }

    /// The same with a text on standard input.
    pub(crate) fn cli_with_input(&self, arguments: &[&str], input: &str) -> Said {
        Self::said(self.command(&["--json"]).args(arguments), input)
    }

    /// What a person reads.
    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        Self::said(&mut self.command(arguments), "").ok()
    }

    fn said(command: &mut Command, input: &str) -> Said {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).ok(); // who reads nothing may be gone by now
        drop(stdin);
        Said::of(&child.wait_with_output().unwrap())
    }

    /// Starts `schedule work`, which is to die at a place where one is named.
    pub(crate) fn work(&self, failpoint: Option<&str>) -> Worker {
        let mut command = self.command(&["schedule", "work"]);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::piped());
        if let Some(way) = failpoint {
            command.env("DROVER_FAILPOINT", way);
        }
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stderr.take().unwrap());
        let worker = Worker { child };
        let mut said = said.lines().map_while(Result::ok);
        // Before it says so, another command could take the data folder. One that is to die may do so before.
        let works = said.any(|line| line.contains("firing schedules"));
        assert!(works || failpoint.is_some(), "the worker did not start");
        std::thread::spawn(move || said.for_each(drop));
        worker
    }

    fn slept_file(&self) -> PathBuf {
        self.folder.path().join("slept")
    }

    /// The computer has slept for so long, all nights together.
    pub(crate) fn sleep(&self, all: Duration) {
        let fresh = self.slept_file().with_extension("new");
        std::fs::write(&fresh, all.as_secs().to_string()).unwrap();
        std::fs::rename(fresh, self.slept_file()).unwrap();
    }

    pub(crate) fn add_task(&self, file: &Value) {
        self.cli_with_input(&["task", "add", "-f", "-"], &file.to_string())
            .ok();
    }

    pub(crate) fn add_schedule(&self, file: &Value) {
        let arguments = ["schedule", "add", "--yes", "-f", "-"];
        self.cli_with_input(&arguments, &file.to_string()).ok();
    }

    /// All rows of a schedule, oldest first.
    pub(crate) fn rows_of(&self, schedule: &str) -> Vec<Value> {
        let words = ["runs", "--schedule", schedule, "--limit", "100000"];
        let mut rows = self.cli(&words).json()["rows"].as_array().unwrap().clone();
        rows.reverse();
        rows
    }
}

/// `drover-cli schedule work`.
pub(crate) struct Worker {
    child: Child,
}

impl Worker {
    /// Waits until it has ended.
    #[cfg(debug_assertions)]
    pub(crate) fn ended(mut self, what: &str) -> ExitStatus {
        until(what, || self.child.try_wait().unwrap())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.child.kill().ok(); // it may have ended
        self.child.wait().ok();
    }
}

/// How many nominal times the rows stand for.
pub(crate) fn accounted(rows: &[Value]) -> u64 {
    let covers = rows
        .iter()
        .map(|row| row["origin"]["covers"].as_u64().unwrap());
    covers.sum()
}

/// Whether it is a run, or is to be one.
pub(crate) fn is_run(row: &Value) -> bool {
    row["state"] != "skipped" && row["state"] != "expired"
}

pub(crate) fn has_ended(row: &Value) -> bool {
    let state = row["state"].as_str().unwrap();
    !["queued", "starting", "running", "parked", "stopping"].contains(&state)
}
