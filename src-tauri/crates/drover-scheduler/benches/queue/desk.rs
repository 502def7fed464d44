//! A queue over a database of its own, with tasks and profiles to queue runs of.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use drover_model::{
    Caller, Encryption, Plan, Priority, Profile, ProfileId, RunId, Surroundings, Task, TaskId,
    overrides::Overrides, task::Command,
};
use drover_scheduler::{Clock as _, LocalQueue, SystemClock};
use drover_store::{Lax, NewRun, Origin, Store};
use jiff::Timestamp;
use serde_json::Value;

use crate::Done;

/// What every run carries, in bytes.
const PAYLOAD: usize = 200;
/// Runs that are put into the file in one commit where nobody measures it.
const CHUNK: usize = 1_000;

/// What `cargo xtask bench` hands over.
pub(crate) struct Setup {
    /// Where databases lie.
    pub(crate) folder: PathBuf,
}

impl Setup {
    pub(crate) fn read(file: &str) -> Done<Self> {
        let setup: Value = serde_json::from_slice(&std::fs::read(file)?)?;
        let folder = setup["folder"].as_str().ok_or("the setup has no folder")?;
        Ok(Self {
            folder: folder.into(),
        })
    }
}

/// What a commit survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Nothing,
    Kills,
    Power,
}

impl FromStr for Class {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "D0" => Ok(Self::Nothing),
            "D1" => Ok(Self::Kills),
            "D2" => Ok(Self::Power),
            other => Err(format!("no class `{other}`")),
        }
    }
}

/// A queue, in a folder that is removed with it.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) queue: LocalQueue,
    folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn open(setup: &Setup, class: Class) -> Done<Self> {
        std::fs::create_dir_all(&setup.folder)?;
        let folder = tempfile::tempdir_in(&setup.folder)?;
        let (path, now) = (folder.path(), SystemClock.now());
        let opened = match class {
            Class::Nothing => Store::open_lax(path, now, Lax::SurvivesNothing)?,
            Class::Kills => Store::open_lax(path, now, Lax::SurvivesKills)?,
            Class::Power => Store::open(path, now)?,
        };
        Ok(Self {
            queue: LocalQueue::new(opened.store.clone()),
            store: opened.store,
            folder,
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Saves so many tasks without a profile, or one with so many profiles, and gives what a run of each is made of.
    pub(crate) async fn kinds(&self, count: usize, in_profiles: bool) -> Done<Kinds> {
        let now = SystemClock.now();
        let tasks: Vec<Task> = (0..if in_profiles { 1 } else { count })
            .map(|at| task(at, now))
            .collect::<Done<_>>()?;
        let profiles: Vec<Profile> = (0..if in_profiles { count } else { 0 })
            .map(|at| profile(at, now))
            .collect::<Done<_>>()?;
        let all: Vec<(TaskId, Option<ProfileId>, Plan)> = (0..count)
            .map(|at| {
                let (task, profile) = (&tasks[at % tasks.len()], profiles.get(at));
                Ok((
                    task.id,
                    profile.map(|profile| profile.id),
                    plan(task, profile)?,
                ))
            })
            .collect::<Done<_>>()?;
        for some in tasks.chunks(CHUNK) {
            let some = some.to_vec();
            let save = self.store.write(now, Caller::Cli, move |tx| {
                some.iter().try_for_each(|task| tx.insert_task(task))
            });
            save.await?;
        }
        for some in profiles.chunks(CHUNK) {
            let some = some.to_vec();
            let save = self.store.write(now, Caller::Cli, move |tx| {
                some.iter()
                    .try_for_each(|profile| tx.insert_profile(profile))
            });
            save.await?;
        }
        Ok(Kinds { all })
    }

    /// Puts runs into the file, without asking whether there is room in their lines.
    pub(crate) async fn preload(&self, runs: impl IntoIterator<Item = NewRun>) -> Done<()> {
        let mut runs = runs.into_iter();
        loop {
            let some: Vec<NewRun> = runs.by_ref().take(CHUNK).collect();
            if some.is_empty() {
                return Ok(());
            }
            let put = self.store.write(SystemClock.now(), Caller::Cli, move |tx| {
                some.iter().try_for_each(|run| tx.insert_run(run))
            });
            put.await?;
        }
    }

    pub(crate) async fn close(self) -> Done<()> {
        self.store.close().await;
        Ok(self.folder.close()?)
    }
}

/// What runs are made of: as many lines as there are tasks or profiles.
#[derive(Clone)]
pub(crate) struct Kinds {
    all: Vec<(TaskId, Option<ProfileId>, Plan)>,
}

impl Kinds {
    /// The run of that number; the kinds take turns.
    pub(crate) fn run(&self, number: usize, not_before: Option<Timestamp>) -> NewRun {
        let (task_id, profile_id, plan) = self.all[number % self.all.len()].clone();
        NewRun {
            id: id(number),
            task_id,
            task_version: 1,
            profile_id,
            plan,
            request_id: None,
            rerun_of: None,
            queued_at: SystemClock.now(),
            priority: Priority::NORMAL,
            not_before,
            origin: Origin::default(),
        }
    }

    pub(crate) fn runs(&self, numbers: std::ops::Range<usize>) -> impl Iterator<Item = NewRun> {
        numbers.map(|number| self.run(number, None))
    }
}

/// Ids that grow, as those of Drover do.
pub(crate) fn id(number: usize) -> RunId {
    RunId::from_bits(number as u128 + 1)
}

fn plan(task: &Task, profile: Option<&Profile>) -> Done<Plan> {
    let around = Surroundings {
        task_version: 1,
        run: Some(id(0)),
        profile,
        proxy: None,
        pool: None,
        tokens: &[],
        params: &BTreeMap::new(),
        program: Some("/bin/true"),
        browser: None,
        visible: false,
    };
    Ok(Plan::resolve(&task.spec, &around).map_err(|errors| format!("{errors:?}"))?)
}

fn task(number: usize, now: Timestamp) -> Done<Task> {
    let command = Command {
        program: "true".to_owned(),
        args: vec!["x".repeat(PAYLOAD).parse()?],
        cwd: None,
        shell: false,
    };
    Ok(Task {
        id: TaskId::from_bits(number as u128 + 1),
        version: 1,
        spec: Task::command(command)
            .named(format!("task-{number}").parse()?)
            .map_err(|errors| format!("{errors:?}"))?,
        created_at: now,
        updated_at: now,
        removed_at: None,
    })
}

fn profile(number: usize, now: Timestamp) -> Done<Profile> {
    Ok(Profile {
        id: ProfileId::from_bits(number as u128 + 1),
        name: format!("profile-{number}").parse()?,
        browser: "auto".to_owned(),
        encryption: Encryption::Os,
        password_store: None,
        cache_limit: None,
        proxy: None,
        tags: Vec::new(),
        start_urls: Vec::new(),
        tokens: Vec::new(),
        notes: String::new(),
        overrides: Overrides::default(),
        created_at: now,
        updated_at: now,
        removed_at: None,
        last_used_at: None,
        in_use_by: None,
        last_result: None,
        logins: Vec::new(),
    })
}
