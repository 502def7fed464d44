//! A private D-Bus session with its own home, and a GNOME Keyring in it.

use std::future::Future;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

const FOLDER: &str = "DROVER_VAULT_TEST_SESSION";
/// Far above what a session takes; a hang is what it is for.
const PATIENCE: Duration = Duration::from_secs(40);
/// What remains to be done at the end of a session must not take longer, whatever the keychain does.
const EXIT: Duration = Duration::from_secs(3);

/// Which bus the session has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bus {
    /// As on a desktop: a keychain service that is asked for is started.
    Usual,
    /// Nothing is started by being asked for.
    WithoutServices,
    None,
}

pub(crate) struct Session {
    folder: PathBuf,
}

/// Runs `work` in a session of its own. `test` is the name of the calling test.
pub(crate) fn in_session<F: Future<Output = ()>>(
    test: &str,
    bus: Bus,
    work: impl FnOnce(Session) -> F,
) {
    if let Some(folder) = inside() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(work(Session { folder }));
        let (ended, end) = mpsc::channel();
        thread::spawn(move || {
            drop(runtime);
            ended.send(()).unwrap();
        });
        end.recv_timeout(EXIT)
            .expect("the runtime ends although the keychain may hang");
        return;
    }

    let home = tempfile::tempdir().unwrap();
    let mut command = enter(home.path(), bus);
    command.args(["--exact", test, "--nocapture"]);
    let (status, output) = finish(command);
    assert!(status, "inside the session:\n{output}");
    assert!(
        output.contains("1 passed"),
        "the test did not run inside the session:\n{output}"
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test tells itself by the environment that it is inside"
)]
fn inside() -> Option<PathBuf> {
    env::var_os(FOLDER).map(PathBuf::from)
}

/// The command that runs this binary again inside the session.
#[expect(clippy::disallowed_methods, reason = "a test starts its own processes")]
fn enter(home: &Path, bus: Bus) -> Command {
    let runtime = home.join("runtime");
    fs::DirBuilder::new().mode(0o700).create(&runtime).unwrap();
    let this = env::current_exe().unwrap();
    let mut command = match bus {
        Bus::None => Command::new(this),
        Bus::Usual | Bus::WithoutServices => {
            let mut command = Command::new("dbus-run-session");
            if bus == Bus::WithoutServices {
                command.arg("--config-file").arg(bare_bus(home));
            }
            command.arg("--").arg(this);
            command
        }
    };
    command
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("GNOME_KEYRING_CONTROL")
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_RUNTIME_DIR", &runtime)
        .env(FOLDER, home);
    command
}

fn bare_bus(home: &Path) -> PathBuf {
    let file = home.join("bus.conf");
    let text = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"#;
    fs::write(&file, text).unwrap();
    file
}

/// Waits for the session to end; one that does not is a failure with its output.
fn finish(mut command: Command) -> (bool, String) {
    let mut child = spawn(
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0),
        "dbus",
    );
    let mut pipes: [Box<dyn Read + Send>; 2] = [
        Box::new(child.stdout.take().unwrap()),
        Box::new(child.stderr.take().unwrap()),
    ];
    let readers = pipes
        .each_mut()
        .map(|pipe| std::mem::replace(pipe, Box::new(std::io::empty())))
        .map(|mut pipe| {
            thread::spawn(move || {
                let mut text = String::new();
                pipe.read_to_string(&mut text).unwrap();
                text
            })
        });
    let end = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.success();
        }
        if Instant::now() > end {
            // The whole session, since each process in it holds the pipes open.
            kill_process_group(Pid::from_child(&child), Signal::KILL).unwrap();
            child.wait().unwrap();
            break false;
        }
        thread::park_timeout(Duration::from_millis(20));
    };
    (
        status,
        readers.map(|reader| reader.join().unwrap()).concat(),
    )
}

fn spawn(command: &mut Command, package: &str) -> Child {
    command.spawn().unwrap_or_else(|error| match error.kind() {
        ErrorKind::NotFound => panic!(
            "`{}` is missing: install the package `{package}`",
            program(command)
        ),
        _ => panic!("failed to start `{}`: {error}", program(command)),
    })
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// A GNOME Keyring on the bus of this session, ended on drop.
pub(crate) struct Keyring(Child);

impl Keyring {
    /// With the login collection open; it is made at the first start.
    pub(crate) fn unlocked(session: &Session) -> Keyring {
        Keyring::start(session, &["--unlock"])
    }

    /// With whatever collections there are, locked.
    pub(crate) fn locked(session: &Session) -> Keyring {
        Keyring::start(session, &[])
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Ends it without letting it run again.
    pub(crate) fn leave_stopped(self) {
        drop(self);
    }

    #[expect(clippy::disallowed_methods, reason = "a test starts its own processes")]
    fn start(session: &Session, arguments: &[&str]) -> Keyring {
        let mut command = Command::new("gnome-keyring-daemon");
        command
            .args([
                "--components=secrets",
                "--foreground",
                "--control-directory",
            ])
            .arg(session.folder.join("runtime/keyring"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut keyring = Keyring(spawn(&mut command, "gnome-keyring"));
        let mut password = keyring.0.stdin.take().unwrap();
        password
            .write_all(b"a password of this test alone")
            .unwrap();
        drop(password);
        keyring.wait_until_it_owns_the_name();
        keyring
    }

    fn wait_until_it_owns_the_name(&mut self) {
        let bus = zbus::blocking::Connection::session().unwrap();
        let daemon = zbus::blocking::fdo::DBusProxy::new(&bus).unwrap();
        let name = || "org.freedesktop.secrets".try_into().unwrap();
        let end = Instant::now() + PATIENCE;
        while daemon.get_connection_unix_process_id(name()).ok() != Some(self.0.id()) {
            assert!(
                self.0.try_wait().unwrap().is_none(),
                "gnome-keyring-daemon ended at its start"
            );
            assert!(
                Instant::now() < end,
                "gnome-keyring-daemon does not come up"
            );
            thread::park_timeout(Duration::from_millis(20));
        }
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.0)
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        self.0.kill().ok(); // A test may have ended it.
        self.0.wait().ok();
    }
}
