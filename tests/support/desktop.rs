//! A desktop of its own: screen, session bus, unlocked keyring, home folder.

use std::{
    ffi::OsString,
    io::{BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::{owned::Owned, patience::until};

/// The password of the journey's keyring; it guards a folder that is thrown away.
pub(crate) const KEYRING_PASSWORD: &str = "journey";

/// A desktop session. It is gone when this is dropped.
pub(crate) struct Desktop {
    // Ended in this order: what uses the bus before the bus.
    _keyring: Option<Owned>,
    _bus: Owned,
    _screen: Owned,
    environment: Vec<(OsString, OsString)>,
    home: TempDir,
}

impl Desktop {
    /// With an unlocked keyring.
    pub(crate) fn new() -> Self {
        Self::start(true, &[])
    }

    /// Without any keychain.
    pub(crate) fn without_keychain() -> Self {
        Self::start(false, &[])
    }

    /// With an unlocked keyring, in a session that calls itself GNOME, where browsers use that keyring.
    pub(crate) fn gnome() -> Self {
        Self::start(true, &[("XDG_CURRENT_DESKTOP", "GNOME")])
    }

    fn start(with_keyring: bool, more: &[(&str, &str)]) -> Self {
        let home = tempfile::Builder::new().prefix("drv").tempdir().unwrap();
        let mut environment = base_environment(home.path());
        environment.extend(more.iter().map(|(name, value)| (name.into(), value.into())));
        let (screen, display) = screen();
        environment.push(("DISPLAY".into(), display.into()));
        let (bus, address) = bus(&environment);
        environment.push(("DBUS_SESSION_BUS_ADDRESS".into(), address.into()));
        let keyring = with_keyring.then(|| keyring(&environment));
        Self {
            _keyring: keyring,
            _bus: bus,
            _screen: screen,
            environment,
            home,
        }
    }

    /// A command that runs in this session and sees nothing else.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .env_clear()
            .envs(self.environment.iter().cloned())
            .current_dir(self.home.path());
        command
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Drover's data folder in this session.
    pub(crate) fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    pub(crate) fn bus_address(&self) -> String {
        self.variable("DBUS_SESSION_BUS_ADDRESS")
    }

    /// A variable of this session's environment.
    pub(crate) fn variable(&self, name: &str) -> String {
        let found = self.environment.iter().find(|(given, _)| given == name);
        found.unwrap().1.clone().into_string().unwrap()
    }
}

fn base_environment(home: &Path) -> Vec<(OsString, OsString)> {
    let folder = |name: &str| {
        let path = home.join(name);
        std::fs::create_dir_all(&path).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o700))
            .unwrap();
        OsString::from(path)
    };
    let mut environment: Vec<(OsString, OsString)> = vec![
        ("HOME".into(), home.into()),
        ("XDG_RUNTIME_DIR".into(), folder("run")),
        ("XDG_DATA_HOME".into(), folder("share")),
        ("XDG_CONFIG_HOME".into(), folder("config")),
        ("XDG_CACHE_HOME".into(), folder("cache")),
        ("LANG".into(), "C.UTF-8".into()),
        ("NO_AT_BRIDGE".into(), "1".into()),
        ("WEBKIT_DISABLE_DMABUF_RENDERER".into(), "1".into()),
        ("LIBGL_ALWAYS_SOFTWARE".into(), "1".into()),
        ("DROVER_QUIET_BROWSER".into(), "1".into()),
    ];
    for name in ["PATH", "DROVER_NODE_TOOLS"] {
        environment.push((
            name.into(),
            std::env::var_os(name).unwrap_or_else(|| {
                panic!("`{name}` is not set; start the journeys by `cargo xtask test`")
            }),
        ));
    }
    if rustix::process::geteuid().is_root() {
        // Neither browser engine can use its sandbox as root.
        environment.push((
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS".into(),
            "1".into(),
        ));
        environment.push(("DROVER_UNSAFE_NO_SANDBOX".into(), "1".into()));
    }
    environment
}

/// A virtual screen with a number that nobody else uses.
fn screen() -> (Owned, String) {
    let mut command = Command::new("Xvfb");
    command.args([
        "-displayfd",
        "1",
        "-screen",
        "0",
        "1440x900x24",
        "-nolisten",
        "tcp",
    ]);
    let mut screen = Owned::start(command.stdout(Stdio::piped()).stderr(Stdio::null()));
    let number = first_line(screen.child().stdout.take().unwrap());
    (screen, format!(":{number}"))
}

fn bus(environment: &[(OsString, OsString)]) -> (Owned, String) {
    let mut command = Command::new("dbus-daemon");
    command.args(["--session", "--nofork", "--print-address=1"]);
    command.env_clear().envs(environment.iter().cloned());
    let mut bus = Owned::start(command.stdout(Stdio::piped()).stderr(Stdio::null()));
    let address = first_line(bus.child().stdout.take().unwrap());
    (bus, address)
}

fn keyring(environment: &[(OsString, OsString)]) -> Owned {
    let in_session = |program: &str| {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(environment.iter().cloned())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let mut command = in_session("gnome-keyring-daemon");
    command.args(["--foreground", "--components=secrets", "--unlock"]);
    let keyring = Owned::start_with_input(&mut command, KEYRING_PASSWORD);
    until("the keyring to answer", || {
        let stored = Owned::start_with_input(
            in_session("secret-tool").args(["store", "--label=probe", "journey", "probe"]),
            "x",
        )
        .child()
        .wait();
        stored.is_ok_and(|status| status.success()).then_some(())
    });
    keyring
}

fn first_line(output: impl Read) -> String {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).unwrap();
    assert!(
        !line.trim().is_empty(),
        "the program ended before it said where it is"
    );
    line.trim().to_owned()
}
