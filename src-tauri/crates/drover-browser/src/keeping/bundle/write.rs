//! A profile into a bundle.

use std::{
    cell::RefCell,
    fs::File,
    io::{BufWriter, Read as _, Write as _},
    path::Path,
};

use drover_model::{BundleInfo, CopyReport, LeftOut, Origin};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    super::{
        Job, KeepError, Stopped,
        copy::{Partial, Sink, copy, create, parent},
        error::{Result, at},
        places::{Place, place},
        snapshot::{profile_tree, require_room},
    },
    list::{DATA, FORMAT, LIST, List, Listed},
};
use crate::hex::hex;

const CHUNK: usize = 256 * 1024;

/// What a bundle is made from, and what goes in.
#[derive(Clone, Debug)]
pub struct BundleAbout {
    /// The profile's name.
    pub profile: String,
    /// Now.
    pub at: Timestamp,
    /// The profile's browser and encryption.
    pub origin: Origin,
    /// Cookies and passwords as well. They are live sessions: whoever has the file may have the accounts.
    pub logins: bool,
}

/// Writes the profile to a new file that only its owner can read. The report says what is not in it.
pub fn export_bundle(
    stopped: &Stopped,
    target: &Path,
    about: &BundleAbout,
    job: &Job<'_>,
) -> Result<CopyReport> {
    let mut tree = profile_tree(stopped.folder())?;
    let mut left = vec![LeftOut {
        what: "caches".to_owned(),
        why: "the browser makes them again".to_owned(),
    }];
    if about.logins {
        left.extend(unreadable_elsewhere(&about.origin));
    } else {
        tree.files.retain(|(path, _)| place(path) != Place::Logins);
        left.push(LeftOut {
            what: "cookies, passwords and form data".to_owned(),
            why: "not asked for; they are live sessions".to_owned(),
        });
    }
    tree.files.retain(|(path, _)| {
        let fine = path
            .to_str()
            .is_some_and(|path| crate::archive::safe_path(path).is_some());
        if !fine {
            left.push(LeftOut {
                what: path.display().to_string(),
                why: "its name cannot be written into a bundle".to_owned(),
            });
        }
        fine
    });
    let partial = Partial::beside(target)?;
    require_room(parent(target)?, &tree)?;
    let file = create(partial.path())?;
    let sink = Zip {
        path: partial.path().display().to_string(),
        open: RefCell::new((ZipWriter::new(BufWriter::new(file)), Vec::new())),
    };
    let mut report = copy(stopped.folder(), &tree, &sink, job)?;
    sink.finish(about, &report)?;
    stopped.still()?;
    partial.place(target)?;
    left.append(&mut report.left);
    report.left = left;
    Ok(report)
}

fn unreadable_elsewhere(origin: &Origin) -> Option<LeftOut> {
    (origin.crypt != "portable").then(|| LeftOut {
        what: "the key of cookies and passwords".to_owned(),
        why: "it stays in this machine's keychain: on another machine the browser drops them"
            .to_owned(),
    })
}

struct Zip {
    path: String,
    open: RefCell<(ZipWriter<BufWriter<File>>, Vec<Listed>)>,
}

impl Zip {
    fn failed(&self) -> impl Fn(std::io::Error) -> KeepError + use<> {
        let path = Path::new(&self.path).to_owned();
        move |source| at("write", &path)(source)
    }

    fn finish(self, about: &BundleAbout, report: &CopyReport) -> Result<()> {
        let failed = self.failed();
        let (mut zip, files) = self.open.into_inner();
        let list = List {
            format: FORMAT,
            info: BundleInfo {
                profile: about.profile.clone(),
                at: about.at,
                origin: about.origin.clone(),
                logins: about.logins,
                files: report.files,
                bytes: report.bytes,
            },
            files,
        };
        let text = serde_json::to_vec(&list).expect("BUG: a list is plain data");
        zip.start_file(LIST, options(text.len() as u64))
            .map_err(|error| failed(error.into()))?;
        zip.write_all(&text).map_err(&failed)?;
        let writer = zip.finish().map_err(|error| failed(error.into()))?;
        let file = writer
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(&failed)
    }
}

impl Sink for Zip {
    fn take(&self, path: &Path, from: &mut File, bytes: u64, job: &Job<'_>) -> Result<u64> {
        let failed = self.failed();
        let name = path.to_str().expect("BUG: other names were left out");
        let (zip, files) = &mut *self.open.borrow_mut();
        zip.start_file(format!("{DATA}{name}"), options(bytes))
            .map_err(|error| failed(error.into()))?;
        let mut hash = Sha256::new();
        let mut chunk = vec![0; CHUNK];
        let mut written = 0;
        loop {
            job.check()?;
            let count = from.read(&mut chunk).map_err(at("read", path))?;
            if count == 0 {
                break;
            }
            hash.update(&chunk[..count]);
            zip.write_all(&chunk[..count]).map_err(&failed)?;
            written += count as u64;
            job.did(0, count as u64);
        }
        files.push(Listed {
            path: name.to_owned(),
            bytes: written,
            sha256: hex(&hash.finalize()),
        });
        Ok(0)
    }
}

fn options(bytes: u64) -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .unix_permissions(0o600)
        .large_file(bytes >= u64::from(u32::MAX))
}
