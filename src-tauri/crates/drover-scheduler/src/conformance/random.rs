//! Random lives, played on a queue and on the queue in memory alike: both must answer the same, whatever comes.
//!
//! What comes: runs with and without a profile, at once or later, too late for their line, for all their attempts or for
//! their schedule, behind another run, through a proxy or a member of a pool, with named resources; fan-outs with shared
//! places that failures stop, sealed or not when the owner dies; every step of a life, allowed or not; limits of tasks,
//! tags, named resources and proxies; pauses of everything, of tasks, profiles and proxies; priorities and "run next";
//! proxies that fail and work; a locked keychain, an open window and short memory; clocks that pass and jump; crashes.
//!
//! What is compared: who is claimed, and in which order; what each order is told; why every waiting run waits; when the
//! queue wants to be woken; what a recovery settles; where each run stands in the end. Not played: survivors of a crash
//! and races of claimers, which have cases of their own, and what only the planner does with the rows.

use std::collections::BTreeSet;

use drover_model::{
    BatchId, Capacity, Ended, LimitKey, Move, PauseKey, Priority, ProfileId, ProxyId, Rate,
    ResourceNeed, RunState, Span, StopIntent, TaskId, WaitCode,
    plan::PlannedPool,
    schedule::{BatchSpec, StopAfter},
};
use drover_store::{Charge, Conditions, MemoryShort, MoveDetail, NewBatch, NewRun};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::bench::{Bench, Desk, PROXIES, id, name, new_run, pool, proxy};
use crate::queue::{Control, Moved, QueueError, RunQueue as _};

/// How a run gets out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Way {
    #[default]
    Straight,
    Proxy(u8),
    Pool(u8),
}

/// A run that somebody wants. Times are seconds from now.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    pub task: u8,
    /// None when it is 0.
    pub profile: u8,
    pub priority: u8,
    /// Until it may start; at once when it is 0.
    pub later: u16,
    /// Until it is too late for its line, for all its attempts, and for its schedule.
    pub ends: [Option<u8>; 3],
    /// One of the runs before it, which must end first.
    pub behind: Option<u8>,
    /// A named resource, with the places that its task gives it.
    pub resource: Option<(u8, Option<u8>)>,
    pub way: Way,
}

/// Something that happens to a queue.
#[derive(Debug, Clone)]
pub enum Order {
    Enqueue(Wish),
    /// A fan-out of so many of these, in profiles one after the other, with places that they share and failures that
    /// stop it.
    Batch(Wish, u8, Option<u8>, Option<u8>),
    /// One of the fan-outs is complete.
    Seal(u8),
    Claim(u8),
    /// A step of one of the runs.
    Step(u8, Move),
    /// One of the runs again, after a pause of so many seconds.
    Again(u8, u16),
    /// What it limits, to so many at once, and to so many in so many seconds.
    Limit(u8, Option<u8>, Option<(u8, u16)>),
    Pause(u8, bool, Option<u16>),
    Priority(u8, u8),
    /// A proxy was seen to fail, or to work.
    Proxy(u8, bool),
    /// Whether the keychain is locked, the profile that is open in a window (0 is none), whether memory is short.
    Conditions(bool, u8, bool),
    /// The clock passes so many seconds, or jumps back.
    Pass(i32),
    Crash,
}

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

fn any_wish() -> impl Strategy<Value = Wish> {
    let when = (
        prop_oneof![3 => Just(0_u16), 1 => 1..200_u16],
        prop::array::uniform3(prop::option::weighted(0.15, 1..90_u8)),
        prop::option::weighted(0.15, any::<u8>()),
    );
    let resource = (1..3_u8, prop::option::of(1..3_u8));
    let way = prop_oneof![
        3 => Just(Way::Straight),
        1 => (1..4_u8).prop_map(Way::Proxy),
        2 => (1..3_u8).prop_map(Way::Pool),
    ];
    let what = (
        1..4_u8,
        0..5_u8,
        3..8_u8,
        prop::option::weighted(0.2, resource),
        way,
    );
    (what, when).prop_map(|(what, (later, ends, behind))| {
        let (task, profile, priority, resource, way) = what;
        Wish {
            task,
            profile,
            priority,
            later,
            ends,
            behind,
            resource,
            way,
        }
    })
}

/// Orders as they may come.
pub fn any_orders() -> impl Strategy<Value = Vec<Order>> {
    let moves = prop::sample::select(vec![
        Move::Run,
        Move::Run,
        Move::Park,
        Move::Resume,
        Move::Stop {
            intent: StopIntent::Cancel,
        },
        Move::Stop {
            intent: StopIntent::Timeout,
        },
        Move::End {
            ended: Ended::Succeeded,
        },
        Move::End {
            ended: Ended::Failed,
        },
        Move::End {
            ended: Ended::Cancelled,
        },
        Move::Requeue,
    ]);
    let order = prop_oneof![
        8 => any_wish().prop_map(Order::Enqueue),
        2 => (any_wish(), 1..5_u8, prop::option::of(1..3_u8), prop::option::of(1..3_u8))
            .prop_map(|(wish, runs, places, failures)| Order::Batch(wish, runs, places, failures)),
        2 => any::<u8>().prop_map(Order::Seal),
        6 => (0..5_u8).prop_map(Order::Claim),
        12 => (any::<u8>(), moves).prop_map(|(run, step)| Order::Step(run, step)),
        2 => (any::<u8>(), 0..120_u16).prop_map(|(run, pause)| Order::Again(run, pause)),
        2 => (any::<u8>(), prop::option::of(0..4_u8), prop::option::of((1..4_u8, 1..90_u16)))
            .prop_map(|(what, places, rate)| Order::Limit(what, places, rate)),
        2 => (0..9_u8, any::<bool>(), prop::option::of(1..90_u16))
            .prop_map(|(what, paused, until)| Order::Pause(what, paused, until)),
        2 => (any::<u8>(), prop_oneof![2 => 0..10_u8, 1 => Just(9_u8)])
            .prop_map(|(run, priority)| Order::Priority(run, priority)),
        2 => (any::<u8>(), prop::bool::weighted(0.3)).prop_map(|(proxy, works)| Order::Proxy(proxy, works)),
        2 => (prop::bool::weighted(0.2), 0..5_u8, prop::bool::weighted(0.1))
            .prop_map(|(locked, open, short)| Order::Conditions(locked, open, short)),
        4 => prop_oneof![5 => 1..120_i32, 1 => 1_000..8_000_i32, 1 => -500..0_i32].prop_map(Order::Pass),
        1 => Just(Order::Crash),
    ];
    prop::collection::vec(order, 1..60)
}

/// What a life has told, for comparison.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Play {
    /// The answer to each order.
    pub answers: Vec<String>,
    /// Where every run stands in the end.
    pub standings: Vec<Option<(RunState, u32)>>,
}

/// What the player has asked for so far.
#[derive(Default)]
struct Books {
    runs: Vec<NewRun>,
    /// Fan-outs, and whether they are complete.
    batches: Vec<(BatchId, bool)>,
}

impl Books {
    /// Whether that run was of a fan-out that a crash found open, and took away.
    fn is_gone(&self, run: &NewRun) -> bool {
        let batch = run.origin.batch_id;
        batch.is_some_and(|batch| self.batches.iter().all(|(known, _)| *known != batch))
    }

    fn crashed(&mut self) {
        self.batches.retain(|(_, sealed)| *sealed);
    }
}

/// Where every run stands. One that is gone stands nowhere.
type Standings = Vec<Option<(RunState, u32)>>;

/// Plays orders on an empty queue. What must hold of every queue at every moment is checked on the way.
///
/// # Panics
/// When a profile has two live runs, a run is gone, or an ended run moves.
pub async fn play<B: Bench>(orders: Vec<Order>) -> Play {
    let mut desk = Desk::<B>::open().await;
    let mut books = Books::default();
    let mut told = Play::default();
    let mut last = Vec::new();
    for order in orders {
        let mut claims = None;
        let answer = match order {
            Order::Claim(most) => {
                let claimed = desk.claims(most.into()).await;
                claims = Some(claimed.len() == usize::from(most));
                format!("{claimed:?}")
            }
            Order::Crash => {
                let (next, recovered) = desk.crash(&BTreeSet::new()).await;
                desk = next;
                books.crashed();
                format!("{recovered:?}")
            }
            order => carry_out(&desk, order, &mut books).await,
        };
        told.answers.push(answer);
        let standings = standings(&desk, books.runs.len()).await;
        check(&books, &last, &standings);
        last = standings;
        if let Some(full) = claims {
            let reasons = reasons(&desk, &last).await;
            let all_say = reasons.iter().all(|(_, why)| !why.is_empty());
            assert!(full || all_say, "who can start is claimed: {reasons:?}");
            told.answers.push(format!("{reasons:?}"));
        }
    }
    told.standings = last;
    told
}

async fn standings<B: Bench>(desk: &Desk<B>, count: usize) -> Standings {
    let mut standings = Vec::new();
    for number in 1..=count as u128 {
        standings.push(desk.queue().standing(id(number)).await.expect("it is read"));
    }
    standings
}

/// Why every queued run waits. How many workers there are is not a queue's to know.
async fn reasons<B: Bench>(
    desk: &Desk<B>,
    standings: &[Option<(RunState, u32)>],
) -> Vec<(u128, BTreeSet<String>)> {
    let mut all = Vec::new();
    for (number, standing) in (1..).zip(standings) {
        if !matches!(standing, Some((RunState::Queued, _))) {
            continue;
        }
        let why = desk.queue().why(id(number)).await.expect("it is read");
        let codes = why
            .into_iter()
            .map(|reason| reason.code)
            .filter(|code| *code != WaitCode::WorkersFull)
            .map(|code| format!("{code:?}"));
        all.push((number, codes.collect()));
    }
    all
}

fn check(books: &Books, before: &Standings, after: &Standings) {
    let mut held = BTreeSet::new();
    for (index, (run, standing)) in books.runs.iter().zip(after).enumerate() {
        let Some((state, attempt)) = *standing else {
            assert!(books.is_gone(run), "no run is ever lost from the books");
            continue;
        };
        if let Some(Some((was, number))) = before.get(index) {
            assert!(attempt >= *number, "attempts only grow");
            assert!(
                !was.is_terminal() || *was == state,
                "what has ended moves no more"
            );
        }
        if let Some(profile) = run.profile_id.filter(|_| state.holds()) {
            assert!(held.insert(profile), "profile {profile} has two live runs");
        }
    }
}

/// The run of such a wish, with the next number.
fn wished<B: Bench>(desk: &Desk<B>, wish: &Wish, runs: &[NewRun]) -> NewRun {
    let number = runs.len() as u128 + 1;
    let profile = (wish.profile > 0).then_some(u128::from(wish.profile));
    let mut new = new_run(number, u128::from(wish.task), profile);
    let seconds = |count: u16| SignedDuration::from_secs(count.into());
    let now = desk.now();
    new.queued_at = now;
    new.priority = wish.priority.try_into().expect("it is a priority");
    let behind = wish.behind.filter(|_| !runs.is_empty());
    let behind = behind.map(|run| runs[usize::from(run) % runs.len()].id);
    // Whoever waits for another one is not ready from the start.
    if wish.later > 0 || behind.is_some() {
        new.not_before = Some(now + seconds(wish.later));
    }
    let [queue, total, latest] = wish.ends;
    new.plan.limits.queue = queue.map(|queue| Span::seconds(queue.into()));
    new.plan.limits.total = total.map(|total| Span::seconds(total.into()));
    new.origin.expires = latest.map(|latest| now + seconds(latest.into()));
    new.origin.behind = behind;
    new.plan.resources = wish
        .resource
        .map(|(number, places)| ResourceNeed {
            name: name(&format!("r{number}")),
            capacity: places.and_then(|places| Capacity::try_from(u32::from(places)).ok()),
        })
        .into_iter()
        .collect();
    match wish.way {
        Way::Straight => {}
        Way::Proxy(number) => new.plan.lead_through(Some(&proxy(number.into()))),
        Way::Pool(number) => {
            let pool = pool(number.into());
            new.plan.pool = Some(PlannedPool {
                id: pool.id,
                name: pool.name,
                sticky: pool.sticky,
            });
        }
    }
    new
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

async fn carry_out<B: Bench>(desk: &Desk<B>, order: Order, books: &mut Books) -> String {
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
        Order::Seal(batch) => {
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
        Order::Conditions(vault_locked, open, short) => {
            let open = (open > 0).then(|| ProfileId::from_bits(open.into()));
            desk.control(Control::Conditions(Conditions {
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
            }))
            .await;
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
