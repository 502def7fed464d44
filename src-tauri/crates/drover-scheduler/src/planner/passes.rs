//! From looks at schedules to what is written of them.

use std::collections::BTreeSet;

use drover_model::{Caller, ScheduleId};
use drover_store::{Pass, Passed, PauseOver, Resumed, failpoint};
use jiff::Timestamp;

use super::{
    Planner,
    error::{Error, Result},
    guarded::guarded,
    look::{Look, look},
    rows::look_of,
    starts::Starts,
    turn::AGAIN,
};
use crate::{
    LANE_CAP,
    schedule::{Moment, Wake},
};

impl<S: Starts> Planner<S> {
    /// Looks at some schedules and writes what comes of it in one order; tells how many rows that were.
    pub(super) async fn plan_chunk(
        &mut self,
        ids: &[ScheduleId],
        now: Timestamp,
        wake: Wake,
    ) -> usize {
        let mut looks = Vec::new();
        for id in ids {
            let owed = self.owed.remove(id).unwrap_or(Wake::Tick);
            let wake = owed.or_stronger(wake);
            let Some(known) = self.known.get(id) else {
                continue;
            };
            if known.stored.pause.is_some() {
                self.agenda.set(*id, known.next());
                continue;
            }
            let wake = match known.stored.resumed {
                Some(PauseOver {
                    times: Resumed::Skip,
                    at,
                }) => Wake::Resumed { until: at },
                Some(_) => Wake::ResumedToCatchUp,
                None => wake,
            };
            let looking = look(&self.store, &self.starts, known, Moment { now, wake });
            match guarded(looking).await {
                Ok(look) => looks.push((look, wake)),
                Err(error) => self.owe(*id, wake, now, &error),
            }
        }
        let passes: Vec<Pass> = looks
            .iter()
            .filter_map(|(look, _)| look.pass.clone())
            .collect();
        let missed = passes.iter().any(|pass| pass.missed.is_some());
        match self.write(passes, now).await {
            Ok(written) => {
                if missed {
                    self.untold.insert(look_of(now));
                }
                self.note_written(looks, written, now)
            }
            Err(error) => {
                for (look, wake) in looks {
                    self.owe(look.schedule, wake, now, &error);
                }
                0
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

    /// Writes looks, all in one order.
    pub(super) async fn write(
        &self,
        passes: Vec<Pass>,
        now: Timestamp,
    ) -> Result<Vec<(ScheduleId, Passed)>> {
        if passes.is_empty() {
            return Ok(Vec::new());
        }
        failpoint!("turn.planned");
        let ids: Vec<ScheduleId> = passes.iter().map(|pass| pass.schedule).collect();
        let written = self
            .store
            .write(now, Caller::Drover, move |tx| {
                tx.write_passes(&passes, LANE_CAP)
            })
            .await?;
        failpoint!("turn.written");
        for run in written.iter().flat_map(|passed| &passed.stop) {
            self.starts.stop(*run);
        }
        Ok(ids.into_iter().zip(written).collect())
    }

    fn note_written(
        &mut self,
        looks: Vec<(Look, Wake)>,
        written: Vec<(ScheduleId, Passed)>,
        now: Timestamp,
    ) -> usize {
        let stale: BTreeSet<ScheduleId> = written
            .into_iter()
            .filter(|(_, passed)| passed.is_stale)
            .map(|(id, _)| id)
            .collect();
        let mut rows = 0;
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
            rows += look.rows;
        }
        rows
    }

    /// Tells once of what all schedules together missed. It was kept with the rows, so that what a crash keeps from being
    /// told is found at the next start.
    pub(super) async fn tell_missed(&mut self, now: Timestamp) -> Result<()> {
        while let Some(look) = self.untold.first().copied() {
            failpoint!("missed.untold");
            self.store
                .write(now, Caller::Drover, move |tx| tx.tell_missed(look))
                .await?;
            self.untold.remove(&look);
        }
        Ok(())
    }
}
