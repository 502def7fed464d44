//! Requests about saved sets of profiles.

use serde::{Deserialize, Serialize};

use crate::Name;

/// Every saved set, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListProfileSets {}

/// Saves a set, in place of the one of that name. Give profiles or a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveProfileSet {
    pub name: Name,
    /// Names or ids.
    #[serde(default)]
    pub profiles: Vec<String>,
    /// As in [`super::ListProfiles::filter`].
    #[serde(default)]
    pub filter: Option<String>,
}

/// Removes a saved set; the profiles stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveProfileSet {
    pub name: Name,
}
