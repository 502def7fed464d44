//! Seeded schedules and batches.

use drover_model::request::SaveSchedule;
use drover_model::schedule::{BatchFile, LastStart, MissedReport, ScheduleFile};
use drover_model::{Batch, BatchCounts, BatchId, RunState};

use super::world::{World, name};

const SCHEDULES: [&str; 5] = [
    r#"{"name": "Morning orders", "task": "Log in and read orders", "when": {"cron": "0 9 * * MON-FRI", "tz": "Europe/Berlin"}, "overlap": "queue_one"}"#,
    r#"{"name": "Orders at noon", "task": "Log in and read orders", "when": {"cron": "0 9,12 * * *", "tz": "Europe/Berlin"}}"#,
    r#"{"name": "Price watch", "task": "Price check", "when": {"every": "15m"}, "jitter": "2m", "windows": ["MON-SAT 07:00-21:00"], "batch": {"max_parallel": 4}}"#,
    r#"{"name": "Report for New York", "task": "Nightly report", "when": {"cron": "30 2 1 * *", "tz": "America/New_York"}, "missed": "run_all", "enabled": false}"#,
    r#"{"name": "Notes after the report", "task": "Post release notes", "when": {"after": "Nightly report", "on": "succeeded", "scope": "any"}}"#,
];

/// After all that has a fixed address, so that no id changes.
pub(super) fn seed(world: &mut World) {
    for text in SCHEDULES {
        let file: ScheduleFile =
            serde_json::from_str(text).expect("BUG: seeded schedules are schedules");
        world
            .save_schedule(SaveSchedule {
                id: None,
                from_version: None,
                file,
                confirmed: true,
            })
            .expect("BUG: seeded schedules are complete");
    }
    let newest: Vec<_> = world.runs.iter().take(3).map(|run| run.row.id).collect();
    let ends = [
        (RunState::Succeeded, None, 1, 18_161),
        (RunState::Skipped, Some("still_running"), 3, 7_361),
        (RunState::Failed, Some("task_failed"), 1, 761),
    ];
    for (index, (run, (state, reason, covers, ago))) in newest.into_iter().zip(ends).enumerate() {
        world.schedules[index].last = Some(LastStart {
            run,
            at: world.ago(ago),
            state,
            reason: reason.map(str::to_owned),
            covers,
        });
    }
    batch(world, "tag price", 1_500, [40, 4, 23, 2]);
    batch(world, "12 rows", 9_200, [0, 0, 9, 3]);
}

/// What a big installation has beside that: a second page of batches, and times that were missed.
pub(super) fn many(world: &mut World) {
    for number in 0..130_u32 {
        let ago = 12_000 + i64::from(number) * 3_600;
        batch(world, "tag price", ago, [0, 0, 40 + number % 7, number % 3]);
    }
    world.missed.push(MissedReport {
        missed: 3,
        first: world.ago(9 * 3_600),
        last: world.ago(2 * 3_600),
        queued: 1,
        skipped: 2,
        look: u64::try_from(world.ago(3_600).as_millisecond()).unwrap_or(0),
    });
}

fn batch(world: &mut World, over: &str, ago: i64, counts: [u32; 4]) {
    let [waiting, running, succeeded, failed] = counts;
    let task = world
        .task("Price check")
        .expect("BUG: the task is seeded")
        .id;
    let going = waiting + running > 0;
    let batch = Batch {
        id: BatchId::from_bits(world.fresh()),
        task: name("Price check"),
        task_id: task,
        schedule: world
            .schedules
            .get(2)
            .map(|schedule| schedule.id)
            .filter(|_| going),
        schedule_name: going.then(|| name("Price watch")),
        over: over.to_owned(),
        limits: BatchFile::default(),
        counts: BatchCounts {
            total: counts.iter().sum(),
            waiting,
            running,
            succeeded,
            failed,
            ..BatchCounts::default()
        },
        stopped_at: None,
        retry_of: None,
        started_at: world.ago(ago),
        finished_at: (!going).then(|| world.ago(ago - 400)),
    };
    world.batches.push(batch);
}
