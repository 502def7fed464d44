//! The writer thread: it owns the only connection that can write and commits in groups.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use drover_model::{Caller, Event};
use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, broadcast, oneshot, watch};

use crate::{Error, Health, Result, Writing, error::Doing, failpoint, open, reader::Readers};

/// Orders in one commit at most, so that no order waits for a crowd.
const GROUP_ORDERS: usize = 256;
/// Work in one commit at most; what comes later joins the next one.
pub(crate) const GROUP_WORK: Duration = Duration::from_millis(2);
/// After so long without an order the log is folded into the file.
const IDLE: Duration = Duration::from_millis(500);
/// How often a failing disk is tried again while nobody asks.
const RETRY: Duration = Duration::from_secs(1);

/// What the writer thread is told.
pub(crate) enum Message {
    Order(Box<dyn Order>),
    /// Answer the last questions, fold the log, note that the end was clean, close the file.
    Close {
        readers: Option<Readers>,
        done: oneshot::Sender<()>,
    },
}

/// One order with its way to answer. It answers once, and only after the commit.
pub(crate) trait Order: Send {
    fn at(&self) -> Timestamp;
    fn by(&self) -> Caller;
    /// Does the work. An error means that nothing of it may stay.
    fn carry_out(&mut self, writing: &mut Writing<'_>) -> Result<()>;
    /// Hands over what [`Self::carry_out`] gave, or the error that took it back.
    fn answer(self: Box<Self>, fate: Result<()>);
}

/// An order made of a closure.
pub(crate) struct Asked<T, F> {
    pub(crate) at: Timestamp,
    pub(crate) by: Caller,
    pub(crate) work: Option<F>,
    pub(crate) result: Option<T>,
    pub(crate) reply: oneshot::Sender<Result<T>>,
    /// Its place in the bounded queue, freed when it is answered.
    pub(crate) _place: OwnedSemaphorePermit,
}

impl<T, F> Order for Asked<T, F>
where
    T: Send,
    F: FnOnce(&mut Writing<'_>) -> Result<T> + Send,
{
    fn at(&self) -> Timestamp {
        self.at
    }

    fn by(&self) -> Caller {
        self.by
    }

    fn carry_out(&mut self, writing: &mut Writing<'_>) -> Result<()> {
        let work = self.work.take().expect("BUG: an order is carried out once");
        let result = catch_unwind(AssertUnwindSafe(|| work(writing)));
        self.result = Some(result.map_err(|_| Error::Panicked)??);
        Ok(())
    }

    fn answer(self: Box<Self>, fate: Result<()>) {
        let Self { result, reply, .. } = *self;
        let answer = fate.map(|()| result.expect("BUG: an order that succeeded has a result"));
        reply.send(answer).ok(); // the asker may have gone; the order stands
    }
}

/// The writer's state.
pub(crate) struct Writer {
    pub(crate) database: PathBuf,
    /// None after an error of the disk: what that connection believes cannot be trusted.
    pub(crate) conn: Option<Connection>,
    pub(crate) orders: Receiver<Message>,
    pub(crate) events: broadcast::Sender<Arc<[Event]>>,
    pub(crate) health: watch::Sender<Health>,
    /// The moment of the newest order; the writer has no clock of its own.
    pub(crate) latest: Timestamp,
    /// [`GROUP_WORK`], but for tests that need all their orders in one commit.
    pub(crate) group_work: Duration,
}

impl Writer {
    /// Works until it is told to close or all senders are gone.
    pub(crate) fn run(mut self) {
        let mut waiting = VecDeque::new();
        let mut unfolded = true;
        loop {
            let message = match waiting.pop_front() {
                Some(message) => Ok(message),
                None if !self.is_well() => self.orders.recv_timeout(RETRY),
                None if unfolded => self.orders.recv_timeout(IDLE),
                None => self
                    .orders
                    .recv()
                    .map_err(|_| RecvTimeoutError::Disconnected),
            };
            match message {
                Ok(Message::Order(first)) => {
                    self.group(first, &mut waiting);
                    unfolded = true;
                }
                Ok(Message::Close { readers, done }) => {
                    if let Some(readers) = readers {
                        readers.finish();
                    }
                    self.close();
                    done.send(()).ok(); // the closer may have gone
                    return;
                }
                Err(RecvTimeoutError::Timeout) if !self.is_well() => self.probe(),
                Err(RecvTimeoutError::Timeout) => {
                    self.fold();
                    unfolded = false;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn is_well(&self) -> bool {
        matches!(*self.health.borrow(), Health::Ok)
    }

    /// Carries out `first` and what already waits, in one commit. What does not belong to the
    /// group any more is put into `waiting`.
    fn group(&mut self, first: Box<dyn Order>, waiting: &mut VecDeque<Message>) {
        let begun = Instant::now();
        if let Err(error) = self.begin() {
            self.note(Some(&error));
            first.answer(Err(error));
            return;
        }
        let conn = self.conn.as_ref().expect("BUG: `begin` has a connection");
        let (mut done, mut events) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        let mut broken = None;
        while let Some(mut order) = next.take() {
            self.latest = self.latest.max(order.at());
            let fate = in_savepoint(conn, order.as_mut(), &mut events);
            // A full disk or a failed read can end the whole transaction.
            broken = conn.is_autocommit().then(|| match &fate {
                Err(error) => error.clone(),
                Ok(()) => Error::DiskFull,
            });
            done.push((order, fate));
            if broken.is_some() || done.len() >= GROUP_ORDERS || begun.elapsed() >= self.group_work
            {
                break;
            }
            let message = waiting.pop_front().or_else(|| self.orders.try_recv().ok());
            match message {
                Some(Message::Order(order)) => next = Some(order),
                Some(close @ Message::Close { .. }) => waiting.push_front(close),
                None => {}
            }
        }
        failpoint!("commit.begun");
        let committed = match broken {
            Some(error) => Err(error),
            None => kept(conn, "COMMIT").map(drop).doing("commit"),
        };
        failpoint!("commit.done");
        self.settle(done, events, &committed);
        failpoint!("commit.answered");
    }

    /// Releases events and answers, now that the fate of the group is known.
    fn settle(
        &mut self,
        done: Vec<(Box<dyn Order>, Result<()>)>,
        events: Vec<Event>,
        committed: &Result<()>,
    ) {
        let blamed = done.iter().find_map(|(_, fate)| match fate {
            Err(error) if error.is_storage() => Some(error),
            _ => None,
        });
        self.note(committed.as_ref().err().or(blamed));
        if committed.is_ok() && !events.is_empty() {
            self.events.send(events.into()).ok(); // nobody may be listening
        }
        for (order, fate) in done {
            order.answer(fate.and_then(|()| committed.clone()));
        }
    }

    fn begin(&mut self) -> Result<()> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => open::writer(&self.database)?,
        };
        let begun = kept(&conn, "BEGIN IMMEDIATE")
            .map(drop)
            .doing("begin a commit");
        self.conn = Some(conn);
        begun
    }

    /// Keeps the health, and gives up a connection or a transaction that failed.
    fn note(&mut self, error: Option<&Error>) {
        if let Some(conn) = &self.conn
            && !conn.is_autocommit()
        {
            conn.execute_batch("ROLLBACK").ok(); // the transaction may be gone already
        }
        match error {
            Some(error) if error.is_storage() => {
                tracing::error!(%error, "the database cannot be written");
                // A connection that was opened for reading alone would stay so for ever.
                if error.is_io() || matches!(error, Error::ReadOnly) {
                    self.conn = None;
                }
                self.health
                    .send_replace(Health::StorageError(error.with_cause()));
            }
            Some(_) => {}
            None => {
                self.health.send_if_modified(|health| {
                    let changed = *health != Health::Ok;
                    *health = Health::Ok;
                    changed
                });
            }
        }
    }

    /// Tries a small commit, so that the health recovers when the disk does.
    pub(crate) fn probe(&mut self) {
        let tried = self.begin().and_then(|()| {
            let conn = self.conn.as_ref().expect("BUG: `begin` has a connection");
            let filler = "·".repeat(8_192);
            conn.execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES ('probe', ?1)",
                [filler],
            )
            .doing("try the disk")?;
            conn.execute("DELETE FROM meta WHERE key = 'probe'", [])
                .doing("try the disk")?;
            conn.execute_batch("COMMIT").doing("commit")
        });
        self.note(tried.as_ref().err());
    }

    fn fold(&self) {
        let folded = self.conn.as_ref().map(|conn| {
            conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
                .doing("fold the log")
        });
        if let Some(Err(error)) = folded {
            tracing::warn!(%error, "the log was not folded");
        }
    }

    fn close(&mut self) {
        let Some(conn) = self.conn.take() else { return };
        let clean = conn
            .execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
                (open::CLEAN, self.latest.as_millisecond().to_string()),
            )
            .doing("note the clean end")
            .and_then(|_| {
                conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
                    .doing("fold the log")
            });
        if let Err(error) = clean {
            tracing::warn!(%error, "the database was not closed cleanly");
        }
        if let Err((_, error)) = conn.close() {
            tracing::warn!(%error, "the database was not closed cleanly");
        }
    }
}

fn in_savepoint(conn: &Connection, order: &mut dyn Order, events: &mut Vec<Event>) -> Result<()> {
    kept(conn, "SAVEPOINT one").doing("begin an order")?;
    let mut writing = Writing::new(conn, order.at(), order.by());
    let fate = order.carry_out(&mut writing);
    let recorded = writing.events;
    if conn.is_autocommit() {
        return fate;
    }
    match &fate {
        Ok(()) => kept(conn, "RELEASE one").map(drop),
        Err(_) => conn.execute_batch("ROLLBACK TO one; RELEASE one"),
    }
    .doing("end an order")?;
    fate.map(|()| events.extend(recorded))
}

/// Statements around every order are prepared once.
fn kept(conn: &Connection, sql: &str) -> rusqlite::Result<usize> {
    conn.prepare_cached(sql)?.execute([])
}
