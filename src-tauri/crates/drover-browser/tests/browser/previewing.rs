//! Live pictures: of the page that matters, few, shared, and without a trace when nobody looks.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use drover_browser::{
    Browser, Closed, GatewayOptions, Page, Preview, QUICKEST_PREVIEW,
    cdp::protocol::{BringToFront, Evaluate},
};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{Crash, PATIENCE, Profile, Site, Wire, soon};

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 128, 0];
const BLUE: [u8; 3] = [0, 0, 255];

/// Drawn anew all the time.
const MOVING: &str = "<body style='font:60px sans-serif'><script>
let n = 0;
const draw = () => { document.body.textContent = ++n; document.body.style.background = `hsl(${n * 7} 90% 70%)`; requestAnimationFrame(draw) };
draw();
</script>";
/// Writes down what happens to it.
const STILL: &str = "<body style='background:red'><script>
window.told = [];
for (const name of ['visibilitychange', 'focus', 'blur', 'resize'])
  for (const on of [document, window]) on.addEventListener(name, () => told.push(name));
</script>";

async fn site() -> Site {
    Site::start(&[
        ("/moving", MOVING),
        ("/still", STILL),
        ("/red", "<body style='background:red'>"),
        ("/green", "<body style='background:green'>"),
        ("/blue", "<body style='background:blue'>"),
    ])
    .await
}

async fn go(page: &Page, site: &Site, path: &str) {
    page.navigate(&site.url(path), PATIENCE).await.unwrap();
}

async fn evaluate(page: &Page, expression: &str) -> Value {
    let evaluate = Evaluate {
        expression,
        context_id: None,
        await_promise: true,
        return_by_value: true,
    };
    let answer = page.session().call(&evaluate).await.unwrap();
    answer.result.value
}

async fn next(preview: &mut Preview) -> Arc<[u8]> {
    soon("a picture", preview.next()).await.unwrap()
}

/// A browser of its own that reads pictures.
struct Eye {
    page: Page,
    _browser: Browser,
    _profile: Profile,
}

impl Eye {
    async fn open() -> Self {
        let profile = Profile::new();
        let browser = profile.launch().await;
        Self {
            page: browser.new_page().await.unwrap(),
            _browser: browser,
            _profile: profile,
        }
    }

    /// The colour in the middle of a JPEG.
    async fn middle(&self, jpeg: &[u8]) -> [u8; 3] {
        let read = format!(
            "(async () => {{ const image = new Image(); image.src = 'data:image/jpeg;base64,{}'; await image.decode();
              const canvas = document.createElement('canvas'); canvas.width = image.width; canvas.height = image.height;
              const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
              return Array.from(pen.getImageData(image.width / 2, image.height / 2, 1, 1).data).slice(0, 3) }})()",
            STANDARD.encode(jpeg)
        );
        serde_json::from_value(evaluate(&self.page, &read).await).unwrap()
    }

    /// Waits until a picture has this colour in its middle.
    async fn sees(&self, preview: &mut Preview, colour: [u8; 3]) {
        let looked = async {
            loop {
                let frame = preview.next().await.expect("the browser is gone");
                let middle = self.middle(&frame).await;
                if middle.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 40) {
                    return;
                }
            }
        };
        soon(&format!("a picture of {colour:?}"), looked).await;
    }
}

/// Which pages have a session.
async fn attached(wire: &mut Wire) -> Vec<bool> {
    let targets = wire.ask("Target.getTargets", json!({}), None).await;
    let infos = targets["result"]["targetInfos"].as_array().unwrap();
    let pages = infos.iter().filter(|info| info["type"] == "page");
    pages
        .map(|info| info["attached"].as_bool().unwrap())
        .collect()
}

/// Waits until an expression is true in a page.
async fn becomes(wire: &mut Wire, session: &str, expression: &str) {
    let mut look = tokio::time::interval(Duration::from_millis(20));
    soon(expression, async {
        while wire.evaluate(session, expression).await != true {
            look.tick().await;
        }
    })
    .await;
}

/// Waits until no page has a session but those that had one before.
async fn lets_go(wire: &mut Wire, before: &[bool]) {
    let mut look = tokio::time::interval(Duration::from_millis(20));
    soon("the sessions ending", async {
        while attached(wire).await != before {
            look.tick().await;
        }
    })
    .await;
}

#[tokio::test]
async fn pictures_are_small_jpegs_that_follow_the_page_and_are_few() {
    let site = site().await;
    let profile = Profile::new();
    let browser = profile.launch().await;
    let page = browser.new_page().await.unwrap();
    go(&page, &site, "/moving").await;
    let mut preview = browser.preview(Duration::ZERO); // as often as may be
    let start = Instant::now();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..9 {
        let frame = next(&mut preview).await;
        assert!(frame.starts_with(&[0xff, 0xd8, 0xff]), "it is a JPEG");
        assert!(frame.len() < 60_000, "{} bytes", frame.len());
        seen.insert(frame);
    }
    let took = start.elapsed();
    assert!(
        took >= QUICKEST_PREVIEW * 8,
        "nine pictures came within {took:?}"
    );
    assert_eq!(seen.len(), 9, "the page moves, and every picture is new");
    // One who comes later sees at once what the others see, and asks no more of the browser.
    let mut second = browser.preview(Duration::from_secs(1));
    next(&mut second).await;
    soon("closing", browser.close()).await.unwrap();
    let ended = async { while preview.next().await.is_some() {} };
    soon("the end of the pictures", ended).await;
    assert_eq!(soon("the end", second.next()).await, None);
}

#[tokio::test]
async fn the_last_state_of_a_page_is_seen_however_fast_it_came() {
    let site = site().await;
    let (eye, profile) = (Eye::open().await, Profile::new());
    let browser = profile.launch().await;
    let page = browser.new_page().await.unwrap();
    go(&page, &site, "/red").await;
    let mut preview = browser.preview(Duration::from_millis(500));
    eye.sees(&mut preview, RED).await;
    // More drawings than Chrome sends ahead, and then none.
    let burst = "new Promise(done => { let n = 0; const draw = () => {
        document.body.style.background = ++n < 30 ? `hsl(${n * 12} 90% 50%)` : 'blue';
        n < 30 ? requestAnimationFrame(draw) : done(1) }; draw() })";
    assert_eq!(evaluate(&page, burst).await, 1);
    eye.sees(&mut preview, BLUE).await;
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn it_goes_along_to_the_page_in_front_and_back_when_that_closes() {
    let site = site().await;
    let (eye, profile) = (Eye::open().await, Profile::new());
    let browser = profile.launch().await;
    // A client of its own: Drover's own pages believe to be in front always.
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let mut wire = Wire::connect(&gateway.url()).await;
    let (red, _) = wire.page(&site.url("/red")).await;
    let mut preview = browser.preview(QUICKEST_PREVIEW);
    eye.sees(&mut preview, RED).await;
    let (green, _) = wire.page(&site.url("/green")).await;
    eye.sees(&mut preview, GREEN).await;
    wire.ask("Target.activateTarget", json!({ "targetId": red }), None)
        .await;
    eye.sees(&mut preview, RED).await;
    wire.ask("Target.activateTarget", json!({ "targetId": green }), None)
        .await;
    eye.sees(&mut preview, GREEN).await;
    wire.ask("Target.closeTarget", json!({ "targetId": green }), None)
        .await;
    eye.sees(&mut preview, RED).await;
    soon("closing", gateway.close()).await;
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn a_page_that_is_not_drawn_is_asked_for_its_pictures_and_stays_where_it_is() {
    let site = site().await;
    let (eye, profile) = (Eye::open().await, Profile::new());
    let browser = profile.launch().await;
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let mut wire = Wire::connect(&gateway.url()).await;
    let (target, session) = wire.page(&site.url("/red")).await;
    let found = wire
        .ask(
            "Browser.getWindowForTarget",
            json!({ "targetId": target }),
            None,
        )
        .await;
    let window = &found["result"]["windowId"];
    let minimise = json!({ "windowId": window, "bounds": { "windowState": "minimized" } });
    wire.ask("Browser.setWindowBounds", minimise, None).await;
    becomes(
        &mut wire,
        &session,
        "document.hidden && !!document.body.style.background",
    )
    .await;
    let mut preview = browser.preview(QUICKEST_PREVIEW);
    eye.sees(&mut preview, RED).await;
    let paint = "document.body.style.background = 'blue'; document.visibilityState";
    assert_eq!(wire.evaluate(&session, paint).await, "hidden");
    eye.sees(&mut preview, BLUE).await;
    let shot = soon("a large picture", browser.shot()).await.unwrap();
    assert!(shot.starts_with(b"\x89PNG"), "it is a PNG");
    assert_eq!(
        wire.evaluate(&session, "document.visibilityState").await,
        "hidden",
        "the look brought it to the front"
    );
    soon("closing", gateway.close()).await;
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn of_several_tabs_of_a_run_the_one_that_works_is_seen() {
    let site = site().await;
    let (eye, profile) = (Eye::open().await, Profile::new());
    let browser = profile.launch().await;
    let first = browser.new_page().await.unwrap();
    go(&first, &site, "/red").await;
    let second = browser.new_page().await.unwrap();
    go(&second, &site, "/green").await;
    let mut preview = browser.preview(QUICKEST_PREVIEW);
    eye.sees(&mut preview, GREEN).await;
    // Both believe to be in front; the one that is drawn is.
    first.session().call(&BringToFront {}).await.unwrap();
    go(&first, &site, "/blue").await;
    let moves = "const move = () => { document.body.style.color = `rgb(${n++ % 200} 0 0)`; document.body.textContent = n; requestAnimationFrame(move) }; let n = 0; move(); 1";
    assert_eq!(evaluate(&first, moves).await, 1);
    eye.sees(&mut preview, BLUE).await;
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn a_page_that_crashed_is_seen_again_when_it_comes_back() {
    let site = site().await;
    let (eye, profile) = (Eye::open().await, Profile::new());
    let browser = profile.launch().await;
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let mut wire = Wire::connect(&gateway.url()).await;
    let page = browser.new_page().await.unwrap();
    go(&page, &site, "/red").await;
    let mut preview = browser.preview(QUICKEST_PREVIEW);
    eye.sees(&mut preview, RED).await;
    page.session().call(&Crash {}).await.unwrap_err();
    let attach = json!({ "targetId": page.target(), "flatten": true });
    let attached = wire.ask("Target.attachToTarget", attach, None).await;
    let session = attached["result"]["sessionId"].as_str().unwrap();
    let navigate = json!({ "url": site.url("/blue") });
    wire.ask("Page.navigate", navigate, Some(session)).await;
    eye.sees(&mut preview, BLUE).await;
    soon("closing", gateway.close()).await;
    assert_eq!(
        soon("closing", browser.close()).await.unwrap(),
        drover_browser::Rung::Closed
    );
    assert_eq!(browser.closed().await, Closed::Asked);
}

#[tokio::test]
async fn a_look_disturbs_nothing_and_leaves_no_session() {
    let site = site().await;
    let profile = Profile::new();
    let browser = profile.launch().await;
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let mut wire = Wire::connect(&gateway.url()).await;
    let (_, hidden) = wire.page(&site.url("/still")).await;
    let (_, shown) = wire.page(&site.url("/still")).await;
    for session in [&hidden, &shown] {
        becomes(
            &mut wire,
            session,
            "!!window.told && document.readyState === 'complete'",
        )
        .await;
    }
    let told = "JSON.stringify([document.visibilityState, window.told.splice(0)])";
    for session in [&hidden, &shown] {
        wire.evaluate(session, told).await;
    }
    let before = attached(&mut wire).await;
    let mut one = browser.preview(QUICKEST_PREVIEW);
    let mut two = browser.preview(QUICKEST_PREVIEW);
    let (first, second) = tokio::join!(next(&mut one), next(&mut two));
    assert_eq!(first, second, "they share one capture");
    assert!(
        attached(&mut wire)
            .await
            .into_iter()
            .all(|attached| attached),
        "it looks at every page"
    );
    drop(one);
    // The other goes on, while the client works on the same page.
    let paint = |n: u32| format!("document.body.style.background = 'rgb({n} 200 90)'; {n}");
    for n in [10, 90, 170] {
        assert_eq!(wire.evaluate(&shown, &paint(n)).await, n);
        next(&mut two).await;
    }
    drop(two);
    lets_go(&mut wire, &before).await;
    assert_eq!(
        wire.evaluate(&hidden, told).await,
        r#"["hidden",[]]"#,
        "the page behind noticed"
    );
    assert_eq!(
        wire.evaluate(&shown, told).await,
        r#"["visible",[]]"#,
        "the page in front noticed"
    );
    // And it can begin again.
    next(&mut browser.preview(QUICKEST_PREVIEW)).await;
    soon("closing", gateway.close()).await;
    soon("closing", browser.close()).await.unwrap();
}
