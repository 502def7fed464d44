//! The main job in the real window, from the first start to a result that survives a restart.

use serde_json::json;

use crate::support::{
    desktop::Desktop, patience::until, scripts::sign_in, webdriver::WebDriver, window::Window,
};

const TOKEN_VALUE: &str = "window-journey-token-4711";

#[test]
fn a_new_operator_signs_in_with_a_token_and_finds_everything_after_a_restart() {
    let desktop = Desktop::new();
    let window = Window::open(&desktop);
    let page = &window.page;
    page.click_id("welcome-samples");
    page.by_id("task-row-Sample: read a price"); // where the samples lead to
    page.go("nav-profiles", "#/profiles");
    page.sees("sample-anna");
    make_profile(page);
    add_token(page);
    let url = desktop.shop();
    compose(page, &url);
    page.click_id("task-run");
    watch(page);
    let hash = page.script("return location.hash", &[]);
    window.quit(&desktop);

    let window = Window::open(&desktop);
    let page = &window.page;
    page.go("nav-profiles", "#/profiles");
    page.by_id("profile-row-journey");
    page.go("nav-vault", "#/library/vault");
    page.sees("journey-token");
    page.go("nav-tasks", "#/tasks");
    page.by_id("task-row-journey-login");
    page.go("nav-runs", "#/runs");
    page.sees("Succeeded");
    page.script("location.hash = arguments[0]", &[hash]);
    page.sees("tick 8");
    see_picture(page);
    window.quit(&desktop);
}

#[test]
fn the_window_stays_where_the_user_went_while_samples_were_loading() {
    let desktop = Desktop::new();
    let window = Window::open(&desktop);
    let page = &window.page;
    page.by_id("welcome-samples");
    // Both clicks in one script, so that the engine's answer comes after the second one.
    page.script(
        "for (const id of arguments) document.querySelector(`[data-testid=\"${id}\"]`).click()",
        &[json!("welcome-samples"), json!("nav-vault")],
    );
    page.sees("tasks made"); // said in the same breath in which the window would lead on
    page.sees("sample-password");
    assert_eq!(page.script("return location.hash", &[]), "#/library/vault");
    page.go("nav-tasks", "#/tasks");
    page.by_id("task-row-Sample: read a price");
    window.quit(&desktop);
}

fn make_profile(page: &WebDriver) {
    page.click_id("profile-new");
    page.fill("profile-name", "journey");
    page.click_id("profile-save");
    page.by_id("profile-row-journey");
}

fn add_token(page: &WebDriver) {
    page.go("nav-vault", "#/library/vault");
    page.click_id("token-new");
    page.fill("token-name", "journey-token");
    page.fill("token-value", TOKEN_VALUE);
    page.click_id("token-save");
    page.sees("journey-token");
}

fn compose(page: &WebDriver, url: &str) {
    page.go("nav-tasks", "#/tasks");
    page.click_id("task-new");
    page.by_id("task-token-sample-password"); // what the samples brought is on offer at once
    page.fill("task-name", "journey-login");
    page.click_id("task-kind-playwright");
    page.fill("task-inline", &sign_in(url, "journey-token"));
    page.click_id("task-profile-journey");
    page.click_id("task-token-journey-token");
    let fold = page.find("[data-testid=\"task-end\"] summary, summary[data-testid=\"task-end\"]");
    page.click(&fold);
    let keep = page.by_id("task-screenshot");
    page.type_into(&keep, "Always");
    until("the plan to name profile and token", || {
        let plan = page.text("[data-testid=\"plan-panel\"]");
        (plan.contains("journey") && plan.contains("journey-token")).then_some(())
    });
}

/// Live lines while it runs, then the end and the picture.
fn watch(page: &WebDriver) {
    page.by_id("run-state");
    until("a live line while the run goes on", || {
        let (state, log) = (
            page.text("[data-testid=\"run-state\"]"),
            page.text("[data-testid=\"run-log\"]"),
        );
        assert!(!state.contains("Failed"), "{log}\n{}", page.text("main"));
        (state.contains("Running") && log.contains("tick 1") && !log.contains("tick 8"))
            .then_some(())
    });
    until("the run to succeed", || {
        let state = page.text("[data-testid=\"run-state\"]");
        assert!(!state.contains("Failed"), "{}", page.text("main"));
        state.contains("Succeeded").then_some(())
    });
    let shown = page.text("body");
    assert!(
        !shown.contains(TOKEN_VALUE),
        "the token's value is on the page"
    );
    assert!(
        shown.contains("the token is ••••"),
        "the printed token is masked:\n{shown}"
    );
    see_picture(page);
}

fn see_picture(page: &WebDriver) {
    let tab = page.find("[data-testid=\"run-tab-screenshots\"]");
    page.click(&tab);
    until("the picture to be drawn", || {
        let drawn = "const image = document.querySelector('[data-testid=\"run-shot\"] img, img[data-testid=\"run-shot\"]'); return image ? image.naturalWidth : 0";
        (page.script(drawn, &[]) != json!(0)).then_some(())
    });
}
