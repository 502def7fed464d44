//! The lists of schedules and of batches, loaded while their page is open.

use drover_model::request::{BatchList, ListBatches, ListSchedules, ScheduleList};
use drover_model::{CommandError, Fact};

use crate::state::Load;
use crate::{api, bridge::Link};

impl Load for ScheduleList {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::list_schedules(&link, ListSchedules::default()).await
    }

    fn stale_by(fact: &Fact) -> bool {
        matches!(
            fact,
            Fact::ScheduleChanged { .. }
                | Fact::RunQueued { .. }
                | Fact::RunMoved { .. }
                | Fact::RunsMissed { .. }
                // The language in which they are told may be another.
                | Fact::SettingsChanged
        )
    }
}

/// Those that go on; the page of batches asks for the others.
impl Load for BatchList {
    async fn load(link: Link) -> Result<Self, CommandError> {
        let going = ListBatches {
            live: true,
            ..ListBatches::default()
        };
        api::list_batches(&link, going).await
    }

    fn stale_by(fact: &Fact) -> bool {
        matches!(fact, Fact::BatchChanged { .. } | Fact::RunMoved { .. })
    }
}
