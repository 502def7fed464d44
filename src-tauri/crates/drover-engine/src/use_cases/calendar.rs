//! The coming days of all schedules: how full they are, and what gets in each other's way.

use std::collections::BTreeMap;

use drover_model::{
    Caller, Code, CommandError, Name, Schedule, ScheduleFile, ScheduleSpec,
    request::{Calendar, CalendarStart, FixSchedules, GetCalendar},
    schedule::Fix,
};
use drover_scheduler::schedule::{
    Timetable, Watched, Zones, density, earliest, next_run, warnings,
};
use drover_store::{Reading, StoredSchedule};
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

use super::{
    schedule_check::{checked, refused},
    schedule_states::{standing, timetable},
};
use crate::{Engine, Result, aside::aside, error::Doing as _};

/// Days when their number was not said, and the most.
const DAYS: u8 = 7;
const MOST_DAYS: u8 = 31;

/// Single starts of one calendar.
const MOST_STARTS: usize = 2_000;

/// A schedule with what its starts use.
struct Used {
    stored: StoredSchedule,
    table: Timetable,
    profiles: Vec<Name>,
    starts: u32,
}

impl Engine {
    pub async fn get_calendar(&self, _by: Caller, req: GetCalendar) -> Result<Calendar> {
        let now = self.rooms().now();
        let here = TimeZone::system();
        let today = here.to_datetime(now).date();
        let days = match req.days {
            0 => DAYS,
            days => days.min(MOST_DAYS),
        };
        let (used, workers, seq) = self.used().await?;
        let first = req.from.unwrap_or(today);
        // Many schedules take a while.
        aside(move || calendar(&used, (first, days), now, &here, workers))
            .await
            .map(|calendar| Calendar { seq, ..calendar })
            .map_err(Into::into)
    }

    /// The active schedules, with the profiles that their tasks name.
    async fn used(&self) -> Result<(Vec<Used>, u32, u64)> {
        let (stored, tasks, workers, seq) = self
            .rooms()
            .store
            .read(|db| {
                let stored = db.schedules(false)?;
                let mut tasks = BTreeMap::new();
                for one in &stored {
                    if !tasks.contains_key(&one.task_id)
                        && let Some(task) = db.task(one.task_id, None)?
                    {
                        let profiles = super::targets::profiles_of(db, &task.spec)?;
                        tasks.insert(one.task_id, profiles);
                    }
                }
                Ok((stored, tasks, db.settings()?.workers, db.seq()?))
            })
            .await
            .doing("read the schedules")?;
        let zones = Zones::bundled();
        let used = stored.into_iter().filter_map(|stored| {
            if stored.pause.is_some() || stored.task_removed {
                return None;
            }
            let table = timetable(&stored, &zones).ok()?;
            let profiles = tasks.get(&stored.task_id)?.clone();
            Some(Used {
                starts: u32::try_from(profiles.len().max(1)).unwrap_or(u32::MAX),
                profiles,
                table,
                stored,
            })
        });
        Ok((used.collect(), workers, seq))
    }

    /// Saves every schedule that the fix names, with the one change: all of them, or none.
    pub async fn fix_schedules(&self, by: Caller, req: FixSchedules) -> Result<Vec<Schedule>> {
        let now = self.rooms().now();
        let words = self.words().await?;
        let fixed = self
            .rooms()
            .store
            .write(now, by, move |tx| {
                let names = match &req.fix {
                    Fix::Jitter { schedules, .. } => schedules.clone(),
                    Fix::Spread { schedule, .. } | Fix::Cron { schedule, .. } => {
                        vec![schedule.clone()]
                    }
                    Fix::Rules { rules } => {
                        let names = rules.iter().map(|rule| rule.schedule.clone());
                        names.collect()
                    }
                };
                let mut changed = Vec::new();
                for name in names {
                    match mended(tx, &name, &req.fix, (by, now))? {
                        Ok(stored) => changed.push(stored),
                        Err(error) => return Ok(Err(error)),
                    }
                }
                let mut fixed = Vec::new();
                for stored in changed {
                    tx.put_schedule(&stored)?;
                    fixed.push(standing(tx, stored, &Zones::bundled(), (words, now))?);
                }
                Ok(Ok(fixed))
            })
            .await
            .doing("save the schedules")?;
        Ok(fixed?)
    }
}

/// A schedule with the change that a fix makes.
fn mended(
    db: &Reading<'_>,
    name: &Name,
    fix: &Fix,
    (by, now): (Caller, Timestamp),
) -> drover_store::Result<std::result::Result<StoredSchedule, CommandError>> {
    let Some(stored) = db.find_schedule(name.as_str())? else {
        let message = format!("no schedule named `{name}`");
        return Ok(Err(CommandError::new(Code::ScheduleNotFound, message)));
    };
    let mut file = ScheduleFile::from(stored.spec.clone());
    match fix {
        Fix::Jitter { jitter, .. } => file.jitter = Some(jitter.to_string()),
        Fix::Spread { spread, .. } => file.batch.spread = Some(spread.to_string()),
        Fix::Cron { cron, .. } => file.when.cron = Some(cron.clone()),
        Fix::Rules { rules } => {
            let rule = rules.iter().find(|rule| rule.schedule == *name);
            file.when.cron = rule.map(|rule| rule.cron.clone()).or(file.when.cron);
        }
    }
    match ScheduleSpec::try_from(file) {
        Ok(spec) => checked(db, spec, Some(&stored), (stored.id, by, now)),
        Err(problems) => Ok(Err(refused(problems))),
    }
}

fn calendar(
    used: &[Used],
    (first, days): (Date, u8),
    now: Timestamp,
    here: &TimeZone,
    workers: u32,
) -> std::result::Result<Calendar, CommandError> {
    let far = |_: jiff::Error| {
        CommandError::new(Code::Invalid, "the day lies outside of the years 0 to 9999")
            .field("from")
    };
    let begin = here.to_timestamp(first.at(0, 0, 0, 0)).map_err(far)?;
    let after = first.checked_add(i64::from(days).days()).map_err(far)?;
    let end = here.to_timestamp(after.at(0, 0, 0, 0)).map_err(far)?;
    // What has passed of today is not to come.
    let from = begin.max(now);
    let tables: Vec<&Timetable> = used.iter().map(|one| &one.table).collect();
    let (coming, cut) = earliest(&tables, (from, end), MOST_STARTS);
    let starts = coming.into_iter().map(|(index, slot)| CalendarStart {
        schedule: used[index].stored.id,
        name: used[index].stored.spec.name.clone(),
        runs: used[index].starts,
        run: next_run(&used[index].table, &slot, here),
    });
    let starts = starts.collect();
    let watched: Vec<Watched<'_>> = used
        .iter()
        .map(|one| Watched {
            name: &one.stored.spec.name,
            table: &one.table,
            profiles: &one.profiles,
            starts: one.starts,
            spread: one.stored.spec.batch.spread,
            max_parallel: one.stored.spec.batch.max_parallel,
        })
        .collect();
    let counted = used.iter().map(|one| (&one.table, one.starts));
    Ok(Calendar {
        zone: here.iana_name().unwrap_or("UTC").to_owned(),
        density: density(counted, first, days, here),
        starts,
        cut,
        warnings: warnings(&watched, from, end, workers),
        seq: 0,
    })
}
