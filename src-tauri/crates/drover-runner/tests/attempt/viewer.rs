//! Kept traces in their viewer.

use std::time::Duration;

use drover_model::Stream;
use drover_runner::TraceViewer;
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::bench::{Bench, node_tools};
use crate::site::{site, task};

#[tokio::test]
async fn a_kept_trace_opens_in_the_viewer_without_a_network() {
    let site = site().await;
    let bench = Bench::new().warm();
    let script = r"
        import { chromium } from 'playwright';
        const browser = await chromium.launch();
        const context = await browser.newContext();
        await context.tracing.start({ snapshots: true });
        const page = await context.newPage();
        await page.goto(process.env.SITE + '/who');
        await context.tracing.stop({ path: 'trace.zip' });
        await browser.close();
    ";
    let file = bench.file("traced/trace.mjs", script);
    let ran = bench
        .run(task(
            &json!({ "script": file, "env": { "SITE": &site.address } }),
        ))
        .await;
    ran.succeeded();
    let kept = ran.artifacts();
    let kept = kept.iter().find(|kept| kept.kind == "trace").unwrap();
    let package = node_tools().join("node_modules/playwright-core");
    let trace = bench.data().join(&kept.path);
    let long = Duration::from_mins(10);
    let viewer = TraceViewer::open(&package, &trace, long).await.unwrap();
    let look = r"
        import { chromium } from 'playwright';
        const browser = await chromium.launch();
        const page = await browser.newPage();
        const elsewhere = [];
        page.on('request', (request) => {
          if (!request.url().startsWith(new URL(process.env.VIEWER).origin)) elsewhere.push(request.url());
        });
        await page.goto(process.env.ENTRANCE);
        await page.getByText('/who').first().waitFor();
        console.log('shown', elsewhere.filter((url) => url.startsWith('http')).length);

        const answer = await page.request.get(new URL('/', process.env.VIEWER).href);
        console.log('guessed', answer.status());
        const again = await page.request.get(process.env.ENTRANCE);
        console.log('again', again.status());
        await browser.close();
    ";
    let around = json!({
        "VIEWER": viewer.url().expose_secret(), "ENTRANCE": viewer.entrance().unwrap(),
    });
    let looking = task(&json!({ "inline": look, "env": around }));
    let ran = bench.run(looking).await;
    ran.succeeded();
    assert_eq!(
        ran.log(Stream::Stdout),
        ["shown 0", "guessed 404", "again 404"],
        "{}",
        ran.all()
    );
    let address = viewer
        .url()
        .expose_secret()
        .split('/')
        .nth(2)
        .unwrap()
        .to_owned();
    drop(viewer);
    assert!(
        closed(&address).await,
        "nobody listens when the viewer is gone"
    );
}

#[tokio::test]
async fn a_viewer_that_nobody_looks_at_ends_by_itself() {
    let place = tempfile::tempdir().unwrap();
    let trace = place.path().join("trace.zip");
    std::fs::write(&trace, "PK").unwrap();
    let package = node_tools().join("node_modules/playwright-core");
    let soon = Duration::from_millis(1);
    let mut viewer = TraceViewer::open(&package, &trace, soon).await.unwrap();
    let entrance = viewer.entrance().unwrap();
    viewer.over().await;
    assert!(viewer.is_over());
    let address = entrance.split('/').nth(2).unwrap();
    assert!(closed(address).await, "nobody listens any more");
}

/// The task that listens ends soon after it was told to.
async fn closed(address: &str) -> bool {
    for _ in 0..1_000 {
        if tokio::net::TcpStream::connect(address).await.is_err() {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}
