//! The list of profiles.

use drover_model::request::{ListProfiles, ProfileList};
use drover_model::{CommandError, Fact};

use crate::state::{Area, Load};
use crate::{api, bridge::Link};

/// Rows that the window holds; more profiles than this need the filter.
const AT_MOST: u32 = 10_000;

pub type Profiles = Area<ProfileList>;

impl Load for ProfileList {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::list_profiles(
            &link,
            ListProfiles {
                limit: AT_MOST,
                ..ListProfiles::default()
            },
        )
        .await
    }

    fn stale_by(fact: &Fact) -> bool {
        matches!(fact, Fact::ProfileChanged { .. } | Fact::RunMoved { .. })
    }
}
