//! Changes that end a clash. Each is tried out before it is offered, since a fix that leaves the warning standing is none.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use drover_model::{Name, Span, schedule::Fix};

use super::{
    Watched,
    apart::later,
    load::{Minutes, minutes_of},
};

/// Jitters that are tried, the shortest first.
const JITTERS: [Span; 8] = [
    Span::seconds(5 * 60),
    Span::seconds(10 * 60),
    Span::seconds(20 * 60),
    Span::seconds(30 * 60),
    Span::seconds(3_600),
    Span::seconds(2 * 3_600),
    Span::seconds(4 * 3_600),
    Span::seconds(8 * 3_600),
];
/// By how many minutes a rule is moved alone, as far as its day goes.
const MINUTES: [u32; 11] = [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55];

/// Starts of a crowd with which jitter is tried out; with more it would take long.
const TRIED: usize = 250_000;

/// Everything that is looked at, with what begins in each minute.
pub(super) struct Scene<'a> {
    pub(super) schedules: &'a [Watched<'a>],
    /// Of each schedule.
    pub(super) minutes: &'a [Minutes],
    /// Of all of them.
    pub(super) all: &'a Minutes,
    pub(super) range: (Timestamp, Timestamp),
    pub(super) slots: u32,
}

impl Scene<'_> {
    /// Parts schedules that want one profile: all but the first of them move.
    pub(super) fn part(&self, users: &[usize]) -> Option<Fix> {
        let (_, others) = users.split_first()?;
        let taken = self.taken(others);
        if let [other] = others
            && let Some(fix) = self.move_rule(&taken, *other)
        {
            return Some(fix);
        }
        let fits = |jitter: Span| {
            let mut taken = taken.clone();
            others.iter().all(|other| {
                let moved = self.with_jitter(*other, jitter);
                moved.keys().all(|minute| taken.insert(*minute))
            })
        };
        let tried = self.can_try(others).then_some(JITTERS);
        let jitter = tried.into_iter().flatten().find(|jitter| fits(*jitter));
        let jitter = jitter.map(|jitter| Fix::Jitter {
            schedules: self.names(others),
            jitter,
        });
        jitter.or_else(|| self.part_by_rules(others, &taken))
    }

    /// Whether there are few enough starts to try jitter out.
    fn can_try(&self, indexes: &[usize]) -> bool {
        let starts = indexes.iter().map(|index| self.minutes[*index].len());
        starts.sum::<usize>() <= TRIED
    }

    /// The minutes in which other schedules want a profile that one of these wants.
    fn taken(&self, moving: &[usize]) -> BTreeSet<i64> {
        let wanted: BTreeSet<&Name> = moving
            .iter()
            .flat_map(|index| self.schedules[*index].profiles)
            .collect();
        self.schedules
            .iter()
            .enumerate()
            .filter(|(index, schedule)| {
                let wants = |name: &Name| wanted.contains(name);
                !moving.contains(index) && schedule.profiles.iter().any(wants)
            })
            .flat_map(|(index, _)| self.minutes[index].keys().copied())
            .collect()
    }

    /// The other schedule a few minutes later, when its rule names its minute.
    fn move_rule(&self, taken: &BTreeSet<i64>, other: usize) -> Option<Fix> {
        let schedule = &self.schedules[other];
        let rule = schedule.table.rule()?;
        MINUTES.into_iter().find_map(|by| {
            let cron = later(rule, by)?;
            let table = schedule.table.with_rule(cron.parse().ok()?);
            let moved = minutes_of(schedule, &table, schedule.spread, self.range);
            let is_free = |minute: &i64| !taken.contains(minute);
            moved.keys().all(is_free).then(|| Fix::Cron {
                schedule: schedule.name.clone(),
                cron,
            })
        })
    }

    /// Parts a crowd, so that in no minute more begin than may go on at once.
    pub(super) fn thin_out(&self, crowd: &[usize]) -> Option<Fix> {
        let largest = crowd
            .iter()
            .copied()
            .max_by_key(|index| self.schedules[*index].starts)?;
        let schedule = &self.schedules[largest];
        if schedule.starts > self.slots.max(1) || crowd.len() == 1 {
            // Jitter moves all runs of one start alike; only a spread parts them.
            let minutes = u64::from(schedule.starts.div_ceil(self.slots.max(1)));
            let spreads = [1, 2, 4, 8, 16, 32]
                .map(|times| Span::seconds(60 * 5 * minutes.div_ceil(5) * times));
            let longest = Span::milliseconds(Span::MAX_MS);
            return spreads
                .into_iter()
                .filter(|spread| *spread <= longest)
                .find(|spread| {
                    let moved = minutes_of(schedule, schedule.table, Some(*spread), self.range);
                    self.has_room(&[largest], &[moved])
                })
                .map(|spread| Fix::Spread {
                    schedule: schedule.name.clone(),
                    spread,
                });
        }
        let tried = self.can_try(crowd).then_some(JITTERS);
        let jitter = tried.into_iter().flatten().find(|jitter| {
            let moved: Vec<Minutes> = crowd
                .iter()
                .map(|index| self.with_jitter(*index, *jitter))
                .collect();
            self.has_room(crowd, &moved)
        });
        let jitter = jitter.map(|jitter| Fix::Jitter {
            schedules: self.names(crowd),
            jitter,
        });
        // So many at once that chance does not part them.
        jitter.or_else(|| self.thin_out_by_rules(crowd))
    }

    /// Whether nowhere is a crowd in which one of these schedules is, when they begin in other minutes.
    pub(super) fn has_room(&self, indexes: &[usize], moved: &[Minutes]) -> bool {
        let mut change: BTreeMap<i64, i64> = BTreeMap::new();
        for index in indexes {
            for (minute, starts) in &self.minutes[*index] {
                *change.entry(*minute).or_default() -= i64::from(*starts);
            }
        }
        for (minute, starts) in moved.iter().flatten() {
            *change.entry(*minute).or_default() += i64::from(*starts);
        }
        moved.iter().flat_map(BTreeMap::keys).all(|minute| {
            let before = self.all.get(minute).copied().unwrap_or(0);
            let begins = i64::from(before) + change.get(minute).copied().unwrap_or(0);
            begins <= i64::from(self.slots)
        })
    }

    fn with_jitter(&self, index: usize, jitter: Span) -> Minutes {
        let schedule = &self.schedules[index];
        let table = schedule.table.with_jitter(jitter);
        minutes_of(schedule, &table, schedule.spread, self.range)
    }

    fn names(&self, indexes: &[usize]) -> Vec<Name> {
        let names = indexes.iter().map(|index| self.schedules[*index].name);
        names.cloned().collect()
    }
}
