use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::schedule::Place;

fn cron(text: &str) -> Cron {
    text.parse()
        .unwrap_or_else(|problem: Problem| panic!("`{text}`: {problem}"))
}

/// What is wrong with a rule, and the part of it that is underlined.
fn wrong(text: &str) -> (String, &str) {
    let problem = text.parse::<Cron>().unwrap_err();
    let Place { start, end } = problem.place.unwrap();
    (problem.message, &text[start..end])
}

#[test]
fn every_mistake_names_field_value_and_range() {
    for (text, message, place) in [
        (
            "0 9 32 * *",
            "the 3rd field (day of month) must be 1–31, not `32`",
            "32",
        ),
        (
            "60 9 * * *",
            "the 1st field (minute) must be 0–59, not `60`",
            "60",
        ),
        (
            "0 60 9 * * *",
            "the 2nd field (minute) must be 0–59, not `60`",
            "60",
        ),
        (
            "0 1-24 * * *",
            "the 2nd field (hour) must be 0–23, not `24`",
            "24",
        ),
        (
            "0 9 * foo *",
            "the 4th field (month) must be 1–12 or JAN–DEC, not `foo`",
            "foo",
        ),
        (
            "0 9 * * MON-FRY",
            "the 5th field (day of week) must be 0–7 or SUN–SAT, not `FRY`",
            "FRY",
        ),
        (
            "*/0 * * * *",
            "the 1st field (minute) must have a step of 1–60, not `0`",
            "0",
        ),
        (
            "*/ * * * *",
            "the 1st field (minute) must have a step of 1–60, not ``",
            "",
        ),
        (
            "0 9 * * 1#6",
            "the 5th field (day of week) must have a number 1–5 after `#`, not `6`",
            "6",
        ),
        (
            "0 17-9 * * *",
            "the 2nd field (hour) has a range that runs backwards, `17-9`; write it as two, with a comma",
            "17-9",
        ),
        (
            "? 9 * * *",
            "the 1st field (minute) cannot be `?`; only the two day fields can, use `*`",
            "?",
        ),
        (
            "0 9,,11 * * *",
            "the 2nd field (hour) has an empty place in its list; remove the comma or put a value there",
            "",
        ),
        (
            "0 9 * * L",
            "the 5th field (day of week) needs a day before its `L`, such as `5L` for the last Friday",
            "L",
        ),
        (
            "0 9 W * *",
            "the 3rd field (day of month) needs a day before its `W`, such as `15W`",
            "W",
        ),
        (
            "0 0 31 2 *",
            "this rule can never fire: no day of any year fits `31 2 *`",
            "31 2 *",
        ),
        (
            "0 0 30W FEB ?",
            "this rule can never fire: no day of any year fits `30W FEB ?`",
            "30W FEB ?",
        ),
        (
            " 9 * * *",
            "a rule has 5 fields (minute, hour, day of month, month, day of week) or 6 with leading seconds, not 4",
            "9 * * *",
        ),
        (
            "@reboot",
            "`@reboot` is not a rule; a schedule cannot follow the start of the computer",
            "@reboot",
        ),
        (
            "@every 5m",
            "`@every 5m` is not a rule; an interval is written as `every = \"15m\"` instead",
            "@every 5m",
        ),
    ] {
        assert_eq!(wrong(text), (message.to_owned(), place), "{text}");
    }
    assert!(wrong(&"1,".repeat(200)).0.contains("400 bytes long"));
}

#[test]
fn names_steps_and_nicknames_mean_their_numbers() {
    for (text, same) in [
        ("0 9 * jan-mar mon-Fri", "0 9 * 1-3 1-5"),
        ("0 9 * * 7", "0 9 * * SUN"),
        ("0 9 * * SAT-SUN", "0 9 * * 0,6"),
        ("0 9 * * 5-7", "0 9 * * 0,5,6"),
        ("5/15 * * * *", "5-59/15 * * * *"),
        ("0 0 * * *", "@midnight"),
        ("0 0 * * 0", "@Weekly"),
        ("0 0 1 1 *", "@YEARLY"),
        ("0 0 0 1 1 *", "@annually"),
        ("0 0 1 * ?", "@monthly"),
    ] {
        let (one, two) = (cron(text), cron(same));
        assert_eq!(
            Cron {
                text: String::new(),
                ..one
            },
            Cron {
                text: String::new(),
                ..two
            },
            "`{text}` is `{same}`"
        );
    }
}

#[test]
fn a_star_in_the_time_makes_an_interval() {
    for fixed in [
        "30 2 * * *",
        "30 2,14 * * *",
        "30 1-3 * * *",
        "0 0/6 * * *",
        "0 30 2 * * *",
    ] {
        assert!(cron(fixed).is_fixed(), "{fixed}");
    }
    for interval in [
        "*/30 2 * * *",
        "30 * * * *",
        "@hourly",
        "* 0 2 * * *",
        "0 */2 * * *",
    ] {
        assert!(!cron(interval).is_fixed(), "{interval}");
    }
}

#[track_caller]
fn days_of(text: &str, year: i16, month: i8, expected: &[i8]) {
    let rule = cron(text);
    let last = date(year, month, 1).days_in_month();
    let days: Vec<i8> = (1..=last)
        .filter(|day| rule.matches_day(date(year, month, *day)))
        .collect();
    assert_eq!(days, expected, "`{text}` in {year}-{month:02}");
}

#[test]
fn day_fields_go_together_as_in_vixie_cron() {
    // May 2026 begins on a Friday.
    days_of("0 0 13 * FRI", 2026, 5, &[1, 8, 13, 15, 22, 29]);
    days_of("0 0 15 * +FRI", 2026, 5, &[15]);
    days_of("0 0 13 * +FRI", 2026, 5, &[]);
    days_of("0 0 13 * *", 2026, 5, &[13]);
    days_of("0 0 ? * MON", 2026, 5, &[4, 11, 18, 25]);
    // A field that begins with a star does not widen the other one.
    days_of("0 0 */2 * MON", 2026, 5, &[11, 25]);
}

#[test]
fn last_nearest_and_nth_days() {
    days_of("0 0 L * *", 2026, 2, &[28]);
    days_of("0 0 L * *", 2028, 2, &[29]);
    days_of("0 0 LW * *", 2026, 5, &[29]); // The 31st is a Sunday.
    days_of("0 0 LW * *", 2026, 10, &[30]); // The 31st is a Saturday.
    days_of("0 0 1W * *", 2026, 8, &[3]); // The 1st is a Saturday; back would leave the month.
    days_of("0 0 31W * *", 2026, 5, &[29]); // The 31st is a Sunday; on would leave the month.
    days_of("0 0 15W * *", 2026, 8, &[14]);
    days_of("0 0 16W * *", 2026, 8, &[17]);
    days_of("0 0 31W * *", 2026, 4, &[]);
    days_of("0 0 * * 5#3", 2026, 5, &[15]);
    days_of("0 0 * * MON#5", 2026, 5, &[]);
    days_of("0 0 * * FRIL,2#1", 2026, 5, &[5, 29]);
}

#[test]
fn a_rare_day_is_still_a_day() {
    cron("0 0 29 2 *");
    cron("0 0 29 2 +MON");
    cron("0 0 29 FEB MON#5");
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,40}") {
        text.parse::<Cron>().ok();
    }

    #[test]
    fn a_problem_points_into_its_text(text in "[0-9*/,#LWA-Z@+?äé -]{0,30}") {
        if let Err(problem) = text.parse::<Cron>() {
            let place = problem.place.expect("every problem of a rule has a place");
            prop_assert!(text.get(place.start..place.end).is_some());
        }
    }

    #[test]
    fn a_rule_survives_its_text(minute in 0..60_u8, hour in 0..24_u8, day in 1..29_u8) {
        let rule = cron(&format!(" {minute} {hour} {day}  * *"));
        let again: Cron = serde_json::from_str(&serde_json::to_string(&rule).unwrap()).unwrap();
        prop_assert_eq!(again, rule);
    }
}
