//! Policies, one by one, and invariants under any life.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use drover_model::{
    RunId,
    schedule::{Language, Reason},
};
use drover_scheduler::schedule::{
    Blocker, Cursor, Item, Live, Moment, Planned, Policy, Verdict, Wake, missed_report, plan,
};

use crate::{
    bench::{any_instant, any_rule, any_zone, at, single, spec, table_of},
    walk::{Book, Dice, named},
};

const DAILY: &str = r#"{"cron":"0 9 * * *","tz":"UTC"}"#;

/// One look at a schedule whose cursor stands on 1 June 2026, 00:00.
fn look(when: &str, more: &str, now: &str, wake: Wake, items: &[Item]) -> Planned {
    let spec = spec(when, more);
    let from = at("2026-06-01T00:00:00Z");
    let moment = Moment { now: at(now), wake };
    plan(
        &table_of(&spec, from),
        &Policy::from(&spec),
        Cursor::at(from),
        moment,
        items,
    )
}

/// Each row in short.
fn short(planned: &Planned) -> Vec<String> {
    let day = |at: Timestamp| at.strftime("%d %H:%M").to_string();
    planned
        .rows
        .iter()
        .map(|row| {
            let what = match &row.verdict {
                Verdict::Queue { missed: true, .. } => "late",
                Verdict::Queue { .. } => "run",
                Verdict::Skip { reason, .. } => reason.code(),
                Verdict::Expire => "expired",
            };
            let item = if row.item.is_empty() { "" } else { " " };
            format!(
                "{what}{item}{} {} x{}",
                row.item,
                day(row.nominal),
                row.covers
            )
        })
        .collect()
}

fn live(run: u128, waiting: bool) -> Live {
    Live {
        run: RunId::from_bits(run),
        waiting,
    }
}

fn with(live: &[Live]) -> Vec<Item> {
    vec![Item {
        key: String::new(),
        live: live.to_vec(),
    }]
}

#[test]
fn a_time_that_has_come_is_queued_once() {
    let planned = look(DAILY, "", "2026-06-01T09:00:00Z", Wake::Tick, &single());
    assert_eq!(short(&planned), ["run 01 09:00 x1"]);
    assert_eq!(
        planned.rows[0].occurrence,
        at("2026-06-01T09:00:00Z").as_millisecond().to_string()
    );
    assert_eq!(planned.next, Some(at("2026-06-02T09:00:00Z")));
    let before = look(DAILY, "", "2026-06-01T08:59:59Z", Wake::Tick, &single());
    assert!(before.rows.is_empty());
    assert_eq!(before.next, Some(at("2026-06-01T09:00:00Z")));
}

#[test]
fn missed_times_follow_their_policy() {
    let now = "2026-06-05T12:00:00Z";
    let rows = |more: &str| short(&look(DAILY, more, now, Wake::Slept, &single()));
    assert_eq!(
        rows(r#","catch_up":"3d""#),
        [
            "too_old 02 09:00 x2",
            "missed 04 09:00 x2",
            "late 05 09:00 x1"
        ]
    );
    assert_eq!(
        rows(r#","missed":"skip","catch_up":"10d""#),
        ["missed 05 09:00 x5"]
    );
    assert_eq!(
        rows(r#","missed":"run_all","missed_max":3,"catch_up":"10d""#),
        [
            "missed 02 09:00 x2",
            "late 03 09:00 x1",
            "late 04 09:00 x1",
            "late 05 09:00 x1"
        ]
    );
    assert_eq!(
        rows(r#","missed":"run_all","catch_up":"10d","start_deadline":"1d""#),
        ["expired 04 09:00 x4", "late 05 09:00 x1"]
    );
}

#[test]
fn what_was_missed_is_told_in_one_report() {
    let planned = look(
        DAILY,
        r#","missed":"run_all","missed_max":2,"catch_up":"3d""#,
        "2026-06-05T12:00:00Z",
        Wake::Slept,
        &single(),
    );
    let report = missed_report(&planned.rows).unwrap();
    assert_eq!((report.missed, report.queued, report.skipped), (5, 2, 3));
    let zone = jiff::tz::TimeZone::UTC;
    assert_eq!(
        Language::English.words().missed(
            report.missed,
            zone.to_datetime(report.first),
            zone.to_datetime(report.last),
        ),
        "5 missed between 1 Jun 09:00 and 5 Jun 09:00"
    );
    let fresh = look(DAILY, "", "2026-06-01T09:00:00Z", Wake::Slept, &single());
    assert_eq!(missed_report(&fresh.rows), None, "in time is not missed");
}

#[test]
fn all_that_is_caught_up_runs_one_behind_the_other() {
    let items = with(&[live(1, false)]);
    let planned = look(
        DAILY,
        r#","missed":"run_all","catch_up":"10d""#,
        "2026-06-03T12:00:00Z",
        Wake::Slept,
        &items,
    );
    let behind: Vec<Option<Blocker>> = planned
        .rows
        .iter()
        .map(|row| match &row.verdict {
            Verdict::Queue { behind, .. } => behind.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    let occurrence = |index: usize| Some(Blocker::Planned(planned.rows[index].occurrence.clone()));
    assert_eq!(
        behind,
        [
            Some(Blocker::Run(RunId::from_bits(1))),
            occurrence(0),
            occurrence(1)
        ]
    );
}

#[test]
fn after_a_sleep_starts_wait_for_the_network_and_are_spread() {
    let now = at("2026-06-02T12:00:00Z");
    let planned = look(DAILY, "", "2026-06-02T12:00:00Z", Wake::Slept, &single());
    let Verdict::Queue { not_before, .. } = planned.rows.last().unwrap().verdict else {
        panic!("the last one runs");
    };
    let wait = not_before.duration_since(now);
    assert!((10..=70).contains(&wait.as_secs()), "{wait:?}");
}

#[test]
fn overlap_follows_its_policy() {
    let now = "2026-06-01T09:00:00Z";
    let rows = |overlap: &str, items: &[Item]| {
        let more = format!(r#","overlap":"{overlap}","overlap_max":2"#);
        look(DAILY, &more, now, Wake::Tick, items)
    };
    let running = with(&[live(1, false)]);
    let one_waits = with(&[live(1, false), live(2, true)]);
    let two_wait = with(&[live(1, false), live(2, true), live(3, true)]);
    assert_eq!(
        short(&rows("skip", &running)),
        ["still_running 01 09:00 x1"]
    );
    assert_eq!(short(&rows("queue_one", &running)), ["run 01 09:00 x1"]);
    assert_eq!(
        short(&rows("queue_one", &one_waits)),
        ["queue_full 01 09:00 x1"]
    );
    assert_eq!(short(&rows("queue_all", &one_waits)), ["run 01 09:00 x1"]);
    assert_eq!(
        short(&rows("queue_all", &two_wait)),
        ["queue_full 01 09:00 x1"]
    );
    assert_eq!(short(&rows("allow", &two_wait)), ["run 01 09:00 x1"]);
    let replaced = rows("cancel_previous", &one_waits);
    assert_eq!(short(&replaced), ["run 01 09:00 x1"]);
    assert_eq!(replaced.cancel, [RunId::from_bits(1), RunId::from_bits(2)]);
    let Verdict::Skip { blocker, .. } = &rows("skip", &running).rows[0].verdict else {
        panic!("it is skipped");
    };
    assert_eq!(
        *blocker,
        Some(Blocker::Run(RunId::from_bits(1))),
        "the reason names the run"
    );
}

#[test]
fn overlap_also_counts_what_the_same_look_queues() {
    let seconds = r#"{"cron":"*/10 * * * * *","tz":"UTC"}"#;
    let rows = |overlap: &str| {
        let more = format!(r#","overlap":"{overlap}","overlap_max":2"#);
        short(&look(
            seconds,
            &more,
            "2026-06-01T00:00:50Z",
            Wake::Tick,
            &single(),
        ))
    };
    assert_eq!(
        rows("skip"),
        ["run 01 00:00 x1", "still_running 01 00:00 x4"]
    );
    assert_eq!(
        rows("queue_one"),
        [
            "run 01 00:00 x1",
            "run 01 00:00 x1",
            "queue_full 01 00:00 x3"
        ]
    );
    assert_eq!(
        rows("queue_all")
            .iter()
            .filter(|row| row.starts_with("run"))
            .count(),
        3
    );
    let replaced = rows("cancel_previous");
    assert_eq!(
        replaced
            .iter()
            .filter(|row| row.starts_with("replaced"))
            .count(),
        4
    );
    assert_eq!(replaced.last().unwrap(), "run 01 00:00 x1");
}

#[test]
fn items_are_judged_alone_or_together() {
    let items: Vec<Item> = [("profile:a", true), ("profile:b", false)]
        .map(|(key, busy)| Item {
            key: key.to_owned(),
            live: if busy {
                vec![live(1, false)]
            } else {
                Vec::new()
            },
        })
        .to_vec();
    let now = "2026-06-01T09:00:00Z";
    assert_eq!(
        short(&look(DAILY, "", now, Wake::Tick, &items)),
        [
            "still_running profile:a 01 09:00 x1",
            "run profile:b 01 09:00 x1"
        ]
    );
    assert_eq!(
        short(&look(
            DAILY,
            r#","overlap_scope":"batch""#,
            now,
            Wake::Tick,
            &items
        )),
        [
            "still_running profile:a 01 09:00 x1",
            "still_running profile:b 01 09:00 x1"
        ]
    );
}

#[test]
fn corrections_and_pauses_are_one_row() {
    let now = "2026-06-05T12:00:00Z";
    let rows = |wake| short(&look(DAILY, "", now, wake, &single()));
    assert_eq!(rows(Wake::Corrected), ["clock_correction 05 09:00 x5"]);
    let until = at(now);
    assert_eq!(rows(Wake::Resumed { until }), ["paused 05 09:00 x5"]);
    // Over for two days when somebody looked: those two days were missed.
    let until = at("2026-06-03T12:00:00Z");
    assert_eq!(
        rows(Wake::Resumed { until }),
        [
            "paused 03 09:00 x3",
            "too_old 04 09:00 x1",
            "late 05 09:00 x1"
        ]
    );
    assert_eq!(
        rows(Wake::ResumedToCatchUp).last().unwrap(),
        "late 05 09:00 x1"
    );
}

#[test]
fn a_clock_that_was_wrong_by_fifty_years_is_one_row_at_once() {
    let minutely = r#"{"cron":"* * * * *","tz":"UTC"}"#;
    let now = "2076-06-01T12:00:30Z";
    let corrected = look(minutely, "", now, Wake::Corrected, &single());
    assert_eq!(corrected.rows.len(), 1);
    assert_eq!(corrected.rows[0].nominal, at("2076-06-01T12:00:00Z"));
    assert_eq!(corrected.cursor.at, at("2076-06-01T12:00:00Z"));
    assert_eq!(corrected.next, Some(at("2076-06-01T12:01:00Z")));
}

#[test]
fn a_clock_that_was_ahead_takes_the_cursor_back_with_it() {
    let back = look(
        DAILY,
        "",
        "2026-05-01T12:00:00Z",
        Wake::CorrectedBack,
        &single(),
    );
    assert_eq!(back.cursor, Cursor::at(at("2026-05-01T12:00:00Z")));
    assert_eq!(back.next, Some(at("2026-05-02T09:00:00Z")));
    // Found at the start of Drover, which has seen no step.
    let start = look(DAILY, "", "2026-05-01T12:00:00Z", Wake::Started, &single());
    assert_eq!(start.cursor, back.cursor);
    // Found by any look, as after two small steps.
    let tick = look(DAILY, "", "2026-05-01T12:00:00Z", Wake::Tick, &single());
    assert_eq!(tick.cursor, back.cursor);
    // What had not come when the clock was put right is judged as ever.
    let due = look(
        DAILY,
        "",
        "2026-06-02T12:00:00Z",
        Wake::CorrectedBack,
        &single(),
    );
    assert_eq!(short(&due), ["too_old 01 09:00 x1", "late 02 09:00 x1"]);
    // A small step back: the cursor stays, and nothing comes before it.
    let step = look(DAILY, "", "2026-05-31T22:00:00Z", Wake::Tick, &single());
    assert_eq!(step.cursor, Cursor::at(at("2026-06-01T00:00:00Z")));
    assert!(step.rows.is_empty());
    assert_eq!(step.next, Some(at("2026-06-01T09:00:00Z")));
}

#[test]
fn a_missing_day_is_one_row_and_the_schedule_goes_on() {
    let spec = spec(r#"{"cron":"0 6,18 * * *","tz":"Pacific/Apia"}"#, "");
    let from = at("2011-12-29T12:00:00-10:00");
    let moment = Moment {
        now: at("2011-12-31T06:00:30+14:00"),
        wake: Wake::Tick,
    };
    let planned = plan(
        &table_of(&spec, from),
        &Policy::from(&spec),
        Cursor::at(from),
        moment,
        &single(),
    );
    let reasons: Vec<_> = planned
        .rows
        .iter()
        .filter_map(|row| match &row.verdict {
            Verdict::Skip { reason, .. } => {
                Some((*reason, row.covers, row.occurrence.starts_with("gap:")))
            }
            _ => None,
        })
        .collect();
    assert!(
        reasons.contains(&(Reason::NoSuchLocalTime, 2, true)),
        "{:?}",
        planned.rows
    );
    assert_eq!(planned.next, Some(at("2011-12-31T18:00:00+14:00")));
}

#[test]
fn jitter_is_the_same_after_a_restart() {
    let more = r#","jitter":"30s""#;
    let starts = || {
        let planned = look(DAILY, more, "2026-06-01T09:00:10Z", Wake::Tick, &single());
        match planned.rows[0].verdict {
            Verdict::Queue { not_before, .. } => not_before,
            _ => panic!("it runs"),
        }
    };
    let late = starts().duration_since(at("2026-06-01T09:00:00Z"));
    assert!((0..=30).contains(&late.as_secs()));
    assert_eq!(starts(), starts());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any rule, any zone, any life: sleep, steps, restarts and crashes that lose a look.
    #[test]
    fn whatever_happens_every_time_is_accounted_for_once(
        rule in any_rule(),
        zone in any_zone(),
        from in any_instant(),
        seed in 1_u64..u64::MAX,
        missed in prop::sample::select(vec!["skip", "run_once", "run_all"]),
        overlap in prop::sample::select(vec!["skip", "queue_one", "queue_all", "cancel_previous", "allow"]),
    ) {
        let file = format!(r#"{{"name":"s","task":"t","when":{{"cron":"{rule}","tz":"{zone}"}},"missed":"{missed}","overlap":"{overlap}","missed_max":4}}"#);
        let Ok(spec) = serde_json::from_str::<drover_model::ScheduleSpec>(&file) else {
            return Ok(()); // A rule that can never fire.
        };
        let table = table_of(&spec, from);
        let policy = Policy::from(&spec);
        let mut dice = Dice(seed);
        let mut book = Book::default();
        let mut cursor = Cursor::at(from);
        let mut now = from;
        for _ in 0..40 {
            let wake = match dice.roll(6) {
                0 => Wake::Started,
                1 => Wake::Slept,
                _ => Wake::Tick,
            };
            let most = if dice.roll(4) == 0 { 6 * 3_600 } else { 600 };
            now += dice.seconds(most);
            if dice.roll(8) == 0 {
                now -= dice.seconds(3 * 3_600);
            }
            // Further back is the correction of a wrong clock, which takes the cursor along.
            now = now.max(cursor.at - SignedDuration::from_hours(3));
            if dice.roll(5) == 0 {
                // Killed before the commit: neither rows nor cursor are there.
                let _lost = plan(&table, &policy, cursor, Moment { now, wake: Wake::Tick }, &single());
            }
            let wake = if now < cursor.at { Wake::Tick } else { wake };
            let next = book.look(&table, &policy, &mut cursor, now, wake, &single());
            prop_assert!(next.is_none_or(|next| next > now), "the next look is in the past");
        }
        prop_assert_eq!(book.covered(), named(&table, from, cursor.at));
        let latest = now.max(cursor.at);
        prop_assert!(table.slots_from(cursor.at, cursor.local).next().is_none_or(|slot| slot.at > latest.min(now)));
        prop_assert!(cursor.at.duration_since(from) < SignedDuration::from_hours(24 * 30));
    }
}
