//! The addresses of the screens, after the `#`.

use drover_model::BatchId;
use serde::{Deserialize, Serialize};
use yew_router::prelude::*;

/// What the list of runs is narrowed to, in the query of the address, so that Back restores it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunsQuery {
    /// `live`, `queued`, `parked`, `failed` or nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Name of a task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// Name of a profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The id of a batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// A look of the planner: what it found missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed: Option<String>,
}

impl RunsQuery {
    pub fn state(state: &str) -> Self {
        Self {
            state: Some(state.to_owned()),
            ..Self::default()
        }
    }

    pub fn batch(batch: BatchId) -> Self {
        Self {
            batch: Some(batch.to_string()),
            ..Self::default()
        }
    }

    pub fn missed(look: u64) -> Self {
        Self {
            missed: Some(look.to_string()),
            ..Self::default()
        }
    }
}

/// Which part of a profile's page is open, in the query of the address, so that Back restores it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TabQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tab: Option<String>,
}

/// How a new schedule begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewScheduleQuery {
    /// The name of the task that it starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// The id of a schedule that it begins as a copy of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Routable)]
pub enum Route {
    /// Leads to the welcome page or to the runs.
    #[at("/")]
    Home,
    #[at("/welcome")]
    Welcome,
    #[at("/profiles")]
    Profiles,
    #[at("/profiles/:id")]
    Profile { id: String },
    #[at("/tasks")]
    Tasks,
    #[at("/tasks/new")]
    NewTask,
    #[at("/tasks/:id")]
    Task { id: String },
    #[at("/schedules")]
    Schedules,
    #[at("/schedules/new")]
    NewSchedule,
    #[at("/schedules/:id")]
    Schedule { id: String },
    #[at("/queue")]
    Queue,
    #[at("/runs")]
    Runs,
    #[at("/runs/:id")]
    Run { id: String },
    #[at("/browsers")]
    Browsers,
    #[at("/library/proxies")]
    Proxies,
    #[at("/library/proxies/:id")]
    Proxy { id: String },
    #[at("/library/vault")]
    Vault,
    #[at("/settings")]
    Settings,
    /// Asked by the close button and the tray while runs go on.
    #[at("/quit")]
    Quit,
    #[not_found]
    #[at("/not-found")]
    NotFound,
}

impl Route {
    /// The screen of the sidebar that this address belongs to.
    #[must_use]
    pub fn section(&self) -> Self {
        match self {
            Self::Profile { .. } => Self::Profiles,
            Self::NewTask | Self::Task { .. } => Self::Tasks,
            Self::Run { .. } | Self::Quit => Self::Runs,
            Self::Proxy { .. } => Self::Proxies,
            Self::NewSchedule | Self::Schedule { .. } => Self::Schedules,
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: &Route) {
        assert_eq!(
            Route::recognize(path).as_ref(),
            Some(expected),
            "route of {path}"
        );
    }

    #[test]
    fn addresses_lead_to_screens() {
        check("/tasks/new", &Route::NewTask);
        check("/tasks/01J", &Route::Task { id: "01J".into() });
        check("/library/vault", &Route::Vault);
        check("/browsers", &Route::Browsers);
        check("/queue", &Route::Queue);
        check("/schedules/new", &Route::NewSchedule);
        check("/library/proxies/01J", &Route::Proxy { id: "01J".into() });
        check("/quit", &Route::Quit);
        check("/nowhere", &Route::NotFound);
    }

    #[test]
    fn a_detail_belongs_to_its_list() {
        assert_eq!(Route::NewTask.section(), Route::Tasks);
        assert_eq!(Route::NewSchedule.section(), Route::Schedules);
        assert_eq!(Route::Run { id: "01J".into() }.section(), Route::Runs);
        assert_eq!(Route::Vault.section(), Route::Vault);
    }
}
