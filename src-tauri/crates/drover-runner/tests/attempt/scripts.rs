//! Scripts without a browser: Node, the `drover` module, and the end of both.

use std::os::fd::OwnedFd;

use drover_browser::Exit;
use drover_model::Stream;
use drover_runner::process::{Audience, Door, Output, Start};
use drover_runner::redact::Redactor;
use drover_runner::{AttemptEvent, Control, Runtime, protocol};
use serde_json::json;
use tokio::io::AsyncReadExt as _;

use crate::bench::{Bench, Watcher, on_path};

const ESM: &str = r"
import { readFileSync, writeFileSync } from 'node:fs';
import { secret, output, artifact, progress } from 'drover';
const value = await secret('api');
console.log('the value is', value, 'and its length', value.length);
await secret('other').catch((error) => console.log('refused:', error.message));
progress(1, 2, 'half');
output('sum', { total: 41 + 1, key: value });
writeFileSync('here.txt', 'kept');
artifact('here.txt', { kind: 'note' });
const exposed = (name) => readFileSync(`/proc/self/${name}`).includes(value);
console.log('exposed', exposed('cmdline'), exposed('environ'));
console.log(process.argv.length, JSON.parse(process.env.DROVER_PARAMS).who);
";

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
    assert_eq!(
        lines[0],
        "the value is ••••api and its length 21",
        "{}",
        ran.all()
    );
    assert_eq!(
        lines[1],
        "refused: the task does not name the token `other`"
    );
    assert_eq!(lines[2], "exposed false false");
    assert_eq!(lines[3], "2 ann");
    assert_eq!(
        ran.outputs()["sum"],
        json!({ "total": 42, "key": "••••api" })
    );
    assert_eq!(ran.artifacts()[0].kind, "note");
    let progress = ran.events.iter().find_map(|event| match event {
        AttemptEvent::Progress(progress) => {
            Some((progress.done, progress.total, progress.label.clone()))
        }
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
        assert_eq!(
            ran.log(Stream::Stdout).last(),
            Some(&"length 21"),
            "{}",
            ran.all()
        );
        assert_eq!(
            ran.outputs()["done"],
            json!(true),
            "what was said before `process.exit` is heard"
        );
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
    assert!(
        ran.log(Stream::Stdout)[0].starts_with("true function /"),
        "{}",
        ran.all()
    );
    assert!(
        ran.log(Stream::Drover)
            .iter()
            .any(|line| line.contains("Drover's copy")),
        "{}",
        ran.all()
    );
}

#[tokio::test]
async fn a_missing_module_is_still_reported_as_missing() {
    let ran = Bench::new().run(task(&json!({ "inline": "import 'playwright/nothing-like-it'; import 'leftpad-of-nobody';" }))).await;
    ran.ended("exit_code");
    assert!(
        ran.log(Stream::Stderr)
            .join("\n")
            .contains("ERR_MODULE_NOT_FOUND")
            || ran.all().contains("ERR_PACKAGE_PATH"),
        "{}",
        ran.all()
    );
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
    let script =
        "import { pause } from 'drover'; await pause('please look'); console.log('thanks');";
    let watcher: Watcher<'_> = Box::new(|event, controls| {
        if matches!(event, AttemptEvent::Parked { .. }) {
            controls.try_send(Control::Resume).unwrap();
        }
    });
    let ran = Bench::new()
        .run_watched(task(&json!({ "inline": script })), watcher)
        .await;
    ran.succeeded();
    assert_eq!(ran.log(Stream::Stdout), ["thanks"]);
}

#[tokio::test]
async fn a_script_that_is_gone_is_named() {
    let ran = Bench::new()
        .run(task(&json!({ "script": "/nonexistent/check.mjs" })))
        .await;
    ran.ended("script_missing");
    assert_eq!(
        ran.outcome.message,
        "the script `/nonexistent/check.mjs` is not there any more"
    );
    assert!(!ran.outcome.started, "it failed before the start line");
}

#[tokio::test]
async fn a_script_that_throws_fails_with_its_message() {
    let ran = Bench::new()
        .run(task(
            &json!({ "inline": "throw new Error('the shop is closed');" }),
        ))
        .await;
    ran.ended("exit_code");
    assert!(
        ran.log(Stream::Stderr)
            .iter()
            .any(|line| line.contains("the shop is closed")),
        "{}",
        ran.all()
    );
}

#[tokio::test]
async fn a_script_ends_at_once_when_drover_is_gone() {
    let place = tempfile::tempdir().unwrap();
    let runtime = Runtime::install(place.path()).unwrap();
    let door = Door::open([("PATH".into(), "/usr/bin:/bin".into())].into()).unwrap();
    let (line, ends) = protocol::open(&Redactor::new()).unwrap();
    let inode = |end: &OwnedFd| rustix::fs::fstat(end).unwrap().st_ino;
    let mut environment = door.environment(Audience::Task);
    let control = format!("{} {}", inode(&ends.writes), inode(&ends.reads));
    environment.insert("DROVER_CONTROL".into(), control.into());
    environment.insert("DROVER_BRIDGE".into(), place.path().join("bridge").into());
    let hook = format!("--require {}", runtime.hook().display());
    environment.insert("NODE_OPTIONS".into(), hook.into());
    let script = "process.on('exit', () => console.log('exit')); console.log('ready'); setInterval(() => {}, 1000);";
    let start = Start {
        program: on_path("node"),
        args: vec!["-e".into(), script.into()],
        environment,
        folder: place.path().to_owned(),
        fds: vec![(3, ends.writes), (4, ends.reads)],
        marker: format!("eof-{}", std::process::id()),
        output: Output::Pipes,
    };
    let child = door.start(start).await.unwrap();
    let (mut stdout, _stderr) = child.take_pipes().unwrap();
    let mut said = Vec::new();
    while !said.ends_with(b"ready\n") {
        assert_ne!(
            stdout.read_buf(&mut said).await.unwrap(),
            0,
            "it ended early"
        );
    }
    drop(line);
    assert_eq!(child.wait().await, Exit::Signal(9));
    stdout.read_to_end(&mut said).await.unwrap();
    assert_eq!(said, b"ready\n", "nothing more of it runs");
}
