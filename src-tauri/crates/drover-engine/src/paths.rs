//! Where Drover keeps things, and the one place that reads the environment.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
};

use drover_model::{Code, CommandError, ProfileId, RunId, schedule::Language};
use drover_runner::Places;

use crate::Error;

/// Folders and switches of one life of Drover.
#[derive(Debug, Clone)]
pub struct Paths {
    /// Holds everything that Drover keeps. Mode 0700.
    pub data: PathBuf,
    /// Holds `node_modules` with the managed Playwright.
    pub node_tools: PathBuf,
    /// The virtual environment with the managed Playwright for Python.
    pub python_tools: PathBuf,
    /// Drover's own environment, from which children get an allow-list.
    pub environment: BTreeMap<OsString, OsString>,
    /// The language of the system, of those that schedules can be told in.
    pub language: Language,
    /// `DROVER_UNSAFE_NO_SANDBOX=1`: Chrome is started without its sandbox.
    pub no_sandbox: bool,
    /// `DROVER_FAILPOINT`: where a debug build is to die, for tests.
    pub failpoint: Option<String>,
    /// `DROVER_TEST_CLOCK`: the file that tells a debug build how long the computer has slept, for tests.
    pub test_clock: Option<PathBuf>,
    /// Where a socket may lie whose path would be too long in the data folder.
    runtime: Option<PathBuf>,
}

/// The first variable that names a locale decides, as everywhere (POSIX, section 8.2).
fn language_of(environment: &BTreeMap<OsString, OsString>) -> Language {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| environment.get(std::ffi::OsStr::new(name))?.to_str())
        .find(|locale| !locale.is_empty())
        .map(Language::of_tag)
        .unwrap_or_default()
}

impl Paths {
    /// The data folder as given, else `DROVER_DATA_DIR`, else the platform's own.
    #[expect(
        clippy::disallowed_methods,
        reason = "the environment is read here and nowhere else"
    )]
    pub fn from_environment(data: Option<PathBuf>) -> Result<Self, Error> {
        let environment: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
        let named = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let data = data
            .or_else(|| named("DROVER_DATA_DIR"))
            .or_else(|| dirs::data_local_dir().map(|folder| folder.join("drover")));
        let Some(data) = data else {
            return Err(CommandError::new(
                Code::DataFolder,
                "this system names no folder for application data",
            )
            .hint("Set `DROVER_DATA_DIR` to a folder that only you can read.")
            .into());
        };
        let data = std::path::absolute(&data).map_err(|source| Error::Io {
            doing: "find the data folder",
            source,
        })?;
        Ok(Self {
            node_tools: named("DROVER_NODE_TOOLS")
                .unwrap_or_else(|| data.join("tools").join("node")),
            python_tools: data.join("tools").join("python"),
            no_sandbox: environment
                .get(&OsString::from("DROVER_UNSAFE_NO_SANDBOX"))
                .is_some_and(|value| value == "1"),
            failpoint: named("DROVER_FAILPOINT")
                .and_then(|way| way.into_os_string().into_string().ok()),
            test_clock: named("DROVER_TEST_CLOCK"),
            runtime: named("XDG_RUNTIME_DIR"),
            language: language_of(&environment),
            environment,
            data,
        })
    }

    /// The database and its lock.
    #[must_use]
    pub fn database_folder(&self) -> &Path {
        &self.data
    }

    /// Chrome's user-data-dir of a profile.
    #[must_use]
    pub fn chrome(&self, profile: ProfileId) -> PathBuf {
        self.profile(profile).join("chrome")
    }

    /// Everything on disk that belongs to a profile.
    #[must_use]
    pub fn profile(&self, profile: ProfileId) -> PathBuf {
        self.data.join("profiles").join(profile.to_string())
    }

    /// The snapshots of a profile.
    #[must_use]
    pub fn snapshots(&self, profile: ProfileId) -> PathBuf {
        self.profile(profile).join("snapshots")
    }

    /// The extensions of a profile.
    #[must_use]
    pub fn extensions(&self, profile: ProfileId) -> PathBuf {
        self.profile(profile).join("extensions")
    }

    /// Logs and artifacts of a run.
    #[must_use]
    pub fn run(&self, run: RunId) -> PathBuf {
        self.runs().join(run.to_string())
    }

    /// The folders of all runs.
    #[must_use]
    pub fn runs(&self) -> PathBuf {
        self.data.join("runs")
    }

    /// Drover's own log files.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.data.join("logs")
    }

    /// Hooks and modules that are written for children.
    #[must_use]
    pub fn runtime_files(&self) -> PathBuf {
        self.data.join("runtime")
    }

    /// The scripts of the sample tasks.
    #[must_use]
    pub fn samples(&self) -> PathBuf {
        self.data.join("samples")
    }

    /// The owner-only socket on which a running Drover answers the command line. A socket's
    /// path has at most 107 bytes on Linux (`sun_path`), so a deep data folder gets a short
    /// name in the runtime folder instead.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        let near = self.data.join("drover.sock");
        if near.as_os_str().len() <= 100 {
            return near;
        }
        let base = self.runtime.clone().unwrap_or_else(std::env::temp_dir);
        base.join(format!(
            "drover-{:016x}",
            fnv1a(self.data.as_os_str().as_encoded_bytes())
        ))
        .join("drover.sock")
    }

    /// What the runner needs of this.
    #[must_use]
    pub(crate) fn places(&self) -> Places {
        Places {
            data: self.data.clone(),
            scratch: std::env::temp_dir(),
            node_tools: Some(self.node_tools.clone()),
            python_tools: Some(self.python_tools.clone()),
        }
    }

    /// A variable of Drover's own environment.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&OsString> {
        self.environment
            .get(&OsString::from(name))
            .filter(|value| !value.is_empty())
    }

    /// The folders of `PATH`: absolute ones alone.
    #[must_use]
    pub fn search(&self) -> Vec<PathBuf> {
        let path = self.variable("PATH").cloned().unwrap_or_default();
        std::env::split_paths(&path)
            .filter(|folder| folder.is_absolute())
            .collect()
    }

    /// The program of that name: an absolute path as it is, a bare name on the `PATH`.
    #[must_use]
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        let is_file = |path: &PathBuf| path.is_file();
        if Path::new(name).is_absolute() {
            return Some(PathBuf::from(name)).filter(is_file);
        }
        if name.contains(['/', '\\']) {
            return None;
        }
        self.search()
            .into_iter()
            .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
            .find(is_file)
    }
}

/// A short, stable name for a path (FNV-1a, 64 bits); it guards nothing.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(data: &str) -> Paths {
        Paths {
            data: data.into(),
            node_tools: "/n".into(),
            python_tools: "/p".into(),
            environment: [("PATH".into(), "/nowhere:relative:/bin".into())].into(),
            language: Language::default(),
            no_sandbox: false,
            failpoint: None,
            test_clock: None,
            runtime: Some("/run/user/7".into()),
        }
    }

    #[test]
    fn the_locale_says_in_which_language_schedules_are_told() {
        let of = |variables: &[(&str, &str)]| {
            let all = variables.iter();
            language_of(
                &all.map(|(name, value)| (name.into(), value.into()))
                    .collect(),
            )
        };
        assert_eq!(of(&[("LANG", "de_AT.UTF-8")]), Language::German);
        assert_eq!(of(&[("LANG", "de")]), Language::German);
        assert_eq!(
            of(&[("LC_ALL", "en_GB.UTF-8"), ("LANG", "de_DE")]),
            Language::English
        );
        assert_eq!(
            of(&[("LC_ALL", ""), ("LANG", "de_DE@euro")]),
            Language::German
        );
        assert_eq!(of(&[("LANG", "C.UTF-8")]), Language::English);
        assert_eq!(of(&[]), Language::English);
    }

    #[test]
    fn a_deep_folder_gets_a_short_socket() {
        assert_eq!(paths("/data").socket(), Path::new("/data/drover.sock"));
        let deep = paths(&format!("/data/{}", "x".repeat(120))).socket();
        assert!(
            deep.starts_with("/run/user/7") && deep.as_os_str().len() < 100,
            "{}",
            deep.display()
        );
    }

    #[cfg(unix)]
    #[test]
    fn programs_are_found_in_absolute_folders_alone() {
        assert_eq!(paths("/data").program("sh"), Some("/bin/sh".into()));
        assert_eq!(paths("/data").program("/bin/sh"), Some("/bin/sh".into()));
        assert_eq!(paths("/data").program("../bin/sh"), None);
        assert_eq!(paths("/data").program("no-such-program"), None);
    }
}
