//! The list of runs, newest first.

use drover_model::request::{ListRuns, RunList};
use drover_model::{CommandError, Fact};

use crate::state::{Area, Load};
use crate::{api, bridge::Link};

/// Runs that the window holds; older ones are fetched by page.
const AT_MOST: u32 = 500;

pub type Runs = Area<RunList>;

impl Load for RunList {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::list_runs(
            &link,
            ListRuns {
                limit: AT_MOST,
                ..ListRuns::default()
            },
        )
        .await
    }

    fn stale_by(fact: &Fact) -> bool {
        matches!(
            fact,
            Fact::RunQueued { .. } | Fact::RunMoved { .. } | Fact::RunChanged { .. }
        )
    }
}
