//! One typed function for each command. The only file that says how the window asks.

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
    RemoveSchedule, RemoveSnapshot, RemoveTask, RemoveToken, Request, RerunRun, RerunRuns,
    RestoreProfiles, RestoreSchedule, RestoreTask, ResumeRun, ResumeSchedule, RetryBatch,
    RevealPath, RollBackProfile, RunScheduleNow, SavePool, SaveProfile, SaveProfileSet, SaveProxy,
    SaveSchedule, SaveSettings, SaveTask, SetLimit, SetPause, SetPriority, SetToken, SettleMissed,
    SettleRun, StartBatch, StartTask, SweepProfile, TakeSnapshot, UndoCookies, UnlockKeychain,
    WatchBrowser, WhyRun,
};
use drover_model::{CommandError, RunBatch, RunId};
use yew::Callback;

use crate::bridge::{Backend, Guard, Link};

macro_rules! api {
    ($($name:ident($request:ty);)*) => {
        $(
            #[doc = concat!("Sends [`", stringify!($request), "`] and waits for its reply.")]
            pub async fn $name(link: &Link, request: $request) -> Result<<$request as Request>::Reply, CommandError> {
                link.call(&request).await
            }
        )*

        /// The commands that this file can send, for the test against the model.
        #[cfg(test)]
        const SENT: &[&str] = &[$(<$request as Request>::NAME),*];
    };
}

api! {
    list_profiles(ListProfiles);
    get_profile(GetProfile);
    save_profile(SaveProfile);
    duplicate_profile(DuplicateProfile);
    remove_profiles(RemoveProfiles);
    restore_profiles(RestoreProfiles);
    forget_login(ForgetLogin);
    list_profile_sets(ListProfileSets);
    save_profile_set(SaveProfileSet);
    remove_profile_set(RemoveProfileSet);
    import_profiles(ImportProfiles);
    export_profiles(ExportProfiles);
    find_browsers(FindBrowsers);
    list_browsers(ListBrowsers);
    open_profile(OpenProfile);
    close_profile(CloseProfile);
    attach_tool(AttachTool);
    list_attached(ListAttached);
    detach_tool(DetachTool);
    list_cookies(ListCookies);
    import_cookies(ImportCookies);
    undo_cookies(UndoCookies);
    export_cookies(ExportCookies);
    list_snapshots(ListSnapshots);
    take_snapshot(TakeSnapshot);
    roll_back_profile(RollBackProfile);
    remove_snapshot(RemoveSnapshot);
    clone_profile(CloneProfile);
    get_usage(GetUsage);
    sweep_profile(SweepProfile);
    export_bundle(ExportBundle);
    import_bundle(ImportBundle);
    list_foreign_profiles(ListForeignProfiles);
    import_foreign(ImportForeign);
    list_extensions(ListExtensions);
    add_extension(AddExtension);
    remove_extension(RemoveExtension);
    list_proxies(ListProxies);
    save_proxy(SaveProxy);
    remove_proxy(RemoveProxy);
    import_proxies(ImportProxies);
    check_proxies(CheckProxies);
    change_proxy_address(ChangeProxyAddress);
    list_pools(ListPools);
    save_pool(SavePool);
    remove_pool(RemovePool);
    list_tokens(ListTokens);
    set_token(SetToken);
    remove_token(RemoveToken);
    get_keychain(GetKeychain);
    unlock_keychain(UnlockKeychain);
    keep_tokens_in_memory(KeepTokensInMemory);
    list_tasks(ListTasks);
    get_task(GetTask);
    save_task(SaveTask);
    remove_task(RemoveTask);
    restore_task(RestoreTask);
    plan_task(PlanTask);
    list_tests(ListTests);
    cancel_listing(CancelListing);
    start_task(StartTask);
    list_runs(ListRuns);
    get_run(GetRun);
    rerun_run(RerunRun);
    cancel_run(CancelRun);
    resume_run(ResumeRun);
    read_log(ReadLog);
    open_trace(OpenTrace);
    get_summary(GetSummary);
    pause_queue(PauseQueue);
    get_queue(GetQueue);
    why_run(WhyRun);
    set_priority(SetPriority);
    list_limits(ListLimits);
    set_limit(SetLimit);
    cancel_runs(CancelRuns);
    rerun_runs(RerunRuns);
    set_pause(SetPause);
    settle_run(SettleRun);
    pin_runs(PinRuns);
    preview_retention(PreviewRetention);
    apply_retention(ApplyRetention);
    preview_schedule(PreviewSchedule);
    list_schedules(ListSchedules);
    get_schedule(GetSchedule);
    save_schedule(SaveSchedule);
    pause_schedule(PauseSchedule);
    resume_schedule(ResumeSchedule);
    remove_schedule(RemoveSchedule);
    restore_schedule(RestoreSchedule);
    run_schedule_now(RunScheduleNow);
    get_calendar(GetCalendar);
    fix_schedules(FixSchedules);
    settle_missed(SettleMissed);
    start_batch(StartBatch);
    list_batches(ListBatches);
    get_batch(GetBatch);
    cancel_batch(CancelBatch);
    retry_batch(RetryBatch);
    get_settings(GetSettings);
    save_settings(SaveSettings);
    get_app_info(GetAppInfo);
    check_machine(CheckMachine);
    load_samples(LoadSamples);
    install_playwright(InstallPlaywright);
    reveal_path(RevealPath);
}

/// A picture or file of a run, as raw bytes.
pub async fn read_artifact(link: &Link, request: ReadArtifact) -> Result<Vec<u8>, CommandError> {
    link.fetch(&request).await
}

/// Waits until the engine has started. The error is what kept it from starting.
pub async fn get_startup(link: &Link) -> Result<(), CommandError> {
    link.backend().shell("get_startup", "{}".to_owned()).await
}

/// What becomes of the runs that go on when Drover quits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuitWay {
    /// They end by themselves first.
    Finish,
    /// They are stopped.
    Stop,
}

/// Quits Drover. The window is gone before the answer.
pub async fn quit_app(link: &Link, way: QuitWay) -> Result<(), CommandError> {
    let word = match way {
        QuitWay::Finish => "finish",
        QuitWay::Stop => "stop",
    };
    link.backend()
        .shell("quit_app", format!(r#"{{"way":"{word}"}}"#))
        .await
}

/// News of one run, from log line `from` on, until the guard is dropped.
pub fn watch_run(link: &Link, run: RunId, from: u64, on_batch: Callback<RunBatch>) -> Guard {
    let read = Callback::from(move |text: String| {
        if let Ok(batch) = serde_json::from_str(&text) {
            on_batch.emit(batch);
        }
    });
    link.backend().watch_run(run, from, read)
}

/// Pictures of a browser as JPEGs, until the guard is dropped.
pub fn watch_browser(link: &Link, request: &WatchBrowser, on_picture: Callback<Vec<u8>>) -> Guard {
    let request = serde_json::to_string(request).expect("BUG: requests have text keys only");
    link.backend().watch_browser(request, on_picture)
}

#[cfg(test)]
mod tests {
    use drover_model::command;
    use drover_model::request::ShootBrowser;

    use super::*;

    #[test]
    fn every_command_of_the_model_has_its_function() {
        let mut sent = SENT.to_vec();
        sent.push(ReadArtifact::NAME);
        sent.push(ShootBrowser::NAME); // for the command line; the window shows live pictures
        sent.sort_unstable();
        let mut known = command::REQUESTS.to_vec();
        known.sort_unstable();
        assert_eq!(sent, known, "api.rs and the model name the same commands");
    }
}
