//! Playwright attaches to the gateway with `connectOverCDP`.

use std::path::PathBuf;

use drover_browser::{GatewayOptions, Spawn as _, SpawnRequest};
use secrecy::ExposeSecret as _;

use crate::support::{Door, Profile, Site, env, soon};

const SCRIPT: &str = r"
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
  await browser.close();
})().catch((error) => { console.error(error); process.exit(1); });
";

#[tokio::test]
async fn playwright_drives_the_profile_and_its_close_leaves_the_browser() {
    let tools = node_tools();
    let site = Site::start(&[]).await;
    let profile = Profile::new();
    let browser = profile.launch().await;
    let run = profile.home.path().join("run");
    std::fs::create_dir(&run).unwrap();
    let gateway = browser
        .gateway(GatewayOptions {
            downloads: vec![run.clone()],
        })
        .await
        .unwrap();
    let mut env = env(&profile.home);
    env.retain(|(name, _)| name != "TMPDIR");
    env.push(("TMPDIR".into(), run.clone().into()));
    env.push(("NODE_PATH".into(), tools.join("node_modules").into()));
    env.push(("DROVER_CDP".into(), gateway.url().expose_secret().into()));
    env.push(("SITE".into(), site.url("").into()));
    let request = SpawnRequest {
        program: node(),
        args: vec!["-e".into(), SCRIPT.into()],
        env,
        folder: run,
        fds: Vec::new(),
        marker: "playwright-test".to_owned(),
        stderr_tail: 4096,
    };
    let node = Door.spawn(request).await.unwrap();
    let exit = soon("the script", node.wait()).await;
    assert_eq!(
        exit,
        drover_browser::Exit::Code(0),
        "{}",
        node.stderr_tail()
    );

    let page = browser.new_page().await.unwrap();
    page.navigate(&site.url("/home"), crate::support::PATIENCE)
        .await
        .unwrap();
    assert_eq!(page.title().await.unwrap(), "Home");
    let counts = soon("closing", gateway.close()).await;
    assert!(
        counts.calls["Page.navigate"] >= 1 && counts.denied.is_empty(),
        "{counts:?}"
    );
    soon("closing", browser.close()).await.unwrap();
}

/// The folder with `node_modules/playwright-core`.
fn node_tools() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test needs a folder that only its caller knows"
    )]
    let tools = std::env::var_os("DROVER_NODE_TOOLS").map(PathBuf::from);
    let tools = tools.expect("set `DROVER_NODE_TOOLS` to a folder with `node_modules/playwright-core`, as `cargo xtask test` does");
    assert!(
        tools.join("node_modules/playwright-core").is_dir(),
        "no playwright-core in `{}`",
        tools.display()
    );
    tools
}

fn node() -> PathBuf {
    let places = ["/usr/local/bin/node", "/usr/bin/node"];
    let node = places
        .into_iter()
        .map(PathBuf::from)
        .find(|path| path.is_file());
    node.expect("this test needs Node in `/usr/local/bin` or `/usr/bin`")
}
