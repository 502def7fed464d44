//! A small stand-in for the planner: it knows four zones at their standard time, the computer's own at its present
//! one, and no change of the clocks.

use drover_model::schedule::{NextRun, ScheduleSpec, When};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

const ZONES: [(&str, i64, &str); 4] = [
    ("Europe/Berlin", 1, "CET"),
    ("America/New_York", -5, "EST"),
    ("Asia/Tokyo", 9, "JST"),
    ("UTC", 0, "UTC"),
];

/// The zone of this computer, in which the calendar is drawn and the window shows every moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Here {
    pub(super) name: String,
    offset: SignedDuration,
}

impl Here {
    /// Where no browser says what its clock shows.
    #[cfg(test)]
    pub(super) fn berlin() -> Self {
        Self {
            name: "Europe/Berlin".to_owned(),
            offset: SignedDuration::from_hours(1),
        }
    }

    /// The zone of that name, whose clock shows `local` at `now`.
    pub(super) fn by_clock(name: String, now: Timestamp, local: DateTime) -> Self {
        let offset = local.duration_since(in_utc(now));
        // The clock shows whole seconds, and zones differ by whole minutes.
        let minutes = (offset.as_secs() + 30).div_euclid(60);
        Self {
            name,
            offset: SignedDuration::from_mins(minutes),
        }
    }

    /// What its clock shows then.
    pub(super) fn clock(&self, at: Timestamp) -> DateTime {
        in_utc(at + self.offset)
    }

    /// Whether the zone is known here.
    pub(super) fn knows(&self, zone: &str) -> bool {
        zone == self.name || ZONES.iter().any(|(name, ..)| *name == zone)
    }

    /// Its distance from UTC, and what stands behind its times.
    fn zone(&self, name: &str) -> (SignedDuration, String) {
        let known = ZONES.iter().find(|(known, ..)| *known == name);
        let standard = known.map(|(_, hours, _)| SignedDuration::from_hours(*hours));
        let offset = if name == self.name {
            self.offset
        } else {
            standard.unwrap_or(self.offset)
        };
        let abbreviation = known.filter(|_| standard == Some(offset));
        let abbreviation = abbreviation.map_or_else(
            || {
                let minutes = offset.as_mins();
                let (hours, rest) = (minutes / 60, (minutes % 60).abs());
                format!("UTC{hours:+}:{rest:02}")
            },
            |(_, _, text)| (*text).to_owned(),
        );
        (offset, abbreviation)
    }

    /// The next start within somewhat more than a year.
    pub(super) fn next(&self, spec: &ScheduleSpec, now: Timestamp) -> Option<Timestamp> {
        self.starts(spec, now, 400, 1).first().map(|run| run.at)
    }

    /// The coming starts within so many days, at most so many.
    pub(super) fn starts(
        &self,
        spec: &ScheduleSpec,
        now: Timestamp,
        days: i64,
        most: usize,
    ) -> Vec<NextRun> {
        let (offset, abbreviation) = self.zone(spec.zone.as_deref().unwrap_or(&self.name));
        let clock = |at: Timestamp| in_utc(at + offset);
        let end = now + SignedDuration::from_hours(24 * days);
        let times: Vec<Timestamp> = match &spec.when {
            When::At(at) => vec![*at],
            When::After { .. } => Vec::new(),
            When::Every { step, .. } => {
                let step = i64::try_from(step.as_milliseconds()).unwrap_or(i64::MAX);
                let first = (now.as_millisecond() / step + 1) * step;
                (0..)
                    .map_while(|index| Timestamp::from_millisecond(first + index * step).ok())
                    .take_while(|at| *at < end)
                    .take(most.max(700))
                    .collect()
            }
            When::Cron(cron) => {
                let mut found = Vec::new();
                let first = clock(now).date();
                for day in first.series(jiff::Span::new().days(1)) {
                    if i64::from((day - first).get_days()) > days || found.len() >= most {
                        break;
                    }
                    let fits = cron.months() >> day.month() & 1 == 1 && cron.matches_day(day);
                    for minute in (0..1_440_i16).filter(|_| fits) {
                        let (hour, minute) = (minute / 60, minute % 60);
                        if cron.hours() >> hour & 1 == 1 && cron.minutes() >> minute & 1 == 1 {
                            let small = |number: i16| i8::try_from(number).unwrap_or(0);
                            let local = day.at(small(hour), small(minute), 0, 0);
                            let utc = local.to_zoned(TimeZone::UTC).ok();
                            let at = utc.map(|utc| utc.timestamp() - offset);
                            found.extend(at.filter(|at| *at > now));
                        }
                    }
                }
                found
            }
        };
        let open = |at: Timestamp| {
            let local = clock(at);
            spec.windows.is_empty() || spec.windows.iter().any(|window| window.holds(local))
        };
        let coming = times
            .into_iter()
            .filter(|at| *at > now && *at < end && open(*at));
        coming
            .take(most)
            .map(|at| NextRun {
                at,
                not_before: match spec.jitter {
                    Some(jitter) => {
                        at + SignedDuration::try_from(jitter.duration() / 3).unwrap_or_default()
                    }
                    None => at,
                },
                local: clock(at),
                abbreviation: abbreviation.clone(),
                operator: self.clock(at),
                note: None,
            })
            .collect()
    }
}

fn in_utc(at: Timestamp) -> DateTime {
    at.to_zoned(TimeZone::UTC).datetime()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_and_the_window_show_the_same_clock() {
        let now: Timestamp = "2026-05-04T12:02:41.7Z".parse().unwrap();
        let check = |name: &str, local: &str, stands: &str| {
            let local: DateTime = local.parse().unwrap();
            let here = Here::by_clock(name.to_owned(), now, local);
            let shown = here.clock(now);
            assert_eq!(
                (shown.hour(), shown.minute()),
                (local.hour(), local.minute())
            );
            assert_eq!(here.zone(name).1, stands);
            assert!(here.knows(name));
        };
        check("Asia/Kolkata", "2026-05-04T17:32:41", "UTC+5:30");
        check("Europe/Berlin", "2026-05-04T14:02:41", "UTC+2:00");
        check("UTC", "2026-05-04T12:02:41", "UTC");
        check("America/New_York", "2026-05-04T07:02:41", "EST");
        assert_eq!(Here::berlin().zone("Asia/Tokyo").1, "JST");
    }
}
