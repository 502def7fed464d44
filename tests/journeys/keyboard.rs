//! The main job with the keyboard alone.

use crate::support::{
    desktop::Desktop, patience::until, scripts::sign_in, webdriver::WebDriver, window::Window,
};

#[test]
fn the_main_job_needs_no_pointer() {
    let desktop = Desktop::new();
    let window = Window::open(&desktop);
    let page = &window.page;
    tab_to(page, "welcome-samples");
    page.press(&["Enter"]);
    page.by_id("task-new"); // where the samples lead to
    page.press(&["g", "p"]);
    page.by_id("profile-row-sample-anna");

    page.press(&["n"]);
    page.by_id("profile-name");
    tab_to(page, "profile-name");
    page.type_text("keys");
    page.press(&["Enter"]);
    page.by_id("profile-row-keys");

    page.press(&["g", "v"]);
    page.sees("sample-password");
    page.press(&["n"]);
    page.by_id("token-name");
    tab_to(page, "token-name");
    page.type_text("keys-token");
    tab_to(page, "token-value");
    page.type_text("keyboard-journey-token");
    page.press(&["Enter"]);
    page.sees("keys-token");

    let url = desktop.shop();
    page.press(&["g", "t"]);
    page.by_id("task-new");
    page.press(&["n"]);
    page.by_id("task-name");
    tab_to(page, "task-name");
    page.type_text("keys-login");
    tab_to(page, "task-inline");
    page.press(&["Ctrl+a"]);
    page.type_text(&sign_in(&url, "keys-token").replace('\n', " "));
    page.press(&["Escape"]);
    tab_to(page, "task-profile-keys");
    page.press(&["Space"]);
    tab_to(page, "task-token-keys-token");
    page.press(&["Space"]);
    page.press(&["Ctrl+Enter"]);
    until("the run to succeed", || {
        let state = page.text("[data-testid=\"run-state\"]");
        assert!(!state.contains("Failed"), "{}", page.text("main"));
        state.contains("Succeeded").then_some(())
    });
    window.quit(&desktop);
}

/// Presses Tab until the element, or something inside it, has the focus.
fn tab_to(page: &WebDriver, test_id: &str) {
    let there = "const at = document.activeElement; return !!(at && at.closest(arguments[0]))";
    let css = serde_json::json!(format!("[data-testid=\"{test_id}\"]"));
    for _ in 0..120 {
        if page.script(there, std::slice::from_ref(&css)) == true {
            return;
        }
        page.press(&["Tab"]);
    }
    panic!(
        "`{test_id}` cannot be reached with Tab:\n{}",
        page.text("body")
    );
}
