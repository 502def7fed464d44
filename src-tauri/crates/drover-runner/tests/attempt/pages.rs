//! Scripts and test suites in a real browser.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use drover_model::Stream;
use drover_model::run::StepState;
use drover_runner::{AttemptEvent, Control};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::bench::{Bench, Watcher};

/// A shop on the loopback address: a form that takes a password, and a page for who has the cookie.
pub(crate) struct Site {
    pub(crate) address: String,
    /// Requests by path.
    pub(crate) seen: Arc<Mutex<BTreeMap<String, u32>>>,
}

pub(crate) async fn site() -> Site {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(BTreeMap::new()));
    let counts = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let counts = Arc::clone(&counts);
            tokio::spawn(async move {
                let mut request = Vec::new();
                while !request.windows(4).any(|part| part == b"\r\n\r\n") {
                    if matches!(stream.read_buf(&mut request).await, Ok(0) | Err(_)) {
                        return;
                    }
                }
                let request = String::from_utf8_lossy(&request).into_owned();
                let target = request.split(' ').nth(1).unwrap_or("/").to_owned();
                *counts.lock().unwrap().entry(target.clone()).or_insert(0) += 1;
                stream
                    .write_all(answer(&target, &request).as_bytes())
                    .await
                    .ok(); // the browser may have gone
            });
        }
    });
    Site { address, seen }
}

fn answer(target: &str, request: &str) -> String {
    let path = target.split('?').next().unwrap_or(target);
    let known = request.contains("session=yes");
    let (head, body) = match path {
        "/" => ("", "<title>Shop</title><form action=/in><label>Password <input name=p></label><button>Sign in</button></form>".to_owned()),
        "/in" => ("Set-Cookie: session=yes; Max-Age=3600\r\n", "<title>In</title><h1>Welcome</h1><p class=price>12.50</p>".to_owned()),
        "/who" => ("", format!("<title>Who</title><h1>{}</h1>", if known { "known" } else { "stranger" })),
        _ => ("", "<title>None</title>".to_owned()),
    };
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n{head}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn task(more: &Value) -> Value {
    let mut task = json!({ "kind": "playwright", "profiles": { "names": ["anna"] }, "timeout": { "run": "90s" } });
    for (key, value) in more.as_object().unwrap() {
        task[key] = value.clone();
    }
    task
}

#[tokio::test]
async fn an_unmodified_module_signs_in_with_a_token_in_the_profile() {
    let site = site().await;
    let bench = Bench::new().secret("shop", "correct-horse-battery");
    let script = r"
        import { chromium } from 'playwright';
        import { secret, output } from 'drover';
        const browser = await chromium.launch({ headless: false, args: ['--odd'] });
        const page = await browser.newPage({ viewport: { width: 700, height: 500 } });
        await page.goto(process.env.SITE);
        await page.getByLabel('Password').fill(await secret('shop'));
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByText('Welcome').waitFor();
        console.log('address', page.url());
        output('price', await page.locator('.price').textContent());
        output('width', await page.evaluate(() => innerWidth));
        await browser.close();
        console.log('connected', browser.isConnected());
    ";
    let signing_in = task(&json!({
        "inline": script, "env": { "SITE": &site.address }, "tokens": [{ "name": "shop" }],
        "artifacts": { "screenshot": "always" },
    }));
    let ran = bench.run(signing_in).await;
    ran.succeeded();
    assert_eq!(
        ran.outputs(),
        [
            ("price".to_owned(), json!("12.50")),
            ("width".to_owned(), json!(700))
        ]
        .into(),
        "{}",
        ran.all()
    );
    assert!(
        ran.log(Stream::Stdout)[0].ends_with("/in?p=••••shop"),
        "{}",
        ran.all()
    );
    assert_eq!(ran.log(Stream::Stdout)[1], "connected false");
    assert!(
        ran.log(Stream::Stderr)
            .iter()
            .any(|line| line.contains("`args` is not applied")),
        "{}",
        ran.all()
    );
    assert_eq!(
        ran.outcome.browser,
        Some(drover_browser::Rung::Closed),
        "it closed in good order"
    );
    ran.screenshot("01-end.png");
    // The next attempt finds the cookie: it was the profile itself.
    let script = r"
        const { chromium } = require('playwright');
        (async () => {
          const context = await chromium.launchPersistentContext('/nonexistent/other/profile', { headless: true });
          const page = context.pages()[0] || await context.newPage();
          await page.goto(process.env.SITE + '/who');
          console.log(await page.locator('h1').textContent());
          await context.close();
        })();
    ";
    let ran = bench
        .run(task(
            &json!({ "inline": script, "env": { "SITE": &site.address } }),
        ))
        .await;
    ran.succeeded();
    assert_eq!(
        ran.log(Stream::Stdout).last(),
        Some(&"known"),
        "{}",
        ran.all()
    );
    ran.nowhere("correct-horse-battery");
}

#[tokio::test]
async fn a_script_that_fails_leaves_a_picture_of_its_page() {
    let site = site().await;
    let bench = Bench::new();
    let file = bench.file(
        "shop/check.mjs",
        r"
        import { chromium } from 'playwright';
        const browser = await chromium.connectOverCDP('http://127.0.0.1:9222');
        const page = await browser.contexts()[0].newPage();
        await page.goto(process.env.SITE);
        await page.getByText('Sold out').waitFor({ timeout: 300 });
        ",
    );
    let ran = bench
        .run(task(
            &json!({ "script": file, "env": { "SITE": &site.address } }),
        ))
        .await;
    ran.ended("exit_code");
    assert!(
        ran.log(Stream::Stderr)
            .join("\n")
            .contains("Timeout 300ms exceeded"),
        "Node prints the error as always: {}",
        ran.all()
    );
    // The blank page of a new browser is smaller than a page with a form.
    assert!(
        ran.screenshot("01-end.png").len() > 3_000,
        "it shows the page"
    );
}

#[tokio::test]
async fn an_isolated_script_has_a_context_of_its_own() {
    let site = site().await;
    let bench = Bench::new();
    let script = r"
        import { chromium } from 'playwright';
        const browser = await chromium.launch();
        const context = await browser.newContext({ locale: 'de-DE' });
        const page = await context.newPage();
        await page.goto(process.env.SITE + '/in');
        console.log(browser.contexts().length, await page.evaluate(() => navigator.language));
        await browser.close();
    ";
    let isolated = task(
        &json!({ "inline": script, "placement": "isolated", "env": { "SITE": &site.address } }),
    );
    let ran = bench.run(isolated).await;
    ran.succeeded();
    assert_eq!(ran.log(Stream::Stdout), ["2 de-DE"], "{}", ran.all());
    let script = r"
        import { chromium } from 'playwright';
        const browser = await chromium.launch();
        const page = await browser.newPage();
        await page.goto(process.env.SITE + '/who');
        console.log(await page.locator('h1').textContent());
        await browser.close();
    ";
    let ran = bench
        .run(task(
            &json!({ "inline": script, "env": { "SITE": &site.address } }),
        ))
        .await;
    ran.succeeded();
    assert_eq!(
        ran.log(Stream::Stdout),
        ["stranger"],
        "what an isolated script did is not in the profile: {}",
        ran.all()
    );
}

#[tokio::test]
async fn a_test_project_runs_with_its_own_config_and_drovers_reporter() {
    let site = site().await;
    let bench = Bench::new().secret("shop", "correct-horse-battery");
    let config = bench.file(
        "e2e/playwright.config.js",
        "module.exports = { reporter: [['json', { outputFile: process.env.DROVER_ARTIFACTS + '/report.json' }]], use: { trace: 'on', baseURL: process.env.SITE } };",
    );
    bench.file(
        "e2e/tests/shop.spec.js",
        r"
        const { test, expect } = require('@playwright/test');
        const { secret } = require('drover');
        test('signs in', async ({ page }) => {
          await page.goto('/');
          await test.step('fills the form', async () => {
            await page.getByLabel('Password').fill(await secret('shop'));
            await page.getByRole('button').click();
          });
          await expect(page.locator('h1')).toHaveText('Welcome');
          await expect(page).toHaveURL(/\/in/);
        });
        test('is known', async ({ page, context }) => {
          await page.goto('/who');
          await expect(page.locator('h1')).toHaveText('known');
        });
        test('fails', async ({ page }) => {
          await page.goto('/who');
          await expect(page.locator('h1')).toHaveText('nobody', { timeout: 200 });
        });
        test.skip('is skipped', () => {});
        ",
    );
    let project = config.strip_suffix("/playwright.config.js").unwrap();
    let suite = task(
        &json!({ "project": project, "env": { "SITE": &site.address }, "tokens": [{ "name": "shop" }] }),
    );
    let ran = bench.run(suite).await;
    ran.ended("exit_code");
    let tests: Vec<(String, StepState)> = ran
        .steps()
        .into_iter()
        .filter(|(title, _)| title.contains("shop.spec.js"))
        .collect();
    let states: Vec<StepState> = tests.iter().map(|(_, state)| *state).collect();
    let expected = [
        StepState::Passed,
        StepState::Passed,
        StepState::Failed,
        StepState::Skipped,
    ];
    assert_eq!(states, expected, "{tests:?}\n{}", ran.all());
    assert!(
        ran.steps()
            .iter()
            .any(|(title, state)| title == "fills the form" && *state == StepState::Passed),
        "{}",
        ran.all()
    );
    let artifacts = ran.artifacts();
    assert!(
        artifacts
            .iter()
            .any(|a| a.path.ends_with("-failed-test.png")),
        "{artifacts:?}\n{}",
        ran.all()
    );
    assert!(
        artifacts.iter().any(|a| a.path.ends_with("/report.json")),
        "the project's own reporter ran: {artifacts:?}"
    );
    let progress = ran.events.iter().rev().find_map(|event| match event {
        AttemptEvent::Progress(progress) => Some((progress.done, progress.total)),
        _ => None,
    });
    assert_eq!(progress, Some((4.0, 4.0)));
    assert!(
        std::path::Path::new(project)
            .join("test-results")
            .read_dir()
            .unwrap()
            .count()
            > 0,
        "the traces are there"
    );
}

#[tokio::test]
async fn a_grep_chooses_tests() {
    let bench = Bench::new();
    let spec = bench.file(
        "small/a.spec.mjs",
        "import { test } from '@playwright/test'; test('one', () => {}); test('two', () => {}); test('-three', () => {});",
    );
    let project = spec.strip_suffix("/a.spec.mjs").unwrap();
    let ran = bench
        .run(task(
            &json!({ "project": project, "grep": "-three", "placement": "own" }),
        ))
        .await;
    ran.succeeded();
    let titles: Vec<String> = ran
        .steps()
        .into_iter()
        .map(|(title, _)| title)
        .filter(|title| title.contains("spec"))
        .collect();
    assert_eq!(titles.len(), 1, "{titles:?}\n{}", ran.all());
}

/// The run's processes by marker, as anybody can see them.
fn browsers(bench: &Bench) -> usize {
    let folder = bench.place.path().join("profile").display().to_string();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .filter(|line| String::from_utf8_lossy(line).contains(&folder))
        .count()
}

const PATIENT: &str = r"
    import { chromium } from 'playwright';
    const browser = await chromium.launch();
    const page = await browser.newPage();
    await page.goto(process.env.SITE);
    console.log('ready');
    await new Promise((resolve) => setTimeout(resolve, 3_000_000));
";

#[tokio::test]
async fn a_cancel_leaves_neither_node_nor_chrome() {
    let site = site().await;
    let bench = Bench::new();
    let mut seen = 0;
    let watcher: Watcher<'_> = Box::new(|event, controls| {
        if let AttemptEvent::Log(lines) = event
            && lines.iter().any(|line| line.text == "ready")
        {
            seen = browsers(&bench);
            controls.try_send(Control::Cancel).unwrap();
        }
    });
    let ran = bench
        .run_watched(
            task(&json!({ "inline": PATIENT, "env": { "SITE": &site.address } })),
            watcher,
        )
        .await;
    ran.ended("cancelled");
    assert!(seen > 0, "Chrome was there");
    assert_eq!(browsers(&bench), 0);
}

#[tokio::test]
async fn a_run_over_its_limit_leaves_a_picture() {
    let site = site().await;
    let bench = Bench::new();
    let mut slow = task(&json!({ "inline": PATIENT, "env": { "SITE": &site.address } }));
    slow["timeout"] = json!({ "idle": "8s" });
    let ran = bench.run(slow).await;
    ran.ended("idle_limit");
    ran.screenshot("01-end.png");
    assert_eq!(browsers(&bench), 0);
}

#[tokio::test]
async fn a_browser_that_crashes_ends_the_run() {
    let site = site().await;
    let bench = Bench::new();
    let watcher: Watcher<'_> = Box::new(|event, _| {
        if let AttemptEvent::Log(lines) = event
            && lines.iter().any(|line| line.text == "ready")
        {
            kill_chrome(&bench);
        }
    });
    let ran = bench
        .run_watched(
            task(&json!({ "inline": PATIENT, "env": { "SITE": &site.address } })),
            watcher,
        )
        .await;
    ran.ended("browser_crashed");
    assert!(
        ran.outcome.message.contains("signal 9"),
        "{}",
        ran.outcome.message
    );
}

/// Kills the leader of the browser's group: the one with the pipe.
fn kill_chrome(bench: &Bench) {
    let folder = format!(
        "--user-data-dir={}",
        bench
            .place
            .path()
            .join("profile")
            .canonicalize()
            .unwrap()
            .display()
    );
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).into_owned();
        if line.contains(&folder) && !line.contains("--type=") {
            let pid = entry.file_name().to_str().unwrap().parse().unwrap();
            let pid = rustix::process::Pid::from_raw(pid).unwrap();
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
            return;
        }
    }
    panic!("no browser of this bench");
}

#[tokio::test]
async fn a_browser_that_is_missing_fails_before_the_start() {
    let bench = Bench::new();
    std::fs::write(
        bench.place.path().join("profile"),
        "a file where the folder should be",
    )
    .unwrap();
    let ran = bench.run(task(&json!({ "inline": PATIENT }))).await;
    ran.ended("browser_unavailable");
    assert!(!ran.outcome.started && ran.ledger.is_empty());
}

#[tokio::test]
async fn with_a_proxy_that_dies_nothing_reaches_the_site() {
    let site = site().await;
    let broken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = broken.local_addr().unwrap().port();
    let hanging_up = tokio::spawn(async move {
        while let Ok((stream, _)) = broken.accept().await {
            drop(stream);
        }
    });
    let kind = drover_egress::UpstreamKind::Http;
    let upstream = drover_egress::Upstream {
        kind,
        host: "127.0.0.1".to_owned(),
        port,
        login: None,
    };
    let bench = Bench::new().behind(upstream);
    let script = r"
        import { chromium } from 'playwright';
        const browser = await chromium.launch();
        const page = await browser.newPage();
        const answer = await page.goto(process.env.SITE + '/who');
        console.log('status', answer.status());
        await browser.close();
    ";
    let ran = bench.run(task(&json!({ "inline": script, "env": { "SITE": site.address.replace("127.0.0.1", "shop.test") } }))).await;
    ran.succeeded();
    assert_eq!(ran.log(Stream::Stdout), ["status 502"], "{}", ran.all());
    assert!(
        site.seen.lock().unwrap().is_empty(),
        "no request went around the proxy"
    );

    hanging_up.abort();
    hanging_up.await.unwrap_err();
    let dead = bench
        .run(task(&json!({ "inline": "console.log('started')" })))
        .await;
    dead.ended("proxy_failed");
    assert_eq!(dead.ledger, Vec::<String>::new(), "nothing was started");
}
