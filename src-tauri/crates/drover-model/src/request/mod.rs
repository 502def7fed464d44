//! Requests: what a face asks of the engine, each with its name and the type of its reply.
//! The window's commands, the socket and the command line use the same ones.

mod batches;
mod browsers;
mod cookies;
mod discovery;
mod keeping;
mod machine;
mod profile_sets;
mod profiles;
mod proxies;
mod queue;
mod runs;
mod schedules;
mod tasks;
mod tokens;

pub use batches::*;
pub use browsers::*;
pub use cookies::*;
pub use discovery::*;
pub use keeping::*;
pub use machine::*;
pub use profile_sets::*;
pub use profiles::*;
pub use proxies::*;
pub use queue::*;
pub use runs::*;
pub use schedules::*;
pub use tasks::*;
pub use tokens::*;

use serde::{Serialize, de::DeserializeOwned};

/// A question or an order with exactly one answer.
pub trait Request: Serialize + DeserializeOwned + Send + 'static {
    /// The name of the command, in snake case.
    const NAME: &'static str;
    /// What comes back when it went well.
    type Reply: Serialize + DeserializeOwned + Send + 'static;
}

/// Declares requests and collects their names.
macro_rules! requests {
    ($($name:literal = $request:ty => $reply:ty;)*) => {
        $(impl Request for $request {
            const NAME: &'static str = $name;
            type Reply = $reply;
        })*

        /// The names of all commands.
        pub mod command {
            /// Every command that answers once.
            pub const REQUESTS: &[&str] = &[$($name),*];
            /// The commands of the window's streams.
            pub const STREAMS: &[&str] = &[
                "watch_run",
                "unwatch_run",
                "watch_browser",
                "saw_browser",
                "unwatch_browser",
            ];
            /// The one name under which committed facts reach the window.
            pub const EVENT: &str = "drover://event";
        }
    };
}

requests! {
    "list_profiles" = ListProfiles => ProfileList;
    "get_profile" = GetProfile => crate::Profile;
    "save_profile" = SaveProfile => crate::Profile;
    "duplicate_profile" = DuplicateProfile => crate::Profile;
    "remove_profiles" = RemoveProfiles => u32;
    "restore_profiles" = RestoreProfiles => u32;
    "forget_login" = ForgetLogin => crate::Profile;
    "list_profile_sets" = ListProfileSets => Vec<crate::ProfileSet>;
    "save_profile_set" = SaveProfileSet => crate::ProfileSet;
    "remove_profile_set" = RemoveProfileSet => ();
    "import_profiles" = ImportProfiles => ImportReport;
    "export_profiles" = ExportProfiles => String;
    "find_browsers" = FindBrowsers => FoundBrowsers;
    "list_browsers" = ListBrowsers => Vec<OpenBrowser>;
    "open_profile" = OpenProfile => OpenBrowser;
    "close_profile" = CloseProfile => ClosedBrowser;
    "attach_tool" = AttachTool => AttachedTool;
    "list_attached" = ListAttached => Vec<OpenEndpoint>;
    "detach_tool" = DetachTool => ();
    "shoot_browser" = ShootBrowser => ArtifactBytes;
    "list_cookies" = ListCookies => CookieList;
    "import_cookies" = ImportCookies => CookieImport;
    "undo_cookies" = UndoCookies => CookiesUndone;
    "export_cookies" = ExportCookies => CookieExport;
    "list_snapshots" = ListSnapshots => Vec<crate::Snapshot>;
    "take_snapshot" = TakeSnapshot => crate::Snapshot;
    "roll_back_profile" = RollBackProfile => crate::Rollback;
    "remove_snapshot" = RemoveSnapshot => ();
    "clone_profile" = CloneProfile => MadeProfile;
    "get_usage" = GetUsage => crate::Usage;
    "sweep_profile" = SweepProfile => Swept;
    "export_bundle" = ExportBundle => crate::CopyReport;
    "import_bundle" = ImportBundle => ImportedBundle;
    "list_foreign_profiles" = ListForeignProfiles => Vec<crate::ForeignProfile>;
    "import_foreign" = ImportForeign => ImportedForeign;
    "list_extensions" = ListExtensions => ExtensionList;
    "add_extension" = AddExtension => crate::Extension;
    "remove_extension" = RemoveExtension => ();
    "list_proxies" = ListProxies => Vec<crate::Proxy>;
    "save_proxy" = SaveProxy => crate::Proxy;
    "remove_proxy" = RemoveProxy => ();
    "import_proxies" = ImportProxies => ProxyImport;
    "check_proxies" = CheckProxies => Vec<crate::Proxy>;
    "change_proxy_address" = ChangeProxyAddress => crate::Proxy;
    "list_pools" = ListPools => Vec<crate::PoolView>;
    "save_pool" = SavePool => crate::PoolView;
    "remove_pool" = RemovePool => ();
    "list_tokens" = ListTokens => Vec<crate::TokenRef>;
    "set_token" = SetToken => crate::TokenRef;
    "remove_token" = RemoveToken => ();
    "get_keychain" = GetKeychain => crate::token::Keychain;
    "unlock_keychain" = UnlockKeychain => crate::token::Keychain;
    "keep_tokens_in_memory" = KeepTokensInMemory => crate::token::Keychain;
    "list_tasks" = ListTasks => Vec<TaskSummary>;
    "get_task" = GetTask => crate::Task;
    "save_task" = SaveTask => crate::Task;
    "remove_task" = RemoveTask => ();
    "restore_task" = RestoreTask => ();
    "plan_task" = PlanTask => PlanReport;
    "list_tests" = ListTests => TestTree;
    "cancel_listing" = CancelListing => ();
    "start_task" = StartTask => Vec<crate::RunRow>;
    "list_runs" = ListRuns => RunList;
    "get_run" = GetRun => crate::Run;
    "rerun_run" = RerunRun => crate::RunRow;
    "cancel_run" = CancelRun => crate::RunRow;
    "resume_run" = ResumeRun => crate::RunRow;
    "read_log" = ReadLog => crate::LogPage;
    "read_artifact" = ReadArtifact => ArtifactBytes;
    "open_trace" = OpenTrace => OpenedTrace;
    "get_summary" = GetSummary => Summary;
    "pause_queue" = PauseQueue => Summary;
    "get_queue" = GetQueue => QueueView;
    "why_run" = WhyRun => Vec<crate::WaitReason>;
    "set_priority" = SetPriority => u32;
    "list_limits" = ListLimits => Vec<crate::Limit>;
    "set_limit" = SetLimit => Vec<crate::Limit>;
    "cancel_runs" = CancelRuns => u32;
    "rerun_runs" = RerunRuns => Vec<crate::RunRow>;
    "set_pause" = SetPause => Vec<crate::Pause>;
    "settle_run" = SettleRun => crate::RunRow;
    "pin_runs" = PinRuns => u32;
    "preview_retention" = PreviewRetention => crate::Retention;
    "apply_retention" = ApplyRetention => crate::Retention;
    "preview_schedule" = PreviewSchedule => SchedulePreview;
    "list_schedules" = ListSchedules => ScheduleList;
    "get_schedule" = GetSchedule => ScheduleDetail;
    "save_schedule" = SaveSchedule => crate::Schedule;
    "pause_schedule" = PauseSchedule => crate::Schedule;
    "resume_schedule" = ResumeSchedule => crate::Schedule;
    "remove_schedule" = RemoveSchedule => ();
    "restore_schedule" = RestoreSchedule => ();
    "run_schedule_now" = RunScheduleNow => Vec<crate::RunRow>;
    "get_calendar" = GetCalendar => Calendar;
    "fix_schedules" = FixSchedules => Vec<crate::Schedule>;
    "settle_missed" = SettleMissed => Vec<crate::RunRow>;
    "start_batch" = StartBatch => BatchStart;
    "list_batches" = ListBatches => BatchList;
    "get_batch" = GetBatch => crate::Batch;
    "cancel_batch" = CancelBatch => crate::Batch;
    "retry_batch" = RetryBatch => crate::Batch;
    "get_settings" = GetSettings => crate::Settings;
    "save_settings" = SaveSettings => crate::Settings;
    "get_app_info" = GetAppInfo => crate::machine::AppInfo;
    "check_machine" = CheckMachine => Vec<crate::Check>;
    "load_samples" = LoadSamples => SamplesReport;
    "install_playwright" = InstallPlaywright => Vec<crate::Check>;
    "reveal_path" = RevealPath => ();
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn names_are_unique_and_snake_case() {
        let mut names: Vec<_> = command::REQUESTS.iter().chain(command::STREAMS).collect();
        assert!(
            names
                .iter()
                .all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        );
        names.sort();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
