//! Each order, carried out on a queue; the answer is told in words.

use drover_model::{
    BatchId, Capacity, LimitKey, Move, PauseKey, Priority, ProfileId, ProxyId, Rate, TaskId,
    schedule::{BatchSpec, StopAfter},
};
use drover_store::{Charge, Conditions, MemoryShort, MoveDetail, NewBatch};
use jiff::SignedDuration;

use super::{
    orders::Order,
    play::Books,
    wish::{Wish, wished},
};
use crate::{
    conformance::bench::{Bench, Desk, PROXIES, id, name},
    queue::{Control, Moved, QueueError, RunQueue as _},
};

/// What can be limited.
const LIMITED: [&str; 11] = [
    "task:t1",
    "task:t2",
    "task:t3",
    "tag:eu",
    "tag:us",
    "tag:slow",
    "resource:r1",
    "resource:r2",
    "proxy:x1",
    "proxy:x2",
    "proxy:x3",
];

pub(super) async fn carry_out<B: Bench>(desk: &Desk<B>, order: Order, books: &mut Books) -> String {
    let count = books.runs.len();
    match order {
        Order::Enqueue(wish) => {
            let new = wished(desk, &wish, &books.runs);
            books.runs.push(new.clone());
            let fates = desk.queue().enqueue(vec![new]).await;
            format!("{:?}", fates.expect("it is taken"))
        }
        Order::Batch(wish, runs, places, failures) => {
            begin_batch(desk, (wish, runs, places, failures), books).await;
            "begun".to_owned()
        }
        Order::Seal(batch) => seal(desk, batch, books).await,
        Order::Step(run, step) => step_of(desk, run, step, None, count).await,
        Order::Again(run, pause) => step_of(desk, run, Move::Requeue, Some(pause), count).await,
        Order::Limit(what, places, rate) => {
            let rate = rate.and_then(|(starts, seconds)| {
                Rate::new(starts.into(), u64::from(seconds) * 1_000).ok()
            });
            let key = LIMITED[usize::from(what) % LIMITED.len()];
            let key: LimitKey = key.parse().expect("it names a limit");
            let capacity = places.and_then(|places| Capacity::try_from(u32::from(places)).ok());
            let set = Control::Limit {
                key,
                capacity,
                rate,
            };
            match desk.queue().control(set).await {
                Ok(()) => "set".to_owned(),
                Err(QueueError::NotFound { what, .. }) => format!("no {what}"),
                Err(other) => panic!("{other}"),
            }
        }
        Order::Pause(what, paused, until) => {
            let what = match what {
                0 => PauseKey::All,
                task @ 1..=3 => PauseKey::Task(name(&format!("t{task}"))),
                profile @ 4..=5 => PauseKey::Profile(name(&format!("p{}", profile - 3))),
                proxy => PauseKey::Proxy(name(&format!("x{}", proxy - 5))),
            };
            let until =
                until.map(|seconds| desk.now() + SignedDuration::from_secs(i64::from(seconds)));
            desk.control(Control::Pause {
                what,
                paused,
                until,
            })
            .await;
            "set".to_owned()
        }
        Order::Priority(run, priority) => {
            let runs = books.runs.get(usize::from(run) % count.max(1));
            let runs = runs.filter(|run| !books.is_gone(run)).map(|run| run.id);
            let priority: Priority = priority.try_into().expect("it is a priority");
            desk.control(Control::Priority {
                runs: runs.into_iter().collect(),
                priority,
            })
            .await;
            "set".to_owned()
        }
        Order::Proxy(proxy, works) => {
            let number = 1 + u128::from(proxy) % PROXIES;
            let proxy = ProxyId::from_bits(number);
            desk.bench().proxy_seen(proxy, works).await;
            "seen".to_owned()
        }
        Order::Conditions(locked, open, short) => {
            let now = conditions(locked, open, short);
            desk.control(Control::Conditions(now)).await;
            "set".to_owned()
        }
        Order::Pass(seconds) => {
            desk.clock.pass(seconds.into());
            format!("{:?}", desk.queue().next_wake().await.expect("it is read"))
        }
        Order::Claim(_) | Order::Crash => unreachable!("BUG: they are the player's"),
    }
}

/// A step of one of the runs that there are, by whoever has it.
async fn step_of<B: Bench>(
    desk: &Desk<B>,
    run: u8,
    step: Move,
    pause: Option<u16>,
    count: usize,
) -> String {
    if count == 0 {
        return "nothing".to_owned();
    }
    let number = 1 + u128::from(run) % count as u128;
    if desk
        .queue()
        .standing(id(number))
        .await
        .expect("it is read")
        .is_none()
    {
        return "gone".to_owned();
    }
    let token = desk.token(number).await;
    let detail = MoveDetail {
        reason: Some("test".to_owned()),
        charge: Charge::Retry,
        not_before: pause.map(|pause| desk.now() + SignedDuration::from_secs(i64::from(pause))),
        ..MoveDetail::at(desk.now())
    };
    match desk.queue().advance(&token, step, detail).await {
        Ok(Moved::Done(state)) => format!("{state:?}"),
        Ok(Moved::Stale) => "stale".to_owned(),
        Err(QueueError::IllegalMove(illegal)) => format!("{illegal}"),
        Err(other) => panic!("{other}"),
    }
}

async fn begin_batch<B: Bench>(
    desk: &Desk<B>,
    (wish, count, places, failures): (Wish, u8, Option<u8>, Option<u8>),
    books: &mut Books,
) {
    let batch = NewBatch {
        id: BatchId::from_bits(books.runs.len() as u128 + 1),
        task_id: TaskId::from_bits(wish.task.into()),
        schedule_id: None,
        over: format!("{count} rows"),
        limits: BatchSpec {
            max_parallel: places.map(u32::from),
            spread: None,
            stop_after: failures.map(|failures| StopAfter::Failures(failures.into())),
        },
        total: count.into(),
        request_id: None,
        retry_of: None,
        created_at: desk.now(),
    };
    let begun = books.runs.len();
    for item in 0..count {
        let wish = Wish {
            profile: (wish.profile + item) % 5,
            ..wish.clone()
        };
        let mut new = wished(desk, &wish, &books.runs);
        new.not_before.get_or_insert(new.queued_at);
        new.origin.batch_id = Some(batch.id);
        new.origin.item = format!("row:{item}");
        books.runs.push(new);
    }
    books.batches.push((batch.id, false));
    let runs = books.runs[begun..].to_vec();
    desk.bench().begin_batch(batch, runs).await;
}

async fn seal<B: Bench>(desk: &Desk<B>, batch: u8, books: &mut Books) -> String {
    let batches = books.batches.len().max(1);
    match books.batches.get_mut(usize::from(batch) % batches) {
        Some((id, sealed)) => {
            *sealed = true;
            desk.bench().seal_batch(*id).await;
            "sealed".to_owned()
        }
        None => "nothing".to_owned(),
    }
}

fn conditions(vault_locked: bool, open: u8, short: bool) -> Conditions {
    let open = (open > 0).then(|| ProfileId::from_bits(open.into()));
    Conditions {
        vault_locked,
        busy_profiles: open
            .map(|profile| (profile, "its window is open".to_owned()))
            .into_iter()
            .collect(),
        memory_short: short.then_some(MemoryShort {
            free: 1,
            needed: 400,
        }),
        ..Conditions::default()
    }
}
