//! Schedules that are kept: list, save, pause, trash, start by hand.

use drover_model::{
    Caller, Code, CommandError, RunRow, Schedule, ScheduleId, ScheduleSpec, Task,
    request::{
        GetSchedule, ListRuns, ListSchedules, PauseSchedule, RemoveSchedule, RestoreSchedule,
        ResumeSchedule, RunScheduleNow, SaveSchedule, ScheduleDetail, ScheduleList,
    },
    schedule::Pause,
};
use drover_scheduler::schedule::{Zones, next_runs};
use drover_store::{Resumed, StoredSchedule};
use jiff::tz::TimeZone;

use super::{
    broken_schedules::find_readable,
    enqueueing::Start,
    retelling::retell,
    schedule_check::{checked, refused, restorable},
    schedule_starts::params,
    schedule_states::{standing, timetable},
    targets::Fan,
    tasks::no_task,
};
use crate::{Engine, Result, error::Doing as _};

/// Times that are shown when their number was not said, and the most.
const SHOWN: u32 = 10;
const MOST_SHOWN: u32 = 1_000;

/// Rows of a schedule that are shown with it.
const RECENT: u32 = 20;

/// An error for a schedule that is not there.
fn no_schedule(name: &str) -> CommandError {
    CommandError::new(
        Code::ScheduleNotFound,
        format!("no schedule named `{name}`"),
    )
    .hint("`drover-cli schedule list` shows them.")
    .field("schedule")
}

impl Engine {
    pub async fn list_schedules(&self, _by: Caller, req: ListSchedules) -> Result<ScheduleList> {
        let words = self.words().await?;
        let now = self.rooms().now();
        self.rooms()
            .store
            .read(move |db| {
                let task = match &req.task {
                    Some(name) => db.find_task(name, None)?.map(|task| task.id),
                    None => None,
                };
                let zones = Zones::bundled();
                let is_wanted = |id| req.task.is_none() || task == Some(id);
                let (stored, broken) = db.all_schedules(req.removed)?;
                let wanted = stored.into_iter().filter(|one| is_wanted(one.task_id));
                let broken = broken.into_iter().filter(|one| is_wanted(one.task_id));
                Ok(ScheduleList {
                    broken: broken.collect(),
                    rows: wanted
                        .map(|stored| standing(db, stored, &zones, (words, now)))
                        .collect::<drover_store::Result<_>>()?,
                    seq: db.seq()?,
                })
            })
            .await
            .doing("list the schedules")
    }

    pub async fn get_schedule(&self, _by: Caller, req: GetSchedule) -> Result<ScheduleDetail> {
        let words = self.words().await?;
        let now = self.rooms().now();
        let (name, system) = (req.schedule.clone(), self.rooms().paths.language);
        let found = self
            .rooms()
            .store
            .read(move |db| {
                let stored = match find_readable(db, &req.schedule)? {
                    Ok(Some(stored)) => stored,
                    Ok(None) => return Ok(Ok(None)),
                    Err(error) => return Ok(Err(error)),
                };
                let count = match req.count {
                    0 => SHOWN,
                    count => count.min(MOST_SHOWN),
                };
                let zones = Zones::bundled();
                let here = TimeZone::system();
                let next = timetable(&stored, &zones)
                    .map(|table| next_runs(&table, stored.cursor.max(now), count as usize, &here));
                let mut recent = db.runs(&ListRuns {
                    schedule: Some(stored.id),
                    limit: RECENT,
                    ..ListRuns::default()
                })?;
                retell(db, system, &mut recent.rows)?;
                Ok(Ok(Some(ScheduleDetail {
                    schedule: standing(db, stored, &zones, (words, now))?,
                    next: next.unwrap_or_default(),
                    recent: recent.rows,
                })))
            })
            .await
            .doing("read the schedule")?;
        found?.ok_or_else(|| no_schedule(&name).into())
    }

    /// A version that somebody else saved meanwhile is a conflict.
    pub async fn save_schedule(&self, by: Caller, req: SaveSchedule) -> Result<Schedule> {
        let words = self.words().await?;
        let now = self.rooms().now();
        let here = TimeZone::system();
        let spec = ScheduleSpec::try_from(req.file).map_err(refused)?;
        let spec = spec.or_in_zone(here.iana_name().unwrap_or("UTC"));
        if spec.needs_confirmation() && !req.confirmed {
            let message = "this starts more than once a minute";
            return Err(CommandError::new(Code::Invalid, message)
                .hint("Say so once more, if that is meant: in the window, or with `--yes`.")
                .field("when")
                .into());
        }
        let fresh = ScheduleId::from_bits(self.rooms().new_id.bits(now));
        let saved = self
            .rooms()
            .store
            .write(now, by, move |tx| {
                let version = match req.id {
                    Some(id) => match tx.version_of_schedule(id)? {
                        Some((version, false)) => version,
                        _ => return Ok(Err(no_schedule(&id.to_string()))),
                    },
                    None => 0,
                };
                // One that cannot be read is written anew.
                let before = match req.id {
                    Some(id) => tx.living_schedule(id)?,
                    None => None,
                };
                if let Some(from) = req.from_version.filter(|_| req.id.is_some())
                    && version != from
                {
                    let message = format!(
                        "version {version} was saved elsewhere; this edit began from version {from}"
                    );
                    return Ok(Err(CommandError::new(Code::WrongState, message)
                        .hint("Look at the newer version, then save again.")));
                }
                let id = req.id.unwrap_or(fresh);
                let stored = match checked(tx, spec, before.as_ref(), (id, by, now))? {
                    Ok(stored) => StoredSchedule {
                        version: version + 1,
                        ..stored
                    },
                    Err(error) => return Ok(Err(error)),
                };
                tx.put_schedule(&stored)?;
                standing(tx, stored, &Zones::bundled(), (words, now)).map(Ok)
            })
            .await
            .doing("save the schedule")?;
        Ok(saved?)
    }

    pub async fn pause_schedule(&self, by: Caller, req: PauseSchedule) -> Result<Schedule> {
        let now = self.rooms().now();
        if req.until.is_some_and(|until| until <= now) {
            let message = "the end of the pause has passed already";
            return Err(CommandError::new(Code::Invalid, message)
                .field("until")
                .into());
        }
        let pause = Pause {
            since: now,
            by,
            until: req.until,
            note: req.note.chars().take(500).collect(),
        };
        self.rooms()
            .store
            .write(now, by, move |tx| tx.pause_schedule(req.schedule, &pause))
            .await
            .doing("pause the schedule")?;
        self.standing_of(req.schedule).await
    }

    /// One that is not paused stays as it is.
    pub async fn resume_schedule(&self, by: Caller, req: ResumeSchedule) -> Result<Schedule> {
        let now = self.rooms().now();
        let resumed = if req.catch_up {
            Resumed::CatchUp
        } else {
            Resumed::Skip
        };
        self.rooms()
            .store
            .write(now, by, move |tx| {
                tx.resume_schedule(req.schedule, resumed, now)
            })
            .await
            .doing("resume the schedule")?;
        self.standing_of(req.schedule).await
    }

    pub async fn remove_schedule(&self, by: Caller, req: RemoveSchedule) -> Result<()> {
        let now = self.rooms().now();
        self.rooms()
            .store
            .write(now, by, move |tx| tx.remove_schedule(req.schedule, now))
            .await
            .doing("remove the schedule")
    }

    pub async fn restore_schedule(&self, by: Caller, req: RestoreSchedule) -> Result<()> {
        let now = self.rooms().now();
        let restored = self
            .rooms()
            .store
            .write(now, by, move |tx| {
                if let Some(removed) = tx.schedule(req.schedule)?
                    && let Err(error) = restorable(tx, &removed)?
                {
                    return Ok(Err(error));
                }
                tx.restore_schedule(req.schedule, now).map(Ok)
            })
            .await
            .doing("restore the schedule")?;
        Ok(restored?)
    }

    /// What the schedule starts, now. Its policies are not asked: a person is.
    pub async fn run_schedule_now(&self, by: Caller, req: RunScheduleNow) -> Result<Vec<RunRow>> {
        self.ensure_claims();
        if let Some(earlier) = self.earlier_start(req.request_id.clone()).await? {
            return Ok(earlier);
        }
        let (stored, task) = self.schedule_and_task(req.schedule).await?;
        let params = params(&stored.spec, &task.spec, None)
            .map_err(|problem| CommandError::new(Code::Invalid, problem).field("parameters"))?;
        let options = drover_model::request::StartOptions {
            params,
            ..drover_model::request::StartOptions::default()
        };
        let prepared = self
            .prepare_fan(task.spec.clone(), task.version, options, Fan::Random)
            .await?
            .map_err(CommandError::from)?;
        let start = Start {
            schedule: Some(req.schedule),
            limits: stored.spec.batch,
            request_id: req.request_id,
            ..Start::new(task.id, task.version)
        };
        Ok(self.enqueue_start(by, &prepared, start).await?.1)
    }

    pub(super) async fn schedule_and_task(&self, id: ScheduleId) -> Result<(StoredSchedule, Task)> {
        let found = self
            .rooms()
            .store
            .read(move |db| {
                let stored = match find_readable(db, &id.to_string())? {
                    Ok(Some(stored)) => stored,
                    Ok(None) => return Ok(Ok(None)),
                    Err(error) => return Ok(Err(error)),
                };
                let task = db.task(stored.task_id, None)?;
                Ok(Ok(task.map(|task| (stored, task))))
            })
            .await
            .doing("read the schedule")?;
        let (stored, task) = found?
            .filter(|(stored, _)| stored.removed_at.is_none())
            .ok_or_else(|| no_schedule(&id.to_string()))?;
        if task.removed_at.is_some() {
            return Err(no_task(task.spec.name.as_str()).into());
        }
        Ok((stored, task))
    }

    pub(super) async fn standing_of(&self, id: ScheduleId) -> Result<Schedule> {
        let words = self.words().await?;
        let now = self.rooms().now();
        let found = self
            .rooms()
            .store
            .read(move |db| {
                let stored = match find_readable(db, &id.to_string())? {
                    Ok(Some(stored)) => stored,
                    Ok(None) => return Ok(Ok(None)),
                    Err(error) => return Ok(Err(error)),
                };
                let standing = standing(db, stored, &Zones::bundled(), (words, now))?;
                Ok(Ok(Some(standing)))
            })
            .await
            .doing("read the schedule")?;
        found?.ok_or_else(|| no_schedule(&id.to_string()).into())
    }
}
