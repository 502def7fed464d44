//! What is done with a stopped profile: snapshots, bundles, disk use, imports.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Names a snapshot within its profile. Ids sort by time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SnapshotId(String);

impl SnapshotId {
    /// The id of the `turn`th snapshot of that instant, from 0.
    #[must_use]
    pub fn at(at: Timestamp, turn: u32) -> Self {
        let stamp = at.strftime("%Y%m%dt%H%M%S");
        let millis = at.subsec_millisecond();
        Self(match turn {
            0 => format!("{stamp}-{millis:03}"),
            turn => format!("{stamp}-{millis:03}-{turn}"),
        })
    }

    /// The text, which is also the name of the snapshot's folder.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SnapshotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<SnapshotId> for String {
    fn from(id: SnapshotId) -> Self {
        id.0
    }
}

impl TryFrom<String> for SnapshotId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for SnapshotId {
    type Err = String;

    /// It becomes a part of a path, so only what `at` makes is taken.
    fn from_str(text: &str) -> Result<Self, String> {
        let fine = |c: char| c.is_ascii_digit() || c == 't' || c == '-';
        if (19..=32).contains(&text.len()) && text.chars().all(fine) && text.as_bytes()[8] == b't' {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("`{text}` is not the id of a snapshot"))
        }
    }
}

/// What decides whether a browser can read a profile's cookies and passwords.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The browser's brand: `chrome`, `chromium`, `edge` or `brave`.
    pub brand: String,
    /// `os` or `portable`.
    pub crypt: String,
    /// The major version that opened the profile last, when it was opened.
    pub major: Option<u32>,
}

impl Origin {
    /// Whether a browser of the other origin reads what this one encrypted, on the same machine.
    #[must_use]
    pub fn opens(&self, other: &Self) -> bool {
        self.brand == other.brand && self.crypt == other.crypt
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {} encryption", self.brand, self.crypt)
    }
}

/// Why a snapshot was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotKind {
    /// A person asked for it.
    Manual,
    /// A rollback put it aside.
    BeforeRollback,
    /// A task, or a new version of the browser, was about to change the profile.
    BeforeChange,
}

/// A profile as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub id: SnapshotId,
    pub at: Timestamp,
    pub kind: SnapshotKind,
    pub note: String,
    pub origin: Origin,
    pub files: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Those of them that shared the disk with the profile when the snapshot was made.
    pub shared_bytes: u64,
}

/// What a rollback did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollback {
    /// The state that the profile has now.
    pub to: SnapshotId,
    /// The state it had before; rolling back to it undoes the rollback.
    pub undo: Snapshot,
}

/// How far a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeepProgress {
    pub files: u64,
    pub all_files: u64,
    pub bytes: u64,
    pub all_bytes: u64,
}

/// Bytes on disk of a profile, by what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Cookies, passwords and form data.
    pub logins: u64,
    /// What sites stored.
    pub site_data: u64,
    pub extensions: u64,
    /// What the sweep can delete.
    pub caches: u64,
    pub other: u64,
    pub snapshots: u64,
}

impl Usage {
    /// All of it.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.logins + self.site_data + self.extensions + self.caches + self.other + self.snapshots
    }
}

/// What is in a cache folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheKind {
    /// Pages, scripts and pictures that are fetched again.
    Pages,
    /// Compiled scripts and shaders.
    Compiled,
    /// Parts of the browser that it downloads again.
    Downloads,
    /// Crash reports.
    Crashes,
    /// What service workers put aside; a site that works offline fetches it again.
    ServiceWorkers,
}

impl CacheKind {
    /// The name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pages => "Pages and pictures",
            Self::Compiled => "Compiled scripts and shaders",
            Self::Downloads => "Downloaded parts of the browser",
            Self::Crashes => "Crash reports",
            Self::ServiceWorkers => "Offline caches of sites",
        }
    }
}

/// A folder that the sweep can delete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheFolder {
    /// Relative to the browser's data folder, with `/`.
    pub path: String,
    pub kind: CacheKind,
    pub files: u64,
    pub bytes: u64,
}

/// What a sweep would delete.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SweepPlan {
    /// Bytes of all caches.
    pub caches: u64,
    /// What the caches may hold; none deletes them all.
    pub budget: Option<u64>,
    /// In the order in which they are deleted.
    pub folders: Vec<CacheFolder>,
}

impl SweepPlan {
    /// Bytes that become free.
    #[must_use]
    pub fn freed(&self) -> u64 {
        self.folders.iter().map(|folder| folder.bytes).sum()
    }
}

/// What a sweep did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SweepReport {
    pub freed: u64,
    pub folders: Vec<String>,
    /// Folders of the plan that are not there any more, or could not be deleted, with the reason.
    pub kept: Vec<LeftOut>,
}

/// Something that did not come along, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub what: String,
    /// A fragment.
    pub why: String,
}

/// What a copy of a profile holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CopyReport {
    pub files: u64,
    pub bytes: u64,
    /// Those of them that share the disk with what they were copied from.
    pub shared_bytes: u64,
    pub left: Vec<LeftOut>,
}

/// What is known of a bundle without unpacking it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleInfo {
    /// The name of the profile it was made from.
    pub profile: String,
    pub at: Timestamp,
    pub origin: Origin,
    /// Whether cookies and passwords are inside.
    pub logins: bool,
    pub files: u64,
    pub bytes: u64,
}

/// What a person keeps in a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptThing {
    Bookmarks,
    History,
    Preferences,
    Extensions,
    Cookies,
    Passwords,
    FormData,
    SiteData,
    OpenTabs,
    Account,
    Caches,
}

impl KeptThing {
    /// The name on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Bookmarks => "Bookmarks",
            Self::History => "History",
            Self::Preferences => "Preferences",
            Self::Extensions => "Extensions",
            Self::Cookies => "Cookies",
            Self::Passwords => "Passwords",
            Self::FormData => "Addresses and form data",
            Self::SiteData => "Data of sites",
            Self::OpenTabs => "Open tabs",
            Self::Account => "The browser's own account and sync",
            Self::Caches => "Caches",
        }
    }
}

/// What became of one thing at an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ImportOutcome {
    /// It came along.
    Copied {
        bytes: u64,
        /// What to know about it, as a fragment.
        note: Option<String>,
    },
    /// It stayed behind.
    Left {
        /// Why, as a fragment.
        why: String,
    },
    /// The source has none.
    Absent,
}

/// One thing and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportItem {
    pub thing: KeptThing,
    pub outcome: ImportOutcome,
}

/// What became of a browser's own profile at an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    pub items: Vec<ImportItem>,
    pub copy: CopyReport,
    /// The major version that opened the source last. An older browser must not open the copy.
    pub major: Option<u32>,
}

/// A profile in the data of a browser that a person uses outside Drover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignProfile {
    /// The browser's data folder.
    pub root: String,
    /// The profile's folder in it, for instance `Profile 1`.
    pub folder: String,
    /// What the browser calls it.
    pub name: String,
    /// The browser's brand, when the folder tells it.
    pub brand: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_snapshots_sort_by_time_and_are_no_paths() {
        let at: Timestamp = "2026-11-23T12:00:00.5Z".parse().unwrap();
        let first = SnapshotId::at(at, 0);
        assert_eq!(first.as_str(), "20261123t120000-500");
        let later = SnapshotId::at(at, 1);
        assert!(first < later, "{first} {later}");
        assert_eq!(later.as_str().parse::<SnapshotId>(), Ok(later));
        for wrong in [
            "",
            "..",
            "../../../../../etc",
            "20261123t120000-5/..",
            "20261123T120000-500",
        ] {
            assert!(wrong.parse::<SnapshotId>().is_err(), "{wrong}");
        }
        let text = "\"../../../../../../../x\"";
        assert!(serde_json::from_str::<SnapshotId>(text).is_err());
    }
}
