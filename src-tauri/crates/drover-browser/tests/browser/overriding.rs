//! Overrides are in force before the first request, in pages, popups, frames and workers.

use drover_browser::{Browser, GatewayOptions, LaunchOptions};
use drover_model::overrides::Overrides;
use serde_json::{Value, json};

use crate::support::{Door, Profile, Site, Wire, soon};

/// A page that writes down what it sees before anything else happens.
const SEEN: &str = r"<script>
const seen = scope => ({
  agent: navigator.userAgent, language: navigator.language,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  hints: navigator.userAgentData && navigator.userAgentData.platform,
  width: scope === 'page' ? innerWidth : 0,
  dark: scope === 'page' && matchMedia('(prefers-color-scheme: dark)').matches });
window.first = seen('page');
const source = `const seen = ${seen}; postMessage(seen('worker'))`;
window.worker = new Promise(done => {
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  worker.onmessage = event => done(event.data) });
window.place = new Promise(done => navigator.geolocation.getCurrentPosition(
  at => done([at.coords.latitude, at.coords.longitude]), error => done(error.message)));
</script>";

const AGENT: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.7000.1 Safari/537.36";

fn overrides() -> Overrides {
    serde_json::from_value(json!({
        "language": "de-DE", "time_zone": "Asia/Tokyo", "user_agent": AGENT,
        "geolocation": { "latitude": 52.52, "longitude": 13.405 },
        "viewport": { "width": 777, "height": 600 },
        "headers": { "X-Team": "eu" }, "colour_scheme": "dark",
    }))
    .unwrap()
}

/// A page in a browser that was started with overrides, looked at by a client that sets none.
struct Look {
    wire: Wire,
    browser: Browser,
}

impl Look {
    async fn at(options: LaunchOptions) -> Self {
        let browser = Browser::launch(&Door, options).await.unwrap();
        let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
        let wire = Wire::connect(&gateway.url()).await;
        std::mem::forget(gateway); // it ends with the browser
        Self { wire, browser }
    }

    async fn session(&mut self, target: &str) -> String {
        let attach = json!({ "targetId": target, "flatten": true });
        let attached = self.wire.ask("Target.attachToTarget", attach, None).await;
        attached["result"]["sessionId"].as_str().unwrap().to_owned()
    }

    /// Evaluates until there is an answer: the page may still be loading.
    async fn see(&mut self, session: &str, expression: &str) -> Value {
        let ask = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        soon(expression, async {
            loop {
                let reply = self
                    .wire
                    .ask("Runtime.evaluate", ask.clone(), Some(session))
                    .await;
                let value = &reply["result"]["result"]["value"];
                if !value.is_null() {
                    return value.clone();
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }
}

fn check_person(seen: &Value) {
    assert_eq!(seen["agent"], AGENT, "{seen}");
    assert_eq!(seen["language"], "de-DE", "{seen}");
    assert_eq!(seen["zone"], "Asia/Tokyo", "{seen}");
}

fn check_page(seen: &Value) {
    check_person(seen);
    assert_eq!(seen["width"], 777, "{seen}");
    assert_eq!(seen["dark"], true, "{seen}");
}

#[tokio::test]
async fn a_start_page_a_popup_and_a_worker_see_them_from_their_first_line_on() {
    let site = Site::start(&[("/seen", SEEN)]).await;
    let profile = Profile::new();
    let mut look = Look::at(LaunchOptions {
        overrides: overrides(),
        start_urls: vec![site.url("/seen")],
        ..profile.real().await
    })
    .await;
    let page = look.wire.pages().await.remove(0);
    let session = look.session(&page).await;
    check_page(&look.see(&session, "window.first").await);
    check_person(&look.see(&session, "window.worker").await);
    assert_eq!(
        look.see(&session, "window.place").await,
        json!([52.52, 13.405])
    );

    look.wire
        .evaluate(&session, "window.open('/seen'), 1")
        .await;
    let popup = soon("the popup", async {
        loop {
            let pages = look.wire.pages().await;
            if let Some(popup) = pages.into_iter().find(|other| *other != page) {
                return popup;
            }
        }
    })
    .await;
    let session = look.session(&popup).await;
    check_page(&look.see(&session, "window.first").await);
    soon("the end", look.browser.close()).await.unwrap();
}

#[tokio::test]
async fn a_frame_of_another_site_sees_them_from_its_first_line_on() {
    let inner = format!("{SEEN}<script>parent.postMessage(window.first, '*')</script>");
    let far = Site::start(&[("/inner", inner.as_str())]).await;
    let elsewhere = far.url("/inner").replace("127.0.0.1", "localhost");
    let outer = format!(
        "<script>window.told = new Promise(done => onmessage = event => done(event.data))</script>
         <iframe src='{elsewhere}' style='width:777px; height:300px; border:0'></iframe>"
    );
    let site = Site::start(&[("/outer", outer.as_str())]).await;
    let profile = Profile::new();
    let mut look = Look::at(LaunchOptions {
        overrides: overrides(),
        start_urls: vec![site.url("/outer")],
        ..profile.real().await
    })
    .await;
    let page = look.wire.pages().await.remove(0);
    let session = look.session(&page).await;
    let told = look.see(&session, "window.told").await;
    check_person(&told);
    // Its size comes from its parent, later than its first line.
    assert_eq!(told["dark"], true, "{told}");
    soon("the end", look.browser.close()).await.unwrap();
}

#[tokio::test]
async fn the_first_request_carries_them() {
    let site = Site::start(&[]).await;
    let profile = Profile::new();
    let mut look = Look::at(LaunchOptions {
        overrides: overrides(),
        start_urls: vec![site.url("/echo")],
        ..profile.real().await
    })
    .await;
    let page = look.wire.pages().await.remove(0);
    let session = look.session(&page).await;
    let text = look
        .see(
            &session,
            "document.title === 'Echo' && document.body.innerText || null",
        )
        .await;
    let head = text.as_str().unwrap().to_lowercase();
    assert!(
        head.contains(&format!("user-agent: {}", AGENT.to_lowercase())),
        "{head}"
    );
    assert!(head.contains("accept-language: de-de"), "{head}");
    assert!(head.contains("x-team: eu"), "{head}");
    assert!(head.contains("sec-ch-ua-platform: \"windows\""), "{head}");
    soon("the end", look.browser.close()).await.unwrap();
}

#[tokio::test]
async fn without_overrides_nothing_is_changed() {
    let site = Site::start(&[("/seen", SEEN)]).await;
    let profile = Profile::new();
    let mut look = Look::at(LaunchOptions {
        start_urls: vec![site.url("/seen")],
        ..profile.real().await
    })
    .await;
    let page = look.wire.pages().await.remove(0);
    let session = look.session(&page).await;
    let seen = look.see(&session, "window.first").await;
    assert_ne!(seen["agent"], AGENT, "{seen}");
    assert_ne!(seen["width"], 777, "{seen}");
    soon("the end", look.browser.close()).await.unwrap();
}
