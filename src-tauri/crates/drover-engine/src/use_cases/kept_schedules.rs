//! Schedules that are kept: list, save, pause, trash, start by hand.

use drover_model::{
    Caller, Code, CommandError, FieldErrors, Name, RunRow, Schedule, ScheduleId, ScheduleSpec,
    Task,
    request::{
        GetSchedule, ListRuns, ListSchedules, PauseSchedule, RemoveSchedule, RestoreSchedule,
        ResumeSchedule, RunScheduleNow, SaveSchedule, ScheduleDetail, ScheduleList,
    },
    schedule::{Pause, Problem, Problems, When},
};
use drover_scheduler::schedule::{Timetable, Zones, cycle, next_runs};
use drover_store::{Reading, Resumed, StoredSchedule};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    batches::Start,
    planning::Fan,
    schedule_starts::{output_of, params},
    schedule_states::{standing, timetable},
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
        let now = self.rooms().now();
        self.rooms()
            .store
            .read(move |db| {
                let task = match &req.task {
                    Some(name) => db.find_task(name, None)?.map(|task| task.id),
                    None => None,
                };
                let zones = Zones::bundled();
                let wanted = db
                    .schedules(req.removed)?
                    .into_iter()
                    .filter(|stored| req.task.is_none() || task == Some(stored.task_id));
                Ok(ScheduleList {
                    rows: wanted
                        .map(|stored| standing(db, stored, &zones, now))
                        .collect::<drover_store::Result<_>>()?,
                    seq: db.seq()?,
                })
            })
            .await
            .doing("list the schedules")
    }

    pub async fn get_schedule(&self, _by: Caller, req: GetSchedule) -> Result<ScheduleDetail> {
        let now = self.rooms().now();
        let name = req.schedule.clone();
        let found = self
            .rooms()
            .store
            .read(move |db| {
                let Some(stored) = db.find_schedule(&req.schedule)? else {
                    return Ok(None);
                };
                let count = match req.count {
                    0 => SHOWN,
                    count => count.min(MOST_SHOWN),
                };
                let zones = Zones::bundled();
                let here = TimeZone::system();
                let next = timetable(&stored, &zones)
                    .map(|table| next_runs(&table, stored.cursor.max(now), count as usize, &here));
                let recent = db.runs(&ListRuns {
                    schedule: Some(stored.id),
                    limit: RECENT,
                    ..ListRuns::default()
                })?;
                Ok(Some(ScheduleDetail {
                    schedule: standing(db, stored, &zones, now)?,
                    next: next.unwrap_or_default(),
                    recent: recent.rows,
                }))
            })
            .await
            .doing("read the schedule")?;
        found.ok_or_else(|| no_schedule(&name).into())
    }

    /// A version that somebody else saved meanwhile is a conflict.
    pub async fn save_schedule(&self, by: Caller, req: SaveSchedule) -> Result<Schedule> {
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
                let before = match req.id {
                    Some(id) => match tx.schedule(id)? {
                        Some(before) if before.removed_at.is_none() => Some(before),
                        _ => return Ok(Err(no_schedule(&id.to_string()))),
                    },
                    None => None,
                };
                if let (Some(before), Some(from)) = (&before, req.from_version)
                    && before.version != from
                {
                    let message = format!(
                        "version {} was saved elsewhere; this edit began from version {from}",
                        before.version
                    );
                    return Ok(Err(CommandError::new(Code::WrongState, message)
                        .hint("Look at the newer version, then save again.")));
                }
                let stored = match checked(tx, spec, before.as_ref(), (fresh, by, now))? {
                    Ok(stored) => stored,
                    Err(error) => return Ok(Err(error)),
                };
                tx.put_schedule(&stored)?;
                standing(tx, stored, &Zones::bundled(), now).map(Ok)
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
            .write(now, by, move |tx| tx.resume_schedule(req.schedule, resumed))
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
        self.rooms()
            .store
            .write(now, by, move |tx| tx.restore_schedule(req.schedule, now))
            .await
            .doing("restore the schedule")
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
                let Some(stored) = db.schedule(id)? else {
                    return Ok(None);
                };
                let task = db.task(stored.task_id, None)?;
                Ok(task.map(|task| (stored, task)))
            })
            .await
            .doing("read the schedule")?;
        let (stored, task) = found
            .filter(|(stored, _)| stored.removed_at.is_none())
            .ok_or_else(|| no_schedule(&id.to_string()))?;
        if task.removed_at.is_some() {
            return Err(no_task(task.spec.name.as_str()).into());
        }
        Ok((stored, task))
    }

    pub(super) async fn standing_of(&self, id: ScheduleId) -> Result<Schedule> {
        let now = self.rooms().now();
        let found = self
            .rooms()
            .store
            .read(move |db| {
                let Some(stored) = db.schedule(id)? else {
                    return Ok(None);
                };
                standing(db, stored, &Zones::bundled(), now).map(Some)
            })
            .await
            .doing("read the schedule")?;
        found.ok_or_else(|| no_schedule(&id.to_string()).into())
    }
}

pub(super) fn refused(problems: Problems) -> CommandError {
    FieldErrors::from(problems).into()
}

/// The row of a schedule that may be saved, or why it may not.
pub(super) fn checked(
    db: &Reading<'_>,
    spec: ScheduleSpec,
    before: Option<&StoredSchedule>,
    (fresh, by, now): (ScheduleId, Caller, Timestamp),
) -> drover_store::Result<std::result::Result<StoredSchedule, CommandError>> {
    let living = |name: &Name| -> drover_store::Result<Option<Task>> {
        let task = db.find_task(name.as_str(), None)?;
        Ok(task.filter(|task| task.removed_at.is_none()))
    };
    let Some(task) = living(&spec.task)? else {
        return Ok(Err(no_task(spec.task.as_str())));
    };
    let after = match &spec.when {
        When::After { task, .. } => match living(task)? {
            Some(task) => Some(task),
            None => return Ok(Err(no_task(task.as_str()).field("when.after"))),
        },
        _ => None,
    };
    let id = before.map_or(fresh, |before| before.id);
    if let Some(after) = &after
        && let Some(path) = circle(db, id, (&after.spec.name, &task.spec.name))?
    {
        let names: Vec<&str> = path.iter().map(Name::as_str).collect();
        let message = format!(
            "these tasks would follow each other for ever: {}",
            names.join(" → ")
        );
        return Ok(Err(
            CommandError::new(Code::Invalid, message).field("when.after")
        ));
    }
    if let Err(problems) = parameters_fit(&spec, &task) {
        return Ok(Err(refused(problems)));
    }
    let same_times = before.is_some_and(|before| has_same_times(&before.spec, &spec));
    let anchor = match before {
        Some(before) if same_times => before.anchor,
        _ => now,
    };
    let coming = Timetable::new(&spec, &Zones::bundled(), anchor, id.to_string())
        .and_then(|table| table.check_coming(now).map_err(Problems::from));
    // One that was saved in time may be over when only its name is changed.
    if let Err(problems) =
        coming.or_else(|problems| if same_times { Ok(()) } else { Err(problems) })
    {
        return Ok(Err(refused(problems)));
    }
    let (cursor, cursor_local) = match before {
        Some(before) if same_times => (before.cursor, before.cursor_local),
        _ => (now, None),
    };
    let was = before;
    let kept = was.and_then(|before| before.pause.clone());
    let pause = (!spec.enabled).then(|| {
        kept.clone().unwrap_or(Pause {
            since: now,
            by,
            until: None,
            note: String::new(),
        })
    });
    Ok(Ok(StoredSchedule {
        id,
        version: was.map_or(1, |before| before.version + 1),
        task_id: task.id,
        after_task_id: after.map(|task| task.id),
        task_removed: false,
        anchor,
        cursor,
        cursor_local,
        tzdb: Zones::version().to_owned(),
        resumed: (kept.is_some() && pause.is_none())
            .then_some(Resumed::Skip)
            .or(was.and_then(|before| before.resumed)),
        pause,
        created_at: was.map_or(now, |before| before.created_at),
        updated_at: now,
        removed_at: None,
        spec,
    }))
}

/// Whether both name the same times, so that what is not accounted for yet stays due.
fn has_same_times(a: &ScheduleSpec, b: &ScheduleSpec) -> bool {
    a.when == b.when
        && a.zone == b.zone
        && a.from == b.from
        && a.until == b.until
        && a.windows == b.windows
        && a.blackouts == b.blackouts
}

/// A circle of tasks that follow each other, with this schedule in place of the one of that id.
fn circle(
    db: &Reading<'_>,
    id: ScheduleId,
    (from, to): (&Name, &Name),
) -> drover_store::Result<Option<Vec<Name>>> {
    let mut edges = vec![(from.clone(), to.clone())];
    for other in db.schedules(false)? {
        if let When::After { task, .. } = &other.spec.when
            && other.id != id
        {
            edges.push((task.clone(), other.spec.task.clone()));
        }
    }
    Ok(cycle(&edges))
}

/// The schedule's values against the parameters of its task.
fn parameters_fit(spec: &ScheduleSpec, task: &Task) -> std::result::Result<(), Problems> {
    let follows = matches!(spec.when, When::After { .. });
    let mut problems = Problems::default();
    for (name, value) in &spec.parameters {
        let field = format!("parameters.{name}");
        let Some(parameter) = task.spec.parameters.get(name) else {
            let message = format!("task `{}` has no parameter `{name}`", task.spec.name);
            problems.add(Problem::new(field, message).value(name.as_str()));
            continue;
        };
        match output_of(value) {
            Some(_) if follows => {}
            Some(_) => {
                let message = "outputs are those of a run that it follows, and it follows none";
                problems.add(Problem::new(field, message));
            }
            None => {
                if let Err(message) = parameter.read(value) {
                    problems.add(Problem::new(field, message));
                }
            }
        }
    }
    if !follows {
        for (name, parameter) in &task.spec.parameters {
            if parameter.default.is_none() && !spec.parameters.contains_key(name) {
                let message = "a value is needed, because the parameter has no default";
                problems.add(Problem::new(format!("parameters.{name}"), message));
            }
        }
    }
    problems.finish()
}
