//! What a task says to its script besides, and where the script runs.

use drover_model::Stream;
use serde_json::json;

use crate::bench::Bench;
use crate::site::task;

const JS: &str = "console.log(JSON.stringify(process.argv.slice(2)), process.cwd());";
const PY: &str = "import os, sys\nprint(sys.argv[1:], os.getcwd())";

#[tokio::test]
async fn a_script_gets_its_arguments_in_the_folder_of_the_task() {
    let mut bench = Bench::new().with_spares();
    bench.params.insert("sku".to_owned(), json!(7));
    let script = bench.file("scripts/a.mjs", JS);
    let python = bench.python_file("scripts/a.py", PY);
    let folder = bench.place.path().join("user").canonicalize().unwrap();
    let folder = folder.to_str().unwrap();
    let more = |script: &str| {
        json!({
            "kind": "playwright", "placement": "own", "script": script, "cwd": folder,
            "args": ["--sku", "{{ params.sku }}", "two words", ""],
            "parameters": { "sku": { "type": "number" } },
        })
    };
    // The second one gets a Node that was kept ready.
    for _ in 0..2 {
        let ran = bench.run(more(&script)).await;
        ran.succeeded();
        assert_eq!(
            ran.log(Stream::Stdout),
            [format!(r#"["--sku","7","two words",""] {folder}"#)],
            "{}",
            ran.all()
        );
    }
    let ran = bench.run(more(&python)).await;
    ran.succeeded();
    assert_eq!(
        ran.log(Stream::Stdout),
        [format!("['--sku', '7', 'two words', ''] {folder}")]
    );
    let mut gone = more(&script);
    gone["cwd"] = json!("/nonexistent/folder");
    let ran = bench.run(gone).await;
    ran.ended("script_missing");
    assert!(
        ran.outcome
            .message
            .contains("the working folder `/nonexistent/folder` is not there"),
        "{}",
        ran.outcome.message
    );
}

#[tokio::test]
async fn the_runner_of_a_project_gets_the_options_of_the_task() {
    let bench = Bench::new();
    let config = bench.file(
        "e2e/playwright.config.js",
        "module.exports = { reporter: 'line', projects: [{ name: 'small' }, { name: 'large' }] };",
    );
    bench.file(
        "e2e/a.spec.js",
        r"
        const { test, expect } = require('@playwright/test');
        test('at the second try', async ({}, info) => {
          console.log('in', info.project.name, 'try', info.retry);
          expect(info.retry).toBe(1);
        });
        ",
    );
    let project = config.strip_suffix("/playwright.config.js").unwrap();
    let ran = bench
        .run(task(
            &json!({ "project": project, "args": ["--project=large", "--retries=1"] }),
        ))
        .await;
    ran.succeeded();
    let said: Vec<_> = ran
        .log(Stream::Stdout)
        .into_iter()
        .filter(|line| line.starts_with("in "))
        .collect();
    assert_eq!(said, ["in large try 0", "in large try 1"], "{}", ran.all());

    bench.python_file("py/pytest.ini", "[pytest]\nmarkers =\n    fast\n");
    let file = bench.python_file(
        "py/test_a.py",
        "import pytest\n@pytest.mark.fast\ndef test_quick():\n    pass\ndef test_slow():\n    assert False\n",
    );
    let project = file.strip_suffix("/test_a.py").unwrap();
    let ran = bench
        .run(json!({
            "kind": "playwright", "placement": "own", "project": project, "args": ["-m", "fast"],
        }))
        .await;
    ran.succeeded();
    assert!(
        ran.log(Stream::Stdout)
            .join("\n")
            .contains("1 passed, 1 deselected"),
        "{}",
        ran.all()
    );
}
