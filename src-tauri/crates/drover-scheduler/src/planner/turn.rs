//! One turn of the planner: everything that is due at one moment, and nothing else.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use drover_model::{Caller, Fact, ScheduleId};
use drover_store::{Pass, Passed, Resumed, Store};
use jiff::{SignedDuration, Timestamp};

use super::{
    error::{Error, Result},
    follow::{after_end, waiting},
    known::Known,
    look::{Look, look},
    starts::Starts,
};
use crate::schedule::{
    Agenda, ClockEvent, ClockWatch, Moment, Row, Tick, Wake, Zones, missed_report, sleep_until,
};

/// Schedules whose rows are one transaction: enough that ten thousand after a sleep are few flushes, and few enough that
/// no other writer waits long.
const CHUNK: usize = 64;
/// After a failure of the storage.
const AGAIN: SignedDuration = SignedDuration::from_secs(1);

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
    store: Store,
    starts: S,
    zones: Zones,
    known: BTreeMap<ScheduleId, Known>,
    agenda: Agenda<ScheduleId>,
    watch: Option<ClockWatch>,
    /// Schedules to be read again; none means all.
    changed: Option<BTreeSet<ScheduleId>>,
    /// Looks that are not done: the storage failed, or there was more than fits into one.
    owed: BTreeMap<ScheduleId, Wake>,
}

impl<S: Starts> Planner<S> {
    /// A planner that has looked at nothing yet. Its first turn is that of a start.
    #[must_use]
    pub fn new(store: Store, starts: S) -> Self {
        Self {
            store,
            starts,
            zones: Zones::bundled(),
            known: BTreeMap::new(),
            agenda: Agenda::new(),
            watch: None,
            changed: None,
            owed: BTreeMap::new(),
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
        let wake = self.observe(tick).await?;
        self.read_again(now).await?;
        let ids = match wake {
            Wake::Tick => self.agenda.due(now),
            _ => self.known.keys().copied().collect(),
        };
        let mut rows = Vec::new();
        for chunk in ids.chunks(CHUNK) {
            rows.extend(self.plan_chunk(chunk, now, wake).await);
        }
        self.report(&rows, now).await?;
        let followed = self.follow_ends(now).await?;
        self.expire(now).await?;
        Ok(Turned {
            looks: ids.len(),
            rows: rows.len() + followed,
            sleep: self.sleep(now).await?,
        })
    }

    /// What the clocks did since the last turn; sleep and steps become events.
    async fn observe(&mut self, tick: Tick) -> Result<Wake> {
        let Some(watch) = &mut self.watch else {
            self.watch = Some(ClockWatch::new(tick));
            return Ok(Wake::Started);
        };
        let events = watch.observe(tick);
        if events.is_empty() {
            return Ok(Wake::Tick);
        }
        let mut wakes = events.iter().map(ClockEvent::wake);
        // A correction says more about the time that has passed than the sleep before it.
        let wake = wakes.rfind(|wake| *wake != Wake::Tick);
        self.store
            .write(tick.wall, Caller::Drover, move |tx| {
                for event in &events {
                    tracing::info!(event = event.code(), "the clock did not simply go on");
                    let change = event.told();
                    tx.record(Fact::ClockChanged { change })?;
                }
                Ok(())
            })
            .await?;
        Ok(wake.unwrap_or(Wake::Tick))
    }

    /// Reads what was changed, and ends pauses whose time is over.
    async fn read_again(&mut self, now: Timestamp) -> Result<()> {
        let over: Vec<ScheduleId> = self
            .known
            .values()
            .filter(|known| {
                let until = known.stored.pause.as_ref().and_then(|pause| pause.until);
                until.is_some_and(|until| until <= now)
            })
            .map(|known| known.stored.id)
            .collect();
        for id in over {
            self.store
                .write(now, Caller::Drover, move |tx| {
                    tx.resume_schedule(id, Resumed::Skip)
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
                Box::pin(self.read_again(now)).await
            } else {
                Ok(())
            };
        };
        self.changed = Some(BTreeSet::new());
        for id in changed {
            let stored = self.store.read(move |db| db.schedule(id)).await?;
            if let Some(stored) = stored.filter(|stored| stored.removed_at.is_none()) {
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

    /// Looks at some schedules and writes what comes of it in one order.
    async fn plan_chunk(&mut self, ids: &[ScheduleId], now: Timestamp, wake: Wake) -> Vec<Row> {
        let mut looks = Vec::new();
        for id in ids {
            let wake = self.owed.remove(id).unwrap_or(wake);
            let Some(known) = self.known.get(id) else {
                continue;
            };
            if known.stored.pause.is_some() {
                self.agenda.set(*id, known.next());
                continue;
            }
            let wake = match known.stored.resumed {
                Some(Resumed::Skip) => Wake::Resumed,
                Some(Resumed::CatchUp) => Wake::ResumedToCatchUp,
                None => wake,
            };
            match look(&self.store, &self.starts, known, Moment { now, wake }).await {
                Ok(look) => looks.push((look, wake)),
                Err(error) => self.owe(*id, wake, now, &error),
            }
        }
        let passes: Vec<Pass> = looks
            .iter()
            .filter_map(|(look, _)| look.pass.clone())
            .collect();
        match self.write(passes, now).await {
            Ok(written) => self.note_written(looks, written, now),
            Err(error) => {
                for (look, wake) in looks {
                    self.owe(look.schedule, wake, now, &error);
                }
                Vec::new()
            }
        }
    }

    /// No cursor has moved, so nothing is lost; the look is taken again.
    fn owe(&mut self, id: ScheduleId, wake: Wake, now: Timestamp, error: &Error) {
        tracing::warn!(schedule = %id, %error, "failed to plan a schedule");
        self.owed.insert(id, wake);
        let again = now.saturating_add(AGAIN).unwrap_or(now);
        self.agenda.set(id, Some(again));
    }

    async fn write(&self, passes: Vec<Pass>, now: Timestamp) -> Result<Vec<(ScheduleId, Passed)>> {
        if passes.is_empty() {
            return Ok(Vec::new());
        }
        let written = self
            .store
            .write(now, Caller::Drover, move |tx| {
                let mut written = Vec::new();
                for pass in &passes {
                    written.push((pass.schedule, tx.write_pass(pass)?));
                }
                Ok(written)
            })
            .await?;
        for run in written.iter().flat_map(|(_, passed)| &passed.stop) {
            self.starts.stop(*run);
        }
        Ok(written)
    }

    fn note_written(
        &mut self,
        looks: Vec<(Look, Wake)>,
        written: Vec<(ScheduleId, Passed)>,
        now: Timestamp,
    ) -> Vec<Row> {
        let stale: BTreeSet<ScheduleId> = written
            .into_iter()
            .filter(|(_, passed)| passed.is_stale)
            .map(|(id, _)| id)
            .collect();
        let mut rows = Vec::new();
        for (look, wake) in looks {
            let id = look.schedule;
            if stale.contains(&id) {
                // Its change is on the way here; until it is read, the same look would be as stale.
                self.note_changed(id);
                self.owed.insert(id, wake);
                self.agenda.set(id, Some(now));
                continue;
            }
            if let (Some(pass), Some(known)) = (look.pass, self.known.get_mut(&id)) {
                known.stored.cursor = pass.cursor;
                known.stored.cursor_local = pass.cursor_local;
                known.stored.resumed = None;
            }
            if look.next.is_some_and(|next| next <= now) && wake != Wake::Tick {
                self.owed.insert(id, wake);
            }
            self.agenda.set(id, look.next);
            rows.extend(look.rows);
        }
        rows
    }

    /// Tells once what was missed.
    async fn report(&self, rows: &[Row], now: Timestamp) -> Result<()> {
        let Some(mut report) = missed_report(rows) else {
            return Ok(());
        };
        report.look = u64::try_from(now.as_millisecond()).unwrap_or_default();
        self.store
            .write(now, Caller::Drover, move |tx| tx.tell_missed(report))
            .await?;
        Ok(())
    }

    /// Starts what follows the runs that have ended.
    async fn follow_ends(&mut self, now: Timestamp) -> Result<usize> {
        if !self.follows_any() {
            return Ok(0);
        }
        let mut rows = 0;
        for (id, run) in waiting(&self.store).await? {
            let Some(known) = self.known.get(&id) else {
                self.note_changed(id);
                continue;
            };
            // Each sees what the one before it has queued.
            let pass = after_end(&self.store, &self.starts, known, run, now).await?;
            let count = pass.runs.len() + pass.skips.len();
            let written = self.write(vec![pass], now).await?;
            if written.iter().any(|(_, passed)| passed.is_stale) {
                self.note_changed(id);
                continue;
            }
            rows += count;
        }
        Ok(rows)
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
