//! `task`: what to run.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use drover_model::{
    Code, CommandError, Task, TaskFile,
    request::{GetTask, ListTasks, RemoveTask, RestoreTask, SaveTask, TaskSummary},
};
use jiff::Timestamp;

use crate::{
    commands::{
        task_plan::{PlanArgs, plan},
        task_tests::{TestsArgs, tests},
    },
    failure::{Failure, Outcome},
    find::is_called,
    session::Session,
    table::{table, toned},
    task_text::read_task,
    words::{Tone, duration, list, relative},
};

/// What can be done with tasks.
#[derive(Debug, Subcommand)]
pub(crate) enum TaskVerb {
    /// Save a new task
    #[command(after_help = "Example:\n  drover-cli task add -f check.toml")]
    Add(FileArgs),
    /// Save the next version of a task
    #[command(after_help = "Example:\n  drover-cli task edit -f check.toml")]
    Edit {
        /// Name or id; otherwise the name in the file says which
        task: Option<String>,
        #[command(flatten)]
        file: FileArgs,
    },
    /// List tasks
    #[command(after_help = "Example:\n  drover-cli task list")]
    List {
        /// Those in the trash
        #[arg(long)]
        removed: bool,
    },
    /// Print a task as a task file
    #[command(after_help = "Example:\n  drover-cli task show check --version 2 > check.toml")]
    Show {
        /// Name or id
        task: String,
        /// The newest when not said
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// Show what would run; nothing is started
    Plan(PlanArgs),
    /// List the tests of a test project; nothing is run
    Tests(TestsArgs),
    /// Put tasks into the trash
    #[command(after_help = "Example:\n  drover-cli task remove check")]
    Remove {
        /// Names or ids
        #[arg(required = true, value_name = "TASK")]
        tasks: Vec<String>,
    },
    /// Take tasks out of the trash
    #[command(after_help = "Example:\n  drover-cli task restore check")]
    Restore {
        /// Names or ids
        #[arg(required = true, value_name = "TASK")]
        tasks: Vec<String>,
    },
}

/// Where the task is written.
#[derive(Debug, Args)]
pub(crate) struct FileArgs {
    /// TOML or JSON; `-` is standard input
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
}

/// Does it.
pub(crate) async fn task(verb: TaskVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        TaskVerb::Add(FileArgs { file }) => {
            let file = read_task(&file)?;
            let request = SaveTask {
                id: None,
                from_version: None,
                file,
            };
            said(&backend.call(request).await?, session)?;
        }
        TaskVerb::Edit { task, file } => {
            let file = read_task(&file.file)?;
            let known = get(session, task.unwrap_or_else(|| file.name.clone())).await?;
            let request = SaveTask {
                id: Some(known.id),
                from_version: Some(known.version),
                file,
            };
            said(&backend.call(request).await?, session)?;
        }
        TaskVerb::List { removed } => {
            let found = backend.call(ListTasks { removed }).await?;
            if found.is_empty() {
                out.note(if removed {
                    "the trash holds no task"
                } else {
                    "there is no task; `drover-cli task add -f FILE` makes one"
                });
            }
            out.answer(&found, |found| rows(found, session.now, out.colour))?;
        }
        TaskVerb::Show { task, version } => {
            let found = backend.call(GetTask { task, version }).await?;
            out.answer(&found, written)?;
        }
        TaskVerb::Plan(args) => return plan(args, session).await,
        TaskVerb::Tests(args) => return tests(args, session).await,
        TaskVerb::Remove { tasks } => {
            for task in &tasks {
                let task = get(session, task.clone()).await?.id;
                backend.call(RemoveTask { task }).await?;
            }
            out.answer(&serde_json::json!({ "removed": tasks }), |_| {
                format!("put {} into the trash", list(&tasks))
            })?;
        }
        TaskVerb::Restore { tasks } => {
            let removed = backend.call(ListTasks { removed: true }).await?;
            for typed in &tasks {
                let task = in_trash(&removed, typed)?;
                backend.call(RestoreTask { task: task.id }).await?;
            }
            out.answer(&serde_json::json!({ "restored": tasks }), |_| {
                format!("restored {}", list(&tasks))
            })?;
        }
    }
    Ok(0)
}

async fn get(session: &Session, task: String) -> Result<Task, CommandError> {
    session
        .backend
        .call(GetTask {
            task,
            version: None,
        })
        .await
}

fn said(saved: &Task, session: &Session) -> Result<(), Failure> {
    session.out.answer(saved, |saved| {
        format!("saved task {}, version {}", saved.spec.name, saved.version)
    })?;
    Ok(())
}

/// The one that was removed last, if there are several.
fn in_trash<'a>(removed: &'a [TaskSummary], typed: &str) -> Result<&'a Task, CommandError> {
    let meant =
        |task: &&Task| is_called(task.spec.name.as_str(), typed) || task.id.to_string() == typed;
    let tasks = removed.iter().map(|summary| &summary.task).filter(meant);
    tasks.max_by_key(|task| task.removed_at).ok_or_else(|| {
        CommandError::new(
            Code::TaskNotFound,
            format!("no task named `{typed}` is in the trash"),
        )
        .hint("`drover-cli task list --removed` shows those that are")
        .field("task")
    })
}

/// As a file that `task add` and `task edit` take again.
fn written(task: &Task) -> String {
    let file = TaskFile::from(task.spec.clone());
    toml::to_string_pretty(&file).expect("BUG: a task can be written as TOML")
}

fn rows(found: &[TaskSummary], now: Timestamp, colour: bool) -> String {
    let rows = found.iter().map(|summary| {
        let task = &summary.task;
        let last = summary.last.first().map(|run| run.state);
        [
            task.spec.name.to_string().into(),
            task.spec.work.kind().key().into(),
            task.version.to_string().into(),
            last.map_or_else(
                || toned("-", Tone::Quiet),
                |state| toned(state.key(), Tone::of(state)),
            ),
            summary
                .median_ms
                .map_or_else(|| "-".to_owned(), duration)
                .into(),
            relative(task.updated_at, now).into(),
        ]
    });
    table(
        ["NAME", "KIND", "VERSION", "LAST RESULT", "MEDIAN", "SAVED"],
        rows,
        colour,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use drover_model::{TaskId, TaskSpec};

    fn task(text: &str) -> Task {
        let at = "2026-11-23T08:00:00Z".parse().unwrap();
        Task {
            id: TaskId::from_bits(1),
            version: 3,
            spec: TaskSpec::try_from(toml::from_str::<TaskFile>(text).unwrap()).unwrap(),
            created_at: at,
            updated_at: at,
            removed_at: None,
        }
    }

    #[test]
    fn a_shown_task_can_be_saved_again() {
        let text = r#"
name = "shop"
kind = "steps"
profiles = { names = ["anna"] }
tokens = [{ name = "shop", env = "SHOP" }]
timeout = { run = "5m" }
env = { SITE = "https://e.test" }
parameters = { url = { default = "https://e.test/" }, n = { type = "number", default = 3 } }
[[steps]]
do = "open"
url = "{{ params.url }}"
[[steps]]
do = "fill"
at = { label = "Password" }
value = "{{ secret.shop }}"
"#;
        let first = task(text);
        assert_eq!(task(&written(&first)).spec, first.spec);
    }

    #[test]
    fn a_list_of_tasks() {
        let summary = TaskSummary {
            task: task("name = \"a\"\nkind = \"command\"\nprogram = \"echo\""),
            last: vec![],
            median_ms: Some(1_840),
        };
        let now = "2026-11-23T08:02:00Z".parse().unwrap();
        insta::assert_snapshot!(rows(&[summary], now, false), @r"
        NAME  KIND     VERSION  LAST RESULT  MEDIAN  SAVED
        a     command  3        -            1.8 s   2 min ago
        ");
    }
}
