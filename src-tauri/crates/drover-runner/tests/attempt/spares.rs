//! A Node that is kept ready: a run in it is as one in a Node of its own.

use drover_model::Stream;
use drover_runner::Control;
use serde_json::{Value, json};

use crate::bench::{Bench, Ran, Watcher};
use crate::site::site;

/// What a script can see of its process, but for what is different for every run.
const LOOK: &str = r"
const own = ['DROVER_MARKER', 'DROVER_CONTROL', 'DROVER_BRIDGE', 'DROVER_ATTEMPT', 'DROVER_ARTIFACTS', 'DROVER_CDP', 'TMPDIR'];
const variables = Object.entries(process.env).filter(([name]) => !own.includes(name)).sort();
console.log(JSON.stringify(variables));
console.log(process.argv.slice(1), process.execArgv, process.cwd(), process.exitCode);
console.log(Object.keys(process.env).filter((name) => own.includes(name)).sort().join());
";
const CJS: &str = r"
console.log(require.main === module, module.parent, module.id, process.mainModule === module, __filename);
const { existsSync } = require('node:fs');
console.log(existsSync(process.env.TMPDIR), require('node:os').tmpdir() === process.env.TMPDIR);
console.log(Object.keys(require('playwright')).includes('chromium'), typeof require('drover').secret);
require('drover').secret('api').then((value) => { console.log('the key', value); process.exit(3); });
";
const ESM: &str = r"
import { chromium } from 'playwright';
import { output } from 'drover';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
console.log(import.meta.url, process.mainModule, typeof chromium.launch);
console.log(createRequire(import.meta.url)('playwright').chromium === chromium);
output('seen', await new Promise((told) => {
  const text = 'require(`node:worker_threads`).parentPort.postMessage(typeof require(`drover`).output)';
  new Worker(text, { eval: true }).on('message', told);
}));
";

fn own(script: &str) -> Value {
    json!({ "kind": "playwright", "placement": "own", "script": script, "tokens": [{ "name": "api" }], "env": { "SITE": "a b" } })
}

fn was_ready(ran: &Ran) -> bool {
    let notes = ran.log(Stream::Drover);
    notes.contains(&"in a Node that was kept ready")
}

#[tokio::test]
async fn a_script_finds_what_it_finds_in_a_node_of_its_own() {
    let bench = Bench::new()
        .secret("api", "correct-horse-battery")
        .with_spares();
    for (name, text, code) in [("look.cjs", CJS, 3), ("look.mjs", ESM, 0)] {
        bench.spares.clear();
        let task = own(&bench.file(name, &format!("{text}{LOOK}")));
        let cold = bench.run(task.clone()).await;
        let ready = bench.run(task).await;
        assert!(!was_ready(&cold) && was_ready(&ready), "{}", ready.all());
        assert!(!cold.log(Stream::Stdout).is_empty());
        assert_eq!(
            cold.log(Stream::Stdout),
            ready.log(Stream::Stdout),
            "{}",
            ready.all()
        );
        assert_eq!(cold.log(Stream::Stderr), ready.log(Stream::Stderr));
        assert_eq!(cold.outputs(), ready.outputs());
        for ran in [&cold, &ready] {
            assert_eq!(ran.outcome.exit.unwrap().code, Some(code), "{}", ran.all());
            ran.nowhere("correct-horse-battery");
        }
    }
}

#[tokio::test]
async fn every_end_of_a_script_is_the_same() {
    let bench = Bench::new().with_spares();
    for (name, text) in [
        (
            "thrown.cjs",
            "console.log(1); throw new Error('on purpose')",
        ),
        (
            "later.mjs",
            "setTimeout(() => { throw new Error('on purpose') }, 10); console.log(1)",
        ),
        (
            "rejected.mjs",
            "console.log(1); Promise.reject(new Error('on purpose'))",
        ),
        (
            "exit.cjs",
            "process.on('exit', (code) => console.log('bye', code)); process.exit(7)",
        ),
        ("code.mjs", "process.exitCode = 5; console.log(1)"),
        ("open.mjs", "console.log(1); await new Promise(() => {})"),
        ("comma.mjs", "const a = ;"),
        ("away.mjs", "import 'pears-of-nobody'"),
        (
            "signal.mjs",
            "console.log(1); process.kill(process.pid, 'SIGABRT'); setInterval(() => {}, 99)",
        ),
    ] {
        let task = own(&bench.file(name, text));
        bench.spares.clear();
        let cold = bench.run(task.clone()).await;
        let ready = bench.run(task).await;
        assert!(!was_ready(&cold) && was_ready(&ready), "{}", ready.all());
        assert_eq!(cold.outcome, ready.outcome, "{name}");
        assert_eq!(
            cold.log(Stream::Stdout),
            ready.log(Stream::Stdout),
            "{name}"
        );
        // Below the script the stack is another; what it says is the same.
        let said = |ran: &Ran| -> Vec<String> {
            let lines = ran.log(Stream::Stderr).into_iter();
            lines
                .filter(|line| !line.trim_start().starts_with("at "))
                .map(ToString::to_string)
                .collect()
        };
        assert_eq!(said(&cold), said(&ready), "{name}");
    }
}

#[tokio::test]
async fn what_a_process_reads_at_its_start_needs_one_of_its_own() {
    let bench = Bench::new().with_spares();
    let script = bench.file(
        "a.mjs",
        "console.log(process.env.CI, process.env.TZ, process.env.SITE)",
    );
    bench.run(own(&script)).await.succeeded();
    for variable in ["CI", "TZ"] {
        let mut task = own(&script);
        task["env"] = json!({ variable: "1" });
        let ran = bench.run(task).await;
        assert!(!was_ready(ran.succeeded()), "{variable}: {}", ran.all());
    }
    let mut task = own(&script);
    task["program"] = json!(bench.file("other-node", "#!/bin/sh\nexec node \"$@\"\n"));
    std::fs::set_permissions(
        task["program"].as_str().unwrap(),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    assert!(!was_ready(bench.run(task).await.succeeded()));
    let ran = bench.run(own(&script)).await;
    assert!(was_ready(ran.succeeded()), "it still waited: {}", ran.all());
    assert_eq!(ran.log(Stream::Stdout), ["undefined undefined a b"]);
    bench.spares.keep(false);
    assert_eq!(bench.spares.waiting(), 0);
    assert!(!was_ready(bench.run(own(&script)).await.succeeded()));
    assert_eq!(bench.spares.waiting(), 0, "none is kept any more");
}

/// The processes of this test that wait for a run.
fn waiting() -> Vec<i32> {
    let marker = format!("DROVER_MARKER=drover-test-{}/spare", std::process::id());
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    pids.filter(|pid| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment
            .split(|&byte| byte == 0)
            .any(|variable| variable.starts_with(marker.as_bytes()))
    })
    .collect()
}

#[tokio::test]
async fn one_that_dies_while_it_waits_is_replaced() {
    let bench = Bench::new().with_spares();
    let task = own(&bench.file("a.mjs", "console.log('here')"));
    bench.run(task.clone()).await.succeeded();
    let pids = waiting();
    assert_eq!(pids.len(), 1);
    let pid = rustix::process::Pid::from_raw(pids[0]).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    let ran = bench.run(task.clone()).await;
    assert_eq!(ran.succeeded().log(Stream::Stdout), ["here"]);
    let ran = bench.run(task).await;
    assert!(was_ready(ran.succeeded()), "{}", ran.all());
    assert_eq!(waiting().len(), 1, "one for the next run, and no other");
}

#[tokio::test]
async fn what_it_has_started_dies_with_its_run() {
    let script = r"
        import { spawn } from 'node:child_process';
        const away = spawn('/bin/sh', ['-c', 'trap : TERM INT; setsid sleep 331 & echo away; sleep 331'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
        away.stdout.on('data', () => console.log('ready'));
        process.on('SIGINT', () => {});
    ";
    let bench = Bench::new().with_spares();
    let task = own(&bench.file("a.mjs", script));
    for expected in [false, true] {
        let watcher: Watcher<'_> = Box::new(|event, controls| {
            if let drover_runner::AttemptEvent::Log(lines) = event
                && lines.iter().any(|line| line.text == "ready")
            {
                controls.try_send(Control::Kill).unwrap();
            }
        });
        let ran = bench.run_watched(task.clone(), watcher).await;
        ran.ended("cancelled");
        assert_eq!(was_ready(&ran), expected, "{}", ran.all());
    }
    let sleeps = std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|entry| {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            line == b"sleep\x00331\x00"
        });
    assert_eq!(sleeps.count(), 0);
}

#[tokio::test]
async fn pages_land_in_the_profile() {
    let site = site().await;
    let bench = Bench::new().warm().with_spares();
    let module = r"
        import { chromium } from 'playwright';
        const browser = await chromium.launch();
        const page = await (await browser.newContext()).newPage();
        await page.goto(process.env.SITE + '/who');
        console.log(browser.contexts().length, await page.evaluate(() => typeof document.cookie));
        await browser.close();
    ";
    let common = r"
        const { chromium } = require('playwright-core');
        chromium.launchPersistentContext('/nowhere').then(async (context) => {
          const page = await context.newPage();
          await page.goto(process.env.SITE + '/who');
          console.log('persistent', context.pages().length > 0);
          await context.close();
        });
    ";
    for (name, text) in [("a.mjs", module), ("a.cjs", common)] {
        let script = bench.file(name, text);
        let task = json!({
            "kind": "playwright", "script": script, "profiles": { "names": ["anna"] },
            "env": { "SITE": &site.address }, "artifacts": { "screenshot": "always" },
        });
        bench.spares.clear();
        let cold = bench.run(task.clone()).await;
        let ready = bench.run(task).await;
        assert!(was_ready(ready.succeeded()), "{}", ready.all());
        assert_eq!(
            cold.succeeded().log(Stream::Stdout),
            ready.log(Stream::Stdout)
        );
        ready.screenshot("-end.png");
    }
    bench.leases.close_all().await;
}
