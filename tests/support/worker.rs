//! A Drover without a window, whose clock the journey can set.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::Stdio,
    time::{SystemTime, UNIX_EPOCH},
};

use jiff::Timestamp;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{desktop::Desktop, owned::Owned, patience::until, window::program};

/// Where distributions keep the library.
const LIBRARY: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib64/faketime/libfaketimeMT.so.1",
    "/usr/lib/faketime/libfaketimeMT.so.1",
];

/// `drover-cli schedule work` on the desktop's data folder.
pub(crate) struct Worker {
    process: Owned,
}

impl Worker {
    /// Starts it by the computer's own clock.
    pub(crate) fn start(desktop: &Desktop) -> Self {
        Self::started(desktop, &[])
    }

    /// Starts it by a clock that [`set_clock`] sets. Steady clocks go on as they are.
    pub(crate) fn start_by_clock(desktop: &Desktop) -> Self {
        let library = LIBRARY.iter().find(|path| PathBuf::from(path).is_file());
        let library = library.expect("libfaketime is installed; `cargo xtask test` does it");
        let clock = clock_file(desktop);
        Self::started(
            desktop,
            &[
                ("LD_PRELOAD", (*library).to_owned()),
                ("FAKETIME_TIMESTAMP_FILE", clock.display().to_string()),
                ("FAKETIME_NO_CACHE", "1".to_owned()),
                ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
                ("DONT_FAKE_MONOTONIC", "1".to_owned()),
                ("NO_FAKE_STAT", "1".to_owned()),
                ("TZ", "UTC".to_owned()),
            ],
        )
    }

    fn started(desktop: &Desktop, environment: &[(&str, String)]) -> Self {
        let mut command = desktop.command(program("DROVER_CLI_BIN"));
        command
            .arg("--data-dir")
            .arg(desktop.data())
            .args(["schedule", "work"])
            .envs(environment.iter().map(|(name, value)| (*name, value)))
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut process = Owned::start(&mut command);
        let said = BufReader::new(process.child().stderr.take().unwrap());
        // Before it says so, another command could take the data folder, by another clock.
        let mut said = said.lines().map_while(Result::ok);
        assert!(
            said.any(|line| line.contains("firing schedules")),
            "the worker did not take the data folder"
        );
        std::thread::spawn(move || said.for_each(drop));
        Self { process }
    }

    /// Kills it as nothing announces it.
    pub(crate) fn kill(mut self) {
        let child = self.process.child();
        kill_process(Pid::from_child(child), Signal::KILL).unwrap();
        child.wait().unwrap();
    }
}

fn clock_file(desktop: &Desktop) -> PathBuf {
    desktop.home().join("clock")
}

/// Sets the clock of workers on that desktop.
pub(crate) fn set_clock(desktop: &Desktop, at: &str) {
    let wanted: Timestamp = at.parse().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let ahead = wanted.as_second() - i64::try_from(now.as_secs()).unwrap();
    let file = clock_file(desktop);
    let fresh = file.with_extension("new");
    std::fs::write(&fresh, format!("{ahead:+}\n")).unwrap();
    std::fs::rename(fresh, file).unwrap();
}

impl Desktop {
    /// Saves a schedule.
    pub(crate) fn add_schedule(&self, file: &Value) {
        let text = file.to_string();
        self.cli_with_input(&["schedule", "add", "--yes", "-f", "-"], Some(&text))
            .ok();
    }

    /// All rows of a schedule, oldest first.
    pub(crate) fn rows_of(&self, schedule: &str) -> Vec<Value> {
        let words = ["runs", "--schedule", schedule, "--limit", "100000"];
        let mut rows = self.cli(&words).json()["rows"].as_array().unwrap().clone();
        rows.reverse();
        rows
    }

    /// Waits until the rows of a schedule are as wanted.
    pub(crate) fn until_rows(
        &self,
        what: &str,
        schedule: &str,
        so: impl Fn(&[Value]) -> bool,
    ) -> Vec<Value> {
        until(what, || {
            let rows = self.rows_of(schedule);
            so(&rows).then_some(rows)
        })
    }
}
