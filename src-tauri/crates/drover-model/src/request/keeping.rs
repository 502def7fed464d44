//! Requests about what is kept of a profile: snapshots, clones, bundles, disk use, extensions, and the import of
//! profiles from other browsers. The profile must not be open.

use serde::{Deserialize, Serialize};

use crate::{
    BundleInfo, CopyReport, Extension, ExtensionStatus, ForeignProfile, Profile, SnapshotId,
    keeping,
};

/// The snapshots of a profile, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListSnapshots {
    /// Id or name.
    pub profile: String,
}

/// Copies the state of a profile, without caches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeSnapshot {
    /// Id or name.
    pub profile: String,
    #[serde(default)]
    pub note: String,
}

/// Goes back to a snapshot. The present state becomes one, so that this can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollBackProfile {
    /// Id or name.
    pub profile: String,
    /// Without one the newest that a person made.
    #[serde(default)]
    pub snapshot: Option<SnapshotId>,
}

/// Deletes a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveSnapshot {
    /// Id or name.
    pub profile: String,
    pub snapshot: SnapshotId,
}

/// Makes a second profile that begins as this one is, sign-ins included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloneProfile {
    /// Id or name.
    pub profile: String,
    /// Its name; without one "anna copy".
    #[serde(default)]
    pub name: Option<String>,
}

/// A profile that was made from files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeProfile {
    pub profile: Profile,
    pub copy: CopyReport,
}

/// Bytes on disk by what they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetUsage {
    /// Id or name.
    pub profile: String,
}

/// Deletes caches, or says which would be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepProfile {
    /// Id or name.
    pub profile: String,
    /// What the caches may hold, in bytes; without it all go.
    #[serde(default)]
    pub budget: Option<u64>,
    /// Only says what would go.
    #[serde(default)]
    pub preview: bool,
}

/// What would go, and what went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    pub plan: keeping::SweepPlan,
    /// None after a preview.
    pub report: Option<keeping::SweepReport>,
}

/// Writes a profile with its browser data to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportBundle {
    /// Id or name.
    pub profile: String,
    /// A file that does not exist yet, absolute.
    pub path: String,
    /// With cookies and passwords: whoever has the file may have the accounts.
    #[serde(default)]
    pub logins: bool,
}

/// Makes a profile from such a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportBundle {
    /// Absolute.
    pub path: String,
    /// Its name; without one that of the bundle.
    #[serde(default)]
    pub name: Option<String>,
}

/// A profile from a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedBundle {
    pub profile: Profile,
    pub info: BundleInfo,
    pub copy: CopyReport,
}

/// The profiles of browsers that are used outside Drover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListForeignProfiles {}

/// Copies one of those into a new profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportForeign {
    pub source: ForeignProfile,
    /// Its name; without one that of the source.
    #[serde(default)]
    pub name: Option<String>,
}

/// A profile from another browser, with what came along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedForeign {
    pub profile: Profile,
    pub report: keeping::ImportReport,
}

/// The extensions of a profile, and whether its browser has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListExtensions {
    /// Id or name.
    pub profile: String,
}

/// What is installed, and what the running browser says of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExtensionList {
    pub extensions: Vec<Extension>,
    /// Those that cannot be used, with the reason.
    pub damaged: Vec<ExtensionStatus>,
    /// From the browser that runs; empty when none does.
    pub running: Vec<ExtensionStatus>,
}

/// Installs an extension from a folder, a `.zip` or a `.crx`. It is loaded at the next start of the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddExtension {
    /// Id or name.
    pub profile: String,
    /// Absolute.
    pub path: String,
}

/// Takes an extension away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveExtension {
    /// Id or name.
    pub profile: String,
    /// [`Extension::digest`], or its name.
    pub extension: String,
}
