//! The list of Playwright's test runner: what its reporter `json` writes for `--list`.

use std::path::{Path, PathBuf};

use drover_model::TestPick;
use drover_model::request::{GroupKind, TestGroup, TestProblem, TestRow, TestRunner, TestTree};
use serde::Deserialize;

use super::MOST_TESTS;
use super::answer::Answer;
use super::problem::{counted, plain, shown};

#[derive(Deserialize)]
struct Report {
    config: Config,
    #[serde(default)]
    suites: Vec<Suite>,
    #[serde(default)]
    errors: Vec<Complaint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    /// Files are named from here; it is the common folder of all tests.
    root_dir: PathBuf,
    #[serde(default)]
    projects: Vec<Project>,
}

#[derive(Deserialize)]
struct Project {
    name: String,
}

#[derive(Deserialize)]
struct Suite {
    title: String,
    file: String,
    #[serde(default)]
    line: u64,
    #[serde(default)]
    suites: Vec<Self>,
    #[serde(default)]
    specs: Vec<Spec>,
}

#[derive(Deserialize)]
struct Spec {
    title: String,
    file: String,
    line: u64,
    #[serde(default)]
    tags: Vec<String>,
    tests: Vec<Test>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    #[serde(default)]
    project_name: String,
    expected_status: String,
}

#[derive(Deserialize)]
struct Complaint {
    message: Option<String>,
    value: Option<String>,
    location: Option<Location>,
}

#[derive(Deserialize)]
struct Location {
    file: PathBuf,
    line: u64,
    column: u64,
}

/// The tree out of the report.
pub(super) fn tree(
    report: &[u8],
    folder: &Path,
    version: &str,
) -> Result<TestTree, serde_json::Error> {
    let report: Report = serde_json::from_slice(report)?;
    let complaints = report.errors.iter();
    let mut tree = empty(folder, version);
    tree.errors = complaints.map(|error| error.problem(folder)).collect();
    let names = report.config.projects.iter();
    let names: Vec<&str> = names.map(|project| project.name.as_str()).collect();
    let mut reader = Reader {
        folder,
        root: &report.config.root_dir,
        left: MOST_TESTS,
        cut: false,
        unnamed: Vec::new(),
    };
    for (index, &name) in names.iter().enumerate() {
        if names[..index].contains(&name) {
            continue; // only of an older Playwright, which then names them alike in the list
        }
        let files = report.suites.iter();
        let files: Vec<TestGroup> = files
            .filter_map(|file| reader.group(file, GroupKind::File, name, &[]))
            .collect();
        if name.is_empty() {
            tree.groups.extend(files);
        } else if !files.is_empty() {
            tree.groups.push(TestGroup {
                kind: GroupKind::Project,
                title: name.to_owned(),
                file: None,
                line: None,
                groups: files,
                tests: Vec::new(),
            });
        }
    }
    tree.total = u32::try_from(MOST_TESTS - reader.left).unwrap_or(u32::MAX);
    tree.cut = reader.cut;
    tree.errors.append(&mut reader.unnamed);
    Ok(tree)
}

/// The tree of a runner that has written no report.
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
        runner: TestRunner::Playwright,
        version: version.to_owned(),
        folder: folder.to_string_lossy().into_owned(),
        groups: Vec::new(),
        total: 0,
        errors: Vec::new(),
        cut: false,
    }
}

impl Complaint {
    fn problem(&self, folder: &Path) -> TestProblem {
        let words = self.message.as_ref().or(self.value.as_ref());
        let place = self.location.as_ref();
        TestProblem {
            message: plain(words.map_or("the runner gave no reason", String::as_str)),
            file: place.map(|place| shown(&place.file, folder)),
            line: place.and_then(|place| counted(Some(place.line))),
            column: place.and_then(|place| counted(Some(place.column))),
        }
    }
}

struct Reader<'a> {
    folder: &'a Path,
    root: &'a Path,
    left: usize,
    cut: bool,
    /// Tests whose titles cannot be written on a line.
    unnamed: Vec<TestProblem>,
}

impl Reader<'_> {
    /// What of a suite belongs to a project; `None` if nothing does. `path` is the way to it: file and titles.
    fn group(
        &mut self,
        suite: &Suite,
        kind: GroupKind,
        project: &str,
        path: &[&str],
    ) -> Option<TestGroup> {
        let path: Vec<&str> = path.iter().copied().chain([suite.title.as_str()]).collect();
        let mut tests = Vec::new();
        for spec in &suite.specs {
            let mut of_project = spec.tests.iter();
            if let Some(test) = of_project.find(|test| test.project_name == project) {
                tests.extend(self.row(spec, test, project, &path));
            }
        }
        let inner = suite.suites.iter();
        let groups: Vec<TestGroup> = inner
            .filter_map(|inner| self.group(inner, GroupKind::Suite, project, &path))
            .collect();
        if tests.is_empty() && groups.is_empty() {
            return None;
        }
        let title = match kind {
            GroupKind::File => shown(&self.root.join(&suite.file), self.folder),
            _ => suite.title.clone(),
        };
        Some(TestGroup {
            kind,
            title,
            file: Some(shown(&self.root.join(&suite.file), self.folder)),
            line: counted(Some(suite.line)),
            groups,
            tests,
        })
    }

    fn row(&mut self, spec: &Spec, test: &Test, project: &str, path: &[&str]) -> Option<TestRow> {
        if self.left == 0 {
            self.cut = true;
            return None;
        }
        let file = shown(&self.root.join(&spec.file), self.folder);
        let line = counted(Some(spec.line)).unwrap_or(1);
        let parts: Vec<&str> = path.iter().copied().chain([spec.title.as_str()]).collect();
        let joined = parts.join(TestPick::SEPARATOR);
        let text = if project.is_empty() {
            joined
        } else {
            format!("[{project}]{}{joined}", TestPick::SEPARATOR)
        };
        // Titles are read again as a choice, so what cannot be one is not offered as one.
        let Ok(id @ TestPick::Title { .. }) = text.parse::<TestPick>() else {
            self.unnamed.push(TestProblem {
                message: "a test cannot be chosen alone, because its title is too long or has line breaks".to_owned(),
                file: Some(file),
                line: Some(line),
                column: None,
            });
            return None;
        };
        self.left -= 1;
        Some(TestRow {
            id,
            title: plain(&spec.title),
            file,
            line,
            tags: spec
                .tags
                .iter()
                .map(|tag| tag.trim_start_matches('@').to_owned())
                .collect(),
            skipped: test.expected_status == "skipped",
        })
    }
}
