//! Everything that the demo engine knows.

use std::collections::BTreeMap;

use drover_model::machine::AppInfo;
use drover_model::request::{AttachedTool, OpenBrowser, Summary};
use drover_model::token::Keychain;
use drover_model::{
    Batch, Caller, Code, CommandError, Event, Fact, LogLine, Name, Plan, Pool, Priority, Profile,
    Proxy, Run, RunId, RunRow, RunState, Schedule, Settings, Surroundings, Task, TaskSpec,
    TokenRef,
};
use jiff::{SignedDuration, Timestamp};

use super::kept::Kept;
use super::line::LimitRow;
use super::planner::Here;
use super::scene::Scene;

/// 2026-05-04T12:02:41Z in milliseconds.
const FIRST_ID_MS: u128 = 1_777_896_161_000;

pub(super) struct World {
    pub(super) scene: Scene,
    pub(super) now: Timestamp,
    /// The zone of the computer.
    pub(super) here: Here,
    pub(super) profiles: Vec<Profile>,
    pub(super) proxies: Vec<Proxy>,
    pub(super) pools: Vec<Pool>,
    pub(super) tokens: Vec<TokenRef>,
    pub(super) keychain: Keychain,
    pub(super) tasks: Vec<Task>,
    /// Newest first.
    pub(super) runs: Vec<Run>,
    pub(super) logs: BTreeMap<RunId, Vec<LogLine>>,
    pub(super) settings: Settings,
    pub(super) info: AppInfo,
    /// Browsers that run.
    pub(super) browsers: Vec<OpenBrowser>,
    /// Open endpoints.
    pub(super) tools: Vec<AttachedTool>,
    /// What is kept of profiles beside their settings.
    pub(super) kept: Kept,
    pub(super) paused: bool,
    /// What is paused beside everything.
    pub(super) pauses: Vec<drover_model::Pause>,
    /// Of queued runs; the others have the normal one.
    pub(super) priorities: BTreeMap<RunId, Priority>,
    pub(super) limits: Vec<LimitRow>,
    pub(super) schedules: Vec<Schedule>,
    pub(super) batches: Vec<Batch>,
    pub(super) profile_sets: Vec<drover_model::ProfileSet>,
    /// What was missed and waits for an answer.
    pub(super) missed: Vec<drover_model::schedule::MissedReport>,
    pub(super) seq: u64,
    pub(super) ids: u128,
}

impl World {
    /// A new id. They sort by the order in which they are made and are the same in every session, so that the
    /// harness can photograph a run under a fixed address.
    pub(super) fn fresh(&mut self) -> u128 {
        self.ids += 1;
        ((FIRST_ID_MS + self.ids) << 80) | (self.ids * 0x9e37_79b9_7f4a_7c15 % (1 << 80))
    }

    pub(super) fn event(&mut self, fact: Fact) -> Event {
        self.seq += 1;
        Event {
            seq: self.seq,
            at: self.now,
            by: Caller::Window,
            fact,
        }
    }

    pub(super) fn run_mut(&mut self, run: RunId) -> Result<&mut Run, CommandError> {
        self.runs
            .iter_mut()
            .find(|other| other.row.id == run)
            .ok_or_else(|| missing(Code::RunNotFound, "run", &run.short()))
    }

    pub(super) fn profile(&self, wanted: &str) -> Result<&Profile, CommandError> {
        let found = self
            .profiles
            .iter()
            .find(|profile| profile.id.to_string() == wanted || profile.name.as_str() == wanted);
        found.ok_or_else(|| missing(Code::ProfileNotFound, "profile", wanted))
    }

    pub(super) fn task(&self, wanted: &str) -> Result<&Task, CommandError> {
        let found = self
            .tasks
            .iter()
            .find(|task| task.id.to_string() == wanted || task.spec.name.as_str() == wanted);
        found.ok_or_else(|| missing(Code::TaskNotFound, "task", wanted))
    }

    pub(super) fn summary(&self) -> Summary {
        let count = |states: &[RunState]| {
            u32::try_from(
                self.runs
                    .iter()
                    .filter(|run| states.contains(&run.row.state))
                    .count(),
            )
            .unwrap_or(u32::MAX)
        };
        Summary {
            running: count(&[RunState::Starting, RunState::Running, RunState::Stopping]),
            queued: count(&[RunState::Queued]),
            needs_you: u32::try_from(
                self.rows()
                    .filter(|row| row.state == RunState::Parked || row.asks)
                    .count(),
            )
            .unwrap_or(u32::MAX),
            failed_24h: count(&[RunState::Failed, RunState::TimedOut]),
            paused: self.paused,
            storage_error: (self.scene == Scene::Full).then(|| "the disk is full".to_owned()),
            disk_low: None,
            profiles: u32::try_from(self.profiles.len()).unwrap_or(u32::MAX),
            tasks: u32::try_from(self.tasks.len()).unwrap_or(u32::MAX),
            last: self.rows().take(5).cloned().collect(),
            missed: self.missed.clone(),
            seq: self.seq,
        }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &RunRow> {
        self.runs.iter().map(|run| &run.row)
    }

    /// What would run for this profile.
    pub(super) fn plan(
        &self,
        spec: &TaskSpec,
        version: u32,
        profile: Option<&Profile>,
        params: &BTreeMap<String, serde_json::Value>,
    ) -> Result<Plan, Vec<drover_model::PlanError>> {
        use drover_model::ProxyPolicy;
        let wanted = match &spec.proxy {
            ProxyPolicy::Profile => profile.and_then(|profile| profile.proxy.clone()),
            ProxyPolicy::Named(name) => Some(name.clone()),
            ProxyPolicy::None | ProxyPolicy::Pool { .. } => None,
        };
        let tokens: Vec<_> = self.tokens.iter().map(|token| token.name.clone()).collect();
        let program = match &spec.work {
            drover_model::Work::Command(command) => Some(format!("/usr/bin/{}", command.program)),
            drover_model::Work::Playwright(_) => Some("/usr/bin/node".to_owned()),
            drover_model::Work::Steps(_) => None,
        };
        let around = Surroundings {
            task_version: version,
            run: None,
            profile,
            proxy: wanted.and_then(|name| self.proxies.iter().find(|proxy| proxy.name == name)),
            pool: match &spec.proxy {
                ProxyPolicy::Pool { pool, .. } => self.pool(pool.as_str()),
                _ => None,
            },
            tokens: &tokens,
            params,
            program: program.as_deref(),
            browser: profile.map(|_| "chromium 156.0.8078.79"),
            visible: false,
        };
        Plan::resolve(spec, &around)
    }

    pub(super) fn ago(&self, seconds: i64) -> Timestamp {
        self.now - SignedDuration::from_secs(seconds)
    }
}

pub(super) fn name(text: &str) -> Name {
    text.parse().expect("BUG: seeded names are names")
}

pub(super) fn missing(code: Code, what: &str, wanted: &str) -> CommandError {
    CommandError::new(code, format!("no {what} named `{wanted}`")).hint(format!(
        "it may have been removed; the list of {what}s shows what is there"
    ))
}
