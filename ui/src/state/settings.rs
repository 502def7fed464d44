//! Settings, the counts of the frame, and what Drover found on this machine.

use drover_model::machine::AppInfo;
use drover_model::request::{GetAppInfo, GetSettings, GetSummary, Summary};
use drover_model::{CommandError, Fact, Settings};

use super::{Area, Load};
use crate::{api, bridge::Link};

pub type Preferences = Area<Settings>;
pub type Frame = Area<Summary>;
pub type Machine = Area<AppInfo>;

impl Load for Settings {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::get_settings(&link, GetSettings {}).await
    }

    fn stale_by(fact: &Fact) -> bool {
        matches!(fact, Fact::SettingsChanged)
    }
}

impl Load for Summary {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::get_summary(&link, GetSummary {}).await
    }

    fn stale_by(fact: &Fact) -> bool {
        match fact {
            Fact::RunQueued { .. }
            | Fact::RunMoved { .. }
            | Fact::RunChanged { .. }
            | Fact::QueueDrained
            | Fact::QueuePaused { .. }
            | Fact::QueueChanged
            | Fact::RunsMissed { .. }
            | Fact::MissedSettled { .. }
            | Fact::ProfileChanged { .. }
            | Fact::TaskChanged { .. } => true,
            Fact::ProxyChanged { .. }
            | Fact::PoolChanged { .. }
            | Fact::TokenChanged { .. }
            | Fact::SettingsChanged
            | Fact::ProfileSetsChanged
            | Fact::BrowsersChanged
            | Fact::ScheduleChanged { .. }
            | Fact::BatchChanged { .. }
            | Fact::ClockChanged { .. }
            | Fact::KeychainChanged => false,
        }
    }
}

impl Load for AppInfo {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::get_app_info(&link, GetAppInfo {}).await
    }

    /// Found at the start; whoever changes it, such as the installation of Playwright, asks for it again.
    fn stale_by(_: &Fact) -> bool {
        false
    }
}
