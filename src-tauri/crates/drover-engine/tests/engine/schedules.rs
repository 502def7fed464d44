//! Schedules through the engine: what may be saved and what fires.

use crate::support::Life;
use drover_model::{
    Caller, Code, CommandError, RunRow, RunState, Schedule, ScheduleFile,
    request::{
        FixSchedules, GetCalendar, GetRun, GetSchedule, ListRuns, ListSchedules, PauseSchedule,
        RemoveSchedule, RemoveTask, RestoreSchedule, RunScheduleNow, SaveSchedule,
    },
    schedule::{Fix, ScheduleState},
};

pub(crate) const BY: Caller = Caller::Window;

pub(crate) const HELLO: &str = r#"{"name":"hello","kind":"command","program":"sh","args":["-c","test {{ params.who }} != nobody"],
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

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_that_cannot_be_read_is_shown_and_written_anew() {
    let life = Life::start().await;
    life.task(HELLO).await;
    let daily = || file("old", "hello", r#"{"cron":"@daily","tz":"UTC"}"#, "");
    let old = save(&life, daily()).await.unwrap();
    let other = file("other", "hello", r#"{"cron":"@daily","tz":"UTC"}"#, "");
    save(&life, other).await.unwrap();
    let folder = life.quit().await;
    let database = folder.path().join("data").join("drover.db");
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let database = rusqlite::Connection::open_with_flags(database, flags).unwrap();
    let changed = database.execute(
        "UPDATE schedule SET spec = json_set(spec, '$.when.cron', '@fullmoon') WHERE name = 'old'",
        [],
    );
    assert_eq!(changed.unwrap(), 1);
    drop(database);

    let life = Life::again(folder).await;
    let all = ListSchedules::default();
    let list = life.engine.list_schedules(BY, all.clone()).await.unwrap();
    assert_eq!(list.rows.len(), 1, "the other one is as it was");
    let [broken] = &*list.broken else {
        panic!("{:?}", list.broken)
    };
    assert_eq!((broken.id, &*broken.name), (old.id, "old"));
    assert!(broken.problem.contains("@fullmoon"), "{broken:?}");
    assert!(broken.hint.contains("schedule edit"), "{broken:?}");
    let wanted = GetSchedule {
        schedule: "Old".to_owned(),
        count: 0,
    };
    let error = life.engine.get_schedule(BY, wanted).await.unwrap_err();
    let error = CommandError::from(error);
    assert!(error.message.contains("cannot be read"), "{error}");
    assert_eq!(error.hint.as_ref(), Some(&broken.hint));
    let pause = PauseSchedule {
        schedule: old.id,
        until: None,
        note: String::new(),
    };
    let error = life.engine.pause_schedule(BY, pause).await.unwrap_err();
    assert_eq!(CommandError::from(error).code, Code::WrongState);

    let edit = |from| SaveSchedule {
        id: Some(broken.id),
        from_version: Some(from),
        file: daily(),
        confirmed: false,
    };
    let stale = life.engine.save_schedule(BY, edit(9)).await.unwrap_err();
    assert_eq!(CommandError::from(stale).code, Code::WrongState);
    let saved = life.engine.save_schedule(BY, edit(broken.version)).await;
    let saved = saved.unwrap();
    assert_eq!((saved.id, saved.version), (old.id, 2));
    assert_eq!(saved.state, ScheduleState::Active);
    let list = life.engine.list_schedules(BY, all).await.unwrap();
    assert_eq!((list.rows.len(), list.broken.len()), (2, 0));
    life.quit().await;
}
