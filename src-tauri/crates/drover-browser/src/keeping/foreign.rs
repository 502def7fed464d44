//! Browsers that a person uses outside Drover: their profiles, and whether one is open. Nothing of theirs is changed.

use std::{ffi::OsString, fs, path::Path};

use drover_model::ForeignProfile;
use serde_json::Value;

use super::{
    KeepError,
    error::{Result, at},
    places::is_profile,
};
use crate::lock::{self, LockState};

/// A data folder lies at most this deep below a known root, for instance `common/chromium` in a sandboxed package.
const DEEPEST: usize = 2;
const LOCK: &str = "SingletonLock";
/// Words in the program names of browsers.
const PROGRAMS: &[&str] = &["chrome", "chromium", "msedge", "microsoft-edge", "brave"];

/// The profiles of all browsers that keep their data in the default places. `env` is the user's environment.
pub fn foreign_profiles(env: &[(OsString, OsString)]) -> Vec<ForeignProfile> {
    let mut found = Vec::new();
    for root in lock::roots(env) {
        look(&root, DEEPEST, &mut found);
    }
    found.sort_by(|a, b| (&a.root, &a.folder).cmp(&(&b.root, &b.folder)));
    found.dedup();
    found
}

fn look(folder: &Path, deeper: usize, found: &mut Vec<ForeignProfile>) {
    if folder.join("Local State").is_file() {
        found.extend(profiles_of(folder));
        return;
    }
    let Some(deeper) = deeper.checked_sub(1) else {
        return;
    };
    let entries = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(std::result::Result::ok);
    for entry in entries {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            look(&entry.path(), deeper, found);
        }
    }
}

/// The profiles in one data folder.
fn profiles_of(root: &Path) -> Vec<ForeignProfile> {
    let state = local_state(root);
    let entries = fs::read_dir(root)
        .into_iter()
        .flatten()
        .filter_map(std::result::Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let usable = |name: &String| {
        is_profile(name)
            && name != "System Profile"
            && root.join(name).join("Preferences").is_file()
    };
    let profiles = names.filter(usable).map(|folder| {
        let pointer = format!("/profile/info_cache/{folder}/name");
        let name = state
            .pointer(&pointer)
            .and_then(Value::as_str)
            .unwrap_or(&folder);
        ForeignProfile {
            root: root.display().to_string(),
            name: name.to_owned(),
            brand: brand_of_root(root).map(ToOwned::to_owned),
            folder,
        }
    });
    profiles.collect()
}

/// Which brand keeps its data in this folder, by the folder's name: `chrome`, `chromium`, `edge` or `brave`.
pub fn brand_of_root(root: &Path) -> Option<&'static str> {
    let path = root.to_string_lossy().to_lowercase();
    let brands = [
        ("brave", "brave"),
        ("edge", "edge"),
        ("chromium", "chromium"),
        ("google", "chrome"),
    ];
    // The last part decides: a home folder may be called anything.
    let parts = path.rsplit(['/', '\\']).take(3);
    parts.into_iter().find_map(|part| {
        let fits = brands.iter().find(|(word, _)| part.contains(word));
        fits.map(|(_, brand)| *brand)
    })
}

pub(super) fn local_state(root: &Path) -> Value {
    let text = fs::read(root.join("Local State")).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Fails when a browser has the data folder open. Unlike Drover's own browsers it need not name the folder on its
/// command line, so any living browser under the lock's process id counts. The lock itself is never touched.
pub(super) fn refuse_open(root: &Path) -> Result<()> {
    let folder = root.to_owned();
    match lock::inspect(root).map_err(at("read the lock of", root))? {
        LockState::Free => Ok(()),
        LockState::HeldHere { pid } => Err(KeepError::SourceOpen { folder, pid }),
        LockState::HeldElsewhere { host } => Err(KeepError::SourceElsewhere { folder, host }),
        LockState::Stale => match living_browser(root) {
            Some(pid) => Err(KeepError::SourceOpen { folder, pid }),
            None => Ok(()),
        },
    }
}

fn living_browser(root: &Path) -> Option<u32> {
    let target = fs::read_link(root.join(LOCK)).ok()?;
    let pid: u32 = target.to_str()?.rsplit_once('-')?.1.parse().ok()?;
    programs(pid)
        .iter()
        .any(|program| PROGRAMS.iter().any(|word| program.contains(word)))
        .then_some(pid)
}

/// What a process calls itself, in small letters: its executable, which is known from the first moment on, and the
/// first word of its command line, for when the executable may not be read.
fn programs(pid: u32) -> Vec<String> {
    let executable = fs::read_link(format!("/proc/{pid}/exe"));
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let word = line.split(|byte| *byte == 0).next().unwrap_or_default();
    executable
        .iter()
        .map(|path| path.to_string_lossy().to_lowercase())
        .chain([String::from_utf8_lossy(word).to_lowercase()])
        .collect()
}
