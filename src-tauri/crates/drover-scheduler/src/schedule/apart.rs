//! Rules that are moved apart, each as few minutes as it must, where chance does not part them.

use std::collections::BTreeSet;

use drover_model::schedule::{Cron, Fix, MovedRule};

use super::{
    load::{Minutes, minutes_of},
    mend::Scene,
};

/// The most schedules that are moved by one click.
const MOST: usize = 1_000;
const MINUTES_OF_DAY: u32 = 24 * 60;

impl Scene<'_> {
    /// Moves the rules of schedules that want one profile to minutes in which nobody else wants it.
    pub(super) fn part_by_rules(&self, others: &[usize], taken: &BTreeSet<i64>) -> Option<Fix> {
        let mut full = taken.clone();
        let shifts = self.placed(others, |minutes, by| {
            let moved = || minutes.keys().map(|minute| minute + i64::from(by));
            let is_free = moved().all(|minute| !full.contains(&minute));
            if is_free {
                full.extend(moved());
            }
            is_free
        })?;
        let mut full = taken.clone();
        let moved = self.moved(&shifts)?;
        let mut all = moved.iter().flat_map(Minutes::keys);
        all.all(|minute| full.insert(*minute))
            .then(|| self.rules(&shifts))
    }

    /// Moves the rules of a crowd to minutes in which there is room for them.
    pub(super) fn thin_out_by_rules(&self, crowd: &[usize]) -> Option<Fix> {
        let mut all = self.all.clone();
        for index in crowd {
            for (minute, starts) in &self.minutes[*index] {
                let begun = all.entry(*minute).or_default();
                *begun = begun.saturating_sub(*starts);
            }
        }
        let shifts = self.placed(crowd, |minutes, by| {
            let moved = || {
                minutes
                    .iter()
                    .map(|(minute, starts)| (minute + i64::from(by), *starts))
            };
            let fits = moved().all(|(minute, starts)| {
                let begun = all.get(&minute).copied().unwrap_or(0);
                begun.saturating_add(starts) <= self.slots
            });
            if fits {
                for (minute, starts) in moved() {
                    *all.entry(minute).or_default() += starts;
                }
            }
            fits
        })?;
        let (indexes, moved): (Vec<usize>, _) = (
            shifts.iter().map(|(index, _)| *index).collect(),
            self.moved(&shifts)?,
        );
        self.has_room(&indexes, &moved).then(|| self.rules(&shifts))
    }

    /// By how many minutes each is moved, the ones that cannot move first; `fits` takes the place that it finds free.
    fn placed(
        &self,
        indexes: &[usize],
        mut fits: impl FnMut(&Minutes, u32) -> bool,
    ) -> Option<Vec<(usize, u32)>> {
        if indexes.len() > MOST {
            return None;
        }
        let farthest = |index: usize| {
            let rule = self.schedules[index].table.rule();
            rule.and_then(time_of)
                .map_or(0, |time| MINUTES_OF_DAY - 1 - time)
        };
        let mut order: Vec<(usize, u32)> = indexes
            .iter()
            .map(|index| (*index, farthest(*index)))
            .collect();
        order.sort_by_key(|(_, farthest)| *farthest > 0);
        let shifts = order.into_iter().map(|(index, farthest)| {
            let by = (0..=farthest).find(|by| fits(&self.minutes[index], *by));
            by.map(|by| (index, by))
        });
        shifts.collect()
    }

    /// The minutes of each by its new rule, since a change of the clocks may part what was one minute away.
    fn moved(&self, shifts: &[(usize, u32)]) -> Option<Vec<Minutes>> {
        let moved = shifts.iter().map(|(index, by)| {
            let schedule = &self.schedules[*index];
            if *by == 0 {
                return Some(self.minutes[*index].clone());
            }
            let rule = later(schedule.table.rule()?, *by)?.parse().ok()?;
            let table = schedule.table.with_rule(rule);
            Some(minutes_of(schedule, &table, schedule.spread, self.range))
        });
        moved.collect()
    }

    fn rules(&self, shifts: &[(usize, u32)]) -> Fix {
        let moved = shifts.iter().filter(|(_, by)| *by > 0);
        let rules = moved.filter_map(|(index, by)| {
            let schedule = &self.schedules[*index];
            Some(MovedRule {
                schedule: schedule.name.clone(),
                cron: later(schedule.table.rule()?, *by)?,
            })
        });
        Fix::Rules {
            rules: rules.collect(),
        }
    }
}

/// The minute of the day that a rule names, when it names a single one.
fn time_of(rule: &Cron) -> Option<u32> {
    let fields: Vec<&str> = rule.as_str().split_whitespace().collect();
    let minute = fields.len().checked_sub(5)?;
    let number = |field: usize| fields[field].parse::<u32>().ok();
    Some(number(minute + 1)? * 60 + number(minute)?)
}

/// The same rule so many minutes later on the same day, when its minute is a single number, and its hour is one or is not
/// left.
pub(super) fn later(rule: &Cron, by: u32) -> Option<String> {
    let mut fields: Vec<String> = rule
        .as_str()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let minute = fields.len().checked_sub(5)?;
    let moved = fields[minute].parse::<u32>().ok()?.checked_add(by)?;
    if moved > 59 {
        let time = time_of(rule)? + by;
        if time >= MINUTES_OF_DAY {
            return None;
        }
        fields[minute + 1] = (time / 60).to_string();
    }
    fields[minute] = (moved % 60).to_string();
    Some(fields.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: &str, by: u32, expected: Option<&str>) {
        let moved = later(&rule.parse().unwrap(), by);
        assert_eq!(moved.as_deref(), expected, "`{rule}` by {by} minutes");
    }

    #[test]
    fn a_rule_is_moved_within_its_day() {
        check("0 9 * * *", 5, Some("5 9 * * *"));
        check("30 9 * * MON", 90, Some("0 11 * * MON"));
        check("15 30 9 * * *", 31, Some("15 1 10 * * *"));
        check("30 */6 * * *", 29, Some("59 */6 * * *"));
        check("30 */6 * * *", 30, None);
        check("0 23 * * *", 59, Some("59 23 * * *"));
        check("0 23 * * *", 60, None);
        check("*/5 9 * * *", 5, None);
    }
}
