//! Scripts and test projects become tasks in the window, run as they are, and leave files that the window shows.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use crate::support::{
    desktop::Desktop,
    patience::until,
    shop::Shop,
    window::{Window, program},
};

#[test]
fn a_python_script_is_composed_run_and_its_files_are_looked_at() {
    let desktop = Desktop::without_keychain();
    let shop = Shop::start();
    let script = desktop.home().join("price.py");
    std::fs::write(
        &script,
        format!(
            "import os
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    browser = p.chromium.launch()
    page = browser.new_page()
    page.goto('{}')
    kept = os.environ['DROVER_ARTIFACTS']
    page.screenshot(path=os.path.join(kept, 'shop.png'))
    with open(os.path.join(kept, 'notes.txt'), 'w') as notes:
        notes.write('the shop is called ' + page.title())
    browser.close()
",
            shop.url()
        ),
    )
    .unwrap();
    let python = program("DROVER_PYTHON_TOOLS").join("bin/python");
    desktop.cli(&["profile", "add", "anna"]).ok();

    let window = Window::open(&desktop);
    let page = &window.page;
    page.go("nav-tasks", "#/tasks");
    page.click_id("task-new");
    page.fill("task-name", "python-price");
    page.click_id("task-kind-playwright");
    page.click_id("task-target-script");
    page.fill("task-script", script.to_str().unwrap());
    let fold = page.find("[data-testid=\"task-interpreter-fold\"] summary");
    page.click(&fold);
    page.fill("task-interpreter", python.to_str().unwrap());
    page.click_id("task-profile-anna");
    page.click_id("task-run");
    page.by_id("run-state");
    page.find("[data-testid=\"run-state\"].badge--ok");
    assert!(shop.visits() > 0, "the script was there");

    page.click_id("run-tab-files");
    page.sees("shop.png");
    page.click_id("file-preview-notes.txt");
    page.sees("the shop is called Shop");
    let task = desktop.cli(&["task", "show", "python-price"]).json();
    assert_eq!(
        task.pointer("/spec/program"),
        Some(&python.to_str().unwrap().into()),
        "{task}"
    );
    window.quit(&desktop);
}

/// The second test must not run: it fails.
const SPEC: &str = "const { test, expect } = require('@playwright/test');
test('counts', async ({ page }) => {
  await page.setContent('<h1>two</h1>');
  await expect(page.locator('h1')).toHaveText('two');
});
test('breaks', () => { throw new Error('it was not ticked'); });
";

#[test]
fn a_ticked_test_runs_alone_and_its_trace_is_opened() {
    let desktop = Desktop::without_keychain();
    let project = desktop.home().join("shop-tests");
    fs::create_dir(&project).unwrap();
    let config = "module.exports = { use: { trace: 'on' } };";
    fs::write(project.join("playwright.config.js"), config).unwrap();
    fs::write(project.join("shop.spec.js"), SPEC).unwrap();
    desktop.cli(&["profile", "add", "anna"]).ok();
    let seen = desktop.home().join("viewer-address");
    let opener = system_browser(&desktop, &seen);
    let mut driver = desktop.command(program("DROVER_TAURI_DRIVER"));
    driver.env(
        "PATH",
        format!("{}:{}", opener.display(), desktop.variable("PATH")),
    );

    let window = Window::open_by(driver, &desktop);
    let page = &window.page;
    page.go("nav-tasks", "#/tasks");
    page.click_id("task-new");
    page.fill("task-name", "shop-tests");
    page.click_id("task-kind-playwright");
    page.click_id("task-target-project");
    page.fill("task-project", project.to_str().unwrap());
    page.click_id("tests-list");
    page.sees("All 2 tests run.");
    page.click_id("test-shop.spec.js:2");
    page.sees("1 of 2 tests run.");
    page.click_id("task-profile-anna");
    page.click_id("task-run");
    page.by_id("run-state");
    page.find("[data-testid=\"run-state\"].badge--ok");
    let task = desktop.cli(&["task", "show", "shop-tests"]).json();
    let chosen = task
        .pointer("/spec/tests")
        .and_then(|tests| tests.as_array());
    assert_eq!(chosen.map(Vec::len), Some(1), "{task}");

    page.click_id("run-tab-files");
    let trace = page.find("[data-testid^=\"file-trace-\"]");
    page.click(&trace);
    page.sees("The trace opens in your browser");
    let address = until("an address for the system's browser", || {
        fs::read_to_string(&seen).ok()
    });
    let mut shown = ureq::get(&address).call().unwrap();
    let shown = shown.body_mut().read_to_string().unwrap();
    assert!(shown.contains("Playwright Trace Viewer"), "{shown}");
    window.quit(&desktop);
}

/// A folder with the program that the system has for web pages, which notes the address.
fn system_browser(desktop: &Desktop, seen: &Path) -> std::path::PathBuf {
    let folder = desktop.home().join("opener");
    fs::create_dir(&folder).unwrap();
    let seen = seen.display();
    let script = format!("#!/bin/sh\nprintf %s \"$1\" > '{seen}.new'\nmv '{seen}.new' '{seen}'\n");
    let opener = folder.join("xdg-open");
    fs::write(&opener, script).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}
