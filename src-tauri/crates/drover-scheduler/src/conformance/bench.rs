//! Where a queue stands for its test, and the hands that work with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    sync::Arc,
};

use drover_model::{
    BatchId, Ended, Move, Name, Plan, Pool, PoolId, Profile, ProfileId, Proxy, ProxyId, Rotation,
    Rules, RunId, RunState, Span, Surroundings, Task, TaskId, task::Command,
};
use drover_store::{MoveDetail, NewBatch, NewRun};
use jiff::Timestamp;

use crate::{
    Clock, ManualClock,
    queue::{ClaimWant, Moved, OwnerId, RunQueue, RunToken, Taken},
};

/// The time at which every case begins, in seconds since 1970.
pub const START: i64 = 1_800_000_000;

/// Profiles and tasks that every bench knows: `p1` to `p12`, `t1` to `t12`.
pub(super) const THINGS: u128 = 12;

/// Proxies `x1` to `x3`. Pool `o1` has the first two, in turn; of pool `o2` with the last two a profile keeps its member.
pub(super) const PROXIES: u128 = 3;
pub(super) const POOLS: u128 = 2;

/// What makes queues of one kind. The queue knows [`things`], each with the id from bits of its number.
///
/// What belongs to a queue but is no part of its contract yet is done here: whoever has fan-outs and pools in rows of the
/// same database does not ask the queue for them.
pub trait Bench: Sized + Send {
    type Queue: RunQueue;

    /// A bench with an empty queue by that clock.
    fn open(clock: Arc<ManualClock>) -> impl Future<Output = Self> + Send;

    /// The queue.
    fn queue(&self) -> &Self::Queue;

    /// Begins a fan-out with its runs, none of which starts before it is sealed.
    fn begin_batch(&self, batch: NewBatch, runs: Vec<NewRun>) -> impl Future<Output = ()> + Send;

    /// The fan-out is complete.
    fn seal_batch(&self, batch: BatchId) -> impl Future<Output = ()> + Send;

    /// A proxy was seen to fail, or to work.
    fn proxy_seen(&self, proxy: ProxyId, works: bool) -> impl Future<Output = ()> + Send;

    /// What a process finds that begins after this one was killed: every order that was answered, and none of its
    /// memory. A queue that promises nothing stays as it is.
    fn crash(self) -> impl Future<Output = Self> + Send;
}

/// A profile of that number.
#[must_use]
pub(super) fn profile(number: u128) -> Profile {
    Profile {
        id: ProfileId::from_bits(number),
        name: name(&format!("p{number}")),
        browser: "auto".to_owned(),
        encryption: drover_model::Encryption::Os,
        password_store: None,
        cache_limit: None,
        proxy: None,
        // Those of the first four: a browser is of one region, and of two the first is slow.
        tags: match number {
            1 => vec!["eu".to_owned(), "slow".to_owned()],
            3 => vec!["eu".to_owned()],
            2 | 4 => vec!["us".to_owned()],
            _ => Vec::new(),
        },
        start_urls: Vec::new(),
        tokens: Vec::new(),
        notes: String::new(),
        overrides: drover_model::overrides::Overrides::default(),
        created_at: at(0),
        updated_at: at(0),
        removed_at: None,
        last_used_at: None,
        in_use_by: None,
        last_result: None,
        logins: Vec::new(),
    }
}

/// A task of that number.
#[must_use]
pub(super) fn task(number: u128) -> Task {
    let command = Command {
        program: "true".to_owned(),
        args: Vec::new(),
        cwd: None,
        shell: false,
    };
    Task {
        id: TaskId::from_bits(number),
        version: 1,
        spec: Task::command(command)
            .named(name(&format!("t{number}")))
            .expect("BUG: the task is complete"),
        created_at: at(0),
        updated_at: at(0),
        removed_at: None,
    }
}

/// A proxy of that number.
#[must_use]
pub(super) fn proxy(number: u128) -> Proxy {
    Proxy {
        id: ProxyId::from_bits(number),
        name: name(&format!("x{number}")),
        address: "socks5://127.0.0.1:1080"
            .parse()
            .expect("BUG: it is an address"),
        user: None,
        has_password: false,
        rules: Rules::default(),
        change_link: None,
        health: None,
        used_by: Vec::new(),
        created_at: at(0),
        updated_at: at(0),
    }
}

/// A pool of that number.
#[must_use]
pub(super) fn pool(number: u128) -> Pool {
    Pool {
        id: PoolId::from_bits(number),
        name: name(&format!("o{number}")),
        members: [number, number + 1].map(ProxyId::from_bits).to_vec(),
        rotation: if number == 1 {
            Rotation::RoundRobin
        } else {
            Rotation::LeastUsed
        },
        sticky: number == 2,
        cool_down: Span::seconds(30),
        created_at: at(0),
        updated_at: at(0),
    }
}

/// What runs can name.
#[derive(Debug, Clone)]
pub struct Things {
    pub profiles: Vec<Profile>,
    pub tasks: Vec<Task>,
    pub proxies: Vec<Proxy>,
    pub pools: Vec<Pool>,
}

/// Everything that a bench must know.
#[must_use]
pub fn things() -> Things {
    Things {
        profiles: (1..=THINGS).map(profile).collect(),
        tasks: (1..=THINGS).map(task).collect(),
        proxies: (1..=PROXIES).map(proxy).collect(),
        pools: (1..=POOLS).map(pool).collect(),
    }
}

pub(super) fn name(text: &str) -> Name {
    text.parse().expect("BUG: it is a name")
}

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(START + seconds).expect("BUG: it is within the calendar")
}

/// A run of that task, in that profile or in none, queued at the start.
#[must_use]
pub fn new_run(number: u128, task_number: u128, profile_number: Option<u128>) -> NewRun {
    let (task, profile) = (task(task_number), profile_number.map(profile));
    let around = Surroundings {
        task_version: 1,
        run: Some(RunId::from_bits(number)),
        profile: profile.as_ref(),
        proxy: None,
        pool: None,
        tokens: &[],
        params: &BTreeMap::new(),
        program: Some("/bin/true"),
        browser: None,
        visible: false,
    };
    NewRun {
        id: RunId::from_bits(number),
        task_id: task.id,
        task_version: 1,
        profile_id: profile.as_ref().map(|profile| profile.id),
        plan: Plan::resolve(&task.spec, &around).expect("BUG: nothing is missing"),
        request_id: None,
        rerun_of: None,
        queued_at: at(0),
        priority: drover_model::Priority::NORMAL,
        not_before: None,
        origin: drover_store::Origin::default(),
    }
}

pub(super) fn id(number: u128) -> RunId {
    RunId::from_bits(number)
}

/// A queue on its bench, its clock, and one owner.
pub struct Desk<B: Bench> {
    bench: B,
    pub(super) clock: Arc<ManualClock>,
    owner: OwnerId,
    lives: u32,
}

impl<B: Bench> Desk<B> {
    /// An empty queue at [`START`].
    pub async fn open() -> Self {
        let clock = Arc::new(ManualClock::at(at(0)));
        Self {
            bench: B::open(Arc::clone(&clock)).await,
            clock,
            owner: OwnerId::new("life-1"),
            lives: 1,
        }
    }

    pub(super) const fn bench(&self) -> &B {
        &self.bench
    }

    pub(super) fn queue(&self) -> &B::Queue {
        self.bench.queue()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The owner dies; the next begins with its recovery.
    pub(super) async fn crash(
        self,
        survivors: &BTreeSet<RunId>,
    ) -> (Self, crate::queue::Recovered) {
        let lives = self.lives + 1;
        let next = Self {
            bench: self.bench.crash().await,
            clock: self.clock,
            owner: OwnerId::new(&format!("life-{lives}")),
            lives,
        };
        let recovered = next.queue().recover(&next.owner, survivors).await;
        (next, recovered.expect("the recovery must go well"))
    }

    /// Queues runs, which must all be new.
    pub(super) async fn add(&self, runs: impl IntoIterator<Item = NewRun>) {
        let runs: Vec<_> = runs.into_iter().collect();
        let count = runs.len();
        let fates = self.queue().enqueue(runs).await.expect("they are taken");
        assert_eq!(fates, vec![crate::queue::Enqueued::Accepted; count]);
    }

    pub(super) async fn claim(&self, at_most: usize) -> Vec<Taken> {
        let want = ClaimWant { at_most };
        let claimed = self.queue().claim(&self.owner, want).await;
        claimed.expect("a claim goes well")
    }

    /// Claims, and tells which runs it were.
    pub(super) async fn claims(&self, at_most: usize) -> Vec<RunId> {
        let taken = self.claim(at_most).await;
        taken.into_iter().map(|taken| taken.token.run).collect()
    }

    pub(super) async fn step(&self, token: &RunToken, step: Move) -> Moved {
        let detail = MoveDetail {
            reason: Some("test".to_owned()),
            ..MoveDetail::at(self.now())
        };
        let moved = self.queue().advance(token, step, detail).await;
        moved.expect("the step is allowed")
    }

    /// Takes a claimed run to its end.
    pub(super) async fn finish(&self, token: &RunToken, ended: Ended) {
        assert_eq!(
            self.step(token, Move::Run).await,
            Moved::Done(RunState::Running)
        );
        assert_eq!(
            self.step(token, Move::End { ended }).await,
            Moved::Done(ended.state())
        );
    }

    pub(super) async fn state(&self, run: u128) -> RunState {
        let standing = self.queue().standing(id(run)).await;
        standing.expect("it is read").expect("it is there").0
    }

    /// The token of a run's current attempt, whoever has it.
    pub(super) async fn token(&self, run: u128) -> RunToken {
        let standing = self.queue().standing(id(run)).await;
        RunToken {
            run: id(run),
            attempt: standing.expect("it is read").expect("it is there").1,
            owner: self.owner.clone(),
        }
    }

    pub(super) async fn control(&self, change: crate::queue::Control) {
        let done = self.queue().control(change).await;
        done.expect("it is set");
    }
}
