//! A computer that sleeps, is switched off and has its clock changed, and a book of all rows.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use drover_scheduler::schedule::{
    Cursor, Item, Moment, Planned, Policy, Row, Timetable, Verdict, Wake, plan,
};

/// What has been written, as a store keeps it.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// By occurrence and item, which are unique.
    pub(crate) rows: BTreeMap<(String, String), Row>,
    pub(crate) passes: usize,
}

impl Book {
    /// Looks at a schedule once, or more often when it says that there is more; each look
    /// writes its rows with the cursor.
    pub(crate) fn look(
        &mut self,
        table: &Timetable,
        policy: &Policy,
        cursor: &mut Cursor,
        now: Timestamp,
        wake: Wake,
        items: &[Item],
    ) -> Option<Timestamp> {
        loop {
            let planned = plan(table, policy, *cursor, Moment { now, wake }, items);
            self.passes += 1;
            self.write(&planned, *cursor);
            let has_moved = planned.cursor != *cursor;
            *cursor = planned.cursor;
            match planned.next {
                Some(next) if next <= now => assert!(has_moved, "a busy loop at {now}"),
                next => return next,
            }
        }
    }

    fn write(&mut self, planned: &Planned, before: Cursor) {
        assert!(planned.cursor.at >= before.at, "the cursor went back");
        assert_eq!(
            planned.rows.is_empty(),
            planned.cursor == before,
            "rows and cursor go together"
        );
        for row in &planned.rows {
            assert!(row.first <= row.nominal && row.covers > 0);
            assert!(
                row.first > before.at || row.nominal > before.at,
                "a row from before the cursor"
            );
            assert!(row.nominal <= planned.cursor.at, "a row beyond the cursor");
            let key = (row.occurrence.clone(), row.item.clone());
            assert!(
                self.rows.insert(key, row.clone()).is_none(),
                "{} twice",
                row.occurrence
            );
        }
    }

    /// How many times are accounted for.
    pub(crate) fn covered(&self) -> u64 {
        self.rows.values().map(|row| u64::from(row.covers)).sum()
    }

    pub(crate) fn runs(&self) -> usize {
        let is_run = |row: &&Row| matches!(row.verdict, Verdict::Queue { .. });
        self.rows.values().filter(is_run).count()
    }
}

/// How many times a schedule names after one instant and up to another.
pub(crate) fn named(table: &Timetable, after: Timestamp, to: Timestamp) -> u64 {
    table
        .slots_after(after)
        .take_while(|slot| slot.at <= to)
        .map(|slot| u64::from(slot.covers()))
        .sum()
}

/// Numbers that look random and are the same in each run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    pub(crate) fn seconds(&mut self, most: i64) -> SignedDuration {
        let sides = u64::try_from(most).unwrap();
        SignedDuration::from_secs(i64::try_from(self.roll(sides)).unwrap())
    }
}
