//! What scripts and suites leave as evidence, and what does not stay in it.

use std::collections::BTreeSet;

use drover_model::Stream;
use serde_json::{Value, json};

use crate::bench::{Bench, Ran};
use crate::site::{site, task};

const LOGIN: &str = "session-of-anna-0123";

/// What was kept: names and kinds.
pub(crate) fn kinds(ran: &Ran) -> Vec<(String, String)> {
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

/// The same, as a test expects it.
pub(crate) fn expected(list: &[(&str, &str)]) -> Vec<(String, String)> {
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
