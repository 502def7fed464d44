//! Schedules and fan-outs through the engine: what may be saved, what fires, and what comes of many runs.

use std::sync::Arc;

use crate::support::Life;
use drover_model::{
    BatchId, Caller, Code, CommandError, ProfileDraft, RunRow, RunState, Schedule, ScheduleFile,
    request::{
        CancelBatch, FixSchedules, GetBatch, GetCalendar, GetRun, GetSchedule, GetSummary,
        ListBatches, ListRuns, ListSchedules, MissedWay, PauseQueue, RemoveProfileSet,
        RemoveSchedule, RemoveTask, RestoreSchedule, RetryBatch, RunScheduleNow, SaveProfile,
        SaveProfileSet, SaveSchedule, SettleMissed, StartBatch, StartOptions,
    },
    schedule::{BatchFile, Fix, ScheduleState},
};
use drover_scheduler::Clock;
use jiff::Timestamp;

pub(crate) const BY: Caller = Caller::Window;

const HELLO: &str = r#"{"name":"hello","kind":"command","program":"sh","args":["-c","test {{ params.who }} != nobody"],
    "parameters":{"who":{"type":"string","default":"you"}}}"#;

pub(crate) fn file(name: &str, task: &str, when: &str, more: &str) -> ScheduleFile {
    let text = format!(r#"{{"name":"{name}","task":"{task}","when":{when}{more}}}"#);
    ScheduleFile::from_json(&text).unwrap()
}

pub(crate) async fn save(life: &Life, file: ScheduleFile) -> Result<Schedule, CommandError> {
    let save = SaveSchedule {
        id: None,
        from_version: None,
        file,
        confirmed: true,
    };
    Ok(life.engine.save_schedule(BY, save).await?)
}

/// Waits for commits until the schedule's rows are as wanted.
pub(crate) async fn rows(
    life: &Life,
    schedule: &Schedule,
    so: impl Fn(&[RunRow]) -> bool,
) -> Vec<RunRow> {
    let mut events = life.engine.events();
    let wait = async {
        loop {
            let wanted = ListRuns {
                schedule: Some(schedule.id),
                ..ListRuns::default()
            };
            let rows = life.engine.list_runs(BY, wanted).await.unwrap().rows;
            if so(&rows) {
                return rows;
            }
            events.recv().await.ok();
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(2), wait)
        .await
        .expect("the schedule did not get there")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_fires_and_its_end_starts_what_follows_it() {
    let life = Life::start().await;
    let script = "import { output } from 'drover'; output('price', '12.50'); output('count', 3);";
    let script = serde_json::json!({ "name": "read", "kind": "playwright", "placement": "own", "inline": script });
    life.task(&script.to_string()).await;
    life.task(
        r#"{"name":"tell","kind":"command","program":"sh","args":["-c","echo {{ params.price }} and {{ params.number }}"],
            "parameters":{"price":{"type":"string"},"number":{"type":"number"}}}"#,
    )
    .await;
    let values = r#","parameters":{"number":"{{ outputs.count }}"}"#;
    let second = save(&life, file("then", "tell", r#"{"after":"read"}"#, values))
        .await
        .unwrap();
    let first = save(&life, file("often", "read", r#"{"every":"1s"}"#, ""))
        .await
        .unwrap();
    assert_eq!(first.state, ScheduleState::Active);
    let runs = rows(&life, &second, |rows| {
        rows.iter().any(|row| row.state.is_terminal())
    })
    .await;
    let run = runs.iter().find(|row| row.state.is_terminal()).unwrap();
    assert_eq!(run.state, RunState::Succeeded, "{run:?}");
    assert!(
        life.log(run.id).await.contains("12.50 and 3"),
        "outputs are its values"
    );
    let upstream = run.origin.as_ref().unwrap().follows.unwrap();
    let upstream = life
        .engine
        .get_run(BY, GetRun { run: upstream })
        .await
        .unwrap();
    assert_eq!(upstream.row.origin.unwrap().schedule, Some(first.id));
    // A new life accounts for the time between, and repeats nothing.
    let folder = life.quit().await;
    let life = Life::again(folder).await;
    let before = rows(&life, &first, |rows| {
        rows.iter().any(|row| row.queued_at > run.queued_at)
    })
    .await;
    let mut nominal: Vec<_> = before
        .iter()
        .filter_map(|row| row.origin.as_ref()?.nominal_at)
        .collect();
    let count = nominal.len();
    nominal.sort_unstable();
    nominal.dedup();
    assert_eq!(nominal.len(), count, "no time has two rows");
    let accounted: u32 = before
        .iter()
        .map(|row| row.origin.as_ref().unwrap().covers)
        .sum();
    let (oldest, newest) = (nominal[0], nominal[count - 1]);
    let times = newest.duration_since(oldest).as_secs() + 1;
    let first_covers = before.last().unwrap().origin.as_ref().unwrap().covers;
    assert_eq!(
        i64::from(accounted - first_covers + 1),
        times,
        "no time is without a row"
    );
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_at_save() {
    let life = Life::start().await;
    life.task(HELLO).await;
    for name in ["b", "c"] {
        life.task(&HELLO.replace("hello", name)).await;
    }
    let refused = async |file: ScheduleFile| save(&life, file).await.unwrap_err();
    let daily = r#"{"cron":"@daily","tz":"UTC"}"#;
    let error = refused(file("s", "nothing", daily, "")).await;
    assert_eq!(error.code, Code::TaskNotFound);
    let error = refused(file("s", "hello", daily, r#","parameters":{"whom":"x"}"#)).await;
    assert_eq!(error.field.as_deref(), Some("parameters.whom"));
    let error = refused(file(
        "s",
        "hello",
        r#"{"cron":"0 0 31 2 *","tz":"UTC"}"#,
        "",
    ))
    .await;
    assert_eq!(error.code, Code::Invalid, "it can never fire: {error}");
    let error = refused(file(
        "s",
        "hello",
        r#"{"cron":"@daily","tz":"Europe/Berln"}"#,
        "",
    ))
    .await;
    assert!(error.message.contains("Europe/Berlin"), "{error}");
    let late = r#","jitter":"2h","start_deadline":"30m","batch":{"spread":"1h"}"#;
    let error = refused(file("s", "hello", daily, late)).await;
    let fields: Vec<&str> = error.fields.iter().map(|field| &*field.field).collect();
    assert_eq!(fields, ["jitter", "batch.spread"], "{error:?}");
    save(&life, file("1", "b", r#"{"after":"hello"}"#, ""))
        .await
        .unwrap();
    save(&life, file("2", "c", r#"{"after":"b"}"#, ""))
        .await
        .unwrap();
    let error = refused(file("3", "hello", r#"{"after":"c"}"#, "")).await;
    assert!(error.message.contains("b → c → hello → b"), "{error}");
    let often = SaveSchedule {
        id: None,
        from_version: None,
        file: file("s", "hello", r#"{"every":"5s"}"#, ""),
        confirmed: false,
    };
    let error = CommandError::from(life.engine.save_schedule(BY, often).await.unwrap_err());
    assert_eq!(
        (error.code, error.field.as_deref()),
        (Code::Invalid, Some("when"))
    );

    let kept = save(&life, file("s", "hello", daily, "")).await.unwrap();
    let error = refused(file("S", "hello", daily, "")).await;
    assert_eq!(error.code, Code::NameTaken);
    let edit = |from, name: &str| SaveSchedule {
        id: Some(kept.id),
        from_version: Some(from),
        file: file(name, "hello", daily, r#","enabled":false"#),
        confirmed: false,
    };
    let edited = life
        .engine
        .save_schedule(BY, edit(1, "new name"))
        .await
        .unwrap();
    assert_eq!((edited.version, edited.state), (2, ScheduleState::Paused));
    let error = CommandError::from(
        life.engine
            .save_schedule(BY, edit(1, "x"))
            .await
            .unwrap_err(),
    );
    assert_eq!(
        error.code,
        Code::WrongState,
        "somebody else has saved in between"
    );
    let task = kept.task_id;
    life.engine
        .remove_task(BY, RemoveTask { task })
        .await
        .unwrap();
    let list = life
        .engine
        .list_schedules(BY, ListSchedules::default())
        .await
        .unwrap();
    let broken = list.rows.iter().find(|row| row.id == kept.id).unwrap();
    assert_eq!(broken.state, ScheduleState::Broken);
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_is_not_closed_by_the_trash_and_a_batch_has_no_outputs() {
    let life = Life::start().await;
    life.task(HELLO).await;
    life.task(&HELLO.replace("hello", "b")).await;
    let first = save(&life, file("1", "b", r#"{"after":"hello"}"#, ""))
        .await
        .unwrap();
    let schedule = first.id;
    life.engine
        .remove_schedule(BY, RemoveSchedule { schedule })
        .await
        .unwrap();
    let second = save(&life, file("2", "hello", r#"{"after":"b"}"#, ""))
        .await
        .unwrap();
    let restored = life
        .engine
        .restore_schedule(BY, RestoreSchedule { schedule })
        .await;
    let error = CommandError::from(restored.unwrap_err());
    assert!(error.message.contains("b → hello → b"), "{error}");
    life.engine
        .remove_schedule(
            BY,
            RemoveSchedule {
                schedule: second.id,
            },
        )
        .await
        .unwrap();
    life.engine
        .restore_schedule(BY, RestoreSchedule { schedule })
        .await
        .unwrap();

    let whole = r#"{"after":"hello","scope":"batch"}"#;
    let values = r#","parameters":{"who":"{{ outputs.name }}"}"#;
    let error = save(&life, file("3", "b", whole, values))
        .await
        .unwrap_err();
    assert_eq!(error.field.as_deref(), Some("parameters.who"), "{error}");
    let each = r#"{"after":"hello","scope":"any"}"#;
    save(&life, file("3", "b", each, values)).await.unwrap();
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outputs_are_checked_against_what_the_followed_task_gives() {
    let life = Life::start().await;
    let script = "import { output } from 'drover'; output('price', 12.5); output('name', 'shoe');";
    let read = serde_json::json!({
        "name": "read", "kind": "playwright", "placement": "own", "inline": script,
        "outputs": { "price": "number", "name": "string", "rows": "json" },
    });
    life.task(&read.to_string()).await;
    life.task(
        r#"{"name":"tell","kind":"command","program":"sh","args":["-c","echo {{ outputs.name }} at {{ params.price }}"],
            "parameters":{"price":{"type":"number"}}}"#,
    )
    .await;
    life.task(
        r#"{"name":"odd","kind":"command","program":"echo","args":["{{ outputs.colour }}"],
            "parameters":{"size":{"type":"number"}}}"#,
    )
    .await;
    let after = r#"{"after":"read"}"#;
    let refused = async |task: &str, values: &str| {
        let error = save(&life, file("s", task, after, values))
            .await
            .unwrap_err();
        (error.field.unwrap_or_default(), error.message)
    };
    let (_, message) = refused("odd", r#","parameters":{"size":"{{ outputs.name }}"}"#).await;
    assert!(
        message.contains("output `name` of task `read` is a string, and a number is needed"),
        "{message}"
    );
    assert!(message.contains("gives no output `colour`"), "{message}");
    let (_, message) = refused("odd", "").await;
    assert!(message.contains("gives no output `size`"), "{message}");
    let (_, message) = refused("tell", r#","parameters":{"price":"{{ outputs.rows }}"}"#).await;
    assert!(
        message.contains("`rows` of task `read` is a json"),
        "{message}"
    );
    let tells = save(&life, file("s", "tell", after, "")).await.unwrap();
    let first = life.run("read").await.id;
    life.ended(first).await;
    let runs = rows(&life, &tells, |rows| {
        rows.iter().any(|row| row.state.is_terminal())
    })
    .await;
    assert_eq!(runs[0].state, RunState::Succeeded, "{runs:?}");
    assert!(life.log(runs[0].id).await.contains("shoe at 12.5"));
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_by_hand_needs_no_time_and_the_calendar_warns_of_crowds() {
    let life = Life::start().await;
    life.task(HELLO).await;
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"] {
        save(
            &life,
            file(name, "hello", r#"{"cron":"0 9 * * *","tz":"UTC"}"#, ""),
        )
        .await
        .unwrap();
    }
    let found = GetSchedule {
        schedule: "A".to_owned(),
        count: 3,
    };
    let found = life.engine.get_schedule(BY, found).await.unwrap();
    assert_eq!(found.next.len(), 3);
    let now = RunScheduleNow {
        schedule: found.schedule.id,
        request_id: Some("click".to_owned()),
    };
    let first = life.engine.run_schedule_now(BY, now.clone()).await.unwrap();
    let again = life.engine.run_schedule_now(BY, now).await.unwrap();
    assert_eq!(
        (first.len(), first[0].id),
        (1, again[0].id),
        "a double click is one start"
    );
    life.ended(first[0].id).await;

    let calendar = life
        .engine
        .get_calendar(BY, GetCalendar::default())
        .await
        .unwrap();
    assert_eq!(calendar.density.days.len(), 7);
    let starts: u32 = calendar
        .density
        .days
        .iter()
        .flat_map(|day| &day.hours)
        .sum();
    assert!(
        starts >= 66,
        "eleven a day for at least six whole days: {starts}"
    );
    let warning = calendar
        .warnings
        .iter()
        .find(|warning| warning.fix.is_some())
        .unwrap();
    let fix = warning.fix.clone().unwrap();
    assert!(matches!(&fix, Fix::Jitter { .. }), "{fix:?}");
    let fixed = life
        .engine
        .fix_schedules(BY, FixSchedules { fix })
        .await
        .unwrap();
    assert!(
        fixed
            .iter()
            .all(|schedule| schedule.spec.jitter.is_some() && schedule.version == 2)
    );
    life.quit().await;
}

async fn batch_done(life: &Life, batch: BatchId) -> drover_model::Batch {
    let mut events = life.engine.events();
    let wait = async {
        loop {
            let found = life.engine.get_batch(BY, GetBatch { batch }).await.unwrap();
            if found.finished_at.is_some() {
                return found;
            }
            events.recv().await.ok();
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(2), wait)
        .await
        .expect("the batch did not end")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_line_takes_no_further_fan_out_and_none_of_it_is_queued() {
    let life = Life::start().await;
    life.task(HELLO).await;
    let paused = PauseQueue { paused: true };
    life.engine.pause_queue(BY, paused).await.unwrap();
    let table = |rows: usize| StartBatch {
        task: "hello".to_owned(),
        csv: Some(format!("who\n{}", "anna\n".repeat(rows))),
        ..StartBatch::default()
    };
    // Counted as one, so that a large table can be run at all.
    let started = life.engine.start_batch(BY, table(1_001)).await.unwrap();
    assert_eq!(started.batch.unwrap().counts.waiting, 1_001);
    let refused = life.engine.start_batch(BY, table(2)).await.unwrap_err();
    let refused = CommandError::from(refused);
    assert_eq!(refused.code, Code::InUse, "{refused}");
    let all = ListBatches::default();
    let batches = life.engine.list_batches(BY, all).await.unwrap().rows;
    assert_eq!(batches.len(), 1, "nothing of the second is there");
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_run_as_a_whole_or_not_at_all_and_failures_are_run_again() {
    let life = Life::start().await;
    life.task(HELLO).await;
    let table = |csv: &str| StartBatch {
        task: "hello".to_owned(),
        csv: Some(csv.to_owned()),
        ..StartBatch::default()
    };
    let bad = "who,profile\nanna,ghost\nben,\n";
    let answer = life.engine.start_batch(BY, table(bad)).await.unwrap();
    assert_eq!(answer.rows.len(), 2, "{answer:?}");
    assert!(answer.batch.is_none());
    let none = life
        .engine
        .list_runs(BY, ListRuns::default())
        .await
        .unwrap();
    assert_eq!(none.total, 0, "nothing was queued");

    let request = StartBatch {
        limits: BatchFile {
            max_parallel: Some(1),
            ..BatchFile::default()
        },
        request_id: Some("once".to_owned()),
        ..table("who\nanna\nnobody\nben\n")
    };
    let started = life.engine.start_batch(BY, request.clone()).await.unwrap();
    let again = life.engine.start_batch(BY, request).await.unwrap();
    let batch = started.batch.unwrap().id;
    assert_eq!(
        again.batch.unwrap().id,
        batch,
        "the same request is the same batch"
    );
    let done = batch_done(&life, batch).await;
    let counts = done.counts;
    assert_eq!((counts.total, counts.succeeded, counts.failed), (3, 2, 1));
    let retry = RetryBatch {
        batch,
        request_id: None,
    };
    let retried = life.engine.retry_batch(BY, retry).await.unwrap();
    let retried = batch_done(&life, retried.id).await;
    assert_eq!((retried.counts.total, retried.retry_of), (1, Some(batch)));
    let runs = ListRuns {
        batch: Some(retried.id),
        ..ListRuns::default()
    };
    let runs = life.engine.list_runs(BY, runs).await.unwrap().rows;
    let run = life
        .engine
        .get_run(BY, GetRun { run: runs[0].id })
        .await
        .unwrap();
    assert_eq!(
        run.plan.params["who"], "nobody",
        "with the inputs of the failed run"
    );
    let list = life
        .engine
        .list_batches(BY, ListBatches::default())
        .await
        .unwrap();
    assert_eq!(list.rows.len(), 2);
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_failures_stop_the_rest_and_a_cancel_stops_all() {
    let life = Life::start().await;
    life.task(HELLO).await;
    let rows: String = (0..40).map(|_| "nobody\n").collect();
    let request = StartBatch {
        task: "hello".to_owned(),
        csv: Some(format!("who\n{rows}")),
        limits: BatchFile {
            max_parallel: Some(1),
            stop_after: Some("5%".to_owned()),
            ..BatchFile::default()
        },
        ..StartBatch::default()
    };
    let started = life.engine.start_batch(BY, request).await.unwrap();
    let done = batch_done(&life, started.batch.unwrap().id).await;
    assert!(done.stopped_at.is_some());
    assert_eq!((done.counts.failed, done.counts.cancelled), (2, 38));

    life.task(r#"{"name":"long","kind":"command","program":"sh","args":["-c","exec sleep 600"]}"#)
        .await;
    for name in ["anna", "ben", "carl"] {
        let draft = ProfileDraft {
            name: name.to_owned(),
            tags: vec!["eu".to_owned()],
            ..ProfileDraft::default()
        };
        let save = SaveProfile { id: None, draft };
        life.engine.save_profile(BY, save).await.unwrap();
    }
    let request = StartBatch {
        task: "long".to_owned(),
        options: StartOptions {
            tag: Some("eu".to_owned()),
            pick: Some(2),
            ..StartOptions::default()
        },
        ..StartBatch::default()
    };
    let started = life.engine.start_batch(BY, request).await.unwrap();
    let batch = started.batch.unwrap();
    assert_eq!(batch.counts.total, 2, "two of three, picked at random");
    let cancel = CancelBatch {
        batch: batch.id,
        waiting: false,
    };
    life.engine.cancel_batch(BY, cancel).await.unwrap();
    let done = batch_done(&life, batch.id).await;
    assert_eq!(done.counts.cancelled, 2);
    life.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_set_is_what_it_means_when_it_is_started() {
    let life = Life::start().await;
    for (name, tag) in [("p1", "eu"), ("p2", "eu"), ("p3", "us")] {
        let draft = ProfileDraft {
            name: name.to_owned(),
            browser: "auto".to_owned(),
            tags: vec![tag.to_owned()],
            ..ProfileDraft::default()
        };
        let save = SaveProfile { id: None, draft };
        life.engine.save_profile(BY, save).await.unwrap();
    }
    life.task(
        r#"{"name":"in-set","kind":"command","program":"true","profiles":{"set":"morning"}}"#,
    )
    .await;
    let dry = async |options: StartOptions| {
        let request = StartBatch {
            task: "in-set".to_owned(),
            options,
            dry: true,
            ..StartBatch::default()
        };
        life.engine.start_batch(BY, request).await.unwrap()
    };
    let none = dry(StartOptions::default()).await;
    assert!(
        none.problems[0].message.contains("no saved set"),
        "{none:?}"
    );
    let set = |name: &str, profiles: &[&str], filter: Option<&str>| SaveProfileSet {
        name: name.parse().unwrap(),
        profiles: profiles.iter().map(|name| (*name).to_owned()).collect(),
        filter: filter.map(str::to_owned),
    };
    let both = set("morning", &["p1"], Some("tag:eu"));
    assert!(life.engine.save_profile_set(BY, both).await.is_err());
    let ghost = set("morning", &["ghost"], None);
    let error = CommandError::from(life.engine.save_profile_set(BY, ghost).await.unwrap_err());
    assert_eq!(error.code, Code::ProfileNotFound);
    let saved = life
        .engine
        .save_profile_set(BY, set("Morning", &["p1", "P3"], None))
        .await
        .unwrap();
    assert_eq!(saved.profiles.len(), 2);
    assert_eq!(dry(StartOptions::default()).await.runs, 2);
    life.engine
        .save_profile_set(BY, set("europe", &[], Some("tag:eu")))
        .await
        .unwrap();
    let picked = StartOptions {
        set: Some("Europe".to_owned()),
        pick: Some(1),
        ..StartOptions::default()
    };
    assert_eq!(dry(picked).await.runs, 1);
    let gone = RemoveProfileSet {
        name: "morning".parse().unwrap(),
    };
    life.engine
        .remove_profile_set(BY, gone.clone())
        .await
        .unwrap();
    let error = CommandError::from(life.engine.remove_profile_set(BY, gone).await.unwrap_err());
    assert_eq!(error.code, Code::ProfileNotFound);
    life.quit().await;
}

/// A clock that stands.
struct Stopped(Timestamp);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        self.0
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_run_or_cancelled_as_a_person_says() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let life = Life::again_by(folder, Arc::new(Stopped(at("2026-06-01T08:30:00Z")))).await;
    life.task(HELLO).await;
    let hourly = file("s", "hello", r#"{"cron":"0 * * * *","tz":"UTC"}"#, "");
    let schedule = save(&life, hourly).await.unwrap();
    let folder = life.quit().await;

    let now = at("2026-06-01T13:30:00Z");
    let life = Life::again_by(folder, Arc::new(Stopped(now))).await;
    let covered = |rows: &[RunRow]| -> u32 {
        let covers = rows.iter().map(|row| row.origin.as_ref().unwrap().covers);
        covers.sum()
    };
    let found = rows(&life, &schedule, |rows| covered(rows) == 5).await;
    assert_eq!(
        found.len(),
        2,
        "one to catch up, one row for the rest: {found:?}"
    );
    // Nobody was there to hear of it, and nobody was at the start after it: it waits for an answer.
    let life = Life::again_by(life.quit().await, Arc::new(Stopped(now))).await;
    let open = life.engine.get_summary(BY, GetSummary {}).await.unwrap();
    let look = u64::try_from(now.as_millisecond()).unwrap();
    let [report] = &*open.missed else {
        panic!("{:?}", open.missed)
    };
    assert_eq!(
        (report.missed, report.queued, report.skipped, report.look),
        (5, 1, 4, look)
    );
    let settle = |way| SettleMissed { look, way };
    let queued = life
        .engine
        .settle_missed(BY, settle(MissedWay::RunAll))
        .await
        .unwrap();
    let nominal: Vec<_> = queued
        .iter()
        .map(|row| row.origin.as_ref().unwrap().nominal_at.unwrap().to_string())
        .collect();
    let hours = ["09", "10", "11", "12"].map(|hour| format!("2026-06-01T{hour}:00:00Z"));
    assert_eq!(nominal, hours);
    let open = life.engine.get_summary(BY, GetSummary {}).await.unwrap();
    assert_eq!(open.missed, [], "it was answered");
    let again = life
        .engine
        .settle_missed(BY, settle(MissedWay::RunAll))
        .await
        .unwrap();
    assert_eq!(again, [], "a second click runs nothing twice");
    for row in &queued {
        assert_eq!(life.ended(row.id).await.row.state, RunState::Succeeded);
    }
    let cancelled = life
        .engine
        .settle_missed(BY, settle(MissedWay::Cancel))
        .await
        .unwrap();
    assert_eq!(cancelled.len(), 1, "what was to catch up still waited");
    assert_eq!(cancelled[0].state, RunState::Cancelled);
    life.quit().await;
}
