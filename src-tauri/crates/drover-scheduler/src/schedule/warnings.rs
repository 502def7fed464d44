//! What of several schedules gets in each other's way, and what the clocks take away.

use std::collections::{BTreeMap, btree_map::Entry};

use jiff::{SignedDuration, Timestamp, civil::DateTime};

use drover_model::{
    Name, Span,
    schedule::{Clash, Cron, Fix, Warning},
};

use super::{
    Timetable,
    load::{Minutes, minute_at, minutes_of},
    mend::Scene,
};

/// A schedule that is looked at together with others.
#[derive(Debug, Clone, Copy)]
pub struct Watched<'a> {
    pub name: &'a Name,
    pub table: &'a Timetable,
    /// The profiles that its runs use.
    pub profiles: &'a [Name],
    /// How many runs it starts at once.
    pub starts: u32,
    /// Those are spread over so long.
    pub spread: Option<Span>,
    /// No more of them go on at once.
    pub max_parallel: Option<u32>,
}

/// Warnings of one kind that come with a fix. Trying fixes out takes a while, and nobody mends more at a sitting.
const MENDED: usize = 20;
/// How far ahead changes of the clocks are looked at: each zone has one within a year.
const YEAR: SignedDuration = SignedDuration::from_hours(24 * 366);

/// The warnings for the time between two instants, the most frequent first. `slots` is how
/// many runs may go on at once.
#[must_use]
pub fn warnings(
    schedules: &[Watched<'_>],
    from: Timestamp,
    to: Timestamp,
    slots: u32,
) -> Vec<Warning> {
    let range = (from, to);
    let minutes: Vec<Minutes> = schedules
        .iter()
        .map(|schedule| minutes_of(schedule, schedule.table, schedule.spread, range))
        .collect();
    let mut all = Minutes::new();
    let mut begun: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (index, minutes) in minutes.iter().enumerate() {
        for (minute, starts) in minutes {
            let sum = all.entry(*minute).or_default();
            *sum = sum.saturating_add(*starts);
            begun.entry(*minute).or_default().push(index);
        }
    }
    let mut found = Found::default();
    for (minute, indexes) in &begun {
        found.same_profile(schedules, *minute, indexes);
        let starts = all.get(minute).copied().unwrap_or(0);
        if starts > slots {
            found.crowd(*minute, indexes, starts);
        }
    }
    let scene = Scene {
        schedules,
        minutes: &minutes,
        all: &all,
        range,
        slots,
    };
    let mut warnings = found.told(&scene);
    warnings.extend(
        schedules
            .iter()
            .filter_map(|schedule| removed(schedule, from)),
    );
    warnings.sort_by_key(|warning| (std::cmp::Reverse(warning.times), warning.at));
    warnings
}

/// A clash in several minutes.
#[derive(Clone, Copy)]
struct Repeated {
    first: i64,
    times: u32,
    /// The most runs that begin in one of them.
    starts: u32,
}

#[derive(Default)]
struct Found {
    /// By profile and by the schedules that want it.
    same_profile: BTreeMap<(Name, Vec<usize>), Repeated>,
    /// By the schedules that begin together.
    crowds: BTreeMap<Vec<usize>, Repeated>,
}

impl Found {
    fn same_profile(&mut self, schedules: &[Watched<'_>], minute: i64, indexes: &[usize]) {
        if indexes.len() < 2 {
            return;
        }
        let mut users: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
        for index in indexes {
            for profile in schedules[*index].profiles {
                users.entry(profile).or_default().push(*index);
            }
        }
        for (profile, users) in users.into_iter().filter(|(_, users)| users.len() > 1) {
            note(self.same_profile.entry((profile.clone(), users)), minute, 0);
        }
    }

    fn crowd(&mut self, minute: i64, indexes: &[usize], starts: u32) {
        note(self.crowds.entry(indexes.to_vec()), minute, starts);
    }

    fn told(self, scene: &Scene<'_>) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for (number, ((profile, users), times)) in self.same_profile.into_iter().enumerate() {
            let names = users.iter().map(|user| scene.schedules[*user].name.clone());
            warnings.push(Warning {
                clash: Clash::SameProfile {
                    profile,
                    schedules: names.collect(),
                },
                at: minute_at(times.first),
                times: times.times,
                // The first one stays where it is.
                fix: (number < MENDED).then(|| scene.part(&users)).flatten(),
            });
        }
        for (number, (crowd, times)) in self.crowds.into_iter().enumerate() {
            warnings.push(Warning {
                clash: Clash::TooManyStarts {
                    starts: times.starts,
                    slots: scene.slots,
                },
                at: minute_at(times.first),
                times: times.times,
                fix: (number < MENDED).then(|| scene.thin_out(&crowd)).flatten(),
            });
        }
        warnings
    }
}

fn note<K: Ord>(entry: Entry<'_, K, Repeated>, minute: i64, starts: u32) {
    let times = entry.or_insert(Repeated {
        first: minute,
        times: 0,
        starts: 0,
    });
    times.times += 1;
    times.starts = times.starts.max(starts);
}

/// A rule that names certain hours and follows the clock loses the times that the clock
/// leaves out. One that goes on all day does not notice, and a time of day is moved.
fn removed(schedule: &Watched<'_>, from: Timestamp) -> Option<Warning> {
    let rule = schedule.table.rule()?;
    if rule.is_fixed() || rule.hours().count_ones() == 24 {
        return None;
    }
    let zone = schedule.table.zone();
    let end = from.saturating_add(YEAR).ok()?;
    let mut lost: Option<(Timestamp, DateTime, u32)> = None;
    for change in zone
        .following(from)
        .take_while(|change| change.timestamp() < end)
    {
        let at = change.timestamp();
        let before = zone
            .to_offset(at - SignedDuration::from_nanos(1))
            .to_datetime(at);
        let after = change.offset().to_datetime(at);
        if after <= before {
            continue;
        }
        let first = super::civil::next_local(rule, before, before.date());
        if let Some(local) = first.filter(|local| *local < after) {
            lost = Some(lost.map_or((at, local, 1), |(at, local, times)| (at, local, times + 1)));
        }
    }
    let (at, local, times) = lost?;
    Some(Warning {
        clash: Clash::RemovedByClock {
            schedule: schedule.name.clone(),
            local,
        },
        at,
        times,
        fix: Some(Fix::Cron {
            schedule: schedule.name.clone(),
            cron: at_fixed_times(rule),
        }),
    })
}

/// The same rule without a star in its time, which makes it a time of day: what the clock
/// leaves out then runs right after.
fn at_fixed_times(rule: &Cron) -> String {
    let fields: Vec<&str> = rule.as_str().split_whitespace().collect();
    let seconds = fields.len().saturating_sub(5);
    let fixed: Vec<String> = fields
        .iter()
        .enumerate()
        .map(|(index, field)| match index {
            _ if index == seconds + 1 => field.replace('*', "0-23"),
            _ if index <= seconds => field.replace('*', "0-59"),
            _ => (*field).to_owned(),
        })
        .collect();
    fixed.join(" ")
}
