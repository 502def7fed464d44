//! What a schedule has to be before it is kept.

use drover_model::{
    Caller, Code, CommandError, FieldErrors, Name, ScheduleId, ScheduleSpec, Task,
    schedule::{AfterScope, Pause, Problem, Problems, When},
};
use drover_scheduler::schedule::{Timetable, Zones, cycle};
use drover_store::{PauseOver, Reading, Resumed, StoredSchedule};
use jiff::Timestamp;

use super::{outputs_fit::outputs_fit, schedule_starts::output_of, tasks::no_task};

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
        && let Some(error) = circle(db, id, (&after.spec.name, &task.spec.name))?
    {
        return Ok(Err(error));
    }
    if let Err(problems) = parameters_fit(&spec, &task) {
        return Ok(Err(refused(problems)));
    }
    if let Err(problems) = starts_in_time(&spec) {
        return Ok(Err(refused(problems)));
    }
    if let Some(after) = &after
        && let Err(problems) = outputs_fit(&spec, &task.spec, after)
    {
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
            .then_some(PauseOver {
                times: Resumed::Skip,
                at: now,
            })
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

/// Why a schedule may not leave the trash.
pub(super) fn restorable(
    db: &Reading<'_>,
    removed: &StoredSchedule,
) -> drover_store::Result<std::result::Result<(), CommandError>> {
    let When::After { task, .. } = &removed.spec.when else {
        return Ok(Ok(()));
    };
    let circle = circle(db, removed.id, (task, &removed.spec.task))?;
    Ok(circle.map_or(Ok(()), Err))
}

/// Refuses a circle of tasks that follow each other, with this schedule in place of the one of that id.
fn circle(
    db: &Reading<'_>,
    id: ScheduleId,
    (from, to): (&Name, &Name),
) -> drover_store::Result<Option<CommandError>> {
    let mut edges = vec![(from.clone(), to.clone())];
    for other in db.schedules(false)? {
        if let When::After { task, .. } = &other.spec.when
            && other.id != id
        {
            edges.push((task.clone(), other.spec.task.clone()));
        }
    }
    Ok(cycle(&edges).map(|path| {
        let names: Vec<&str> = path.iter().map(Name::as_str).collect();
        let message = format!(
            "these tasks would follow each other for ever: {}",
            names.join(" → ")
        );
        CommandError::new(Code::Invalid, message).field("when.after")
    }))
}

/// What delays its starts must leave them the time in which they may start, or every one that is delayed more expires.
fn starts_in_time(spec: &ScheduleSpec) -> std::result::Result<(), Problems> {
    let mut problems = Problems::default();
    let Some(deadline) = spec.start_deadline else {
        return Ok(());
    };
    for (field, delay) in [("jitter", spec.jitter), ("batch.spread", spec.batch.spread)] {
        let Some(delay) = delay.filter(|delay| *delay > deadline) else {
            continue;
        };
        let message = format!(
            "starts may come `{delay}` late, and expire after `{deadline}` (`start_deadline`)"
        );
        let allowed = format!("at most {deadline}");
        let problem = Problem::new(field, message).value(delay.to_string());
        problems.add(problem.allowed(allowed));
    }
    problems.finish()
}

/// The schedule's values against the parameters of its task.
fn parameters_fit(spec: &ScheduleSpec, task: &Task) -> std::result::Result<(), Problems> {
    let follows = matches!(spec.when, When::After { .. });
    let follows_batch = matches!(
        spec.when,
        When::After {
            scope: AfterScope::Batch,
            ..
        }
    );
    let mut problems = Problems::default();
    for (name, value) in &spec.parameters {
        let field = format!("parameters.{name}");
        let Some(parameter) = task.spec.parameters.get(name) else {
            let message = format!("task `{}` has no parameter `{name}`", task.spec.name);
            problems.add(Problem::new(field, message).value(name.as_str()));
            continue;
        };
        match output_of(value) {
            Some(_) if follows_batch => {
                let message = "a whole batch is followed, and none of its runs gives the outputs for all of them; \
                               follow each run instead, with `scope = \"any\"`";
                problems.add(Problem::new(field, message));
            }
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
