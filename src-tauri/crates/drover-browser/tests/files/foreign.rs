//! Profiles of browsers that are used outside Drover.

use std::{ffi::OsString, fs, os::unix::fs::symlink, path::PathBuf};

use drover_browser::keeping::{KeepError, foreign_profiles, import_foreign};
use drover_model::{ForeignProfile, ImportOutcome, ImportReport, KeptThing, Origin};
use tempfile::TempDir;

use crate::support::{assert_private, below, job, origin};

struct User {
    home: TempDir,
}

impl User {
    /// Someone with Chrome, two profiles, one of them signed in.
    fn new(cookies: &[u8]) -> Self {
        let user = Self {
            home: tempfile::tempdir().unwrap(),
        };
        user.write(
            "Local State",
            br#"{"os_crypt": {"a": 1}, "profile": {"info_cache": {
            "Default": {"name": "Ada"}, "Profile 1": {"name": "Work"}}}}"#,
        );
        user.write("Last Version", b"155.0.7000.1");
        user.write("Default/Preferences", b"{}");
        user.write(
            "Profile 1/Preferences",
            br#"{"account_info": [{"email": "ada@a.test"}], "browser": {"x": 1},
            "profile": {"exit_type": "Crashed", "name": "Work"}}"#,
        );
        user.write("Profile 1/Bookmarks", b"bookmarks");
        user.write("Profile 1/History", b"history");
        user.write("Profile 1/Cookies", cookies);
        user.write("Profile 1/Cookies-journal", b"");
        user.write("Profile 1/Login Data", cookies);
        user.write("Profile 1/Extensions/abc/1_0/manifest.json", b"{}");
        user.write("Profile 1/Sync Data/LevelDB/CURRENT", b"x");
        user.write("Profile 1/IndexedDB/a/1", b"x");
        user.write("Profile 1/Cache/f", b"x");
        user
    }

    fn root(&self) -> PathBuf {
        self.home.path().join(".config/google-chrome")
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn work(&self) -> ForeignProfile {
        let env: Vec<(OsString, OsString)> = vec![("HOME".into(), self.home.path().into())];
        let found = foreign_profiles(&env);
        let names: Vec<(&str, &str)> = found
            .iter()
            .map(|one| (one.folder.as_str(), one.name.as_str()))
            .collect();
        assert_eq!(names, [("Default", "Ada"), ("Profile 1", "Work")]);
        assert_eq!(found[1].brand.as_deref(), Some("chrome"));
        found[1].clone()
    }
}

fn outcome(report: &ImportReport, thing: KeptThing) -> &ImportOutcome {
    &report
        .items
        .iter()
        .find(|item| item.thing == thing)
        .unwrap()
        .outcome
}

fn copied(report: &ImportReport, thing: KeptThing) -> bool {
    matches!(outcome(report, thing), ImportOutcome::Copied { .. })
}

#[test]
fn what_can_come_along_comes_and_the_rest_is_named() {
    let user = User::new(b"..v10...");
    let before = below(&user.root());
    let target = user.home.path().join("drover/chrome");
    let report = import_foreign(&user.work(), &target, &origin(), &job()).unwrap();
    for thing in [
        KeptThing::Bookmarks,
        KeptThing::History,
        KeptThing::Preferences,
        KeptThing::Extensions,
        KeptThing::Cookies,
        KeptThing::Passwords,
        KeptThing::SiteData,
    ] {
        assert!(
            copied(&report, thing),
            "{thing:?}: {:?}",
            outcome(&report, thing)
        );
    }
    for thing in [KeptThing::Account, KeptThing::Caches] {
        assert!(
            matches!(outcome(&report, thing), ImportOutcome::Left { .. }),
            "{thing:?}"
        );
    }
    assert_eq!(
        outcome(&report, KeptThing::OpenTabs),
        &ImportOutcome::Absent
    );
    assert_eq!(report.major, Some(155));
    assert_private(&target);
    let preferences = fs::read_to_string(target.join("Default/Preferences")).unwrap();
    assert!(
        !preferences.contains("ada@a.test") && !preferences.contains("Crashed"),
        "{preferences}"
    );
    assert!(
        preferences.contains(r#""browser":{"x":1}"#),
        "{preferences}"
    );
    let state = fs::read_to_string(target.join("Local State")).unwrap();
    assert!(
        !state.contains("Ada"),
        "the other profiles came along: {state}"
    );
    assert!(!target.join("Default/Sync Data").exists() && !target.join("Default/Cache").exists());
    assert_eq!(below(&user.root()), before, "the source was changed");
}

#[test]
fn cookies_of_another_key_stay_and_are_not_lost_silently() {
    let check = |cookies: &[u8], to: &Origin, comes: bool| {
        let user = User::new(cookies);
        let target = user.home.path().join("drover/chrome");
        let report = import_foreign(&user.work(), &target, to, &job()).unwrap();
        assert_eq!(
            copied(&report, KeptThing::Cookies),
            comes,
            "{to}: {:?}",
            outcome(&report, KeptThing::Cookies)
        );
        assert_eq!(target.join("Default/Cookies").exists(), comes);
        assert_eq!(target.join("Default/Cookies-journal").exists(), comes);
        assert_eq!(target.join("Default/Login Data").exists(), comes);
        assert!(copied(&report, KeptThing::Bookmarks));
    };
    let os = |brand: &str| Origin {
        brand: brand.to_owned(),
        crypt: "os".to_owned(),
        major: None,
    };
    check(b"..v11...", &origin(), false);
    check(b"..v11...", &os("chromium"), false);
    check(b"..v11...", &os("chrome"), true);
    check(b"..v10...", &os("chrome"), true);
}

#[test]
fn an_open_browser_is_left_alone() {
    let user = User::new(b"");
    let work = user.work();
    let target = user.home.path().join("drover/chrome");
    let lock = user.root().join("SingletonLock");
    symlink("another-host-1", &lock).unwrap();
    let error = import_foreign(&work, &target, &origin(), &job()).unwrap_err();
    assert!(
        matches!(error, KeepError::SourceElsewhere { .. }),
        "{error}"
    );
    assert!(lock.is_symlink(), "the lock was removed");
    assert!(!target.exists());

    // A program by that name which does not say its folder, as a browser that was started by hand.
    fs::remove_file(&lock).unwrap();
    let program = user.home.path().join("chrome");
    fs::copy("/bin/sleep", &program).unwrap();
    let mut browser = start(&program);
    let host = rustix::system::uname();
    let host = host.nodename().to_str().unwrap();
    symlink(format!("{host}-{}", browser.id()), &lock).unwrap();
    let error = import_foreign(&work, &target, &origin(), &job()).unwrap_err();
    let pid = browser.id();
    assert!(
        matches!(error, KeepError::SourceOpen { pid: holder, .. } if holder == pid),
        "{error}"
    );
    browser.kill().unwrap();
    browser.wait().unwrap();
    import_foreign(&work, &target, &origin(), &job()).unwrap();
    assert!(lock.is_symlink(), "the lock of the source was removed");
}

#[expect(clippy::disallowed_methods, reason = "a test starts its own processes")]
fn start(program: &std::path::Path) -> std::process::Child {
    std::process::Command::new(program)
        .arg("1000")
        .spawn()
        .unwrap()
}

#[test]
fn what_is_no_profile_is_refused() {
    let user = User::new(b"");
    let target = user.home.path().join("drover/chrome");
    for folder in ["Profile 9", "../google-chrome/Default", ""] {
        let source = ForeignProfile {
            folder: folder.to_owned(),
            ..user.work()
        };
        let error = import_foreign(&source, &target, &origin(), &job()).unwrap_err();
        assert!(
            matches!(error, KeepError::NoProfile(_)),
            "{folder}: {error}"
        );
    }
    assert!(!target.exists());
}
