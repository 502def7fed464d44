//! What Drover tells of tests, beside the report of the test runner itself.

use std::collections::BTreeMap;
use std::path::Path;

use drover_model::run::StepState;
use serde_json::{Value, json};

use crate::bench::{Bench, Ran};
use crate::site::task;

const CONFIG: &str = "module.exports = { retries: 1, timeout: 2000, reporter: [['json', { outputFile: 'report.json' }]] };";

/// Every way in which a test can end, most of them several times.
const SPEC: &str = r"
const { test, expect } = require('@playwright/test');

for (let i = 0; i < 25; i++) test(`passes ${i}`, async () => { await test.step('a step', () => {}); });
for (let i = 0; i < 4; i++) test(`fails ${i}`, () => { expect(i).toBe(99); });
for (let i = 0; i < 5; i++) test(`is flaky ${i}`, ({}, info) => { expect(info.retry).toBe(1); });
for (let i = 0; i < 3; i++) test(`is too slow ${i}`, async () => { test.setTimeout(300); await new Promise(() => {}); });
for (let i = 0; i < 4; i++) test.skip(`is left out ${i}`, () => {});
test.skip('is skipped', () => {});
test('skips itself', () => { test.skip(true, 'not today'); });
test.fixme('is to be mended', () => {});
test('fails as expected', () => { test.fail(); expect(1).toBe(2); });
test('should fail and does not', () => { test.fail(); });
test.describe('one after another', () => {
  test.describe.configure({ mode: 'serial' });
  test('first', () => {});
  test('second', () => { throw new Error('broken'); });
  test('third', () => {});
});
test.describe('with a broken hook', () => {
  test.beforeAll(() => { throw new Error('hook'); });
  test('never runs', () => {});
  test('never runs either', () => {});
});
test('soft', () => { expect.soft(1).toBe(2); expect.soft(2).toBe(3); });
";

/// What came of each test by the rows that were told: a test has a row for each try.
fn told(ran: &Ran, is_test: impl Fn(&str) -> bool) -> BTreeMap<String, &'static str> {
    let mut tries: BTreeMap<String, Vec<StepState>> = BTreeMap::new();
    for (title, state) in ran.steps() {
        if is_test(&title) {
            tries.entry(title).or_default().push(state);
        }
    }
    let outcome = |states: Vec<StepState>| match states.as_slice() {
        states if states.iter().all(|state| *state == StepState::Skipped) => "skipped",
        states if states.iter().all(|state| *state == StepState::Passed) => "expected",
        [.., StepState::Passed] => "flaky",
        _ => "unexpected",
    };
    tries
        .into_iter()
        .map(|(title, states)| (title, outcome(states)))
        .collect()
}

fn reported(suite: &Value, above: &str, all: &mut BTreeMap<String, String>) {
    let path = |title: &Value| {
        let title = title.as_str().unwrap();
        if above.is_empty() {
            title.to_owned()
        } else {
            format!("{above} › {title}")
        }
    };
    let here = path(&suite["title"]);
    for inner in suite["suites"].as_array().into_iter().flatten() {
        reported(inner, &here, all);
    }
    for spec in suite["specs"].as_array().into_iter().flatten() {
        let title = format!("{here} › {}", spec["title"].as_str().unwrap());
        let status = spec["tests"][0]["status"].as_str().unwrap();
        all.insert(title, status.to_owned());
    }
}

#[tokio::test]
async fn what_is_told_equals_the_json_report() {
    let bench = Bench::new();
    let config = bench.file("all/playwright.config.js", CONFIG);
    bench.file("all/every.spec.js", SPEC);
    let project = Path::new(&config).parent().unwrap();
    let mut work = task(&json!({ "project": project, "placement": "own" }));
    work.as_object_mut().unwrap().remove("profiles");
    let ran = bench.run(work).await;
    ran.ended("exit_code");
    let report = std::fs::read(project.join("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let mut expected = BTreeMap::new();
    for suite in report["suites"].as_array().unwrap() {
        reported(suite, "", &mut expected);
    }
    let told = told(&ran, |title| title.starts_with("every.spec.js"));
    assert!(expected.len() >= 50, "{expected:#?}");
    let differing: Vec<_> = expected
        .iter()
        .filter(|(title, status)| told.get(*title) != Some(&status.as_str()))
        .map(|(title, status)| (title, status, told.get(title)))
        .collect();
    assert!(differing.is_empty(), "{differing:#?}\n{}", ran.all());
    for (status, count) in ["expected", "unexpected", "flaky", "skipped"].map(|status| {
        (
            status,
            told.values().filter(|told| **told == status).count(),
        )
    }) {
        assert_eq!(report["stats"][status], json!(count), "{status}");
        assert!(count > 0, "the suite has {status} tests");
    }
    assert_eq!(
        told.len(),
        expected.len(),
        "nothing was told that is not there"
    );
}

const PYTHON: &str = r#"
import pytest

@pytest.mark.parametrize("number", range(12))
def test_passes(number):
    pass

@pytest.mark.parametrize("number", range(3))
def test_fails(number):
    assert number == 99

@pytest.mark.skip
def test_skipped():
    pass

def test_skips_itself():
    pytest.skip("not today")

@pytest.mark.xfail
def test_fails_as_expected():
    assert False

@pytest.mark.xfail
def test_passes_by_surprise():
    pass

@pytest.mark.xfail(strict=True)
def test_should_fail_and_does_not():
    pass

@pytest.fixture
def broken():
    raise RuntimeError("broken")

def test_cannot_begin(broken):
    pass

tries = []

@pytest.mark.flaky(reruns=2)
def test_is_flaky():
    tries.append(1)
    assert len(tries) == 2
"#;

#[tokio::test]
async fn what_pytest_tells_equals_its_junit_report() {
    let bench = Bench::new();
    let ini = bench.python_file(
        "all/pytest.ini",
        "[pytest]\naddopts = --junitxml=report.xml\n",
    );
    bench.python_file("all/test_all.py", PYTHON);
    let project = Path::new(&ini).parent().unwrap();
    let mut work = task(&json!({ "project": project, "placement": "own" }));
    work.as_object_mut().unwrap().remove("profiles");
    let ran = bench.run(work).await;
    ran.ended("exit_code");
    let report = std::fs::read_to_string(project.join("report.xml")).unwrap();
    let suite = report.split("<testsuite ").nth(1).unwrap();
    let count = |name: &str| {
        let after = suite.split(&format!(" {name}=\"")).nth(1);
        let number = after.and_then(|after| after.split('"').next());
        number.unwrap().parse::<usize>().unwrap()
    };
    let told = told(&ran, |title| title.starts_with("test_all.py"));
    let of = |outcome: &str| told.values().filter(|told| **told == outcome).count();
    let as_expected = report.matches("type=\"pytest.xfail\"").count();
    assert_eq!(as_expected, 1, "{report}");
    // pytest counts a failure that was expected as skipped; here it is a test that did as its author said.
    assert_eq!(
        of("skipped") + as_expected,
        count("skipped"),
        "{}",
        ran.all()
    );
    assert_eq!(
        of("unexpected"),
        count("failures") + count("errors"),
        "{told:#?}\n{report}"
    );
    assert_eq!(of("flaky"), 1, "{told:#?}");
    assert_eq!(told.len(), count("tests"), "{told:#?}\n{report}");
    assert_eq!(told.len(), 22);
}
