//! Groups of orders: what one failure costs, and when others hear of a success.

use std::{
    path::Path,
    sync::{
        Arc,
        mpsc::{self, Sender},
    },
    time::Duration,
};

use drover_model::{Caller, Event, Fact, request::ListProfiles};
use tokio::sync::{
    Semaphore,
    broadcast::{
        self, Receiver,
        error::{RecvError, TryRecvError},
    },
    oneshot, watch,
};

use super::{store, write};
use crate::{
    Error, Health, Result, Store, Writing,
    error::Doing,
    group::{Asked, Message, Writer},
    open, schema,
    testing::{at, profile},
};

/// What the orders of one group got, and what was released after it.
struct Group {
    orders: Sender<Message>,
    writer: Writer,
    events: Receiver<Arc<[Event]>>,
}

impl Group {
    fn new(folder: &Path) -> Self {
        let ready = open::open(folder, at(0), &schema::migrations(), schema::NEWEST).unwrap();
        let (orders, received) = mpsc::channel();
        let (sender, events) = broadcast::channel(9);
        let writer = Writer {
            database: ready.database,
            conn: Some(ready.conn),
            orders: received,
            events: sender,
            health: watch::channel(Health::Ok).0,
            latest: at(0),
            group_work: Duration::MAX,
        };
        Self {
            orders,
            writer,
            events,
        }
    }

    /// Puts an order into the line.
    fn order(
        &self,
        work: impl FnOnce(&mut Writing<'_>) -> Result<()> + Send + 'static,
    ) -> oneshot::Receiver<Result<()>> {
        let (reply, answer) = oneshot::channel();
        let order = Asked {
            at: at(0),
            by: Caller::Cli,
            work: Some(work),
            result: None,
            reply,
            _place: Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap(),
        };
        self.orders.send(Message::Order(Box::new(order))).unwrap();
        answer
    }

    fn insert(&self, number: u128, name: &'static str) -> oneshot::Receiver<Result<()>> {
        self.order(move |writing| writing.insert_profile(&profile(number, name)))
    }

    /// Carries out the whole line, then ends.
    fn run(self) -> Receiver<Arc<[Event]>> {
        drop(self.orders);
        self.writer.run();
        self.events
    }
}

#[tokio::test]
async fn one_failure_does_not_harm_its_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let group = Group::new(folder.path());
    let first = group.insert(1, "anna");
    let taken = group.insert(2, "ANNA");
    let broken = group.order(|writing| {
        writing.insert_profile(&profile(3, "never"))?;
        panic!("this order is meant to break off")
    });
    let last = group.insert(4, "bert");
    let mut events = group.run();
    first.await.unwrap().unwrap();
    let taken = taken.await.unwrap();
    assert!(
        matches!(
            taken,
            Err(Error::NameTaken {
                what: "profile",
                ..
            })
        ),
        "{taken:?}"
    );
    let broken = broken.await.unwrap();
    assert!(matches!(broken, Err(Error::Panicked)), "{broken:?}");
    last.await.unwrap().unwrap();
    let released = events.recv().await.unwrap();
    let numbers: Vec<_> = released.iter().map(|event| event.seq).collect();
    assert_eq!(
        numbers,
        [1, 2],
        "one commit, and no event of an order that failed"
    );
    assert_eq!(events.recv().await.unwrap_err(), RecvError::Closed);
    let store = Store::open(folder.path(), at(1)).unwrap().store;
    let all = store
        .read(|reading| reading.profiles(&ListProfiles::default()))
        .await
        .unwrap();
    let names: Vec<_> = all.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["anna", "bert"], "nothing of the others stayed");
}

#[tokio::test]
async fn a_failed_commit_fails_all_of_its_group() {
    let folder = tempfile::tempdir().unwrap();
    let group = Group::new(folder.path());
    let innocent = group.insert(1, "anna");
    // A reference to a run that is not there, looked at only by the commit.
    let dangling = group.order(|writing| {
        let fault = "PRAGMA defer_foreign_keys = ON; INSERT INTO run_output (run_id, name, value) VALUES ('x', 'y', '1')";
        writing.conn().execute_batch(fault).doing("plant a fault")
    });
    let mut events = group.run();
    for answer in [innocent, dangling] {
        let answer = answer.await.unwrap();
        assert!(
            matches!(
                answer,
                Err(Error::Sqlite {
                    doing: "commit",
                    ..
                })
            ),
            "{answer:?}"
        );
    }
    assert_eq!(
        events.recv().await.unwrap_err(),
        RecvError::Closed,
        "nothing was released"
    );
    let store = Store::open(folder.path(), at(1)).unwrap().store;
    assert!(
        store
            .read(|reading| reading.find_profile("anna"))
            .await
            .unwrap()
            .is_none()
    );
    write(&store, |writing| {
        writing.insert_profile(&profile(1, "anna"))
    })
    .await
    .unwrap();
}

#[test]
fn health_comes_back_without_an_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Group::new(folder.path()).writer;
    let limit = |writer: &Writer, pages: i64| {
        let conn = writer.conn.as_ref().unwrap();
        conn.pragma_update(None, "max_page_count", pages).unwrap();
    };
    limit(&writer, 1);
    writer.probe();
    assert_eq!(
        *writer.health.borrow(),
        Health::StorageError("the disk is full".to_owned())
    );
    limit(&writer, 1_000_000);
    writer.probe();
    assert_eq!(*writer.health.borrow(), Health::Ok);
    writer.conn = None;
    writer.probe();
    assert_eq!(
        *writer.health.borrow(),
        Health::Ok,
        "a connection that was given up is made anew"
    );
    assert!(writer.conn.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_before_the_commit() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 0).await;
    let mut events = store.events();
    let (go, wait) = mpsc::channel::<()>();
    let (done, is_done) = mpsc::channel();
    let writer = store.clone();
    let order = tokio::spawn(async move {
        let work = move |writing: &mut Writing<'_>| {
            writing.insert_profile(&profile(1, "anna"))?;
            done.send(()).unwrap();
            wait.recv().unwrap();
            Ok(())
        };
        writer.write(at(7), Caller::Window, work).await
    });
    tokio::task::block_in_place(|| is_done.recv().unwrap());
    assert_eq!(events.try_recv().unwrap_err(), TryRecvError::Empty);
    let before = store
        .read(|reading| Ok((reading.seq()?, reading.find_profile("anna")?)))
        .await
        .unwrap();
    assert!(before.1.is_none(), "readers see only what is committed");
    assert!(!order.is_finished());
    go.send(()).unwrap();
    order.await.unwrap().unwrap();
    let group = events.recv().await.unwrap();
    assert_eq!(
        (group[0].seq, group[0].at, group[0].by),
        (before.0 + 1, at(7), Caller::Window)
    );
    assert!(matches!(group[0].fact, Fact::ProfileChanged { .. }));
    let since = store
        .read(move |reading| reading.events_since(before.0, 9))
        .await
        .unwrap();
    assert_eq!(
        since,
        group.to_vec(),
        "the stream and the table say the same"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_passes() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 0).await;
    let mut health = store.health();
    let limit = |pages: &'static str| {
        write(&store, move |writing| {
            let pages = match pages {
                "as now" => writing
                    .conn()
                    .query_row("PRAGMA page_count", [], |row| row.get(0)),
                _ => Ok(1_000_000_i64),
            };
            let set =
                pages.and_then(|pages| writing.conn().pragma_update(None, "max_page_count", pages));
            set.doing("set a limit")
        })
    };
    limit("as now").await.unwrap();
    let long = "x".repeat(100_000);
    let note = long.clone();
    let full = write(&store, move |writing| writing.put_meta("long", &note)).await;
    assert!(matches!(full, Err(Error::DiskFull)), "{full:?}");
    assert_eq!(
        *health.borrow_and_update(),
        Health::StorageError("the disk is full".to_owned())
    );
    limit("none").await.unwrap();
    assert_eq!(
        *health.borrow_and_update(),
        Health::Ok,
        "a commit that went well ends the alarm"
    );
    write(&store, move |writing| writing.put_meta("long", &long))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_question_costs_only_that_question() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 1).await;
    for _ in 0..6 {
        let answer = store
            .read(|_| -> Result<()> { panic!("this question is meant to break off") })
            .await;
        assert!(matches!(answer, Err(Error::Panicked)));
    }
    assert!(
        store
            .read(|reading| reading.find_profile("P1"))
            .await
            .unwrap()
            .is_some()
    );
}
