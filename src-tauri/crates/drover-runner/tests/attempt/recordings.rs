//! Videos and traces that a task asks for are recorded, and kept when they are wanted.

use drover_model::Stream;
use serde_json::{Value, json};

use crate::bench::{Bench, node_tools};
use crate::evidence::{expected, kinds};
use crate::site::{site, task};

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
