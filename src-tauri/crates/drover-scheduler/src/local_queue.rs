//! The queue over the local `SQLite` file.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use tokio::sync::{broadcast, watch};

use drover_model::{
    Caller, Capacity, Fact, LimitKey, Move, PauseKey, Priority, Rate, RunId, RunRow, WaitReason,
};
use drover_store::{
    Applied, Claimed, Conditions, Error, Moment, MoveDetail, NewRun, Result, RunFilter, Store,
};

/// Runs that one order cancels, so that no other order waits for thousands.
const CANCELLED_AT_ONCE: u32 = 500;

/// Runs in `drover.db`. Every order is one committed transaction; the unique index over
/// live runs of a profile is the judge of every race.
#[derive(Clone)]
pub struct LocalQueue {
    store: Store,
    /// What no row says; clones share it.
    conditions: Arc<watch::Sender<Conditions>>,
}

/// The most runs that may wait in one line; more are refused.
pub const LANE_CAP: u32 = 1_000;

impl LocalQueue {
    /// The queue of that store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            conditions: Arc::new(watch::Sender::new(Conditions::default())),
        }
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    /// What keeps runs from starting beyond the rows. Whoever learns of a change sets it here.
    #[must_use]
    pub fn conditions(&self) -> &watch::Sender<Conditions> {
        &self.conditions
    }

    /// That time under the present conditions.
    #[must_use]
    pub fn moment(&self, now: Timestamp) -> Moment {
        Moment {
            now,
            conditions: self.conditions.borrow().clone(),
        }
    }

    /// Accepts runs. When it returns they are on disk.
    pub async fn enqueue(
        &self,
        at: Timestamp,
        by: Caller,
        runs: Vec<NewRun>,
    ) -> Result<Vec<RunRow>> {
        self.store
            .write(at, by, move |tx| {
                let ids: Vec<RunId> = runs.iter().map(|run| run.id).collect();
                tx.refuse_full_lines(&runs, LANE_CAP)?;
                runs.iter().try_for_each(|run| tx.insert_run(run))?;
                ids.into_iter()
                    .map(|id| {
                        tx.run_row(id)?.ok_or(Error::NotFound {
                            what: "run",
                            name: id.to_string(),
                        })
                    })
                    .collect()
            })
            .await
    }

    /// Takes up to `want` runs whose profile and limits are free, in the order of their turns. `marker` names the
    /// processes of the attempt. What time alone brings is done first, also when nothing is wanted.
    ///
    /// Who may start is read on a connection that blocks nobody; only the taking is the writer's.
    ///
    /// # Errors
    /// Nothing was taken. When a later round fails, what the earlier ones took is answered.
    pub async fn claim(
        &self,
        at: Timestamp,
        want: usize,
        marker: impl Fn(RunId) -> String + Clone + Send + 'static,
    ) -> Result<Vec<Claimed>> {
        self.tick(at).await?;
        let moment = self.moment(at);
        let mut claimed = Vec::new();
        // Heads that could not be taken, because somebody was faster or an earlier one has used up what they need.
        let mut refused = BTreeSet::new();
        while claimed.len() < want {
            let left = want - claimed.len();
            match self
                .claim_round(&moment, left, &refused, marker.clone())
                .await
            {
                // Each round takes the heads of lines; the runs behind them are heads then.
                Ok(round) if !round.is_empty() => {
                    for (run, taken) in round {
                        match taken {
                            Some(taken) => claimed.push(taken),
                            None => {
                                refused.insert(run);
                            }
                        }
                    }
                }
                Err(error) if claimed.is_empty() => return Err(error),
                // Nobody else looks after what was taken already.
                Err(error) => {
                    tracing::warn!(%error, "failed to claim more runs");
                    break;
                }
                Ok(_) => break,
            }
        }
        Ok(claimed)
    }

    /// Tries to take the next heads but those refused before, in one commit; tells of each what came of it. Behind the
    /// head of a line without a profile the next one may start as well, and is taken in the same commit.
    async fn claim_round(
        &self,
        moment: &Moment,
        want: usize,
        refused: &BTreeSet<RunId>,
        marker: impl Fn(RunId) -> String + Send + 'static,
    ) -> Result<Vec<(RunId, Option<Claimed>)>> {
        let (asked, most, at) = (moment.clone(), limit(want, refused), moment.now);
        let heads = self.store.read(move |db| db.claimable(asked, most)).await?;
        let mut fresh = untried(heads, refused);
        fresh.truncate(want);
        let (moment, refused) = (moment.clone(), refused.clone());
        if fresh.is_empty() {
            return Ok(Vec::new());
        }
        self.store
            .write(at, Caller::Drover, move |tx| {
                let (mut round, mut heads, mut tried) = (Vec::new(), fresh, refused);
                let mut taken = 0;
                while !heads.is_empty() {
                    let mut deeper = false;
                    for run in heads {
                        tried.insert(run);
                        let claimed = tx.claim(run, at, &marker(run))?;
                        deeper |= claimed
                            .as_ref()
                            .is_some_and(|claimed| claimed.run.profile_id.is_none());
                        taken += usize::from(claimed.is_some());
                        round.push((run, claimed));
                    }
                    if !deeper || taken >= want {
                        break;
                    }
                    heads = untried(tx.claimable(moment.clone(), limit(want, &tried))?, &tried);
                    heads.truncate(want - taken);
                }
                Ok(round)
            })
            .await
    }

    /// Sets the priority of queued runs; tells how many were changed.
    pub async fn set_priority(
        &self,
        at: Timestamp,
        by: Caller,
        runs: Vec<RunId>,
        priority: Priority,
    ) -> Result<u32> {
        self.store
            .write(at, by, move |tx| tx.set_priority(&runs, priority))
            .await
    }

    /// Sets a limit, or takes it away when neither part of it is given.
    pub async fn set_limit(
        &self,
        at: Timestamp,
        by: Caller,
        key: LimitKey,
        capacity: Option<Capacity>,
        rate: Option<Rate>,
    ) -> Result<()> {
        self.store
            .write(at, by, move |tx| tx.set_limit(&key, capacity, rate))
            .await
    }

    /// Why a queued run waits, by the predicates of [`Self::claim`].
    pub async fn why(&self, run: RunId, now: Timestamp) -> Result<Vec<WaitReason>> {
        let moment = self.moment(now);
        self.store.read(move |db| db.why(run, moment)).await
    }

    /// Pauses a thing, or lets its runs start again.
    pub async fn set_pause(
        &self,
        at: Timestamp,
        by: Caller,
        what: PauseKey,
        paused: bool,
        until: Option<Timestamp>,
        note: String,
    ) -> Result<()> {
        self.store
            .write(at, by, move |tx| tx.set_pause(&what, paused, until, &note))
            .await
    }

    /// Cancels what waits and matches, and nothing that was claimed before. Answers which they were.
    pub async fn cancel_queued(
        &self,
        by: Caller,
        filter: RunFilter,
        detail: MoveDetail,
    ) -> Result<Vec<RunId>> {
        let mut all = Vec::new();
        loop {
            let (filter, detail) = (filter.clone(), detail.clone());
            let some = self
                .store
                .write(detail.at, by, move |tx| {
                    tx.cancel_queued(&filter, &detail, CANCELLED_AT_ONCE)
                })
                .await?;
            let done = some.len() < CANCELLED_AT_ONCE as usize;
            all.extend(some);
            if done {
                return Ok(all);
            }
        }
    }

    /// Does what time alone brings, also while no worker is free.
    pub async fn tick(&self, at: Timestamp) -> Result<()> {
        if self.store.read(move |db| db.has_ticked(at)).await? {
            self.store
                .write(at, Caller::Drover, move |tx| tx.tick(at))
                .await?;
        }
        Ok(())
    }

    /// Puts right what an unclean end may have left: fan-outs that were not complete, places of ended runs, and the
    /// heads of lines.
    pub async fn recover(&self, at: Timestamp) -> Result<()> {
        self.store
            .write(at, Caller::Drover, |tx| {
                tx.remove_unsealed_batches()?;
                tx.release_orphans()?;
                tx.rebuild_lanes()
            })
            .await
    }

    /// Moves a run. An actor whose attempt is over is told `Stale` and has written nothing.
    pub async fn advance(
        &self,
        by: Caller,
        run: RunId,
        attempt: u32,
        step: Move,
        detail: MoveDetail,
    ) -> Result<Applied> {
        self.store
            .write(detail.at, by, move |tx| {
                tx.advance(run, attempt, step, detail)
            })
            .await
    }

    /// When the next queued run becomes due.
    pub async fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        self.store.read(move |db| db.next_due(now)).await
    }

    /// Wakes whenever a commit, or a change of the conditions, may have made a run claimable.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes {
            events: self.store.events(),
            conditions: self.conditions.subscribe(),
            _open: Arc::clone(&self.conditions),
        }
    }
}

/// How many heads have to be looked at for `want` that were not tried.
fn limit(want: usize, tried: &BTreeSet<RunId>) -> u32 {
    u32::try_from(want + tried.len()).unwrap_or(u32::MAX)
}

fn untried(mut heads: Vec<RunId>, tried: &BTreeSet<RunId>) -> Vec<RunId> {
    heads.retain(|run| !tried.contains(run));
    heads
}

/// Commits that matter to the claim loop. Wake-ups may merge; the last is never lost.
pub struct Changes {
    events: broadcast::Receiver<Arc<[drover_model::Event]>>,
    conditions: watch::Receiver<Conditions>,
    /// So that the conditions are never heard to end before the store.
    _open: Arc<watch::Sender<Conditions>>,
}

impl Changes {
    /// Returns at the next such commit; `false` when the store is closed.
    pub async fn next(&mut self) -> bool {
        loop {
            let events = tokio::select! {
                events = self.events.recv() => events,
                _ = self.conditions.changed() => return true,
            };
            match events {
                Ok(events) if events.iter().any(|event| matters(&event.fact)) => return true,
                Ok(_) => {}
                // Some commits were missed, and one of them may have mattered.
                Err(broadcast::error::RecvError::Lagged(_)) => return true,
                Err(broadcast::error::RecvError::Closed) => return false,
            }
        }
    }
}

const fn matters(fact: &Fact) -> bool {
    match fact {
        Fact::RunQueued { .. }
        | Fact::QueuePaused { .. }
        | Fact::QueueChanged
        | Fact::PoolChanged { .. }
        | Fact::SettingsChanged => true,
        Fact::RunMoved { to, .. } => !to.holds(),
        _ => false,
    }
}
