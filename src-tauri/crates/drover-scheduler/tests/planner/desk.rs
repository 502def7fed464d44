//! A planner, its database, and the clocks of a computer that the test owns.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use drover_model::{
    Batch, Caller, Event, Fact, Move, Plan, ProfileId, RunId, RunRow, RunState, ScheduleFile,
    ScheduleId, ScheduleSpec, Surroundings, Task, TaskId,
    request::{ListBatches, ListRuns},
    schedule::{ClockKind, MissedReport, Pause},
    task::Command,
};
use drover_scheduler::{
    Planner,
    planner::{Prepared, StartItem, Starts, Turned, Unplanned},
    schedule::{Tick, Zones},
};
use drover_store::{MoveDetail, Resumed, Store, StoredSchedule, Upstream};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tokio::sync::broadcast;

/// What the planner's port answers, and what it was told.
#[derive(Default)]
pub(crate) struct Known {
    ids: AtomicU64,
    /// The keys of a start's items; none is a single run.
    pub(crate) items: Mutex<Vec<String>>,
    /// Why nothing can be planned.
    pub(crate) problem: Mutex<Option<Unplanned>>,
    /// The schedule of which nobody can say now what it starts.
    pub(crate) late: Mutex<Option<String>>,
    /// The schedule that the port trips over.
    pub(crate) trap: Mutex<Option<String>>,
    pub(crate) stopped: Mutex<Vec<RunId>>,
    /// The outputs that the last start followed.
    pub(crate) outputs: Mutex<BTreeMap<String, serde_json::Value>>,
}

#[derive(Clone)]
pub(crate) struct Port(pub(crate) Arc<Known>);

pub(crate) struct Start {
    items: Vec<String>,
    task: Task,
}

impl Prepared for Start {
    fn items(&self) -> Vec<StartItem> {
        let items = self.items.iter().map(|key| StartItem {
            key: key.clone(),
            profile: None,
        });
        items.collect()
    }

    fn over(&self) -> String {
        "the items of the test".to_owned()
    }

    fn plan(&self, _: usize, run: RunId) -> Result<Plan, Unplanned> {
        let around = Surroundings {
            task_version: self.task.version,
            run: Some(run),
            profile: None,
            proxy: None,
            pool: None,
            tokens: &[],
            params: &BTreeMap::new(),
            program: Some("/bin/true"),
            browser: None,
            visible: false,
        };
        Plan::resolve(&self.task.spec, &around)
            .map_err(|errors| Unplanned::Problem(format!("{errors:?}")))
    }
}

impl Starts for Port {
    type Prepared = Start;

    async fn prepare(
        &self,
        schedule: &StoredSchedule,
        task: Task,
        upstream: Option<&Upstream>,
        _: Option<ProfileId>,
    ) -> Result<Start, Unplanned> {
        if let Some(problem) = &*self.0.problem.lock().unwrap() {
            return Err(problem.clone());
        }
        if self.0.late.lock().unwrap().as_deref() == Some(schedule.spec.name.as_str()) {
            return Err(Unplanned::Later("not now".to_owned()));
        }
        let trap = self.0.trap.lock().unwrap().clone();
        assert_ne!(trap.as_deref(), Some(schedule.spec.name.as_str()), "a trap");
        if let Some(upstream) = upstream {
            self.0.outputs.lock().unwrap().clone_from(&upstream.outputs);
        }
        let items = self.0.items.lock().unwrap().clone();
        Ok(Start {
            items: if items.is_empty() {
                vec![String::new()]
            } else {
                items
            },
            task,
        })
    }

    fn new_id(&self, now: Timestamp) -> u128 {
        let number = self.0.ids.fetch_add(1, Ordering::Relaxed) + 1;
        (u128::try_from(now.as_millisecond()).unwrap() << 80) | u128::from(number)
    }

    fn stop(&self, run: RunId) {
        self.0.stopped.lock().unwrap().push(run);
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A computer with a database and a planner.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) known: Arc<Known>,
    planner: Planner<Port>,
    pub(crate) tick: Tick,
    events: broadcast::Receiver<Arc<[Event]>>,
    _folder: TempDir,
}

/// The clocks stand at that time, and the computer was started then.
fn started(wall: &str) -> Tick {
    Tick {
        wall: at(wall),
        awake: Duration::from_secs(1_000),
        boot: Some(Duration::from_secs(1_000)),
    }
}

impl Desk {
    /// Tasks `t`, `u` and `v` are there; the planner has had its first turn.
    pub(crate) async fn new(now: &str) -> Self {
        Self::within(tempfile::tempdir().unwrap(), now).await
    }

    /// The same with its database in that folder.
    pub(crate) async fn within(folder: TempDir, now: &str) -> Self {
        let store = Store::open(folder.path(), at(now)).unwrap().store;
        let when = at(now);
        store
            .write(when, Caller::Cli, move |tx| {
                for (number, name) in [(1, "t"), (2, "u"), (3, "v")] {
                    tx.insert_task(&task(number, name, when))?;
                }
                Ok(())
            })
            .await
            .unwrap();
        let known = Arc::new(Known::default());
        let mut desk = Self {
            planner: Planner::new(store.clone(), Port(known.clone())),
            tick: started(now),
            events: store.events(),
            store,
            known,
            _folder: folder,
        };
        desk.turn().await;
        desk
    }

    /// The planner dies with all that it knew; a new one has its first turn at that time.
    pub(crate) async fn restart(&mut self, now: &str) -> Turned {
        self.restart_with(now, Zones::bundled()).await
    }

    /// The same with other zones.
    pub(crate) async fn restart_with(&mut self, now: &str, zones: Zones) -> Turned {
        let (store, port) = (self.store.clone(), Port(self.known.clone()));
        self.planner = Planner::with_zones(store, port, zones);
        self.tick = started(now);
        self.turn().await
    }

    pub(crate) async fn schedule(&mut self, when: &str, more: &str) -> ScheduleId {
        self.schedule_of("t", "s", when, more).await
    }

    pub(crate) async fn schedule_of(
        &mut self,
        task: &str,
        name: &str,
        when: &str,
        more: &str,
    ) -> ScheduleId {
        let text = format!(r#"{{"name":"{name}","task":"{task}","when":{when}{more}}}"#);
        let file = ScheduleFile::from_json(&text).unwrap();
        let spec = ScheduleSpec::try_from(file).unwrap();
        let now = self.tick.wall;
        let id = ScheduleId::from_bits(Port(self.known.clone()).new_id(now));
        let task = self.task(task).await;
        let after = match &spec.when {
            drover_model::schedule::When::After { task, .. } => {
                Some(self.task(task.as_str()).await)
            }
            _ => None,
        };
        let stored = StoredSchedule {
            id,
            version: 1,
            task_id: task,
            after_task_id: after,
            task_removed: false,
            anchor: now,
            cursor: now,
            cursor_local: None,
            tzdb: Zones::version().to_owned(),
            pause: None,
            resumed: None,
            created_at: now,
            updated_at: now,
            removed_at: None,
            spec,
        };
        self.store
            .write(now, Caller::Cli, move |tx| tx.put_schedule(&stored))
            .await
            .unwrap();
        self.turn().await;
        id
    }

    async fn task(&self, name: &str) -> TaskId {
        let name = name.to_owned();
        let found = self.store.read(move |db| db.find_task(&name, None)).await;
        found.unwrap().unwrap().id
    }

    /// One turn, after what was committed was heard, as by the loop.
    pub(crate) async fn turn(&mut self) -> Turned {
        self.try_turn().await.unwrap()
    }

    /// The same where the storage may fail.
    pub(crate) async fn try_turn(&mut self) -> drover_scheduler::planner::Result<Turned> {
        while let Ok(events) = self.events.try_recv() {
            for event in &*events {
                match &event.fact {
                    Fact::ScheduleChanged { schedule } => self.planner.note_changed(*schedule),
                    Fact::TaskChanged { .. } => self.planner.note_all_changed(),
                    _ => {}
                }
            }
        }
        self.planner.turn(self.tick).await
    }

    /// Awake until then, with a turn whenever the planner asks for one.
    pub(crate) async fn until(&mut self, wall: &str) {
        let end = at(wall);
        loop {
            let sleep = self.turn().await.sleep;
            if self.tick.wall >= end {
                return;
            }
            let left = Duration::try_from(end.duration_since(self.tick.wall)).unwrap();
            self.live_on(sleep.min(left));
        }
    }

    /// Awake for so long, without a look.
    pub(crate) fn live_on(&mut self, time: Duration) {
        self.tick.wall += SignedDuration::try_from(time).unwrap();
        self.tick.awake += time;
        *self.tick.boot.as_mut().unwrap() += time;
    }

    /// The computer sleeps until then.
    pub(crate) fn sleep(&mut self, until: &str) {
        let time = Duration::try_from(at(until).duration_since(self.tick.wall)).unwrap();
        self.tick.wall = at(until);
        *self.tick.boot.as_mut().unwrap() += time;
    }

    /// Somebody sets the clock.
    pub(crate) fn set_clock(&mut self, wall: &str) {
        self.tick.wall = at(wall);
    }

    /// All rows of the schedule, oldest first.
    pub(crate) async fn rows(&self, schedule: ScheduleId) -> Vec<RunRow> {
        let wanted = ListRuns {
            schedule: Some(schedule),
            limit: u32::MAX,
            ..ListRuns::default()
        };
        let list = self.store.read(move |db| db.runs(&wanted)).await;
        let mut rows = list.unwrap().rows;
        rows.reverse();
        rows
    }

    /// Each row in short, such as `queued 09:00` or `missed 09:00 x3`.
    pub(crate) async fn short(&self, schedule: ScheduleId) -> Vec<String> {
        let rows = self.rows(schedule).await;
        let words = rows.iter().map(|row| {
            let origin = row.origin.as_ref().unwrap();
            let what = row.reason.as_deref().unwrap_or_else(|| row.state.key());
            let when = origin
                .nominal_at
                .map(|at| at.strftime(" %d. %H:%M").to_string());
            let covers = if origin.covers == 1 {
                String::new()
            } else {
                format!(" x{}", origin.covers)
            };
            let item = if origin.item.is_empty() {
                String::new()
            } else {
                format!(" {}", origin.item)
            };
            format!("{what}{item}{}{covers}", when.unwrap_or_default())
        });
        words.collect()
    }

    /// A run is claimed and runs.
    pub(crate) async fn begin(&self, run: RunId) {
        let now = self.tick.wall;
        self.store
            .write(now, Caller::Drover, move |tx| {
                tx.tick(now)?;
                tx.claim(run, now, "m")?
                    .unwrap_or_else(|| panic!("{run} cannot be claimed"));
                tx.advance(run, 1, Move::Run, MoveDetail::at(now)).map(drop)
            })
            .await
            .unwrap();
    }

    /// A run ends in a state, from wherever it is.
    pub(crate) async fn end(&self, run: RunId, ended: drover_model::Ended) {
        let now = self.tick.wall;
        self.store
            .write(now, Caller::Drover, move |tx| {
                tx.advance(run, 1, Move::End { ended }, MoveDetail::at(now))
                    .map(drop)
            })
            .await
            .unwrap();
    }

    /// Runs end in a state at one moment, as when Drover finds them ended.
    pub(crate) async fn end_all(&self, runs: &[RunId], ended: drover_model::Ended) {
        let (now, runs) = (self.tick.wall, runs.to_vec());
        self.store
            .write(now, Caller::Drover, move |tx| {
                for run in runs {
                    tx.advance(run, 1, Move::End { ended }, MoveDetail::at(now))?;
                }
                Ok(())
            })
            .await
            .unwrap();
    }

    pub(crate) async fn pause(&self, schedule: ScheduleId, until: Option<&str>) {
        let pause = Pause {
            since: self.tick.wall,
            by: Caller::Cli,
            until: until.map(at),
            note: String::new(),
        };
        self.store
            .write(self.tick.wall, Caller::Cli, move |tx| {
                tx.pause_schedule(schedule, &pause)
            })
            .await
            .unwrap();
    }

    pub(crate) async fn resume(&self, schedule: ScheduleId, times: Resumed) {
        let now = self.tick.wall;
        self.store
            .write(now, Caller::Cli, move |tx| {
                tx.resume_schedule(schedule, times, now)
            })
            .await
            .unwrap();
    }

    pub(crate) async fn batches(&self) -> Vec<Batch> {
        let wanted = ListBatches::default();
        let list = self.store.read(move |db| db.batches(&wanted)).await;
        list.unwrap().rows
    }

    pub(crate) async fn facts(&self) -> Vec<Fact> {
        let events = self.store.read(|db| db.events_since(0, u32::MAX)).await;
        events
            .unwrap()
            .into_iter()
            .map(|event| event.fact)
            .collect()
    }

    pub(crate) async fn clock_changes(&self) -> Vec<ClockKind> {
        let facts = self.facts().await;
        let changes = facts.into_iter().filter_map(|fact| match fact {
            Fact::ClockChanged { change } => Some(change.what),
            _ => None,
        });
        changes.collect()
    }

    pub(crate) async fn missed(&self) -> Vec<MissedReport> {
        let facts = self.facts().await;
        let reports = facts.into_iter().filter_map(|fact| match fact {
            Fact::RunsMissed { report } => Some(report),
            _ => None,
        });
        reports.collect()
    }

    /// Queued and live runs of the schedule.
    pub(crate) async fn live(&self, schedule: ScheduleId) -> Vec<RunRow> {
        let rows = self.rows(schedule).await.into_iter();
        rows.filter(|row| row.state.is_live()).collect()
    }
}

/// Every nominal time up to the cursor is a row: how many the rows stand for.
pub(crate) fn accounted(rows: &[RunRow]) -> u32 {
    rows.iter()
        .map(|row| row.origin.as_ref().unwrap().covers)
        .sum()
}

pub(crate) fn is_run(row: &RunRow) -> bool {
    !matches!(row.state, RunState::Skipped | RunState::Expired)
}

fn task(number: u128, name: &str, now: Timestamp) -> Task {
    let command = Command {
        program: "true".to_owned(),
        args: Vec::new(),
        cwd: None,
        shell: false,
    };
    Task {
        id: TaskId::from_bits(number),
        version: 1,
        spec: Task::command(command).named(name.parse().unwrap()).unwrap(),
        created_at: now,
        updated_at: now,
        removed_at: None,
    }
}
