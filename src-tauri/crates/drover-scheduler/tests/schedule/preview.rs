//! What the editor, the calendar and `simulate` show.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, civil::date, tz::TimeZone};

use drover_model::{
    Name,
    schedule::{Clash, DstNote, Fix, Language, ScheduleSpec, Warning, When},
};
use drover_scheduler::schedule::{
    Policy, Simulated, Timetable, Watched, Zones, density, earliest, next_runs, simulate, warnings,
};

use crate::{
    bench::{at, cron, spec, table_of},
    walk::Dice,
};

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

#[test]
fn coming_times_are_told_in_two_zones_with_their_notes() {
    let table = cron("30 2 * * *", "Europe/Berlin");
    let tokyo = TimeZone::fixed(jiff::tz::offset(9));
    let runs = next_runs(&table, at("2026-03-28T00:00:00Z"), 3, &tokyo);
    let told: Vec<String> = runs
        .iter()
        .map(|run| format!("{} {} / {}", run.local, run.abbreviation, run.operator))
        .collect();
    assert_eq!(
        told,
        [
            "2026-03-28T02:30:00 CET / 2026-03-28T10:30:00",
            "2026-03-29T03:00:00 CEST / 2026-03-29T10:00:00",
            "2026-03-30T02:30:00 CEST / 2026-03-30T09:30:00",
        ]
    );
    let note = runs[1].note.unwrap();
    assert_eq!(
        Language::English.words().note(note, runs[1].local),
        "29 Mar 02:30 does not exist; runs at 03:00."
    );
    let missing = next_runs(
        &cron("0 12 * * *", "Pacific/Apia"),
        at("2011-12-30T00:00:00Z"),
        1,
        &TimeZone::UTC,
    );
    assert!(matches!(missing[0].note, Some(DstNote::Missing { .. })));
}

#[test]
fn the_calendar_counts_starts_by_hour() {
    let quarter = cron("*/15 9-10 * * MON-FRI", "UTC");
    let night = cron("0 3 * * *", "UTC");
    let first = date(2026, 11, 23); // A Monday.
    let calendar = density([(&quarter, 1), (&night, 20)], first, 7, &TimeZone::UTC);
    assert_eq!(calendar.days.len(), 7);
    assert_eq!(calendar.days[0].hours[9], 4);
    assert_eq!(calendar.days[0].hours[3], 20);
    assert_eq!(calendar.days[5].hours[9], 0, "not on Saturday");
    let sum: u32 = calendar.days.iter().flat_map(|day| &day.hours).sum();
    assert_eq!(sum, 5 * 8 + 7 * 20);
    assert!(!calendar.cut);
    let busy = cron("* * * * * *", "UTC");
    assert!(density([(&busy, 1)], first, 7, &TimeZone::UTC).cut);
}

#[test]
fn clashes_come_with_their_fix() {
    let (from, to) = (at("2026-11-23T00:00:00Z"), at("2026-11-30T00:00:00Z"));
    let (nine, also) = (cron("0 9 * * *", "UTC"), cron("0 9 * * MON", "UTC"));
    let (one, two, anna) = (name("one"), name("two"), [name("anna")]);
    let watched = [
        Watched {
            name: &one,
            table: &nine,
            profiles: &anna,
            starts: 1,
            spread: None,
            max_parallel: None,
        },
        Watched {
            name: &two,
            table: &also,
            profiles: &anna,
            starts: 48,
            spread: None,
            max_parallel: None,
        },
    ];
    let found = warnings(&watched, from, to, 12);
    assert_eq!(found.len(), 2);
    let same = found
        .iter()
        .find(|w| matches!(w.clash, Clash::SameProfile { .. }))
        .unwrap();
    assert_eq!((same.at, same.times), (at("2026-11-23T09:00:00Z"), 1));
    assert_eq!(
        Language::English
            .words()
            .clash(&same.clash, date(2026, 11, 23).at(9, 0, 0, 0)),
        "2 schedules want `anna` at 23 Nov 09:00"
    );
    let later = Fix::Cron {
        schedule: name("two"),
        cron: "5 9 * * MON".to_owned(),
    };
    assert_eq!(same.fix, Some(later), "the second one moves");
    let many = found
        .iter()
        .find(|w| matches!(w.clash, Clash::TooManyStarts { .. }))
        .unwrap();
    assert_eq!(
        many.clash,
        Clash::TooManyStarts {
            starts: 49,
            slots: 12
        }
    );
    assert!(matches!(&many.fix, Some(Fix::Spread { schedule, .. }) if *schedule == two));
    assert!(
        warnings(&watched, from, to, 64).len() == 1,
        "with enough slots only the profile clashes"
    );
    let held = [
        watched[0],
        Watched {
            max_parallel: Some(5),
            ..watched[1]
        },
    ];
    let crowds = warnings(&held, from, to, 12);
    assert_eq!(crowds.len(), 1, "no more than five begin together");
}

/// Schedules as they are kept, and what they use.
struct Kept {
    specs: Vec<ScheduleSpec>,
    profiles: Vec<Vec<Name>>,
    starts: Vec<u32>,
    slots: u32,
}

impl Kept {
    fn any(dice: &mut Dice) -> Self {
        let mut kept = Self {
            specs: Vec::new(),
            profiles: Vec::new(),
            starts: Vec::new(),
            slots: 1 + u32::try_from(dice.roll(6)).unwrap(),
        };
        for number in 0..2 + dice.roll(8) {
            let rules = [
                "0 9 * * *",
                "0 9 * * MON",
                "30 */6 * * *",
                "*/20 8-9 * * *",
                "0 9,21 * * *",
            ];
            let rule = rules[usize::try_from(dice.roll(5)).unwrap()];
            let text = format!(
                r#"{{"name":"s{number}","task":"t","when":{{"cron":"{rule}","tz":"UTC"}}}}"#
            );
            kept.specs.push(serde_json::from_str(&text).unwrap());
            let users = ["anna", "bert", "carla"].map(name);
            let count = usize::try_from(dice.roll(3)).unwrap();
            kept.profiles.push(users[..count].to_vec());
            let many = if dice.roll(4) == 0 { 20 } else { 1 };
            kept.starts.push(many);
        }
        kept
    }

    fn warnings(&self) -> Vec<Warning> {
        let made = at("2026-11-01T00:00:00Z");
        let tables: Vec<Timetable> = self
            .specs
            .iter()
            .map(|spec| Timetable::new(spec, &Zones::bundled(), made, spec.name.as_str()).unwrap())
            .collect();
        let watched: Vec<Watched<'_>> = self
            .specs
            .iter()
            .enumerate()
            .map(|(index, spec)| Watched {
                name: &spec.name,
                table: &tables[index],
                profiles: &self.profiles[index],
                starts: self.starts[index],
                spread: spec.batch.spread,
                max_parallel: spec.batch.max_parallel,
            })
            .collect();
        let (from, to) = (at("2026-11-23T00:00:00Z"), at("2026-11-30T00:00:00Z"));
        warnings(&watched, from, to, self.slots)
    }

    /// The click.
    fn accept(&mut self, fix: &Fix) {
        for spec in &mut self.specs {
            match fix {
                Fix::Jitter { schedules, jitter } if schedules.contains(&spec.name) => {
                    spec.jitter = Some(*jitter);
                }
                Fix::Spread { schedule, spread } if *schedule == spec.name => {
                    spec.batch.spread = Some(*spread);
                }
                Fix::Cron { schedule, cron } if *schedule == spec.name => {
                    spec.when = When::Cron(cron.parse().unwrap());
                }
                Fix::Rules { rules } => {
                    if let Some(rule) = rules.iter().find(|rule| rule.schedule == spec.name) {
                        spec.when = When::Cron(rule.cron.parse().unwrap());
                    }
                }
                _ => {}
            }
        }
    }
}

#[test]
fn every_fix_that_is_offered_ends_its_warning() {
    let mut dice = Dice(0xC11C);
    let (mut clicks, mut helpless) = (0, 0);
    for _ in 0..60 {
        let mut kept = Kept::any(&mut dice);
        for _ in 0..30 {
            let before = kept.warnings();
            let Some((warning, fix)) = before
                .iter()
                .find_map(|warning| Some((warning, warning.fix.clone()?)))
            else {
                helpless += before.len();
                break;
            };
            kept.accept(&fix);
            clicks += 1;
            let after = kept.warnings();
            let is_same = |other: &Warning| match (&warning.clash, &other.clash) {
                // The same schedules may clash over the same profile at no other time either.
                (Clash::SameProfile { .. }, clash) => *clash == warning.clash,
                (Clash::TooManyStarts { .. }, Clash::TooManyStarts { .. }) => {
                    other.at == warning.at && other.times >= warning.times
                }
                _ => false,
            };
            assert!(
                !after.iter().any(is_same),
                "{fix:?} left {warning:?} among {after:?}"
            );
        }
    }
    assert!(clicks > 60, "{clicks} clicks are too few to say anything");
    assert!(
        helpless < clicks,
        "{helpless} warnings without a fix, {clicks} with one"
    );
}

#[test]
fn a_crowd_of_hundreds_is_moved_apart_by_one_click() {
    for (profile, slots) in [(None, 2), (Some("anna"), 1_000)] {
        let mut kept = Kept {
            specs: Vec::new(),
            profiles: Vec::new(),
            starts: Vec::new(),
            slots,
        };
        for number in 0..300 {
            // In the crowd one of them cannot be moved.
            let stays = number == 7 && profile.is_none();
            let rule = if stays { "*/30 9 * * *" } else { "0 9 * * *" };
            let text = format!(
                r#"{{"name":"s{number}","task":"t","when":{{"cron":"{rule}","tz":"UTC"}}}}"#
            );
            kept.specs.push(serde_json::from_str(&text).unwrap());
            kept.profiles.push(profile.into_iter().map(name).collect());
            kept.starts.push(1);
        }
        let before = kept.warnings();
        let fix = before.iter().find_map(|warning| warning.fix.clone());
        let fix = fix.unwrap_or_else(|| panic!("no fix for {} warnings", before.len()));
        assert!(
            matches!(&fix, Fix::Rules { rules } if rules.len() > 290),
            "{fix:?}"
        );
        kept.accept(&fix);
        assert_eq!(kept.warnings(), []);
    }
}

#[test]
fn a_time_that_the_clock_removes_can_be_fixed_with_one_click() {
    let table = cron("*/30 2 * * *", "Europe/Berlin");
    let night = name("night");
    let watched = [Watched {
        name: &night,
        table: &table,
        profiles: &[],
        starts: 1,
        spread: None,
        max_parallel: None,
    }];
    let (from, to) = (at("2026-01-01T00:00:00Z"), at("2026-01-08T00:00:00Z"));
    let found = warnings(&watched, from, to, 12);
    let [warning] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(warning.at, at("2026-03-29T01:00:00Z"));
    let Some(Fix::Cron { cron: fixed, .. }) = &warning.fix else {
        panic!("{warning:?}")
    };
    assert_eq!(fixed, "0-59/30 2 * * *");
    let mended = cron(fixed, "Europe/Berlin");
    let watched = [Watched {
        table: &mended,
        ..watched[0]
    }];
    assert_eq!(warnings(&watched, from, to, 12), []);
    let next = mended.next_after(at("2026-03-29T00:30:00Z")).unwrap();
    assert_eq!(
        next.at,
        at("2026-03-29T01:00:00Z"),
        "it runs at 03:00 instead"
    );
}

#[test]
fn a_year_is_simulated_by_the_planner_itself() {
    let from = at("2026-01-01T00:00:00Z");
    let to = from + SignedDuration::from_hours(24 * 365);
    let (daily, hourly) = (name("daily"), name("hourly"));
    let first = spec(r#"{"cron":"30 2 * * *","tz":"Europe/Berlin"}"#, "");
    let second = spec(r#"{"every":"1h"}"#, "");
    let tables = [table_of(&first, from), table_of(&second, from)];
    let single = [String::new()];
    let take = |minutes: u64| Duration::from_secs(minutes * 60);
    let schedules = [
        Simulated {
            name: &daily,
            table: &tables[0],
            policy: Policy::from(&first),
            items: &single,
            takes: take(10),
        },
        // Each run takes 90 minutes, so every second one finds the one before it.
        Simulated {
            name: &hourly,
            table: &tables[1],
            policy: Policy::from(&second),
            items: &single,
            takes: take(90),
        },
    ];
    let told = simulate(&schedules, from, to, 5);
    assert_eq!(told.runs + told.skipped, 365 + 8_759);
    assert_eq!(told.runs, 365 + 4_380);
    assert_eq!(told.first.len(), 5);
    assert!(told.first.is_sorted_by_key(|row| row.at));
    assert!(told.passes < 9_200, "one look a time, not {}", told.passes);
    assert_eq!(told.first[0].at, from + SignedDuration::from_hours(1));
    assert!(told.first[0].at > Timestamp::UNIX_EPOCH);
}

#[test]
fn the_earliest_times_of_many_schedules_are_found_without_the_others() {
    let (from, to) = (at("2026-11-23T00:00:30Z"), at("2026-11-24T00:00:00Z"));
    let rules = ["0 * * * *", "30 9 * * *", "*/20 3 * * *", "0 0 1 1 *"];
    let tables = rules.map(|rule| cron(rule, "UTC"));
    let few: Vec<&Timetable> = tables.iter().collect();
    let mut expected: Vec<_> = few
        .iter()
        .enumerate()
        .flat_map(|(index, table)| {
            let slots = table.slots_after(from).take_while(|slot| slot.at < to);
            slots.map(move |slot| (slot.at, index)).collect::<Vec<_>>()
        })
        .collect();
    expected.sort_unstable();
    let (found, cut) = earliest(&few, (from, to), 100);
    let found: Vec<_> = found
        .into_iter()
        .map(|(index, slot)| (slot.at, index))
        .collect();
    assert_eq!((found.len(), cut), (23 + 1 + 3, false));
    assert_eq!(found, expected);
    let (part, cut) = earliest(&few, (from, to), 5);
    assert!(cut && part.len() == 5);

    // A year of ten thousand schedules would be ninety million times.
    let many = vec![&tables[0]; 10_000];
    let year = (from, at("2027-11-23T00:00:00Z"));
    let (found, cut) = earliest(&many, year, 2_000);
    assert!(cut);
    assert!(
        found
            .iter()
            .all(|(_, slot)| slot.at == at("2026-11-23T01:00:00Z"))
    );
}
