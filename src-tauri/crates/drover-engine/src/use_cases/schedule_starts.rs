//! What a start of a schedule comes to: the planner asks, and tasks, profiles and proxies answer.

use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
};

use drover_model::{
    FieldErrors, Plan, ProfileId, RunId, ScheduleSpec, Task, TaskSpec, plan::OUTPUTS,
    request::StartOptions,
};
use drover_runner::Control;
use drover_scheduler::planner::{Prepared as PreparedStart, StartItem, Starts, Unplanned};
use drover_store::{StoredSchedule, Upstream};
use jiff::Timestamp;
use serde_json::Value;

use super::{planning::Prepared, targets::Fan};
use crate::{Engine, engine::Rooms};

/// The planner's view of the engine. It does not keep the engine alive.
#[derive(Clone)]
pub(crate) struct ScheduleStarts {
    rooms: Weak<Rooms>,
}

impl ScheduleStarts {
    pub(crate) fn new(rooms: &Arc<Rooms>) -> Self {
        Self {
            rooms: Arc::downgrade(rooms),
        }
    }
}

/// A start of a schedule that was looked up.
pub(crate) struct ScheduleStart(pub(crate) Prepared);

impl PreparedStart for ScheduleStart {
    fn items(&self) -> Vec<StartItem> {
        self.0.items()
    }

    fn over(&self) -> String {
        self.0.over().to_owned()
    }

    fn plan(&self, item: usize, run: RunId) -> Result<Plan, Unplanned> {
        self.0
            .plan_item(item, run)
            .map_err(|errors| problem(&errors))
    }
}

fn problem(errors: &FieldErrors) -> Unplanned {
    Unplanned::Problem(errors.to_string())
}

impl Starts for ScheduleStarts {
    type Prepared = ScheduleStart;

    async fn prepare(
        &self,
        schedule: &StoredSchedule,
        task: Task,
        upstream: Option<&Upstream>,
        profile: Option<ProfileId>,
    ) -> Result<ScheduleStart, Unplanned> {
        let rooms = self.rooms.upgrade();
        let rooms = rooms.ok_or_else(|| Unplanned::Later("Drover is quitting".to_owned()))?;
        let outputs = upstream.map(|upstream| &upstream.outputs);
        let params = params(&schedule.spec, &task.spec, outputs).map_err(Unplanned::Problem)?;
        let options = StartOptions {
            profiles: profile.iter().map(ToString::to_string).collect(),
            params,
            ..StartOptions::default()
        };
        let prepared = Engine::of(rooms)
            .prepare_fan(task.spec, task.version, options, Fan::Random)
            .await
            .map_err(|error| Unplanned::Later(error.to_string()))?;
        prepared
            .map(ScheduleStart)
            .map_err(|errors| problem(&errors))
    }

    fn new_id(&self, now: Timestamp) -> u128 {
        // Without an engine nothing is prepared, so that no row is made.
        self.rooms
            .upgrade()
            .map_or(0, |rooms| rooms.new_id.bits(now))
    }

    fn stop(&self, run: RunId) {
        if let Some(rooms) = self.rooms.upgrade() {
            rooms.live.order(run, Control::Cancel);
        }
    }
}

/// The values of a start: those of the schedule, in which `{{ outputs.NAME }}` stands for a value that the followed run
/// gave, and beside them every output that has the name of a parameter or stands in a template of the task.
pub(crate) fn params(
    schedule: &ScheduleSpec,
    task: &TaskSpec,
    outputs: Option<&BTreeMap<String, Value>>,
) -> Result<BTreeMap<String, Value>, String> {
    let mut params = BTreeMap::new();
    for (name, value) in &schedule.parameters {
        let value = match (output_of(value), outputs) {
            (Some(output), Some(outputs)) => {
                let given = outputs.get(output);
                given.cloned().ok_or_else(|| {
                    format!("the run that this one follows gave no output `{output}`")
                })?
            }
            (Some(output), None) => {
                return Err(format!(
                    "`{{{{ outputs.{output} }}}}` needs a run that it follows"
                ));
            }
            (None, _) => value.clone(),
        };
        params.insert(name.clone(), value);
    }
    for (name, value) in outputs.into_iter().flatten() {
        if task.parameters.contains_key(name) && !params.contains_key(name) {
            params.insert(name.clone(), value.clone());
        }
    }
    for name in task.outputs_used() {
        if let Some(value) = outputs.and_then(|outputs| outputs.get(name)) {
            params.insert(format!("{OUTPUTS}{name}"), value.clone());
        }
    }
    Ok(params)
}

/// The name in `{{ outputs.NAME }}`, when the value is nothing else.
pub(crate) fn output_of(value: &Value) -> Option<&str> {
    let inner = value.as_str()?.trim();
    let inner = inner.strip_prefix("{{")?.strip_suffix("}}")?;
    let name = inner.trim().strip_prefix("outputs.")?;
    (!name.is_empty()).then_some(name)
}
