//! Requests about profiles.

use serde::{Deserialize, Serialize};

use crate::{LoginSite, Profile, ProfileDraft, ProfileId};

/// Profiles that match, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListProfiles {
    /// Words and `tag:eu`, `-tag:test`, `proxy:eu-1`; all must match. Empty matches all.
    pub filter: String,
    /// Those in the trash instead of the living.
    pub removed: bool,
    pub offset: u32,
    /// At most this many rows; 0 means 1,000.
    pub limit: u32,
}

/// A stretch of profiles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProfileList {
    pub rows: Vec<Profile>,
    /// How many match.
    pub total: u32,
    /// Every tag in use, for completion.
    pub tags: Vec<String>,
    /// The newest event that this list contains.
    pub seq: u64,
}

/// One profile, by id or by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetProfile {
    pub profile: String,
}

/// Makes a profile, or changes the one with that id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveProfile {
    #[serde(default)]
    pub id: Option<ProfileId>,
    pub draft: ProfileDraft,
}

/// Makes a profile with the same settings and an empty browser folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicateProfile {
    pub profile: ProfileId,
    /// Its name; without one "anna copy".
    #[serde(default)]
    pub name: Option<String>,
}

/// Puts profiles into the trash. A profile that a live run uses is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveProfiles {
    pub profiles: Vec<ProfileId>,
}

/// Takes profiles out of the trash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreProfiles {
    pub profiles: Vec<ProfileId>,
}

/// Imports profiles from JSON: exported ones, or the plain shape
/// `{"profile_name": …, "proxy": …, "tokens": {…}}`, one object or an array.
/// Token values go to the keychain and nowhere else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportProfiles {
    pub text: String,
}

impl std::fmt::Debug for ImportProfiles {
    /// The text may hold token values, so only its size is shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ImportProfiles({} bytes)", self.text.len())
    }
}

/// What came of an import, an item each.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportReport {
    pub items: Vec<ImportItem>,
    /// Names of the tokens whose values are in the keychain now.
    pub tokens: Vec<String>,
}

/// One entry of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportItem {
    /// Position in the file, from 0.
    pub index: u32,
    pub name: String,
    /// The profile that was made; none when the entry was refused.
    pub profile: Option<ProfileId>,
    /// Why it was refused, or what deserves a look.
    pub message: Option<String>,
}

/// Profiles as JSON, without any secret. An empty list means all living ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExportProfiles {
    pub profiles: Vec<ProfileId>,
}

/// Puts aside what a check said of a profile's sign-in, as after signing in by hand: it is unknown again, and the runs
/// that waited for it may start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForgetLogin {
    pub profile: ProfileId,
    pub site: LoginSite,
}
