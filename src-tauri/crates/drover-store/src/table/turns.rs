//! In which order queued runs have their turns, if nothing keeps them.

use std::{cmp::Reverse, collections::BinaryHeap};

use drover_model::RunId;
use rusqlite::Row;

use super::{
    lane::{AGED, counts_as},
    pause::STANDS_ASIDE,
};
use crate::{
    Moment, Result, Snapshot,
    column::{Count, Ms, Text},
};

/// Who is next: a higher priority first, then who was served longest ago, then who waits longest.
type Key = (Reverse<i64>, u64, i64, String);

/// The head of a line as the turns go on.
struct Head {
    lane: String,
    /// Its own, by which it stands in its line.
    priority: u8,
    /// The same, or 9 when it has waited long; 10 for the highest, and more for who is let run next.
    counts_as: i64,
    ready_ms: i64,
    run: String,
}

impl Head {
    fn key(&self, served: u64) -> Key {
        (
            Reverse(self.counts_as),
            served,
            self.ready_ms,
            self.run.clone(),
        )
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head {
        lane: row.get("lane")?,
        priority: row.get("priority")?,
        counts_as: row.get("counts_as")?,
        ready_ms: row.get("ready_ms")?,
        run: row.get("id")?,
    })
}

impl Snapshot<'_> {
    /// At most `limit` queued runs in the order of their turns, as the claim would take them one after the other if
    /// everything they need were free. Those that stand aside or whose time has not come are behind the others.
    pub(super) fn turns(&self, moment: &Moment, limit: u32) -> Result<Vec<RunId>> {
        let mut order = Vec::new();
        let mut served = self.seq()?;
        // A line that is not among the first `limit` cannot be served before all of those.
        let heads = self.all(
            "read the heads of lines",
            "SELECT l.key AS lane, r.priority, CASE WHEN l.priority < 9 AND l.ready_ms < ?2 THEN 9 ELSE l.priority END AS counts_as,
                 l.ready_ms, r.id, l.served_seq
             FROM lane AS l JOIN run AS r ON r.id = l.run_id
             ORDER BY counts_as DESC, l.served_seq, l.ready_ms, l.run_id LIMIT ?1",
            (limit, Ms(moment.now - AGED)),
            |row| Ok((row.get::<_, Count>("served_seq")?.0, from_row(row)?)),
        )?;
        let mut lines: Vec<Head> = Vec::new();
        let mut next: BinaryHeap<Reverse<(Key, usize)>> = BinaryHeap::new();
        for (served, head) in heads {
            next.push(Reverse((head.key(served), lines.len())));
            lines.push(head);
        }
        while let Some(Reverse((_, line))) = next.pop() {
            if order.len() >= limit as usize {
                return Ok(order);
            }
            order.push(parsed(&lines[line].run));
            served += 1;
            if let Some(behind) = self.behind(&lines[line], moment)? {
                next.push(Reverse((behind.key(served), line)));
                lines[line] = behind;
            }
        }
        let left = limit - u32::try_from(order.len()).unwrap_or(limit);
        order.extend(self.all(
            "read what waits aside",
            &format!(
                "SELECT r.id FROM run AS r WHERE r.state = 'queued' AND (r.ready_ms IS NULL OR {STANDS_ASIDE})
                 ORDER BY r.ready_ms IS NULL, ifnull(r.ready_ms, r.not_before_ms), r.id LIMIT ?1"
            ),
            [left],
            |row| Ok(row.get::<_, Text<RunId>>(0)?.0),
        )?);
        Ok(order)
    }

    /// The next in the line of that head.
    fn behind(&self, head: &Head, moment: &Moment) -> Result<Option<Head>> {
        self.first(
            "read who is behind the head of a line",
            &format!(
                "SELECT r.lane, r.priority, {} AS counts_as,
                     r.ready_ms, r.id
                 FROM run AS r WHERE r.lane = ?1 AND r.state = 'queued' AND r.ready_ms IS NOT NULL
                     AND (r.priority < ?2 OR (r.priority = ?2 AND (r.ready_ms, r.id) > (?3, ?4)))
                     AND NOT {STANDS_ASIDE}
                 ORDER BY r.priority DESC, r.ready_ms, r.id LIMIT 1",
                counts_as!("?5")
            ),
            (
                &head.lane,
                head.priority,
                head.ready_ms,
                &head.run,
                Ms(moment.now - AGED),
            ),
            from_row,
        )
    }
}

fn parsed(id: &str) -> RunId {
    id.parse().expect("BUG: the column holds ids")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        NewRun,
        testing::{Database, at, profile, run, task},
    };

    #[test]
    fn the_order_shown_is_the_order_in_which_they_are_claimed() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        for number in 1..=4 {
            let profile = profile(number, &format!("p{number}"));
            writing.insert_profile(&profile).unwrap();
        }
        // Lines of different lengths, priorities, and one that has waited for long.
        for number in 1..=40_u128 {
            let new = NewRun {
                priority: u8::try_from(4 + number % 3).unwrap().try_into().unwrap(),
                queued_at: at(i64::try_from(number * 90).unwrap()),
                ..run(
                    number,
                    [None, Some(1), Some(2), Some(2), Some(4)][number as usize % 5],
                )
            };
            writing.insert_run(&new).unwrap();
        }
        let later = NewRun {
            not_before: Some(at(90_000)),
            ..run(41, Some(3))
        };
        writing.insert_run(&later).unwrap();
        let now = at(4_000);
        let shown: Vec<RunId> = writing
            .queue(now, 100)
            .unwrap()
            .waiting
            .into_iter()
            .map(|waiting| waiting.row.id)
            .collect();
        assert_eq!(shown.len(), 41);
        let first = writing.queue(now, 7).unwrap().waiting;
        let first: Vec<_> = first.iter().map(|waiting| waiting.row.id).collect();
        assert_eq!(first, shown[..7]);
        let mut claimed = Vec::new();
        loop {
            writing.tick(now).unwrap();
            let Some(next) = writing.claimable(now, 1).unwrap().first().copied() else {
                break;
            };
            writing.claim(next, now, "m").unwrap().unwrap();
            // What it holds is given back at once, so that its line goes on.
            writing
                .advance(
                    next,
                    1,
                    drover_model::Move::End {
                        ended: drover_model::Ended::Failed,
                    },
                    crate::MoveDetail::at(now),
                )
                .unwrap();
            claimed.push(next);
        }
        assert_eq!(claimed, shown[..40]);
        assert_eq!(shown[40], later.id);
    }
}
