//! What a script does beside the profile, twice in it, or with a person.

use drover_model::Stream;
use drover_runner::{AttemptEvent, Control};
use serde_json::json;

use crate::bench::{Bench, Watcher};
use crate::site::{site, task};

const TWO: &str = r"
    import { chromium, firefox } from 'playwright';
    const browser = await chromium.launch();
    const one = await browser.newContext();
    const first = await one.newPage();
    await first.goto(process.env.SITE + '/who');
    const two = await browser.newContext({ baseURL: process.env.SITE });
    const second = await two.newPage();
    await second.goto('/in');
    await two.close();
    console.log(second.isClosed(), first.isClosed(), await first.title());
    await one.close();
    console.log(first.isClosed());
    const three = await browser.newContext();
    console.log(three === one);
    await browser.close();
    await firefox.launch({ executablePath: '/nonexistent' }).catch(() => console.log('no firefox'));
";

const TWO_PY: &str = r#"
import os
from playwright.sync_api import sync_playwright

with sync_playwright() as p:
    browser = p.chromium.launch()
    one = browser.new_context()
    first = one.new_page()
    first.goto(os.environ["SITE"] + "/who")
    two = browser.new_context(base_url=os.environ["SITE"])
    second = two.new_page()
    second.goto("/in")
    two.close()
    print(second.is_closed(), first.is_closed(), first.title())
    one.close()
    print(first.is_closed())
    print(browser.new_context() is one)
    browser.close()
    try:
        p.firefox.launch(executable_path="/nonexistent")
    except Exception:
        print("no firefox")
"#;

#[tokio::test]
async fn two_contexts_share_the_profile_and_close_their_own_pages() {
    let site = site().await;
    let bench = Bench::new().warm();
    let file = bench.python_file("two/a.py", TWO_PY);
    for work in [json!({ "inline": TWO }), json!({ "script": file })] {
        let mut work = work;
        work["env"] = json!({ "SITE": &site.address });
        let ran = bench.run(task(&work)).await;
        ran.succeeded();
        let said = ran.log(Stream::Stdout).join("\n").to_lowercase();
        assert_eq!(
            said,
            "true false who\ntrue\ntrue\nno firefox",
            "{}",
            ran.all()
        );
        let told = ran.log(Stream::Stderr).join("\n");
        assert_eq!(
            told.matches("two contexts at once are one in a profile")
                .count(),
            1,
            "{told}"
        );
        assert!(
            told.contains("`firefox.launch` opens something outside the profile"),
            "{told}"
        );
    }
}

const PAUSE: &str = r"
    import { chromium } from 'playwright';
    const browser = await chromium.launch();
    const page = await browser.newPage();
    await page.goto(process.env.SITE + '/who');
    await page.pause();
    console.log('went on', await page.title());
    await browser.close();
";

const PAUSE_SYNC: &str = r#"
import os
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    page = p.chromium.launch().new_page()
    page.goto(os.environ["SITE"] + "/who")
    page.pause()
    print("went on", page.title())
"#;

const PAUSE_ASYNC: &str = r#"
import asyncio, os
from playwright.async_api import async_playwright
async def main():
    async with async_playwright() as p:
        page = await (await p.chromium.launch()).new_page()
        await page.goto(os.environ["SITE"] + "/who")
        await page.pause()
        print("went on", await page.title())
asyncio.run(main())
"#;

#[tokio::test]
async fn a_pause_of_playwright_parks_the_run_until_a_person_resumes_it() {
    let site = site().await;
    let bench = Bench::new().warm();
    let works = [
        json!({ "inline": PAUSE }),
        json!({ "inline": PAUSE, "placement": "isolated" }),
        json!({ "script": bench.python_file("p/sync.py", PAUSE_SYNC) }),
        json!({ "script": bench.python_file("p/async.py", PAUSE_ASYNC) }),
    ];
    for mut work in works {
        work["env"] = json!({ "SITE": &site.address });
        let watcher: Watcher<'_> = Box::new(|event, controls| {
            if matches!(event, AttemptEvent::Parked { .. }) {
                controls.try_send(Control::Resume).unwrap();
            }
        });
        let ran = bench.run_watched(task(&work), watcher).await;
        ran.succeeded();
        assert_eq!(ran.log(Stream::Stdout), ["went on Who"], "{}", ran.all());
        assert!(ran.events.contains(&AttemptEvent::Resumed), "{}", ran.all());
    }
}

#[tokio::test]
async fn a_test_that_pauses_has_no_time_limit_meanwhile() {
    let bench = Bench::new();
    let config = bench.file(
        "e2e/playwright.config.js",
        "module.exports = { timeout: 8000 };",
    );
    bench.file(
        "e2e/a.spec.js",
        r"
        const { test } = require('@playwright/test');
        test('waits', async ({ page }) => { await page.pause(); });
        ",
    );
    let project = config.strip_suffix("/playwright.config.js").unwrap();
    let watcher: Watcher<'_> = Box::new(|event, controls| {
        if matches!(event, AttemptEvent::Parked { .. }) {
            let controls = controls.clone();
            // Longer than the test may take.
            tokio::spawn(async move {
                tokio::time::sleep(std::time::Duration::from_secs(9)).await;
                controls.send(Control::Resume).await.ok();
            });
        }
    });
    let ran = bench
        .run_watched(task(&json!({ "project": project })), watcher)
        .await;
    ran.succeeded();
    assert!(ran.events.contains(&AttemptEvent::Resumed));
}
