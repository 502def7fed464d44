//! Schedules: what a rule means and would do, and those that are kept.

use drover_model::{
    Caller, CommandError, RunRow, Schedule,
    request::{
        Calendar, FixSchedules, GetCalendar, GetSchedule, ListSchedules, PauseSchedule,
        PreviewSchedule, RemoveSchedule, RestoreSchedule, ResumeSchedule, RunScheduleNow,
        SaveSchedule, ScheduleDetail, ScheduleList, SchedulePreview, SettleMissed,
    },
};
use tauri::State;
use tracing::instrument;

use crate::Startup;

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn preview_schedule(
    startup: State<'_, Startup>,
    req: PreviewSchedule,
) -> Result<SchedulePreview, CommandError> {
    Ok(startup
        .engine()
        .await?
        .preview_schedule(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn list_schedules(
    startup: State<'_, Startup>,
    req: ListSchedules,
) -> Result<ScheduleList, CommandError> {
    Ok(startup
        .engine()
        .await?
        .list_schedules(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_schedule(
    startup: State<'_, Startup>,
    req: GetSchedule,
) -> Result<ScheduleDetail, CommandError> {
    Ok(startup
        .engine()
        .await?
        .get_schedule(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn save_schedule(
    startup: State<'_, Startup>,
    req: SaveSchedule,
) -> Result<Schedule, CommandError> {
    Ok(startup
        .engine()
        .await?
        .save_schedule(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn pause_schedule(
    startup: State<'_, Startup>,
    req: PauseSchedule,
) -> Result<Schedule, CommandError> {
    Ok(startup
        .engine()
        .await?
        .pause_schedule(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn resume_schedule(
    startup: State<'_, Startup>,
    req: ResumeSchedule,
) -> Result<Schedule, CommandError> {
    Ok(startup
        .engine()
        .await?
        .resume_schedule(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn remove_schedule(
    startup: State<'_, Startup>,
    req: RemoveSchedule,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .remove_schedule(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn restore_schedule(
    startup: State<'_, Startup>,
    req: RestoreSchedule,
) -> Result<(), CommandError> {
    Ok(startup
        .engine()
        .await?
        .restore_schedule(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn run_schedule_now(
    startup: State<'_, Startup>,
    req: RunScheduleNow,
) -> Result<Vec<RunRow>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .run_schedule_now(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn get_calendar(
    startup: State<'_, Startup>,
    req: GetCalendar,
) -> Result<Calendar, CommandError> {
    Ok(startup
        .engine()
        .await?
        .get_calendar(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn fix_schedules(
    startup: State<'_, Startup>,
    req: FixSchedules,
) -> Result<Vec<Schedule>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .fix_schedules(Caller::Window, req)
        .await?)
}

#[tauri::command]
#[instrument(skip_all)]
pub(crate) async fn settle_missed(
    startup: State<'_, Startup>,
    req: SettleMissed,
) -> Result<Vec<RunRow>, CommandError> {
    Ok(startup
        .engine()
        .await?
        .settle_missed(Caller::Window, req)
        .await?)
}
