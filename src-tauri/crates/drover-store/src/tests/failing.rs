//! The disk fails while the store is open: everybody is told, nothing is lost, and it passes.

use std::path::Path;

use drover_model::RunId;
use rusqlite::ffi;

use super::{store, write};
use crate::{
    Error, Health, Store,
    disk::{Disk, Fault, Keep},
    testing::{at, run},
};

const CALLERS: u128 = 8;

/// Has many callers write until each was refused once or has written so many, and gives the
/// numbers that were answered and those that were refused, with why.
async fn crowd(store: &Store, first: u128, each: u128) -> (Vec<u128>, Vec<(u128, Error)>) {
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut stored = Vec::new();
                for number in (0..each).map(|step| first + step * CALLERS + caller) {
                    let new = run(number, None);
                    match write(&store, move |writing| writing.insert_run(&new)).await {
                        Ok(()) => stored.push(number),
                        Err(error) => return (stored, Some((number, error))),
                    }
                }
                (stored, None)
            })
        })
        .collect();
    let (mut stored, mut refused) = (Vec::new(), Vec::new());
    for caller in callers {
        let (ones, other) = caller.await.unwrap();
        stored.extend(ones);
        refused.extend(other);
    }
    (stored, refused)
}

/// Lets the fault pass and waits until the store knows.
async fn mended(disk: &Disk, store: &Store) {
    disk.fail(None);
    let mut health = store.health();
    health
        .wait_for(|health| *health == Health::Ok)
        .await
        .unwrap();
}

/// The store of the next life: without a chance to say goodbye, so that what counts is what the disk has.
async fn after_a_cut(disk: &Disk, store: Store, folder: &Path) -> Store {
    disk.cut();
    store.close().await;
    disk.restore(Keep::Nothing);
    Store::open(folder, at(1)).unwrap().store
}

async fn are_there(store: &Store, numbers: &[u128]) -> Vec<bool> {
    let numbers = numbers.to_vec();
    store
        .read(move |reading| {
            let one = |number: &u128| Ok(reading.plan(RunId::from_bits(*number))?.is_some());
            numbers.iter().map(one).collect()
        })
        .await
        .unwrap()
}

/// One fault, and the words that the health has for it at last.
async fn a_fault_passes(fault: Fault, words: &str) {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::under(folder.path());
    let store = store(folder.path(), 0).await;
    let mut health = store.health();
    let (mut stored, refused) = crowd(&store, 1, 20).await;
    assert!(refused.is_empty(), "{refused:?}");

    disk.fail(Some(fault));
    let (none, refused) = crowd(&store, 1_000, 1).await;
    assert_eq!((none.len(), refused.len()), (0, 8), "{fault:?}: {none:?}");
    for (_, error) in &refused {
        assert!(error.is_storage(), "{fault:?}: {error:?}");
    }
    let told = Health::StorageError(words.to_owned());
    health.wait_for(|health| *health == told).await.unwrap();
    let (none, again) = crowd(&store, 2_000, 1).await;
    assert_eq!(none.len(), 0, "{fault:?}: it is still there");
    assert!(again.iter().all(|(_, error)| error.is_storage()));
    assert!(
        are_there(&store, &stored).await.iter().all(|there| *there),
        "{fault:?}: whoever reads is not disturbed"
    );

    mended(&disk, &store).await;
    let (more, left) = crowd(&store, 3_000, 5).await;
    assert!(left.is_empty(), "{fault:?}: {left:?}");
    stored.extend(more);

    let store = after_a_cut(&disk, store, folder.path()).await;
    assert!(
        are_there(&store, &stored).await.iter().all(|there| *there),
        "{fault:?}: what was answered is there"
    );
    let refused: Vec<_> = refused
        .iter()
        .chain(&again)
        .map(|(number, _)| *number)
        .collect();
    assert!(
        are_there(&store, &refused).await.iter().all(|there| !there),
        "{fault:?}: what was refused is not"
    );
    let verdict = store.read(|reading| {
        reading.one("check", "PRAGMA integrity_check", [], |row| {
            row.get::<_, String>(0)
        })
    });
    assert_eq!(verdict.await.unwrap(), "ok");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_cannot_write_is_told_and_passes() {
    a_fault_passes(
        Fault::Write(ffi::SQLITE_IOERR_WRITE),
        "failed to commit: disk I/O error",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_cannot_flush_is_told_and_passes() {
    a_fault_passes(Fault::Flush, "failed to commit: disk I/O error").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_is_told_and_passes() {
    a_fault_passes(Fault::Write(ffi::SQLITE_FULL), "the disk is full").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_refuses_is_told_and_passes() {
    a_fault_passes(
        Fault::Write(ffi::SQLITE_READONLY),
        "the database is read-only",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_mounted_for_reading_is_told_and_passes() {
    a_fault_passes(Fault::ReadOnly, "the database is read-only").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_amid_a_crowd_loses_nothing_that_was_answered() {
    for fault in [Fault::Write(ffi::SQLITE_IOERR_WRITE), Fault::Flush] {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::under(folder.path());
        let store = store(folder.path(), 0).await;
        let crowding = {
            let store = store.clone();
            tokio::spawn(async move { crowd(&store, 1, u128::MAX / CALLERS / 2).await })
        };
        // It comes while commits are under way.
        let mut events = store.events();
        for _ in 0..30 {
            events.recv().await.unwrap();
        }
        disk.fail(Some(fault));
        let (stored, refused) = crowding.await.unwrap();
        assert_eq!(u128::try_from(refused.len()).unwrap(), CALLERS);
        assert!(stored.len() >= 30);
        mended(&disk, &store).await;
        let store = after_a_cut(&disk, store, folder.path()).await;
        assert!(
            are_there(&store, &stored).await.iter().all(|there| *there),
            "{fault:?}"
        );
    }
}
