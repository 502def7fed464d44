//! What scripts and suites leave as evidence, and what does not stay in it.

use std::collections::BTreeSet;
use std::time::Duration;

use drover_model::Stream;
use drover_runner::TraceViewer;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::bench::{Bench, Ran, node_tools};
use crate::site::{site, task};

const LOGIN: &str = "session-of-anna-0123";

fn kinds(ran: &Ran) -> Vec<(String, String)> {
    let mut kinds: Vec<(String, String)> = ran
        .artifacts()
        .into_iter()
        .map(|artifact| {
            let name = artifact.path.rsplit('/').next().unwrap().to_owned();
            (name, artifact.kind)
        })
        .collect();
    kinds.sort();
    kinds
}

fn expected(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned()))
        .collect()
}

/// The recording as it was kept: still one, and without what signs somebody in.
fn is_clean(ran: &Ran, bench: &Bench, own: &str) {
    let kept = ran.artifacts();
    let kept = kept.iter().find(|kept| kept.kind == "har").unwrap();
    let text = std::fs::read_to_string(bench.data().join(&kept.path)).unwrap();
    let har: Value = serde_json::from_str(&text).unwrap();
    let entries = har["log"]["entries"].as_array().unwrap();
    assert!(entries.len() >= 2, "{text}");
    let has_header = |name: &str| text.to_ascii_lowercase().contains(&format!("\"{name}\""));
    assert!(
        has_header("set-cookie") && has_header("authorization"),
        "{text}"
    );
    for secret in [LOGIN, "session=yes", "Bearer "] {
        assert!(!text.contains(secret), "`{secret}` is in {text}");
    }
    let own = std::fs::read_to_string(own).unwrap();
    assert!(own.contains(LOGIN), "the user's own file is left alone");
}

#[tokio::test]
async fn what_a_script_writes_is_kept_and_recordings_lose_their_logins() {
    let site = site().await;
    let bench = Bench::new();
    let script = format!(
        r"
        import fs from 'node:fs';
        import {{ chromium }} from 'playwright';
        const browser = await chromium.launch();
        const context = await browser.newContext({{
          recordHar: {{ path: 'own/traffic.har' }}, extraHTTPHeaders: {{ Authorization: 'Bearer {LOGIN}' }},
        }});
        await context.addCookies([{{ name: 'who', value: '{LOGIN}', url: process.env.SITE }}]);
        await context.tracing.start({{ snapshots: true }});
        const page = await context.newPage();
        await page.goto(process.env.SITE + '/in');
        await page.goto(process.env.SITE + '/who');
        await page.screenshot({{ path: 'page.png' }});
        await page.screenshot({{ path: 'deeper/page.png' }});
        await context.tracing.stop({{ path: 'trace.zip' }});
        await page.goto(process.env.SITE + '/download');
        const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Get it').click()]);
        await download.saveAs('fruit.txt');
        await context.close();
        const kept = process.env.DROVER_ARTIFACTS;
        fs.mkdirSync(kept + '/mine/more', {{ recursive: true }});
        fs.writeFileSync(kept + '/mine/more/notes.txt', 'notes');
        fs.symlinkSync('/etc/hostname', kept + '/hostname.txt');
        await browser.close();
        "
    );
    let file = bench.file("evidence/all.mjs", &script);
    let quiet = json!({ "script": file, "env": { "SITE": &site.address }, "artifacts": { "screenshot": "never" } });
    let ran = bench.run(task(&quiet)).await;
    ran.succeeded();
    assert_eq!(
        kinds(&ran),
        expected(&[
            ("fruit.txt", "download"),
            ("notes.txt", "file"),
            ("page-2.png", "screenshot"),
            ("page.png", "screenshot"),
            ("trace.zip", "trace"),
            ("traffic.har", "har"),
        ]),
        "{}",
        ran.all()
    );
    let own = bench.place.path().join("user/evidence/own/traffic.har");
    is_clean(&ran, &bench, own.to_str().unwrap());
}

#[tokio::test]
async fn the_same_of_python_in_a_context_of_its_own() {
    let site = site().await;
    let bench = Bench::new();
    let script = format!(
        r#"
import os
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    browser = p.chromium.launch()
    context = browser.new_context(record_har_path="traffic.har", extra_http_headers={{"Authorization": "Bearer {LOGIN}"}})
    context.tracing.start(snapshots=True)
    page = context.new_page()
    page.goto(os.environ["SITE"] + "/in")
    page.goto(os.environ["SITE"] + "/who")
    page.screenshot(path="page.png")
    context.tracing.stop(path="trace.zip")
    context.close()
    open(os.environ["DROVER_ARTIFACTS"] + "/packed.har.zip", "wb").write(b"PK nothing to look into")
    browser.close()
"#
    );
    let file = bench.python_file("evidence/all.py", &script);
    let quiet = json!({
        "script": file, "env": { "SITE": &site.address }, "artifacts": { "screenshot": "never" }, "placement": "isolated",
    });
    let ran = bench.run(task(&quiet)).await;
    ran.succeeded();
    assert_eq!(
        kinds(&ran),
        expected(&[
            ("page.png", "screenshot"),
            ("trace.zip", "trace"),
            ("traffic.har", "har"),
        ]),
        "{}",
        ran.all()
    );
    let notes = ran.log(Stream::Drover).join("\n");
    assert!(
        notes.contains("`packed.har.zip` is not kept, because it cannot be cleaned"),
        "{notes}"
    );
    let own = bench.place.path().join("user/evidence/traffic.har");
    is_clean(&ran, &bench, own.to_str().unwrap());
}

/// A folder where Playwright finds an encoder. It writes what it is given, which is enough to see who keeps the file.
fn encoder(bench: &Bench) -> String {
    let list = node_tools().join("node_modules/playwright-core/browsers.json");
    let list: Value = serde_json::from_slice(&std::fs::read(list).unwrap()).unwrap();
    let parts = list["browsers"].as_array().unwrap();
    let ffmpeg = parts.iter().find(|part| part["name"] == "ffmpeg").unwrap();
    let revision = ffmpeg["revision"].as_str().unwrap();
    let program = bench.file(
        &format!("encoders/ffmpeg-{revision}/ffmpeg-linux"),
        "#!/bin/sh\nfor last; do :; done\nexec cat >\"$last\"\n",
    );
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&program, mode).unwrap();
    bench
        .place
        .path()
        .join("user/encoders")
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn videos_of_pages_are_kept_also_when_they_close_early() {
    let site = site().await;
    let bench = Bench::new();
    let module = r"
        import { chromium } from 'playwright';
        const browser = await chromium.launch();
        const context = await browser.newContext({ recordVideo: { dir: 'videos' } });
        for (const closes of [true, false]) {
          const page = await context.newPage();
          await page.goto(process.env.SITE);
          if (closes) await page.close();
        }
        await context.close();
        await browser.close();
    ";
    let python = r#"
import os
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    browser = p.chromium.launch()
    context = browser.new_context(record_video_dir="videos")
    for closes in (True, False):
        page = context.new_page()
        page.goto(os.environ["SITE"])
        if closes:
            page.close()
    context.close()
    browser.close()
"#;
    let scripts = [
        bench.file("video/a.mjs", module),
        bench.python_file("video/a.py", python),
    ];
    let encoders = encoder(&bench);
    for script in scripts {
        let wanted = json!({
            "script": script, "artifacts": { "screenshot": "never" }, "placement": "isolated",
            "env": { "SITE": &site.address, "PLAYWRIGHT_BROWSERS_PATH": encoders },
        });
        let ran = bench.run(task(&wanted)).await;
        let kept = kinds(ran.succeeded());
        assert_eq!(kept.len(), 2, "{}", ran.all());
        assert!(kept.iter().all(|(_, kind)| kind == "video"), "{kept:?}");
    }
}

#[tokio::test]
async fn a_suite_hands_over_its_traces_and_pictures() {
    let site = site().await;
    let bench = Bench::new();
    let config = bench.file(
        "traced/playwright.config.js",
        "module.exports = { use: { trace: 'on', screenshot: 'on', baseURL: process.env.SITE } };",
    );
    bench.file(
        "traced/a.spec.js",
        r"
        const { test } = require('@playwright/test');
        test('one', async ({ page }, info) => {
          await page.goto('/who');
          await info.attach('note', { path: __filename });
        });
        ",
    );
    let project = config.strip_suffix("/playwright.config.js").unwrap();
    let ran = bench
        .run(task(
            &json!({ "project": project, "env": { "SITE": &site.address } }),
        ))
        .await;
    ran.succeeded();
    // The page that the profile had open is in the picture as well.
    let kinds: BTreeSet<String> = kinds(&ran).into_iter().map(|(_, kind)| kind).collect();
    let expected = ["attachment", "screenshot", "trace"];
    assert!(kinds.iter().eq(expected), "{}", ran.all());
}

#[tokio::test]
async fn a_kept_trace_opens_in_the_viewer_without_a_network() {
    let site = site().await;
    let bench = Bench::new().warm();
    let script = r"
        import { chromium } from 'playwright';
        const browser = await chromium.launch();
        const context = await browser.newContext();
        await context.tracing.start({ snapshots: true });
        const page = await context.newPage();
        await page.goto(process.env.SITE + '/who');
        await context.tracing.stop({ path: 'trace.zip' });
        await browser.close();
    ";
    let file = bench.file("traced/trace.mjs", script);
    let ran = bench
        .run(task(
            &json!({ "script": file, "env": { "SITE": &site.address } }),
        ))
        .await;
    ran.succeeded();
    let kept = ran.artifacts();
    let kept = kept.iter().find(|kept| kept.kind == "trace").unwrap();
    let package = node_tools().join("node_modules/playwright-core");
    let trace = bench.data().join(&kept.path);
    let long = Duration::from_mins(10);
    let viewer = TraceViewer::open(&package, &trace, long).await.unwrap();
    let look = r"
        import { chromium } from 'playwright';
        const browser = await chromium.launch();
        const page = await browser.newPage();
        const elsewhere = [];
        page.on('request', (request) => {
          if (!request.url().startsWith(new URL(process.env.VIEWER).origin)) elsewhere.push(request.url());
        });
        await page.goto(process.env.ENTRANCE);
        await page.getByText('/who').first().waitFor();
        console.log('shown', elsewhere.filter((url) => url.startsWith('http')).length);

        const answer = await page.request.get(new URL('/', process.env.VIEWER).href);
        console.log('guessed', answer.status());
        const again = await page.request.get(process.env.ENTRANCE);
        console.log('again', again.status());
        await browser.close();
    ";
    let around = json!({
        "VIEWER": viewer.url().expose_secret(), "ENTRANCE": viewer.entrance().unwrap(),
    });
    let looking = task(&json!({ "inline": look, "env": around }));
    let ran = bench.run(looking).await;
    ran.succeeded();
    assert_eq!(
        ran.log(Stream::Stdout),
        ["shown 0", "guessed 404", "again 404"],
        "{}",
        ran.all()
    );
    let address = viewer
        .url()
        .expose_secret()
        .split('/')
        .nth(2)
        .unwrap()
        .to_owned();
    drop(viewer);
    assert!(
        closed(&address).await,
        "nobody listens when the viewer is gone"
    );
}

#[tokio::test]
async fn a_viewer_that_nobody_looks_at_ends_by_itself() {
    let place = tempfile::tempdir().unwrap();
    let trace = place.path().join("trace.zip");
    std::fs::write(&trace, "PK").unwrap();
    let package = node_tools().join("node_modules/playwright-core");
    let soon = Duration::from_millis(1);
    let mut viewer = TraceViewer::open(&package, &trace, soon).await.unwrap();
    let entrance = viewer.entrance().unwrap();
    viewer.over().await;
    assert!(viewer.is_over());
    let address = entrance.split('/').nth(2).unwrap();
    assert!(closed(address).await, "nobody listens any more");
}

/// The task that listens ends soon after it was told to.
async fn closed(address: &str) -> bool {
    for _ in 0..1_000 {
        if tokio::net::TcpStream::connect(address).await.is_err() {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

#[tokio::test]
async fn a_secret_in_a_name_is_stored_nowhere() {
    let secret = "pear'tree.plum-4711";
    let bench = Bench::new().secret("shop", secret);
    let script = r#"mkdir "$DROVER_ARTIFACTS/in-$SHOP" && echo three > "$DROVER_ARTIFACTS/in-$SHOP/$SHOP.txt" &&
        echo "Error: Cannot find module '$SHOP'" >&2; exit 3"#;
    let ran = bench
        .run(json!({
            "kind": "command", "program": script, "shell": true,
            "tokens": [{ "name": "shop", "env": "SHOP" }],
        }))
        .await;
    ran.ended("exit_code");
    assert!(
        ran.outcome.message.contains("`••••shop` is missing"),
        "{}",
        ran.outcome.message
    );
    let kept = ran.artifacts();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let text = std::fs::read_to_string(bench.data().join(&kept[0].path)).unwrap();
    assert_eq!(text, "three\n", "the file is found by its new name");
    ran.nowhere(secret);
    for part in ["pear", "plum-4711"] {
        let told = format!("{:?} {:?} {:?}", ran.events, ran.outcome, ran.lines);
        assert!(!told.contains(part), "{told}");
    }
}

const RECORDED: &str = r"
    import { chromium } from 'playwright';
    const browser = await chromium.launch();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(process.env.SITE + '/in');
    await page.goto(process.env.SITE + '/who');
    if (process.env.FAILS) throw new Error('sold out');
    await browser.close();
";

const RECORDED_PY: &str = r#"
import os
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    browser = p.chromium.launch()
    context = browser.new_context()
    page = context.new_page()
    page.goto(os.environ["SITE"] + "/in")
    page.goto(os.environ["SITE"] + "/who")
    if os.environ.get("FAILS"):
        raise RuntimeError("sold out")
    browser.close()
"#;

#[tokio::test]
async fn what_a_task_asks_for_is_recorded_and_kept_when_it_is_wanted() {
    let site = site().await;
    let bench = Bench::new().warm();
    let encoders = encoder(&bench);
    let scripts = [
        bench.file("recorded/a.mjs", RECORDED),
        bench.python_file("recorded/a.py", RECORDED_PY),
    ];
    for script in &scripts {
        for placement in ["profile", "isolated"] {
            let work = |keep: Value, env: Value| {
                let mut work = json!({
                    "script": script, "placement": placement, "env": env,
                    "artifacts": { "screenshot": "never", "trace": keep, "har": keep, "video": keep },
                });
                work["env"]["SITE"] = json!(&site.address);
                work["env"]["PLAYWRIGHT_BROWSERS_PATH"] = json!(encoders);
                task(&work)
            };
            let all = expected(&[
                ("trace.zip", "trace"),
                ("traffic.har", "har"),
                ("video.webm", "video"),
            ]);
            let ran = bench.run(work(json!(true), json!({}))).await;
            assert_eq!(kinds(ran.succeeded()), all, "{placement}: {}", ran.all());
            let ran = bench.run(work(json!("on-failure"), json!({}))).await;
            assert_eq!(
                kinds(ran.succeeded()),
                expected(&[]),
                "{placement}: {}",
                ran.all()
            );
            let fails = json!({ "FAILS": "1" });
            let ran = bench.run(work(json!("on-failure"), fails)).await;
            assert_eq!(
                kinds(ran.ended("exit_code")),
                all,
                "{placement}: {}",
                ran.all()
            );
        }
    }
}

#[tokio::test]
async fn a_script_that_traces_by_itself_is_not_disturbed() {
    let site = site().await;
    let bench = Bench::new();
    let script = r"
        import { chromium } from 'playwright';
        const context = await (await chromium.launch()).newContext({ recordVideo: { dir: 'videos' } });
        await context.tracing.start({ snapshots: true });
        const page = await context.newPage();
        await page.goto(process.env.SITE + '/who');
        await context.tracing.stop({ path: 'own.zip' });
        console.log((await page.video().path()).startsWith('videos/'));
        await context.browser().close();
    ";
    let wanted = json!({
        "inline": script, "artifacts": { "screenshot": "never", "trace": "always" },
        "env": { "SITE": &site.address, "PLAYWRIGHT_BROWSERS_PATH": encoder(&bench) },
    });
    let ran = bench.run(task(&wanted)).await;
    ran.succeeded();
    assert_eq!(ran.log(Stream::Stdout), ["true"], "{}", ran.all());
    let kept = kinds(&ran);
    let count = |kind: &str| kept.iter().filter(|(_, known)| *known == kind).count();
    assert_eq!((count("trace"), count("video")), (2, 1), "{kept:?}");
}

#[tokio::test]
async fn a_suite_traces_what_the_task_asks_for() {
    let bench = Bench::new();
    let config = bench.file("e2e/playwright.config.js", "module.exports = {};");
    bench.file(
        "e2e/a.spec.js",
        r"
        const { test, expect } = require('@playwright/test');
        test('passes', async ({ page }) => { await page.goto('about:blank'); });
        test('fails', async ({ page }) => { await page.goto('about:blank'); expect(1).toBe(2); });
        ",
    );
    let project = config.strip_suffix("/playwright.config.js").unwrap();
    let artifacts = json!({ "screenshot": "never", "trace": "on-failure" });
    let suite = json!({ "project": project, "artifacts": artifacts });
    let ran = bench.run(task(&suite)).await;
    ran.ended("exit_code");
    let traces = kinds(&ran);
    let traces: Vec<_> = traces.iter().filter(|(_, kind)| *kind == "trace").collect();
    assert_eq!(traces.len(), 1, "{traces:?}\n{}", ran.all());
}
