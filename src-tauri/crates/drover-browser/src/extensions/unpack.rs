//! A package, or a folder, into a folder of the profile.

use std::{
    fs::{self, File},
    io::{self, Cursor, Read as _},
    path::{Path, PathBuf},
};

use zip::ZipArchive;

use super::{ExtensionError, crx, digest::BROWSERS_OWN};
use crate::{
    archive::{copy_limited, is_link, safe_path},
    keeping::{at, create, make_folder, parent, walk},
};

/// How large an extension may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes of the package.
    pub package: u64,
    /// Bytes of all files together.
    pub unpacked: u64,
    pub files: usize,
}

/// Stores take packages up to 2 GB; the largest that people use have some 100 MB.
pub(super) const LIMITS: Limits = Limits {
    package: 256 * 1024 * 1024,
    unpacked: 1024 * 1024 * 1024,
    files: 20_000,
};

/// Unpacks `source` into `target`, which must not exist. The key of a `.crx` file.
pub(super) fn unpack(
    source: &Path,
    target: &Path,
    limits: &Limits,
) -> Result<Option<Vec<u8>>, ExtensionError> {
    let about = fs::metadata(source).map_err(at("read", source))?;
    if about.is_dir() {
        return copy_folder(source, target, limits).map(|()| None);
    }
    let mut package = Vec::new();
    let file = File::open(source).map_err(at("read", source))?;
    let read = file.take(limits.package + 1).read_to_end(&mut package);
    read.map_err(at("read", source))?;
    if package.len() as u64 > limits.package {
        return Err(ExtensionError::TooLarge("the file has more than 256 MiB"));
    }
    let head = if crx::is_crx(&package) {
        crx::head(&package)?
    } else {
        crx::Head {
            zip: &package,
            key: None,
        }
    };
    if !head.zip.starts_with(b"PK") {
        return Err(ExtensionError::UnknownPackage);
    }
    unzip(head.zip, target, limits)?;
    Ok(head.key.map(<[u8]>::to_vec))
}

fn unzip(zip: &[u8], target: &Path, limits: &Limits) -> Result<(), ExtensionError> {
    let broken = |error: &dyn std::fmt::Display| ExtensionError::Zip(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(|error| broken(&error))?;
    if archive.len() > limits.files {
        return Err(ExtensionError::TooLarge("more than 20,000 files"));
    }
    make_folder(target)?;
    let mut left = limits.unpacked;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| broken(&error))?;
        let name = entry.name().map_err(|error| broken(&error))?.into_owned();
        let path = safe_path(&name).ok_or_else(|| ExtensionError::UnsafePath(name.clone()))?;
        if is_link(entry.unix_mode()) {
            return Err(ExtensionError::Link(name));
        }
        // The store's list of hashes is of no use to an unpacked extension; browsers refuse or replace it.
        if path.starts_with(BROWSERS_OWN) || path.starts_with("__MACOSX") {
            continue;
        }
        let to = target.join(&path);
        if entry.is_dir() {
            parent(&to.join("x"))?;
            continue;
        }
        parent(&to)?;
        let copied = copy_limited(&mut entry, &mut create(&to)?, left);
        left -= copied.map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => ExtensionError::TooLarge("more than 1 GiB unpacked"),
            _ => broken(&error),
        })?;
    }
    Ok(())
}

fn copy_folder(source: &Path, target: &Path, limits: &Limits) -> Result<(), ExtensionError> {
    let tree = walk(source, &|path| {
        !path.starts_with(BROWSERS_OWN) && !path.starts_with(".git")
    })?;
    if let Some(link) = tree.others.first() {
        return Err(ExtensionError::Link(link.display().to_string()));
    }
    if tree.files.len() > limits.files {
        return Err(ExtensionError::TooLarge("more than 20,000 files"));
    }
    if tree.bytes() > limits.unpacked {
        return Err(ExtensionError::TooLarge("more than 1 GiB unpacked"));
    }
    make_folder(target)?;
    for folder in &tree.folders {
        make_folder(&target.join(folder))?;
    }
    for (path, _) in &tree.files {
        let (from, to) = (source.join(path), target.join(path));
        let mut file = File::open(&from).map_err(at("read", &from))?;
        io::copy(&mut file, &mut create(&to)?).map_err(at("write", &to))?;
    }
    Ok(())
}

/// The folder with the manifest: the one given, or the only one in it, as archives of repositories have it.
pub(super) fn manifest_folder(unpacked: &Path) -> Result<PathBuf, ExtensionError> {
    let has = |folder: &Path| folder.join("manifest.json").is_file();
    if has(unpacked) {
        return Ok(unpacked.to_owned());
    }
    let entries = fs::read_dir(unpacked).map_err(at("read", unpacked))?;
    let entries: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    match entries.as_slice() {
        [only] if has(only) => Ok(only.clone()),
        _ => Err(ExtensionError::Manifest(
            "there is no `manifest.json`".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    #[test]
    fn what_swells_or_is_too_much_is_stopped() {
        let home = tempfile::tempdir().unwrap();
        let package = home.path().join("package.zip");
        let mut out = ZipWriter::new(File::create(&package).unwrap());
        for name in ["a", "b", "c"] {
            out.start_file(name, SimpleFileOptions::default()).unwrap();
            out.write_all(&vec![0; 1_000_000]).unwrap();
        }
        out.finish().unwrap();
        let packed = fs::metadata(&package).unwrap().len();
        assert!(packed < 10_000, "the test's package is not small");
        let folder = home.path().join("folder");
        unpack(&package, &folder, &LIMITS).unwrap();
        for (limits, fits) in [
            (
                Limits {
                    package: packed,
                    unpacked: 3_000_000,
                    files: 3,
                },
                true,
            ),
            (
                Limits {
                    unpacked: 2_999_999,
                    ..LIMITS
                },
                false,
            ),
            (Limits { files: 2, ..LIMITS }, false),
            (
                Limits {
                    package: packed - 1,
                    ..LIMITS
                },
                false,
            ),
        ] {
            let target = home.path().join("out");
            fs::remove_dir_all(&target).ok(); // the one before
            let unpacked = unpack(&package, &target, &limits);
            let refused = matches!(unpacked, Err(ExtensionError::TooLarge(_)));
            assert_eq!(
                (unpacked.is_ok(), refused),
                (fits, !fits),
                "{limits:?}: {unpacked:?}"
            );
            fs::remove_dir_all(&target).ok(); // the one before
            let limits = Limits {
                package: u64::MAX - 1,
                ..limits
            };
            let fits = limits.unpacked >= 3_000_000 && limits.files >= 3;
            let copied = unpack(&folder, &target, &limits);
            assert_eq!(copied.is_ok(), fits, "{limits:?}: {copied:?}");
        }
    }
}
