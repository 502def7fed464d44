//! The extensions of a profile, each in a folder that is named by the hash of its files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use drover_model::{Extension, ExtensionState, ExtensionStatus};

use super::{
    ExtensionError,
    digest::digest,
    manifest,
    unpack::{LIMITS, manifest_folder, unpack},
};
use crate::{
    hex::hex,
    keeping::{Partial, at, parent, remove_all},
};

/// The extensions that a profile has.
#[derive(Clone, Debug, Default)]
pub struct Installed {
    /// Sound ones, by name.
    pub extensions: Vec<Extension>,
    /// Those whose files are not what was installed, with the reason.
    pub damaged: Vec<ExtensionStatus>,
}

/// Unpacks an extension from a folder, a `.zip` or a `.crx` into `home`, the profile's folder for extensions. One that
/// is there already is left as it is. It blocks.
pub fn install(source: &Path, home: &Path) -> Result<Extension, ExtensionError> {
    let name = format!("{UNPACKING}{}", random());
    parent(&home.join(&name))?;
    let partial = Partial::at(&home.join(name));
    let key = unpack(source, partial.path(), &LIMITS)?;
    let folder = manifest_folder(partial.path())?;
    if let Some(key) = key {
        manifest::add_key(&folder, &key)?;
    }
    let extension = describe(&folder)?;
    let target = folder_of(home, &extension.digest);
    if !target.exists() {
        Partial::at(&folder).place(&target)?;
    }
    Ok(extension)
}

/// The extensions in `home`. Their files are hashed again, so this blocks.
pub fn installed(home: &Path) -> Result<Installed, ExtensionError> {
    let mut found = Installed::default();
    let entries = match fs::read_dir(home) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(at("read", home)(error).into()),
    };
    for entry in entries {
        let entry = entry.map_err(at("read", home))?;
        let Some(pinned) = entry
            .file_name()
            .to_str()
            .filter(|name| is_digest(name))
            .map(str::to_owned)
        else {
            continue;
        };
        let damaged = |reason: String| ExtensionStatus {
            digest: pinned.clone(),
            name: pinned.clone(),
            state: ExtensionState::NotLoaded { reason },
        };
        match describe(&entry.path()) {
            Ok(extension) if extension.digest == pinned => found.extensions.push(extension),
            Ok(extension) => found.damaged.push(ExtensionStatus {
                name: extension.name,
                ..damaged("its files were changed after it was installed".to_owned())
            }),
            Err(error) => found.damaged.push(damaged(error.to_string())),
        }
    }
    found
        .extensions
        .sort_by(|a, b| (&a.name, &a.digest).cmp(&(&b.name, &b.digest)));
    Ok(found)
}

/// Deletes the files of an extension. A running browser has it until its next start, or until it is unloaded.
pub fn remove(home: &Path, digest: &str) -> Result<(), ExtensionError> {
    if !is_digest(digest) {
        return Err(ExtensionError::UnsafePath(digest.to_owned()));
    }
    Ok(remove_all(&folder_of(home, digest))?)
}

/// Removes what an interrupted installation left. To be called at the start of Drover, while none is going on.
pub fn recover(home: &Path) -> Result<(), ExtensionError> {
    for entry in fs::read_dir(home).into_iter().flatten() {
        let entry = entry.map_err(at("read", home))?;
        if entry.file_name().to_string_lossy().starts_with(UNPACKING) {
            remove_all(&entry.path())?;
        }
    }
    Ok(())
}

/// Begins the names of folders in which an extension is unpacked.
const UNPACKING: &str = ".unpacking-";

/// Where an extension lies.
pub(super) fn folder_of(home: &Path, digest: &str) -> PathBuf {
    home.join(digest)
}

fn describe(folder: &Path) -> Result<Extension, ExtensionError> {
    let manifest = manifest::read(folder)?;
    let contents = digest(folder)?;
    Ok(Extension {
        digest: contents.digest,
        name: manifest.name,
        version: manifest.version,
        manifest_version: manifest.format,
        description: manifest.description,
        permissions: manifest.permissions,
        store_id: manifest.store_id,
        files: contents.files,
        bytes: contents.bytes,
    })
}

fn is_digest(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Two that are installed at the same time must not share a folder.
fn random() -> String {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("BUG: the system has no random numbers");
    hex(&bytes)
}
