//! The data roots of browsers that a person uses outside Drover. Chrome ignores the pipe there, and such a folder is
//! not Drover's to open.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use crate::{Error, Result};

/// Below `XDG_CONFIG_HOME`, or `.config` of the home folder.
const LINUX: &[&str] = &[
    "google-chrome",
    "google-chrome-beta",
    "google-chrome-unstable",
    "google-chrome-for-testing",
    "chromium",
    "microsoft-edge",
    "microsoft-edge-beta",
    "microsoft-edge-dev",
    "BraveSoftware",
];

/// Below the home folder: sandboxed packages and macOS.
const HOME: &[&str] = &[
    "snap/chromium",
    ".var/app/com.google.Chrome",
    ".var/app/org.chromium.Chromium",
    ".var/app/com.microsoft.Edge",
    ".var/app/com.brave.Browser",
    "Library/Application Support/Google",
    "Library/Application Support/Chromium",
    "Library/Application Support/Microsoft Edge",
    "Library/Application Support/BraveSoftware",
];

/// Below `LOCALAPPDATA` on Windows.
const WINDOWS: &[&str] = &[
    "Google/Chrome",
    "Google/Chrome Beta",
    "Google/Chrome SxS",
    "Chromium",
    "Microsoft/Edge",
    "BraveSoftware",
];

/// Refuses a folder that is, lies in, or contains a browser's default data root, links resolved.
///
/// `env` is the environment the browser will get, because that is what its default root depends on.
pub fn refuse_default_roots(folder: &Path, env: &[(OsString, OsString)]) -> Result<()> {
    let folder = resolved(folder);
    for root in roots(env) {
        let root = resolved(&root);
        if folder.starts_with(&root) || root.starts_with(&folder) {
            return Err(Error::DefaultRoot { folder, root });
        }
    }
    Ok(())
}

/// Every default data root below the folders that the environment names, whether it exists or not.
pub(crate) fn roots(env: &[(OsString, OsString)]) -> Vec<PathBuf> {
    let get = |name: &str| {
        env.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| PathBuf::from(value))
            .filter(|path| path.is_absolute())
    };
    let home = get("HOME");
    let config = [
        get("CHROME_CONFIG_HOME"),
        get("XDG_CONFIG_HOME"),
        home.as_ref().map(|home| home.join(".config")),
    ];
    let table = |base: Option<PathBuf>, names: &'static [&'static str]| {
        base.into_iter()
            .flat_map(move |base| names.iter().map(move |name| base.join(name)))
    };
    let mut roots: Vec<PathBuf> = config
        .into_iter()
        .flat_map(|base| table(base, LINUX))
        .collect();
    roots.extend(table(home, HOME));
    roots.extend(table(get("LOCALAPPDATA"), WINDOWS));
    roots
}

/// The path with links resolved as far as it exists; what does not exist yet is kept as it is written.
fn resolved(path: &Path) -> PathBuf {
    let mut missing: Vec<&OsStr> = Vec::new();
    let mut there = path;
    loop {
        if let Ok(real) = there.canonicalize() {
            return missing
                .iter()
                .rev()
                .fold(real, |real, part| real.join(part));
        }
        match (there.parent(), there.file_name()) {
            (Some(parent), Some(name)) => {
                missing.push(name);
                there = parent;
            }
            _ => return path.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn default_roots_are_refused_whichever_way_they_are_written() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        fs::create_dir_all(home.join(".config/google-chrome/Default")).unwrap();
        fs::create_dir_all(home.join("drover/profiles/a")).unwrap();
        symlink(home.join(".config/google-chrome"), home.join("drover/link")).unwrap();
        let env = vec![("HOME".into(), home.into())];
        let check = |folder: &str, allowed: bool| {
            let result = refuse_default_roots(&home.join(folder), &env);
            assert_eq!(result.is_ok(), allowed, "{folder}: {result:?}");
        };
        check("drover/profiles/a/chrome", true);
        check(".config/google-chrome", false);
        check(".config/google-chrome/Default/deep/er", false);
        check(".config", false);
        check("drover/link/x", false);
        check(".config/chromium", false);
        check("snap/chromium/common/chromium", false);
        check(".config/google-chrome-drover", true);
    }

    #[test]
    fn a_moved_configuration_folder_is_known() {
        let env = vec![
            ("XDG_CONFIG_HOME".into(), "/conf".into()),
            ("HOME".into(), "/home/o".into()),
        ];
        for folder in ["/conf/chromium", "/home/o/.config/chromium"] {
            assert!(
                refuse_default_roots(Path::new(folder), &env).is_err(),
                "{folder}"
            );
        }
    }
}
