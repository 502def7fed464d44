//! Answers about tasks, their plans and their start.

use drover_model::request::{
    GetTask, LastRun, ListTasks, PlanReport, PlanTask, RemoveTask, RestoreTask, SaveTask,
    StartOptions, StartTask, TaskSummary,
};
use drover_model::{
    Code, CommandError, Fact, Profile, Run, RunId, RunRow, RunState, Task, TaskSpec,
};

use super::{Outcome, fine};
use crate::bridge::demo::world::World;

impl World {
    pub(super) fn list_tasks(&mut self, request: ListTasks) -> Outcome<ListTasks> {
        let living = self
            .tasks
            .iter()
            .filter(|task| task.removed_at.is_some() == request.removed);
        let tasks = living.map(|task| {
            let runs: Vec<&RunRow> = self
                .rows()
                .filter(|row| row.task_id == task.id)
                .take(20)
                .collect();
            let last = runs
                .iter()
                .map(|row| LastRun {
                    run: row.id,
                    state: row.state,
                    ran_ms: row.ran_ms,
                })
                .collect();
            let mut times: Vec<u64> = runs.iter().filter_map(|row| row.ran_ms).collect();
            times.sort_unstable();
            TaskSummary {
                task: task.clone(),
                last,
                median_ms: times.get(times.len() / 2).copied(),
            }
        });
        fine(tasks.collect())
    }

    pub(super) fn get_task(&mut self, request: GetTask) -> Outcome<GetTask> {
        fine(self.task(&request.task)?.clone())
    }

    pub(super) fn save_task(&mut self, request: SaveTask) -> Outcome<SaveTask> {
        let spec = TaskSpec::try_from(request.file)?;
        let old = request
            .id
            .and_then(|id| self.tasks.iter().find(|task| task.id == id).cloned());
        let id = match &old {
            Some(old) => old.id,
            None => drover_model::TaskId::from_bits(self.fresh()),
        };
        if self
            .tasks
            .iter()
            .any(|task| task.id != id && task.spec.name == spec.name)
        {
            return Err(CommandError::new(
                Code::NameTaken,
                format!("a task named `{}` exists already", spec.name),
            )
            .field("name"));
        }
        let task = Task {
            id,
            version: old.as_ref().map_or(1, |old| old.version + 1),
            spec,
            created_at: old.map_or(self.now, |old| old.created_at),
            updated_at: self.now,
            removed_at: None,
        };
        self.tasks.retain(|other| other.id != id);
        self.tasks.push(task.clone());
        self.tasks.sort_by(|a, b| a.spec.name.cmp(&b.spec.name));
        Ok((task, vec![Fact::TaskChanged { task: id }]))
    }

    pub(super) fn remove_task(&mut self, request: RemoveTask) -> Outcome<RemoveTask> {
        let now = self.now;
        self.tasks
            .iter_mut()
            .filter(|task| task.id == request.task)
            .for_each(|task| task.removed_at = Some(now));
        Ok(((), vec![Fact::TaskChanged { task: request.task }]))
    }

    pub(super) fn restore_task(&mut self, request: RestoreTask) -> Outcome<RestoreTask> {
        self.tasks
            .iter_mut()
            .filter(|task| task.id == request.task)
            .for_each(|task| task.removed_at = None);
        Ok(((), vec![Fact::TaskChanged { task: request.task }]))
    }

    pub(super) fn plan_task(&mut self, request: PlanTask) -> Outcome<PlanTask> {
        let (spec, version) = match (request.file, request.task) {
            (Some(file), _) => match TaskSpec::try_from(file) {
                Ok(spec) => (spec, 1),
                Err(errors) => {
                    return fine(PlanReport {
                        problems: errors.0,
                        ..PlanReport::default()
                    });
                }
            },
            (None, Some(task)) => self
                .task(&task)
                .map(|task| (task.spec.clone(), task.version))?,
            (None, None) => {
                return Err(
                    CommandError::new(Code::Invalid, "name a task or give one").field("task")
                );
            }
        };
        let mut report = PlanReport::default();
        for profile in self.picked(&spec, &request.options)? {
            match self.plan(&spec, version, profile.as_ref(), &request.options.params) {
                Ok(plan) => report.plans.push(plan),
                Err(errors) => {
                    report
                        .problems
                        .extend(errors.iter().map(|error| drover_model::FieldError {
                            field: "task".into(),
                            message: error.to_string(),
                        }));
                }
            }
        }
        report.problems.dedup();
        report.runs = u32::try_from(report.plans.len()).unwrap_or(u32::MAX);
        fine(report)
    }

    /// The profiles that a start would use; one `None` where it needs none.
    pub(super) fn picked(
        &self,
        spec: &TaskSpec,
        options: &StartOptions,
    ) -> Result<Vec<Option<Profile>>, CommandError> {
        use drover_model::ProfilePick;
        let living = || {
            self.profiles
                .iter()
                .filter(|profile| profile.removed_at.is_none())
        };
        let by_tag = |tag: &str| -> Vec<Option<Profile>> {
            living()
                .filter(|profile| profile.tags.iter().any(|other| other == tag))
                .cloned()
                .map(Some)
                .collect()
        };
        if !options.profiles.is_empty() {
            return options
                .profiles
                .iter()
                .map(|name| self.profile(name).cloned().map(Some))
                .collect();
        }
        let by_set = |set: &str| -> Vec<Option<Profile>> {
            let sets = self.profile_sets.iter();
            let mut meant = sets.filter(|known| known.name.as_str().eq_ignore_ascii_case(set));
            let names = meant.next().map(|set| &set.profiles[..]);
            let names = names.unwrap_or_default();
            living()
                .filter(|profile| names.contains(&profile.name))
                .cloned()
                .map(Some)
                .collect()
        };
        let most = |pick: Option<u32>| pick.map_or(usize::MAX, |pick| pick as usize);
        let of_many = options.set.as_deref().map(by_set);
        if let Some(found) = of_many.or_else(|| options.tag.as_deref().map(by_tag)) {
            return Ok(found.into_iter().take(most(options.pick)).collect());
        }
        match &spec.profiles {
            ProfilePick::Unset => Ok(vec![None]),
            ProfilePick::All => Ok(living().cloned().map(Some).collect()),
            ProfilePick::Tag { tag, pick } => {
                Ok(by_tag(tag).into_iter().take(most(*pick)).collect())
            }
            ProfilePick::Set { set, pick } => {
                let found = by_set(set.as_str()).into_iter();
                Ok(found.take(most(*pick)).collect())
            }
            ProfilePick::Names(names) => names
                .iter()
                .map(|name| self.profile(name.as_str()).cloned().map(Some))
                .collect(),
        }
    }

    pub(super) fn start_task(&mut self, request: StartTask) -> Outcome<StartTask> {
        let task = self.task(&request.task)?.clone();
        let (mut rows, mut facts) = (Vec::new(), Vec::new());
        for profile in self.picked(&task.spec, &request.options)? {
            let plan = self
                .plan(
                    &task.spec,
                    task.version,
                    profile.as_ref(),
                    &request.options.params,
                )
                .map_err(|errors| {
                    let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
                    CommandError::new(Code::Invalid, words.join("; "))
                })?;
            let row = self.queue(&task, profile.as_ref(), plan, None);
            facts.push(Fact::RunQueued { run: row.id });
            rows.push(row);
        }
        Ok((rows, facts))
    }

    pub(in crate::bridge::demo) fn queue(
        &mut self,
        task: &Task,
        profile: Option<&Profile>,
        plan: drover_model::Plan,
        rerun_of: Option<RunId>,
    ) -> RunRow {
        let row = RunRow {
            id: RunId::from_bits(self.fresh()),
            task: task.spec.name.clone(),
            task_id: task.id,
            task_version: task.version,
            kind: task.spec.work.kind(),
            profile: profile.map(|profile| profile.name.clone()),
            profile_id: profile.map(|profile| profile.id),
            state: RunState::Queued,
            reason: None,
            message: None,
            attempt: 1,
            stop_intent: None,
            queued_at: self.now,
            started_at: None,
            finished_at: None,
            waited_ms: None,
            ran_ms: None,
            rerun_of,
            asks: false,
            pinned: false,
            park_ends_at: None,
            origin: None,
            seq: self.seq,
        };
        let run = Run {
            row: row.clone(),
            plan,
            attempts: Vec::new(),
            moves: Vec::new(),
            exit: None,
            outputs: std::collections::BTreeMap::new(),
            artifacts: Vec::new(),
            progress: None,
            waits_because: Some("2 of 2 workers busy".into()),
            files_removed_at: None,
        };
        self.runs.insert(0, run);
        row
    }
}
