//! A profile folder as a browser leaves it, with a real database in it.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use drover_browser::keeping::{About, Job, Stopped};
use drover_model::{KeepProgress, Origin, SnapshotKind};
use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;

pub(crate) static NEVER: AtomicBool = AtomicBool::new(false);

/// Work that nobody watches or cancels.
pub(crate) fn job() -> Job<'static> {
    Job::new(&NEVER, &|_: KeepProgress| {})
}

pub(crate) fn now() -> Timestamp {
    "2026-11-23T12:00:00.25Z".parse().unwrap()
}

pub(crate) fn origin() -> Origin {
    Origin {
        brand: "chromium".to_owned(),
        crypt: "portable".to_owned(),
        major: Some(156),
    }
}

pub(crate) fn about(note: &str) -> About {
    About {
        at: now(),
        kind: SnapshotKind::Manual,
        note: note.to_owned(),
        origin: origin(),
    }
}

/// A profile, its shelf, and room beside them.
pub(crate) struct Kept {
    pub home: TempDir,
}

impl Kept {
    /// Cookies in a database whose last change is still in the log beside it, caches, site data, and a stale lock.
    pub(crate) fn new() -> Self {
        let kept = Self {
            home: tempfile::tempdir().unwrap(),
        };
        let text = |path: &str, text: &str| kept.write(path, text.as_bytes());
        text("Local State", "{}");
        text("Last Version", "156.0.1.2");
        text("Default/Preferences", r#"{"profile": {"name": "Shop"}}"#);
        text("Default/Bookmarks", "{}");
        text("Default/Login Data", "no database");
        text("Default/Cache/Cache_Data/f_000001", &"c".repeat(5000));
        text("Default/Code Cache/js/index", &"j".repeat(3000));
        text("Default/Service Worker/CacheStorage/a/b", &"s".repeat(2000));
        text("Default/Service Worker/Database/CURRENT", "MANIFEST-000001");
        text("Default/WebStorage/3/CacheStorage/x", &"w".repeat(700));
        text("Default/IndexedDB/a.leveldb/000003.log", "data of a site");
        text("Default/IndexedDB/a.leveldb/LOCK", "");
        text("Default/Local Extension Settings/abc/CURRENT", "x");
        text("GrShaderCache/data_0", &"g".repeat(900));
        text("Crashpad/settings.dat", "p");
        symlink("nowhere-1", kept.folder().join("SingletonCookie")).unwrap();
        kept.set_cookie("first");
        kept
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.home.path().join("profile/chrome")
    }

    pub(crate) fn shelf(&self) -> PathBuf {
        self.home.path().join("profile/snapshots")
    }

    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.folder().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn stopped(&self) -> Stopped {
        Stopped::prove(&self.folder(), ()).unwrap()
    }

    /// Leaves the change in the write-ahead log, as a browser that was killed does.
    pub(crate) fn set_cookie(&self, value: &str) {
        let path = self.folder().join("Default/Cookies");
        let aside = self.home.path().join("aside");
        fs::create_dir_all(&aside).unwrap();
        let db = open(&path);
        db.pragma_update(None, "journal_mode", "wal").unwrap();
        db.execute_batch("CREATE TABLE IF NOT EXISTS cookies (name TEXT PRIMARY KEY, value TEXT)")
            .unwrap();
        db.execute(
            "INSERT OR REPLACE INTO cookies VALUES ('session', ?1)",
            [value],
        )
        .unwrap();
        // Closing would write the log back, so the files are taken as they are while it is open.
        for end in ["", "-wal"] {
            let name = format!("Cookies{end}");
            fs::copy(path.with_file_name(&name), aside.join(&name)).unwrap();
        }
        drop(db);
        for end in ["", "-wal"] {
            let name = format!("Cookies{end}");
            fs::copy(aside.join(&name), path.with_file_name(&name)).unwrap();
        }
        fs::remove_dir_all(aside).unwrap();
        let log = fs::metadata(path.with_file_name("Cookies-wal")).unwrap();
        assert!(log.len() > 0, "the test needs a change in the log");
    }
}

/// The cookie in the database of a data folder, read by `SQLite`.
pub(crate) fn cookie(folder: &Path) -> String {
    let db = open(&folder.join("Default/Cookies"));
    let sound: String = db
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    db.query_row("SELECT value FROM cookies", [], |row| row.get(0))
        .unwrap()
}

pub(crate) fn open(path: &Path) -> Connection {
    Connection::open_with_flags(path, rusqlite::OpenFlags::default()).unwrap()
}

/// All paths below a folder.
pub(crate) fn below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(here) = waiting.pop() {
        for entry in fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            found.push(
                path.strip_prefix(folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned(),
            );
            if path.is_dir() && !path.is_symlink() {
                waiting.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Fails when anybody but the owner may read something below the folder.
pub(crate) fn assert_private(folder: &Path) {
    for path in below(folder) {
        let full = folder.join(&path);
        let mode = fs::metadata(&full).unwrap().permissions().mode() & 0o777;
        let expected = if full.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, expected, "{path} has the mode {mode:o}");
    }
}
