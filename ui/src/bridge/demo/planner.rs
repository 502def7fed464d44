//! A small stand-in for the planner: it knows four zones at their standard time, and no change of the clocks.

use drover_model::schedule::{NextRun, ScheduleSpec, When};
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

/// The zone of the demo's computer.
pub(super) const HERE: &str = "Europe/Berlin";

const ZONES: [(&str, i64, &str); 4] = [
    (HERE, 1, "CET"),
    ("America/New_York", -5, "EST"),
    ("Asia/Tokyo", 9, "JST"),
    ("UTC", 0, "UTC"),
];

/// The clock of the demo's computer then.
pub(super) fn here(at: Timestamp) -> DateTime {
    clock(at, 1)
}

fn clock(at: Timestamp, hours: i64) -> DateTime {
    let shifted = at + SignedDuration::from_hours(hours);
    shifted.to_zoned(jiff::tz::TimeZone::UTC).datetime()
}

/// The zone as it is known here; none for one that nobody knows.
pub(super) fn knows(zone: &str) -> bool {
    ZONES.iter().any(|(name, ..)| *name == zone)
}

/// The coming starts within so many days, at most so many.
pub(super) fn starts(spec: &ScheduleSpec, now: Timestamp, days: i64, most: usize) -> Vec<NextRun> {
    let zone = spec.zone.as_deref().unwrap_or(HERE);
    let known = ZONES.iter().find(|(name, ..)| *name == zone);
    let (_, hours, abbreviation) = known.copied().unwrap_or(ZONES[0]);
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
            let first = clock(now, hours).date();
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
                        let utc = local.to_zoned(jiff::tz::TimeZone::UTC).ok();
                        let at = utc.map(|utc| utc.timestamp() - SignedDuration::from_hours(hours));
                        found.extend(at.filter(|at| *at > now));
                    }
                }
            }
            found
        }
    };
    let open = |at: Timestamp| {
        let local = clock(at, hours);
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
            local: clock(at, hours),
            abbreviation: abbreviation.to_owned(),
            operator: here(at),
            note: None,
        })
        .collect()
}
