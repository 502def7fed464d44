//! The store's handle: orders, questions, events and health.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc},
};

use drover_model::{Caller, Event, Fact};
use jiff::Timestamp;
use tokio::sync::{Semaphore, broadcast, oneshot, watch};

use crate::{
    Error, Reading, Result, Writing,
    error::Doing,
    group::{Asked, GROUP_WORK, Message, Writer},
    open,
    reader::{self, Readers},
};

/// Orders that may wait; whoever comes later waits for a place.
const ORDERS: usize = 4_096;
/// Questions that may wait.
const QUESTIONS: usize = 1_024;
/// Groups of events that a slow listener may fall behind before it is told that it lagged.
const EVENT_GROUPS: usize = 1_024;

/// Whether the database can be written at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    Ok,
    /// The disk is full or fails. The store keeps trying and comes back by itself.
    StorageError(String),
}

/// What commits survive that are not flushed as Drover's are.
#[cfg(feature = "bench")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lax {
    /// The death of the process, not a power cut.
    SurvivesKills,
    SurvivesNothing,
}

/// An opened store.
#[derive(Debug)]
pub struct Opened {
    pub store: Store,
    /// Whether the last owner closed it. If not, the file was checked, and processes of that
    /// owner may still be alive.
    pub was_clean: bool,
}

/// The database of one data folder. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

struct Inner {
    orders: Mutex<Option<mpsc::Sender<Message>>>,
    readers: Mutex<Option<Readers>>,
    order_places: Arc<Semaphore>,
    question_places: Arc<Semaphore>,
    /// Weak, so that listeners hear the end when the writer is gone.
    events: broadcast::WeakSender<Arc<[Event]>>,
    health: watch::Receiver<Health>,
}

impl Store {
    /// Opens the database in that folder, made when it is not there, checked after an unclean
    /// end and brought to the newest format. Take the folder's lock first.
    ///
    /// # Errors
    /// [`Error::NewerSchema`] and [`Error::NotDrover`] leave the file untouched.
    /// [`Error::Corrupt`] has moved it aside, and comes again at every start until a backup
    /// was put in its place or [`Self::open_empty`] was called.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Opened> {
        open::refuse_after_damage(folder)?;
        Self::open_empty(folder, now)
    }

    /// Like [`Self::open`], but begins with nothing when the database was moved aside before.
    pub fn open_empty(folder: &Path, now: Timestamp) -> Result<Opened> {
        let ready = open::open(
            folder,
            now,
            &crate::schema::migrations(),
            crate::schema::NEWEST,
        )?;
        Self::start(ready, now)
    }

    /// Like [`Self::open`], but a commit is flushed less than Drover promises. For measurements alone, to compare with
    /// queues that promise less; nothing else turns on the feature.
    #[cfg(feature = "bench")]
    pub fn open_lax(folder: &Path, now: Timestamp, lax: Lax) -> Result<Opened> {
        let ready = open::open(
            folder,
            now,
            &crate::schema::migrations(),
            crate::schema::NEWEST,
        )?;
        let synchronous = match lax {
            Lax::SurvivesKills => "NORMAL",
            Lax::SurvivesNothing => "OFF",
        };
        ready
            .conn
            .pragma_update(None, "synchronous", synchronous)
            .doing("set up the database")?;
        Self::start(ready, now)
    }

    fn start(ready: open::Ready, now: Timestamp) -> Result<Opened> {
        let readers = Readers::start(&ready.database)?;
        let (orders, received) = mpsc::channel();
        let (events, _) = broadcast::channel(EVENT_GROUPS);
        let (health, watched) = watch::channel(Health::Ok);
        let weak = events.downgrade();
        let writer = Writer {
            database: ready.database,
            conn: Some(ready.conn),
            orders: received,
            events,
            health,
            latest: now,
            group_work: GROUP_WORK,
        };
        std::thread::Builder::new()
            .name("store-write".to_owned())
            .spawn(move || writer.run())
            .doing("start the writing thread")?;
        let inner = Inner {
            orders: Mutex::new(Some(orders)),
            readers: Mutex::new(Some(readers)),
            order_places: Arc::new(Semaphore::new(ORDERS)),
            question_places: Arc::new(Semaphore::new(QUESTIONS)),
            events: weak,
            health: watched,
        };
        Ok(Opened {
            store: Self {
                inner: Arc::new(inner),
            },
            was_clean: ready.was_clean,
        })
    }

    /// Carries out an order in a transaction and answers after its commit. All of it is stored
    /// or, on an error, nothing. It is carried out even if the answer is not awaited.
    pub async fn write<T: Send + 'static>(
        &self,
        at: Timestamp,
        by: Caller,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let places = Arc::clone(&self.inner.order_places);
        let place = places.acquire_owned().await.map_err(|_| Error::Closed)?;
        let (reply, answer) = oneshot::channel();
        let order = Asked {
            at,
            by,
            work: Some(work),
            result: None,
            reply,
            _place: place,
        };
        self.send(Message::Order(Box::new(order)))?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Answers a question from a snapshot. It never waits for a writer, and no writer for it.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reading<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let places = Arc::clone(&self.inner.question_places);
        let place = places.acquire_owned().await.map_err(|_| Error::Closed)?;
        let (reply, answer) = oneshot::channel();
        {
            let readers = self.inner.readers.lock();
            let readers = readers.unwrap_or_else(PoisonError::into_inner);
            let readers = readers.as_ref().ok_or(Error::Closed)?;
            readers.ask(Box::new(move |reading| {
                let answer = reading.and_then(|reading| work(&reading));
                drop(place);
                reply.send(answer).ok(); // the asker may have gone
            }));
        }
        answer.await.map_err(|_| reader::no_answer())?
    }

    /// Facts, a group a commit, in their order. A listener that falls too far behind is told
    /// so and reads again; the stream ends when the store is closed.
    pub fn events(&self) -> broadcast::Receiver<Arc<[Event]>> {
        match self.inner.events.upgrade() {
            Some(events) => events.subscribe(),
            None => broadcast::channel(1).1,
        }
    }

    /// Tells every listener something that is not a row, with the number 0. It needs no commit, so that it is heard
    /// while the database cannot be written.
    pub fn announce(&self, at: Timestamp, by: Caller, fact: Fact) {
        if let Some(events) = self.inner.events.upgrade() {
            let event = Event {
                seq: 0,
                at,
                by,
                fact,
            };
            events.send([event].into()).ok(); // nobody may be listening
        }
    }

    /// Whether the database can be written.
    pub fn health(&self) -> watch::Receiver<Health> {
        self.inner.health.clone()
    }

    /// Carries out what was ordered, folds the log into the file and notes that the end was
    /// clean. Later orders and questions get [`Error::Closed`].
    pub async fn close(&self) {
        self.inner.order_places.close();
        self.inner.question_places.close();
        let readers = self.inner.readers.lock();
        let readers = readers.unwrap_or_else(PoisonError::into_inner).take();
        let (done, closed) = oneshot::channel();
        if self.send(Message::Close { readers, done }).is_ok() {
            closed.await.ok(); // the writer may have ended before
        }
        let orders = self.inner.orders.lock();
        orders.unwrap_or_else(PoisonError::into_inner).take();
    }

    fn send(&self, message: Message) -> Result<()> {
        let orders = self.inner.orders.lock();
        let orders = orders.unwrap_or_else(PoisonError::into_inner);
        let orders = orders.as_ref().ok_or(Error::Closed)?;
        orders.send(message).map_err(|_| Error::Closed)
    }
}
