//! A Python script becomes a task in the window, runs as it is, and leaves files that the window shows.

use crate::support::{
    desktop::Desktop,
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
