//! One turn of the planner: everything that is due at one moment, and nothing else.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use drover_model::{Caller, Fact, ScheduleId};
use drover_store::{Resumed, Store, failpoint};
use jiff::{SignedDuration, Timestamp};

use super::{
    error::{Error, Result},
    follow::{AT_ONCE, End, after_end, waiting},
    guarded::guarded,
    known::Known,
    starts::Starts,
};
use crate::schedule::{Agenda, ClockEvent, ClockWatch, Tick, Wake, Zones, sleep_until};

/// Schedules whose rows are one transaction: enough that ten thousand after a sleep are few flushes, and few enough that
/// no other writer waits long.
const CHUNK: usize = 64;
/// After a failure of the storage.
pub(super) const AGAIN: SignedDuration = SignedDuration::from_secs(1);

/// What a turn did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turned {
    /// Schedules that were looked at.
    pub looks: usize,
    /// Rows that were written: runs and times that were skipped.
    pub rows: usize,
    /// How long nothing is due, at most.
    pub sleep: Duration,
}

/// The planner, with the schedules that it knows.
pub struct Planner<S> {
    pub(super) store: Store,
    pub(super) starts: S,
    zones: Zones,
    pub(super) known: BTreeMap<ScheduleId, Known>,
    pub(super) agenda: Agenda<ScheduleId>,
    watch: Option<ClockWatch>,
    /// Why the next look is taken, as far as no look was taken for it yet.
    wake: Wake,
    /// Schedules to be read again; none means all.
    changed: Option<BTreeSet<ScheduleId>>,
    /// Looks that are not done: the storage failed, or there was more than fits into one.
    pub(super) owed: BTreeMap<ScheduleId, Wake>,
    /// Looks that found times missed and of which nobody was told yet.
    pub(super) untold: BTreeSet<u64>,
    /// The last end that was looked at, when there were more than one turn takes on.
    followed_to: Option<End>,
}

/// What was done about ends.
#[derive(Debug, Clone, Copy, Default)]
struct Followed {
    rows: usize,
    /// More are waiting.
    is_cut: bool,
    /// Some could not be followed now.
    failed: bool,
}

impl<S: Starts> Planner<S> {
    /// A planner that has looked at nothing yet. Its first turn is that of a start.
    #[must_use]
    pub fn new(store: Store, starts: S) -> Self {
        Self::with_zones(store, starts, Zones::bundled())
    }

    /// The same by other zones than those that come with Drover.
    #[must_use]
    pub fn with_zones(store: Store, starts: S, zones: Zones) -> Self {
        Self {
            store,
            starts,
            zones,
            known: BTreeMap::new(),
            agenda: Agenda::new(),
            watch: None,
            wake: Wake::Started,
            changed: None,
            owed: BTreeMap::new(),
            untold: BTreeSet::new(),
            followed_to: None,
        }
    }

    /// A schedule is to be read again before the next look.
    pub fn note_changed(&mut self, schedule: ScheduleId) {
        if let Some(changed) = &mut self.changed {
            changed.insert(schedule);
        }
    }

    /// All of them are.
    pub fn note_all_changed(&mut self) {
        self.changed = None;
    }

    /// Whether any schedule follows runs, so that ends matter.
    #[must_use]
    pub fn follows_any(&self) -> bool {
        self.known.values().any(Known::follows)
    }

    /// Looks at the clocks and at what is due, and writes what comes of it.
    pub async fn turn(&mut self, tick: Tick) -> Result<Turned> {
        let now = tick.wall;
        self.observe(tick).await?;
        self.read_again(now).await?;
        let wake = std::mem::replace(&mut self.wake, Wake::Tick);
        let ids = match wake {
            Wake::Tick => self.agenda.due(now),
            _ => self.known.keys().copied().collect(),
        };
        let mut rows = 0;
        for chunk in ids.chunks(CHUNK) {
            rows += self.plan_chunk(chunk, now, wake).await;
        }
        self.tell_missed(now).await?;
        // An end that cannot be followed now must keep nothing else from being done.
        let followed = self.follow_ends(now).await;
        self.expire(now).await?;
        let followed = followed?;
        let mut sleep = self.sleep(now).await?;
        if followed.is_cut {
            sleep = Duration::ZERO;
        } else if followed.failed {
            sleep = sleep.min(AGAIN.unsigned_abs());
        }
        Ok(Turned {
            looks: ids.len(),
            rows: rows + followed.rows,
            sleep,
        })
    }

    /// What the clocks did since the last turn; sleep and steps become events. When they cannot be written, the next turn
    /// sees the same once more.
    async fn observe(&mut self, tick: Tick) -> Result<()> {
        let Some(mut watch) = self.watch else {
            self.watch = Some(ClockWatch::new(tick));
            return Ok(());
        };
        let events = watch.observe(tick);
        // A correction says more about the time that has passed than the sleep before it.
        let wake = events
            .iter()
            .map(ClockEvent::wake)
            .fold(self.wake, Wake::or_stronger);
        if !events.is_empty() {
            self.store
                .write(tick.wall, Caller::Drover, move |tx| {
                    for event in &events {
                        tracing::info!(event = event.code(), "the clock did not simply go on");
                        let change = event.told();
                        tx.record(Fact::ClockChanged { change })?;
                        if let ClockEvent::CorrectedBack { by, .. } = event {
                            tx.turn_back(*by)?;
                        }
                    }
                    Ok(())
                })
                .await?;
        }
        self.watch = Some(watch);
        self.wake = wake;
        Ok(())
    }

    /// Reads what was changed, and ends pauses whose time is over. What could not be read is read by the next turn.
    async fn read_again(&mut self, now: Timestamp) -> Result<()> {
        let read = self.read_changed(now).await;
        if read.is_err() {
            self.note_all_changed();
        }
        read
    }

    async fn read_changed(&mut self, now: Timestamp) -> Result<()> {
        let over: Vec<(ScheduleId, Timestamp)> = self
            .known
            .values()
            .filter_map(|known| Some((known.stored.id, known.stored.pause.as_ref()?.until?)))
            .filter(|(_, until)| *until <= now)
            .collect();
        for (id, until) in over {
            self.store
                .write(now, Caller::Drover, move |tx| {
                    tx.resume_schedule(id, Resumed::Skip, until)
                })
                .await?;
            self.note_changed(id);
        }
        let Some(changed) = self.changed.take() else {
            let stored = self.store.read(|db| db.schedules(false)).await?;
            self.changed = Some(BTreeSet::new());
            self.known.clear();
            self.agenda = Agenda::new();
            for one in stored {
                self.learn(Known::new(one, &self.zones));
            }
            // A pause may have ended while nobody looked.
            return if self.any_pause_is_over(now) {
                Box::pin(self.read_changed(now)).await
            } else {
                Ok(())
            };
        };
        self.changed = Some(BTreeSet::new());
        for id in changed {
            let stored = self.store.read(move |db| db.living_schedule(id)).await?;
            if let Some(stored) = stored {
                self.learn(Known::new(stored, &self.zones));
            } else {
                self.known.remove(&id);
                self.agenda.set(id, None);
            }
        }
        Ok(())
    }

    fn any_pause_is_over(&self, now: Timestamp) -> bool {
        self.known.values().any(|known| {
            let until = known.stored.pause.as_ref().and_then(|pause| pause.until);
            until.is_some_and(|until| until <= now)
        })
    }

    fn learn(&mut self, known: Known) {
        self.agenda.set(known.stored.id, known.next());
        self.known.insert(known.stored.id, known);
    }

    /// Starts what follows the runs that have ended, as many as one turn takes on.
    async fn follow_ends(&mut self, now: Timestamp) -> Result<Followed> {
        let mut done = Followed::default();
        if !self.follows_any() {
            return Ok(done);
        }
        let ends = waiting(&self.store, self.followed_to.take()).await?;
        done.is_cut = ends.len() >= AT_ONCE as usize;
        self.followed_to = ends.last().copied().filter(|_| done.is_cut);
        for (id, run) in ends {
            // One that cannot be read has its ends kept for it until it is saved again, which is told.
            let Some(known) = self.known.get(&id) else {
                continue;
            };
            failpoint!("follow.found");
            // Each sees what the one before it has queued.
            let following = after_end(&self.store, &self.starts, known, run, now);
            let pass = match guarded(following).await {
                Ok(pass) => pass,
                Err(error @ Error::Store(_)) => return Err(error),
                Err(error) => {
                    tracing::warn!(schedule = %id, %run, %error, "failed to follow a run");
                    done.failed = true;
                    continue;
                }
            };
            failpoint!("follow.planned");
            let count = pass.runs.len() + pass.skips.len();
            let written = self.write(vec![pass], now).await?;
            if written.iter().any(|(_, passed)| passed.is_stale) {
                self.note_changed(id);
                continue;
            }
            done.rows += count;
        }
        Ok(done)
    }

    async fn expire(&self, now: Timestamp) -> Result<()> {
        let expiry = self.store.read(|db| db.next_expiry()).await?;
        if expiry.is_some_and(|expiry| expiry < now) {
            let expired = self
                .store
                .write(now, Caller::Drover, move |tx| tx.expire(now))
                .await?;
            tracing::info!(expired, "runs could not start in time");
        }
        Ok(())
    }

    async fn sleep(&mut self, now: Timestamp) -> Result<Duration> {
        if self
            .changed
            .as_ref()
            .is_none_or(|changed| !changed.is_empty())
        {
            return Ok(Duration::ZERO);
        }
        let expiry = self.store.read(|db| db.next_expiry()).await?;
        // A run expires when its deadline has passed, not at it.
        let expiry = expiry.and_then(|at| at.checked_add(SignedDuration::from_millis(1)).ok());
        let next = self.agenda.earliest().into_iter().chain(expiry).min();
        Ok(sleep_until(next, now))
    }
}
