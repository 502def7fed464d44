//! Scripts in a real browser.

use drover_model::Stream;
use serde_json::json;

use crate::bench::Bench;
use crate::site::{site, task};

#[tokio::test]
async fn an_unmodified_module_signs_in_with_a_token_in_the_profile() {
    let site = site().await;
    let bench = Bench::new().secret("shop", "correct-horse-battery");
    let script = r"
        import { chromium } from 'playwright';
        import { secret, output } from 'drover';
        const browser = await chromium.launch({ headless: false, args: ['--odd'] });
        const page = await browser.newPage({ viewport: { width: 700, height: 500 } });
        await page.goto(process.env.SITE);
        await page.getByLabel('Password').fill(await secret('shop'));
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByText('Welcome').waitFor();
        console.log('address', page.url());
        output('price', await page.locator('.price').textContent());
        output('width', await page.evaluate(() => innerWidth));
        await browser.close();
        console.log('connected', browser.isConnected());
    ";
    let signing_in = task(&json!({
        "inline": script, "env": { "SITE": &site.address }, "tokens": [{ "name": "shop" }],
        "artifacts": { "screenshot": "always" },
    }));
    let ran = bench.run(signing_in).await;
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
    assert!(
        ran.log(Stream::Stdout)[0].ends_with("/in?p=••••shop"),
        "{}",
        ran.all()
    );
    assert_eq!(ran.log(Stream::Stdout)[1], "connected false");
    assert!(
        ran.log(Stream::Stderr)
            .iter()
            .any(|line| line.contains("`args` is not applied")),
        "{}",
        ran.all()
    );
    assert_eq!(
        ran.outcome.browser,
        Some(drover_browser::Rung::Closed),
        "it closed in good order"
    );
    ran.screenshot("01-end.png");
    // The next attempt finds the cookie: it was the profile itself.
    let script = r"
        const { chromium } = require('playwright');
        (async () => {
          const context = await chromium.launchPersistentContext('/nonexistent/other/profile', { headless: true });
          const page = context.pages()[0] || await context.newPage();
          await page.goto(process.env.SITE + '/who');
          console.log(await page.locator('h1').textContent());
          await context.close();
        })();
    ";
    let ran = bench
        .run(task(
            &json!({ "inline": script, "env": { "SITE": &site.address } }),
        ))
        .await;
    ran.succeeded();
    assert_eq!(
        ran.log(Stream::Stdout).last(),
        Some(&"known"),
        "{}",
        ran.all()
    );
    ran.nowhere("correct-horse-battery");
}

#[tokio::test]
async fn a_script_that_fails_leaves_a_picture_of_its_page() {
    let site = site().await;
    let bench = Bench::new();
    let file = bench.file(
        "shop/check.mjs",
        r"
        import { chromium } from 'playwright';
        const browser = await chromium.connectOverCDP('http://127.0.0.1:9222');
        const page = await browser.contexts()[0].newPage();
        await page.goto(process.env.SITE);
        await page.getByText('Sold out').waitFor({ timeout: 300 });
        ",
    );
    let ran = bench
        .run(task(
            &json!({ "script": file, "env": { "SITE": &site.address } }),
        ))
        .await;
    ran.ended("exit_code");
    assert!(
        ran.log(Stream::Stderr)
            .join("\n")
            .contains("Timeout 300ms exceeded"),
        "Node prints the error as always: {}",
        ran.all()
    );
    // The blank page of a new browser is smaller than a page with a form.
    assert!(
        ran.screenshot("01-end.png").len() > 3_000,
        "it shows the page"
    );
}

#[tokio::test]
async fn an_isolated_script_has_a_context_of_its_own() {
    let site = site().await;
    let bench = Bench::new();
    let script = r"
        import { chromium } from 'playwright';
        const browser = await chromium.launch();
        const context = await browser.newContext({ locale: 'de-DE' });
        const page = await context.newPage();
        await page.goto(process.env.SITE + '/in');
        console.log(browser.contexts().length, await page.evaluate(() => navigator.language));
        await browser.close();
    ";
    let isolated = task(
        &json!({ "inline": script, "placement": "isolated", "env": { "SITE": &site.address } }),
    );
    let ran = bench.run(isolated).await;
    ran.succeeded();
    assert_eq!(ran.log(Stream::Stdout), ["2 de-DE"], "{}", ran.all());
    let script = r"
        import { chromium } from 'playwright';
        const browser = await chromium.launch();
        const page = await browser.newPage();
        await page.goto(process.env.SITE + '/who');
        console.log(await page.locator('h1').textContent());
        await browser.close();
    ";
    let ran = bench
        .run(task(
            &json!({ "inline": script, "env": { "SITE": &site.address } }),
        ))
        .await;
    ran.succeeded();
    assert_eq!(
        ran.log(Stream::Stdout),
        ["stranger"],
        "what an isolated script did is not in the profile: {}",
        ran.all()
    );
}

#[tokio::test]
async fn options_that_a_profile_cannot_give_are_named_once() {
    let site = site().await;
    let bench = Bench::new();
    let script = r"
        import { chromium } from 'playwright';
        const browser = await chromium.launch({ executablePath: '/nonexistent', proxy: { server: 'http://nowhere.test' } });
        for (let i = 0; i < 2; i++) {
          const context = await browser.newContext({
            locale: 'fr-FR', timezoneId: 'Asia/Tokyo', userAgent: 'pear', storageState: { cookies: [], origins: [] },
            recordVideo: { dir: 'videos' }, isMobile: true, hasTouch: true, deviceScaleFactor: 2, bypassCSP: true,
            ignoreHTTPSErrors: true, javaScriptEnabled: false, serviceWorkers: 'block', acceptDownloads: false,
            viewport: { width: 640, height: 480 }, extraHTTPHeaders: { 'X-A': 'b' },
          });
          const page = await context.newPage();
          await page.goto(process.env.SITE);
          console.log(await page.evaluate(() => innerWidth), await page.title());
          await context.close();
        }
        await browser.close();
    ";
    let ran = bench
        .run(task(
            &json!({ "inline": script, "env": { "SITE": &site.address } }),
        ))
        .await;
    ran.succeeded();
    assert_eq!(ran.log(Stream::Stdout), ["640 Shop", "640 Shop"]);
    let mut named: Vec<&str> = ran
        .log(Stream::Stderr)
        .iter()
        .filter_map(|line| line.strip_prefix("drover: `")?.split('`').next())
        .collect();
    named.sort_unstable();
    let expected = [
        "acceptDownloads",
        "bypassCSP",
        "deviceScaleFactor",
        "executablePath",
        "hasTouch",
        "ignoreHTTPSErrors",
        "isMobile",
        "javaScriptEnabled",
        "locale",
        "proxy",
        "serviceWorkers",
        "storageState",
        "timezoneId",
        "userAgent",
    ];
    assert_eq!(named, expected, "{}", ran.all());
}
