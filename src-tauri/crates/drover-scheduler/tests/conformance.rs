//! The suite that every queue must pass, on the queue in memory and on the one over `SQLite`; and random lives, which
//! both must live alike.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::sync::Arc;

use drover_scheduler::{
    LocalQueue, ManualClock,
    conformance::{Bench, Order, Play, START, all, any_orders, play, things},
    memory::MemoryQueue,
    queue::Clocked,
};
use drover_store::Store;
use jiff::Timestamp;
use proptest::prelude::*;
use tempfile::TempDir;

/// A queue that a crash does not touch: it promises nothing, and forgets nothing either.
struct InMemory(MemoryQueue);

impl Bench for InMemory {
    type Queue = MemoryQueue;

    async fn open(clock: Arc<ManualClock>) -> Self {
        Self(MemoryQueue::new(clock))
    }

    fn queue(&self) -> &MemoryQueue {
        &self.0
    }

    async fn crash(self) -> Self {
        self
    }
}

/// A queue in a database of its own.
struct OnDisk {
    queue: Clocked,
    clock: Arc<ManualClock>,
    folder: TempDir,
}

impl OnDisk {
    fn of(folder: TempDir, clock: Arc<ManualClock>) -> (Self, Store) {
        let start = Timestamp::from_second(START).unwrap();
        let store = Store::open(folder.path(), start).unwrap().store;
        let queue = Clocked::new(LocalQueue::new(store.clone()), clock.clone());
        let bench = Self {
            queue,
            clock,
            folder,
        };
        (bench, store)
    }
}

impl Bench for OnDisk {
    type Queue = Clocked;

    async fn open(clock: Arc<ManualClock>) -> Self {
        let (bench, store) = Self::of(tempfile::tempdir().unwrap(), clock);
        let start = Timestamp::from_second(START).unwrap();
        let (profiles, tasks) = things();
        let fill = store.write(start, drover_model::Caller::Drover, move |tx| {
            tasks.iter().try_for_each(|task| tx.insert_task(task))?;
            profiles
                .iter()
                .try_for_each(|profile| tx.insert_profile(profile))
        });
        fill.await.unwrap();
        bench
    }

    fn queue(&self) -> &Clocked {
        &self.queue
    }

    /// The files as they are at this moment are what a killed process leaves: the log is not folded, and nothing says
    /// that the end was clean.
    async fn crash(self) -> Self {
        let left = tempfile::tempdir().unwrap();
        for file in ["drover.db", "drover.db-wal"] {
            std::fs::copy(self.folder.path().join(file), left.path().join(file)).unwrap();
        }
        Self::of(left, self.clock).0
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_in_memory_keeps_its_promises() {
    all::<InMemory>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_queue_keeps_its_promises() {
    all::<OnDisk>().await;
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        max_shrink_iters: 400,
        // What fails is printed whole; a life that mattered gets a name of its own below.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_comes_both_queues_live_alike(orders in any_orders()) {
        live_alike(&orders)?;
    }
}

fn live_alike(orders: &[Order]) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let (expected, found): (Play, Play) = runtime.block_on(async {
        let expected = play::<InMemory>(orders.to_vec()).await;
        (expected, play::<OnDisk>(orders.to_vec()).await)
    });
    for (index, (expected, found)) in expected.answers.iter().zip(&found.answers).enumerate() {
        prop_assert_eq!(found, expected, "answer {} to {:?}", index, orders);
    }
    prop_assert_eq!(found.standings, expected.standings);
    Ok(())
}

#[test]
fn who_claims_nothing_still_sees_the_time_pass() {
    let hurried = Order::Enqueue(1, 0, 3, 0, Some(1));
    live_alike(&[hurried, Order::Pass(1), Order::Claim(0)]).unwrap();
}
