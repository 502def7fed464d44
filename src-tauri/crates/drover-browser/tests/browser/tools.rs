//! Tools of other makers attach to the gateway: Playwright by `connectOverCDP`, Puppeteer by `connect`.

use std::{path::PathBuf, sync::Arc, time::Duration};

use drover_browser::{Browser, Exit, Gateway, GatewayOptions, Process, Spawn as _, SpawnRequest};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::support::{Door, PATIENCE, Profile, Site, Wire, env, soon};

/// Signs in and leaves; what it has done lies in the profile's own storage.
const PLAYWRIGHT: (&str, &str) = (
    "playwright",
    r"
const { chromium } = require('playwright-core');
(async () => {
  const browser = await chromium.connectOverCDP(process.env.DROVER_CDP);
  const context = browser.contexts()[0];
  const page = await context.newPage();
  await page.goto(process.env.SITE + '/login');
  await page.getByLabel('User name').fill('ada');
  await page.getByLabel('Password').fill('right');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Welcome, ada').waitFor();
  const picture = await page.screenshot();
  if (picture.subarray(1, 4).toString() !== 'PNG') throw new Error('no picture');
  await page.evaluate(() => localStorage.setItem('playwright', 'left'));
  await browser.close();
})().catch((error) => { console.error(error); process.exit(1); });
",
);

/// Works before and after Playwright has left, then leaves too.
const PUPPETEER: (&str, &str) = (
    "puppeteer",
    r"
(async () => {
  const from = require('node:url').pathToFileURL(process.env.PUPPETEER + '/any.mjs').href;
  const entry = require('node:module').createRequire(from).resolve('puppeteer-core');
  const puppeteer = (await import(entry)).default;
  const browser = await puppeteer.connect({ browserWSEndpoint: process.env.DROVER_CDP, defaultViewport: null });
  const page = await browser.newPage();
  await page.goto(process.env.SITE + '/two');
  let rounds = 0;
  const round = async () => {
    const sum = await page.evaluate((a, b) => a + b, rounds, 1);
    if (sum !== ++rounds) throw new Error('a wrong answer: ' + sum);
  };
  while (await page.evaluate(() => localStorage.getItem('playwright')) !== 'left') await round();
  for (let more = 0; more < 50; more++) await round();
  await page.goto(process.env.SITE + '/home');
  if (await page.title() !== 'Home') throw new Error('the wrong page');
  await page.screenshot();
  await page.evaluate(() => localStorage.setItem('puppeteer', 'left'));
  await browser.close();
})().catch((error) => { console.error(error); process.exit(1); });
",
);

#[tokio::test]
async fn playwright_drives_the_profile_and_its_close_leaves_the_browser() {
    let site = Site::start(&[]).await;
    let profile = Profile::new();
    let browser = profile.launch().await;
    let gateway = gateway(&browser, &profile).await;
    let tool = start(&profile, &site, &gateway, PLAYWRIGHT).await;
    ends_well(tool).await;

    let page = browser.new_page().await.unwrap();
    page.navigate(&site.url("/home"), PATIENCE).await.unwrap();
    assert_eq!(page.title().await.unwrap(), "Home");
    let counts = soon("closing", gateway.close()).await;
    assert!(
        counts.calls["Page.navigate"] >= 1 && counts.denied.is_empty(),
        "{counts:?}"
    );
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn playwright_puppeteer_and_a_raw_client_work_in_one_profile_and_leave_one_by_one() {
    let site = Site::start(&[
        ("/one", "<title>One</title>"),
        ("/two", "<title>Two</title>"),
    ])
    .await;
    let profile = Profile::new();
    let browser = profile.launch().await;
    let gateway = gateway(&browser, &profile).await;
    let mut raw = Wire::connect(&gateway.url()).await;
    let (target, session) = raw.page(&site.url("/one")).await;
    let puppeteer = start(&profile, &site, &gateway, PUPPETEER).await;
    let playwright = start(&profile, &site, &gateway, PLAYWRIGHT).await;

    let mut look = tokio::time::interval(Duration::from_millis(20));
    soon("the page", async {
        while raw.evaluate(&session, "document.title").await != "One" {
            look.tick().await;
        }
    })
    .await;
    let left = "JSON.stringify([localStorage.playwright ?? null, localStorage.puppeteer ?? null])";
    let mut seen = Vec::new();
    soon("both tools to have done their work", async {
        while seen.last().is_none_or(|both| both != r#"["left","left"]"#) {
            look.tick().await;
            assert_eq!(raw.evaluate(&session, "6 * 7").await, 42);
            let now = raw.evaluate(&session, left).await;
            let now = now.as_str().unwrap().to_owned();
            if seen.last() != Some(&now) {
                seen.push(now);
            }
        }
    })
    .await;
    ends_well(playwright).await;
    ends_well(puppeteer).await;
    assert!(
        seen.contains(&r#"["left",null]"#.to_owned()),
        "Puppeteer did not work on after Playwright had left: {seen:?}"
    );
    let reply = raw
        .ask(
            "Page.navigate",
            json!({ "url": site.url("/two") }),
            Some(&session),
        )
        .await;
    assert!(reply["error"].is_null(), "{reply}");
    assert!(raw.pages().await.contains(&target));
    let counts = soon("closing", gateway.close()).await;
    assert!(counts.denied.is_empty(), "{counts:?}");
    soon("closing", browser.close()).await.unwrap();
}

async fn gateway(browser: &Browser, profile: &Profile) -> Gateway {
    let run = profile.home.path().join("run");
    std::fs::create_dir(&run).unwrap();
    let options = GatewayOptions {
        downloads: vec![run],
    };
    browser.gateway(options).await.unwrap()
}

async fn start(
    profile: &Profile,
    site: &Site,
    gateway: &Gateway,
    (tool, script): (&str, &str),
) -> Arc<dyn Process> {
    let run = profile.home.path().join("run");
    let playwright = folder("DROVER_NODE_TOOLS", "playwright-core");
    let puppeteer = folder("DROVER_TEST_PUPPETEER", "puppeteer-core");
    let mut env = env(&profile.home);
    env.retain(|(name, _)| name != "TMPDIR");
    env.push(("TMPDIR".into(), run.clone().into()));
    env.push(("NODE_PATH".into(), playwright.join("node_modules").into()));
    env.push(("PUPPETEER".into(), puppeteer.into()));
    env.push(("DROVER_CDP".into(), gateway.url().expose_secret().into()));
    env.push(("SITE".into(), site.url("").into()));
    let request = SpawnRequest {
        program: node(),
        args: vec!["-e".into(), script.into()],
        env,
        folder: run,
        fds: Vec::new(),
        marker: tool.to_owned(),
        stderr_tail: 4096,
    };
    Door.spawn(request).await.unwrap()
}

async fn ends_well(tool: Arc<dyn Process>) {
    let exit = soon("the script", tool.wait()).await;
    assert_eq!(exit, Exit::Code(0), "{}", tool.stderr_tail());
}

/// The folder that a variable names, with this package in its `node_modules`.
fn folder(variable: &str, package: &str) -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test needs folders that only its caller knows"
    )]
    let folder = std::env::var_os(variable).map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| {
        panic!(
            "set `{variable}` to a folder with `node_modules/{package}`, as `cargo xtask test` does"
        )
    });
    assert!(
        folder.join("node_modules").join(package).is_dir(),
        "no {package} in `{}`",
        folder.display()
    );
    folder
}

fn node() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "Node may be anywhere on the caller's PATH"
    )]
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|folder| folder.join("node"));
    places
        .find(|node| node.is_file())
        .expect("this test needs Node on the PATH")
}
