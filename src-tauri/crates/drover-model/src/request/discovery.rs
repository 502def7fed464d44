//! Requests about the tests inside a test project.

use serde::{Deserialize, Serialize};

use crate::{TaskFile, TestPick};

/// Asks the test runner of a project which tests there are. Its files are loaded for that, and nothing is run.
///
/// One listing at a time goes on for each caller's `ticket`; a further one ends the one before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListTests {
    /// A stored task by id or name …
    pub task: Option<String>,
    /// … or one that is being written; of that only the project, its `config`, `program` and `env` count.
    pub file: Option<TaskFile>,
    /// Made by the caller, to stop it with [`CancelListing`].
    pub ticket: Option<String>,
}

/// Ends a [`ListTests`] that goes on under this ticket; one that is not there is fine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelListing {
    pub ticket: String,
}

/// Whose tests they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestRunner {
    Playwright,
    Pytest,
}

impl TestRunner {
    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Playwright => "Playwright Test",
            Self::Pytest => "pytest",
        }
    }
}

/// The tests of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestTree {
    pub runner: TestRunner,
    /// Of the runner.
    pub version: String,
    /// Absolute.
    pub folder: String,
    /// Projects of the configuration where it names some, else files; of pytest files.
    pub groups: Vec<TestGroup>,
    /// How many tests there are.
    pub total: u32,
    /// What kept the runner from loading files, as it says so itself. Other files may be listed nevertheless.
    pub errors: Vec<TestProblem>,
    /// There are more tests than are listed here.
    pub cut: bool,
}

/// What a group of tests is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// A project of Playwright's configuration.
    Project,
    File,
    /// `describe` of Playwright, a class of pytest.
    Suite,
}

/// Tests that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestGroup {
    pub kind: GroupKind,
    pub title: String,
    /// Below the project's folder. A project has none.
    pub file: Option<String>,
    /// From 1; of a suite.
    pub line: Option<u32>,
    pub groups: Vec<TestGroup>,
    pub tests: Vec<TestRow>,
}

impl TestGroup {
    /// Every test in it and in the groups below.
    #[must_use]
    pub fn ids(&self) -> Vec<&TestPick> {
        let own = self.tests.iter().map(|test| &test.id);
        own.chain(self.groups.iter().flat_map(Self::ids)).collect()
    }
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestRow {
    /// What a task writes under `tests` to run this one; stays the same while file and titles do.
    pub id: TestPick,
    pub title: String,
    /// Below the project's folder.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// Without the `@`; of pytest its markers.
    pub tags: Vec<String>,
    /// Its own file says that it is not run.
    pub skipped: bool,
}

/// What the runner complains about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestProblem {
    /// Without colours.
    pub message: String,
    /// Below the project's folder, or absolute when it lies elsewhere.
    pub file: Option<String>,
    pub line: Option<u32>,
    pub column: Option<u32>,
}
