//! The list of pytest: what the plugin `drover_discovery` writes.

use std::path::Path;

use drover_model::TestPick;
use drover_model::request::{GroupKind, TestGroup, TestProblem, TestRow, TestRunner, TestTree};
use serde::Deserialize;

use super::MOST_TESTS;
use super::answer::Answer;
use super::problem::{counted, plain, shown};

#[derive(Deserialize)]
struct Told {
    tests: Vec<Test>,
    errors: Vec<Complaint>,
}

#[derive(Deserialize)]
struct Test {
    id: String,
    /// Absolute.
    file: String,
    line: u64,
    /// The classes around it.
    suites: Vec<String>,
    title: String,
    tags: Vec<String>,
    skipped: bool,
}

#[derive(Deserialize)]
struct Complaint {
    message: String,
    file: Option<String>,
    line: Option<u64>,
    column: Option<u64>,
}

/// The tree out of what the plugin has written.
pub(super) fn tree(
    told: &[u8],
    folder: &Path,
    version: &str,
) -> Result<TestTree, serde_json::Error> {
    let told: Told = serde_json::from_slice(told)?;
    let mut tree = empty(folder, version);
    let complaints = told.errors.iter();
    tree.errors = complaints.map(|error| error.problem(folder)).collect();
    for test in &told.tests {
        if tree.total as usize >= MOST_TESTS {
            tree.cut = true;
            break;
        }
        let file = shown(Path::new(&test.file), folder);
        let Ok(id @ TestPick::Node(_)) = test.id.parse::<TestPick>() else {
            tree.errors.push(TestProblem {
                message:
                    "a test cannot be chosen alone, because its name is too long or has line breaks"
                        .to_owned(),
                file: Some(file),
                line: counted(Some(test.line)),
                column: None,
            });
            continue;
        };
        let mut place = group(&mut tree.groups, GroupKind::File, &file, &file);
        for suite in &test.suites {
            place = group(&mut place.groups, GroupKind::Suite, suite, &file);
        }
        place.tests.push(TestRow {
            id,
            title: plain(&test.title),
            file,
            line: counted(Some(test.line)).unwrap_or(1),
            tags: test.tags.clone(),
            skipped: test.skipped,
        });
        tree.total += 1;
    }
    Ok(tree)
}

/// The tree of a runner that the plugin could not listen to.
pub(super) fn broken(folder: &Path, version: &str, answer: &Answer) -> TestTree {
    let mut tree = empty(folder, version);
    tree.errors.push(TestProblem {
        message: answer.complaint(),
        file: None,
        line: None,
        column: None,
    });
    tree
}

fn empty(folder: &Path, version: &str) -> TestTree {
    TestTree {
        runner: TestRunner::Pytest,
        version: version.to_owned(),
        folder: folder.to_string_lossy().into_owned(),
        groups: Vec::new(),
        total: 0,
        errors: Vec::new(),
        cut: false,
    }
}

/// The last group if it is this one, else a new one: pytest lists what belongs together in one piece.
fn group<'a>(
    groups: &'a mut Vec<TestGroup>,
    kind: GroupKind,
    title: &str,
    file: &str,
) -> &'a mut TestGroup {
    let known = groups.last().is_some_and(|last| last.title == title);
    if !known {
        groups.push(TestGroup {
            kind,
            title: title.to_owned(),
            file: Some(file.to_owned()),
            line: None,
            groups: Vec::new(),
            tests: Vec::new(),
        });
    }
    groups.last_mut().expect("BUG: it was pushed a moment ago")
}

impl Complaint {
    fn problem(&self, folder: &Path) -> TestProblem {
        TestProblem {
            message: plain(&self.message),
            file: self
                .file
                .as_ref()
                .map(|file| shown(Path::new(file), folder)),
            line: counted(self.line),
            column: counted(self.column),
        }
    }
}
