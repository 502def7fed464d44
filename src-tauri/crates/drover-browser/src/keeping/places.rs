//! What lies where in a browser's data folder.

use std::path::Path;

use drover_model::{CacheKind, KeptThing};

/// What a file or folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Cache(CacheKind),
    /// Locks and what describes a running browser. It is never copied.
    Lock,
    Logins,
    SiteData,
    Extensions,
    Other,
}

/// Caches beside the profile, in the data folder itself.
const SHARED_CACHES: &[(&str, CacheKind)] = &[
    ("ShaderCache", CacheKind::Compiled),
    ("GrShaderCache", CacheKind::Compiled),
    ("GraphiteDawnCache", CacheKind::Compiled),
    ("GPUPersistentCache", CacheKind::Compiled),
    ("component_crx_cache", CacheKind::Downloads),
    ("extensions_crx_cache", CacheKind::Downloads),
    ("OptGuideOnDeviceModel", CacheKind::Downloads),
    ("OptGuideOnDeviceClassifierModel", CacheKind::Downloads),
    ("optimization_guide_model_store", CacheKind::Downloads),
    ("BrowserMetrics", CacheKind::Crashes),
    ("DeferredBrowserMetrics", CacheKind::Crashes),
    ("Crashpad", CacheKind::Crashes),
    ("Crash Reports", CacheKind::Crashes),
];

/// Caches of a profile.
const CACHES: &[(&str, CacheKind)] = &[
    ("Cache", CacheKind::Pages),
    ("Media Cache", CacheKind::Pages),
    ("Application Cache", CacheKind::Pages),
    ("Code Cache", CacheKind::Compiled),
    ("GPUCache", CacheKind::Compiled),
    ("DawnCache", CacheKind::Compiled),
    ("DawnGraphiteCache", CacheKind::Compiled),
    ("DawnWebGPUCache", CacheKind::Compiled),
    ("optimization_guide_model_store", CacheKind::Downloads),
];

/// Databases with cookies, passwords and form data, with their side files.
const LOGINS: &[&str] = &[
    "Cookies",
    "Extension Cookies",
    "Login Data",
    "Login Data For Account",
    "Web Data",
    "Account Web Data",
    "Trust Tokens",
];

const SITE_DATA: &[&str] = &[
    "Local Storage",
    "Session Storage",
    "IndexedDB",
    "Service Worker",
    "WebStorage",
    "File System",
    "databases",
    "blob_storage",
    "Storage",
    "Shared Dictionary",
    "SharedStorage",
];

const EXTENSIONS: &[&str] = &[
    "Extensions",
    "Unpacked Extensions",
    "Local Extension Settings",
    "Sync Extension Settings",
    "Managed Extension Settings",
    "Extension State",
    "Extension Rules",
    "Extension Scripts",
];

const ACCOUNT: &[&str] = &[
    "Accounts",
    "Sync Data",
    "Sync Data Backup",
    "Sync App Settings",
    "Sync Extension Settings",
    "GCM Store",
    "trusted_vault.pb",
    "Google Profile Picture.png",
];

/// What `path`, relative to the data folder, is or belongs to.
pub(super) fn place(path: &Path) -> Place {
    let parts = parts(path);
    let Some(&first) = parts.first() else {
        return Place::Other;
    };
    let found = if is_profile(first) {
        match parts[1..] {
            [] => Place::Other,
            ["Service Worker", "CacheStorage", ..] | ["WebStorage", _, "CacheStorage", ..] => {
                Place::Cache(CacheKind::ServiceWorkers)
            }
            ["Network", name, ..] | [name, ..] => {
                named(CACHES, name).map_or_else(|| of_profile(name), Place::Cache)
            }
        }
    } else {
        named(SHARED_CACHES, first).map_or(Place::Other, Place::Cache)
    };
    match found {
        Place::Cache(_) => found,
        _ if is_lock(path) => Place::Lock,
        _ => found,
    }
}

fn parts(path: &Path) -> Vec<&str> {
    path.iter()
        .map(|part| part.to_str().unwrap_or(""))
        .collect()
}

fn of_profile(name: &str) -> Place {
    if LOGINS.iter().any(|base| is_database(name, base)) {
        Place::Logins
    } else if SITE_DATA.contains(&name) {
        Place::SiteData
    } else if EXTENSIONS.contains(&name) {
        Place::Extensions
    } else {
        Place::Other
    }
}

/// What a person would call the file at `path`, relative to a profile's folder; none for the many small files that
/// the browser keeps for itself.
pub(super) fn thing(path: &Path) -> Option<KeptThing> {
    let parts = parts(path);
    let (["Network", name, ..] | [name, ..]) = parts[..] else {
        return None;
    };
    let one_of = |bases: &[&str]| bases.iter().any(|base| is_database(name, base));
    if matches!(place(&Path::new("Default").join(path)), Place::Cache(_)) {
        Some(KeptThing::Caches)
    } else if one_of(&["Bookmarks", "Bookmarks.bak"]) {
        Some(KeptThing::Bookmarks)
    } else if one_of(&[
        "History",
        "Top Sites",
        "Visited Links",
        "Favicons",
        "Shortcuts",
    ]) {
        Some(KeptThing::History)
    } else if one_of(&["Preferences", "Secure Preferences"]) {
        Some(KeptThing::Preferences)
    } else if ACCOUNT.contains(&name) || one_of(&["Account Web Data", "Login Data For Account"]) {
        Some(KeptThing::Account)
    } else if EXTENSIONS.contains(&name) {
        Some(KeptThing::Extensions)
    } else if one_of(&["Cookies", "Extension Cookies"]) {
        Some(KeptThing::Cookies)
    } else if one_of(&["Login Data"]) {
        Some(KeptThing::Passwords)
    } else if one_of(&["Web Data"]) {
        Some(KeptThing::FormData)
    } else if SITE_DATA.contains(&name) && name != "Session Storage" {
        Some(KeptThing::SiteData)
    } else if ["Sessions", "Sessions_Encrypted", "Session Storage"].contains(&name) {
        Some(KeptThing::OpenTabs)
    } else {
        None
    }
}

/// The cache folders that may lie in a data folder with these profiles, relative to it. `*` stands for any name.
pub(super) fn cache_folders(profiles: &[String]) -> Vec<(String, CacheKind)> {
    let mut folders: Vec<(String, CacheKind)> = SHARED_CACHES
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), *kind))
        .collect();
    for profile in profiles {
        let own = CACHES
            .iter()
            .map(|(name, kind)| (format!("{profile}/{name}"), *kind));
        folders.extend(own);
        let offline = ["Service Worker/CacheStorage", "WebStorage/*/CacheStorage"];
        folders
            .extend(offline.map(|name| (format!("{profile}/{name}"), CacheKind::ServiceWorkers)));
    }
    folders
}

/// Whether a folder of this name in a data folder is a profile.
pub(super) fn is_profile(name: &str) -> bool {
    let numbered = name
        .strip_prefix("Profile ")
        .is_some_and(|number| number.parse::<u32>().is_ok());
    numbered || ["Default", "Guest Profile", "System Profile"].contains(&name)
}

/// A file of the database `base`: itself or one beside it.
fn is_database(name: &str, base: &str) -> bool {
    name.strip_prefix(base).is_some_and(|rest| {
        rest.is_empty() || rest == "-wal" || rest == "-journal" || rest == "-shm"
    })
}

/// What only a running browser has, wherever it lies. Shared memory of a database belongs to the processes that have
/// it open; Drover's own marks are no part of a profile.
pub(super) fn is_lock(path: &Path) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("");
    let names = [
        "SingletonLock",
        "SingletonCookie",
        "SingletonSocket",
        "LOCK",
        "lockfile",
        "DevToolsActivePort",
        "RunningChromeVersion",
        "chrome_debug.log",
    ];
    // An extension names its files as it likes.
    let of_extension = parts(path).contains(&"Extensions");
    let known = name.starts_with(".drover-") || name.ends_with("-shm") || names.contains(&name);
    known && !of_extension
}

fn named(table: &[(&str, CacheKind)], name: &str) -> Option<CacheKind> {
    let row = table.iter().find(|(known, _)| *known == name);
    row.map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_where_they_lie() {
        let check =
            |path: &str, expected: Place| assert_eq!(place(Path::new(path)), expected, "{path}");
        check("Default/Cookies", Place::Logins);
        check("Default/Network/Cookies-journal", Place::Logins);
        check("Default/Login Data For Account-wal", Place::Logins);
        check("Default/Cookies-shm", Place::Lock);
        check(
            "Default/Cache/Cache_Data/index",
            Place::Cache(CacheKind::Pages),
        );
        check("Profile 2/Code Cache/js", Place::Cache(CacheKind::Compiled));
        check(
            "Default/Service Worker/CacheStorage/a/b",
            Place::Cache(CacheKind::ServiceWorkers),
        );
        check(
            "Default/WebStorage/3/CacheStorage/x",
            Place::Cache(CacheKind::ServiceWorkers),
        );
        check(
            "Default/Service Worker/Database/MANIFEST-000001",
            Place::SiteData,
        );
        check("Default/Service Worker/ScriptCache/index", Place::SiteData);
        check(
            "Default/Extensions/abc/1.0/manifest.json",
            Place::Extensions,
        );
        check("Default/Extensions/abc/1.0/Cache/x.js", Place::Extensions);
        check("Default/Extensions/abc/1.0/LOCK", Place::Extensions);
        check("Default/SingletonList", Place::Other);
        check("component_crx_cache/x", Place::Cache(CacheKind::Downloads));
        check(
            "GPUPersistentCache/a-shm",
            Place::Cache(CacheKind::Compiled),
        );
        check("Cache/x", Place::Other);
        check("Profile X/Cache/x", Place::Other);
        check("SingletonLock", Place::Lock);
        check("Default/IndexedDB/a.leveldb/LOCK", Place::Lock);
        check("Local State", Place::Other);
        check("Default/Cookies2", Place::Other);
    }

    #[test]
    fn the_two_tables_of_caches_agree() {
        for (path, kind) in cache_folders(&["Default".to_owned()]) {
            let path = path.replace('*', "7");
            assert_eq!(place(Path::new(&path)), Place::Cache(kind), "{path}");
        }
    }
}
