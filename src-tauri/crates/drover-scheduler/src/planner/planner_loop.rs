//! The planner's loop: woken by time and by what was committed.

use std::{sync::Arc, time::Duration};

use drover_model::{Event, Fact};
use drover_store::Store;
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        watch,
    },
    time,
};

use super::{error::Error, starts::Starts, turn::Planner};
use crate::{Capacity, Clock};

/// After a failure of the storage.
const AGAIN: Duration = Duration::from_secs(1);

/// Plans what is due until `capacity` says draining or the store is closed. `planned` is called after the first turn,
/// when everything that was missed is accounted for.
pub async fn planner_loop<S: Starts>(
    store: Store,
    clock: Arc<dyn Clock>,
    starts: S,
    mut capacity: watch::Receiver<Capacity>,
    planned: impl FnOnce() + Send,
) {
    // Listening comes first, so that no change falls between reading and listening.
    let mut events = store.events();
    let mut planner = Planner::new(store, starts);
    let mut planned = Some(planned);
    while !capacity.borrow_and_update().draining {
        let sleep = match planner.turn(clock.tick()).await {
            Ok(turned) => turned.sleep,
            Err(Error::Store(drover_store::Error::Closed)) => return,
            Err(error) => {
                tracing::warn!(%error, "failed to look at the schedules");
                AGAIN
            }
        };
        if let Some(planned) = planned.take() {
            planned();
        }
        if !wait(&mut planner, &mut events, &mut capacity, sleep).await {
            return;
        }
    }
}

/// Sleeps until something may be due; `false` when the store is closed.
async fn wait<S: Starts>(
    planner: &mut Planner<S>,
    events: &mut broadcast::Receiver<Arc<[Event]>>,
    capacity: &mut watch::Receiver<Capacity>,
    sleep: Duration,
) -> bool {
    let asleep = time::sleep(sleep);
    tokio::pin!(asleep);
    loop {
        tokio::select! {
            told = events.recv() => match told {
                Ok(told) => if hear(planner, &told) { return true },
                // Some commits were missed, and one of them may have mattered.
                Err(RecvError::Lagged(_)) => {
                    planner.note_all_changed();
                    return true;
                }
                Err(RecvError::Closed) => return false,
            },
            changed = capacity.changed() => {
                if changed.is_err() {
                    return false;
                }
                if capacity.borrow().draining {
                    return true;
                }
            },
            () = &mut asleep => return true,
        }
    }
}

/// Whether what was committed calls for a look.
fn hear<S: Starts>(planner: &mut Planner<S>, events: &[Event]) -> bool {
    let mut matters = false;
    for event in events {
        match &event.fact {
            Fact::ScheduleChanged { schedule } => {
                planner.note_changed(*schedule);
                matters = true;
            }
            // A task may have another name now, or be gone.
            Fact::TaskChanged { .. } => {
                planner.note_all_changed();
                matters = true;
            }
            Fact::RunMoved { to, .. } => matters |= to.is_terminal() && planner.follows_any(),
            _ => {}
        }
    }
    matters
}
