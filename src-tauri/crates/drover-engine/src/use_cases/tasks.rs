//! Tasks: list, save as versions, trash.

use drover_model::{
    Caller, Code, CommandError, Task, TaskFile, TaskId, TaskSpec, Work,
    request::{GetTask, ListTasks, RemoveTask, RestoreTask, SaveTask, TaskSummary},
    task::Command,
};
use drover_vault::{Backend, Reference};
use secrecy::ExposeSecret as _;

use crate::{Engine, Result, error::Doing as _};

/// An error for a task that is not there.
pub(crate) fn no_task(name: &str) -> CommandError {
    CommandError::new(Code::TaskNotFound, format!("no task named `{name}`"))
        .hint("`drover-cli task list` shows them.")
        .field("task")
}

impl Engine {
    pub async fn list_tasks(&self, _by: Caller, req: ListTasks) -> Result<Vec<TaskSummary>> {
        self.rooms()
            .store
            .read(move |db| db.tasks(req.removed))
            .await
            .doing("list the tasks")
    }

    pub async fn get_task(&self, _by: Caller, req: GetTask) -> Result<Task> {
        let name = req.task.clone();
        let found = self
            .rooms()
            .store
            .read(move |db| db.find_task(&req.task, req.version))
            .await
            .doing("read the task")?;
        found.ok_or_else(|| no_task(&name).into())
    }

    /// Every save is a new version; a version that somebody else saved meanwhile is a conflict.
    pub async fn save_task(&self, by: Caller, req: SaveTask) -> Result<Task> {
        let spec = self.spec_of(req.file).await?;
        let now = self.rooms().now();
        let Some(id) = req.id else {
            let task = Task {
                id: TaskId::from_bits(self.rooms().new_id.bits(now)),
                version: 1,
                spec,
                created_at: now,
                updated_at: now,
                removed_at: None,
            };
            let stored = task.clone();
            self.rooms()
                .store
                .write(now, by, move |tx| tx.insert_task(&stored))
                .await
                .doing("save the task")?;
            return Ok(task);
        };
        let from = req.from_version;
        let saved = self
            .rooms()
            .store
            .write(now, by, move |tx| {
                let Some(before) = tx.task(id, None)? else {
                    return Ok(Err(no_task(&id.to_string())));
                };
                if let Some(from) = from.filter(|from| *from != before.version) {
                    let message = format!(
                        "version {} was saved elsewhere; this edit began from version {from}",
                        before.version
                    );
                    return Ok(Err(CommandError::new(Code::WrongState, message)
                        .hint("Look at the newer version, then save again.")));
                }
                if before.spec == spec {
                    return Ok(Ok(before));
                }
                let task = Task {
                    version: before.version + 1,
                    spec,
                    updated_at: now,
                    ..before
                };
                tx.add_task_version(&task)?;
                Ok(Ok(task))
            })
            .await
            .doing("save the task")?;
        Ok(saved?)
    }

    /// The complete task of a file, with everything looked up that must hold at save.
    pub(crate) async fn spec_of(&self, file: TaskFile) -> Result<TaskSpec> {
        let mut spec = TaskSpec::try_from(file).map_err(CommandError::from)?;
        self.resolve_program(&mut spec);
        self.refuse_stored_secrets(&spec).await?;
        Ok(spec)
    }

    /// A bare program name becomes the absolute path it has now, so that a later change of the
    /// PATH cannot put another program in its place.
    fn resolve_program(&self, spec: &mut TaskSpec) {
        if let Work::Command(Command {
            program,
            shell: false,
            ..
        }) = &mut spec.work
            && let Some(found) = self.rooms().paths.program(program)
        {
            *program = found.to_string_lossy().into_owned();
        }
    }

    /// A plain variable that equals a stored token would put the secret into the database.
    async fn refuse_stored_secrets(&self, spec: &TaskSpec) -> Result<()> {
        if spec.env.is_empty() {
            return Ok(());
        }
        let tokens = self
            .rooms()
            .store
            .read(|db| db.tokens())
            .await
            .doing("read the tokens")?;
        for token in tokens {
            let reference = Reference::new(Backend::stored(token.backend), token.id.to_string());
            // A value that cannot be read now cannot be compared; the redactor still guards the output.
            let Ok(value) = self.rooms().vault().get(&reference).await else {
                continue;
            };
            for (variable, text) in &spec.env {
                if text.to_string() == value.expose_secret() {
                    let message = format!(
                        "`env.{variable}`: this is the value of token `{}`",
                        token.name
                    );
                    let hint = format!(
                        "List it under `tokens` as `{{ name = \"{}\", env = \"{variable}\" }}` instead.",
                        token.name
                    );
                    return Err(CommandError::new(Code::Invalid, message)
                        .hint(hint)
                        .field(format!("env.{variable}"))
                        .into());
                }
            }
        }
        Ok(())
    }

    pub async fn remove_task(&self, by: Caller, req: RemoveTask) -> Result<()> {
        let now = self.rooms().now();
        self.rooms()
            .store
            .write(now, by, move |tx| tx.remove_task(req.task, now))
            .await
            .doing("remove the task")
    }

    pub async fn restore_task(&self, by: Caller, req: RestoreTask) -> Result<()> {
        let now = self.rooms().now();
        self.rooms()
            .store
            .write(now, by, move |tx| tx.restore_task(req.task))
            .await
            .doing("restore the task")
    }
}
