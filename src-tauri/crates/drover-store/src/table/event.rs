//! Table `event`: what was committed, in order.

use drover_model::{Event, Seq};
use rusqlite::Row;

use crate::{
    Result, Snapshot,
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

impl Snapshot<'_> {
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

#[cfg(test)]
mod tests {
    use drover_model::{Caller, Event, Fact};

    use crate::testing::{Database, at};

    #[test]
    fn numbers_grow_and_are_read_from_any_of_them() {
        let database = Database::new();
        let mut writing = database.writing();
        assert_eq!(writing.seq().unwrap(), 0);
        for paused in [true, false] {
            writing.record(Fact::QueuePaused { paused }).unwrap();
        }
        let second = Event {
            seq: 2,
            at: at(0),
            by: Caller::Cli,
            fact: Fact::QueuePaused { paused: false },
        };
        assert_eq!(writing.events_since(1, 9).unwrap(), [second]);
        assert_eq!(writing.events_since(0, 1).unwrap().len(), 1);
        assert_eq!(writing.seq().unwrap(), 2);
    }

    #[test]
    fn a_number_is_never_used_twice() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.record(Fact::SettingsChanged).unwrap();
        writing.conn().execute("DELETE FROM event", []).unwrap();
        assert_eq!(writing.record(Fact::SettingsChanged).unwrap(), 2);
    }
}
