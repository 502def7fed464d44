//! The processes that wait, and how long.

use std::future::ready;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use drover_browser::available_memory;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::waiting::START_LIMIT;
use super::{Fit, Recipe, Spare};
use crate::process::Door;

/// How often it is looked whether memory got short.
const LOOK: Duration = Duration::from_secs(15);

/// How much may wait. One process takes some 110 MB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpareRules {
    /// How many may wait at once; with 0 none does.
    pub most: usize,
    /// So long one waits.
    pub idle: Duration,
    /// With fewer bytes of memory to be had, none waits.
    pub memory: u64,
}

impl Default for SpareRules {
    fn default() -> Self {
        Self {
            most: 2,
            idle: Duration::from_mins(5),
            memory: 600 * 1024 * 1024,
        }
    }
}

/// The Node processes that are kept ready. Clones share them; with the last one they end.
#[derive(Clone, Debug)]
pub struct Spares(Arc<Shelf>);

#[derive(Debug)]
struct Shelf {
    rules: SpareRules,
    on: AtomicBool,
    slots: Mutex<Slots>,
}

#[derive(Debug, Default)]
struct Slots {
    last: u64,
    /// The oldest first.
    all: Vec<Slot>,
}

#[derive(Debug)]
struct Slot {
    number: u64,
    recipe: Recipe,
    spare: JoinHandle<Option<Spare>>,
    /// Closes when it is ready or will never be.
    starting: watch::Receiver<()>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.spare.abort(); // one that is ready is dropped with its handle
    }
}

impl Spares {
    /// Nothing waits yet: the first script of each kind starts its own Node.
    #[must_use]
    pub fn new(rules: SpareRules) -> Self {
        Self(Arc::new(Shelf {
            rules,
            on: AtomicBool::new(true),
            slots: Mutex::default(),
        }))
    }

    /// Never keeps anything ready.
    #[must_use]
    pub fn none() -> Self {
        Self::new(SpareRules {
            most: 0,
            ..SpareRules::default()
        })
    }

    /// Whether processes are kept ready. Those that wait end when they are not.
    pub fn keep(&self, on: bool) {
        self.0.on.store(on, Ordering::Relaxed);
        if !on {
            self.clear();
        }
    }

    /// Ends all that wait.
    pub fn clear(&self) {
        self.0.slots().all.clear();
    }

    /// How many wait or are being started.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.slots().all.len()
    }

    /// Waits until none is being started.
    pub async fn settled(&self) {
        let starting: Vec<watch::Receiver<()>> = {
            let slots = self.0.slots();
            slots.all.iter().map(|slot| slot.starting.clone()).collect()
        };
        for mut one in starting {
            while one.changed().await.is_ok() {}
        }
    }

    /// Whether one waits, or is being started, for such runs.
    pub(crate) fn has(&self, recipe: &Recipe) -> bool {
        let slots = self.0.slots();
        slots.all.iter().any(|slot| slot.recipe == *recipe)
    }

    /// The process for a run, if there is one that fits.
    pub(crate) async fn take(&self, recipe: &Recipe, fit: &Fit) -> Option<Spare> {
        let mut slot = {
            let mut slots = self.0.slots();
            let at = slots.all.iter().position(|slot| slot.recipe == *recipe)?;
            slots.all.remove(at)
        };
        let spare = timeout(START_LIMIT, &mut slot.spare).await.ok()?.ok()??;
        if !spare.is_alive() {
            return None;
        }
        if spare.takes(fit) {
            return Some(spare);
        }
        // Another task may fit.
        self.0
            .put(recipe.clone(), |_| tokio::spawn(ready(Some(spare))));
        None
    }

    /// Starts one in the background, if there is none for this recipe and there is room.
    pub(crate) fn prepare(&self, door: &Door, recipe: Recipe) {
        if self.has(&recipe) || !self.0.wants_more() {
            return;
        }
        let door = door.clone();
        let wanted = recipe.clone();
        self.0.put(recipe, |told| {
            tokio::spawn(async move {
                let started = Spare::start(&door, &wanted, wanted.marker()).await;
                drop(told);
                started
                    .inspect_err(|error| tracing::debug!(%error, "no Node is kept ready"))
                    .ok() // a run then starts its own and says what is wrong
            })
        });
    }
}

impl Shelf {
    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wants_more(&self) -> bool {
        self.rules.most > 0 && self.on.load(Ordering::Relaxed) && !self.is_short()
    }

    fn is_short(&self) -> bool {
        available_memory().is_some_and(|bytes| bytes < self.rules.memory)
    }

    /// Adds one, for which the oldest may have to go, and watches over it.
    fn put(
        self: &Arc<Self>,
        recipe: Recipe,
        spare: impl FnOnce(watch::Sender<()>) -> JoinHandle<Option<Spare>>,
    ) {
        let (told, starting) = watch::channel(());
        let spare = spare(told);
        let mut slots = self.slots();
        slots.last += 1;
        let number = slots.last;
        if slots.all.len() >= self.rules.most {
            slots.all.remove(0);
        }
        slots.all.push(Slot {
            number,
            recipe,
            spare,
            starting,
        });
        drop(slots);
        let (shelf, idle) = (Arc::downgrade(self), self.rules.idle);
        tokio::spawn(async move {
            let mut left = idle;
            loop {
                let pause = LOOK.min(left);
                sleep(pause).await;
                left -= pause;
                let Some(shelf) = shelf.upgrade() else { return };
                let mut slots = shelf.slots();
                let Some(at) = slots.all.iter().position(|slot| slot.number == number) else {
                    return;
                };
                if left.is_zero() || shelf.is_short() {
                    slots.all.remove(at);
                    return;
                }
            }
        });
    }
}
