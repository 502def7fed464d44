//! The JavaScript and the Python that Drover ships, written where Node and Python can read them.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Every file, by its path inside the folder.
const FILES: &[(&str, &str)] = &[
    ("collect.cjs", include_str!("js/collect.cjs")),
    ("control.cjs", include_str!("js/control.cjs")),
    ("driver.cjs", include_str!("js/driver.cjs")),
    ("hook.cjs", include_str!("js/hook.cjs")),
    ("look.cjs", include_str!("js/look.cjs")),
    ("outside.cjs", include_str!("js/outside.cjs")),
    ("pause.cjs", include_str!("js/pause.cjs")),
    ("playwright.cjs", include_str!("js/playwright.cjs")),
    ("record.cjs", include_str!("js/record.cjs")),
    ("reporter.cjs", include_str!("js/reporter.cjs")),
    ("resolve.mjs", include_str!("js/resolve.mjs")),
    ("spare.cjs", include_str!("js/spare.cjs")),
    ("told.cjs", include_str!("js/told.cjs")),
    ("way-out.cjs", include_str!("js/way-out.cjs")),
    (
        "node_modules/drover/package.json",
        include_str!("js/drover/package.json"),
    ),
    (
        "node_modules/drover/index.cjs",
        include_str!("js/drover/index.cjs"),
    ),
    (
        "node_modules/drover/by-hand.cjs",
        include_str!("js/drover/by-hand.cjs"),
    ),
    (
        "node_modules/drover/index.mjs",
        include_str!("js/drover/index.mjs"),
    ),
    (
        "node_modules/drover/index.d.ts",
        include_str!("js/drover/index.d.ts"),
    ),
    (
        "python/sitecustomize.py",
        include_str!("py/sitecustomize.py"),
    ),
    (
        "python/drover_pytest.py",
        include_str!("py/drover_pytest.py"),
    ),
    (
        "python/drover_discovery.py",
        include_str!("py/drover_discovery.py"),
    ),
    (
        "python/drover/__init__.py",
        include_str!("py/drover/__init__.py"),
    ),
    (
        "python/drover/__init__.pyi",
        include_str!("py/drover/__init__.pyi"),
    ),
    ("python/drover/py.typed", include_str!("py/drover/py.typed")),
    ("python/drover/aio.py", include_str!("py/drover/aio.py")),
    ("python/drover/aio.pyi", include_str!("py/drover/aio.pyi")),
    (
        "python/drover/_by_hand.py",
        include_str!("py/drover/_by_hand.py"),
    ),
    (
        "python/drover/_collect.py",
        include_str!("py/drover/_collect.py"),
    ),
    (
        "python/drover/_control.py",
        include_str!("py/drover/_control.py"),
    ),
    (
        "python/drover/_drive.py",
        include_str!("py/drover/_drive.py"),
    ),
    (
        "python/drover/_fixtures.py",
        include_str!("py/drover/_fixtures.py"),
    ),
    ("python/drover/_look.py", include_str!("py/drover/_look.py")),
    (
        "python/drover/_options.py",
        include_str!("py/drover/_options.py"),
    ),
    (
        "python/drover/_outside.py",
        include_str!("py/drover/_outside.py"),
    ),
    (
        "python/drover/_playwright.py",
        include_str!("py/drover/_playwright.py"),
    ),
    (
        "python/drover/_profile.py",
        include_str!("py/drover/_profile.py"),
    ),
    (
        "python/drover/_record.py",
        include_str!("py/drover/_record.py"),
    ),
    (
        "python/drover/_watch.py",
        include_str!("py/drover/_watch.py"),
    ),
];

/// The folder with Drover's own JavaScript and Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    folder: PathBuf,
}

impl Runtime {
    /// Writes the files below `<data>/runtime/<version>`, where they differ from what is there.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn install(data: &Path) -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let folder = data.join("runtime").join(env!("CARGO_PKG_VERSION"));
        for (name, text) in FILES {
            let path = folder.join(name);
            if fs::read(&path).is_ok_and(|there| there == text.as_bytes()) {
                continue;
            }
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(path.parent().unwrap_or(&folder))?;
            // Another attempt may be loading the file, so it is replaced as a whole.
            let fresh = folder.join(format!(
                "new-{}-{}",
                std::process::id(),
                COUNT.fetch_add(1, Ordering::Relaxed)
            ));
            let mut options = fs::OpenOptions::new();
            let mut file = options
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&fresh)?;
            io::Write::write_all(&mut file, text.as_bytes())?;
            fs::rename(&fresh, &path)?;
        }
        Ok(Self { folder })
    }

    /// The file that is loaded before a script.
    pub fn hook(&self) -> PathBuf {
        self.folder.join("hook.cjs")
    }

    /// The file that is loaded into the Node that drives Playwright for Python.
    pub(crate) fn driver(&self) -> PathBuf {
        self.folder.join("driver.cjs")
    }

    /// What a Node that is kept ready runs until it has its run.
    pub(crate) fn spare(&self) -> PathBuf {
        self.folder.join("spare.cjs")
    }

    /// The reporter for `playwright test`.
    pub fn reporter(&self) -> PathBuf {
        self.folder.join("reporter.cjs")
    }

    /// Where `import drover` of Python is found, and the file that it loads before a script.
    pub fn python(&self) -> PathBuf {
        self.folder.join("python")
    }

    /// Where `require('drover')` is found.
    pub fn modules(&self) -> PathBuf {
        self.folder.join("node_modules")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_written_again_and_the_others_are_left() {
        let place = tempfile::tempdir().unwrap();
        let runtime = Runtime::install(place.path()).unwrap();
        let written = fs::metadata(runtime.reporter())
            .unwrap()
            .modified()
            .unwrap();
        fs::write(runtime.hook(), "tampered").unwrap();
        assert_eq!(Runtime::install(place.path()).unwrap(), runtime);
        assert_eq!(
            fs::read_to_string(runtime.hook()).unwrap(),
            include_str!("js/hook.cjs")
        );
        assert_eq!(
            fs::metadata(runtime.reporter())
                .unwrap()
                .modified()
                .unwrap(),
            written
        );
        assert!(runtime.modules().join("drover/index.mjs").is_file());
    }
}
