//! The list of tasks.

use drover_model::request::{ListTasks, TaskSummary};
use drover_model::{CommandError, Fact};

use super::{Area, Load};
use crate::{api, bridge::Link};

pub type Tasks = Area<Vec<TaskSummary>>;

impl Load for Vec<TaskSummary> {
    async fn load(link: Link) -> Result<Self, CommandError> {
        api::list_tasks(&link, ListTasks::default()).await
    }

    fn stale_by(fact: &Fact) -> bool {
        match fact {
            Fact::TaskChanged { .. } => true,
            Fact::RunMoved { to, .. } => to.is_terminal(),
            _ => false,
        }
    }
}
