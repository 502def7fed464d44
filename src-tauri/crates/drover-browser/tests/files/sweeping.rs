//! Disk use and the sweep.

use std::{fs, os::unix::fs::symlink};

use drover_browser::keeping::{plan_sweep, snapshot, sweep, usage};
use drover_model::{CacheFolder, CacheKind};

use crate::support::{Kept, about, below, cookie, job};

#[test]
fn the_sweep_takes_known_caches_and_nothing_else() {
    let kept = Kept::new();
    let before = below(&kept.folder());
    let plan = plan_sweep(&kept.folder(), None).unwrap();
    let paths: Vec<&str> = plan.folders.iter().map(|one| one.path.as_str()).collect();
    let expected = [
        "Default/Cache",
        "Default/Code Cache",
        "GrShaderCache",
        "Crashpad",
        "Default/Service Worker/CacheStorage",
        "Default/WebStorage/3/CacheStorage",
    ];
    assert_eq!(paths, expected);
    assert_eq!(plan.freed(), 5000 + 3000 + 900 + 1 + 2000 + 700);
    assert_eq!(
        below(&kept.folder()),
        before,
        "the preview changed something"
    );

    let report = sweep(&kept.stopped(), &plan, &job()).unwrap();
    assert_eq!((report.freed, report.kept.len()), (plan.freed(), 0));
    let after = below(&kept.folder());
    let gone = |path: &&String| expected.iter().any(|cache| path.starts_with(cache));
    let left: Vec<&String> = before.iter().filter(|path| !gone(path)).collect();
    assert_eq!(after.iter().collect::<Vec<_>>(), left);
    assert_eq!(cookie(&kept.folder()), "first");
    assert_eq!(usage(&kept.folder(), None).unwrap().caches, 0);
}

#[test]
fn a_budget_takes_no_more_than_it_must_and_offline_caches_last() {
    let kept = Kept::new();
    let all = plan_sweep(&kept.folder(), None).unwrap().caches;
    let paths = |budget: u64| -> Vec<String> {
        let plan = plan_sweep(&kept.folder(), Some(budget)).unwrap();
        plan.folders.into_iter().map(|one| one.path).collect()
    };
    assert_eq!(paths(all), Vec::<String>::new());
    assert_eq!(paths(all - 1), ["Default/Cache"]);
    assert_eq!(paths(all - 5001), ["Default/Cache", "Default/Code Cache"]);
    assert_eq!(paths(0).len(), 6);
}

#[test]
fn a_plan_that_names_other_folders_is_not_believed() {
    let kept = Kept::new();
    fs::create_dir(kept.home.path().join("mine")).unwrap();
    fs::remove_dir_all(kept.folder().join("Default/Cache")).unwrap();
    symlink(
        kept.home.path().join("mine"),
        kept.folder().join("Default/Cache"),
    )
    .unwrap();
    let mut plan = plan_sweep(&kept.folder(), None).unwrap();
    assert!(
        plan.folders.iter().all(|one| one.path != "Default/Cache"),
        "a link was taken for a cache"
    );
    let wrong = ["Default/Cache", "Default/IndexedDB", "../..", "", "/"];
    plan.folders = wrong
        .iter()
        .map(|path| CacheFolder {
            path: (*path).to_owned(),
            kind: CacheKind::Pages,
            files: 1,
            bytes: 1,
        })
        .collect();
    let before = below(&kept.folder());
    let report = sweep(&kept.stopped(), &plan, &job()).unwrap();
    assert_eq!((report.freed, report.kept.len()), (0, wrong.len()));
    assert_eq!(below(&kept.folder()), before);
    assert!(kept.home.path().join("mine").is_dir());
}

#[test]
fn disk_use_adds_up() {
    let kept = Kept::new();
    snapshot(&kept.stopped(), &kept.shelf(), about(""), &job()).unwrap();
    let used = usage(&kept.folder(), Some(&kept.shelf())).unwrap();
    assert_eq!(used.caches, 5000 + 3000 + 900 + 1 + 2000 + 700);
    assert!(
        used.logins > 4096
            && used.site_data > 0
            && used.extensions > 0
            && used.other > 0
            && used.snapshots > 0,
        "{used:?}"
    );
    let files: u64 = below(kept.home.path())
        .iter()
        .map(|path| fs::symlink_metadata(kept.home.path().join(path)).unwrap())
        .filter(fs::Metadata::is_file)
        .map(|file| file.len())
        .sum();
    assert_eq!(used.total(), files);
    let none = usage(&kept.home.path().join("nowhere"), None).unwrap();
    assert_eq!(none.total(), 0);
}
