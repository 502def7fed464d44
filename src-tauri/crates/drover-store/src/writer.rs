//! Writing: one order within a group's transaction.

use std::ops::Deref;

use drover_model::{Caller, Event, Fact, RunId, Seq};
use jiff::Timestamp;
use rusqlite::{Connection, Params};

use crate::{
    Reading, Result,
    column::{Json, Ms, Text},
    error::Doing,
};

/// One order of a group. What it reads, it may change; nothing of it is seen by others, and no
/// event of it is released, before the group's commit.
pub struct Writing<'c> {
    reading: Reading<'c>,
    at: Timestamp,
    by: Caller,
    pub(crate) events: Vec<Event>,
}

impl<'c> Deref for Writing<'c> {
    type Target = Reading<'c>;

    fn deref(&self) -> &Reading<'c> {
        &self.reading
    }
}

impl<'c> Writing<'c> {
    pub(crate) const fn new(conn: &'c Connection, at: Timestamp, by: Caller) -> Self {
        Self {
            reading: Reading::new(conn),
            at,
            by,
            events: Vec::new(),
        }
    }

    /// The order's moment.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Whose order it is.
    pub(crate) const fn by(&self) -> Caller {
        self.by
    }

    /// Appends a fact in the same transaction. Functions that change rows do it themselves.
    pub fn record(&mut self, fact: Fact) -> Result<Seq> {
        self.change(
            "record an event",
            "INSERT INTO event (at_ms, by, fact, run_id) VALUES (?1, ?2, ?3, ?4)",
            (
                Ms(self.at),
                self.by.key(),
                Json(&fact),
                run_of(&fact).map(Text),
            ),
        )?;
        let seq = self.conn().last_insert_rowid().unsigned_abs();
        self.events.push(Event {
            seq,
            at: self.at,
            by: self.by,
            fact,
        });
        Ok(seq)
    }

    /// Runs one statement and tells how many rows it changed.
    pub(crate) fn change(
        &self,
        doing: &'static str,
        sql: &str,
        params: impl Params,
    ) -> Result<usize> {
        self.statement(sql, doing)?.execute(params).doing(doing)
    }
}

const fn run_of(fact: &Fact) -> Option<RunId> {
    match fact {
        Fact::RunQueued { run } | Fact::RunMoved { run, .. } | Fact::RunChanged { run } => {
            Some(*run)
        }
        _ => None,
    }
}
