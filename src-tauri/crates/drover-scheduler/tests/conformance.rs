//! The suite that every queue must pass, on the queue in memory and on the one over `SQLite`; and random lives, which
//! both must live alike.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::sync::Arc;

use drover_model::{BatchId, Caller, Ended, Move, ProxyId};
use drover_scheduler::{
    Clock as _, LocalQueue, ManualClock,
    conformance::{Bench, Order, Play, START, Way, Wish, all, any_orders, play, things},
    memory::MemoryQueue,
    queue::Clocked,
};
use drover_store::{NewBatch, NewRun, Store, Writing};
use jiff::Timestamp;
use proptest::prelude::*;
use tempfile::TempDir;

/// A queue that a crash does not touch: it promises nothing, and forgets nothing either.
struct InMemory(MemoryQueue);

impl Bench for InMemory {
    type Queue = MemoryQueue;

    async fn open(clock: Arc<ManualClock>) -> Self {
        Self(MemoryQueue::new(clock, things()))
    }

    async fn begin_batch(&self, batch: NewBatch, runs: Vec<NewRun>) {
        self.0.begin_batch(&batch, runs);
    }

    async fn seal_batch(&self, batch: BatchId) {
        self.0.seal_batch(batch);
    }

    async fn proxy_seen(&self, proxy: ProxyId, works: bool) {
        self.0.proxy_seen(proxy, works);
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
    store: Store,
    queue: Clocked,
    clock: Arc<ManualClock>,
    folder: TempDir,
}

impl OnDisk {
    fn of(folder: TempDir, clock: Arc<ManualClock>) -> Self {
        let start = Timestamp::from_second(START).unwrap();
        let store = Store::open(folder.path(), start).unwrap().store;
        let queue = Clocked::new(LocalQueue::new(store.clone()), clock.clone());
        Self {
            store,
            queue,
            clock,
            folder,
        }
    }

    async fn write(
        &self,
        work: impl FnOnce(&mut Writing<'_>) -> drover_store::Result<()> + Send + 'static,
    ) {
        let written = self.store.write(self.clock.now(), Caller::Drover, work);
        written.await.unwrap();
    }
}

impl Bench for OnDisk {
    type Queue = Clocked;

    async fn open(clock: Arc<ManualClock>) -> Self {
        let bench = Self::of(tempfile::tempdir().unwrap(), clock);
        let fill = bench.write(|tx| {
            let all = things();
            all.tasks.iter().try_for_each(|task| tx.insert_task(task))?;
            all.profiles
                .iter()
                .try_for_each(|profile| tx.insert_profile(profile))?;
            all.proxies
                .iter()
                .try_for_each(|proxy| tx.put_proxy(proxy))?;
            all.pools.iter().try_for_each(|pool| tx.put_pool(pool))
        });
        fill.await;
        bench
    }

    /// As the engine does it.
    async fn begin_batch(&self, batch: NewBatch, runs: Vec<NewRun>) {
        let begin = self.write(move |tx| {
            tx.insert_batch(&batch, false)?;
            runs.iter().try_for_each(|run| {
                tx.insert_run(run)?;
                tx.need_batch_place(run.id, &batch)
            })
        });
        begin.await;
    }

    async fn seal_batch(&self, batch: BatchId) {
        self.write(move |tx| tx.seal_batch(batch)).await;
    }

    async fn proxy_seen(&self, proxy: ProxyId, works: bool) {
        let now = self.clock.now();
        let seen = self.write(move |tx| {
            if works {
                tx.proxy_worked(proxy, now)
            } else {
                tx.proxy_failed(proxy, now)
            }
        });
        seen.await;
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
        Self::of(left, self.clock)
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
        cases: 64,
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
    let hurried = Order::Enqueue(Wish {
        task: 1,
        priority: 3,
        ends: [Some(1), None, None],
        ..Wish::default()
    });
    live_alike(&[hurried, Order::Pass(1), Order::Claim(0)]).unwrap();
}

#[test]
fn the_first_of_a_batch_that_is_too_late_stops_those_that_are_as_late() {
    let late = Wish {
        task: 1,
        priority: 3,
        ends: [None, Some(1), None],
        ..Wish::default()
    };
    live_alike(&[
        Order::Batch(late, 2, None, Some(1)),
        Order::Seal(0),
        Order::Pass(1),
        Order::Claim(0),
    ])
    .unwrap();
}

#[test]
fn a_profile_keeps_its_member_although_others_were_used_less() {
    let wish = Wish {
        task: 1,
        profile: 1,
        priority: 5,
        way: Way::Pool(2),
        ..Wish::default()
    };
    let ended = Ended::Succeeded;
    live_alike(&[
        Order::Enqueue(wish.clone()),
        Order::Claim(1),
        Order::Step(0, Move::Run),
        Order::Step(0, Move::End { ended }),
        Order::Enqueue(wish),
        Order::Claim(1),
    ])
    .unwrap();
}
