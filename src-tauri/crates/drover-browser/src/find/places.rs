//! The order of the search: the profile's own path, the default paths, `CHROME_PATH`, then `PATH`.

use std::{
    collections::HashSet,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Brand, Version, linux, macos, version, windows};
use crate::{Error, Result, Spawn};

/// A browser that is there and answered.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct FoundBrowser {
    /// Its family.
    pub brand: Brand,
    /// What it says of itself.
    pub version: Version,
    /// The executable or its wrapper script, absolute.
    pub path: PathBuf,
}

/// Whose table of places is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Linux: default paths, then `PATH`.
    Linux,
    /// macOS: bundles of the machine and of the user.
    MacOs,
    /// Windows: the program folders.
    Windows,
}

impl Platform {
    /// The platform this program was built for.
    pub const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::MacOs
    } else {
        Self::Linux
    };
}

/// Every path where a browser may lie, best first, without looking whether it does. The environment is an argument.
pub fn candidates(
    platform: Platform,
    env: &[(OsString, OsString)],
) -> Vec<(PathBuf, Option<Brand>)> {
    let defaults: Vec<(PathBuf, Brand)> = match platform {
        Platform::Linux => linux::PATHS
            .iter()
            .map(|&(path, brand)| (path.into(), brand))
            .collect(),
        Platform::MacOs => below(
            [
                Some("/Applications".into()),
                value(env, "HOME").map(|home| format!("{home}/Applications")),
            ]
            .into_iter()
            .flatten(),
            "/",
            macos::BUNDLES,
        ),
        Platform::Windows => below(
            windows::ROOTS.iter().filter_map(|root| value(env, root)),
            r"\",
            windows::PROGRAMS,
        ),
    };
    let named = value(env, "CHROME_PATH").map(|path| (PathBuf::from(path), None));
    let on_path = if platform == Platform::Linux {
        on_path(raw(env, "PATH"))
    } else {
        Vec::new()
    };
    let all = defaults
        .into_iter()
        .map(|(path, brand)| (path, Some(brand)))
        .chain(named)
        .chain(on_path);
    let mut seen = HashSet::new();
    all.filter(|(path, _)| seen.insert(path.clone())).collect()
}

/// The browsers that are there and answer `--version`, best first.
///
/// With `explicit` only that one is asked, and its absence is an error. Otherwise two paths to the same file (a link
/// and its target) count once, and one that does not answer is left out.
pub async fn find(
    explicit: Option<&Path>,
    env: &[(OsString, OsString)],
    spawn: &dyn Spawn,
) -> Result<Vec<FoundBrowser>> {
    if let Some(path) = explicit {
        if !path.is_file() {
            return Err(Error::NoBrowser(path.to_owned()));
        }
        let (brand, version) = version::ask(spawn, path, env).await?;
        return Ok(vec![FoundBrowser {
            brand,
            version,
            path: path.to_owned(),
        }]);
    }
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for (path, _) in candidates(Platform::HERE, env) {
        let Ok(real) = path.canonicalize() else {
            continue;
        };
        if !real.is_file() || !seen.insert(real) {
            continue;
        }
        match version::ask(spawn, &path, env).await {
            // A wrapper script and the program behind it are one browser.
            Ok((brand, version))
                if found
                    .iter()
                    .any(|one: &FoundBrowser| (one.brand, one.version) == (brand, version)) => {}
            Ok((brand, version)) => found.push(FoundBrowser {
                brand,
                version,
                path,
            }),
            Err(error) => tracing::info!(%error, "left out a browser that gave no version"),
        }
    }
    Ok(found)
}

fn below(
    roots: impl Iterator<Item = String>,
    separator: &str,
    table: &[(&str, Brand)],
) -> Vec<(PathBuf, Brand)> {
    roots
        .flat_map(|root| {
            table.iter().map(move |&(rest, brand)| {
                (PathBuf::from(format!("{root}{separator}{rest}")), brand)
            })
        })
        .collect()
}

fn on_path(path: Option<&OsStr>) -> Vec<(PathBuf, Option<Brand>)> {
    let folders: Vec<PathBuf> = path
        .map(|path| std::env::split_paths(path).collect())
        .unwrap_or_default();
    linux::NAMES
        .iter()
        .flat_map(|&(name, brand)| {
            // A relative folder in `PATH` would make the result depend on the working folder.
            folders
                .iter()
                .filter(|folder| folder.is_absolute())
                .map(move |folder| (folder.join(name), Some(brand)))
        })
        .collect()
}

fn raw<'a>(env: &'a [(OsString, OsString)], name: &str) -> Option<&'a OsStr> {
    env.iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_os_str())
}

fn value(env: &[(OsString, OsString)], name: &str) -> Option<String> {
    raw(env, name)
        .and_then(OsStr::to_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        pairs
            .iter()
            .map(|(key, value)| (key.into(), value.into()))
            .collect()
    }

    fn paths(platform: Platform, pairs: &[(&str, &str)]) -> Vec<String> {
        candidates(platform, &env(pairs))
            .into_iter()
            .map(|(path, _)| path.display().to_string())
            .collect()
    }

    #[test]
    fn linux_looks_at_default_paths_before_the_environment() {
        let paths = paths(
            Platform::Linux,
            &[
                ("CHROME_PATH", "/mine/chrome"),
                ("PATH", "/usr/bin:relative:/home/o/bin"),
            ],
        );
        let place = |wanted: &str| paths.iter().position(|path| path == wanted);
        assert!(
            place("/usr/bin/chromium") < place("/mine/chrome"),
            "{paths:?}"
        );
        assert!(
            place("/mine/chrome") < place("/home/o/bin/chromium"),
            "{paths:?}"
        );
        assert!(
            paths.iter().all(|path| path.starts_with('/')),
            "a relative folder was used: {paths:?}"
        );
        let unique: HashSet<_> = paths.iter().collect();
        assert_eq!(unique.len(), paths.len(), "a path is asked twice");
    }

    #[test]
    fn macos_looks_into_bundles_of_machine_and_user() {
        let paths = paths(Platform::MacOs, &[("HOME", "/Users/o")]);
        assert_eq!(
            paths[0],
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
        );
        assert!(
            paths
                .iter()
                .any(|path| path == "/Users/o/Applications/Chromium.app/Contents/MacOS/Chromium"),
            "{paths:?}"
        );
    }

    #[test]
    fn windows_looks_into_every_program_folder() {
        let paths = paths(
            Platform::Windows,
            &[
                ("PROGRAMFILES", r"C:\Program Files"),
                ("PROGRAMFILES(X86)", r"C:\Program Files (x86)"),
                ("LOCALAPPDATA", r"C:\Users\o\AppData\Local"),
            ],
        );
        assert_eq!(
            paths[0],
            r"C:\Program Files\Google\Chrome\Application\chrome.exe"
        );
        for wanted in [
            r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
            r"C:\Users\o\AppData\Local\Google\Chrome SxS\Application\chrome.exe",
        ] {
            assert!(
                paths.iter().any(|path| path == wanted),
                "{wanted} not in {paths:?}"
            );
        }
    }

    #[test]
    fn every_table_entry_names_the_brand_its_path_shows() {
        for platform in [Platform::Linux, Platform::MacOs, Platform::Windows] {
            let env = env(&[("PROGRAMFILES", r"C:\P"), ("HOME", "/h"), ("PATH", "/b")]);
            for (path, brand) in candidates(platform, &env) {
                let shown = Brand::of_path(&path);
                assert!(
                    shown == brand || path.ends_with("chrome"),
                    "{}: {shown:?}, {brand:?}",
                    path.display()
                );
            }
        }
    }
}
