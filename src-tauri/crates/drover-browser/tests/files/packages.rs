//! Packages of extensions, good and evil.

use std::{
    fs,
    io::{Cursor, Write as _},
    path::PathBuf,
};

use drover_browser::extensions::{ExtensionError, install, installed, recover, remove};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{assert_private, below};

const MANIFEST: &str = r#"{"manifest_version": 3, "name": "Shop helper", "version": "1.2.3", "permissions": ["tabs"]}"#;

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn crx2(key: &[u8], zip: &[u8]) -> Vec<u8> {
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_le_bytes();
    [
        b"Cr24",
        &[2, 0, 0, 0][..],
        &length(key),
        &length(b"sign"),
        key,
        b"sign",
        zip,
    ]
    .concat()
}

struct Home {
    home: TempDir,
}

impl Home {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
        }
    }

    fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.home.path().join("package");
        fs::write(&path, bytes).unwrap();
        path
    }

    fn extensions(&self) -> PathBuf {
        self.home.path().join("extensions")
    }

    fn refuses(&self, bytes: &[u8]) -> ExtensionError {
        let error = install(&self.file(bytes), &self.extensions()).unwrap_err();
        let left = below(&self.extensions());
        assert_eq!(
            left,
            Vec::<String>::new(),
            "something was left after: {error}"
        );
        error
    }
}

#[test]
fn the_same_extension_is_the_same_from_folder_and_zip() {
    let home = Home::new();
    let files: [(&str, &[u8]); 2] = [("manifest.json", MANIFEST.as_bytes()), ("js/a.js", b"1")];
    let zipped = install(&home.file(&zip(&files)), &home.extensions()).unwrap();
    assert_eq!(
        (zipped.name.as_str(), zipped.version.as_str()),
        ("Shop helper", "1.2.3")
    );
    assert_eq!((zipped.files, zipped.store_id.as_deref()), (2, None));
    assert_private(&home.extensions().join(&zipped.digest));

    let nested = [
        ("shop-main/manifest.json", MANIFEST.as_bytes()),
        ("shop-main/js/a.js", b"1"),
    ];
    assert_eq!(
        install(&home.file(&zip(&nested)), &home.extensions()).unwrap(),
        zipped
    );

    let folder = home.home.path().join("folder");
    fs::create_dir_all(folder.join("js")).unwrap();
    fs::create_dir_all(folder.join(".git")).unwrap();
    fs::write(folder.join("manifest.json"), MANIFEST).unwrap();
    fs::write(folder.join("js/a.js"), "1").unwrap();
    fs::write(folder.join(".git/config"), "x").unwrap();
    assert_eq!(install(&folder, &home.extensions()).unwrap(), zipped);

    let found = installed(&home.extensions()).unwrap();
    assert_eq!(
        (found.extensions, found.damaged.len()),
        (vec![zipped.clone()], 0)
    );
    assert_eq!(
        fs::read_dir(home.extensions()).unwrap().count(),
        1,
        "something half made was left"
    );

    fs::write(home.extensions().join(&zipped.digest).join("js/a.js"), "2").unwrap();
    let found = installed(&home.extensions()).unwrap();
    assert_eq!(
        (found.extensions.len(), found.damaged.len()),
        (0, 1),
        "a change was not noticed"
    );
    fs::create_dir_all(home.extensions().join(".unpacking-1/js")).unwrap();
    recover(&home.extensions()).unwrap();
    assert_eq!(fs::read_dir(home.extensions()).unwrap().count(), 1);
    remove(&home.extensions(), &zipped.digest).unwrap();
    assert_eq!(below(&home.extensions()), Vec::<String>::new());
    remove(&home.extensions(), "../folder").unwrap_err();
    assert!(folder.exists());
}

#[test]
fn a_crx_keeps_the_id_of_its_key() {
    let home = Home::new();
    let package = crx2(
        b"",
        &zip(&[
            ("manifest.json", MANIFEST.as_bytes()),
            ("_metadata/x.json", b"{}"),
        ]),
    );
    let extension = install(&home.file(&package), &home.extensions()).unwrap();
    assert_eq!(
        extension.store_id.as_deref(),
        Some("odlameecjipmbmbejkplpemijjgpljce")
    );
    assert_eq!(extension.files, 1, "the store's own folder was kept");
}

#[test]
fn packages_that_reach_out_of_their_folder_are_refused() {
    let home = Home::new();
    let manifest = ("manifest.json", MANIFEST.as_bytes());
    for evil in [
        "../evil",
        "/tmp/evil",
        "a/../../evil",
        "a\\..\\..\\evil",
        "C:/evil",
    ] {
        // The writer cleans names, so an innocent one of the same length is written over.
        let innocent = "i".repeat(evil.len());
        let mut package = zip(&[manifest, (&innocent, b"evil")]);
        let places: Vec<usize> = (0..package.len() - evil.len())
            .filter(|at| package[*at..].starts_with(innocent.as_bytes()))
            .collect();
        assert_eq!(places.len(), 2, "a name stands twice in a zip file");
        for at in places {
            package[at..at + evil.len()].copy_from_slice(evil.as_bytes());
        }
        let error = home.refuses(&package);
        assert!(
            matches!(&error, ExtensionError::UnsafePath(path) if path == evil),
            "{evil}: {error}"
        );
    }
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    out.start_file(manifest.0, SimpleFileOptions::default())
        .unwrap();
    out.write_all(manifest.1).unwrap();
    out.add_symlink("link", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let error = home.refuses(&out.finish().unwrap().into_inner());
    assert!(
        matches!(&error, ExtensionError::Link(path) if path == "link"),
        "{error}"
    );

    let folder = home.home.path().join("folder");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("manifest.json"), MANIFEST).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("link")).unwrap();
    let error = install(&folder, &home.extensions()).unwrap_err();
    assert!(matches!(&error, ExtensionError::Link(_)), "{error}");
}

#[test]
fn what_is_no_extension_is_refused_with_the_reason() {
    let home = Home::new();
    assert!(matches!(
        home.refuses(b"hello"),
        ExtensionError::UnknownPackage
    ));
    assert!(matches!(
        home.refuses(b"Cr24\x03\0\0\0\xff\xff\xff\x7f"),
        ExtensionError::Crx(_)
    ));
    assert!(matches!(
        home.refuses(&crx2(b"key", b"not a zip")),
        ExtensionError::UnknownPackage
    ));
    let whole = zip(&[("manifest.json", MANIFEST.as_bytes()), ("a", &[7; 4000])]);
    assert!(matches!(
        home.refuses(&whole[..whole.len() / 2]),
        ExtensionError::Zip(_)
    ));
    assert!(matches!(
        home.refuses(&zip(&[("a.js", b"1")])),
        ExtensionError::Manifest(_)
    ));
    let old = MANIFEST.replace(": 3", ": 2");
    let error = home.refuses(&zip(&[("manifest.json", old.as_bytes())]));
    assert!(
        matches!(error, ExtensionError::ManifestVersion(2)),
        "{error}"
    );
    assert!(error.to_string().contains("newer release"), "{error}");
}
