//! The real window, driven from outside.

use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::json;

use super::{desktop::Desktop, owned::Owned, patience::until, webdriver::WebDriver};

/// The app in a window of that desktop.
pub(crate) struct Window {
    pub(crate) page: WebDriver,
    driver: Option<Owned>,
}

impl Window {
    /// Starts the app on the desktop's data folder and waits until it draws.
    pub(crate) fn open(desktop: &Desktop) -> Self {
        Self::open_by(desktop.command(program("DROVER_TAURI_DRIVER")), desktop)
    }

    /// The same by a command that begins with the driver, such as one that sees a disk of its own.
    pub(crate) fn open_by(driver: Command, desktop: &Desktop) -> Self {
        Self::open_to(
            driver,
            desktop,
            "[data-testid=\"status-bar\"], [data-testid=\"welcome-empty\"]",
        )
    }

    /// The same where it cannot start: waits until it says why.
    pub(crate) fn open_to_a_problem(desktop: &Desktop) -> Self {
        let driver = desktop.command(program("DROVER_TAURI_DRIVER"));
        Self::open_to(driver, desktop, "[data-testid=\"startup-problem\"]")
    }

    fn open_to(mut command: Command, desktop: &Desktop, drawn: &str) -> Self {
        let (port, native) = (free_port(), free_port());
        command.args([
            "--port",
            &port.to_string(),
            "--native-port",
            &native.to_string(),
        ]);
        command
            .args(["--native-driver", "/usr/bin/WebKitWebDriver"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let driver = Owned::start(&mut command);
        let app = program("DROVER_BIN");
        let data = desktop.data();
        let options = json!({ "application": app, "args": ["--data-dir", data] });
        let page = WebDriver::open(port, &json!({ "tauri:options": options }));
        page.find(drawn);
        Self {
            page,
            driver: Some(driver),
        }
    }

    /// The pid of the app on that desktop.
    pub(crate) fn pid(desktop: &Desktop) -> u32 {
        let app = program("DROVER_BIN");
        let data = desktop.data();
        let is_app = |pid: u32| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let text = String::from_utf8_lossy(&line).into_owned();
            std::fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == app)
                && text.contains(data.to_str().unwrap())
        };
        until("the app's process", || {
            super::search::processes()
                .into_iter()
                .find(|pid| is_app(*pid))
        })
    }

    /// Waits until the app on that desktop has ended.
    pub(crate) fn is_gone(pid: u32) {
        until("the app to end", || {
            (!super::search::processes().contains(&pid)).then_some(())
        });
    }

    /// Leaves as a user does: no run is live, so closing the session ends the app.
    pub(crate) fn quit(mut self, desktop: &Desktop) {
        let pid = Self::pid(desktop);
        let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        until("the app to end", || {
            rustix::process::test_kill_process(pid)
                .is_err()
                .then_some(())
        });
        self.page.close();
        self.driver.take();
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if self.driver.is_some() {
            self.page.close();
        }
    }
}

/// A program that the test command names.
pub(crate) fn program(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable).unwrap_or_else(|| {
        panic!("`{variable}` is not set; start the journeys by `cargo xtask test`")
    });
    PathBuf::from(path)
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
