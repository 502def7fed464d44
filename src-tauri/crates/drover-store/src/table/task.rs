//! Tables `task` and `task_version`. A version never changes.

use drover_model::{
    Fact, LimitKind, Name, Task, TaskId,
    request::{LastRun, TaskSummary},
};
use jiff::Timestamp;
use rusqlite::Row;

use crate::{
    Error, Result, Snapshot, Writing,
    column::{Json, Ms, Text, Word, folded},
};

const SELECT: &str = "SELECT t.id, v.version, v.spec, t.created_ms, v.saved_ms, t.removed_ms
    FROM task AS t JOIN task_version AS v ON v.task_id = t.id";

/// Bars in the task list.
const LAST: u32 = 20;

fn from_row(row: &Row<'_>) -> rusqlite::Result<Task> {
    Ok(Task {
        id: row.get::<_, Text<_>>("id")?.0,
        version: row.get("version")?,
        spec: row.get::<_, Json<_>>("spec")?.0,
        created_at: row.get::<_, Ms>("created_ms")?.0,
        updated_at: row.get::<_, Ms>("saved_ms")?.0,
        removed_at: row.get::<_, Option<Ms>>("removed_ms")?.map(|at| at.0),
    })
}

impl Snapshot<'_> {
    /// The task of that id at a version, the newest when none is said; also from the trash.
    pub fn task(&self, id: TaskId, version: Option<u32>) -> Result<Option<Task>> {
        self.first(
            "read a task",
            &format!("{SELECT} WHERE t.id = ?1 AND v.version = ifnull(?2, t.version)"),
            (Text(id), version),
            from_row,
        )
    }

    /// The task that a person means: by id, also from the trash, or a living one by name,
    /// without regard to case.
    pub fn find_task(&self, text: &str, version: Option<u32>) -> Result<Option<Task>> {
        if let Ok(id) = text.trim().parse()
            && let Some(task) = self.task(id, version)?
        {
            return Ok(Some(task));
        }
        self.first(
            "read a task",
            &format!(
                "{SELECT} WHERE t.name_key = ?1 AND t.removed_ms IS NULL AND v.version = ifnull(?2, t.version)"
            ),
            (folded(text), version),
            from_row,
        )
    }

    /// Living or removed tasks at their newest version, by name, with their newest runs.
    pub fn tasks(&self, removed: bool) -> Result<Vec<TaskSummary>> {
        let tasks = self.tasks_by_name(removed)?;
        tasks.into_iter().map(|task| self.summed_up(task)).collect()
    }

    pub(super) fn tasks_by_name(&self, removed: bool) -> Result<Vec<Task>> {
        self.all(
            "read tasks",
            &format!(
                "{SELECT} AND v.version = t.version WHERE (t.removed_ms IS NOT NULL) = ?1 ORDER BY t.name_key, t.id"
            ),
            [removed],
            from_row,
        )
    }

    fn summed_up(&self, task: Task) -> Result<TaskSummary> {
        let last = self.all(
            "read the runs of a task",
            "SELECT id, state, finished_ms - started_ms AS ran_ms FROM run WHERE task_id = ?1 ORDER BY id DESC LIMIT ?2",
            (Text(task.id), LAST),
            |row| {
                let ran: Option<i64> = row.get("ran_ms")?;
                Ok(LastRun {
                    run: row.get::<_, Text<_>>("id")?.0,
                    state: row.get::<_, Word<_>>("state")?.0,
                    ran_ms: ran.map(|ms| u64::try_from(ms).unwrap_or(0)),
                })
            },
        )?;
        let mut times: Vec<_> = last.iter().filter_map(|run| run.ran_ms).collect();
        times.sort_unstable();
        Ok(TaskSummary {
            median_ms: times.get(times.len() / 2).copied(),
            task,
            last,
        })
    }

    fn check_task_name(&self, id: TaskId, name: &Name) -> Result<()> {
        let taken = self.first(
            "look for a task of that name",
            "SELECT 1 FROM task WHERE name_key = ?1 AND removed_ms IS NULL AND id <> ?2",
            (folded(name.as_str()), Text(id)),
            |_| Ok(()),
        )?;
        taken.map_or(Ok(()), |()| {
            Err(Error::NameTaken {
                what: "task",
                name: name.to_string(),
            })
        })
    }
}

impl Writing<'_> {
    /// Keeps a new task, with its version as given (1).
    pub fn insert_task(&mut self, task: &Task) -> Result<()> {
        self.check_task_name(task.id, &task.spec.name)?;
        self.change(
            "keep a task",
            "INSERT INTO task (id, name, name_key, version, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                Text(task.id),
                task.spec.name.as_str(),
                folded(task.spec.name.as_str()),
                task.version,
                Ms(task.created_at),
            ),
        )?;
        self.put_version(task)
    }

    /// Keeps the next version of a task: `task.version` must be the newest plus one, otherwise
    /// somebody saved in between and [`Error::VersionTaken`] names what is there.
    pub fn add_task_version(&mut self, task: &Task) -> Result<()> {
        self.check_task_name(task.id, &task.spec.name)?;
        let newest = self.task(task.id, None)?;
        let newest = newest.ok_or_else(|| Error::not_found("task", task.id))?;
        if task.version != newest.version + 1 {
            return Err(Error::VersionTaken {
                task: newest.spec.name.to_string(),
                found: newest.version,
            });
        }
        self.change(
            "keep a task",
            "UPDATE task SET name = ?2, name_key = ?3, version = ?4 WHERE id = ?1",
            (
                Text(task.id),
                task.spec.name.as_str(),
                folded(task.spec.name.as_str()),
                task.version,
            ),
        )?;
        if newest.spec.name != task.spec.name {
            self.rename_limit(LimitKind::Task, &newest.spec.name, &task.spec.name)?;
        }
        self.put_version(task)
    }

    fn put_version(&mut self, task: &Task) -> Result<()> {
        self.change(
            "keep a version of a task",
            "INSERT INTO task_version (task_id, version, spec, saved_ms) VALUES (?1, ?2, ?3, ?4)",
            (
                Text(task.id),
                task.version,
                Json(&task.spec),
                Ms(task.updated_at),
            ),
        )?;
        self.record(Fact::TaskChanged { task: task.id }).map(drop)
    }

    /// Puts a task into the trash. Its queued runs go on: their plans are their own.
    pub fn remove_task(&mut self, id: TaskId, at: Timestamp) -> Result<()> {
        let changed = self.change(
            "remove a task",
            "UPDATE task SET removed_ms = ?2 WHERE id = ?1 AND removed_ms IS NULL",
            (Text(id), Ms(at)),
        )?;
        if changed == 0 {
            return Err(Error::not_found("task", id));
        }
        self.record(Fact::TaskChanged { task: id }).map(drop)
    }

    /// Takes a task out of the trash. A name that is in use by now is refused with
    /// [`Error::NameTaken`].
    pub fn restore_task(&mut self, id: TaskId) -> Result<()> {
        let removed = self
            .task(id, None)?
            .filter(|task| task.removed_at.is_some());
        let task = removed.ok_or_else(|| Error::not_found("task", id))?;
        self.check_task_name(id, &task.spec.name)?;
        self.change(
            "restore a task",
            "UPDATE task SET removed_ms = NULL WHERE id = ?1",
            [Text(id)],
        )?;
        self.record(Fact::TaskChanged { task: id }).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{Ended, Move, RunId, RunState};

    use super::*;
    use crate::{
        MoveDetail,
        testing::{Database, at, run, spec, task},
    };

    #[test]
    fn versions_stay_and_the_newest_is_shown() {
        let database = Database::new();
        let mut writing = database.writing();
        let first = task(1, "check");
        writing.insert_task(&first).unwrap();
        let second = Task {
            version: 2,
            spec: spec("check two"),
            updated_at: at(5),
            ..first.clone()
        };
        writing.add_task_version(&second).unwrap();
        assert_eq!(
            writing.task(first.id, Some(1)).unwrap(),
            Some(first.clone())
        );
        assert_eq!(
            writing.find_task("CHECK two", None).unwrap(),
            Some(second.clone())
        );
        assert_eq!(
            writing.find_task(&first.id.to_string(), Some(1)).unwrap(),
            Some(first)
        );
        assert_eq!(writing.find_task("check", None).unwrap(), None);
        let late = writing.add_task_version(&second).unwrap_err();
        assert!(
            matches!(late, Error::VersionTaken { found: 2, .. }),
            "{late}"
        );
    }

    #[test]
    fn names_are_unique_among_the_living() {
        let database = Database::new();
        let mut writing = database.writing();
        let (first, second) = (task(1, "check"), task(2, "Check"));
        writing.insert_task(&first).unwrap();
        assert!(matches!(
            writing.insert_task(&second),
            Err(Error::NameTaken { .. })
        ));
        writing.remove_task(first.id, at(1)).unwrap();
        assert!(writing.find_task("check", None).unwrap().is_none());
        assert_eq!(writing.tasks(true).unwrap()[0].task.removed_at, Some(at(1)));
        writing.insert_task(&second).unwrap();
        assert!(matches!(
            writing.restore_task(first.id),
            Err(Error::NameTaken { .. })
        ));
        writing.remove_task(second.id, at(2)).unwrap();
        writing.restore_task(first.id).unwrap();
        assert_eq!(writing.tasks(false).unwrap()[0].task, first);
    }

    #[test]
    fn the_list_shows_the_newest_runs() {
        let database = Database::new();
        let mut writing = database.writing();
        writing.insert_task(&task(1, "t")).unwrap();
        for number in 1..=25_u8 {
            let id = RunId::from_bits(number.into());
            writing.insert_run(&run(number.into(), None)).unwrap();
            writing.claim(id, at(100), "m").unwrap().unwrap();
            writing
                .advance(id, 1, Move::Run, MoveDetail::at(at(100)))
                .unwrap();
            let end = MoveDetail::at(at(100 + i64::from(number)));
            writing
                .advance(
                    id,
                    1,
                    Move::End {
                        ended: Ended::Succeeded,
                    },
                    end,
                )
                .unwrap();
        }
        let summary = writing.tasks(false).unwrap().remove(0);
        let newest = LastRun {
            run: RunId::from_bits(25),
            state: RunState::Succeeded,
            ran_ms: Some(25_000),
        };
        assert_eq!((summary.last.len(), summary.last[0]), (20, newest));
        assert_eq!(summary.median_ms, Some(16_000));
    }
}
