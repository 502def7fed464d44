//! The JavaScript that Drover ships, written where Node can read it.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Every file, by its path inside the folder.
const FILES: &[(&str, &str)] = &[
    ("control.cjs", include_str!("js/control.cjs")),
    ("hook.cjs", include_str!("js/hook.cjs")),
    ("look.cjs", include_str!("js/look.cjs")),
    ("playwright.cjs", include_str!("js/playwright.cjs")),
    ("reporter.cjs", include_str!("js/reporter.cjs")),
    ("resolve.mjs", include_str!("js/resolve.mjs")),
    (
        "node_modules/drover/package.json",
        include_str!("js/drover/package.json"),
    ),
    (
        "node_modules/drover/index.cjs",
        include_str!("js/drover/index.cjs"),
    ),
    (
        "node_modules/drover/index.mjs",
        include_str!("js/drover/index.mjs"),
    ),
];

/// The folder with Drover's own JavaScript.
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
            let fresh = path.with_extension(format!("new-{}", std::process::id()));
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

    /// The reporter for `playwright test`.
    pub fn reporter(&self) -> PathBuf {
        self.folder.join("reporter.cjs")
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
