//! From a task and its options to one plan per profile: what the panel shows is what runs.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use drover_model::{
    Caller, Code, CommandError, FieldError, FieldErrors, Name, Plan, PlanError, Pool, Profile,
    ProfilePick, Proxy, ProxyPolicy, RunId, Script, Surroundings, TaskFile, TaskSpec, TokenName,
    Work,
    request::{ListProfiles, PlanReport, PlanTask, StartOptions},
    task::{Kind, Placement},
};
use drover_scheduler::planner::StartItem;
use drover_store::Reading;
use jiff::Timestamp;
use serde_json::Value;

use super::{profiles::no_profile, tasks::no_task};
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

/// The pool that the task names, and what is to be expected of it.
struct PoolAhead {
    pool: Pool,
    /// No member can be used now.
    waits: bool,
    /// Members with a rule that leads past them.
    leading_past: Vec<Name>,
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

/// Which runs a start makes.
#[derive(Debug, Clone, Default)]
pub(crate) enum Fan {
    /// One for each profile; a number of profiles to pick takes the first by name, as the panel shows them.
    #[default]
    Profiles,
    /// The same, but they are picked at random.
    Random,
    /// Each was asked for by itself.
    Items(Vec<Asked>),
}

/// One run that was asked for by itself: a row of a table, or one that is repeated.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) key: String,
    /// Name or id; none leaves it to the start's one profile.
    pub(crate) profile: Option<String>,
    pub(crate) params: BTreeMap<String, Value>,
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

struct LookedTarget {
    key: String,
    profile: Option<Profile>,
    proxy: Option<Proxy>,
    params: Option<BTreeMap<String, Value>>,
}

struct LookedUp {
    profiles: Vec<LookedTarget>,
    pool: Option<PoolAhead>,
    tokens: Vec<TokenName>,
    visible: bool,
}

type LookUp = std::result::Result<LookedUp, FieldErrors>;

fn look_up(
    db: &Reading<'_>,
    spec: &TaskSpec,
    options: &StartOptions,
    fan: Fan,
    now: Timestamp,
) -> drover_store::Result<LookUp> {
    let random = matches!(fan, Fan::Random);
    let chosen = match fan {
        Fan::Items(items) => each(db, spec, options, items)?,
        Fan::Profiles | Fan::Random => chosen(db, spec, options, random)?.map(|profiles| {
            let keyed = profiles.into_iter().map(|profile| {
                let key = profile
                    .as_ref()
                    .map(|profile| format!("profile:{}", profile.id));
                (key.unwrap_or_default(), profile, None)
            });
            keyed.collect()
        }),
    };
    let chosen: Vec<Choice> = match chosen {
        Ok(chosen) => chosen,
        Err(problems) => return Ok(Err(problems)),
    };
    let named = match &spec.proxy {
        ProxyPolicy::Named(name) => db.find_proxy(name.as_str())?,
        _ => None,
    };
    let mut profiles = Vec::new();
    for (key, profile, params) in chosen {
        let proxy = match (&spec.proxy, &profile) {
            (ProxyPolicy::Profile, Some(profile)) => match &profile.proxy {
                Some(name) => match db.find_proxy(name.as_str())? {
                    Some(proxy) => Some(proxy),
                    // Without its proxy a profile must not run: that would show its real address.
                    None => {
                        return Ok(Err(FieldErrors::one(
                            "proxy",
                            format!(
                                "profile `{}` uses proxy `{name}`, which is not there",
                                profile.name
                            ),
                        )));
                    }
                },
                None => None,
            },
            (ProxyPolicy::Named(_), _) => named.clone(),
            _ => None,
        };
        profiles.push(LookedTarget {
            key,
            profile,
            proxy,
            params,
        });
    }
    Ok(Ok(LookedUp {
        profiles,
        pool: pool_ahead(db, &spec.proxy, now)?,
        tokens: db.token_names()?,
        visible: db.settings()?.show_browser,
    }))
}

fn pool_ahead(
    db: &Reading<'_>,
    policy: &ProxyPolicy,
    now: Timestamp,
) -> drover_store::Result<Option<PoolAhead>> {
    let ProxyPolicy::Pool { pool: name, .. } = policy else {
        return Ok(None);
    };
    let Some(pool) = db.find_pool(name.as_str())? else {
        return Ok(None);
    };
    let mut leading_past = Vec::new();
    for member in &pool.members {
        let proxy = db.proxy(*member)?;
        leading_past.extend(
            proxy
                .filter(|proxy| proxy.rules.any_direct())
                .map(|proxy| proxy.name),
        );
    }
    let waits = db.pool_view(pool.id, now)?.ready(now) == 0;
    Ok(Some(PoolAhead {
        pool,
        waits,
        leading_past,
    }))
}

/// A run to be: its key, its profile, and its own values.
type Choice = (String, Option<Profile>, Option<BTreeMap<String, Value>>);

/// One run for each item.
fn each(
    db: &Reading<'_>,
    spec: &TaskSpec,
    options: &StartOptions,
    items: Vec<Asked>,
) -> drover_store::Result<std::result::Result<Vec<Choice>, FieldErrors>> {
    let common = if items.iter().all(|item| item.profile.is_some()) {
        None
    } else {
        match chosen(db, spec, options, false)? {
            Ok(mut profiles) if profiles.len() == 1 => profiles.remove(0),
            Ok(profiles) => {
                let message = format!(
                    "each row needs a `profile`, because the task runs in {} of them",
                    profiles.len()
                );
                return Ok(Err(FieldErrors::one("profiles", message)));
            }
            Err(problems) => return Ok(Err(problems)),
        }
    };
    let mut choices = Vec::with_capacity(items.len());
    for item in items {
        let profile = match &item.profile {
            None => common.clone(),
            Some(name) => match db
                .find_profile(name)?
                .filter(|profile| profile.removed_at.is_none())
            {
                Some(profile) => Some(profile),
                None => return Ok(Err(FieldErrors::one("profiles", no_profile(name).message))),
            },
        };
        let mut params = options.params.clone();
        params.extend(item.params);
        choices.push((item.key, profile, Some(params)));
    }
    Ok(Ok(choices))
}

/// So many of them, in an order that nobody can tell.
fn shuffled(profiles: &mut Vec<Profile>, pick: usize) {
    let count = profiles.len();
    for place in 0..pick.min(count) {
        let mut random = [0; 8];
        getrandom::fill(&mut random).expect("BUG: the system has a random source");
        let left = u64::try_from(count - place).unwrap_or(u64::MAX);
        let step = usize::try_from(u64::from_ne_bytes(random) % left).unwrap_or(0);
        profiles.swap(place, place + step);
    }
    profiles.truncate(pick);
}

/// What a start fans out over, in words.
fn over(spec: &TaskSpec, options: &StartOptions, fan: &Fan) -> String {
    let many = |count: usize, what: &str| {
        let s = if count == 1 { "" } else { "s" };
        format!("{count} {what}{s}")
    };
    let picked = |tag: &str, pick: Option<u32>| {
        pick.map_or_else(
            || format!("tag {tag}"),
            |pick| format!("tag {tag}, {pick} picked"),
        )
    };
    if let Fan::Items(items) = fan {
        return many(items.len(), "row");
    }
    if !options.profiles.is_empty() {
        return many(options.profiles.len(), "profile");
    }
    let of_set = |set: &str, pick: Option<u32>| {
        pick.map_or_else(
            || format!("set {set}"),
            |pick| format!("set {set}, {pick} picked"),
        )
    };
    if let Some(set) = &options.set {
        return of_set(set, options.pick);
    }
    match (&options.tag, &spec.profiles) {
        (Some(tag), _) => picked(tag, options.pick),
        (None, ProfilePick::Set { set, pick }) => of_set(set.as_str(), *pick),
        (None, ProfilePick::Tag { tag, pick }) => picked(tag, *pick),
        (None, ProfilePick::Names(names)) => many(names.len(), "profile"),
        (None, ProfilePick::All) => "all profiles".to_owned(),
        (None, ProfilePick::Unset) => "no profile".to_owned(),
    }
}

/// The profiles to run in: the options' choice, else the task's.
fn chosen(
    db: &Reading<'_>,
    spec: &TaskSpec,
    options: &StartOptions,
    random: bool,
) -> drover_store::Result<std::result::Result<Vec<Option<Profile>>, FieldErrors>> {
    let by_name = |names: Vec<String>| -> drover_store::Result<
        std::result::Result<Vec<Option<Profile>>, FieldErrors>,
    > {
        let mut profiles: Vec<Option<Profile>> = Vec::new();
        for name in names {
            match db
                .find_profile(&name)?
                .filter(|profile| profile.removed_at.is_none())
            {
                Some(profile)
                    if profiles
                        .iter()
                        .flatten()
                        .any(|known| known.id == profile.id) => {}
                Some(profile) => profiles.push(Some(profile)),
                None => return Ok(Err(FieldErrors::one("profiles", no_profile(&name).message))),
            }
        }
        Ok(Ok(profiles))
    };
    let by_set =
        |set: &str,
         pick: Option<u32>,
         random: bool|
         -> drover_store::Result<std::result::Result<Vec<Option<Profile>>, FieldErrors>> {
            let Some(mut profiles) = db.profiles_of_set(set)? else {
                let message = super::profile_sets::no_set(set).message;
                return Ok(Err(FieldErrors::one("profiles.set", message)));
            };
            let pick = pick.map_or(usize::MAX, |pick| pick as usize);
            if random {
                shuffled(&mut profiles, pick);
            }
            profiles.truncate(pick);
            if profiles.is_empty() {
                let message = format!("the saved set `{set}` has no profile now");
                return Ok(Err(FieldErrors::one("profiles.set", message)));
            }
            Ok(Ok(profiles.into_iter().map(Some).collect()))
        };
    let by_tag =
        |tag: &str,
         pick: Option<u32>,
         random: bool|
         -> drover_store::Result<std::result::Result<Vec<Option<Profile>>, FieldErrors>> {
            let mut profiles = db.profiles_with_tag(tag)?;
            let pick = pick.map_or(usize::MAX, |pick| pick as usize);
            if random {
                shuffled(&mut profiles, pick);
            }
            profiles.truncate(pick);
            if profiles.is_empty() {
                return Ok(Err(FieldErrors::one(
                    "profiles.tag",
                    format!("no profile has the tag `{tag}`"),
                )));
            }
            Ok(Ok(profiles.into_iter().map(Some).collect()))
        };
    if !options.profiles.is_empty() {
        return by_name(options.profiles.clone());
    }
    if let Some(set) = &options.set {
        return by_set(set, options.pick, true);
    }
    if let Some(tag) = &options.tag {
        return by_tag(tag, options.pick, true);
    }
    match &spec.profiles {
        ProfilePick::Unset => Ok(Ok(vec![None])),
        ProfilePick::Names(names) => by_name(names.iter().map(ToString::to_string).collect()),
        ProfilePick::Tag { tag, pick } => by_tag(tag, *pick, random),
        ProfilePick::Set { set, pick } => by_set(set.as_str(), *pick, random),
        ProfilePick::All => {
            let all = db
                .profiles(&ListProfiles {
                    limit: u32::MAX,
                    ..ListProfiles::default()
                })?
                .rows;
            if all.is_empty() {
                return Ok(Err(FieldErrors::one("profiles", "there is no profile yet")));
            }
            Ok(Ok(all.into_iter().map(Some).collect()))
        }
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

/// The names of the profiles that a task runs in when nothing else is said; none when that cannot be told.
pub(crate) fn profiles_of(
    db: &Reading<'_>,
    spec: &TaskSpec,
) -> drover_store::Result<Vec<drover_model::Name>> {
    let chosen = chosen(db, spec, &StartOptions::default(), false)?;
    let profiles = chosen.unwrap_or_default().into_iter().flatten();
    Ok(profiles.map(|profile| profile.name).collect())
}
