//! Browsers in the real window: what they show, an endpoint for a tool, cookies and snapshots.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::support::{
    desktop::Desktop, patience::until, shop::Shop, webdriver::WebDriver, window::Window,
};

/// A run whose page is drawn anew all the time, until it is stopped.
fn restless(desktop: &Desktop, shop: &Shop) {
    let paint = "setInterval(() => { document.body.style.background = `hsl(${Date.now() / 20 % 360} 80% 60%)` }, 100); 1";
    desktop.add_task(&json!({
        "name": "watch", "kind": "steps", "profiles": { "names": ["anna"] }, "timeout": { "run": "30m" },
        "steps": [
            { "do": "open", "url": shop.url() },
            { "do": "evaluate", "script": paint },
            { "do": "wait", "for": { "time": "20m" }, "timeout": "25m" },
        ]
    }));
}

/// The address of the picture that is drawn inside this element, if there is one.
fn picture(page: &WebDriver, inside: &str) -> Option<String> {
    let drawn = "const image = document.querySelector(arguments[0] + ' img');
        return image && image.complete && image.naturalWidth > 0 ? image.src : ''";
    let source = page.script(drawn, &[json!(inside)]);
    let source = source.as_str().unwrap_or_default();
    source.starts_with("blob:").then(|| source.to_owned())
}

fn shows_a_picture_that_changes(page: &WebDriver, inside: &str) {
    let first = until(&format!("a picture in {inside}"), || picture(page, inside));
    until(&format!("another picture in {inside}"), || {
        picture(page, inside).filter(|now| *now != first)
    });
}

fn is_gone(page: &WebDriver, css: &str) {
    until(&format!("the end of {css}"), || {
        let count = "return document.querySelectorAll(arguments[0]).length";
        (page.script(count, &[json!(css)]) == 0).then_some(())
    });
}

#[test]
fn a_live_run_is_seen_and_a_tool_joins_it() {
    let (desktop, shop) = (Desktop::new(), Shop::start());
    desktop.cli(&["profile", "add", "anna"]).ok();
    restless(&desktop, &shop);
    let window = Window::open(&desktop);
    let page = &window.page;
    let run = desktop.start_run("watch");

    let card = "[data-testid=\"browser-anna\"]";
    page.go("nav-browsers", "#/browsers");
    shows_a_picture_that_changes(page, card);
    page.click_id("live-pictures");
    is_gone(page, &format!("{card} img"));
    page.click_id("live-pictures");
    shows_a_picture_that_changes(page, card);

    let file = desktop.home().join("anna.png");
    let shot = ["browser", "shot", "anna", file.to_str().unwrap()];
    desktop.cli(&shot).ok();
    let bytes = std::fs::read(&file).unwrap();
    assert!(bytes.starts_with(b"\x89PNG"), "{} bytes", bytes.len());
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    desktop.cli(&shot).fails(2); // it would be overwritten

    let preview = page.find(&format!("{card} .browser-card__preview"));
    page.click(&preview);
    until("the page of the run", || {
        (page.script("return location.hash", &[]) == json!(format!("#/runs/{run}"))).then_some(())
    });
    shows_a_picture_that_changes(page, ".run-watch");
    attach(page, &desktop, &run);

    desktop.cli(&["cancel", &run]).ok();
    desktop.run_becomes(&run, "cancelled");
    is_gone(page, ".run-watch");
    window.quit(&desktop);
}

/// Opens an endpoint, loads the window anew, and closes what is still open there.
fn attach(page: &WebDriver, desktop: &Desktop, run: &str) {
    page.click_id("tool-attach");
    let endpoint = until("the endpoint", || {
        let text = page.text("[data-testid=\"attach-endpoint\"]");
        text.starts_with("ws://127.0.0.1:").then_some(text)
    });
    for (line, words) in [
        (0, "connectOverCDP"),
        (1, "puppeteer.connect"),
        (2, "--cdp-endpoint"),
    ] {
        let text = page.text(&format!("[data-testid=\"attach-line-{line}\"]"));
        assert!(text.contains(words) && text.contains(&endpoint), "{text}");
    }
    page.click_id("attach-done");
    page.by_id("tool-chip");
    let open = desktop.cli(&["attach", "--list"]).json();
    assert_eq!(open[0]["run"], run, "{open}");
    assert!(!open.to_string().contains("ws://"), "{open}");

    page.reload();
    page.click_id("tool-show");
    page.by_id("attach-elsewhere");
    let shown = page.text("body");
    assert!(!shown.contains("ws://"), "{shown}");
    page.click_id("attach-detach");
    page.by_id("tool-attach");
    assert_eq!(desktop.cli(&["attach", "--list"]).json(), json!([]));
}

#[test]
fn cookies_and_snapshots_are_kept_in_the_window() {
    let desktop = Desktop::new();
    desktop.cli(&["profile", "add", "anna"]).ok();
    let window = Window::open(&desktop);
    let page = &window.page;
    page.go("nav-profiles", "#/profiles");
    page.click_id("profile-row-anna");

    page.click_id("profile-tab-cookies");
    page.click_id("cookies-import");
    let cookies = json!([
        { "name": "sid", "value": "window-cookie-4711", "domain": ".example.test", "path": "/",
          "expirationDate": 2_000_000_000, "secure": true, "httpOnly": true, "sameSite": "lax" },
        { "name": "a;b", "value": "x", "domain": ".example.test", "path": "/" },
    ]);
    page.fill("cookies-text", &cookies.to_string());
    page.click_id("cookies-import-run");
    page.by_id("cookies-report");
    let text = page.text("[data-testid=\"cookies-report\"]");
    assert!(text.contains("sid"), "{text}");
    page.click_id("cookies-report-done");
    page.click_id("cookies-read");
    page.by_id("cookie-domains");
    until("the domain of the cookie", || {
        let table = page.text("[data-testid=\"cookie-domains\"]");
        table.contains("example.test").then_some(())
    });
    let shown = page.text("body");
    assert!(
        !shown.contains("window-cookie-4711"),
        "a value is shown: {shown}"
    );
    let listed = desktop.cli(&["cookies", "list", "anna"]).json();
    assert_eq!(listed["cookies"][0]["key"]["name"], "sid", "{listed}");

    page.click_id("profile-tab-disk");
    page.click_id("snapshot-take");
    page.fill("snapshot-note", "signed in");
    page.click_id("snapshot-take-run");
    until("the snapshot in its list", || {
        let table = page.text("[data-testid=\"snapshots\"]");
        table.contains("signed in").then_some(())
    });
    window.quit(&desktop);
}
