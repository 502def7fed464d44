//! Scripts without a browser: Node, the `drover` module, and the end of both.

use drover_model::Stream;
use drover_runner::{AttemptEvent, Control};
use serde_json::json;

use crate::bench::{Bench, Watcher};

const ESM: &str = r#"
import { readFileSync, writeFileSync } from 'node:fs';
import { secret, output, artifact, progress } from 'drover';
const value = await secret('api');
console.log('the value is', value, 'and its length', value.length);
await secret('other').catch((error) => console.log('refused:', error.message));
progress(1, 2, 'half');
output('sum', { total: 41 + 1, key: value });
writeFileSync('here.txt', 'kept');
artifact('here.txt', { kind: 'note' });
console.log(process.argv.length, JSON.parse(process.env.DROVER_PARAMS).who);
"#;

const CJS: &str = r"
const drover = require('drover');
drover.secret('api').then((value) => {
  console.log('length', value.length);
  drover.output('done', true);
  process.exit(0);
});
";

fn task(script: &serde_json::Value) -> serde_json::Value {
    let mut task = json!({
        "kind": "playwright", "placement": "own", "tokens": [{ "name": "api" }],
        "parameters": { "who": { "type": "string", "default": "ann" } },
    });
    for (key, value) in script.as_object().unwrap() {
        task[key] = value.clone();
    }
    task
}

#[tokio::test]
async fn an_inline_module_talks_to_drover() {
    let bench = Bench::new().secret("api", "correct-horse-battery");
    let ran = bench.run(task(&json!({ "inline": ESM }))).await;
    ran.succeeded();
    let lines = ran.log(Stream::Stdout);
    assert_eq!(lines[0], "the value is ••••api and its length 21", "{}", ran.all());
    assert_eq!(lines[1], "refused: the task does not name the token `other`");
    assert_eq!(lines[2], "2 ann");
    assert_eq!(ran.outputs()["sum"], json!({ "total": 42, "key": "••••api" }));
    assert_eq!(ran.artifacts()[0].kind, "note");
    let progress = ran.events.iter().find_map(|event| match event {
        AttemptEvent::Progress(progress) => Some((progress.done, progress.total, progress.label.clone())),
        _ => None,
    });
    assert_eq!(progress, Some((1.0, 2.0, "half".to_owned())));
    ran.nowhere("correct-horse-battery");
}

#[tokio::test]
async fn an_inline_script_and_a_file_may_use_require() {
    let bench = Bench::new().secret("api", "correct-horse-battery");
    let file = bench.file("my project/check.cjs", CJS);
    for script in [json!({ "inline": CJS }), json!({ "script": file })] {
        let ran = bench.run(task(&script)).await;
        ran.succeeded();
        assert_eq!(ran.log(Stream::Stdout).last(), Some(&"length 21"), "{}", ran.all());
        assert_eq!(ran.outputs()["done"], json!(true), "what was said before `process.exit` is heard");
    }
}

#[tokio::test]
async fn a_file_imports_drover_and_playwright_without_a_project_of_its_own() {
    let bench = Bench::new();
    let file = bench.file(
        "loose/check.mjs",
        "import * as core from 'playwright-core'; import { chromium } from 'playwright'; import test from '@playwright/test';\n\
         import { createRequire } from 'node:module';\n\
         console.log(core.chromium === chromium, typeof test, createRequire(import.meta.url).resolve('playwright'));",
    );
    let ran = bench.run(task(&json!({ "script": file }))).await;
    ran.succeeded();
    assert!(ran.log(Stream::Stdout)[0].starts_with("true function /"), "{}", ran.all());
    assert!(ran.log(Stream::Drover).iter().any(|line| line.contains("Drover's copy")), "{}", ran.all());
}

#[tokio::test]
async fn a_missing_module_is_still_reported_as_missing() {
    let ran = Bench::new().run(task(&json!({ "inline": "import 'playwright/nothing-like-it'; import 'leftpad-of-nobody';" }))).await;
    ran.ended("exit_code");
    assert!(ran.log(Stream::Stderr).join("\n").contains("ERR_MODULE_NOT_FOUND") || ran.all().contains("ERR_PACKAGE_PATH"), "{}", ran.all());
}

#[tokio::test]
async fn workers_reach_drover_through_their_parent() {
    let bench = Bench::new().secret("api", "correct-horse-battery");
    let worker = bench.file(
        "workers/worker.mjs",
        "import { secret, output } from 'drover';\n\
         const value = await secret('api'); output('worker', value.length); process.send?.('done');",
    );
    let script = format!(
        "import {{ fork }} from 'node:child_process';\n\
         const child = fork({worker:?});\n\
         child.on('message', (text) => {{ console.log(text); child.disconnect(); }});"
    );
    let ran = bench.run(task(&json!({ "inline": script }))).await;
    ran.succeeded();
    assert_eq!(ran.log(Stream::Stdout), ["done"]);
    assert_eq!(ran.outputs()["worker"], json!(21));
}

#[tokio::test]
async fn a_script_parks_and_goes_on() {
    let script = "import { pause } from 'drover'; await pause('please look'); console.log('thanks');";
    let watcher: Watcher<'_> = Box::new(|event, controls| {
        if matches!(event, AttemptEvent::Parked { .. }) {
            controls.try_send(Control::Resume).unwrap();
        }
    });
    let ran = Bench::new().run_watched(task(&json!({ "inline": script })), watcher).await;
    ran.succeeded();
    assert_eq!(ran.log(Stream::Stdout), ["thanks"]);
}

#[tokio::test]
async fn a_script_that_is_gone_is_named() {
    let ran = Bench::new().run(task(&json!({ "script": "/nonexistent/check.mjs" }))).await;
    ran.ended("script_missing");
    assert_eq!(ran.outcome.message, "the script `/nonexistent/check.mjs` is not there any more");
    assert!(!ran.outcome.started, "it failed before the start line");
}

#[tokio::test]
async fn a_script_that_throws_fails_with_its_message() {
    let ran = Bench::new().run(task(&json!({ "inline": "throw new Error('the shop is closed');" }))).await;
    ran.ended("exit_code");
    assert!(ran.log(Stream::Stderr).iter().any(|line| line.contains("the shop is closed")), "{}", ran.all());
}
