use jiff::civil::datetime;
use proptest::prelude::*;

use super::*;
use crate::schedule::{Cron, DstNote, ScheduleFile, ScheduleSpec, When};

#[track_caller]
fn reads(rule: &str, english: &str, german: &str) {
    let rule: Cron = rule.parse().unwrap();
    assert_eq!(Language::English.words().cron(&rule), english);
    assert_eq!(Language::German.words().cron(&rule), german);
}

#[test]
fn times_of_a_day() {
    reads(
        "0 9 * * MON-FRI",
        "Every weekday at 09:00",
        "Von Montag bis Freitag um 09:00",
    );
    reads(
        "30 2,14 * * *",
        "Every day at 02:30 and 14:30",
        "Jeden Tag um 02:30 und 14:30",
    );
    reads(
        "15 30 9 * * *",
        "Every day at 09:30:15",
        "Jeden Tag um 09:30:15",
    );
    reads("@daily", "Every day at 00:00", "Jeden Tag um 00:00");
    reads(
        "0 8 * * SAT,SUN",
        "Every Saturday and Sunday at 08:00",
        "Jeden Samstag und Sonntag um 08:00",
    );
    reads(
        "0 8 * * 1,4",
        "Every Monday and Thursday at 08:00",
        "Jeden Montag und Donnerstag um 08:00",
    );
    reads(
        "0 9 * 3-10 *",
        "Every day at 09:00, from March to October",
        "Jeden Tag um 09:00, von März bis Oktober",
    );
    reads(
        "0 9 1 1,7 *",
        "On the 1st of the month at 09:00, in January and July",
        "Am 1. des Monats um 09:00, im Januar und Juli",
    );
}

#[test]
fn intervals() {
    reads("* * * * *", "Every minute", "Jede Minute");
    reads("*/15 * * * *", "Every 15 minutes", "Alle 15 Minuten");
    reads("0,15,30,45 * * * *", "Every 15 minutes", "Alle 15 Minuten");
    reads(
        "*/15 9-17 * * MON-FRI",
        "Every 15 minutes between 09:00 and 17:45, every weekday",
        "Alle 15 Minuten zwischen 09:00 und 17:45, von Montag bis Freitag",
    );
    reads("@hourly", "Every hour", "Jede Stunde");
    reads(
        "5 * * * *",
        "At minute 5 of the hour",
        "In Minute 5 der Stunde",
    );
    reads("0 */2 * * *", "Every 2 hours", "Alle 2 Stunden");
    reads(
        "*/7 * * * *",
        "Every 7 minutes from minute 0 of the hour",
        "Alle 7 Minuten ab Minute 0 der Stunde",
    );
    reads("*/10 * * * * *", "Every 10 seconds", "Alle 10 Sekunden");
    reads("* * * * * *", "Every second", "Jede Sekunde");
    reads(
        "0 9-17 * * *",
        "At minute 0 of the hour between 09:00 and 17:00",
        "In Minute 0 der Stunde zwischen 09:00 und 17:00",
    );
}

#[test]
fn days_of_the_month() {
    reads(
        "0 9 L * *",
        "On the last day of the month at 09:00",
        "Am letzten Tag des Monats um 09:00",
    );
    reads(
        "0 9 LW * *",
        "On the last weekday of the month at 09:00",
        "Am letzten Tag des Monats von Montag bis Freitag um 09:00",
    );
    reads(
        "0 9 15W * *",
        "On the weekday nearest to the 15th of the month at 09:00",
        "Am Tag von Montag bis Freitag, der dem 15. des Monats am nächsten ist, um 09:00",
    );
    reads(
        "0 9 * * TUE#2",
        "On the second Tuesday of the month at 09:00",
        "Am zweiten Dienstag des Monats um 09:00",
    );
    reads(
        "0 9 * * 5L",
        "On the last Friday of the month at 09:00",
        "Am letzten Freitag des Monats um 09:00",
    );
    reads(
        "0 9 1,22,23 * *",
        "On the 1st, 22nd and 23rd of the month at 09:00",
        "Am 1., 22. und 23. des Monats um 09:00",
    );
    reads(
        "0 9 1-7 * *",
        "From the 1st to the 7th of the month at 09:00",
        "Vom 1. bis zum 7. des Monats um 09:00",
    );
    reads(
        "0 9 */2 * *",
        "Every 2 days from the 1st of the month at 09:00",
        "Alle 2 Tage ab dem 1. des Monats um 09:00",
    );
}

#[test]
fn two_day_fields() {
    reads(
        "0 9 13 * FRI",
        "On the 13th of the month and also every Friday at 09:00",
        "Am 13. des Monats und außerdem jeden Freitag um 09:00",
    );
    reads(
        "0 9 13 * +FRI",
        "On the 13th of the month if it is a Friday at 09:00",
        "Am 13. des Monats, wenn es ein Freitag ist, um 09:00",
    );
    reads("0 9 1-31 * FRI", "Every day at 09:00", "Jeden Tag um 09:00");
}

#[track_caller]
fn when_reads(when: &str, english: &str, german: &str) {
    let text = format!(r#"{{"name":"a","task":"b","when":{when}}}"#);
    let file = ScheduleFile::from_json(&text).unwrap();
    let spec = ScheduleSpec::try_from(file).unwrap();
    assert_eq!(Language::English.words().when(&spec.when), english);
    assert_eq!(Language::German.words().when(&spec.when), german);
}

#[test]
fn other_triggers() {
    when_reads(r#"{"every":"15m"}"#, "Every 15 minutes", "Alle 15 Minuten");
    when_reads(r#"{"every":"1h"}"#, "Every hour", "Alle 60 Minuten");
    when_reads(
        r#"{"at":"2026-12-01T09:00:00+01:00"}"#,
        "Once, on 1 December 2026 at 08:00 UTC",
        "Einmal, am 1. Dezember 2026 um 08:00 UTC",
    );
    let there = |_| datetime(2026, 12, 1, 17, 30, 0, 0);
    let at = When::At("2026-12-01T08:30:00Z".parse().unwrap());
    assert_eq!(
        Language::German.words().when_in(&at, there),
        "Einmal, am 1. Dezember 2026 um 17:30",
        "by the clock of its zone, which stands beside it"
    );
    when_reads(
        r#"{"after":"log-in"}"#,
        "After each run of `log-in` that succeeded, in the same profile",
        "Nach jedem erfolgreichen Lauf von `log-in`, im selben Profil",
    );
}

#[test]
fn notes_say_what_the_clocks_do() {
    let asked = datetime(2026, 3, 29, 2, 30, 0, 0);
    let runs = datetime(2026, 3, 29, 3, 0, 0, 0);
    let note = DstNote::Moved { asked, runs };
    assert_eq!(
        Language::English.words().note(note, runs),
        "29 Mar 02:30 does not exist; runs at 03:00."
    );
    assert_eq!(
        Language::German.words().note(note, runs),
        "29. Mär 02:30 gibt es nicht; läuft um 03:00."
    );
}

#[test]
fn a_tag_finds_its_language() {
    assert_eq!(Language::of_tag("de-AT"), Language::German);
    assert_eq!(Language::of_tag("EN_gb"), Language::English);
    assert_eq!(Language::of_tag("tlh"), Language::English);
}

fn field(low: u8, high: u8) -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        (low..=high).prop_map(|n| n.to_string()),
        (1..=high).prop_map(|n| format!("*/{n}")),
        (low..=high, low..=high).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
        prop::collection::vec((low..=high).prop_map(|n| n.to_string()), 1..5)
            .prop_map(|numbers| numbers.join(",")),
    ]
}

proptest! {
    #[test]
    fn every_rule_has_words_in_every_language(
        minute in field(0, 59),
        hour in field(0, 23),
        day in field(1, 31),
        month in field(1, 12),
        weekday in field(0, 7),
    ) {
        if let Ok(rule) = format!("{minute} {hour} {day} {month} {weekday}").parse::<Cron>() {
            for language in Language::ALL {
                let words = language.words().cron(&rule);
                prop_assert!(!words.is_empty() && !words.contains(['{', '}']), "{words}");
                prop_assert!(!words.contains("  ") && !words.ends_with([',', ' ']), "{words}");
            }
        }
    }
}
