//! Table `event`: what was committed, in order.

use drover_model::{Event, Seq};
use rusqlite::Row;

use crate::{
    Reading, Result,
    column::{Count, Json, Ms, Word},
};

fn from_row(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        seq: row.get::<_, Count>("seq")?.0,
        at: row.get::<_, Ms>("at_ms")?.0,
        by: row.get::<_, Word<_>>("by")?.0,
        fact: row.get::<_, Json<_>>("fact")?.0,
    })
}

impl Reading<'_> {
    /// The number of the newest event that this snapshot contains; 0 when there is none.
    pub fn seq(&self) -> Result<Seq> {
        self.one(
            "read the newest event",
            "SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0)",
            [],
            |row| Ok(row.get::<_, Count>(0)?.0),
        )
    }

    /// At most `limit` events after `seq`, oldest first.
    pub fn events_since(&self, seq: Seq, limit: u32) -> Result<Vec<Event>> {
        self.all(
            "read events",
            "SELECT seq, at_ms, by, fact FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2",
            (Count(seq), limit),
            from_row,
        )
    }
}
