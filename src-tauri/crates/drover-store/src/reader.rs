//! Reading: a snapshot on a read-only connection, and the small pool of those.

use std::{
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::JoinHandle,
};

use rusqlite::{CachedStatement, Connection, Params, Row};

use crate::{Error, Result, error::Doing, open};

/// A consistent view of the database for one question: everything read through it is of one
/// moment. It cannot write.
pub struct Reading<'c> {
    snapshot: Snapshot<'c>,
}

impl<'c> Reading<'c> {
    pub(crate) const fn new(conn: &'c Connection) -> Self {
        Self {
            snapshot: Snapshot { conn },
        }
    }
}

impl<'c> Deref for Reading<'c> {
    type Target = Snapshot<'c>;

    fn deref(&self) -> &Snapshot<'c> {
        &self.snapshot
    }
}

/// Every question that can be asked, for a [`Reading`] and a [`crate::Writing`] alike. The
/// answers are in the files of the tables.
pub struct Snapshot<'c> {
    conn: &'c Connection,
}

impl<'c> Snapshot<'c> {
    pub(crate) const fn conn(&self) -> &'c Connection {
        self.conn
    }

    pub(crate) fn statement(&self, sql: &str, doing: &'static str) -> Result<CachedStatement<'c>> {
        self.conn.prepare_cached(sql).doing(doing)
    }

    /// The first row, if there is one.
    pub(crate) fn first<T>(
        &self,
        doing: &'static str,
        sql: &str,
        params: impl Params,
        from_row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.statement(sql, doing)?;
        let mut rows = statement.query(params).doing(doing)?;
        match rows.next().doing(doing)? {
            Some(row) => from_row(row).map(Some).doing(doing),
            None => Ok(None),
        }
    }

    /// The one row that there always is.
    pub(crate) fn one<T>(
        &self,
        doing: &'static str,
        sql: &str,
        params: impl Params,
        from_row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let mut statement = self.statement(sql, doing)?;
        statement.query_row(params, from_row).doing(doing)
    }

    /// Every row.
    pub(crate) fn all<T>(
        &self,
        doing: &'static str,
        sql: &str,
        params: impl Params,
        from_row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.statement(sql, doing)?;
        let rows = statement.query_map(params, from_row).doing(doing)?;
        rows.collect::<rusqlite::Result<Vec<T>>>().doing(doing)
    }
}

/// A question for the pool, with its own way to answer.
pub(crate) type Question = Box<dyn FnOnce(Result<Reading<'_>>) + Send>;

/// Threads that answer questions, each with a read-only connection of its own.
pub(crate) struct Readers {
    questions: mpsc::Sender<Question>,
    threads: Vec<JoinHandle<()>>,
}

/// Enough that a long list does not delay the claimer, and few enough to be cheap.
const THREADS: usize = 3;

impl Readers {
    pub(crate) fn start(database: &Path) -> Result<Self> {
        let (questions, waiting) = mpsc::channel::<Question>();
        let waiting = Arc::new(Mutex::new(waiting));
        let mut threads = Vec::new();
        for number in 1..=THREADS {
            let conn = open::reader(database)?;
            let waiting = Arc::clone(&waiting);
            let thread = std::thread::Builder::new()
                .name(format!("store-read-{number}"))
                .spawn(move || answer_all(&conn, &waiting))
                .doing("start a reading thread")?;
            threads.push(thread);
        }
        Ok(Self { questions, threads })
    }

    pub(crate) fn ask(&self, question: Question) {
        // A thread ends only after this sender is gone; a lost question drops its answer's
        // sender, which the asker sees as `Closed`.
        self.questions.send(question).ok();
    }

    /// Answers what was asked, then closes the connections.
    pub(crate) fn finish(self) {
        drop(self.questions);
        for thread in self.threads {
            thread.join().ok(); // a panic was caught inside, so there is nothing to hear
        }
    }
}

fn answer_all(conn: &Connection, waiting: &Mutex<mpsc::Receiver<Question>>) {
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(question) = next else { return };
        answer(conn, question);
    }
}

fn answer(conn: &Connection, question: Question) {
    if let Err(error) = conn.execute_batch("BEGIN DEFERRED").doing("begin to read") {
        question(Err(error));
        return;
    }
    // A panic drops the answer's sender, which the asker sees as `Panicked`.
    if catch_unwind(AssertUnwindSafe(|| question(Ok(Reading::new(conn))))).is_err() {
        tracing::error!("a question to the database broke off");
    }
    if !conn.is_autocommit()
        && let Err(error) = conn.execute_batch("ROLLBACK").doing("end a reading")
    {
        tracing::warn!(%error, "a reading did not end cleanly");
    }
}

/// What the asker gets when its answer never came.
pub(crate) const fn no_answer() -> Error {
    Error::Panicked
}
