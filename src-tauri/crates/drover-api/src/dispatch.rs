//! From the name of a request to the engine's method.

use std::future::Future;

use drover_engine::Engine;
use drover_model::{
    Caller, CommandError,
    request::{
        AddExtension, ApplyRetention, AttachTool, CancelBatch, CancelListing, CancelRun,
        CancelRuns, ChangeProxyAddress, CheckMachine, CheckProxies, CloneProfile, CloseProfile,
        DetachTool, DuplicateProfile, ExportBundle, ExportCookies, ExportProfiles, FindBrowsers,
        FixSchedules, ForgetLogin, GetAppInfo, GetBatch, GetCalendar, GetKeychain, GetProfile,
        GetQueue, GetRun, GetSchedule, GetSettings, GetSummary, GetTask, GetUsage, ImportBundle,
        ImportCookies, ImportForeign, ImportProfiles, ImportProxies, InstallPlaywright,
        KeepTokensInMemory, ListAttached, ListBatches, ListBrowsers, ListCookies, ListExtensions,
        ListForeignProfiles, ListLimits, ListPools, ListProfileSets, ListProfiles, ListProxies,
        ListRuns, ListSchedules, ListSnapshots, ListTasks, ListTests, ListTokens, LoadSamples,
        OpenProfile, OpenTrace, PauseQueue, PauseSchedule, PinRuns, PlanTask, PreviewRetention,
        PreviewSchedule, ReadArtifact, ReadLog, RemoveExtension, RemovePool, RemoveProfileSet,
        RemoveProfiles, RemoveProxy, RemoveSchedule, RemoveSnapshot, RemoveTask, RemoveToken,
        Request, RerunRun, RerunRuns, RestoreProfiles, RestoreSchedule, RestoreTask, ResumeRun,
        ResumeSchedule, RetryBatch, RevealPath, RollBackProfile, RunScheduleNow, SavePool,
        SaveProfile, SaveProfileSet, SaveProxy, SaveSchedule, SaveSettings, SaveTask, SetLimit,
        SetPause, SetPriority, SetToken, SettleMissed, SettleRun, ShootBrowser, StartBatch,
        StartTask, SweepProfile, TakeSnapshot, UndoCookies, UnlockKeychain, WhyRun,
    },
};
use serde_json::Value;

use crate::call_failed::{malformed_body, unknown_command};

/// Reads `body` as the request of that name, runs it and gives its reply back.
///
/// # Errors
/// An unknown name, a body of another form, and whatever the engine answers.
#[expect(clippy::too_many_lines, reason = "it is one line a request")]
pub async fn dispatch(
    engine: &Engine,
    by: Caller,
    name: &str,
    body: Value,
) -> Result<Value, CommandError> {
    match name {
        ListProfiles::NAME => answer(body, |req| engine.list_profiles(by, req)).await,
        GetProfile::NAME => answer(body, |req| engine.get_profile(by, req)).await,
        SaveProfile::NAME => answer(body, |req| engine.save_profile(by, req)).await,
        DuplicateProfile::NAME => answer(body, |req| engine.duplicate_profile(by, req)).await,
        RemoveProfiles::NAME => answer(body, |req| engine.remove_profiles(by, req)).await,
        RestoreProfiles::NAME => answer(body, |req| engine.restore_profiles(by, req)).await,
        ForgetLogin::NAME => answer(body, |req| engine.forget_login(by, req)).await,
        ListProfileSets::NAME => answer(body, |req| engine.list_profile_sets(by, req)).await,
        SaveProfileSet::NAME => answer(body, |req| engine.save_profile_set(by, req)).await,
        RemoveProfileSet::NAME => answer(body, |req| engine.remove_profile_set(by, req)).await,
        ImportProfiles::NAME => answer(body, |req| engine.import_profiles(by, req)).await,
        ExportProfiles::NAME => answer(body, |req| engine.export_profiles(by, req)).await,
        FindBrowsers::NAME => answer(body, |req| engine.find_browsers(by, req)).await,
        ListBrowsers::NAME => answer(body, |req| engine.list_browsers(by, req)).await,
        OpenProfile::NAME => answer(body, |req| engine.open_profile(by, req)).await,
        CloseProfile::NAME => answer(body, |req| engine.close_profile(by, req)).await,
        AttachTool::NAME => answer(body, |req| engine.attach_tool(by, req)).await,
        ListAttached::NAME => answer(body, |req| engine.list_attached(by, req)).await,
        DetachTool::NAME => answer(body, |req| engine.detach_tool(by, req)).await,
        ShootBrowser::NAME => answer(body, |req| engine.shoot_browser(by, req)).await,
        ListCookies::NAME => answer(body, |req| engine.list_cookies(by, req)).await,
        ImportCookies::NAME => answer(body, |req| engine.import_cookies(by, req)).await,
        UndoCookies::NAME => answer(body, |req| engine.undo_cookies(by, req)).await,
        ExportCookies::NAME => answer(body, |req| engine.export_cookies(by, req)).await,
        ListSnapshots::NAME => answer(body, |req| engine.list_snapshots(by, req)).await,
        TakeSnapshot::NAME => answer(body, |req| engine.take_snapshot(by, req)).await,
        RollBackProfile::NAME => answer(body, |req| engine.roll_back_profile(by, req)).await,
        RemoveSnapshot::NAME => answer(body, |req| engine.remove_snapshot(by, req)).await,
        CloneProfile::NAME => answer(body, |req| engine.clone_profile(by, req)).await,
        GetUsage::NAME => answer(body, |req| engine.get_usage(by, req)).await,
        SweepProfile::NAME => answer(body, |req| engine.sweep_profile(by, req)).await,
        ExportBundle::NAME => answer(body, |req| engine.export_bundle(by, req)).await,
        ImportBundle::NAME => answer(body, |req| engine.import_bundle(by, req)).await,
        ListForeignProfiles::NAME => {
            answer(body, |req| engine.list_foreign_profiles(by, req)).await
        }
        ImportForeign::NAME => answer(body, |req| engine.import_foreign(by, req)).await,
        ListExtensions::NAME => answer(body, |req| engine.list_extensions(by, req)).await,
        AddExtension::NAME => answer(body, |req| engine.add_extension(by, req)).await,
        RemoveExtension::NAME => answer(body, |req| engine.remove_extension(by, req)).await,
        ListProxies::NAME => answer(body, |req| engine.list_proxies(by, req)).await,
        SaveProxy::NAME => answer(body, |req| engine.save_proxy(by, req)).await,
        ImportProxies::NAME => answer(body, |req| engine.import_proxies(by, req)).await,
        CheckProxies::NAME => answer(body, |req| engine.check_proxies(by, req)).await,
        ChangeProxyAddress::NAME => answer(body, |req| engine.change_proxy_address(by, req)).await,
        ListPools::NAME => answer(body, |req| engine.list_pools(by, req)).await,
        SavePool::NAME => answer(body, |req| engine.save_pool(by, req)).await,
        RemovePool::NAME => answer(body, |req| engine.remove_pool(by, req)).await,
        RemoveProxy::NAME => answer(body, |req| engine.remove_proxy(by, req)).await,
        ListTokens::NAME => answer(body, |req| engine.list_tokens(by, req)).await,
        SetToken::NAME => answer(body, |req| engine.set_token(by, req)).await,
        RemoveToken::NAME => answer(body, |req| engine.remove_token(by, req)).await,
        GetKeychain::NAME => answer(body, |req| engine.get_keychain(by, req)).await,
        UnlockKeychain::NAME => answer(body, |req| engine.unlock_keychain(by, req)).await,
        KeepTokensInMemory::NAME => answer(body, |req| engine.keep_tokens_in_memory(by, req)).await,
        ListTasks::NAME => answer(body, |req| engine.list_tasks(by, req)).await,
        GetTask::NAME => answer(body, |req| engine.get_task(by, req)).await,
        SaveTask::NAME => answer(body, |req| engine.save_task(by, req)).await,
        RemoveTask::NAME => answer(body, |req| engine.remove_task(by, req)).await,
        RestoreTask::NAME => answer(body, |req| engine.restore_task(by, req)).await,
        PlanTask::NAME => answer(body, |req| engine.plan_task(by, req)).await,
        ListTests::NAME => answer(body, |req| engine.list_tests(by, req)).await,
        CancelListing::NAME => answer(body, |req| engine.cancel_listing(by, req)).await,
        StartTask::NAME => answer(body, |req| engine.start_task(by, req)).await,
        ListRuns::NAME => answer(body, |req| engine.list_runs(by, req)).await,
        GetRun::NAME => answer(body, |req| engine.get_run(by, req)).await,
        RerunRun::NAME => answer(body, |req| engine.rerun_run(by, req)).await,
        CancelRun::NAME => answer(body, |req| engine.cancel_run(by, req)).await,
        ResumeRun::NAME => answer(body, |req| engine.resume_run(by, req)).await,
        ReadLog::NAME => answer(body, |req| engine.read_log(by, req)).await,
        ReadArtifact::NAME => answer(body, |req| engine.read_artifact(by, req)).await,
        OpenTrace::NAME => answer(body, |req| engine.open_trace(by, req)).await,
        GetSummary::NAME => answer(body, |req| engine.get_summary(by, req)).await,
        GetQueue::NAME => answer(body, |req| engine.get_queue(by, req)).await,
        WhyRun::NAME => answer(body, |req| engine.why_run(by, req)).await,
        SetPriority::NAME => answer(body, |req| engine.set_priority(by, req)).await,
        ListLimits::NAME => answer(body, |req| engine.list_limits(by, req)).await,
        SetLimit::NAME => answer(body, |req| engine.set_limit(by, req)).await,
        CancelRuns::NAME => answer(body, |req| engine.cancel_runs(by, req)).await,
        RerunRuns::NAME => answer(body, |req| engine.rerun_runs(by, req)).await,
        SetPause::NAME => answer(body, |req| engine.set_pause(by, req)).await,
        SettleRun::NAME => answer(body, |req| engine.settle_run(by, req)).await,
        PinRuns::NAME => answer(body, |req| engine.pin_runs(by, req)).await,
        PreviewRetention::NAME => answer(body, |req| engine.preview_retention(by, req)).await,
        ApplyRetention::NAME => answer(body, |req| engine.apply_retention(by, req)).await,
        PreviewSchedule::NAME => answer(body, |req| engine.preview_schedule(by, req)).await,
        ListSchedules::NAME => answer(body, |req| engine.list_schedules(by, req)).await,
        GetSchedule::NAME => answer(body, |req| engine.get_schedule(by, req)).await,
        SaveSchedule::NAME => answer(body, |req| engine.save_schedule(by, req)).await,
        PauseSchedule::NAME => answer(body, |req| engine.pause_schedule(by, req)).await,
        ResumeSchedule::NAME => answer(body, |req| engine.resume_schedule(by, req)).await,
        RemoveSchedule::NAME => answer(body, |req| engine.remove_schedule(by, req)).await,
        RestoreSchedule::NAME => answer(body, |req| engine.restore_schedule(by, req)).await,
        RunScheduleNow::NAME => answer(body, |req| engine.run_schedule_now(by, req)).await,
        GetCalendar::NAME => answer(body, |req| engine.get_calendar(by, req)).await,
        FixSchedules::NAME => answer(body, |req| engine.fix_schedules(by, req)).await,
        SettleMissed::NAME => answer(body, |req| engine.settle_missed(by, req)).await,
        StartBatch::NAME => answer(body, |req| engine.start_batch(by, req)).await,
        ListBatches::NAME => answer(body, |req| engine.list_batches(by, req)).await,
        GetBatch::NAME => answer(body, |req| engine.get_batch(by, req)).await,
        CancelBatch::NAME => answer(body, |req| engine.cancel_batch(by, req)).await,
        RetryBatch::NAME => answer(body, |req| engine.retry_batch(by, req)).await,
        PauseQueue::NAME => answer(body, |req| engine.pause_queue(by, req)).await,
        GetSettings::NAME => answer(body, |req| engine.get_settings(by, req)).await,
        SaveSettings::NAME => answer(body, |req| engine.save_settings(by, req)).await,
        GetAppInfo::NAME => answer(body, |req| engine.get_app_info(by, req)).await,
        CheckMachine::NAME => answer(body, |req| engine.check_machine(by, req)).await,
        LoadSamples::NAME => answer(body, |req| engine.load_samples(by, req)).await,
        InstallPlaywright::NAME => answer(body, |req| engine.install_playwright(by, req)).await,
        RevealPath::NAME => answer(body, |req| engine.reveal_path(by, req)).await,
        _ => Err(unknown_command(name)),
    }
}

/// Request in, reply out, both as JSON.
async fn answer<R, F>(body: Value, run: impl FnOnce(R) -> F) -> Result<Value, CommandError>
where
    R: Request,
    F: Future<Output = Result<R::Reply, drover_engine::Error>>,
{
    let request = serde_json::from_value(body).map_err(|error| malformed_body(R::NAME, &error))?;
    let reply = run(request).await?;
    Ok(serde_json::to_value(reply).expect("BUG: replies have text keys only"))
}
