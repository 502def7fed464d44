//! What becomes of the browser when a script is stopped, fails or loses it.

use drover_model::Stream;
use drover_runner::{AttemptEvent, Control};
use serde_json::json;
use tokio::net::TcpListener;

use crate::bench::{Bench, Watcher};
use crate::site::{site, task};

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

/// Ends at once when it is interrupted, so that nobody but Drover's word can have caused a picture.
const PATIENT_PYTHON: &str = r#"
import os, signal
from playwright.sync_api import sync_playwright
signal.signal(signal.SIGINT, lambda *_: os._exit(1))
with sync_playwright() as p:
    page = p.chromium.launch().new_page()
    page.goto(os.environ["SITE"])
    print("ready")
    page.wait_for_timeout(3_000_000)
"#;
const PATIENT_COROUTINE: &str = r#"
import asyncio, os, signal
from playwright.async_api import async_playwright
signal.signal(signal.SIGINT, lambda *_: os._exit(1))
async def main():
    async with async_playwright() as p:
        page = await (await p.chromium.launch()).new_page()
        await page.goto(os.environ["SITE"])
        print("ready")
        await asyncio.sleep(3_000)
asyncio.run(main())
"#;

#[tokio::test]
async fn python_over_its_limit_leaves_a_picture_as_well() {
    let site = site().await;
    let bench = Bench::new();
    for (name, text) in [("a.py", PATIENT_PYTHON), ("b.py", PATIENT_COROUTINE)] {
        let script = bench.python_file(name, text);
        let mut slow = task(&json!({ "script": script, "env": { "SITE": &site.address } }));
        slow["timeout"] = json!({ "idle": "10s" });
        let ran = bench.run(slow).await;
        ran.ended("idle_limit");
        assert_eq!(ran.log(Stream::Stdout), ["ready"], "{}", ran.all());
        // The blank page of a browser is smaller than a page with a form.
        assert!(ran.screenshot("01-end.png").len() > 3_000, "{}", ran.all());
    }
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
