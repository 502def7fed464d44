//! Schedules for the tests.

use jiff::Timestamp;
use proptest::prelude::*;

use drover_model::schedule::{ScheduleFile, ScheduleSpec};
use drover_scheduler::schedule::{Item, Timetable, Zones};

pub(crate) use crate::zones_of_all_kinds::ZONES;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A schedule from the JSON of its `when` and the further keys.
pub(crate) fn spec(when: &str, more: &str) -> ScheduleSpec {
    let text = format!(r#"{{"name":"s","task":"t","when":{when}{more}}}"#);
    let file = ScheduleFile::from_json(&text).unwrap_or_else(|problems| panic!("{problems}"));
    ScheduleSpec::try_from(file).unwrap_or_else(|problems| panic!("{problems}"))
}

pub(crate) fn table_of(spec: &ScheduleSpec, created: Timestamp) -> Timetable {
    Timetable::new(
        spec,
        &Zones::bundled(),
        created,
        "01J00000000000000000000000",
    )
    .unwrap_or_else(|problems| panic!("{problems}"))
}

/// The times of a rule in a zone.
pub(crate) fn cron(rule: &str, zone: &str) -> Timetable {
    let when = format!(r#"{{"cron":"{rule}","tz":"{zone}"}}"#);
    table_of(&spec(&when, ""), Timestamp::UNIX_EPOCH)
}

/// A single run.
pub(crate) fn single() -> Vec<Item> {
    vec![Item::default()]
}

fn field(low: u8, high: u8) -> BoxedStrategy<String> {
    prop_oneof![
        3 => Just("*".to_owned()),
        3 => (low..=high).prop_map(|n| n.to_string()),
        2 => (1..=high).prop_map(|n| format!("*/{n}")),
        1 => (low..=high, low..=high).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
        1 => prop::collection::vec((low..=high).prop_map(|n| n.to_string()), 1..4)
            .prop_map(|numbers| numbers.join(",")),
    ]
    .boxed()
}

/// Rules of five and of six fields, of which a few can never fire.
pub(crate) fn any_rule() -> BoxedStrategy<String> {
    let day = prop_oneof![5 => field(1, 31), 1 => prop::sample::select(vec!["L", "LW", "15W", "1W,L", "?"]).prop_map(str::to_owned)];
    let weekday = prop_oneof![5 => field(0, 7), 1 => prop::sample::select(vec!["MON-FRI", "5L", "2#1", "+FRI", "SAT-SUN"]).prop_map(str::to_owned)];
    let second =
        prop_oneof![4 => Just(String::new()), 1 => field(0, 59).prop_map(|second| second + " ")];
    (
        second,
        field(0, 59),
        field(0, 23),
        day,
        field(1, 12),
        weekday,
    )
        .prop_map(|(second, minute, hour, day, month, weekday)| {
            format!("{second}{minute} {hour} {day} {month} {weekday}")
        })
        .boxed()
}

pub(crate) fn any_zone() -> impl Strategy<Value = &'static str> {
    prop::sample::select(ZONES.to_vec())
}

/// An instant between 2000 and 2060.
pub(crate) fn any_instant() -> impl Strategy<Value = Timestamp> {
    (946_684_800_i64..2_840_140_800).prop_map(|second| Timestamp::from_second(second).unwrap())
}
