//! The tests of real projects as their own runners list them, and runs of those that were chosen.

use std::path::{Path, PathBuf};
use std::time::Duration;

use drover_model::request::{GroupKind, TestGroup, TestRow, TestRunner, TestTree};
use drover_model::run::StepState;
use drover_model::{Script, Stream};
use drover_runner::Places;
use drover_runner::discovery::{ListError, Wanted, list_tests};
use drover_runner::process::Door;
use serde_json::json;

use crate::bench::{Bench, Ran, node_tools, own_environment};
use crate::site::task;

const CONFIG: &str = "
module.exports = {
  testDir: 'specs', reporter: 'line',
  projects: [
    { name: 'set up', testMatch: /first\\.setup\\.js/ },
    { name: 'one', dependencies: ['set up'] },
    { name: 'two [x]', dependencies: ['set up'] },
  ],
};";

/// Titles with everything that is special in an expression, in a shell, or in the ids themselves.
const SPEC: &str = r"
const { test } = require('@playwright/test');
console.log('noise while it is loaded {');
for (const sum of ['a (b)', 'c+d', '$5 | 6.0^2 \\ [x]'])
  test(`costs ${sum}`, { tag: ['@slow', '@money'] }, () => {});
test('COSTS C+D', () => {});
test('costs c+d and more', () => {});
test.describe('cart › left', { tag: '@group' }, () => {
  test('adds -- ü 日本', () => {});
  test.skip('is skipped', () => {});
});
";

fn wanted(bench: &Bench, project: &Path) -> Wanted {
    Wanted {
        script: Script::project(project.to_str().unwrap(), None).unwrap(),
        interpreter: None,
        env: [].into(),
        places: Places {
            data: bench.data(),
            scratch: std::env::temp_dir(),
            node_tools: Some(node_tools()),
            python_tools: None,
        },
        marker: format!("discovery-{}:", std::process::id()),
        limit: Duration::from_mins(5),
    }
}

async fn listed(wanted: &Wanted) -> Result<TestTree, ListError> {
    list_tests(&Door::open(own_environment()).unwrap(), wanted).await
}

fn project(bench: &Bench, files: &[(&str, &str)]) -> PathBuf {
    for (name, text) in files {
        bench.file(&format!("found/{name}"), text);
    }
    bench.place.path().join("user/found")
}

fn rows(groups: &[TestGroup]) -> Vec<&TestRow> {
    let each = groups.iter();
    each.flat_map(|group| group.tests.iter().chain(rows(&group.groups)))
        .collect()
}

/// What ran and passed, by the titles that the reporter tells.
fn passed(ran: &Ran) -> Vec<String> {
    let steps = ran.steps().into_iter();
    // Hooks are told as well; only tests stand in a file.
    let tests = steps.filter(|(title, _)| title.contains(" › "));
    let passed = tests.filter(|(_, state)| *state == StepState::Passed);
    passed.map(|(title, _)| title).collect()
}

async fn run_chosen(bench: &Bench, project: &Path, tests: &[String]) -> Ran {
    let mut work = task(&json!({ "project": project, "placement": "own", "tests": tests }));
    work.as_object_mut().unwrap().remove("profiles");
    bench.run(work).await
}

#[tokio::test]
async fn a_project_shows_its_tests_and_each_of_them_can_be_run_alone() {
    let bench = Bench::new();
    let setup = "require('@playwright/test').test('before all', () => {});";
    let folder = project(
        &bench,
        &[
            ("playwright.config.js", CONFIG),
            ("specs/first.setup.js", setup),
            ("specs/deep/a+b.spec.js", SPEC),
        ],
    );
    let tree = listed(&wanted(&bench, &folder)).await.unwrap();
    assert_eq!(tree.errors, []);
    assert_eq!((tree.runner, tree.total), (TestRunner::Playwright, 15));
    let kinds: Vec<_> = tree
        .groups
        .iter()
        .map(|group| (group.kind, group.title.as_str()))
        .collect();
    let project = GroupKind::Project;
    assert_eq!(
        kinds,
        [(project, "set up"), (project, "one"), (project, "two [x]")]
    );
    let file = &tree.groups[2].groups[0];
    assert_eq!(
        (file.kind, file.title.as_str()),
        (GroupKind::File, "specs/deep/a+b.spec.js")
    );
    let suite = &file.groups[0];
    assert_eq!((suite.title.as_str(), suite.line), ("cart › left", Some(8)));
    assert!(suite.tests[1].skipped && !suite.tests[0].skipped);
    assert_eq!(suite.tests[0].tags, ["group"]);
    assert_eq!(file.tests[0].tags, ["slow", "money"]);
    assert_eq!(file.tests[0].file, "specs/deep/a+b.spec.js");
    let expected = "[two [x]] › deep/a+b.spec.js › cart › left › adds -- ü 日本";
    assert_eq!(suite.tests[0].id.to_string(), expected);

    let ids: Vec<String> = file
        .tests
        .iter()
        .chain(&suite.tests)
        .map(|row| row.id.to_string())
        .collect();
    for id in ids.iter().filter(|id| !id.ends_with("is skipped")) {
        let ran = run_chosen(&bench, &folder, std::slice::from_ref(id)).await;
        let ran = passed(ran.succeeded());
        let title = id.rsplit(" › ").next().unwrap();
        assert_eq!(
            ran.len(),
            2,
            "{id}: its project's set-up and the test itself: {ran:?}"
        );
        assert!(ran[1].ends_with(title), "{id}: {ran:?}");
    }
    let two = [ids[1].clone(), ids[4].clone()];
    assert_eq!(
        passed(run_chosen(&bench, &folder, &two).await.succeeded()).len(),
        3
    );
    let places = ["specs/deep/a+b.spec.js:6".to_owned()];
    let ran = run_chosen(&bench, &folder, &places).await;
    assert_eq!(
        passed(ran.succeeded()).len(),
        3,
        "the set-up, and the test of both projects"
    );
    let gone = ["deep/a+b.spec.js › was here".to_owned()];
    run_chosen(&bench, &folder, &gone).await.ended("exit_code");
}

#[tokio::test]
async fn what_a_runner_complains_about_has_its_place() {
    let bench = Bench::new();
    let broken = "import { test } from '@playwright/test';\ntest('x', () => {}); this is none";
    let folder = project(
        &bench,
        &[
            ("playwright.config.ts", "export default {};"),
            ("a.spec.ts", broken),
        ],
    );
    let tree = listed(&wanted(&bench, &folder)).await.unwrap();
    let error = &tree.errors[0];
    assert!(
        error.message.contains("SyntaxError") && !error.message.contains('\u{1b}'),
        "{error:?}"
    );
    assert_eq!(
        (error.file.as_deref(), error.line),
        (Some("a.spec.ts"), Some(2)),
        "{error:?}"
    );

    bench.file("found/a.spec.ts", "import './is-not-there';");
    let tree = listed(&wanted(&bench, &folder)).await.unwrap();
    assert!(tree.errors[0].message.contains("is-not-there"), "{tree:?}");

    bench.file("found/playwright.config.ts", "export default { projects: [");
    let tree = listed(&wanted(&bench, &folder)).await.unwrap();
    assert_eq!((tree.total, tree.errors.len()), (0, 1), "{tree:?}");
    assert!(
        tree.errors[0].message.contains("playwright.config.ts"),
        "{tree:?}"
    );

    let mut other = wanted(&bench, &folder);
    let Script::Project { config, .. } = &mut other.script else {
        unreachable!()
    };
    *config = Some("other.config.js".to_owned());
    bench.file(
        "found/other.config.js",
        "module.exports = { testDir: 'others' };",
    );
    bench.file(
        "found/others/b.spec.js",
        "require('@playwright/test').test(process.env.NAMED, () => {});",
    );
    other
        .env
        .insert("NAMED".to_owned(), "by the task".to_owned());
    let tree = listed(&other).await.unwrap();
    assert_eq!(
        rows(&tree.groups)[0].id.to_string(),
        "b.spec.js › by the task"
    );
}

#[tokio::test]
async fn a_listing_that_is_dropped_or_late_leaves_no_process() {
    let bench = Bench::new();
    let hangs = "
        require('node:fs').writeFileSync('pid', String(process.pid));
        for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    ";
    let folder = project(&bench, &[("playwright.config.js", hangs)]);
    let late = Wanted {
        limit: Duration::from_secs(5),
        ..wanted(&bench, &folder)
    };
    let error = listed(&late).await.unwrap_err();
    assert!(matches!(error, ListError::Late { .. }), "{error}");

    std::fs::remove_file(folder.join("pid")).ok(); // it may have had no time to write it
    let wanted = wanted(&bench, &folder);
    let listing = tokio::spawn(async move { listed(&wanted).await.map(drop) });
    let pid = loop {
        match std::fs::read_to_string(folder.join("pid")) {
            Ok(pid) if !pid.is_empty() => break pid,
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    listing.abort();
    assert!(listing.await.unwrap_err().is_cancelled());
    let process = PathBuf::from("/proc").join(pid);
    while is_alive(&process) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn is_alive(process: &Path) -> bool {
    let state = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
    state
        .rsplit(") ")
        .next()
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

#[tokio::test]
async fn a_project_of_pytest_shows_its_tests_and_runs_the_chosen_ones() {
    let bench = Bench::new();
    let text = "\
import pytest

class TestCart:
    @pytest.mark.skip
    def test_skipped(self): pass

    @pytest.mark.slow
    @pytest.mark.parametrize('what', ['a b', 'c[1]', 'd::e'])
    def test_adds(self, what): pass

def test_free():
    print('free', flush=True)
";
    bench.python_file("found/tests/test_cart.py", text);
    let folder = bench.place.path().join("user/found");
    bench.file(
        "found/pytest.ini",
        "[pytest]\nmarkers = slow\naddopts = -s\n",
    );
    let tree = listed(&wanted(&bench, &folder)).await.unwrap();
    assert_eq!(
        (tree.runner, tree.total, tree.errors.len()),
        (TestRunner::Pytest, 5, 0),
        "{tree:?}"
    );
    let file = &tree.groups[0];
    assert_eq!(
        (file.title.as_str(), file.groups[0].title.as_str()),
        ("tests/test_cart.py", "TestCart")
    );
    let adds = &file.groups[0].tests[2];
    assert_eq!(
        adds.id.to_string(),
        "tests/test_cart.py::TestCart::test_adds[c[1]]"
    );
    assert_eq!(
        (adds.line, adds.tags.as_slice()),
        (7, &["slow".to_owned()][..])
    );
    assert!(file.groups[0].tests[0].skipped && !adds.skipped);
    let one = [adds.id.to_string()];
    assert_eq!(
        passed(run_chosen(&bench, &folder, &one).await.succeeded()).len(),
        1
    );
    let mixed = [
        "tests/test_cart.py::TestCart::test_adds[d::e]".to_owned(),
        "tests/test_cart.py:12".to_owned(),
    ];
    let ran = run_chosen(&bench, &folder, &mixed).await;
    assert_eq!(passed(ran.succeeded()).len(), 2, "{}", ran.all());
    assert!(
        ran.log(Stream::Stdout)
            .iter()
            .any(|line| line.contains("free")),
        "{}",
        ran.all()
    );
    let by_line = ["tests/test_cart.py:9".to_owned()];
    assert_eq!(
        passed(run_chosen(&bench, &folder, &by_line).await.succeeded()).len(),
        3
    );

    bench.file("found/tests/test_broken.py", "x = 1\nimport is_not_there\n");
    bench.file("found/tests/test_wrong.py", "def test(:\n");
    let tree = listed(&wanted(&bench, &folder)).await.unwrap();
    assert_eq!(
        tree.total, 5,
        "the other files are listed nevertheless: {tree:?}"
    );
    let told: Vec<_> = tree
        .errors
        .iter()
        .map(|error| (error.file.as_deref(), error.line))
        .collect();
    assert_eq!(
        told,
        [
            (Some("tests/test_broken.py"), Some(2)),
            (Some("tests/test_wrong.py"), Some(1))
        ],
        "{tree:?}"
    );
    assert!(
        tree.errors[0]
            .message
            .contains("No module named 'is_not_there'"),
        "{tree:?}"
    );
    assert!(
        tree.errors[1].message.starts_with("SyntaxError"),
        "{tree:?}"
    );
}

#[tokio::test]
async fn what_is_missing_is_named_with_what_to_do() {
    let bench = Bench::new();
    let nowhere = wanted(&bench, &bench.place.path().join("nowhere"));
    assert!(matches!(
        listed(&nowhere).await,
        Err(ListError::NoFolder(_))
    ));
    let folder = project(&bench, &[("playwright.config.js", "module.exports = {};")]);
    let mut bare = wanted(&bench, &folder);
    bare.places.node_tools = None;
    let error = listed(&bare).await.unwrap_err().to_string();
    assert!(error.contains("; run `npm install playwright`"), "{error}");
    let empty = listed(&wanted(&bench, &folder)).await.unwrap();
    assert_eq!(empty.total, 0, "{empty:?}");
}
