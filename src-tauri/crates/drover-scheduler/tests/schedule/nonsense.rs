//! Nonsense for every parser, a bounded amount of it.

use drover_model::{
    ScheduleSpec, Span,
    schedule::{Blackout, Bound, Cron, Language, ScheduleFile, StopAfter, Window},
};
use drover_scheduler::schedule::{Timetable, Zones};
use jiff::Timestamp;
use proptest::prelude::*;

use crate::{
    bench::{any_instant, any_rule, any_zone, at, cron},
    walk::Dice,
};

/// Pieces that come near to what is meant.
const PIECES: [&str; 40] = [
    "*",
    "/",
    "-",
    ",",
    " ",
    "  ",
    "?",
    "L",
    "W",
    "#",
    "+",
    "@",
    "0",
    "1",
    "5",
    "7",
    "9",
    "12",
    "31",
    "59",
    "60",
    "99",
    "4294967296",
    "MON",
    "sun",
    "JAN",
    "dec",
    "@daily",
    "LW",
    "15W",
    "5L",
    "2#1",
    "ms",
    "s",
    "m",
    "h",
    "d",
    ":",
    "é",
    "\u{0}",
];

/// A text that chance made of pieces that come near to what is meant.
pub(crate) fn pieces(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..dice.roll(14) {
        if dice.roll(12) == 0 {
            let byte = u8::try_from(dice.roll(256)).unwrap();
            text.push(char::from(byte));
        } else {
            let index = usize::try_from(dice.roll(40)).unwrap();
            text.push_str(PIECES[index]);
        }
    }
    text
}

/// What is a rule has words, is the same once more, and has times; what is not says where.
pub(crate) fn rule(text: &str) {
    match text.parse::<Cron>() {
        Ok(rule) => {
            for language in Language::ALL {
                assert!(!language.words().cron(&rule).is_empty());
            }
            assert_eq!(
                rule.as_str().parse::<Cron>().as_ref(),
                Ok(&rule),
                "`{text}`"
            );
            let table = times(text).unwrap_or_else(|| panic!("`{text}` is a rule"));
            let start = at("2026-03-01T00:00:00Z");
            assert!(
                table.slots_after(start).take(3).count() > 0,
                "`{text}` has no time"
            );
        }
        Err(problem) => {
            let place = problem.place.expect("a problem of a rule has a place");
            assert!(
                text.get(place.start..place.end).is_some(),
                "`{text}`: {place:?}"
            );
            assert!(problem.underlined(text).is_some());
        }
    }
}

/// Gives every parser one text that chance made, and asks for the times of what is a rule.
fn one(dice: &mut Dice) {
    let text = pieces(dice);
    rule(&text);
    text.parse::<Span>().ok();
    text.parse::<Window>().ok();
    text.parse::<Blackout>().ok();
    text.parse::<Bound>().ok();
    text.parse::<StopAfter>().ok();
    ScheduleFile::from_json(&text).ok();
    // Suggestions compare with every name, which takes a while.
    if dice.roll(100) == 0 {
        Zones::bundled().get(&text).ok();
    }
}

fn times(rule: &str) -> Option<Timetable> {
    let file = ScheduleFile {
        name: "s".into(),
        task: "t".into(),
        when: drover_model::schedule::WhenFile {
            cron: Some(rule.to_owned()),
            tz: Some("America/New_York".into()),
            ..Default::default()
        },
        ..ScheduleFile::default()
    };
    let spec = ScheduleSpec::try_from(file).ok()?;
    Timetable::new(&spec, &Zones::bundled(), Timestamp::UNIX_EPOCH, "s").ok()
}

#[test]
fn nonsense_is_refused_with_its_place() {
    let mut dice = Dice(0xF00D);
    for _ in 0..4_000 {
        one(&mut dice);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Parse, say in words, ask for times: none of it panics or stalls, in any zone.
    #[test]
    fn every_rule_has_words_and_times(rule in any_rule(), zone in any_zone(), after in any_instant()) {
        if rule.parse::<Cron>().is_err() {
            return Ok(());
        }
        let table = cron(&rule, zone);
        let mut last = after;
        for slot in table.slots_after(after).take(20) {
            prop_assert!(slot.at > last || (slot.at == last && slot.is_start()), "{} then {}", last, slot.at);
            last = slot.at;
        }
        prop_assert!(last > after, "`{}` has no time after {}", rule, after);
        let first = table.next_after(after).unwrap();
        prop_assert!(table.last_before(first.at).is_none_or(|slot| slot.at <= after));
    }
}
