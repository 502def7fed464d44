//! The table of scheduler.md, section 8: what happens where clocks jump.

use jiff::{SignedDuration, civil::datetime};

use drover_model::schedule::DstNote;
use drover_scheduler::schedule::SlotKind;

use crate::bench::{at, cron, spec, table_of};

/// The clock times of a rule on a local day; a missing one in brackets.
#[track_caller]
fn check(rule: &str, zone: &str, day: &str, expected: &[&str]) {
    let table = cron(rule, zone);
    let date: jiff::civil::Date = day.parse().unwrap();
    // An absent day has no midnight of its own, so both ends are taken in UTC and filtered.
    let from = at(&format!("{day}T00:00:00Z")) - SignedDuration::from_hours(15);
    let to = from + SignedDuration::from_hours(54);
    let found: Vec<String> = table
        .slots_after(from)
        .take_while(|slot| slot.at < to)
        .filter(|slot| match slot.kind {
            SlotKind::Start { .. } => table.zone().to_datetime(slot.at).date() == date,
            SlotKind::Missing { first, .. } => first.date() == date,
        })
        .map(|slot| match slot.kind {
            SlotKind::Start { .. } => table
                .zone()
                .to_datetime(slot.at)
                .strftime("%H:%M")
                .to_string(),
            SlotKind::Missing { first, .. } => first.strftime("[%H:%M]").to_string(),
        })
        .collect();
    assert_eq!(found, expected, "`{rule}` in {zone} on {day}");
}

#[test]
fn the_table_of_the_design_holds() {
    let spring = "2026-03-08";
    check("30 2 * * *", "America/New_York", spring, &["03:00"]);
    check(
        "30 2,14 * * *",
        "America/New_York",
        spring,
        &["03:00", "14:30"],
    );
    check(
        "30 1-3 * * *",
        "America/New_York",
        spring,
        &["01:30", "03:00", "03:30"],
    );
    check("*/30 2 * * *", "America/New_York", spring, &[]);
    let autumn = "2026-11-01";
    check("30 1 * * *", "America/New_York", autumn, &["01:30"]);
    check(
        "30 1,13 * * *",
        "America/New_York",
        autumn,
        &["01:30", "13:30"],
    );
    check(
        "*/30 1 * * *",
        "America/New_York",
        autumn,
        &["01:00", "01:30", "01:00", "01:30"],
    );
    check(
        "15 2 * * *",
        "Australia/Lord_Howe",
        "2026-10-04",
        &["02:30"],
    );
    check("30 0 * * *", "Africa/Cairo", "2026-04-24", &["01:00"]);
    check("0 12 * * *", "Pacific/Apia", "2011-12-30", &["[12:00]"]);
    check("0 12 * * *", "Pacific/Apia", "2011-12-31", &["12:00"]);
}

#[test]
fn two_times_that_one_jump_moves_are_one_start() {
    check("0,30 2 * * *", "America/New_York", "2026-03-08", &["03:00"]);
    check("0 2,3 * * *", "America/New_York", "2026-03-08", &["03:00"]);
}

#[test]
fn notes_say_what_a_jump_does() {
    let note = |rule: &str, after: &str| {
        let slot = cron(rule, "Europe/Berlin").next_after(at(after)).unwrap();
        match slot.kind {
            SlotKind::Start { note } => note,
            SlotKind::Missing { .. } => panic!("nothing is missing"),
        }
    };
    assert_eq!(
        note("30 2 * * *", "2026-03-29T00:00:00Z"),
        Some(DstNote::Moved {
            asked: datetime(2026, 3, 29, 2, 30, 0, 0),
            runs: datetime(2026, 3, 29, 3, 0, 0, 0),
        })
    );
    assert_eq!(
        note("30 2 * * *", "2026-10-25T00:00:00Z"),
        Some(DstNote::FirstOfTwo)
    );
    assert_eq!(
        note("30 * * * *", "2026-10-25T00:00:00Z"),
        Some(DstNote::FirstPass)
    );
    assert_eq!(
        note("30 * * * *", "2026-10-25T01:00:00Z"),
        Some(DstNote::SecondPass)
    );
    assert_eq!(note("30 * * * *", "2026-10-25T02:00:00Z"), None);
}

#[test]
fn a_time_of_day_does_not_come_again_when_the_zone_gets_other_rules() {
    // 09:00 ran under one offset. If the zone then moves, its 09:00 is another instant.
    let table = cron("0 9 * * *", "Europe/Berlin");
    let ran = at("2026-06-01T06:00:00Z");
    let local = datetime(2026, 6, 1, 9, 0, 0, 0);
    let next = |done| table.slots_from(ran, done).next().unwrap().at;
    assert_eq!(next(None), at("2026-06-01T07:00:00Z"));
    assert_eq!(next(Some(local)), at("2026-06-02T07:00:00Z"));
}

#[test]
fn intervals_do_not_care_about_clocks() {
    let spec = spec(
        r#"{"every":"12h","anchor":"2026-03-28T00:00:00Z","tz":"Europe/Berlin"}"#,
        "",
    );
    let table = table_of(&spec, at("2026-01-01T00:00:00Z"));
    let times: Vec<String> = table
        .slots_after(at("2026-03-28T11:00:00Z"))
        .take(3)
        .map(|slot| slot.at.to_string())
        .collect();
    assert_eq!(
        times,
        [
            "2026-03-28T12:00:00Z",
            "2026-03-29T00:00:00Z",
            "2026-03-29T12:00:00Z"
        ]
    );
    assert_eq!(
        table.next_after(at("2025-01-01T00:00:00Z")).unwrap().at,
        at("2026-03-28T00:00:00Z"),
        "nothing comes before the anchor"
    );
}

#[test]
fn bounds_windows_and_days_left_out_narrow_the_times() {
    let spec = spec(
        r#"{"cron":"0 * * * *","tz":"Europe/Berlin"}"#,
        r#","from":"2026-12-23","until":"2026-12-29","windows":["MON-FRI 08:00-10:00"],"blackouts":["2026-12-24..2026-12-25"]"#,
    );
    let table = table_of(&spec, at("2026-01-01T00:00:00Z"));
    let times: Vec<String> = table
        .slots_after(at("2026-01-01T00:00:00Z"))
        .map(|slot| {
            table
                .zone()
                .to_datetime(slot.at)
                .strftime("%a %d %H:%M")
                .to_string()
        })
        .collect();
    assert_eq!(
        times,
        [
            "Wed 23 08:00",
            "Wed 23 09:00",
            "Mon 28 08:00",
            "Mon 28 09:00",
            "Tue 29 08:00",
            "Tue 29 09:00"
        ]
    );
    assert!(!table.is_open(at("2026-12-24T08:00:00Z")));
    assert_eq!(
        table.opens_at(at("2026-12-24T08:00:00Z")),
        Some(at("2026-12-28T07:00:00Z")),
        "after the days left out and the weekend"
    );
    assert_eq!(
        table.last_before(at("2030-01-01T00:00:00Z")).unwrap().at,
        at("2026-12-29T08:00:00Z")
    );
}

#[test]
fn what_can_never_start_is_refused() {
    let now = at("2026-06-01T00:00:00Z");
    let refused = |when: &str, more: &str| {
        let table = table_of(&spec(when, more), now);
        table.check_coming(now).unwrap_err().message
    };
    let daily = r#"{"cron":"0 3 * * *","tz":"Europe/Berlin"}"#;
    let nothing = "nothing in common";
    for more in [
        r#","windows":["08:00-18:00"]"#,
        r#","until":"2026-05-01""#,
        r#","from":"2026-07-01","until":"2026-07-02","blackouts":["2026-07-01..2026-07-02"]"#,
    ] {
        let message = refused(daily, more);
        assert!(message.contains("can never start"), "{nothing}: {message}");
    }
    let seconds = r#"{"cron":"* * 3 * * *","tz":"Europe/Berlin"}"#;
    refused(seconds, r#","windows":["08:00-18:00"]"#);
    assert!(refused(r#"{"at":"2026-05-01T00:00:00Z"}"#, "").contains("has passed"));
    let follow = table_of(&spec(r#"{"after":"other"}"#, ""), now);
    assert_eq!(follow.check_coming(now), Ok(()));
}
