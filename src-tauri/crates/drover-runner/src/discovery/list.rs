//! From a project's folder to its tree of tests.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use drover_model::Script;
use drover_model::request::TestTree;

use super::answer::{Answer, answer};
use super::{playwright, pytest};
use crate::node::{NodeError, find_node, find_test_runner};
use crate::process::{Audience, Door, Environment, Output, Start};
use crate::python::{PythonError, find_python, is_python};
use crate::request::Places;
use crate::runtime::Runtime;
use crate::scratch::Scratch;
use crate::surroundings::{for_node, for_python, temporary};

/// A project to be looked into.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// A [`Script::Project`]; its own choice of tests makes no difference.
    pub script: Script,
    /// The Node or the Python that the task wants.
    pub interpreter: Option<PathBuf>,
    /// The task's variables; they may decide which tests there are.
    pub env: BTreeMap<String, String>,
    pub places: Places,
    /// As in [`crate::Request::marker`].
    pub marker: String,
    /// How long the runner may take.
    pub limit: Duration,
}

/// Why there is no list, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("the project folder `{}` is not there", .0.display())]
    NoFolder(PathBuf),
    #[error(transparent)]
    Node(#[from] NodeError),
    #[error(transparent)]
    Python(#[from] PythonError),
    #[error("failed to start `{}`", program.display())]
    Start {
        program: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{runner} did not list its tests within {} s; a test file may wait for something while it is loaded", limit.as_secs())]
    Late {
        runner: &'static str,
        limit: Duration,
    },
    #[error("the list of {runner} cannot be read")]
    Unreadable {
        runner: &'static str,
        #[source]
        source: serde_json::Error,
    },
    #[error("failed to {doing}")]
    Io {
        doing: &'static str,
        #[source]
        source: io::Error,
    },
}

/// Asks the runner of a project for its tests. Dropping the future ends the runner with everything it has started.
///
/// # Errors
/// The folder, the interpreter or the runner is missing, or it does not answer in time. What the runner complains about
/// is no error, but a part of the tree.
pub async fn list_tests(door: &Door, wanted: &Wanted) -> Result<TestTree, ListError> {
    let Script::Project { path, .. } = &wanted.script else {
        return Err(ListError::NoFolder(PathBuf::new()));
    };
    let folder = PathBuf::from(path.as_str());
    if !folder.is_dir() {
        return Err(ListError::NoFolder(folder));
    }
    let io = |doing| move |source| ListError::Io { doing, source };
    let scratch = Scratch::create(&wanted.places.scratch).map_err(io("make a private folder"))?;
    let runtime =
        Runtime::install(&wanted.places.data).map_err(io("write Drover's own scripts"))?;
    let asked = Asked {
        door,
        wanted,
        runtime: &runtime,
        scratch: scratch.path(),
        folder: &folder,
    };
    if is_python(&wanted.script) {
        asked.pytest().await
    } else {
        asked.playwright().await
    }
}

/// One question.
struct Asked<'a> {
    door: &'a Door,
    wanted: &'a Wanted,
    runtime: &'a Runtime,
    scratch: &'a Path,
    folder: &'a Path,
}

impl Asked<'_> {
    async fn playwright(&self) -> Result<TestTree, ListError> {
        let tools = self.wanted.places.node_tools.as_deref();
        let node = find_node(self.door, self.wanted.interpreter.as_deref()).await?;
        let runner = find_test_runner(self.folder, tools)?;
        let mut args: Vec<OsString> = vec![
            runner.folder.join("cli.js").into(),
            "test".into(),
            "--list".into(),
            "--reporter=json".into(),
        ];
        args.extend(
            self.config()
                .map(|config| format!("--config={config}").into()),
        );
        let told = self.told();
        let mut environment = self.environment();
        for_node(&mut environment, self.runtime, tools).map_err(|source| ListError::Io {
            doing: "put the environment together",
            source,
        })?;
        // What test files print while they are loaded must not get into the list.
        environment.insert("PLAYWRIGHT_JSON_OUTPUT_FILE".into(), told.clone().into());
        environment.insert("FORCE_COLOR".into(), "0".into());
        let label = "Playwright";
        let answer = self.ask(node.path, args, environment, label).await?;
        match std::fs::read(&told) {
            Ok(list) => playwright::tree(&list, self.folder, &runner.version).map_err(|source| {
                ListError::Unreadable {
                    runner: label,
                    source,
                }
            }),
            // A configuration with a mistake in it ends the runner before it lists anything.
            Err(_) => Ok(playwright::broken(self.folder, &runner.version, &answer)),
        }
    }

    async fn pytest(&self) -> Result<TestTree, ListError> {
        let given = self.wanted.interpreter.as_deref();
        let tools = self.wanted.places.python_tools.as_deref();
        let python = find_python(self.door, given, self.folder, tools).await?;
        let python = python.with_pytest()?;
        let mut args: Vec<OsString> = [
            "-m",
            "pytest",
            "--collect-only",
            "-q",
            "-p",
            "drover_discovery",
        ]
        .map(OsString::from)
        .into();
        if let Some(config) = self.config() {
            args.extend(["-c".into(), config.into()]);
        }
        let told = self.told();
        let mut environment = self.environment();
        for_python(&mut environment, self.runtime).map_err(|source| ListError::Io {
            doing: "put the environment together",
            source,
        })?;
        environment.insert("DROVER_DISCOVERY".into(), told.clone().into());
        let label = "pytest";
        let answer = self.ask(python.path, args, environment, label).await?;
        let version = python.pytest.unwrap_or_default();
        match std::fs::read(&told) {
            Ok(list) => {
                pytest::tree(&list, self.folder, &version).map_err(|source| ListError::Unreadable {
                    runner: label,
                    source,
                })
            }
            Err(_) => Ok(pytest::broken(self.folder, &version, &answer)),
        }
    }

    fn config(&self) -> Option<&str> {
        match &self.wanted.script {
            Script::Project { config, .. } => config.as_deref(),
            _ => None,
        }
    }

    /// The file that the list is written into.
    fn told(&self) -> PathBuf {
        self.scratch.join("tests.json")
    }

    fn environment(&self) -> Environment {
        let mut environment = self.door.environment(Audience::Task);
        environment.insert("TMPDIR".into(), temporary(self.scratch).into());
        let own = self.wanted.env.iter();
        environment.extend(own.map(|(name, value)| (name.into(), value.into())));
        environment
    }

    async fn ask(
        &self,
        program: PathBuf,
        args: Vec<OsString>,
        environment: Environment,
        runner: &'static str,
    ) -> Result<Answer, ListError> {
        let start = Start {
            program: program.clone(),
            args,
            environment,
            folder: self.folder.to_owned(),
            fds: Vec::new(),
            marker: format!("{}discovery", self.wanted.marker),
            output: Output::Pipes,
        };
        let limit = self.wanted.limit;
        let child = self.door.start(start).await;
        let child = child.map_err(|source| ListError::Start { program, source })?;
        let answered = tokio::time::timeout(limit, answer(&child)).await;
        answered.map_err(|_| ListError::Late { runner, limit })
    }
}
