//! Python in a real browser: scripts of both kinds, and pytest.

use drover_model::Stream;
use drover_model::run::StepState;
use drover_runner::{AttemptEvent, Control};
use serde_json::json;

use crate::bench::{Bench, Watcher};
use crate::site::{site, task};

const SYNC: &str = r#"
import os
from playwright.sync_api import sync_playwright, expect
import drover

with sync_playwright() as p:
    browser = p.chromium.launch(headless=False, args=["--odd"])
    page = browser.new_page(viewport={"width": 700, "height": 500})
    page.goto(os.environ["SITE"])
    page.get_by_label("Password").fill(drover.secret("shop"))
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_have_text("Welcome")
    print("address", page.url)
    drover.output("price", page.locator(".price").text_content())
    drover.output("width", page.evaluate("innerWidth"))
    drover.progress(1, 2, "half")
    browser.close()
    print("connected", browser.is_connected())
"#;

const ASYNC: &str = r#"
import asyncio, os
from playwright.async_api import async_playwright
from drover import aio, output

async def main():
    async with async_playwright() as p:
        context = await p.chromium.launch_persistent_context("/nonexistent/other", headless=True, base_url=os.environ["SITE"])
        page = context.pages[0] if context.pages else await context.new_page()
        await page.goto(os.environ["SITE"] + "/who")
        print(await page.locator("h1").text_content())
        own = await context.new_page()
        await own.goto("/who")
        output("own", await own.title())
        output("secret", len(await aio.secret("shop")))
        await context.close()

asyncio.run(main())
"#;

#[tokio::test]
async fn an_unmodified_script_signs_in_and_an_async_one_is_known() {
    let site = site().await;
    let bench = Bench::new().secret("shop", "correct-horse-battery").warm();
    let file = bench.python_file("shop/sign in.py", SYNC);
    let ran = bench
        .run(task(&json!({
            "script": file, "env": { "SITE": &site.address }, "tokens": [{ "name": "shop" }],
            "artifacts": { "screenshot": "always" },
        })))
        .await;
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
    let said = ran.log(Stream::Stdout);
    assert!(said[0].ends_with("/in?p=••••shop"), "{}", ran.all());
    assert_eq!(said[1], "connected False");
    let warned = ran.log(Stream::Stderr).join("\n");
    assert!(warned.contains("`args` is not applied"), "{warned}");
    let notes = ran.log(Stream::Drover).join("\n");
    assert!(
        notes.contains("with Playwright 1.") && notes.contains(".venv/bin/python"),
        "{notes}"
    );
    assert!(ran.screenshot("01-end.png").len() > 1_000);
    let file = bench.python_file("shop/known.py", ASYNC);
    let ran = bench
        .run(task(
            &json!({ "script": file, "env": { "SITE": &site.address }, "tokens": [{ "name": "shop" }] }),
        ))
        .await;
    ran.succeeded();
    assert_eq!(ran.log(Stream::Stdout), ["known"], "{}", ran.all());
    assert_eq!(
        ran.outputs(),
        [
            ("own".to_owned(), json!("Who")),
            ("secret".to_owned(), json!(21))
        ]
        .into()
    );
    ran.nowhere("correct-horse-battery");
}

#[tokio::test]
async fn isolated_scripts_have_the_cookies_and_leave_none() {
    let site = site().await;
    let bench = Bench::new().warm();
    let script = |path: &str| {
        format!(
            r#"
import os
from playwright.sync_api import sync_playwright
with sync_playwright() as p, p.chromium.launch() as browser:
    page = browser.new_page(locale="de-DE")
    page.goto(os.environ["SITE"] + "{path}")
    print(len(browser.contexts), page.evaluate("navigator.language"), page.title())
"#
        )
    };
    let (visit, who) = (
        bench.python_file("i/visit.py", &script("/in")),
        bench.python_file("i/who.py", &script("/who")),
    );
    let isolated = |file: &str| {
        task(&json!({ "script": file, "placement": "isolated", "env": { "SITE": &site.address } }))
    };
    let ran = bench.run(isolated(&visit)).await;
    ran.succeeded();
    assert_eq!(ran.log(Stream::Stdout), ["2 de-DE In"], "{}", ran.all());
    let text = script("/who").replace("page.title()", "page.inner_text('h1')");
    let profile = bench.python_file("i/profile.py", &text);
    let ran = bench
        .run(task(
            &json!({ "script": profile, "env": { "SITE": &site.address } }),
        ))
        .await;
    ran.succeeded();
    assert!(
        ran.log(Stream::Stdout)[0].ends_with("stranger"),
        "{}",
        ran.all()
    );
    let warned = ran.log(Stream::Stderr).join("\n");
    assert!(warned.contains("`locale` is not applied"), "{warned}");
    let ran = bench.run(isolated(&who)).await;
    ran.succeeded();
}

#[tokio::test]
async fn a_script_that_fails_leaves_a_picture_and_the_names_of_what_did_not_apply() {
    let site = site().await;
    let bench = Bench::new();
    let script = r#"
import os
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    browser = p.chromium.connect_over_cdp("http://127.0.0.1:9222")
    context = browser.new_context(
        locale="fr-FR", user_agent="pear", http_credentials={"username": "a", "password": "b"}, record_video_dir="videos",
        accept_downloads=True, java_script_enabled=False, permissions=["geolocation"], offline=False,
    )
    page = context.new_page()
    page.goto(os.environ["SITE"])
    page.get_by_text("Sold out").wait_for(timeout=300)
"#;
    let file = bench.python_file("shop/check.py", script);
    let ran = bench
        .run(task(
            &json!({ "script": file, "env": { "SITE": &site.address } }),
        ))
        .await;
    ran.ended("exit_code");
    let errors = ran.log(Stream::Stderr).join("\n");
    assert!(errors.contains("Timeout 300ms exceeded"), "{errors}");
    // The blank page of a new browser is smaller than a page with a form.
    assert!(
        ran.screenshot("01-end.png").len() > 3_000,
        "it shows the page"
    );
    let mut named: Vec<&str> = errors
        .lines()
        .filter_map(|line| line.strip_prefix("drover: `")?.split('`').next())
        .collect();
    named.sort_unstable();
    let expected = [
        "http_credentials",
        "java_script_enabled",
        "locale",
        "user_agent",
    ];
    assert_eq!(named, expected, "{errors}");
}

const SUITE: &str = r#"
import re
import pytest
from playwright.sync_api import Page, expect

def test_signs_in(page: Page):
    page.goto("/")
    page.get_by_label("Password").fill("x")
    page.get_by_role("button").click()
    expect(page).to_have_url(re.compile("/in"))

def test_is_known(page: Page):
    page.goto("/who")
    expect(page.locator("h1")).to_have_text("known")

def test_fails(page: Page):
    page.goto("/who")
    expect(page.locator("h1")).to_have_text("nobody", timeout=200)

@pytest.mark.skip(reason="later")
def test_later():
    pass

@pytest.mark.xfail
def test_known_bug():
    assert False
"#;

#[tokio::test]
async fn a_pytest_project_tells_its_tests() {
    let site = site().await;
    let bench = Bench::new();
    let config = format!("[pytest]\naddopts = --base-url={} -n 2\n", site.address);
    let ini = bench.python_file("suite/pytest.ini", &config);
    bench.python_file("suite/tests/test_shop.py", SUITE);
    let project = ini.strip_suffix("/pytest.ini").unwrap();
    let ran = bench.run(task(&json!({ "project": project }))).await;
    ran.ended("exit_code");
    let tests: Vec<_> = ran
        .steps()
        .into_iter()
        .filter(|(title, _)| title.starts_with("tests/"))
        .map(|(title, state)| {
            let name = title.split(" › ").last().unwrap().to_owned();
            (name.split('[').next().unwrap().to_owned(), state)
        })
        .collect();
    let expected = [
        ("test_signs_in", StepState::Passed),
        ("test_is_known", StepState::Passed),
        ("test_fails", StepState::Failed),
        ("test_later", StepState::Skipped),
        ("test_known_bug", StepState::Passed),
    ];
    assert_eq!(
        tests,
        expected.map(|(name, state)| (name.to_owned(), state)),
        "{}",
        ran.all()
    );
    assert!(
        ran.log(Stream::Stderr)
            .iter()
            .any(|line| line.contains("one profile, so there is one worker")),
        "{}",
        ran.all()
    );
    let progress = ran.events.iter().rev().find_map(|event| match event {
        AttemptEvent::Progress(progress) => Some((progress.done, progress.total)),
        _ => None,
    });
    assert_eq!(progress, Some((5.0, 5.0)));
    let artifacts = ran.artifacts();
    assert!(
        artifacts
            .iter()
            .any(|a| a.path.ends_with("-failed-test.png")),
        "{artifacts:?}"
    );
    // A choice of tests, which begins as an option does.
    let ran = bench
        .run(task(&json!({ "project": project, "grep": "signs" })))
        .await;
    ran.succeeded();
    let progress = ran.log(Stream::Stdout).join("\n");
    assert!(progress.contains("4 deselected"), "{progress}");
}

#[tokio::test]
async fn a_cancel_ends_python_its_driver_and_who_left_them() {
    let site = site().await;
    let bench = Bench::new();
    let script = r#"
import os, subprocess, sys, time
from playwright.sync_api import sync_playwright
subprocess.Popen([sys.executable, "-c", "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(316)"])
with sync_playwright() as p:
    page = p.chromium.launch().new_page()
    page.goto(os.environ["SITE"])
    print("ready")
    time.sleep(316)
"#;
    let file = bench.python_file("slow/wait.py", script);
    let watcher: Watcher<'_> = Box::new(|event, controls| {
        if let AttemptEvent::Log(lines) = event
            && lines.iter().any(|line| line.text == "ready")
        {
            // The second one skips the wait for who does not hear the first.
            controls.try_send(Control::Cancel).unwrap();
            controls.try_send(Control::Cancel).unwrap();
        }
    });
    let ran = bench
        .run_watched(
            task(&json!({ "script": file, "env": { "SITE": &site.address } })),
            watcher,
        )
        .await;
    ran.ended("cancelled");
}
