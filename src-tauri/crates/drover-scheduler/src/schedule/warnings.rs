//! What of several schedules gets in each other's way, and what the clocks take away.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, civil::DateTime};

use drover_model::{
    Name, Span,
    schedule::{Clash, Cron, Fix, Warning},
};

use super::Timetable;

/// A schedule that is looked at together with others.
#[derive(Debug, Clone, Copy)]
pub struct Watched<'a> {
    pub name: &'a Name,
    pub table: &'a Timetable,
    /// The profiles that its runs use.
    pub profiles: &'a [Name],
    /// How many runs it starts at once.
    pub starts: u32,
}

/// The starts of one schedule that are looked at.
const LOOKED_AT: usize = 20_000;
/// What is offered to move starts apart.
const JITTER: Span = Span::seconds(5 * 60);
const SPREAD: Span = Span::seconds(10 * 60);
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
    let mut minutes: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (index, schedule) in schedules.iter().enumerate() {
        let starts = schedule.table.slots_after(from);
        for slot in starts.take_while(|slot| slot.at < to).take(LOOKED_AT) {
            if slot.is_start() {
                // With its jitter, so that an accepted fix ends the warning.
                let minute = schedule
                    .table
                    .not_before(slot.at)
                    .as_second()
                    .div_euclid(60);
                minutes.entry(minute).or_default().push(index);
            }
        }
    }
    let mut found = Found::default();
    for (minute, indexes) in &minutes {
        found.same_profile(schedules, *minute, indexes);
        found.too_many(schedules, *minute, indexes, slots);
    }
    let mut warnings: Vec<Warning> = found
        .same_profile
        .into_values()
        .chain(found.too_many)
        .collect();
    warnings.extend(
        schedules
            .iter()
            .filter_map(|schedule| removed(schedule, from)),
    );
    warnings.sort_by_key(|warning| (std::cmp::Reverse(warning.times), warning.at));
    warnings
}

#[derive(Default)]
struct Found {
    same_profile: BTreeMap<(Name, Vec<usize>), Warning>,
    too_many: Option<Warning>,
}

impl Found {
    fn same_profile(&mut self, schedules: &[Watched<'_>], minute: i64, indexes: &[usize]) {
        let unique: BTreeSet<usize> = indexes.iter().copied().collect();
        if unique.len() < 2 {
            return;
        }
        let mut users: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
        for index in unique {
            for profile in schedules[index].profiles {
                users.entry(profile).or_default().push(index);
            }
        }
        for (profile, users) in users.into_iter().filter(|(_, users)| users.len() > 1) {
            let names: Vec<Name> = users
                .iter()
                .map(|user| schedules[*user].name.clone())
                .collect();
            let warning = self
                .same_profile
                .entry((profile.clone(), users))
                .or_insert_with(|| Warning {
                    // The first one stays where it is.
                    fix: Some(Fix::Jitter {
                        schedules: names[1..].to_vec(),
                        jitter: JITTER,
                    }),
                    clash: Clash::SameProfile {
                        profile: profile.clone(),
                        schedules: names,
                    },
                    at: minute_at(minute),
                    times: 0,
                });
            warning.times += 1;
        }
    }

    fn too_many(&mut self, schedules: &[Watched<'_>], minute: i64, indexes: &[usize], slots: u32) {
        let starts = indexes.iter().fold(0_u32, |sum, index| {
            sum.saturating_add(schedules[*index].starts)
        });
        if starts <= slots {
            return;
        }
        let largest = indexes.iter().max_by_key(|index| schedules[**index].starts);
        let fix = match largest {
            // Jitter moves all runs of one start alike; only a spread parts them.
            Some(index) if schedules[*index].starts > slots => Fix::Spread {
                schedule: schedules[*index].name.clone(),
                spread: SPREAD,
            },
            _ => {
                let unique: BTreeSet<usize> = indexes.iter().copied().collect();
                Fix::Jitter {
                    schedules: unique
                        .into_iter()
                        .map(|index| schedules[index].name.clone())
                        .collect(),
                    jitter: JITTER,
                }
            }
        };
        let (at, times) = self
            .too_many
            .as_ref()
            .map_or((minute_at(minute), 0), |warning| {
                (warning.at, warning.times)
            });
        let worst = self.too_many.as_ref().is_none_or(|warning| {
            !matches!(warning.clash, Clash::TooManyStarts { starts: known, .. } if known >= starts)
        });
        if worst {
            self.too_many = Some(Warning {
                clash: Clash::TooManyStarts { starts, slots },
                at,
                times,
                fix: Some(fix),
            });
        }
        if let Some(warning) = &mut self.too_many {
            warning.times = times + 1;
        }
    }
}

fn minute_at(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).unwrap_or(Timestamp::UNIX_EPOCH)
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
