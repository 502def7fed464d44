//! The times that an independent implementation expects; `tests/golden/make.py` makes them.

use drover_scheduler::schedule::{SlotKind, Zones};
use jiff::{SignedDuration, Timestamp};

use crate::bench::{at, cron};

const TABLE: &str = include_str!("../golden/schedules.tsv");

#[test]
fn every_time_of_the_golden_table_is_found_and_no_other() {
    let mut cases = 0;
    let mut slots = 0;
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let [zone, from, to, rule, expected] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let day = |text: &str| at(&format!("{text}T00:00:00Z"));
        let (from, to) = (day(from), day(to));
        let table = cron(rule, zone);
        let found: Vec<String> = table
            .slots_after(from - SignedDuration::from_nanos(1))
            .take_while(|slot| slot.at < to)
            .map(|slot| {
                let seconds = slot.at.as_second() - from.as_second();
                match slot.kind {
                    SlotKind::Start { .. } => seconds.to_string(),
                    SlotKind::Missing { count, .. } => format!("{seconds}!{count}"),
                }
            })
            .collect();
        assert_eq!(found.join(","), expected, "`{rule}` in {zone} from {from}");
        // A search that begins anywhere finds the same next one.
        for slot in table
            .slots_after(from)
            .take_while(|slot| slot.at < to)
            .take(40)
        {
            let before = slot.at - SignedDuration::from_nanos(1);
            assert_eq!(table.next_after(before).map(|slot| slot.at), Some(slot.at));
        }
        cases += 1;
        slots += found.len();
    }
    assert!(
        cases > 800 && slots > 10_000,
        "the table is complete: {cases} cases, {slots} times"
    );
}

#[test]
fn the_table_was_made_with_the_zones_that_drover_has() {
    let version = TABLE.lines().next().unwrap();
    assert!(
        version.contains(&format!("tzdata {}.", Zones::version())),
        "run make.py again with tzdata {}; the table says: {version}",
        Zones::version()
    );
}

#[test]
fn times_are_in_order_whatever_the_start() {
    for zone in crate::bench::ZONES {
        let table = cron("*/20 0-4 * * *", zone);
        let mut last = Timestamp::MIN;
        for slot in table.slots_after(at("2011-12-01T00:00:00Z")).take(3_000) {
            assert!(slot.at > last, "{zone}: {} after {last}", slot.at);
            last = slot.at;
        }
    }
}
