//! What of Drover's own environment a child may see: an allow-list over nothing.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Variables by name, sorted, so that two equal environments are equal values.
pub type Environment = BTreeMap<OsString, OsString>;

/// For whom an environment is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Commands, Node, Playwright.
    Task,
    /// Chrome, which also needs the session bus and the X authority to find the password store of the first start.
    Browser,
}

const NAMES: &[&str] = &[
    "HOME",
    "LANG",
    "LANGUAGE",
    "TMPDIR",
    "TZ",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "USER",
    "LOGNAME",
];
const PREFIXES: &[&str] = &["LC_", "XDG_"];
const BROWSER_NAMES: &[&str] = &[
    "DBUS_SESSION_BUS_ADDRESS",
    "XAUTHORITY",
    "DESKTOP_SESSION",
    "GNOME_KEYRING_CONTROL",
];

/// Never inherited, whatever the allow-list above says one day.
const STRIPPED: &[&str] = &[
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "LD_AUDIT",
    "NODE_OPTIONS",
    "NODE_PATH",
    "BASH_ENV",
    "ENV",
    "ELECTRON_RUN_AS_NODE",
    "APPIMAGE",
    "APPDIR",
    "ARGV0",
    "OWD",
];
const STRIPPED_PREFIXES: &[&str] = &["DYLD_", "PYTHON", "DROVER_"];

/// The part of `own` (Drover's environment, as the engine read it) that a child of this audience inherits.
///
/// `safe_folder` says whether an entry of `PATH` may stay: it is asked for absolute entries only and has to refuse
/// folders that anybody may write to.
pub fn allowed(
    own: &Environment,
    audience: Audience,
    safe_folder: &dyn Fn(&Path) -> bool,
) -> Environment {
    let mut environment: Environment = own
        .iter()
        .filter(|(name, _)| passes(name, audience))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if let Some(path) = own.get(OsStr::new("PATH")) {
        let kept =
            std::env::split_paths(path).filter(|entry| entry.is_absolute() && safe_folder(entry));
        if let Ok(joined) = std::env::join_paths(kept.collect::<Vec<PathBuf>>()) {
            environment.insert("PATH".into(), joined);
        }
    }
    environment
}

fn passes(name: &OsStr, audience: Audience) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    if STRIPPED.contains(&name)
        || STRIPPED_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
    {
        return false;
    }
    NAMES.contains(&name)
        || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || (audience == Audience::Browser && BROWSER_NAMES.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Environment {
        [
            ("PATH", "/usr/bin:bin:/open:/bin"),
            ("HOME", "/home/ann"),
            ("LANG", "en_GB.UTF-8"),
            ("LC_ALL", "C"),
            ("XDG_RUNTIME_DIR", "/run/user/1000"),
            ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/bus"),
            ("LD_PRELOAD", "/tmp/evil.so"),
            ("NODE_OPTIONS", "--require /tmp/evil.js"),
            ("PYTHONPATH", "/tmp"),
            ("AWS_SECRET_ACCESS_KEY", "not for children"),
            ("DROVER_DATA_DIR", "/data"),
        ]
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
    }

    fn check(audience: Audience, expected: &[(&str, &str)]) {
        let expected: Environment = expected.iter().map(|(n, v)| (n.into(), v.into())).collect();
        assert_eq!(
            allowed(&own(), audience, &|folder| folder != Path::new("/open")),
            expected,
            "{audience:?}"
        );
    }

    #[test]
    fn a_task_sees_the_allow_list_and_a_clean_path() {
        check(
            Audience::Task,
            &[
                ("HOME", "/home/ann"),
                ("LANG", "en_GB.UTF-8"),
                ("LC_ALL", "C"),
                ("PATH", "/usr/bin:/bin"),
                ("XDG_RUNTIME_DIR", "/run/user/1000"),
            ],
        );
    }

    #[test]
    fn a_browser_also_sees_the_session_bus() {
        check(
            Audience::Browser,
            &[
                ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/bus"),
                ("HOME", "/home/ann"),
                ("LANG", "en_GB.UTF-8"),
                ("LC_ALL", "C"),
                ("PATH", "/usr/bin:/bin"),
                ("XDG_RUNTIME_DIR", "/run/user/1000"),
            ],
        );
    }
}
