//! Which tests a project has.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use drover_model::{
    Caller, Code, CommandError, FieldErrors, Script, TaskFile, Template,
    request::{CancelListing, GetTask, ListTests, TestTree},
    task::Kind,
    template::Hole,
};
use drover_runner::discovery::{ListError, Wanted, list_tests};

use crate::{Engine, Result, engine::Rooms, listings::Listing};

/// Loading a large project takes seconds, on a loaded machine a minute. What takes longer waits for something.
const LIMIT: Duration = Duration::from_mins(2);

impl Engine {
    /// Ends with its caller: dropping the future ends the runner.
    pub async fn list_tests(&self, by: Caller, req: ListTests) -> Result<TestTree> {
        let file = match (req.task, req.file) {
            (Some(task), None) => {
                let version = None;
                let task = self.get_task(by, GetTask { task, version }).await?;
                TaskFile::from(task.spec)
            }
            (None, Some(file)) => file,
            _ => {
                let message = "give a stored task or one that is being written";
                return Err(CommandError::new(Code::Invalid, message)
                    .field("task")
                    .into());
            }
        };
        let rooms = self.rooms();
        let wanted = wanted(rooms, &file).map_err(CommandError::from)?;
        let Listing { ended, guard } = rooms.listings.begin(by, req.ticket.unwrap_or_default());
        let listed = tokio::select! {
            tree = list_tests(&rooms.door, &wanted) => tree.map_err(|error| told(&error)),
            _ = ended => Err(CommandError::new(Code::WrongState, "the listing was stopped")),
        };
        drop(guard);
        Ok(listed?)
    }

    #[expect(clippy::unused_async, reason = "every request is answered by a future")]
    pub async fn cancel_listing(&self, by: Caller, req: CancelListing) -> Result<()> {
        self.rooms().listings.end(by, &req.ticket);
        Ok(())
    }

    /// Ends all listings of a face that is gone.
    pub fn end_listings(&self, by: Caller) {
        self.rooms().listings.end_all(by);
    }
}

/// Of a task that may be unfinished only what says which tests there are.
fn wanted(rooms: &Rooms, file: &TaskFile) -> std::result::Result<Wanted, FieldErrors> {
    let Some(project) = file
        .project
        .as_deref()
        .filter(|_| file.kind == Kind::Playwright)
    else {
        return Err(FieldErrors::one(
            "project",
            "only a test project has tests to list",
        ));
    };
    let mut errors = FieldErrors::default();
    let mut script = errors.take("project", Script::project(project, None));
    let given = file
        .config
        .as_deref()
        .map(str::trim)
        .filter(|given| !given.is_empty());
    if let Some(Script::Project { config, .. }) = &mut script {
        if given.is_some_and(|given| given.starts_with('-')) {
            errors.add("config", "the configuration is not a file");
        }
        *config = given.map(str::to_owned);
    }
    let interpreter = file.program.as_deref().map(str::trim);
    let interpreter = interpreter
        .filter(|path| !path.is_empty())
        .map(PathBuf::from);
    if interpreter.as_ref().is_some_and(|path| !path.is_absolute()) {
        errors.add("program", "the interpreter is not an absolute path");
    }
    errors.finish()?;
    Ok(Wanted {
        script: script.expect("BUG: a missing value has left an error"),
        interpreter,
        env: environment(file),
        places: rooms.paths.places(),
        marker: Rooms::marker(&rooms.paths),
        limit: LIMIT,
    })
}

/// The variables that are known without a run: what asks for a profile or for a value that is not given is left out.
fn environment(file: &TaskFile) -> BTreeMap<String, String> {
    let value = |hole: &Hole| match hole {
        Hole::Param(name) => match file.parameters.get(name)?.default.as_ref()? {
            serde_json::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        },
        _ => None,
    };
    let known = file.env.iter().filter_map(|(variable, text)| {
        let text = text.parse::<Template>().ok()?.render(value).ok()?;
        Some((variable.clone(), text))
    });
    known
        .filter(|(variable, _)| !variable.starts_with("DROVER_"))
        .collect()
}

fn told(error: &ListError) -> CommandError {
    let code = match error {
        ListError::NoFolder(_) => Code::Invalid,
        ListError::Node(node) if node.is_about_playwright() => Code::PlaywrightUnavailable,
        ListError::Node(_) => Code::NodeUnavailable,
        ListError::Python(python) if python.is_about_packages() => Code::PlaywrightUnavailable,
        ListError::Python(_) => Code::PythonUnavailable,
        ListError::Late { .. } => Code::WrongState,
        _ => Code::Internal,
    };
    let mut message = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        message = format!("{message}: {cause}");
        source = cause.source();
    }
    // The runner says what to do behind a semicolon.
    let (message, hint) = match message.split_once("; ") {
        Some((what, hint)) => (what.to_owned(), Some(hint.to_owned())),
        None => (message, None),
    };
    let told = CommandError::new(code, message);
    let told = match error {
        ListError::NoFolder(_) => told.field("project"),
        _ => told,
    };
    match hint {
        Some(hint) => told.hint(hint),
        None => told,
    }
}
