//! The queue as it stands. Only its page keeps it loaded.

use drover_model::request::{GetQueue, QueueView};
use drover_model::{CommandError, Fact};

use crate::state::{Area, Load};
use crate::{api, bridge::Link};

pub type Queue = Area<QueueView>;

/// Waiting runs that are shown; the engine says how many there are besides.
const SHOWN: u32 = 200;

impl Load for QueueView {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::get_queue(&link, GetQueue { limit: SHOWN }).await
    }

    /// Workers are part of the settings.
    fn stale_by(fact: &Fact) -> bool {
        matches!(
            fact,
            Fact::QueueChanged
                | Fact::QueuePaused { .. }
                | Fact::RunQueued { .. }
                | Fact::RunMoved { .. }
                | Fact::RunChanged { .. }
                | Fact::SettingsChanged
                | Fact::KeychainChanged
        )
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{ProxyId, RunId};

    use super::*;

    #[test]
    fn what_moves_a_run_or_its_reasons_loads_the_queue_again() {
        let queued = Fact::RunQueued {
            run: RunId::from_bits(1),
        };
        for fact in [
            queued,
            Fact::QueueChanged,
            Fact::QueuePaused { paused: true },
            Fact::SettingsChanged,
        ] {
            assert!(QueueView::stale_by(&fact), "{fact:?}");
        }
        assert!(!QueueView::stale_by(&Fact::BrowsersChanged));
        let proxy = ProxyId::from_bits(1);
        assert!(!QueueView::stale_by(&Fact::ProxyChanged { proxy }));
    }
}
