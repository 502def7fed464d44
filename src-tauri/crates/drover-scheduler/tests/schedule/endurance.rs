//! A minute of nonsense and near misses for the parsers of rules, intervals and lengths of time: what they take has
//! words and times, and nothing panics or stalls.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::{
        Arc, Mutex,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use drover_model::{
    ScheduleSpec, Span,
    schedule::{Language, ScheduleFile, When, WhenFile},
};
use drover_scheduler::schedule::{Timetable, Zones};
use jiff::{SignedDuration, Timestamp};

use crate::{nonsense, walk::Dice};

/// For each of the three parsers, so that they have a minute together. A night has up to ten
/// minutes for each.
const A_WHILE: Duration = Duration::from_secs(20);
/// So many texts are told together, and take no longer than this on a slow machine unless one of them stalls.
const TOLD: u64 = 64;
const PATIENCE: Duration = Duration::from_mins(2);

/// Makes texts and checks them for a while; a text that panics or stalls is named.
#[track_caller]
fn endure(make: fn(&mut Dice) -> String, check: fn(&str, &mut Dice)) {
    let last = Arc::new(Mutex::new(String::new()));
    let (tell, told) = mpsc::channel();
    let worker = thread::spawn({
        let last = last.clone();
        move || {
            let seed = RandomState::new().build_hasher().finish();
            let mut dice = Dice(seed | 1);
            let end = Instant::now() + A_WHILE * rounds().min(30);
            let mut texts = 0_u64;
            while Instant::now() < end {
                let text = make(&mut dice);
                last.lock().unwrap().clone_from(&text);
                check(&text, &mut dice);
                texts += 1;
                if texts.is_multiple_of(TOLD) {
                    tell.send(()).unwrap();
                }
            }
            texts
        }
    });
    loop {
        match told.recv_timeout(PATIENCE) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => panic!("{:?} stalls", last.lock().unwrap()),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let texts = worker.join();
    let texts = texts.unwrap_or_else(|_| panic!("{:?} panics", last.lock().unwrap()));
    assert!(texts > 100, "{texts} texts are no endurance");
}

#[test]
fn endurance_of_the_rule_parser() {
    endure(
        |dice| match dice.roll(3) {
            0 => nonsense::pieces(dice),
            1 => near_rule(dice),
            _ => {
                let rule = near_rule(dice);
                damaged(&rule, dice)
            }
        },
        |text, dice| {
            nonsense::rule(text);
            if let Some(spec) = spec(WhenFile {
                cron: Some(text.to_owned()),
                tz: Some(any_zone(dice)),
                ..WhenFile::default()
            }) {
                words_and_times(text, &spec, any_instant(dice));
            }
        },
    );
}

#[test]
fn endurance_of_the_interval_parser() {
    endure(near_span, |text, dice| {
        let anchor = match dice.roll(4) {
            0 => None,
            1 => Some(nonsense::pieces(dice)),
            2 => Some(any_instant(dice).to_string()),
            _ => {
                let anchor = any_instant(dice).to_string();
                Some(damaged(&anchor, dice))
            }
        };
        let Some(spec) = spec(WhenFile {
            every: Some(text.to_owned()),
            anchor,
            ..WhenFile::default()
        }) else {
            return;
        };
        let after = any_instant(dice);
        let slots = words_and_times(text, &spec, after);
        let When::Every { step, anchor } = &spec.when else {
            panic!("`{text}` is an interval");
        };
        let step = SignedDuration::try_from(step.duration()).unwrap();
        for pair in slots.windows(2) {
            assert_eq!(pair[1].duration_since(pair[0]), step, "`{text}`");
        }
        if let (Some(anchor), Some(first)) = (anchor, slots.first()) {
            let from = anchor.as_millisecond();
            let passed = i128::from(first.as_millisecond()) - i128::from(from);
            assert_eq!(passed % step.as_millis(), 0, "`{text}` from {anchor}");
            assert!(passed >= 0, "`{text}` before {anchor}");
        }
    });
}

#[test]
fn endurance_of_the_duration_parser() {
    endure(near_span, |text, dice| {
        let file = ScheduleFile {
            name: "s".into(),
            task: "t".into(),
            when: WhenFile {
                every: Some("1h".into()),
                ..WhenFile::default()
            },
            jitter: Some(text.to_owned()),
            catch_up: Some(text.to_owned()),
            start_deadline: Some(text.to_owned()),
            ..ScheduleFile::default()
        };
        let taken = ScheduleSpec::try_from(file);
        match text.parse::<Span>() {
            Ok(span) => {
                assert_eq!(span.to_string().parse(), Ok(span), "`{text}`");
                assert!((1..=Span::MAX_MS).contains(&span.as_milliseconds()));
                if let Ok(spec) = taken {
                    let at = any_instant(dice);
                    let latest = at.saturating_add(span.duration()).unwrap_or(Timestamp::MAX);
                    let start = table(&spec).not_before(at);
                    assert!((at..=latest).contains(&start), "`{text}`: {at} to {start}");
                    words_and_times(text, &spec, at);
                }
            }
            Err(problem) => {
                assert!(problem.to_string().contains(text.trim()));
                let Err(problems) = taken else {
                    // A field of a form that was left empty.
                    assert_eq!(text.trim(), "", "a bad length is refused");
                    return;
                };
                let problems = problems.to_string();
                for field in ["jitter", "catch_up", "start_deadline"] {
                    assert!(problems.contains(field), "`{text}`: {problems}");
                }
            }
        }
    });
}

/// A schedule with those times, when they can be read.
fn spec(when: WhenFile) -> Option<ScheduleSpec> {
    let file = ScheduleFile {
        name: "s".into(),
        task: "t".into(),
        when,
        ..ScheduleFile::default()
    };
    ScheduleSpec::try_from(file).ok()
}

fn table(spec: &ScheduleSpec) -> Timetable {
    Timetable::new(spec, &Zones::bundled(), Timestamp::UNIX_EPOCH, "s").unwrap()
}

/// Says a schedule in every language and asks for its times after an instant.
fn words_and_times(text: &str, spec: &ScheduleSpec, after: Timestamp) -> Vec<Timestamp> {
    for language in Language::ALL {
        assert!(!language.words().when(&spec.when).is_empty(), "`{text}`");
    }
    let table = table(spec);
    let slots: Vec<Timestamp> = table
        .slots_after(after)
        .take(4)
        .map(|slot| slot.at)
        .collect();
    assert!(slots.is_sorted(), "`{text}`: {slots:?}");
    assert!(
        slots.first().is_none_or(|first| *first > after),
        "`{text}`: {slots:?}"
    );
    slots
}

/// Fields of the right shape, of which some have numbers or words that are out of range.
fn near_rule(dice: &mut Dice) -> String {
    const WORDS: [&str; 12] = [
        "MON", "sun", "jan", "DEC", "L", "LW", "15W", "31W", "5L", "2#1", "7#5", "+FRI",
    ];
    let fields = 5 + dice.roll(8) / 7;
    let mut text = Vec::new();
    for _ in 0..fields {
        let mut parts = Vec::new();
        for _ in 0..=dice.roll(8) / 6 {
            let (a, b) = (dice.roll(64), dice.roll(64));
            parts.push(match dice.roll(8) {
                0..=2 => "*".to_owned(),
                3 => a.to_string(),
                4 => (a % 8).to_string(),
                5 => format!("*/{}", b % 30),
                6 => format!("{}-{}/{}", a.min(b) % 13, a.max(b) % 32, 1 + a % 5),
                _ => WORDS[usize::try_from(a % 12).unwrap()].to_owned(),
            });
        }
        text.push(parts.join(","));
    }
    text.join(" ")
}

/// A number and a unit, or nearly.
fn near_span(dice: &mut Dice) -> String {
    const UNITS: [&str; 12] = [
        "ms", "s", "m", "h", "d", "", " m", "w", "M", "µs", "h30m", "\u{0}",
    ];
    let digits = 1 + dice.roll(4) * dice.roll(6);
    let mut text = String::new();
    for _ in 0..digits {
        text.push(char::from(b'0' + u8::try_from(dice.roll(10)).unwrap()));
    }
    let most = if dice.roll(3) == 0 { 12 } else { 5 };
    text.push_str(UNITS[usize::try_from(dice.roll(most)).unwrap()]);
    match dice.roll(6) {
        0 => damaged(&text, dice),
        1 => nonsense::pieces(dice),
        _ => text,
    }
}

/// One character less, more or other.
fn damaged(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let place = usize::try_from(dice.roll(1 + letters.len() as u64)).unwrap();
    let letter = char::from(u8::try_from(dice.roll(256)).unwrap());
    match dice.roll(3) {
        0 if place < letters.len() => {
            letters.remove(place);
        }
        1 if place < letters.len() => letters[place] = letter,
        _ => letters.insert(place, letter),
    }
    letters.into_iter().collect()
}

fn any_zone(dice: &mut Dice) -> String {
    let zones = crate::bench::ZONES;
    zones[usize::try_from(dice.roll(12)).unwrap()].to_owned()
}

/// An instant of these centuries, or now and then of any.
fn any_instant(dice: &mut Dice) -> Timestamp {
    let (first, last) = if dice.roll(20) == 0 {
        (Timestamp::MIN.as_second(), Timestamp::MAX.as_second())
    } else {
        (0, 4_102_444_800)
    };
    let span = u64::try_from(last - first).unwrap();
    let second = first + i64::try_from(dice.roll(span)).unwrap();
    Timestamp::from_second(second).unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a night is, is said from outside"
)]
fn rounds() -> u32 {
    std::env::var("DROVER_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(1)
}
