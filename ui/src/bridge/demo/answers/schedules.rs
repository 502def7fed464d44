//! Answers about schedules. The demo keeps them; nothing fires.

use drover_model::request::{
    Calendar, CalendarStart, FixSchedules, GetCalendar, GetSchedule, ListSchedules, PauseSchedule,
    PreviewSchedule, RemoveSchedule, RestoreSchedule, ResumeSchedule, RunScheduleNow, SaveSchedule,
    ScheduleDetail, ScheduleList, SchedulePreview, SettleMissed, StartOptions, StartTask,
};
use drover_model::schedule::{
    Clash, Density, DensityDay, Fix, Language, Pause, Problem, Schedule, ScheduleSpec,
    ScheduleState, Warning,
};
use drover_model::{Caller, Code, CommandError, Fact, FieldErrors, ScheduleId};

use super::{Outcome, fine};
use crate::bridge::demo::world::{World, missing};

impl World {
    pub(super) fn preview_schedule(
        &mut self,
        request: PreviewSchedule,
    ) -> Outcome<PreviewSchedule> {
        let spec = match ScheduleSpec::try_from(request.file) {
            Ok(spec) => spec.or_in_zone(&self.here.name),
            Err(problems) => {
                return fine(SchedulePreview {
                    problems: problems.0,
                    ..SchedulePreview::default()
                });
            }
        };
        if let Some(zone) = spec.zone.as_deref().filter(|zone| !self.here.knows(zone)) {
            let mut problem = Problem::new("when.tz", format!("no zone is named `{zone}`"));
            problem.near = vec!["Europe/Berlin".to_owned(), "UTC".to_owned()];
            return fine(SchedulePreview {
                problems: vec![problem],
                ..SchedulePreview::default()
            });
        }
        let count = usize::try_from(request.count).unwrap_or(10).max(1);
        fine(SchedulePreview {
            words: self
                .settings
                .language
                .or_system(Language::English)
                .words()
                .when(&spec.when),
            next: self.here.starts(&spec, self.now, 400, count),
            zone: spec.zone,
            ..SchedulePreview::default()
        })
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
            broken: Vec::new(),
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
            next: self.here.starts(&schedule.spec, self.now, 400, 10),
            schedule,
        })
    }

    pub(in crate::bridge::demo) fn save_schedule(
        &mut self,
        request: SaveSchedule,
    ) -> Outcome<SaveSchedule> {
        let spec = ScheduleSpec::try_from(request.file)
            .map_err(|problems| CommandError::from(FieldErrors::from(problems)))?;
        let spec = spec.or_in_zone(&self.here.name);
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
            words: self
                .settings
                .language
                .or_system(Language::English)
                .words()
                .when(&spec.when),
            state: state(spec.enabled),
            problem: None,
            pause: (!spec.enabled).then(|| Pause {
                since: now,
                by: Caller::Window,
                until: None,
                note: String::new(),
            }),
            next: self.here.next(&spec, now).filter(|_| spec.enabled),
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
        schedule.next = None;
        schedule.state = state(false);
        self.changed(at)
    }

    pub(super) fn resume_schedule(&mut self, request: ResumeSchedule) -> Outcome<ResumeSchedule> {
        let at = self.place(request.schedule)?;
        let now = self.now;
        let schedule = &mut self.schedules[at];
        schedule.next = self.here.next(&schedule.spec, now);
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
        let now = self.now;
        let first = self.here.clock(now).date();
        let mut starts = Vec::new();
        for schedule in self
            .schedules
            .iter()
            .filter(|schedule| schedule.removed_at.is_none() && schedule.spec.enabled)
        {
            let runs = if schedule.spec.batch.max_parallel.is_some() {
                2
            } else {
                1
            };
            for run in self.here.starts(&schedule.spec, now, 7, 2_000) {
                starts.push(CalendarStart {
                    schedule: schedule.id,
                    name: schedule.spec.name.clone(),
                    runs,
                    run,
                });
            }
        }
        starts.sort_by_key(|start| start.run.at);
        let days = first.series(jiff::Span::new().days(1)).take(7);
        let days = days.map(|date| {
            let mut hours = vec![0_u32; 24];
            for start in &starts {
                if start.run.operator.date() == date {
                    let hour = usize::try_from(start.run.operator.hour()).unwrap_or(0);
                    hours[hour] += start.runs;
                }
            }
            DensityDay { date, hours }
        });
        let days = days.collect();
        fine(Calendar {
            zone: self.here.name.clone(),
            density: Density { days, cut: false },
            warnings: clash(&starts),
            starts,
            cut: false,
            seq: self.seq,
        })
    }

    pub(super) fn fix_schedules(&mut self, request: FixSchedules) -> Outcome<FixSchedules> {
        let (names, jitter) = match request.fix {
            Fix::Jitter { schedules, jitter } => (schedules, Some(jitter)),
            Fix::Spread { schedule, .. } | Fix::Cron { schedule, .. } => (vec![schedule], None),
            Fix::Rules { rules } => (rules.into_iter().map(|rule| rule.schedule).collect(), None),
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

    pub(super) fn settle_missed(&mut self, request: SettleMissed) -> Outcome<SettleMissed> {
        self.missed.retain(|report| report.look != request.look);
        let look = request.look;
        Ok((Vec::new(), vec![Fact::MissedSettled { look }]))
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

/// The two seeded schedules that want one profile, until one of them has a jitter.
fn clash(starts: &[CalendarStart]) -> Vec<Warning> {
    let pairs: Vec<_> = starts
        .windows(2)
        .filter(|pair| {
            pair[0].run.at == pair[1].run.at && pair[0].name.as_str() == "Morning orders"
        })
        .filter(|pair| pair[1].run.not_before == pair[1].run.at)
        .collect();
    let Some(first) = pairs.first() else {
        return Vec::new();
    };
    let names = vec![first[0].name.clone(), first[1].name.clone()];
    vec![Warning {
        clash: Clash::SameProfile {
            profile: "anna".parse().expect("BUG: a name is a name"),
            schedules: names.clone(),
        },
        at: first[0].run.at,
        times: u32::try_from(pairs.len()).unwrap_or(u32::MAX),
        fix: Some(Fix::Jitter {
            schedules: names[1..].to_vec(),
            jitter: drover_model::Span::seconds(300),
        }),
    }]
}

const fn state(enabled: bool) -> ScheduleState {
    if enabled {
        ScheduleState::Active
    } else {
        ScheduleState::Paused
    }
}
