//! A wall clock that was days ahead and was put right: what was to wait by the wrong clock waits as long by the right one.

use std::collections::BTreeSet;

use drover_model::Fact;
use jiff::SignedDuration;

use crate::{Result, Writing, column::Ms};

/// A wait that was over by the wrong clock for less than this counts as one that the wrong clock began. One that was over
/// for longer began before the clock went wrong, and was right all the time.
const JUST_OVER: SignedDuration = SignedDuration::from_hours(1);

impl Writing<'_> {
    /// The clock was put back by `by`. Waits that began before it, such as the pause before a retry, jitter and spread,
    /// end as much earlier, so that none is longer than it was meant to be; so do the rests of proxies. Tells how many
    /// runs. A start that was to wait for a window's opening may come before it.
    pub fn turn_back(&mut self, by: SignedDuration) -> Result<usize> {
        let now = self.at();
        let ms = |time: SignedDuration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let turned = self.change(
            "shorten waits after a clock that was ahead",
            "UPDATE run SET not_before_ms = max(?1, not_before_ms - ?2)
             WHERE state = 'queued' AND ready_ms IS NULL AND not_before_ms > ?1 + ?2 - ?3",
            (Ms(now), ms(by), ms(JUST_OVER)),
        )?;
        self.change(
            "shorten rests after a clock that was ahead",
            "UPDATE pool_member SET rests_until_ms = max(?1, rests_until_ms - ?2) WHERE rests_until_ms > ?1 + ?2 - ?3",
            (Ms(now), ms(by), ms(JUST_OVER)),
        )?;
        // Runs that were ready wait since a time that has not come; nobody has waited for a negative time.
        let lanes: BTreeSet<String> = self
            .all(
                "turn ready runs back after a clock that was ahead",
                "UPDATE run SET ready_ms = ?1 WHERE state = 'queued' AND ready_ms > ?1 RETURNING lane",
                [Ms(now)],
                |row| row.get(0),
            )?
            .into_iter()
            .collect();
        for lane in lanes {
            self.refresh_lane(&lane)?;
        }
        if turned > 0 {
            self.record(Fact::QueueChanged)?;
        }
        Ok(turned)
    }
}

#[cfg(test)]
mod tests {
    use drover_model::Fact;
    use jiff::SignedDuration;

    use crate::{
        NewRun,
        testing::{Database, at, run, task},
    };

    #[test]
    fn a_wait_that_a_wrong_clock_began_is_as_long_by_the_right_one() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        let day = 86_400;
        // Two ran ahead: by a clock that was two days ahead, one of them was over a moment ago. The third began before.
        for (number, until) in [(1, 2 * day + 30), (2, 2 * day - 10), (3, 600)] {
            let later = NewRun {
                not_before: Some(at(until)),
                ..run(number, None)
            };
            writing.insert_run(&later).unwrap();
        }
        let by = SignedDuration::from_hours(48);
        assert_eq!(writing.turn_back(by).unwrap(), 2);
        let mut ready = |seconds| {
            writing.tick(at(seconds)).unwrap();
            let sql = "SELECT count(*) FROM run WHERE ready_ms IS NOT NULL";
            let count = database.conn.query_row(sql, [], |row| row.get::<_, u32>(0));
            count.unwrap()
        };
        assert_eq!(
            [ready(0), ready(29), ready(30), ready(599), ready(600)],
            [1, 1, 2, 2, 3]
        );
        let told = database.reading().events_since(0, 99).unwrap();
        assert!(told.iter().any(|event| event.fact == Fact::QueueChanged));
    }
}
