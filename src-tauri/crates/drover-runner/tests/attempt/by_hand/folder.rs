//! The folders in which scripts are run: a copy of all of them for each way, with Playwright beside it.

use std::ffi::OsString;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::bench::on_path;
use crate::versions;

/// One of the two ways, with a copy of all scripts for itself.
pub(super) struct Side {
    pub(super) folder: PathBuf,
    pub(super) browsers: PathBuf,
}

impl Side {
    pub(super) fn new(folder: &Path, modules: &Path, python: &Path, browsers: &Path) -> Side {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
        copy(&scripts, folder);
        symlink(modules, folder.join("node_modules")).unwrap();
        symlink(python, folder.join(".venv")).unwrap();
        Side {
            folder: folder.to_owned(),
            browsers: browsers.to_owned(),
        }
    }

    /// Variables under which a script's cookies are written down at its end.
    pub(super) fn observed(&self, jar: &Path) -> [(&'static str, OsString); 3] {
        let observe = self.folder.join("observe");
        let mut options = OsString::from("--require=");
        options.push(observe.join("jar.cjs"));
        [
            ("JAR", jar.into()),
            ("NODE_OPTIONS", options),
            ("PYTHONPATH", observe.join("python").into()),
        ]
    }
}

/// These modules, and beside them the loader for TypeScript, which the folder of the newest Playwright lacks.
pub(super) fn together(modules: &Path, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    for entry in std::fs::read_dir(modules).unwrap() {
        let entry = entry.unwrap();
        symlink(entry.path(), folder.join(entry.file_name())).unwrap();
    }
    let loader = folder.join("tsx");
    if !loader.exists() {
        symlink(versions::modules("1.60").join("tsx"), loader).unwrap();
    }
}

/// The folder in which Playwright by itself looks for browsers, with this machine's Chromium in it under the names that
/// these packages use.
pub(super) fn browsers(folder: &Path, packages: &[PathBuf]) -> PathBuf {
    let chromium = on_path("chromium");
    for package in packages {
        let list = std::fs::read(package.join("browsers.json")).unwrap();
        let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
        for browser in list["browsers"].as_array().unwrap() {
            let revision = browser["revision"].as_str().unwrap();
            if browser["name"] == "ffmpeg" {
                // It writes what it is given, which is enough for a video to be there.
                let home = folder.join(format!("ffmpeg-{revision}"));
                let encoder = "#!/bin/sh\nfor last; do :; done\nexec cat >\"$last\"\n";
                program(&home.join("ffmpeg-linux"), encoder);
                std::fs::write(home.join("INSTALLATION_COMPLETE"), "").unwrap();
            }
            if browser["name"] != "chromium" {
                continue;
            }
            for name in [
                "chromium-R/chrome-linux/chrome",
                "chromium-R/chrome-linux64/chrome",
                "chromium_headless_shell-R/chrome-linux/headless_shell",
                "chromium_headless_shell-R/chrome-headless-shell-linux64/chrome-headless-shell",
            ] {
                let path = folder.join(name.replace("-R/", &format!("-{revision}/")));
                let script = format!("#!/bin/sh\nexec {} \"$@\"\n", chromium.display());
                program(&path, &script);
                let home = path.parent().unwrap().parent().unwrap();
                std::fs::write(home.join("INSTALLATION_COMPLETE"), "").unwrap();
            }
        }
    }
    folder.to_owned()
}

fn program(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
