//! Schedules: what a rule means, and what it would do.

use std::time::Duration;

use drover_model::{
    Caller,
    request::{PreviewSchedule, SchedulePreview},
    schedule::{Problems, ScheduleSpec, Simulation, Words},
};
use drover_scheduler::schedule::{Policy, Simulated, Timetable, Zones, next_runs, simulate};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{schedule_states::told, targets::profiles_of};
use crate::{Engine, Result, aside::aside, error::Doing as _};

/// Times that are shown when their number was not said, and the most.
const SHOWN: u32 = 10;
const MOST_SHOWN: u32 = 1_000;

/// The longest simulation: ten years.
const MOST_DAYS: u32 = 3_660;

/// How long a simulated run takes of which none has succeeded yet.
const TAKES: Duration = Duration::from_mins(1);

/// How many simulated rows are told one by one.
const TOLD: usize = 100;

impl Engine {
    /// A schedule that is wrong is no error here: its problems are the answer.
    pub async fn preview_schedule(
        &self,
        _by: Caller,
        req: PreviewSchedule,
    ) -> Result<SchedulePreview> {
        let now = self.rooms().now();
        let words = self.words().await?;
        let usual = match req.simulate_days {
            Some(_) => self.usual(req.file.task.clone()).await?,
            None => Usual::default(),
        };
        // Ten years of a rule take a while.
        let told = aside(move || preview(req, (words, now), &usual)).await;
        Ok(told.unwrap_or_else(|problems| SchedulePreview {
            problems: problems.0,
            ..SchedulePreview::default()
        }))
    }

    /// What a start of the task is, when there is such a task.
    async fn usual(&self, task: String) -> Result<Usual> {
        let usual = self
            .rooms()
            .store
            .read(move |db| {
                let Some(task) = db.find_task(&task, None)? else {
                    return Ok(Usual::default());
                };
                let profiles = profiles_of(db, &task.spec)?;
                let items = profiles
                    .iter()
                    .map(|name| format!("profile:{name}"))
                    .collect::<Vec<String>>();
                Ok(Usual {
                    items: if items.len() > 1 {
                        items
                    } else {
                        Usual::default().items
                    },
                    takes: db.usual_length(task.id)?.unwrap_or(TAKES),
                })
            })
            .await
            .doing("read what the task usually does")?;
        Ok(usual)
    }
}

/// A start as a simulation has it.
struct Usual {
    /// The keys of its items.
    items: Vec<String>,
    takes: Duration,
}

impl Default for Usual {
    fn default() -> Self {
        Self {
            items: vec![String::new()],
            takes: TAKES,
        }
    }
}

fn preview(
    req: PreviewSchedule,
    (words, now): (&Words, Timestamp),
    usual: &Usual,
) -> std::result::Result<SchedulePreview, Problems> {
    let here = TimeZone::system();
    let spec = ScheduleSpec::try_from(req.file)?;
    let spec = spec.or_in_zone(here.iana_name().unwrap_or("UTC"));
    let table = Timetable::new(&spec, &Zones::bundled(), now, spec.name.as_str())?;
    let from = req.from.unwrap_or(now);
    let count = match req.count {
        0 => SHOWN,
        count => count.min(MOST_SHOWN),
    };
    Ok(SchedulePreview {
        words: told(words, &spec, Some(&table)),
        zone: spec.zone.clone(),
        next: next_runs(&table, from, count as usize, &here),
        simulation: req
            .simulate_days
            .map(|days| simulated(&spec, &table, usual, (from, days))),
        problems: Vec::new(),
    })
}

fn simulated(
    spec: &ScheduleSpec,
    table: &Timetable,
    usual: &Usual,
    (from, days): (Timestamp, u32),
) -> Simulation {
    let simulated = Simulated {
        name: &spec.name,
        table,
        policy: Policy::from(spec),
        items: &usual.items,
        takes: usual.takes,
    };
    let span = SignedDuration::from_hours(24 * i64::from(days.min(MOST_DAYS)));
    let to = from.checked_add(span).unwrap_or(Timestamp::MAX);
    simulate(&[simulated], from, to, TOLD)
}

#[cfg(test)]
mod tests {
    use drover_model::schedule::{Language, ScheduleFile, WhenFile};

    use super::*;

    fn english() -> &'static Words {
        Language::English.words()
    }

    fn asked(cron: &str, zone: &str) -> PreviewSchedule {
        PreviewSchedule {
            file: ScheduleFile {
                name: "n".to_owned(),
                task: "t".to_owned(),
                when: WhenFile {
                    cron: Some(cron.to_owned()),
                    tz: Some(zone.to_owned()),
                    ..WhenFile::default()
                },
                ..ScheduleFile::default()
            },
            count: 2,
            from: Some("2026-03-27T12:00:00Z".parse().unwrap()),
            simulate_days: Some(7),
        }
    }

    #[test]
    fn the_next_times_are_told_with_what_the_clocks_do() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let told = preview(
            asked("30 2 * * *", "Europe/Berlin"),
            (english(), now),
            &Usual::default(),
        )
        .unwrap();
        assert_eq!(told.zone.as_deref(), Some("Europe/Berlin"));
        let next: Vec<_> = told.next.iter().map(|run| run.at.to_string()).collect();
        assert_eq!(next, ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z"]);
        assert!(told.next[1].note.is_some(), "02:30 does not exist that day");
        assert_eq!(told.simulation.unwrap().runs, 7);
    }

    #[test]
    fn a_simulation_has_the_items_and_the_length_of_real_runs_and_an_end() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let usual = Usual {
            items: vec!["profile:a".to_owned(), "profile:b".to_owned()],
            takes: Duration::from_hours(36),
        };
        let daily = || asked("30 2 * * *", "Europe/Berlin");
        let told = preview(daily(), (english(), now), &usual)
            .unwrap()
            .simulation
            .unwrap();
        assert_eq!((told.runs, told.skipped), (8, 6), "every other day, twice");
        assert_eq!(told.cut_at, None);
        let mut often = asked("* * * * * *", "UTC");
        often.simulate_days = Some(3_660);
        let told = preview(often, (english(), now), &Usual::default()).unwrap();
        let told = told.simulation.unwrap();
        assert!(told.cut_at.is_some(), "ten years of seconds have an end");
        assert!(told.passes <= 1_000_001, "{}", told.passes);
    }

    #[test]
    fn a_single_moment_is_told_in_its_zone_and_in_the_chosen_language() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut asked = asked("", "Asia/Tokyo");
        asked.file.when.cron = None;
        asked.file.when.at = Some("2026-12-01T09:00:00+01:00".to_owned());
        let german = Language::German.words();
        let told = preview(asked, (german, now), &Usual::default()).unwrap();
        assert_eq!(told.words, "Einmal, am 1. Dezember 2026 um 17:00");
        assert_eq!(told.zone.as_deref(), Some("Asia/Tokyo"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let problems = preview(
            asked("61 2 * * *", "Europe/Berlin"),
            (english(), now),
            &Usual::default(),
        )
        .unwrap_err();
        let problem = problems.of("when.cron").unwrap();
        assert_eq!(problem.value.as_deref(), Some("61"));
        let near = preview(
            asked("0 2 * * *", "Europe/Berlln"),
            (english(), now),
            &Usual::default(),
        )
        .unwrap_err();
        assert_eq!(near.0[0].near[0], "Europe/Berlin");
    }
}
