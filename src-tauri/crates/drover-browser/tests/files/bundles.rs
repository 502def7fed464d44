//! Bundles, and files that only look like one.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use drover_browser::keeping::{
    BundleAbout, KeepError, export_bundle, import_bundle, inspect_bundle,
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::support::{Kept, assert_private, below, cookie, job, now, origin};

const LIST: &str = "drover-bundle.json";

fn about(logins: bool) -> BundleAbout {
    BundleAbout {
        profile: "Shop".to_owned(),
        at: now(),
        origin: origin(),
        logins,
    }
}

fn exported(kept: &Kept, logins: bool) -> PathBuf {
    let file = kept.home.path().join("shop.drover.zip");
    fs::remove_file(&file).ok(); // the one before
    export_bundle(&kept.stopped(), &file, &about(logins), &job()).unwrap();
    file
}

/// The bundle with its entries changed.
fn changed(bundle: &Path, change: impl Fn(&str, Vec<u8>) -> Option<(String, Vec<u8>)>) -> PathBuf {
    let mut archive = ZipArchive::new(File::open(bundle).unwrap()).unwrap();
    let target = bundle.with_file_name("changed.zip");
    let mut out = ZipWriter::new(File::create(&target).unwrap());
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if let Some((name, bytes)) = change(&name, bytes) {
            out.start_file(name, SimpleFileOptions::default()).unwrap();
            out.write_all(&bytes).unwrap();
        }
    }
    out.finish().unwrap();
    target
}

fn refused(bundle: &Path, kept: &Kept, expected: &str) {
    let target = kept.home.path().join("new/chrome");
    let error = import_bundle(bundle, &target, &job()).unwrap_err();
    assert!(matches!(error, KeepError::Bundle(_)), "{error}");
    assert!(error.to_string().contains(expected), "{error}");
    let left = target.parent().filter(|parent| parent.exists()).map(below);
    assert_eq!(
        left.unwrap_or_default(),
        Vec::<String>::new(),
        "something was left"
    );
}

#[test]
fn a_profile_goes_into_one_file_and_comes_out_again() {
    let kept = Kept::new();
    let file = exported(&kept, true);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let info = inspect_bundle(&file).unwrap();
    assert_eq!(
        (info.profile.as_str(), info.logins, info.origin),
        ("Shop", true, origin())
    );
    let target = kept.home.path().join("new/chrome");
    let (_, report) = import_bundle(&file, &target, &job()).unwrap();
    assert_eq!((report.files, report.bytes), (info.files, info.bytes));
    assert_eq!(report.left, []);
    assert_private(&target);
    assert_eq!(cookie(&target), "first");
    assert_eq!(fs::read(target.join("Default/Bookmarks")).unwrap(), b"{}");
    assert!(!target.join("Default/Cache").exists());
    let error = import_bundle(&file, &target, &job()).unwrap_err();
    assert!(matches!(error, KeepError::Exists(_)), "{error}");
    let error = export_bundle(&kept.stopped(), &file, &about(true), &job()).unwrap_err();
    assert!(matches!(error, KeepError::Exists(_)), "{error}");
}

#[test]
fn without_the_choice_no_cookies_and_passwords_are_in_it() {
    let kept = Kept::new();
    let file = exported(&kept, false);
    let archive = ZipArchive::new(File::open(&file).unwrap()).unwrap();
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    assert!(
        names.iter().any(|name| name.ends_with("Bookmarks")),
        "{names:?}"
    );
    for secret in ["Cookies", "Login Data", "Web Data"] {
        assert!(!names.iter().any(|name| name.contains(secret)), "{names:?}");
    }
    let (_, report) = import_bundle(&file, &kept.home.path().join("new"), &job()).unwrap();
    assert_eq!(report.left.len(), 1, "{report:?}");
    assert!(report.left[0].what.contains("cookies"), "{report:?}");
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    let kept = Kept::new();
    let whole = fs::read(exported(&kept, true)).unwrap();
    let cut = kept.home.path().join("cut.zip");
    let length = whole.len();
    for keep in [
        0,
        1,
        30,
        length / 3,
        length / 2,
        length - 100,
        length - 23,
        length - 1,
    ] {
        fs::write(&cut, &whole[..keep]).unwrap();
        refused(&cut, &kept, "");
    }
    fs::write(&cut, "not a zip").unwrap();
    refused(&cut, &kept, "no zip file");
}

#[test]
fn a_bundle_that_reaches_out_of_its_folder_is_refused() {
    let kept = Kept::new();
    let bundle = exported(&kept, true);
    for evil in [
        "../../evil",
        "/tmp/evil",
        "a/../../evil",
        "a\\\\..\\\\evil",
        "SingletonLock",
    ] {
        let file = changed(&bundle, |name, bytes| {
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
            Some(match name {
                LIST => (
                    name.to_owned(),
                    text(bytes).replace("Default/Bookmarks", evil).into_bytes(),
                ),
                "chrome/Default/Bookmarks" => {
                    (format!("chrome/{}", evil.replace("\\\\", "\\")), bytes)
                }
                _ => (name.to_owned(), bytes),
            })
        });
        refused(&file, &kept, "which is not allowed");
        assert!(!kept.home.path().join("evil").exists());
    }
}

#[test]
fn a_bundle_that_is_not_as_its_list_says_is_refused() {
    let kept = Kept::new();
    let bundle = exported(&kept, true);
    let bookmarks = "chrome/Default/Bookmarks";
    let file = changed(&bundle, |name, bytes| {
        let bytes = if name == bookmarks {
            b"[]".to_vec()
        } else {
            bytes
        };
        Some((name.to_owned(), bytes))
    });
    refused(&file, &kept, "`Default/Bookmarks` is not as its list says");
    let file = changed(&bundle, |name, bytes| {
        let bytes = if name == bookmarks {
            vec![0; 1_000_000]
        } else {
            bytes
        };
        Some((name.to_owned(), bytes))
    });
    refused(&file, &kept, "larger than allowed");
    let file = changed(&bundle, |name, bytes| {
        (name != bookmarks).then(|| (name.to_owned(), bytes))
    });
    refused(&file, &kept, "other files");
    let file = changed(&bundle, |name, bytes| {
        let name = if name == bookmarks {
            "chrome/Default/Extra"
        } else {
            name
        };
        Some((name.to_owned(), bytes))
    });
    refused(&file, &kept, "`Default/Bookmarks` is missing");
    let file = changed(&bundle, |name, bytes| {
        (name != LIST).then(|| (name.to_owned(), bytes))
    });
    refused(&file, &kept, "none that Drover made");
    let file = changed(&bundle, |name, bytes| {
        let bytes = if name == LIST {
            b"{\"format\":".to_vec()
        } else {
            bytes
        };
        Some((name.to_owned(), bytes))
    });
    refused(&file, &kept, "list cannot be read");
    let file = changed(&bundle, |name, bytes| {
        let text = String::from_utf8(bytes.clone());
        let bytes = match text {
            Ok(text) if name == LIST => text.replace("\"format\":1", "\"format\":9").into_bytes(),
            _ => bytes,
        };
        Some((name.to_owned(), bytes))
    });
    refused(&file, &kept, "its format is 9");
}
