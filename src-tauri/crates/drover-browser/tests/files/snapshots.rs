//! Snapshots, rollback, clones, and what a crash leaves.

use std::{
    cell::RefCell,
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    os::unix::fs::symlink,
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
};

use drover_browser::{
    Error,
    keeping::{
        Job, KeepError, Stopped, clone_profile, delete_snapshot, recover, rollback, snapshot,
        snapshots,
    },
};
use drover_model::{KeepProgress, Origin, SnapshotKind};

use crate::support::{Kept, about, assert_private, below, cookie, job, now, open, origin};

#[test]
fn a_snapshot_has_the_last_change_and_no_caches_and_comes_back() {
    let kept = Kept::new();
    let stopped = kept.stopped();
    let first = snapshot(&stopped, &kept.shelf(), about("before"), &job()).unwrap();
    assert!(first.bytes > 0 && first.files > 5, "{first:?}");
    assert_private(&kept.shelf());
    let inside = below(&kept.shelf()).join("\n");
    for left in [
        "Cache_Data",
        "Code Cache",
        "GrShaderCache",
        "Singleton",
        "LOCK",
        "-shm",
    ] {
        assert!(!inside.contains(left), "{left} in {inside}");
    }
    for there in ["Cookies-wal", "CacheStorage", "IndexedDB", "Bookmarks"] {
        assert!(inside.contains(there), "{there} not in {inside}");
    }

    kept.set_cookie("second");
    kept.write("Default/Bookmarks", b"changed");
    let back = rollback(&stopped, &kept.shelf(), &first.id, now(), &origin(), &job()).unwrap();
    assert_eq!(cookie(&kept.folder()), "first");
    assert_eq!(
        fs::read(kept.folder().join("Default/Bookmarks")).unwrap(),
        b"{}"
    );
    assert!(
        !below(&kept.folder())
            .iter()
            .any(|path| path.contains(".drover")),
        "a mark was left in the profile"
    );

    assert_eq!(back.undo.kind, SnapshotKind::BeforeRollback);
    let shelf = snapshots(&kept.shelf()).unwrap();
    assert_eq!(shelf, [back.undo.clone(), first.clone()], "newest first");
    let inside = below(&kept.shelf()).join("\n");
    assert!(!inside.contains("Code Cache"), "caches were kept: {inside}");
    rollback(
        &stopped,
        &kept.shelf(),
        &back.undo.id,
        now(),
        &origin(),
        &job(),
    )
    .unwrap();
    assert_eq!(
        cookie(&kept.folder()),
        "second",
        "the rollback was not undone"
    );

    delete_snapshot(&kept.shelf(), &first.id).unwrap();
    let error = rollback(&stopped, &kept.shelf(), &first.id, now(), &origin(), &job()).unwrap_err();
    assert!(matches!(error, KeepError::NoSnapshot(_)), "{error}");
    assert_eq!(snapshots(&kept.shelf()).unwrap().len(), 2);
}

#[test]
fn an_open_profile_is_not_touched() {
    let kept = Kept::new();
    symlink("another-host-7", kept.folder().join("SingletonLock")).unwrap();
    let error = Stopped::prove(&kept.folder(), ()).unwrap_err();
    assert!(
        matches!(error, KeepError::Held(Error::HeldElsewhere { .. })),
        "{error}"
    );
    fs::remove_file(kept.folder().join("SingletonLock")).unwrap();

    let stopped = kept.stopped();
    symlink("another-host-7", kept.folder().join("SingletonLock")).unwrap();
    let error = snapshot(&stopped, &kept.shelf(), about(""), &job()).unwrap_err();
    assert!(matches!(error, KeepError::Held(_)), "{error}");
    assert_eq!(below(&kept.shelf()), Vec::<String>::new());
}

#[test]
fn a_database_that_somebody_writes_to_is_not_copied() {
    let kept = Kept::new();
    let path = kept.folder().join("Default/History");
    let db = open(&path);
    db.execute_batch("CREATE TABLE urls (url TEXT)").unwrap();
    drop(db);
    let mut writer = start_writer(&path);
    let error = snapshot(&kept.stopped(), &kept.shelf(), about(""), &job()).unwrap_err();
    assert!(
        matches!(&error, KeepError::Busy(busy) if *busy == path),
        "{error}"
    );
    assert_eq!(below(&kept.shelf()), Vec::<String>::new());
    drop(writer.stdin.take());
    writer.wait().unwrap();
    snapshot(&kept.stopped(), &kept.shelf(), about(""), &job()).unwrap();
}

const WRITES_TO: &str = "DROVER_TEST_WRITES_TO";

/// Locks are between processes, so this binary is started again, with one test that holds a database.
#[expect(clippy::disallowed_methods, reason = "a test starts its own processes")]
fn start_writer(path: &Path) -> Child {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "snapshots::the_other_process_of_a_test",
            "--nocapture",
        ])
        .env(WRITES_TO, path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    let locked = lines.any(|line| line.unwrap().contains("locked"));
    assert!(locked, "the other process did not get the lock");
    writer
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how a test tells its other process what to do"
)]
fn the_other_process_of_a_test() {
    let Some(path) = std::env::var_os(WRITES_TO) else {
        return;
    };
    let db = open(Path::new(&path));
    db.execute_batch("BEGIN EXCLUSIVE").unwrap();
    writeln!(io::stdout(), "locked").unwrap();
    io::stdin().read_to_string(&mut String::new()).unwrap(); // ends with the other end
}

#[test]
fn cancelled_work_leaves_nothing() {
    let kept = Kept::new();
    let stopped = kept.stopped();
    let cancel = AtomicBool::new(false);
    let seen = RefCell::new(Vec::new());
    let watch = |progress: KeepProgress| {
        seen.borrow_mut().push(progress);
        cancel.store(progress.files == 2, Ordering::Relaxed);
    };
    let job = Job::new(&cancel, &watch);
    let error = snapshot(&stopped, &kept.shelf(), about(""), &job).unwrap_err();
    assert!(matches!(error, KeepError::Cancelled), "{error}");
    assert_eq!(below(&kept.shelf()), Vec::<String>::new());
    let seen = seen.take();
    assert!(seen[0].all_files > 2 && seen[0].all_bytes > 0, "{seen:?}");
    assert_eq!(seen.last().unwrap().files, 2, "it went on");

    cancel.store(true, Ordering::Relaxed);
    let job = Job::new(&cancel, &|_| {});
    let target = kept.home.path().join("clone/chrome");
    let error = clone_profile(&stopped, &target, &job).unwrap_err();
    assert!(matches!(error, KeepError::Cancelled), "{error}");
    assert_eq!(below(target.parent().unwrap()), Vec::<String>::new());
}

#[test]
fn progress_ends_at_all_that_was_announced() {
    let kept = Kept::new();
    let last = RefCell::new(KeepProgress::default());
    let never = AtomicBool::new(false);
    let watch = |progress| *last.borrow_mut() = progress;
    snapshot(
        &kept.stopped(),
        &kept.shelf(),
        about(""),
        &Job::new(&never, &watch),
    )
    .unwrap();
    let last = *last.borrow();
    assert_eq!((last.files, last.bytes), (last.all_files, last.all_bytes));
}

#[test]
fn another_browser_or_encryption_does_not_get_a_snapshot() {
    let kept = Kept::new();
    let stopped = kept.stopped();
    let made = snapshot(&stopped, &kept.shelf(), about(""), &job()).unwrap();
    for other in [
        Origin {
            brand: "chrome".to_owned(),
            ..origin()
        },
        Origin {
            crypt: "os".to_owned(),
            ..origin()
        },
    ] {
        let error = rollback(&stopped, &kept.shelf(), &made.id, now(), &other, &job()).unwrap_err();
        assert!(matches!(error, KeepError::OriginDiffers { .. }), "{error}");
    }
    let newer = Origin {
        major: Some(157),
        ..origin()
    };
    rollback(&stopped, &kept.shelf(), &made.id, now(), &newer, &job()).unwrap();
}

#[test]
fn a_clone_is_a_profile_of_its_own() {
    let kept = Kept::new();
    let target = kept.home.path().join("clone/chrome");
    let report = clone_profile(&kept.stopped(), &target, &job()).unwrap();
    assert!(report.files > 5, "{report:?}");
    assert_private(&target);
    kept.set_cookie("second");
    assert_eq!(cookie(&target), "first");
    let error = clone_profile(&kept.stopped(), &target, &job()).unwrap_err();
    assert!(matches!(error, KeepError::Exists(_)), "{error}");
    assert_eq!(cookie(&target), "first", "the clone was written over");
}

#[test]
fn links_are_reported_and_not_followed() {
    let kept = Kept::new();
    fs::write(kept.home.path().join("secret"), "of others").unwrap();
    symlink(
        kept.home.path().join("secret"),
        kept.folder().join("Default/link"),
    )
    .unwrap();
    symlink(kept.home.path(), kept.folder().join("Default/loop")).unwrap();
    let target = kept.home.path().join("clone");
    let report = clone_profile(&kept.stopped(), &target, &job()).unwrap();
    let left: Vec<&str> = report.left.iter().map(|left| left.what.as_str()).collect();
    assert_eq!(left, ["Default/link", "Default/loop"]);
    assert!(!target.join("Default/link").exists());
}

#[test]
fn what_a_crash_leaves_is_finished_or_removed() {
    let kept = Kept::new();
    let stopped = kept.stopped();
    let shelf = kept.shelf();
    let made = snapshot(&stopped, &shelf, about(""), &job()).unwrap();
    kept.set_cookie("second");
    let undo = rollback(&stopped, &shelf, &made.id, now(), &origin(), &job())
        .unwrap()
        .undo;
    let (done, rolling) = (
        shelf.join(undo.id.as_str()),
        shelf.join(format!(".rollback-{}", undo.id)),
    );
    let mark = |folder: &Path| fs::write(folder.join(".drover-restored"), "").unwrap();

    // After the exchange, before the state before got its name.
    fs::rename(&done, &rolling).unwrap();
    mark(&kept.folder());
    recover(&stopped, &shelf).unwrap();
    assert_eq!(
        snapshots(&shelf).unwrap().len(),
        2,
        "the state before was lost"
    );
    assert_eq!(cookie(&kept.folder()), "first");
    assert!(!kept.folder().join(".drover-restored").exists());

    // Before the exchange: what was prepared is a copy and goes.
    fs::rename(&done, &rolling).unwrap();
    mark(&rolling.join("data"));
    recover(&stopped, &shelf).unwrap();
    assert!(!rolling.exists() && !done.exists());
    assert_eq!(cookie(&kept.folder()), "first");

    // Between two renames, where folders cannot be exchanged: the profile comes back.
    let undo = rollback(&stopped, &shelf, &made.id, now(), &origin(), &job())
        .unwrap()
        .undo;
    fs::rename(shelf.join(undo.id.as_str()), &rolling).unwrap();
    mark(&rolling.join("data"));
    fs::rename(kept.folder(), rolling.join("aside")).unwrap();
    recover(&stopped, &shelf).unwrap();
    assert_eq!(cookie(&kept.folder()), "first", "the profile is gone");
    assert!(!rolling.exists());

    // Half a snapshot, half a deletion, half a clone.
    for name in [".making-20261123t120000-250", ".going-20261123t120000-250"] {
        fs::create_dir_all(shelf.join(name).join("data")).unwrap();
    }
    fs::create_dir_all(kept.folder().with_file_name(".chrome.partial")).unwrap();
    recover(&stopped, &shelf).unwrap();
    assert_eq!(snapshots(&shelf).unwrap(), [made]);
    assert_eq!(fs::read_dir(&shelf).unwrap().count(), 1);
    assert!(!kept.folder().with_file_name(".chrome.partial").exists());
}

/// On ext4 nothing is shared and on Btrfs and XFS everything is; which of them the test runs on is asked of the system.
#[test]
fn blocks_are_shared_exactly_where_the_file_system_can() {
    let kept = Kept::new();
    let (from, to) = (kept.home.path().join("from"), kept.home.path().join("to"));
    fs::write(&from, [7; 8192]).unwrap();
    let (source, target) = (
        fs::File::open(&from).unwrap(),
        fs::File::create(&to).unwrap(),
    );
    let can = rustix::fs::ioctl_ficlone(&target, &source).is_ok();
    let made = snapshot(&kept.stopped(), &kept.shelf(), about(""), &job()).unwrap();
    assert_eq!(
        made.shared_bytes,
        if can { made.bytes } else { 0 },
        "{made:?}"
    );
    rollback(
        &kept.stopped(),
        &kept.shelf(),
        &made.id,
        now(),
        &origin(),
        &job(),
    )
    .unwrap();
    kept.set_cookie("second");
    let data = kept.shelf().join(made.id.as_str()).join("data");
    assert_eq!(cookie(&data), "first", "a change went into the snapshot");
}

const ROLLS_BACK: &str = "DROVER_TEST_ROLLS_BACK";

/// Kills a process at every point of a rollback that it tells of, and looks at what is left.
#[test]
fn a_kill_during_a_rollback_loses_neither_state() {
    let mut told = 0;
    let mut finished = 0;
    // Beyond the last word it lives a little longer, so the rounds go there too.
    for kill_at in (1..).step_by(3) {
        let kept = Kept::new();
        let made = snapshot(&kept.stopped(), &kept.shelf(), about(""), &job()).unwrap();
        kept.set_cookie("second");
        let mut child = start_rollback(&kept);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let heard = lines
            .map(Result::unwrap)
            .filter(|line| line == "on")
            .take(kill_at)
            .count();
        child.kill().unwrap();
        child.wait().unwrap();

        recover(&kept.stopped(), &kept.shelf()).unwrap();
        let shelf = snapshots(&kept.shelf()).unwrap();
        assert_eq!(
            fs::read_dir(kept.shelf()).unwrap().count(),
            shelf.len(),
            "half of something is left"
        );
        assert!(shelf.contains(&made), "the snapshot is gone");
        let state = cookie(&kept.folder());
        match shelf
            .iter()
            .find(|one| one.kind == SnapshotKind::BeforeRollback)
        {
            Some(undo) => {
                assert_eq!(state, "first", "killed at {kill_at}");
                let data = kept.shelf().join(undo.id.as_str()).join("data");
                assert_eq!(
                    cookie(&data),
                    "second",
                    "the state before was lost, killed at {kill_at}"
                );
                finished += 1;
            }
            None => assert_eq!(state, "second", "killed at {kill_at}"),
        }
        if heard < kill_at {
            told = heard;
            break;
        }
    }
    assert!(
        told > 20 && finished > 0,
        "the test saw too little: {told} words, {finished} finished"
    );
}

#[expect(clippy::disallowed_methods, reason = "a test starts its own processes")]
fn start_rollback(kept: &Kept) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "snapshots::the_process_that_rolls_back",
            "--nocapture",
        ])
        .env(ROLLS_BACK, kept.home.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how a test tells its other process what to do"
)]
fn the_process_that_rolls_back() {
    let Some(home) = std::env::var_os(ROLLS_BACK) else {
        return;
    };
    let profile = Path::new(&home).join("profile");
    let (folder, shelf) = (profile.join("chrome"), profile.join("snapshots"));
    let stopped = Stopped::prove(&folder, ()).unwrap();
    let never = AtomicBool::new(false);
    let tell = |_: KeepProgress| writeln!(io::stdout(), "\non").unwrap();
    let id = snapshots(&shelf).unwrap()[0].id.clone();
    rollback(
        &stopped,
        &shelf,
        &id,
        now(),
        &origin(),
        &Job::new(&never, &tell),
    )
    .unwrap();
}
