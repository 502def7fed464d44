//! The contract of a queue. It says nothing of SQL, threads or a single process: the time is the queue's own, and a
//! queue over several computers can keep it as well. What it must do is in [`crate::conformance`].

use std::{collections::BTreeSet, future::Future, sync::Arc, time::Duration};

use drover_model::{
    Capacity, IllegalMove, LimitKey, Move, PauseKey, Plan, Priority, Rate, RunId, RunRow, RunState,
    WaitReason,
};
use drover_store::{Claimed, Conditions, MoveDetail, NewRun};
use jiff::Timestamp;

/// Who claims: one life of one Drover.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnerId(Arc<str>);

impl OwnerId {
    /// The owner of that name. No two that may live at the same time have the same one.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The right to write about one attempt. It ends with the attempt, whoever still has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunToken {
    pub run: RunId,
    pub attempt: u32,
    pub owner: OwnerId,
}

/// What an answered order survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// Nothing.
    Memory,
    /// The death of the process.
    Process,
    /// A power cut, if the disk honours flushes.
    Power,
}

/// What a queue can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    pub durability: Durability,
    /// How long a claim holds without [`RunQueue::renew`]; for ever when none.
    pub lease: Option<Duration>,
}

/// What came of one run that was to be queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// It is kept, as durably as the queue promises.
    Accepted,
    /// It, or one of the same request for the same task and profile, was accepted before.
    AlreadyThere,
}

/// How much to claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimWant {
    pub at_most: usize,
}

/// A run that is `starting` for whoever got this.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    pub token: RunToken,
    pub run: RunRow,
    pub plan: Plan,
}

impl From<Taken> for Claimed {
    fn from(taken: Taken) -> Self {
        Self {
            run: taken.run,
            attempt: taken.token.attempt,
            plan: taken.plan,
        }
    }
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It is done: the run stands there now.
    Done(RunState),
    /// The attempt is over, or a stop has overtaken the actor. Nothing was written.
    Stale,
}

/// What a person or the machine sets.
#[derive(Debug, Clone, PartialEq)]
pub enum Control {
    Pause {
        what: PauseKey,
        paused: bool,
        until: Option<Timestamp>,
    },
    /// Without capacity and rate the limit is taken away.
    Limit {
        key: LimitKey,
        capacity: Option<Capacity>,
        rate: Option<Rate>,
    },
    Priority {
        runs: Vec<RunId>,
        priority: Priority,
    },
    /// What no row says, such as a locked keychain.
    Conditions(Conditions),
}

/// What a recovery found and did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recovered {
    /// Back in line, with a further attempt.
    pub requeued: Vec<RunId>,
    /// Ended, their outcome unknown.
    pub lost: Vec<RunId>,
    /// Ended otherwise.
    pub ended: Vec<RunId>,
}

/// Why a queue did not do what it was told.
#[derive(Debug, Clone, thiserror::Error)]
pub enum QueueError {
    #[error(transparent)]
    IllegalMove(#[from] IllegalMove),
    #[error("there is no {what} `{name}`")]
    NotFound { what: &'static str, name: String },
    #[error("no more runs are taken into the line of {line}")]
    LineFull { line: String },
    #[error("the queue cannot be reached or written")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

type Result<T> = std::result::Result<T, QueueError>;

/// A queue of runs.
pub trait RunQueue: Clone + Send + Sync + 'static {
    /// Wake-ups of [`Self::changes`].
    type Changes: Send;

    /// What it can do.
    fn abilities(&self) -> Abilities;

    /// Accepts runs, all of them or none. When it returns they are kept.
    fn enqueue(&self, runs: Vec<NewRun>) -> impl Future<Output = Result<Vec<Enqueued>>> + Send;

    /// Takes runs with everything that they need, in the order of their turns. All needs of a run are taken together or
    /// not at all. What time alone brings is done first, also when nothing is wanted.
    ///
    /// # Errors
    /// Nothing was taken.
    fn claim(
        &self,
        owner: &OwnerId,
        want: ClaimWant,
    ) -> impl Future<Output = Result<Vec<Taken>>> + Send;

    /// Moves a run on. [`RunState::after`] alone says what is allowed.
    fn advance(
        &self,
        token: &RunToken,
        step: Move,
        detail: MoveDetail,
    ) -> impl Future<Output = Result<Moved>> + Send;

    /// Keeps claims; answers those that were lost meanwhile.
    fn renew(
        &self,
        owner: &OwnerId,
        held: &[RunToken],
    ) -> impl Future<Output = Result<Vec<RunToken>>> + Send;

    /// Settles what earlier owners left, before anything is claimed. `survivors` are runs whose processes cannot be
    /// ended; they go on holding what they have.
    fn recover(
        &self,
        owner: &OwnerId,
        survivors: &BTreeSet<RunId>,
    ) -> impl Future<Output = Result<Recovered>> + Send;

    /// Sets something, for all owners.
    fn control(&self, change: Control) -> impl Future<Output = Result<()>> + Send;

    /// Why a queued run waits, by the predicates of [`Self::claim`].
    fn why(&self, run: RunId) -> impl Future<Output = Result<Vec<WaitReason>>> + Send;

    /// Where a run stands, and its current or next attempt.
    fn standing(&self, run: RunId) -> impl Future<Output = Result<Option<(RunState, u32)>>> + Send;

    /// When something changes by itself.
    fn next_wake(&self) -> impl Future<Output = Result<Option<Timestamp>>> + Send;

    /// Hears of whatever may have made a run claimable from now on.
    fn changes(&self) -> Self::Changes;

    /// Returns at the next such change; `false` when the queue is closed. Wake-ups may merge; the last is never lost.
    fn changed(changes: &mut Self::Changes) -> impl Future<Output = bool> + Send;
}
