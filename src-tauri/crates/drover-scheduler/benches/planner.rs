//! The planner's loop over a real database: how late starts are written, and what waiting costs. Prints one line of JSON.
//!
//! `--quick` makes it a tenth as long.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use drover_model::{
    Caller, Fact, Plan, ProfileId, RunId, ScheduleFile, ScheduleId, ScheduleSpec, Surroundings,
    Task, TaskId, request::ListRuns, schedule::WhenFile, task::Command,
};
use drover_scheduler::{
    Capacity, Clock as _, SystemClock,
    planner::{Planner, Prepared, StartItem, Starts, Unplanned, planner_loop},
};
use drover_store::{Store, StoredSchedule, Upstream};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// Schedules in one data folder.
const SCHEDULES: u32 = 10_000;

struct Port {
    ids: AtomicU64,
}

struct Start {
    task: Task,
}

impl Prepared for Start {
    fn items(&self) -> Vec<StartItem> {
        vec![StartItem {
            key: String::new(),
            profile: None,
        }]
    }

    fn over(&self) -> String {
        String::new()
    }

    fn plan(&self, _: usize, run: RunId) -> Result<Plan, Unplanned> {
        let around = Surroundings {
            task_version: self.task.version,
            run: Some(run),
            profile: None,
            proxy: None,
            tokens: &[],
            params: &std::collections::BTreeMap::new(),
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
        _: &StoredSchedule,
        task: Task,
        _: Option<&Upstream>,
        _: Option<ProfileId>,
    ) -> Result<Start, Unplanned> {
        Ok(Start { task })
    }

    fn new_id(&self, now: Timestamp) -> u128 {
        let ms = u128::try_from(now.as_millisecond()).unwrap_or_default();
        (ms << 80) | u128::from(self.ids.fetch_add(1, Ordering::Relaxed))
    }

    fn stop(&self, _: RunId) {}
}

fn port(from: u64) -> Port {
    Port {
        ids: AtomicU64::new(from),
    }
}

fn task(now: Timestamp) -> Task {
    let command = Command {
        program: "true".to_owned(),
        args: Vec::new(),
        cwd: None,
        shell: false,
    };
    Task {
        id: TaskId::from_bits(1),
        version: 1,
        spec: Task::command(command)
            .named("task".parse().expect("BUG: a name"))
            .expect("BUG: a task that is complete"),
        created_at: now,
        updated_at: now,
        removed_at: None,
    }
}

fn schedule(number: u32, when: WhenFile, now: Timestamp) -> StoredSchedule {
    let file = ScheduleFile {
        name: format!("schedule-{number}"),
        task: "task".to_owned(),
        when,
        ..ScheduleFile::default()
    };
    StoredSchedule {
        id: ScheduleId::from_bits(u128::from(number) + 1),
        version: 1,
        spec: ScheduleSpec::try_from(file).expect("BUG: the rules of the benchmark are fine"),
        task_id: TaskId::from_bits(1),
        after_task_id: None,
        task_removed: false,
        anchor: now,
        cursor: now,
        cursor_local: None,
        tzdb: String::new(),
        pause: None,
        resumed: None,
        created_at: now,
        updated_at: now,
        removed_at: None,
    }
}

/// A database with so many schedules.
async fn filled(folder: &std::path::Path, when: impl Fn(u32, Timestamp) -> WhenFile) -> Store {
    let now = SystemClock.now();
    let store = Store::open(folder, now).expect("BUG: a new folder").store;
    let schedules: Vec<_> = (0..SCHEDULES)
        .map(|number| schedule(number, when(number, now), now))
        .collect();
    store
        .write(now, Caller::Cli, move |tx| {
            tx.insert_task(&task(now))?;
            schedules.iter().try_for_each(|one| tx.put_schedule(one))
        })
        .await
        .expect("BUG: the schedules fit");
    store
}

/// Processor time of this process so far.
fn processor_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(") ")
        .next()
        .unwrap_or_default()
        .split(' ')
        .collect();
    let ticks = |place: usize| {
        let field = fields.get(place).copied();
        field
            .and_then(|text| text.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    // A tick is a hundredth of a second on every Linux that Drover runs on.
    (ticks(11) + ticks(12)) * 10.0
}

fn hourly(number: u32, _: Timestamp) -> WhenFile {
    WhenFile {
        cron: Some(format!("{} {} 1 1 *", number % 60, number % 24)),
        tz: Some("Europe/Berlin".to_owned()),
        ..WhenFile::default()
    }
}

/// What a look at all of them and waiting for them cost.
async fn idle(seconds: u64) -> (f64, f64, f64) {
    let folder = tempfile::tempdir().expect("BUG: there is room");
    let store = filled(folder.path(), hourly).await;
    let mut planner = Planner::new(store.clone(), port(1));
    let begin = Instant::now();
    planner.turn(SystemClock.tick()).await.expect("BUG: a turn");
    let first_turn_ms = begin.elapsed().as_secs_f64() * 1e3;
    let begin = Instant::now();
    for _ in 0..100 {
        planner.turn(SystemClock.tick()).await.expect("BUG: a turn");
    }
    let idle_turn_us = begin.elapsed().as_secs_f64() * 1e4;

    let (keep, capacity) = watch::channel(Capacity {
        workers: 1,
        draining: false,
    });
    let clock = Arc::new(SystemClock);
    let looping = tokio::spawn(planner_loop(store.clone(), clock, port(1), capacity, || {}));
    tokio::time::sleep(Duration::from_secs(1)).await; // its first turn is not idle
    let (begin, used) = (Instant::now(), processor_ms());
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let percent = (processor_ms() - used) / begin.elapsed().as_secs_f64() / 10.0;
    keep.send_modify(|capacity| capacity.draining = true);
    looping.await.expect("BUG: the loop does not panic");
    store.close().await;
    (first_turn_ms, idle_turn_us, percent)
}

/// How late each of many starts within some seconds was on disk, in milliseconds, sorted.
async fn late(seconds: u32) -> Vec<f64> {
    let folder = tempfile::tempdir().expect("BUG: there is room");
    // Filling takes a while, so all of it lies ahead by far.
    let lead = SignedDuration::from_secs(10);
    let step = f64::from(seconds) * 1e3 / f64::from(SCHEDULES);
    let begin = SystemClock.now() + lead;
    let when = move |number: u32, _: Timestamp| {
        #[expect(clippy::cast_possible_truncation, reason = "a minute in milliseconds")]
        let ms = (f64::from(number) * step) as i64;
        WhenFile {
            at: Some((begin + SignedDuration::from_millis(ms)).to_string()),
            ..WhenFile::default()
        }
    };
    let store = filled(folder.path(), when).await;
    let seen: Arc<Mutex<HashMap<RunId, Timestamp>>> = Arc::default();
    let mut events = store.events();
    let noted = seen.clone();
    let listening = tokio::spawn(async move {
        while let Ok(events) = events.recv().await {
            let now = SystemClock.now();
            let mut noted = noted.lock().expect("BUG: nothing panics while it is held");
            for event in &*events {
                if let Fact::RunQueued { run } = event.fact {
                    noted.insert(run, now);
                }
            }
        }
    });
    let (keep, capacity) = watch::channel(Capacity {
        workers: 1,
        draining: false,
    });
    let clock = Arc::new(SystemClock);
    let looping = tokio::spawn(planner_loop(store.clone(), clock, port(1), capacity, || {}));
    let end = begin + SignedDuration::from_secs(i64::from(seconds) + 2);
    let left = Duration::try_from(end - SystemClock.now()).unwrap_or_default();
    tokio::time::sleep(left).await;
    keep.send_modify(|capacity| capacity.draining = true);
    looping.await.expect("BUG: the loop does not panic");
    let wanted = ListRuns {
        limit: u32::MAX,
        ..ListRuns::default()
    };
    let rows = store.read(move |db| db.runs(&wanted)).await;
    let rows = rows.expect("BUG: the rows can be read").rows;
    store.close().await;
    listening.await.expect("BUG: listening does not panic");
    let seen = seen.lock().expect("BUG: nothing panics while it is held");
    assert_eq!(rows.len(), SCHEDULES as usize, "each is written once");
    let mut late: Vec<f64> = rows
        .iter()
        .filter_map(|row| {
            let nominal = row.origin.as_ref()?.nominal_at?;
            Some(seen.get(&row.id)?.duration_since(nominal).as_secs_f64() * 1e3)
        })
        .collect();
    assert_eq!(late.len(), rows.len(), "each was told");
    late.sort_by(f64::total_cmp);
    late
}

fn at(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() - 1) * percent / 100]
}

#[expect(clippy::print_stdout, reason = "the line is what the benchmark is for")]
fn main() {
    let quick = std::env::args().any(|word| word == "--quick");
    let seconds = if quick { 6 } else { 60 };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("BUG: a runtime");
    let (first_turn_ms, idle_turn_us, idle_percent) =
        runtime.block_on(idle(if quick { 10 } else { 60 }));
    let late = runtime.block_on(late(seconds));
    println!(
        "{{\"bench\":\"planner\",\"schedules\":{SCHEDULES},\"seconds\":{seconds},\"first_turn_ms\":{first_turn_ms:.1},\"idle_turn_us\":{idle_turn_us:.1},\"idle_cpu_percent\":{idle_percent:.3},\"late_p50_ms\":{:.2},\"late_p95_ms\":{:.2},\"late_p99_ms\":{:.2},\"late_max_ms\":{:.2}}}",
        at(&late, 50),
        at(&late, 95),
        at(&late, 99),
        at(&late, 100)
    );
}
