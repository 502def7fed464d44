//! One answer for each command.

#![expect(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "every answer has the same shape, so that the table can call it"
)]

mod batches;
mod browsers;
mod bundles;
mod cookies;
mod discovery;
mod extensions;
mod keeping;
mod library;
mod machine;
mod pools;
mod profile_sets;
mod profiles;
mod proxies;
mod queue;
mod runs;
mod schedules;
mod tasks;

use drover_model::request::{
    AddExtension, ApplyRetention, AttachTool, CancelBatch, CancelListing, CancelRun, CancelRuns,
    ChangeProxyAddress, CheckMachine, CheckProxies, CloneProfile, CloseProfile, DetachTool,
    DuplicateProfile, ExportBundle, ExportCookies, ExportProfiles, FindBrowsers, FixSchedules,
    ForgetLogin, GetAppInfo, GetBatch, GetCalendar, GetKeychain, GetProfile, GetQueue, GetRun,
    GetSchedule, GetSettings, GetSummary, GetTask, GetUsage, ImportBundle, ImportCookies,
    ImportForeign, ImportProfiles, ImportProxies, InstallPlaywright, KeepTokensInMemory,
    ListAttached, ListBatches, ListBrowsers, ListCookies, ListExtensions, ListForeignProfiles,
    ListLimits, ListPools, ListProfileSets, ListProfiles, ListProxies, ListRuns, ListSchedules,
    ListSnapshots, ListTasks, ListTests, ListTokens, LoadSamples, OpenProfile, OpenTrace,
    PauseQueue, PauseSchedule, PinRuns, PlanTask, PreviewRetention, PreviewSchedule, ReadArtifact,
    ReadLog, RemoveExtension, RemovePool, RemoveProfileSet, RemoveProfiles, RemoveProxy,
    RemoveSchedule, RemoveSnapshot, RemoveTask, RemoveToken, RerunRun, RerunRuns, RestoreProfiles,
    RestoreSchedule, RestoreTask, ResumeRun, ResumeSchedule, RetryBatch, RevealPath,
    RollBackProfile, RunScheduleNow, SavePool, SaveProfile, SaveProfileSet, SaveProxy,
    SaveSchedule, SaveSettings, SaveTask, SetLimit, SetPause, SetPriority, SetToken, SettleMissed,
    SettleRun, ShootBrowser, StartBatch, StartTask, SweepProfile, TakeSnapshot, UndoCookies,
    UnlockKeychain, WhyRun,
};
use drover_model::{Code, CommandError, Event, Fact, Request, RunId};
use serde::de::DeserializeOwned;

use super::scene::Scene;
use super::world::World;

/// A reply with what it changed.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) reply: String,
    pub(super) events: Vec<Event>,
    /// Runs that begin now.
    pub(super) started: Vec<RunId>,
}

type Outcome<R> = Result<(<R as Request>::Reply, Vec<Fact>), CommandError>;

macro_rules! answers {
    ($world:ident, $command:ident, $body:ident, $($request:ty => $method:ident;)*) => {
        $(
            if $command == <$request as Request>::NAME {
                let request: $request = read($body)?;
                let (reply, facts) = $world.$method(request)?;
                return $world.close(&reply, facts);
            }
        )*
    };
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, CommandError> {
    serde_json::from_str(body).map_err(|error| {
        CommandError::new(
            Code::Invalid,
            format!("the request cannot be read: {error}"),
        )
    })
}

fn fine<T>(reply: T) -> Result<(T, Vec<Fact>), CommandError> {
    Ok((reply, Vec::new()))
}

impl World {
    #[expect(clippy::too_many_lines, reason = "a line a command")]
    pub(super) fn answer(&mut self, command: &str, body: &str) -> Result<Answer, CommandError> {
        if self.scene == Scene::Error && command.starts_with("list_") {
            return Err(CommandError::new(
                Code::Storage,
                "failed to read the database: the disk reported an error",
            )
            .hint("check the disk, then press Retry"));
        }
        answers! { self, command, body,
            ListProfiles => list_profiles;
            GetProfile => get_profile;
            SaveProfile => save_profile;
            DuplicateProfile => duplicate_profile;
            RemoveProfiles => remove_profiles;
            RestoreProfiles => restore_profiles;
            ForgetLogin => forget_login;
            ListProfileSets => list_profile_sets;
            SaveProfileSet => save_profile_set;
            RemoveProfileSet => remove_profile_set;
            ImportProfiles => import_profiles;
            ExportProfiles => export_profiles;
            FindBrowsers => find_browsers;
            ListBrowsers => list_browsers;
            OpenProfile => open_profile;
            CloseProfile => close_profile;
            AttachTool => attach_tool;
            ListAttached => list_attached;
            DetachTool => detach_tool;
            ShootBrowser => shoot_browser;
            ListCookies => list_cookies;
            ImportCookies => import_cookies;
            UndoCookies => undo_cookies;
            ExportCookies => export_cookies;
            ListSnapshots => list_snapshots;
            TakeSnapshot => take_snapshot;
            RollBackProfile => roll_back_profile;
            RemoveSnapshot => remove_snapshot;
            CloneProfile => clone_profile;
            GetUsage => get_usage;
            SweepProfile => sweep_profile;
            ExportBundle => export_bundle;
            ImportBundle => import_bundle;
            ListForeignProfiles => list_foreign_profiles;
            ImportForeign => import_foreign;
            ListExtensions => list_extensions;
            AddExtension => add_extension;
            RemoveExtension => remove_extension;
            ListProxies => list_proxies;
            SaveProxy => save_proxy;
            RemoveProxy => remove_proxy;
            ImportProxies => import_proxies;
            CheckProxies => check_proxies;
            ChangeProxyAddress => change_proxy_address;
            ListPools => list_pools;
            SavePool => save_pool;
            RemovePool => remove_pool;
            ListTokens => list_tokens;
            SetToken => set_token;
            RemoveToken => remove_token;
            GetKeychain => get_keychain;
            UnlockKeychain => unlock_keychain;
            KeepTokensInMemory => keep_tokens_in_memory;
            ListTasks => list_tasks;
            GetTask => get_task;
            SaveTask => save_task;
            RemoveTask => remove_task;
            RestoreTask => restore_task;
            PlanTask => plan_task;
            ListTests => list_tests;
            CancelListing => cancel_listing;
            StartTask => start_task;
            ListRuns => list_runs;
            GetRun => get_run;
            RerunRun => rerun_run;
            CancelRun => cancel_run;
            ResumeRun => resume_run;
            ReadLog => read_log;
            ReadArtifact => read_artifact;
            OpenTrace => open_trace;
            GetSummary => get_summary;
            PauseQueue => pause_queue;
            GetQueue => get_queue;
            WhyRun => why_run;
            SetPriority => set_priority;
            ListLimits => list_limits;
            SetLimit => set_limit;
            CancelRuns => cancel_runs;
            RerunRuns => rerun_runs;
            SetPause => set_pause;
            SettleRun => settle_run;
            PinRuns => pin_runs;
            PreviewRetention => preview_retention;
            ApplyRetention => apply_retention;
            PreviewSchedule => preview_schedule;
            ListSchedules => list_schedules;
            GetSchedule => get_schedule;
            SaveSchedule => save_schedule;
            PauseSchedule => pause_schedule;
            ResumeSchedule => resume_schedule;
            RemoveSchedule => remove_schedule;
            RestoreSchedule => restore_schedule;
            RunScheduleNow => run_schedule_now;
            GetCalendar => get_calendar;
            FixSchedules => fix_schedules;
            SettleMissed => settle_missed;
            StartBatch => start_batch;
            ListBatches => list_batches;
            GetBatch => get_batch;
            CancelBatch => cancel_batch;
            RetryBatch => retry_batch;
            GetSettings => get_settings;
            SaveSettings => save_settings;
            GetAppInfo => get_app_info;
            CheckMachine => check_machine;
            LoadSamples => load_samples;
            InstallPlaywright => install_playwright;
            RevealPath => reveal_path;
        }
        Err(CommandError::new(
            Code::Internal,
            format!("unknown command `{command}`"),
        ))
    }

    fn close<T: serde::Serialize>(
        &mut self,
        reply: &T,
        facts: Vec<Fact>,
    ) -> Result<Answer, CommandError> {
        let reply = serde_json::to_string(reply)
            .map_err(|error| CommandError::new(Code::Internal, error.to_string()))?;
        let started = facts.iter().filter_map(|fact| match fact {
            Fact::RunQueued { run } => Some(*run),
            _ => None,
        });
        let started = started.collect();
        let events = facts.into_iter().map(|fact| self.event(fact)).collect();
        Ok(Answer {
            reply,
            events,
            started,
        })
    }
}
