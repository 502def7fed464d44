//! Table `schedule`: rules, their pauses, and how far each has come.

use drover_model::{
    Fact, Name, RunId, ScheduleId, ScheduleSpec, TaskId,
    schedule::{BrokenSchedule, LastStart, Pause, When},
};
use jiff::{Timestamp, civil::DateTime};
use rusqlite::Row;

use crate::{
    Error, Result, Snapshot, Writing,
    column::{Json, Ms, Text, Word, folded},
};

/// A row of the table, with today's names of its tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSchedule {
    pub id: ScheduleId,
    pub version: u32,
    pub spec: ScheduleSpec,
    pub task_id: TaskId,
    /// The task that it follows.
    pub after_task_id: Option<TaskId>,
    /// Its task, or the one that it follows, is in the trash.
    pub task_removed: bool,
    /// What an interval counts from that names no anchor.
    pub anchor: Timestamp,
    /// Every time up to it is accounted for.
    pub cursor: Timestamp,
    pub cursor_local: Option<DateTime>,
    /// The zones that the last look went by.
    pub tzdb: String,
    pub pause: Option<Pause>,
    pub resumed: Option<PauseOver>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub removed_at: Option<Timestamp>,
}

/// A pause that is over and whose times are not accounted for yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PauseOver {
    pub times: Resumed,
    /// When it ended. Later times are none of the pause.
    pub at: Timestamp,
}

/// What becomes of the times of a pause that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resumed {
    /// They are skipped.
    Skip,
    /// They are missed times.
    CatchUp,
}

/// A live run of a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveItem {
    pub run: RunId,
    pub item: String,
    /// It is queued.
    pub waiting: bool,
}

const SELECT: &str = "SELECT s.id, s.name, s.version, s.spec, s.task_id, t.name AS task, s.after_task_id, a.name AS after_task,
    (t.removed_ms IS NOT NULL OR a.removed_ms IS NOT NULL) AS task_removed, s.anchor_ms, s.cursor_ms, s.cursor_local,
    s.tzdb, s.paused_ms, s.paused_by, s.paused_until_ms, s.paused_note, s.resumed, s.resumed_ms, s.created_ms, s.updated_ms, s.removed_ms
  FROM schedule AS s JOIN task AS t ON t.id = s.task_id LEFT JOIN task AS a ON a.id = s.after_task_id";

fn from_row(row: &Row<'_>) -> rusqlite::Result<StoredSchedule> {
    let time =
        |name: &str| Ok::<_, rusqlite::Error>(row.get::<_, Option<Ms>>(name)?.map(|at| at.0));
    let mut spec = row.get::<_, Json<ScheduleSpec>>("spec")?.0;
    spec.name = row.get::<_, Text<_>>("name")?.0;
    spec.task = row.get::<_, Text<_>>("task")?.0;
    if let (When::After { task, .. }, Some(name)) = (
        &mut spec.when,
        row.get::<_, Option<Text<Name>>>("after_task")?,
    ) {
        *task = name.0;
    }
    let pause = match time("paused_ms")? {
        Some(since) => Some(Pause {
            since,
            by: row.get::<_, Word<_>>("paused_by")?.0,
            until: time("paused_until_ms")?,
            note: row.get("paused_note")?,
        }),
        None => None,
    };
    spec.enabled = pause.is_none();
    Ok(StoredSchedule {
        id: row.get::<_, Text<_>>("id")?.0,
        version: row.get("version")?,
        spec,
        task_id: row.get::<_, Text<_>>("task_id")?.0,
        after_task_id: row
            .get::<_, Option<Text<_>>>("after_task_id")?
            .map(|id| id.0),
        task_removed: row.get("task_removed")?,
        anchor: row.get::<_, Ms>("anchor_ms")?.0,
        cursor: row.get::<_, Ms>("cursor_ms")?.0,
        cursor_local: row
            .get::<_, Option<Text<_>>>("cursor_local")?
            .map(|local| local.0),
        tzdb: row.get("tzdb")?,
        pause,
        resumed: match (
            row.get::<_, Option<Word<_>>>("resumed")?,
            time("resumed_ms")?,
        ) {
            (Some(times), Some(at)) => Some(PauseOver { times: times.0, at }),
            _ => None,
        },
        created_at: row.get::<_, Ms>("created_ms")?.0,
        updated_at: row.get::<_, Ms>("updated_ms")?.0,
        removed_at: time("removed_ms")?,
    })
}

/// A row that was read, or one that cannot be.
type Read = std::result::Result<StoredSchedule, BrokenSchedule>;

/// What a row says, or what of it this Drover does not understand.
fn readable(row: &Row<'_>) -> rusqlite::Result<Read> {
    let error = match from_row(row) {
        Ok(stored) => return Ok(Ok(stored)),
        Err(error) => error,
    };
    let problem = match &error {
        rusqlite::Error::FromSqlConversionFailure(_, _, cause) => cause.to_string(),
        other => other.to_string(),
    };
    let name: String = row.get("name")?;
    tracing::error!(schedule = %name, %problem, "a schedule cannot be read, and does not start");
    let hint = format!(
        "Write it anew with `drover-cli schedule edit {name:?} -f FILE`, or put it into the trash with \
         `drover-cli schedule remove {name:?}`."
    );
    Ok(Err(BrokenSchedule {
        id: row.get::<_, Text<_>>("id")?.0,
        task_id: row.get::<_, Text<_>>("task_id")?.0,
        version: row.get("version")?,
        written: row.get("spec").unwrap_or_default(),
        name,
        problem,
        hint,
    }))
}

impl Snapshot<'_> {
    /// Living or removed schedules, by name. One that this Drover cannot read, as another one may have kept it, is left
    /// out and keeps no other from being planned.
    pub fn schedules(&self, removed: bool) -> Result<Vec<StoredSchedule>> {
        Ok(self.all_schedules(removed)?.0)
    }

    /// The same, and those that cannot be read.
    pub fn all_schedules(
        &self,
        removed: bool,
    ) -> Result<(Vec<StoredSchedule>, Vec<BrokenSchedule>)> {
        let read = self.all(
            "read schedules",
            &format!("{SELECT} WHERE (s.removed_ms IS NOT NULL) = ?1 ORDER BY s.name_key, s.id"),
            [removed],
            readable,
        )?;
        let (mut stored, mut broken) = (Vec::new(), Vec::new());
        for one in read {
            match one {
                Ok(one) => stored.push(one),
                Err(one) => broken.push(one),
            }
        }
        Ok((stored, broken))
    }

    /// The living schedule of that name or id, when it cannot be read.
    pub fn broken_schedule(&self, text: &str) -> Result<Option<BrokenSchedule>> {
        let read = self.first(
            "read a schedule",
            &format!("{SELECT} WHERE (s.name_key = ?1 OR s.id = ?2) AND s.removed_ms IS NULL"),
            (folded(text), text.trim().to_ascii_uppercase()),
            readable,
        )?;
        Ok(read.and_then(Read::err))
    }

    /// The version of a schedule and whether it is in the trash, also when the rest of it cannot be read.
    pub fn version_of_schedule(&self, id: ScheduleId) -> Result<Option<(u32, bool)>> {
        self.first(
            "read the version of a schedule",
            "SELECT version, removed_ms IS NOT NULL FROM schedule WHERE id = ?1",
            [Text(id)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// The living schedule of that id, as [`Self::schedules`] has it.
    pub fn living_schedule(&self, id: ScheduleId) -> Result<Option<StoredSchedule>> {
        let read = self.first(
            "read a schedule",
            &format!("{SELECT} WHERE s.id = ?1 AND s.removed_ms IS NULL"),
            [Text(id)],
            readable,
        )?;
        Ok(read.and_then(Read::ok))
    }

    /// The schedule of that id, also from the trash.
    pub fn schedule(&self, id: ScheduleId) -> Result<Option<StoredSchedule>> {
        self.first(
            "read a schedule",
            &format!("{SELECT} WHERE s.id = ?1"),
            [Text(id)],
            from_row,
        )
    }

    /// The schedule that a person means: by id, also from the trash, or a living one by name.
    pub fn find_schedule(&self, text: &str) -> Result<Option<StoredSchedule>> {
        if let Ok(id) = text.trim().parse()
            && let Some(schedule) = self.schedule(id)?
        {
            return Ok(Some(schedule));
        }
        self.first(
            "read a schedule",
            &format!("{SELECT} WHERE s.name_key = ?1 AND s.removed_ms IS NULL"),
            [folded(text)],
            from_row,
        )
    }

    /// Its live runs, oldest first.
    pub fn live_of_schedule(&self, id: ScheduleId) -> Result<Vec<LiveItem>> {
        self.all(
            "read the live runs of a schedule",
            "SELECT id, item_key, state = 'queued' AS waiting FROM run
             WHERE schedule_id = ?1 AND finished_ms IS NULL ORDER BY id",
            [Text(id)],
            |row| {
                Ok(LiveItem {
                    run: row.get::<_, Text<_>>("id")?.0,
                    item: row.get("item_key")?,
                    waiting: row.get("waiting")?,
                })
            },
        )
    }

    /// How many of its runs are live.
    pub fn live_count_of_schedule(&self, id: ScheduleId) -> Result<u32> {
        self.one(
            "count the live runs of a schedule",
            "SELECT count(*) FROM run
             WHERE schedule_id = ?1 AND finished_ms IS NULL",
            [Text(id)],
            |row| row.get(0),
        )
    }

    /// The newest row that it made.
    pub fn last_of_schedule(&self, id: ScheduleId) -> Result<Option<LastStart>> {
        self.first(
            "read the newest row of a schedule",
            "SELECT id, ifnull(nominal_ms, queued_ms) AS at_ms, state, reason, covers FROM run
             WHERE schedule_id = ?1 ORDER BY id DESC LIMIT 1",
            [Text(id)],
            |row| {
                Ok(LastStart {
                    run: row.get::<_, Text<_>>("id")?.0,
                    at: row.get::<_, Ms>("at_ms")?.0,
                    state: row.get::<_, Word<_>>("state")?.0,
                    reason: row.get("reason")?,
                    covers: row.get("covers")?,
                })
            },
        )
    }

    fn check_schedule_name(&self, id: ScheduleId, name: &Name) -> Result<()> {
        let taken = self.first(
            "look for a schedule of that name",
            "SELECT 1 FROM schedule WHERE name_key = ?1 AND removed_ms IS NULL AND id <> ?2",
            (folded(name.as_str()), Text(id)),
            |_| Ok(()),
        )?;
        taken.map_or(Ok(()), |()| {
            Err(Error::NameTaken {
                what: "schedule",
                name: name.to_string(),
            })
        })
    }
}

impl Writing<'_> {
    /// Keeps a schedule as given: a new one at version 1, else the version after the one that is there.
    ///
    /// # Errors
    /// [`Error::ScheduleSaved`] when somebody saved in between.
    pub fn put_schedule(&mut self, schedule: &StoredSchedule) -> Result<()> {
        self.check_schedule_name(schedule.id, &schedule.spec.name)?;
        let found = self.version_of_schedule(schedule.id)?;
        let found = found.map_or(0, |(version, _)| version);
        if schedule.version != found + 1 {
            return Err(Error::ScheduleSaved {
                schedule: schedule.spec.name.to_string(),
                found,
            });
        }
        let pause = schedule.pause.as_ref();
        self.change(
            "keep a schedule",
            "INSERT INTO schedule (id, name, name_key, version, task_id, after_task_id, spec, anchor_ms, cursor_ms, cursor_local,
                 tzdb, paused_ms, paused_by, paused_until_ms, paused_note, resumed, resumed_ms, created_ms, updated_ms)
             VALUES (:id, :name, :key, :version, :task, :after, :spec, :anchor, :cursor, :local, :tzdb, :paused, :by, :until,
                 :note, :resumed, :resumed_at, :created, :updated)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, version = excluded.version,
                 task_id = excluded.task_id, after_task_id = excluded.after_task_id, spec = excluded.spec,
                 anchor_ms = excluded.anchor_ms, cursor_ms = excluded.cursor_ms, cursor_local = excluded.cursor_local,
                 tzdb = excluded.tzdb, paused_ms = excluded.paused_ms, paused_by = excluded.paused_by,
                 paused_until_ms = excluded.paused_until_ms, paused_note = excluded.paused_note,
                 resumed = excluded.resumed, resumed_ms = excluded.resumed_ms, updated_ms = excluded.updated_ms",
            rusqlite::named_params! {
                ":id": Text(schedule.id),
                ":name": schedule.spec.name.as_str(),
                ":key": folded(schedule.spec.name.as_str()),
                ":version": schedule.version,
                ":task": Text(schedule.task_id),
                ":after": schedule.after_task_id.map(Text),
                ":spec": Json(&schedule.spec),
                ":anchor": Ms(schedule.anchor),
                ":cursor": Ms(schedule.cursor),
                ":local": schedule.cursor_local.map(Text),
                ":tzdb": schedule.tzdb,
                ":paused": pause.map(|pause| Ms(pause.since)),
                ":by": pause.map(|pause| pause.by.key()),
                ":until": pause.and_then(|pause| pause.until).map(Ms),
                ":note": pause.map_or("", |pause| pause.note.as_str()),
                ":resumed": schedule.resumed.map(|over| Word(over.times)),
                ":resumed_at": schedule.resumed.map(|over| Ms(over.at)),
                ":created": Ms(schedule.created_at),
                ":updated": Ms(schedule.updated_at),
            },
        )?;
        self.tell_schedule(schedule.id)
    }

    /// Pauses a living schedule, or changes its pause.
    pub fn pause_schedule(&mut self, id: ScheduleId, pause: &Pause) -> Result<()> {
        let changed = self.change(
            "pause a schedule",
            "UPDATE schedule SET paused_ms = ifnull(paused_ms, ?2), paused_by = ?3, paused_until_ms = ?4, paused_note = ?5
             WHERE id = ?1 AND removed_ms IS NULL",
            (
                Text(id),
                Ms(pause.since),
                pause.by.key(),
                pause.until.map(Ms),
                &pause.note,
            ),
        )?;
        self.told_schedule(id, changed)
    }

    /// Ends a pause, which was over at `at`; the planner accounts for its times at its next look. False when it was not
    /// paused.
    pub fn resume_schedule(
        &mut self,
        id: ScheduleId,
        times: Resumed,
        at: Timestamp,
    ) -> Result<bool> {
        let changed = self.change(
            "resume a schedule",
            "UPDATE schedule SET paused_ms = NULL, paused_by = NULL, paused_until_ms = NULL, paused_note = '', resumed = ?2,
                 resumed_ms = ?3
             WHERE id = ?1 AND removed_ms IS NULL AND paused_ms IS NOT NULL",
            (Text(id), Word(times), Ms(at)),
        )?;
        if changed > 0 {
            self.tell_schedule(id)?;
        }
        Ok(changed > 0)
    }

    /// Puts a schedule into the trash. Ends that it has not followed are followed no more.
    pub fn remove_schedule(&mut self, id: ScheduleId, at: Timestamp) -> Result<()> {
        let changed = self.change(
            "remove a schedule",
            "UPDATE schedule SET removed_ms = ?2 WHERE id = ?1 AND removed_ms IS NULL",
            (Text(id), Ms(at)),
        )?;
        self.change(
            "forget what a removed schedule was to follow",
            "DELETE FROM follow WHERE schedule_id = ?1",
            [Text(id)],
        )?;
        self.told_schedule(id, changed)
    }

    /// Takes a schedule out of the trash; it begins anew at `at`. A name that is in use by now is refused with
    /// [`Error::NameTaken`].
    pub fn restore_schedule(&mut self, id: ScheduleId, at: Timestamp) -> Result<()> {
        let removed = self
            .schedule(id)?
            .filter(|schedule| schedule.removed_at.is_some());
        let schedule = removed.ok_or_else(|| Error::not_found("schedule", id))?;
        self.check_schedule_name(id, &schedule.spec.name)?;
        let changed = self.change(
            "restore a schedule",
            "UPDATE schedule SET removed_ms = NULL, cursor_ms = max(cursor_ms, ?2), resumed = NULL, resumed_ms = NULL
             WHERE id = ?1",
            (Text(id), Ms(at)),
        )?;
        self.told_schedule(id, changed)
    }

    fn told_schedule(&mut self, id: ScheduleId, changed: usize) -> Result<()> {
        if changed == 0 {
            return Err(Error::not_found("schedule", id));
        }
        self.tell_schedule(id)
    }

    pub(super) fn tell_schedule(&mut self, id: ScheduleId) -> Result<()> {
        self.record(Fact::ScheduleChanged { schedule: id })
            .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        schema,
        testing::{Database, task},
    };

    #[test]
    fn a_schedule_that_cannot_be_read_hides_no_other() {
        let database = Database::new();
        database.writing().insert_task(&task(1, "t")).unwrap();
        for (number, cron) in [(1, "0 9 * * *"), (2, "0 9 * * FUNDAY")] {
            database
                .conn
                .execute(
                    "INSERT INTO schedule (id, name, name_key, version, task_id, spec, anchor_ms, cursor_ms, tzdb, created_ms,
                         updated_ms)
                     SELECT ?1, ?2, ?2, 1, id, json_object('name', ?2, 'task', 't', 'when',
                         json_object('cron', ?3, 'tz', 'UTC')), 0, 0, '', 0, 0 FROM task",
                    (format!("{number:026}"), format!("s{number}"), cron),
                )
                .unwrap();
        }
        let all = database.reading().schedules(false).unwrap();
        let names: Vec<&str> = all.iter().map(|one| one.spec.name.as_str()).collect();
        assert_eq!(names, ["s1"]);
        let id = format!("{:026}", 2).parse().unwrap();
        let found = database.reading().living_schedule(id).unwrap();
        assert_eq!(found, None);
        let broken = database.reading().all_schedules(false).unwrap().1;
        assert_eq!((broken.len(), broken[0].id, broken[0].version), (1, id, 1));
        assert!(broken[0].problem.contains("FUNDAY"), "{broken:?}");
        assert!(broken[0].written.contains("0 9 * * FUNDAY"), "{broken:?}");
        let named = database.reading().broken_schedule("S2").unwrap();
        assert_eq!(named, Some(broken[0].clone()));
        assert_eq!(database.reading().broken_schedule("s1").unwrap(), None);
        let version = database.reading().version_of_schedule(id).unwrap();
        assert_eq!(version, Some((1, false)));
    }

    #[test]
    fn runs_of_the_format_before_have_no_schedule() {
        let mut conn = rusqlite::Connection::open_in_memory().unwrap();
        let steps = schema::steps();
        let before = steps
            .iter()
            .position(|step| format!("{step:?}").contains("CREATE TABLE schedule"))
            .unwrap();
        schema::migrations().to_version(&mut conn, before).unwrap();
        conn.execute_batch(
            "INSERT INTO task (id, name, name_key, version, created_ms) VALUES ('t', 'T', 't', 1, 0);
             INSERT INTO task_version (task_id, version, spec, saved_ms) VALUES ('t', 1, '{}', 0);
             INSERT INTO run (id, task_id, task_version, kind, state, queued_ms, not_before_ms)
                 VALUES ('a', 't', 1, 'command', 'queued', 0, 0), ('b', 't', 1, 'command', 'queued', 0, 0);",
        )
        .unwrap();
        schema::migrations().to_latest(&mut conn).unwrap();
        let old: (u32, u32) = conn
            .query_row(
                "SELECT count(*), sum(covers) FROM run WHERE schedule_id IS NULL AND batch_id IS NULL AND behind IS NULL
                     AND item_key = '' AND depth = 0",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        assert_eq!(
            old,
            (2, 2),
            "what was there stays, and stands for one run each"
        );
    }
}
