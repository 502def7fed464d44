//! From a task and its options to one plan per profile: what the panel shows is what runs.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use drover_model::{
    Caller, Code, CommandError, FieldError, FieldErrors, Plan, PlanError, Profile, Proxy, RunId,
    Script, Surroundings, TaskFile, TaskSpec, TokenName, Work,
    request::{PlanReport, PlanTask, StartOptions},
    task::{Kind, Placement},
};
use drover_scheduler::planner::StartItem;
use serde_json::Value;

use super::{
    targets::{Fan, LookedTarget, PoolAhead, look_up, over},
    tasks::no_task,
};
use crate::{Engine, Result, engine::Rooms, error::Doing as _};

/// The most plans that one answer holds; the count is always complete.
const SHOWN: usize = 100;

/// The most runs that one start makes.
const MAX_RUNS: usize = 10_000;

/// Everything about one start that had to be looked up.
pub(crate) struct Prepared {
    spec: TaskSpec,
    version: u32,
    /// The profiles to run in; `None` alone means one run without a profile.
    targets: Vec<Target>,
    pool: Option<PoolAhead>,
    tokens: Vec<TokenName>,
    options: StartOptions,
    program: Option<String>,
    visible: bool,
    /// What it fans out over, in words.
    over: String,
}

/// One run to be.
struct Target {
    /// Empty, `profile:<id>` or `row:<n>`.
    key: String,
    profile: Option<Profile>,
    proxy: Option<Proxy>,
    browser: Option<String>,
    /// Values of this run alone; none means those of the start.
    params: Option<BTreeMap<String, Value>>,
}

impl Engine {
    pub async fn plan_task(&self, _by: Caller, req: PlanTask) -> Result<PlanReport> {
        let (spec, version) = match (req.task, req.file) {
            (Some(name), None) => {
                let wanted = name.clone();
                let task = self
                    .rooms()
                    .store
                    .read(move |db| db.find_task(&wanted, None))
                    .await
                    .doing("read the task")?;
                let task = task.ok_or_else(|| no_task(&name))?;
                (task.spec, task.version)
            }
            (None, Some(file)) => match self.spec_of_draft(file).await? {
                Ok(spec) => (spec, 0),
                Err(problems) => {
                    return Ok(PlanReport {
                        problems: problems.0,
                        ..PlanReport::default()
                    });
                }
            },
            _ => {
                return Err(
                    CommandError::new(Code::Invalid, "give either a task or a file")
                        .field("task")
                        .into(),
                );
            }
        };
        let prepared = match self.prepare(spec, version, req.options).await? {
            Ok(prepared) => prepared,
            Err(problems) => {
                return Ok(PlanReport {
                    problems: problems.0,
                    ..PlanReport::default()
                });
            }
        };
        let warnings = self.warnings(&prepared);
        let runs = u32::try_from(prepared.targets.len()).unwrap_or(u32::MAX);
        let mut report = PlanReport {
            runs,
            warnings,
            ..PlanReport::default()
        };
        for target in prepared.targets.iter().take(SHOWN) {
            match prepared.plan(target, None) {
                Ok(plan) => report.plans.push(plan),
                Err(problems) => {
                    report.problems = problems.0;
                    report.plans.clear();
                    break;
                }
            }
        }
        Ok(report)
    }

    /// A task that is being written: its problems are an answer, not an error.
    async fn spec_of_draft(
        &self,
        file: TaskFile,
    ) -> Result<std::result::Result<TaskSpec, FieldErrors>> {
        match self.spec_of(file).await {
            Ok(spec) => Ok(Ok(spec)),
            Err(error) => match CommandError::from(error) {
                error if error.code == Code::Invalid && !error.fields.is_empty() => {
                    Ok(Err(FieldErrors(error.fields)))
                }
                error if error.code == Code::Invalid => Ok(Err(FieldErrors::one(
                    error.field.unwrap_or_default(),
                    error.message,
                ))),
                error => Err(error.into()),
            },
        }
    }

    /// Looks up everything that a start of this task needs, or says what is missing.
    pub(crate) async fn prepare(
        &self,
        spec: TaskSpec,
        version: u32,
        options: StartOptions,
    ) -> Result<std::result::Result<Prepared, FieldErrors>> {
        self.prepare_fan(spec, version, options, Fan::Profiles)
            .await
    }

    /// The same for a start of many runs.
    pub(crate) async fn prepare_fan(
        &self,
        spec: TaskSpec,
        version: u32,
        options: StartOptions,
        fan: Fan,
    ) -> Result<std::result::Result<Prepared, FieldErrors>> {
        let rooms = self.rooms();
        let over = over(&spec, &options, &fan);
        let (wanted, now) = ((spec.clone(), options.clone()), rooms.now());
        let looked = rooms
            .store
            .read(move |db| look_up(db, &wanted.0, &wanted.1, fan, now))
            .await
            .doing("look up what the task needs")?;
        let looked = match looked {
            Ok(looked) => looked,
            Err(problems) => return Ok(Err(problems)),
        };
        if looked.profiles.len() > MAX_RUNS {
            return Ok(Err(FieldErrors::one(
                "profiles",
                format!(
                    "{} runs at once are more than {MAX_RUNS}",
                    looked.profiles.len()
                ),
            )));
        }
        let program = program(rooms, &spec).await;
        let mut targets = Vec::new();
        for LookedTarget {
            key,
            profile,
            proxy,
            params,
        } in looked.profiles
        {
            let browser = match &profile {
                Some(profile) => rooms
                    .machine
                    .browser_for(&profile.browser)
                    .await
                    .map(|found| format!("{} {}", found.brand, found.version)),
                None => None,
            };
            targets.push(Target {
                key,
                profile,
                proxy,
                browser,
                params,
            });
        }
        Ok(Ok(Prepared {
            spec,
            version,
            targets,
            pool: looked.pool,
            tokens: looked.tokens,
            options,
            program,
            visible: looked.visible,
            over,
        }))
    }

    /// What deserves a look although it would run.
    fn warnings(&self, prepared: &Prepared) -> Vec<String> {
        let mut warnings = Vec::new();
        let kind = prepared.spec.work.kind();
        let rooms = self.rooms();
        let for_python = matches!(&prepared.spec.work, Work::Playwright(script) if drover_runner::python::is_python(script));
        if kind == Kind::Playwright && !for_python && prepared.program.is_none() {
            warnings.push(
                "Node was not found; the run would fail. Install Node 20.6 or newer.".to_owned(),
            );
        }
        let apart = kind == Kind::Playwright && prepared.spec.placement == Placement::Own;
        if apart
            && prepared
                .targets
                .iter()
                .any(|target| target.profile.is_some())
        {
            warnings.push("The script starts a browser of its own: profile and proxy do not apply to it, and its pages go out from this machine's own address.".to_owned());
        }
        if !apart
            && prepared
                .targets
                .iter()
                .any(|target| target.profile.is_some() && target.browser.is_none())
        {
            warnings.push("No browser was found for the profile; the run would fail. Install Chrome or Chromium, or name its path in the profile.".to_owned());
        }
        if let Work::Playwright(Script::File { path }) = &prepared.spec.work
            && !Path::new(path.as_str()).is_file()
        {
            warnings.push(format!(
                "`{}` is not there; the run would fail.",
                path.as_str()
            ));
        }
        if let Work::Playwright(Script::Project { path, .. }) = &prepared.spec.work
            && !Path::new(path.as_str()).is_dir()
        {
            warnings.push(format!(
                "Folder `{}` is not there; the run would fail.",
                path.as_str()
            ));
        }
        if !prepared.spec.tokens.is_empty() && rooms.vault().state() == drover_vault::State::Locked
        {
            warnings.push("The keychain is locked; the run would wait for it.".to_owned());
        }
        let busy = prepared
            .targets
            .iter()
            .filter_map(|target| target.profile.as_ref())
            .filter(|profile| profile.in_use_by.is_some());
        let mut leading_past: Vec<_> = prepared
            .targets
            .iter()
            .filter_map(|target| target.proxy.as_ref())
            .filter(|proxy| proxy.rules.any_direct())
            .map(|proxy| &proxy.name)
            .collect();
        let pool = prepared.pool.as_ref();
        leading_past.extend(pool.iter().flat_map(|ahead| &ahead.leading_past));
        leading_past.sort();
        leading_past.dedup();
        warnings.extend(leading_past.iter().take(3).map(|name| {
            format!("A rule of proxy `{name}` sends some traffic past it, from this machine's own address.")
        }));
        if let Some(ahead) = pool.filter(|ahead| ahead.waits) {
            let name = &ahead.pool.name;
            warnings.push(format!(
                "No proxy of pool `{name}` can be used now; the run would wait for one."
            ));
        }
        warnings.extend(
            busy.take(3).map(|profile| {
                format!("Profile `{}` is in use; its run would wait.", profile.name)
            }),
        );
        warnings
    }
}

impl Prepared {
    /// How many runs it makes.
    pub(crate) fn runs(&self) -> usize {
        self.targets.len()
    }

    /// One plan a run, each with its id, or every problem.
    pub(crate) fn plans(
        &self,
        mut id: impl FnMut() -> RunId,
    ) -> std::result::Result<Vec<(RunId, Plan)>, FieldErrors> {
        self.targets
            .iter()
            .map(|target| {
                let run = id();
                Ok((run, self.plan(target, Some(run))?))
            })
            .collect()
    }

    /// What it fans out over, in words.
    pub(crate) fn over(&self) -> &str {
        &self.over
    }

    /// Each run with its key and its profile.
    pub(crate) fn items(&self) -> Vec<StartItem> {
        let items = self.targets.iter().map(|target| StartItem {
            key: target.key.clone(),
            profile: target.profile.as_ref().map(|profile| profile.id),
        });
        items.collect()
    }

    /// The plan of one of them.
    pub(crate) fn plan_item(
        &self,
        item: usize,
        run: RunId,
    ) -> std::result::Result<Plan, FieldErrors> {
        self.plan(&self.targets[item], Some(run))
    }

    fn plan(&self, target: &Target, run: Option<RunId>) -> std::result::Result<Plan, FieldErrors> {
        let around = Surroundings {
            task_version: self.version,
            run,
            profile: target.profile.as_ref(),
            proxy: target.proxy.as_ref(),
            pool: self.pool.as_ref().map(|ahead| &ahead.pool),
            tokens: &self.tokens,
            params: target.params.as_ref().unwrap_or(&self.options.params),
            program: self.program.as_deref(),
            browser: target.browser.as_deref(),
            visible: self.visible,
        };
        Plan::resolve(&self.spec, &around)
            .map_err(|errors| FieldErrors(errors.iter().map(problem).collect()))
    }
}

/// The field of the task that a reason belongs to.
fn problem(error: &PlanError) -> FieldError {
    let field = match error {
        PlanError::UnknownProxy(_) | PlanError::UnknownPool(_) | PlanError::EmptyPool(_) => {
            "proxy".to_owned()
        }
        PlanError::UnknownToken(_) => "tokens".to_owned(),
        PlanError::MissingParam(name)
        | PlanError::UnknownParam(name)
        | PlanError::BadParam { name, .. } => format!("parameters.{name}"),
        PlanError::MissingOutput(name) => format!("parameters.outputs.{name}"),
        PlanError::NoProfile
        | PlanError::StepsNeedProfile
        | PlanError::ScriptNeedsProfile
        | PlanError::LoginNeedsProfile => "profiles".to_owned(),
        PlanError::ProgramNotFound(_) => "program".to_owned(),
    };
    FieldError {
        field,
        message: error.to_string(),
    }
}

/// The program of a plan: the command's own, the shell, or Node.
async fn program(rooms: &Rooms, spec: &TaskSpec) -> Option<String> {
    let path: Option<PathBuf> = match &spec.work {
        Work::Command(command) if command.shell => {
            rooms
                .paths
                .program(if cfg!(windows) { "cmd" } else { "sh" })
        }
        Work::Command(command) => rooms.paths.program(&command.program),
        Work::Playwright(_) => rooms.machine.node().await.map(|node| node.path),
        Work::Steps(_) => None,
    };
    path.map(|path| path.to_string_lossy().into_owned())
}
