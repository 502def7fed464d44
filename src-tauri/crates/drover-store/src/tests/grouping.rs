//! Groups of orders: what one failure costs, and when others hear of a success.

use std::sync::mpsc;

use drover_model::{Caller, Fact};
use tokio::sync::broadcast::error::TryRecvError;

use super::{store, write};
use crate::{
    Error, Health, Store,
    testing::{at, profile},
};

/// Keeps the writer busy until the sender is used, so that later orders form one group.
fn blocked(store: &Store) -> (mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (go, wait) = mpsc::channel();
    let (begun, has_begun) = mpsc::channel();
    let store = store.clone();
    let blocker = tokio::spawn(async move {
        write(&store, move |_| {
            begun.send(()).unwrap();
            wait.recv().unwrap();
            // Longer than a group may work, so that those who wait are in the next one.
            let end = std::time::Instant::now() + std::time::Duration::from_millis(3);
            while std::time::Instant::now() < end {
                std::hint::spin_loop();
            }
            Ok(())
        })
        .await
        .unwrap();
    });
    tokio::task::block_in_place(|| has_begun.recv().unwrap());
    (go, blocker)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_failure_does_not_harm_its_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 0).await;
    let mut events = store.events();
    let (go, blocker) = blocked(&store);
    let insert = |number: u128, name: &'static str| {
        write(&store, move |writing| writing.insert_profile(&profile(number, name)))
    };
    let taken = insert(2, "ANNA");
    let broken = write(&store, |writing| {
        writing.insert_profile(&profile(3, "never"))?;
        panic!("this order is meant to break off");
        #[expect(unreachable_code, reason = "gives the closure its type")]
        Ok(())
    });
    let unblock = async { go.send(()).unwrap() };
    let (first, taken, broken, last, ()) =
        tokio::join!(insert(1, "anna"), taken, broken, insert(4, "bert"), unblock);
    blocker.await.unwrap();
    first.unwrap();
    assert!(matches!(taken, Err(Error::NameTaken { what: "profile", .. })), "{taken:?}");
    assert!(matches!(broken, Err(Error::Panicked)), "{broken:?}");
    last.unwrap();
    let names = store.read(|reading| {
        let list = reading.profiles(&drover_model::request::ListProfiles::default())?;
        Ok(list.rows.into_iter().map(|row| row.name.to_string()).collect::<Vec<_>>())
    });
    assert_eq!(names.await.unwrap(), ["anna", "bert"], "nothing of the others stayed");
    let group = events.recv().await.unwrap();
    assert_eq!(group.len(), 2, "one group, and no event of an order that failed");
    assert_eq!(group[1].seq, group[0].seq + 1);
    assert_eq!(*store.health().borrow(), Health::Ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_commit_fails_all_of_its_group() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 0).await;
    let mut events = store.events();
    let (go, blocker) = blocked(&store);
    // A reference to a run that is not there, looked at only by the commit.
    let dangling = write(&store, |writing| {
        writing.conn().execute_batch(
            "PRAGMA defer_foreign_keys = ON; INSERT INTO run_output (run_id, name, value) VALUES ('x', 'y', '1')",
        )
        .map_err(|error| Error::sqlite("plant a fault", error))
    });
    let innocent = write(&store, |writing| writing.insert_profile(&profile(1, "anna")));
    let unblock = async { go.send(()).unwrap() };
    let (innocent, dangling, ()) = tokio::join!(innocent, dangling, unblock);
    blocker.await.unwrap();
    for answer in [innocent, dangling] {
        assert!(matches!(answer, Err(Error::Sqlite { doing: "commit", .. })), "{answer:?}");
    }
    assert!(store.read(|reading| reading.find_profile("anna")).await.unwrap().is_none());
    assert_eq!(events.try_recv().unwrap_err(), TryRecvError::Empty, "nothing was released");
    write(&store, |writing| writing.insert_profile(&profile(1, "anna"))).await.unwrap();
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
        let work = move |writing: &mut crate::Writing<'_>| {
            writing.insert_profile(&profile(1, "anna"))?;
            done.send(()).unwrap();
            wait.recv().unwrap();
            Ok(())
        };
        writer.write(at(7), Caller::Window, work).await
    });
    tokio::task::block_in_place(|| is_done.recv().unwrap());
    assert_eq!(events.try_recv().unwrap_err(), TryRecvError::Empty);
    let before = store.read(|reading| Ok((reading.seq()?, reading.find_profile("anna")?))).await.unwrap();
    assert!(before.1.is_none(), "readers see only what is committed");
    assert!(!order.is_finished());
    go.send(()).unwrap();
    order.await.unwrap().unwrap();
    let group = events.recv().await.unwrap();
    assert_eq!((group[0].seq, group[0].at, group[0].by), (before.0 + 1, at(7), Caller::Window));
    assert!(matches!(group[0].fact, Fact::ProfileChanged { .. }));
    let since = store.read(move |reading| reading.events_since(before.0, 9)).await.unwrap();
    assert_eq!(since, group.to_vec(), "the stream and the table say the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_passes() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 0).await;
    let mut health = store.health();
    let limit = |pages: &'static str| {
        write(&store, move |writing| {
            let pages = match pages {
                "as now" => writing.conn().query_row("PRAGMA page_count", [], |row| row.get(0)),
                _ => Ok(1_000_000_i64),
            };
            let set = pages.and_then(|pages| writing.conn().pragma_update(None, "max_page_count", pages));
            set.map_err(|error| Error::sqlite("set a limit", error))
        })
    };
    limit("as now").await.unwrap();
    let long = "x".repeat(100_000);
    let note = long.clone();
    let full = write(&store, move |writing| writing.put_meta("long", &note)).await;
    assert!(matches!(full, Err(Error::DiskFull)), "{full:?}");
    assert_eq!(*health.borrow_and_update(), Health::StorageError("the disk is full".to_owned()));
    limit("none").await.unwrap();
    assert_eq!(*health.borrow_and_update(), Health::Ok, "a commit that went well ends the alarm");
    write(&store, move |writing| writing.put_meta("long", &long)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_question_costs_only_that_question() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 1).await;
    for _ in 0..6 {
        let answer = store.read(|_| -> crate::Result<()> { panic!("this question is meant to break off") }).await;
        assert!(matches!(answer, Err(Error::Panicked)));
    }
    assert!(store.read(|reading| reading.find_profile("P1")).await.unwrap().is_some());
}
