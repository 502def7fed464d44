//! Sets of profiles that were saved under a name.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Name;

/// A saved set: certain profiles, or whatever matches a filter at each start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileSet {
    /// Unique without regard to case.
    pub name: Name,
    /// As in [`crate::request::ListProfiles::filter`]; none for a set of certain profiles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// The living profiles that it means now, by name.
    pub profiles: Vec<Name>,
    pub updated_at: Timestamp,
}
