//! Answers about schedules. The demo keeps them and has no planner: nothing is due, and nothing fires.

use drover_model::request::{
    Calendar, FixSchedules, GetCalendar, GetSchedule, ListSchedules, PauseSchedule,
    PreviewSchedule, RemoveSchedule, RestoreSchedule, ResumeSchedule, RunScheduleNow, SaveSchedule,
    ScheduleDetail, ScheduleList, SettleMissed, StartOptions, StartTask,
};
use drover_model::schedule::{
    Density, Fix, Language, Pause, Schedule, ScheduleSpec, ScheduleState,
};
use drover_model::{Caller, Code, CommandError, Fact, FieldErrors, ScheduleId};

use super::{Outcome, fine};
use crate::bridge::demo::world::{World, missing};

impl World {
    pub(super) fn preview_schedule(&mut self, _: PreviewSchedule) -> Outcome<PreviewSchedule> {
        Err(CommandError::new(
            Code::Invalid,
            "the demo plans no schedules",
        ))
    }

    pub(super) fn list_schedules(&mut self, request: ListSchedules) -> Outcome<ListSchedules> {
        let task = request.task.as_deref();
        let mut rows: Vec<Schedule> = self
            .schedules
            .iter()
            .filter(|schedule| schedule.removed_at.is_some() == request.removed)
            .filter(|schedule| {
                task.is_none_or(|task| {
                    schedule.spec.task.as_str() == task || schedule.task_id.to_string() == task
                })
            })
            .cloned()
            .collect();
        rows.sort_by(|a, b| a.spec.name.cmp(&b.spec.name));
        fine(ScheduleList {
            rows,
            seq: self.seq,
        })
    }

    pub(super) fn get_schedule(&mut self, request: GetSchedule) -> Outcome<GetSchedule> {
        let wanted = request.schedule.trim();
        let found = self.schedules.iter().find(|schedule| {
            schedule.id.to_string() == wanted
                || schedule.removed_at.is_none() && schedule.spec.name.as_str() == wanted
        });
        let schedule = found
            .cloned()
            .ok_or_else(|| missing(Code::ScheduleNotFound, "schedule", wanted))?;
        let rows = self.runs.iter().map(|run| &run.row);
        let of_it = rows.filter(|row| {
            row.origin
                .as_ref()
                .is_some_and(|origin| origin.schedule == Some(schedule.id))
        });
        fine(ScheduleDetail {
            recent: of_it.take(20).cloned().collect(),
            next: Vec::new(),
            schedule,
        })
    }

    pub(super) fn save_schedule(&mut self, request: SaveSchedule) -> Outcome<SaveSchedule> {
        let spec = ScheduleSpec::try_from(request.file)
            .map_err(|problems| CommandError::from(FieldErrors::from(problems)))?;
        let spec = spec.or_in_zone("Europe/Berlin");
        let task = self
            .tasks
            .iter()
            .find(|task| task.removed_at.is_none() && task.spec.name == spec.task)
            .ok_or_else(|| missing(Code::TaskNotFound, "task", spec.task.as_str()))?
            .id;
        let now = self.now;
        let at = match request.id {
            Some(id) => self.place(id)?,
            None => self.schedules.len(),
        };
        let old = self.schedules.get(at);
        let schedule = Schedule {
            id: old.map_or_else(|| ScheduleId::from_bits(0), |old| old.id),
            version: old.map_or(1, |old| old.version + 1),
            task_id: task,
            words: Language::default().words().when(&spec.when),
            state: state(spec.enabled),
            problem: None,
            pause: (!spec.enabled).then(|| Pause {
                since: now,
                by: Caller::Window,
                until: None,
                note: String::new(),
            }),
            next: None,
            last: old.and_then(|old| old.last.clone()),
            live: 0,
            created_at: old.map_or(now, |old| old.created_at),
            updated_at: now,
            removed_at: None,
            spec,
        };
        if request.id.is_some() {
            self.schedules[at] = schedule;
        } else {
            let id = ScheduleId::from_bits(self.fresh());
            self.schedules.push(Schedule { id, ..schedule });
        }
        self.changed(at)
    }

    pub(super) fn pause_schedule(&mut self, request: PauseSchedule) -> Outcome<PauseSchedule> {
        let at = self.place(request.schedule)?;
        let pause = Pause {
            since: self.now,
            by: Caller::Window,
            until: request.until,
            note: request.note,
        };
        let schedule = &mut self.schedules[at];
        schedule.pause = Some(pause);
        schedule.spec.enabled = false;
        schedule.state = state(false);
        self.changed(at)
    }

    pub(super) fn resume_schedule(&mut self, request: ResumeSchedule) -> Outcome<ResumeSchedule> {
        let at = self.place(request.schedule)?;
        let schedule = &mut self.schedules[at];
        schedule.pause = None;
        schedule.spec.enabled = true;
        schedule.state = state(true);
        self.changed(at)
    }

    pub(super) fn remove_schedule(&mut self, request: RemoveSchedule) -> Outcome<RemoveSchedule> {
        let at = self.place(request.schedule)?;
        self.schedules[at].removed_at = Some(self.now);
        Ok(((), self.changed(at)?.1))
    }

    pub(super) fn restore_schedule(
        &mut self,
        request: RestoreSchedule,
    ) -> Outcome<RestoreSchedule> {
        let at = self.place(request.schedule)?;
        self.schedules[at].removed_at = None;
        Ok(((), self.changed(at)?.1))
    }

    pub(super) fn run_schedule_now(&mut self, request: RunScheduleNow) -> Outcome<RunScheduleNow> {
        let at = self.place(request.schedule)?;
        let schedule = &self.schedules[at];
        self.start_task(StartTask {
            task: schedule.task_id.to_string(),
            options: StartOptions {
                params: schedule.spec.parameters.clone(),
                ..StartOptions::default()
            },
            request_id: request.request_id,
        })
    }

    pub(super) fn get_calendar(&mut self, _: GetCalendar) -> Outcome<GetCalendar> {
        fine(Calendar {
            zone: "Europe/Berlin".to_owned(),
            density: Density {
                days: Vec::new(),
                cut: false,
            },
            starts: Vec::new(),
            cut: false,
            warnings: Vec::new(),
            seq: self.seq,
        })
    }

    pub(super) fn fix_schedules(&mut self, request: FixSchedules) -> Outcome<FixSchedules> {
        let (names, jitter) = match request.fix {
            Fix::Jitter { schedules, jitter } => (schedules, Some(jitter)),
            Fix::Spread { schedule, .. } | Fix::Cron { schedule, .. } => (vec![schedule], None),
        };
        let mut fixed = Vec::new();
        for schedule in &mut self.schedules {
            if names.contains(&schedule.spec.name) {
                schedule.spec.jitter = jitter.or(schedule.spec.jitter);
                fixed.push(schedule.clone());
            }
        }
        let facts = fixed.iter().map(|schedule| Fact::ScheduleChanged {
            schedule: schedule.id,
        });
        let facts = facts.collect();
        Ok((fixed, facts))
    }

    pub(super) fn settle_missed(&mut self, _: SettleMissed) -> Outcome<SettleMissed> {
        fine(Vec::new())
    }

    fn place(&self, id: ScheduleId) -> Result<usize, CommandError> {
        let found = self.schedules.iter().position(|known| known.id == id);
        found.ok_or_else(|| missing(Code::ScheduleNotFound, "schedule", &id.short()))
    }

    fn changed(&self, at: usize) -> Result<(Schedule, Vec<Fact>), CommandError> {
        let schedule = self.schedules[at].clone();
        let fact = Fact::ScheduleChanged {
            schedule: schedule.id,
        };
        Ok((schedule, vec![fact]))
    }
}

const fn state(enabled: bool) -> ScheduleState {
    if enabled {
        ScheduleState::Active
    } else {
        ScheduleState::Paused
    }
}
