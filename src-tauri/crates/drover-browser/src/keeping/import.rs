//! The import of a profile from a browser that is used outside Drover.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use drover_model::{ForeignProfile, ImportItem, ImportOutcome, ImportReport, KeptThing, Origin};
use serde_json::{Map, Value, json};

use super::{
    Job, KeepError,
    copy::{Folder, Partial, Sink, copy, create, make_folder, parent},
    error::{Result, at},
    foreign::{local_state, refuse_open},
    places::{is_lock, is_profile, thing},
    seal::{Seal, seal},
    snapshot::require_room,
    walk::walk,
};
use crate::Platform;

const THINGS: [KeptThing; 11] = [
    KeptThing::Bookmarks,
    KeptThing::History,
    KeptThing::Preferences,
    KeptThing::Extensions,
    KeptThing::Cookies,
    KeptThing::Passwords,
    KeptThing::FormData,
    KeptThing::SiteData,
    KeptThing::OpenTabs,
    KeptThing::Account,
    KeptThing::Caches,
];
/// What the preferences know of the browser's own account.
const ACCOUNT_KEYS: [&str; 4] = ["account_info", "signin", "sync", "gaia_cookie"];

/// Copies a profile of another browser into a new data folder, and says of each thing whether it came along.
///
/// The source is only read, and only while no browser has it open. `to` is what the new profile will use: cookies and
/// passwords that its browser could not read are left, because Chrome deletes what it cannot read.
pub fn import_foreign(
    source: &ForeignProfile,
    target: &Path,
    to: &Origin,
    job: &Job<'_>,
) -> Result<ImportReport> {
    let root = PathBuf::from(&source.root);
    let from = root.join(&source.folder);
    if !is_profile(&source.folder) || !from.join("Preferences").is_file() {
        return Err(KeepError::NoProfile(from));
    }
    refuse_open(&root)?;
    let mut left: BTreeMap<KeptThing, String> = BTreeMap::new();
    left.insert(
        KeptThing::Account,
        "sign in again in the new profile".to_owned(),
    );
    left.insert(KeptThing::Caches, "the browser makes them again".to_owned());
    let mut notes: BTreeMap<KeptThing, String> = BTreeMap::new();
    for (what, file) in [
        (KeptThing::Cookies, "Cookies"),
        (KeptThing::Passwords, "Login Data"),
    ] {
        match portability(&from, file, source.brand.as_deref(), to)? {
            Ok(Some(note)) => drop(notes.insert(what, note)),
            Ok(None) => {}
            Err(why) => drop(left.insert(what, why)),
        }
    }
    notes.insert(
        KeptThing::Extensions,
        "those of the store; the browser may ask to turn them on again".to_owned(),
    );

    let everything = walk(&from, &|path| !is_lock(path))?;
    let mut sizes: BTreeMap<KeptThing, u64> = BTreeMap::new();
    for (path, bytes) in &everything.files {
        if let Some(thing) = thing(path) {
            *sizes.entry(thing).or_default() += bytes;
        }
    }
    let mut tree = everything;
    let stays = |path: &PathBuf| thing(path).is_none_or(|thing| !left.contains_key(&thing));
    tree.files.retain(|(path, _)| stays(path));
    tree.folders.retain(stays);

    let partial = Partial::beside(target)?;
    require_room(parent(target)?, &tree)?;
    make_folder(partial.path())?;
    let profile = partial.path().join("Default");
    let sink = ForProfile(Folder::make(&profile, &tree)?);
    let copied = copy(&from, &tree, &sink, job)?;
    let major = major(&root);
    write_shared(
        &root,
        partial.path(),
        !left.contains_key(&KeptThing::Cookies),
    )?;
    refuse_open(&root)?;
    partial.place(target)?;

    let items = THINGS.into_iter().map(|thing| {
        let bytes = sizes.get(&thing).copied().unwrap_or(0);
        let outcome = match left.remove(&thing) {
            _ if bytes == 0 => ImportOutcome::Absent,
            Some(why) => ImportOutcome::Left { why },
            None => ImportOutcome::Copied {
                bytes,
                note: notes.remove(&thing),
            },
        };
        ImportItem { thing, outcome }
    });
    Ok(ImportReport {
        items: items.collect(),
        copy: copied,
        major,
    })
}

/// Whether the new profile's browser can read the database: a note on that, or why not.
fn portability(
    from: &Path,
    name: &str,
    brand: Option<&str>,
    to: &Origin,
) -> Result<std::result::Result<Option<String>, String>> {
    let places = [from.join(name), from.join("Network").join(name)];
    let Some(path) = places.iter().find(|path| path.is_file()) else {
        return Ok(Ok(None));
    };
    let linux = Platform::HERE == Platform::Linux;
    let seal = seal(path, linux).map_err(at("read", path))?;
    Ok(match seal {
        Seal::Open => Ok(None),
        Seal::App => {
            Err("encrypted for that browser alone; sign in again in the new profile".to_owned())
        }
        Seal::Fixed if to.crypt == "portable" => {
            Ok(Some("stored with the fixed key, as before".to_owned()))
        }
        Seal::Fixed => Ok(Some(
            "stored with the fixed key; new ones get the key of the keychain".to_owned(),
        )),
        Seal::Keychain if to.crypt == "os" && brand == Some(to.brand.as_str()) => Ok(Some(
            "readable as long as the keychain of this user has the browser's key".to_owned(),
        )),
        Seal::Keychain => Err(format!(
            "encrypted with a key of {} in the keychain, which a profile of {to} does not use; export them from that \
             browser as a file",
            brand.unwrap_or("the other browser"),
        )),
    })
}

/// Takes the account out of the preferences on their way, and copies everything else as it is.
struct ForProfile(Folder);

impl Sink for ForProfile {
    fn take(&self, path: &Path, from: &mut File, bytes: u64, job: &Job<'_>) -> Result<u64> {
        let shared = self.0.take(path, from, bytes, job)?;
        if path == Path::new("Preferences") {
            let target = self.0.path(path);
            let text = fs::read(&target).map_err(at("read", &target))?;
            if let Some(text) = without_account(&text) {
                fs::write(&target, text).map_err(at("write", &target))?;
            }
        }
        Ok(shared)
    }
}

/// The preferences without the account and without the mark of a crash. None when they cannot be read; the browser
/// then starts with its own.
fn without_account(text: &[u8]) -> Option<Vec<u8>> {
    let mut preferences: Map<String, Value> = serde_json::from_slice(text).ok()?;
    for key in ACCOUNT_KEYS {
        preferences.remove(key);
    }
    if let Some(profile) = preferences
        .get_mut("profile")
        .and_then(Value::as_object_mut)
    {
        profile.insert("exit_type".to_owned(), json!("Normal"));
    }
    serde_json::to_vec(&preferences).ok()
}

/// What lies beside the profiles: the version, so that an older browser is noticed, and the wrapped key where the
/// system keeps it there. The other profiles of the source are nobody's business.
fn write_shared(root: &Path, target: &Path, key: bool) -> Result<()> {
    let state = local_state(root);
    let mut kept = Map::new();
    if let Some(crypt) = state.get("os_crypt").filter(|_| key) {
        kept.insert("os_crypt".to_owned(), crypt.clone());
    }
    let path = target.join("Local State");
    let text = serde_json::to_vec(&kept).expect("BUG: plain JSON");
    create(&path)?
        .write_all(&text)
        .map_err(at("write", &path))?;
    if let Ok(version) = fs::read(root.join(VERSION)) {
        let path = target.join(VERSION);
        create(&path)?
            .write_all(&version)
            .map_err(at("write", &path))?;
    }
    Ok(())
}

const VERSION: &str = "Last Version";

fn major(root: &Path) -> Option<u32> {
    let version = fs::read_to_string(root.join(VERSION)).ok()?;
    version.trim().split('.').next()?.parse().ok()
}
