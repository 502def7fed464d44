//! A bundle into a profile. The file comes from anywhere, so nothing in it is believed.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufReader, Read as _, Write},
    path::Path,
};

use drover_model::{BundleInfo, CopyReport, LeftOut};
use sha2::{Digest as _, Sha256};
use zip::{ZipArchive, result::ZipError};

use super::{
    super::{
        Job, KeepError,
        copy::{Partial, create, make_folder, parent},
        error::{Result, at},
        places::is_lock,
        system,
    },
    list::{DATA, FORMAT, LIST, List, Listed},
};
use crate::{
    archive::{copy_limited, is_link, safe_path},
    hex::hex,
};

/// A list of a hundred thousand files has about 15 MB.
const LARGEST_LIST: u64 = 64 * 1024 * 1024;
/// Far more files than a profile has.
const MOST_FILES: usize = 500_000;

type Archive = ZipArchive<BufReader<File>>;

/// What a bundle holds by its own account.
pub fn inspect_bundle(file: &Path) -> Result<BundleInfo> {
    Ok(open(file)?.1.info)
}

/// Unpacks a bundle into a new data folder. A file that is cut off, changed, or names places outside the folder is
/// refused, and nothing is left of it. Only bundles of people one trusts belong here: a profile also decides which
/// extensions run.
pub fn import_bundle(
    file: &Path,
    target: &Path,
    job: &Job<'_>,
) -> Result<(BundleInfo, CopyReport)> {
    let (mut archive, list) = open(file)?;
    let bytes = list
        .files
        .iter()
        .try_fold(0_u64, |sum, listed| sum.checked_add(listed.bytes));
    let bytes = bytes.ok_or_else(|| refused("the sizes in its list are absurd"))?;
    let partial = Partial::beside(target)?;
    let folder = parent(target)?;
    let free = system::free(folder).map_err(at("read", folder))?;
    if bytes > free {
        return Err(KeepError::NoSpace {
            folder: folder.to_owned(),
            needed: bytes,
            free,
        });
    }
    make_folder(partial.path())?;
    job.expects(list.files.len() as u64, bytes);
    for listed in &list.files {
        job.check()?;
        unpack(&mut archive, listed, partial.path())?;
        job.did(1, listed.bytes);
    }
    partial.place(target)?;
    let mut left = Vec::new();
    if !list.info.logins {
        left.push(LeftOut {
            what: "cookies, passwords and form data".to_owned(),
            why: "they are not in the bundle".to_owned(),
        });
    } else if list.info.origin.crypt != "portable" {
        left.push(LeftOut {
            what: "the key of cookies and passwords".to_owned(),
            why: "it is in the keychain of the machine that made the bundle; on another one sign in again".to_owned(),
        });
    }
    let report = CopyReport {
        files: list.files.len() as u64,
        bytes,
        shared_bytes: 0,
        left,
    };
    Ok((list.info, report))
}

fn open(file: &Path) -> Result<(Archive, List)> {
    let reader = BufReader::new(File::open(file).map_err(at("open", file))?);
    let mut archive = ZipArchive::new(reader).map_err(|error| of_zip(&error))?;
    if archive.len() > MOST_FILES {
        return Err(refused("it has too many files"));
    }
    let mut text = Vec::new();
    let mut entry = match archive.by_name(LIST) {
        Ok(entry) => entry,
        Err(ZipError::FileNotFound) => {
            return Err(refused("it is a zip file, but none that Drover made"));
        }
        Err(error) => return Err(of_zip(&error)),
    };
    copy_limited(&mut entry, &mut text, LARGEST_LIST).map_err(|error| of_io("its list", &error))?;
    drop(entry);
    let list: List =
        serde_json::from_slice(&text).map_err(|_| refused("its list cannot be read"))?;
    if list.format != FORMAT {
        return Err(refused(&format!(
            "its format is {}, this Drover knows {FORMAT}",
            list.format
        )));
    }
    let mut seen = HashSet::new();
    for listed in &list.files {
        let safe = safe_path(&listed.path).filter(|path| !is_lock(path));
        if safe.is_none() {
            return Err(refused(&format!(
                "it names `{}`, which is not allowed",
                listed.path
            )));
        }
        if !seen.insert(&listed.path) {
            return Err(refused(&format!("it names `{}` twice", listed.path)));
        }
    }
    if archive.len() != list.files.len() + 1 {
        return Err(refused("it has other files than its list says"));
    }
    Ok((archive, list))
}

fn unpack(archive: &mut Archive, listed: &Listed, root: &Path) -> Result<()> {
    let path = safe_path(&listed.path).ok_or_else(|| refused("its list changed"))?;
    let target = root.join(path);
    parent(&target)?;
    let mut entry = archive
        .by_name(&format!("{DATA}{}", listed.path))
        .map_err(|_| refused(&format!("`{}` is missing", listed.path)))?;
    if is_link(entry.unix_mode()) || entry.is_dir() {
        return Err(refused(&format!("`{}` is not a file", listed.path)));
    }
    let mut out = Hashing {
        file: create(&target)?,
        hash: Sha256::new(),
    };
    let bytes = copy_limited(&mut entry.by_ref(), &mut out, listed.bytes);
    let bytes = bytes.map_err(|error| of_io(&format!("`{}`", listed.path), &error))?;
    if bytes != listed.bytes || hex(&out.hash.finalize()) != listed.sha256.to_ascii_lowercase() {
        return Err(refused(&format!(
            "`{}` is not as its list says",
            listed.path
        )));
    }
    Ok(())
}

struct Hashing {
    file: File,
    hash: Sha256,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn refused(why: &str) -> KeepError {
    KeepError::Bundle(why.to_owned())
}

fn of_zip(error: &ZipError) -> KeepError {
    tracing::debug!(%error, "a bundle is refused");
    refused("it is no zip file, or it is cut off")
}

fn of_io(what: &str, error: &io::Error) -> KeepError {
    refused(&format!("{what} cannot be unpacked: {error}"))
}
