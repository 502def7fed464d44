//! The engine's life: start in the right order, recover, run, quit.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, RwLock},
    time::Duration,
};

use drover_browser::{Leases, Rules, SeatState};
use drover_model::{Caller, Event, Fact, RunId, RunRow, Settings};
use drover_runner::{Control, SpareRules, Spares, process::Door};
use drover_scheduler::{
    Capacity, Clock, LocalQueue, SleptClock, SystemClock, claim_loop, planner_loop,
    queue::{Clocked, OwnerId},
};
use drover_store::{FolderLock, Store};
use drover_vault::Vault;
use jiff::Timestamp;
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        watch,
    },
    task::JoinHandle,
};

use crate::{
    Paths, Result, attached::Attached, attempt, error::Doing as _, listings::Listings, live::Live,
    logging::LogControl, machine::Machine, new_id::NewId, recovery, samples::site::Site,
    traces::Traces, undos::Undos, use_cases::schedule_starts::ScheduleStarts,
};

/// How long the wait for the end of everything relies on being told.
const IDLE_BEAT: Duration = Duration::from_millis(250);

/// Changes of browsers within this time are told once.
const BROWSERS_BEAT: Duration = Duration::from_millis(100);

/// After a fault that ended the planner.
const PLANNER_AGAIN: Duration = Duration::from_secs(1);

/// What the caller of [`Engine::start`] brings along.
pub struct Faces {
    /// The clock of everything.
    pub clock: Arc<dyn Clock>,
    /// Drover's own log, whose level the settings change.
    pub log: Option<LogControl>,
    /// When queued runs begin to be claimed.
    pub claims: Claims,
}

/// When an engine begins to claim queued runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claims {
    /// As soon as it has started: the app.
    AtOnce,
    /// When somebody starts a run: a command line that only wanted to look must not start
    /// what was left in the queue.
    WhenAsked,
}

impl Default for Faces {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            log: None,
            claims: Claims::AtOnce,
        }
    }
}

/// How to quit while runs go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuitWay {
    /// Start nothing more and wait for what runs.
    FinishRuns,
    /// Stop what runs.
    StopRuns,
}

/// A handle on the running engine. Clones share it.
#[derive(Clone)]
pub struct Engine {
    pub(crate) rooms: Arc<Rooms>,
}

/// Every room that a use case may enter.
pub(crate) struct Rooms {
    pub(crate) paths: Paths,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Store,
    pub(crate) queue: LocalQueue,
    pub(crate) door: Door,
    pub(crate) leases: Leases,
    pub(crate) spares: Spares,
    pub(crate) attached: Attached,
    /// Runs that were started through this engine, until they are seen to have ended.
    started: Mutex<Vec<RunId>>,
    claims_when: Claims,
    pub(crate) undos: Undos,
    pub(crate) live: Live,
    pub(crate) listings: Listings,
    pub(crate) traces: Traces,
    pub(crate) machine: Machine,
    pub(crate) new_id: NewId,
    pub(crate) capacity: watch::Sender<Capacity>,
    pub(crate) log: Option<LogControl>,
    pub(crate) site: Mutex<Option<Site>>,
    pub(crate) recovered: Option<String>,
    /// Whose turn it is to look at the conditions of the queue.
    pub(crate) looks: tokio::sync::Mutex<()>,
    vault: RwLock<Vault>,
    claims: Mutex<Option<JoinHandle<()>>>,
    planner: Mutex<Option<JoinHandle<()>>>,
    // Last, so that nothing of this engine outlives it.
    _lock: FolderLock,
}

impl Rooms {
    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The keychain in use.
    pub(crate) fn vault(&self) -> Vault {
        self.vault
            .read()
            .expect("BUG: nothing panics while it is held")
            .clone()
    }

    /// Uses another keychain from now on.
    pub(crate) fn use_vault(&self, vault: Vault) {
        *self
            .vault
            .write()
            .expect("BUG: nothing panics while it is held") = vault;
    }

    /// Begins the marker of every process of this data folder, and no other's.
    pub(crate) fn marker(paths: &Paths) -> String {
        format!(
            "drover:{:016x}:",
            crate::paths::fnv1a(paths.data.as_os_str().as_encoded_bytes())
        )
    }
}

impl Engine {
    /// Takes the data folder, opens the database, ends what an earlier life left, and only
    /// then starts to claim runs.
    pub async fn start(paths: Paths, faces: Faces) -> Result<Self> {
        if let Some(way) = &paths.failpoint {
            drover_store::failpoint::arm(way);
        }
        let clock = match &paths.test_clock {
            Some(file) if cfg!(debug_assertions) => Arc::new(SleptClock::new(file.clone())),
            _ => faces.clock,
        };
        let now = clock.now();
        let lock = FolderLock::take(paths.database_folder()).doing("take the data folder")?;
        let opened = Store::open(paths.database_folder(), now).doing("open the database")?;
        let store = opened.store;
        let settings = store
            .read(|db| db.settings())
            .await
            .doing("read the settings")?;
        if let Some(log) = &faces.log {
            log.set_level(settings.log_level);
        }
        let door = Door::open(paths.environment.clone())
            .doing("start the thread that starts processes")?;
        let recovered = recovery::recover(&store, &paths, now).await?;
        let service = format!("drover {}", Rooms::marker(&paths).trim_end_matches(':'));
        let (capacity, _) = watch::channel(capacity_of(&settings, false));
        let rooms = Arc::new(Rooms {
            queue: LocalQueue::new(store.clone()),
            machine: Machine::new(door.clone()),
            leases: Leases::new(Rules::default()),
            spares: spares(faces.claims, &settings),
            attached: Attached::default(),
            started: Mutex::default(),
            claims_when: faces.claims,
            undos: Undos::default(),
            live: Live::default(),
            listings: Listings::default(),
            traces: Traces::default(),
            new_id: NewId::default(),
            looks: tokio::sync::Mutex::default(),
            site: Mutex::new(None),
            vault: RwLock::new(Vault::os(&service)),
            claims: Mutex::new(None),
            planner: Mutex::new(None),
            clock,
            log: faces.log,
            capacity,
            recovered,
            paths,
            store,
            door,
            _lock: lock,
        });
        let engine = Self { rooms };
        engine.reopen_samples().await;
        engine.finish_tokens().await;
        if faces.claims == Claims::AtOnce {
            engine.start_planner();
        }
        engine.watch_keychain();
        engine.watch_browsers();
        engine.watch_conditions();
        engine.end_survivors().await?;
        if faces.claims == Claims::AtOnce {
            engine.keep_retention();
        }
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            "the engine has started"
        );
        Ok(engine)
    }

    /// Goes on killing what the recovery could not end; its runs hold what they have until it is gone.
    async fn end_survivors(&self) -> Result<()> {
        let live = self.rooms.store.read(|db| db.live_runs()).await;
        for run in live.doing("read the live runs")? {
            let rooms = self.rooms.clone();
            tokio::spawn(async move { attempt::orphan::outlive(&rooms, run.id).await });
        }
        Ok(())
    }

    /// Starts to claim queued runs, unless that goes on already.
    pub(crate) fn ensure_claims(&self) {
        let rooms = self.rooms.clone();
        let mut running = rooms
            .claims
            .lock()
            .expect("BUG: nothing panics while it is held");
        if running.is_some() || rooms.capacity.borrow().draining {
            return;
        }
        let capacity = rooms.capacity.subscribe();
        // With the lock of the folder, one life at a time has this name.
        let owner = OwnerId::new(Rooms::marker(&rooms.paths).trim_end_matches(':'));
        let clock = rooms.clock.clone();
        let queue = Clocked::new(rooms.queue.clone(), clock.clone());
        // The loop must not keep the engine alive, or the data folder would stay locked.
        let weak = Arc::downgrade(&rooms);
        *running = Some(tokio::spawn(claim_loop(
            queue,
            owner,
            clock,
            capacity,
            move |taken| {
                let rooms = weak.upgrade();
                async move {
                    if let Some(rooms) = rooms {
                        Box::pin(attempt::supervise(rooms, taken.into())).await;
                    }
                }
            },
        )));
    }

    /// Starts to plan schedules. What was missed is planned before anything is claimed.
    fn start_planner(&self) {
        let rooms = &self.rooms;
        let starts = ScheduleStarts::new(rooms);
        let weak = Arc::downgrade(rooms);
        let planned = move || {
            if let Some(rooms) = weak.upgrade() {
                Self { rooms }.ensure_claims();
            }
        };
        let (store, clock) = (rooms.store.clone(), rooms.clock.clone());
        let capacity = rooms.capacity.subscribe();
        let looping = async move {
            loop {
                let life = planner_loop(
                    store.clone(),
                    clock.clone(),
                    starts.clone(),
                    capacity.clone(),
                    planned.clone(),
                );
                // Each life on its own task, since a panic ends that. What it left is found by the next one.
                match tokio::spawn(life).await {
                    Err(error) if error.is_panic() => {
                        tracing::error!(%error, "the planner ended by a panic, and begins anew");
                        tokio::time::sleep(PLANNER_AGAIN).await;
                    }
                    _ => return,
                }
            }
        };
        *rooms
            .planner
            .lock()
            .expect("BUG: nothing panics while it is held") = Some(tokio::spawn(looping));
    }

    /// Facts as they are committed, in order.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Arc<[Event]>> {
        self.rooms.store.events()
    }

    /// Where this engine keeps things.
    #[must_use]
    pub fn paths(&self) -> &Paths {
        &self.rooms.paths
    }

    /// How many runs go on.
    #[must_use]
    pub fn live_runs(&self) -> usize {
        self.rooms.live.runs().len()
    }

    /// How many windows are open that a person opened.
    #[must_use]
    pub fn open_windows(&self) -> usize {
        let seats = self.rooms.leases.seats();
        seats
            .iter()
            .filter(|seat| seat.state == SeatState::Window)
            .count()
    }

    /// Whether a run goes on, one that was started here still waits, or a window is open.
    pub async fn is_busy(&self) -> bool {
        self.live_runs() > 0 || self.open_windows() > 0 || self.still_waits().await
    }

    /// Whether a run that was started through this engine has not ended. In a paused queue none will.
    async fn still_waits(&self) -> bool {
        let started = std::mem::take(&mut *self.started());
        let looked = self.rooms.store.read(move |db| {
            let mut left = Vec::new();
            for run in started {
                let row = db.run_row(run)?;
                if row.is_some_and(|row| row.state.is_live()) {
                    left.push(run);
                }
            }
            Ok((db.paused()?, left))
        });
        let (paused, left) = looked.await.unwrap_or_default();
        let waits = !paused && !left.is_empty();
        self.started().extend(left);
        waits
    }

    /// Remembers what was started in an engine that ends when it has nothing to do.
    pub(crate) fn note_started(&self, rows: &[RunRow]) {
        if self.rooms.claims_when == Claims::WhenAsked {
            self.started().extend(rows.iter().map(|row| row.id));
        }
    }

    fn started(&self) -> MutexGuard<'_, Vec<RunId>> {
        self.rooms
            .started
            .lock()
            .expect("BUG: nothing panics while it is held")
    }

    /// Waits until [`Self::is_busy`] is over.
    pub async fn idle(&self) {
        // Runs and browsers tell their changes here, and a run is over a moment after it has told so.
        let mut events = self.events();
        while self.is_busy().await {
            let told = tokio::time::timeout(IDLE_BEAT, events.recv()).await;
            if matches!(told, Ok(Err(RecvError::Closed))) {
                return;
            }
        }
    }

    /// Starts nothing more, ends or awaits what runs, and closes the database.
    pub async fn quit(&self, way: QuitWay) {
        self.rooms
            .capacity
            .send_modify(|capacity| capacity.draining = true);
        let planner = self
            .rooms
            .planner
            .lock()
            .expect("BUG: nothing panics while it is held")
            .take();
        if let Some(Err(error)) = async { Some(planner?.await) }.await {
            tracing::error!(%error, "the planner ended by a panic");
        }
        let claims = self
            .rooms
            .claims
            .lock()
            .expect("BUG: nothing panics while it is held")
            .take();
        if let Some(mut claims) = claims {
            let mut told = HashSet::new();
            loop {
                if way == QuitWay::StopRuns {
                    // Also a run that was being claimed a moment ago.
                    let live = self.rooms.live.runs().into_iter();
                    live.filter(|run| told.insert(*run)).for_each(|run| {
                        self.rooms.live.order(run, Control::Quit);
                    });
                }
                if tokio::time::timeout(Duration::from_millis(250), &mut claims)
                    .await
                    .is_ok()
                {
                    break;
                }
            }
        }
        self.rooms.spares.keep(false);
        self.rooms.attached.end_all().await;
        self.rooms.leases.close_all().await;
        self.rooms.store.close().await;
        tracing::info!("the engine has stopped");
    }

    /// The handle on rooms that somebody holds.
    pub(crate) const fn of(rooms: Arc<Rooms>) -> Self {
        Self { rooms }
    }

    pub(crate) fn rooms(&self) -> &Arc<Rooms> {
        &self.rooms
    }

    /// Tells every face when the keychain opens, locks or goes.
    pub(crate) fn watch_keychain(&self) {
        let mut states = self.rooms.vault().watch();
        let weak = Arc::downgrade(&self.rooms);
        tokio::spawn(async move {
            while states.changed().await.is_ok() {
                let Some(rooms) = weak.upgrade() else { return };
                Self { rooms }.tell_keychain().await;
            }
        });
    }

    /// Tells every face when a browser starts, is taken, idles or ends. Changes that come together are told together.
    fn watch_browsers(&self) {
        let mut changes = self.rooms.leases.changes();
        let weak = Arc::downgrade(&self.rooms);
        tokio::spawn(async move {
            while changes.changed().await.is_ok() {
                tokio::time::sleep(BROWSERS_BEAT).await;
                changes.mark_unchanged();
                let Some(rooms) = weak.upgrade() else { return };
                let told = rooms.store.write(rooms.now(), Caller::Drover, |tx| {
                    tx.record(Fact::BrowsersChanged)
                });
                if let Err(error) = told.await {
                    tracing::debug!(%error, "failed to tell that a browser has changed");
                }
            }
        });
    }

    /// Tells every face to look at the keychain again.
    pub(crate) async fn tell_keychain(&self) {
        let told = self
            .rooms
            .store
            .write(self.rooms.now(), Caller::Drover, |tx| {
                tx.record(Fact::KeychainChanged)
            })
            .await;
        if let Err(error) = told {
            tracing::warn!(%error, "failed to tell that the keychain has changed");
        }
    }
}

/// A command line ends with its runs, so nothing is kept for the next one.
fn spares(claims: Claims, settings: &Settings) -> Spares {
    match claims {
        Claims::WhenAsked => Spares::none(),
        Claims::AtOnce => {
            let spares = Spares::new(SpareRules::default());
            spares.keep(settings.keep_node_ready);
            spares
        }
    }
}

/// What the claim loop may do under these settings.
pub(crate) fn capacity_of(settings: &Settings, draining: bool) -> Capacity {
    Capacity {
        workers: settings.workers.clamp(1, Settings::MAX_WORKERS) as usize,
        draining,
    }
}
