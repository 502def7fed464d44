//! The planner's port: what it asks of the engine.

use std::future::Future;

use drover_model::{Plan, ProfileId, RunId, Task};
use drover_store::{StoredSchedule, Upstream};
use jiff::Timestamp;

/// Knows tasks, profiles and processes.
pub trait Starts: Send + Sync + 'static {
    /// A start that was looked up.
    type Prepared: Prepared;

    /// What a start of the schedule comes to at this moment. With `upstream` it follows that run; `profile` is then the
    /// one to run in, when it is one for one.
    fn prepare(
        &self,
        schedule: &StoredSchedule,
        task: Task,
        upstream: Option<&Upstream>,
        profile: Option<ProfileId>,
    ) -> impl Future<Output = Result<Self::Prepared, Unplanned>> + Send;

    /// The bits of a new id; ids grow.
    fn new_id(&self, now: Timestamp) -> u128;

    /// Tells a live run to stop, after the stop was committed.
    fn stop(&self, run: RunId);
}

/// A start: one run for each item.
pub trait Prepared: Send + Sync {
    /// What it fans out over. A single run is one item with an empty key.
    fn items(&self) -> Vec<StartItem>;

    /// What it fans out over, in words.
    fn over(&self) -> String;

    /// Exactly what the run of an item will do.
    fn plan(&self, item: usize, run: RunId) -> Result<Plan, Unplanned>;
}

/// One run of a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartItem {
    /// Empty, `profile:<id>` or `row:<n>`.
    pub key: String,
    pub profile: Option<ProfileId>,
}

/// Why a start cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unplanned {
    /// It cannot run as it is, in words for a person. The time is skipped with these.
    #[error("{0}")]
    Problem(String),
    /// Nobody can say at the moment; it is asked again.
    #[error("{0}")]
    Later(String),
}
