//! What Playwright asks for by itself goes out as the pages do. The proxy answers everything by itself, and the canary,
//! at the address that is asked for, must never see a connection.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use drover_egress::{Upstream, UpstreamKind};
use drover_model::Stream;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::bench::Bench;
use crate::site::task;
use crate::versions::modules;

const JS: &str = r"
    import { chromium, firefox, request } from 'playwright';
    const site = process.env.CANARY;
    const browser = await chromium.launch();
    const context = await browser.newContext({ proxy: { server: 'http://127.0.0.1:9' } });
    const page = await context.newPage();
    const say = async (answer) => console.log(await (await answer).text());
    await page.route('**/routed', async (route) => route.fulfill({ response: await route.fetch() }));
    await page.goto(site + '/routed');
    console.log(await page.locator('body').textContent());
    await say(context.request.get(site + '/context'));
    await say(page.request.post(site + '/page', { data: 'x' }));
    const alone = await request.newContext({ proxy: { server: 'http://127.0.0.1:9' } });
    await say(alone.get(site + '/alone'));
    await alone.dispose();
    await context.request.get(site.replace('http:', 'https:') + '/tls').catch(() => console.log('no tls'));
    const starts = [() => firefox.launch(), () => chromium.launchServer(), () => chromium.connect(site.replace('http', 'ws'))];
    for (const start of starts) {
      await start().then(() => console.log('started'), (error) => console.log(error.message.includes('is refused')));
    }
    await browser.close();
";

const SYNC: &str = r#"
import os
from playwright.sync_api import sync_playwright

site = os.environ["CANARY"]
with sync_playwright() as p:
    browser = p.chromium.launch()
    context = browser.new_context(proxy={"server": "http://127.0.0.1:9"})
    page = context.new_page()
    page.route("**/routed", lambda route: route.fulfill(response=route.fetch()))
    page.goto(site + "/routed")
    print(page.locator("body").text_content())
    print(context.request.get(site + "/context").text())
    print(page.request.post(site + "/page", data="x").text())
    alone = p.request.new_context(proxy={"server": "http://127.0.0.1:9"})
    print(alone.get(site + "/alone").text())
    alone.dispose()
    try:
        context.request.get(site.replace("http:", "https:") + "/tls")
    except Exception:
        print("no tls")
    for start in (p.firefox.launch, p.webkit.launch, lambda: p.chromium.connect(site.replace("http", "ws"))):
        try:
            start()
            print("started")
        except Exception as error:
            print(str("is refused" in str(error)).lower())
    browser.close()
"#;

const EXPECTED: [&str; 8] = [
    "by proxy /routed",
    "by proxy /context",
    "by proxy /page",
    "by proxy /alone",
    "no tls",
    "true",
    "true",
    "true",
];

/// The proxy's port, the canary's address, and what both saw.
struct Net {
    upstream: Upstream,
    canary: String,
    reached: Arc<AtomicU32>,
    asked: Arc<Mutex<BTreeSet<String>>>,
}

impl Net {
    fn untouched(&self, all: &str) {
        assert_eq!(
            self.reached.load(Ordering::Relaxed),
            0,
            "the canary was reached past the proxy: {all}"
        );
    }
}

#[tokio::test]
async fn requests_of_a_script_go_through_the_profiles_proxy() {
    let net = net().await;
    let bench = Bench::new().warm().behind(net.upstream.clone());
    let mut works = vec![
        ("1.65 profile".to_owned(), json!({ "inline": JS })),
        (
            "1.65 isolated".to_owned(),
            json!({ "inline": JS, "placement": "isolated" }),
        ),
    ];
    for version in ["1.50", "1.56", "1.60"] {
        let file = bench.file(&format!("{version}/script.mjs"), JS);
        let place = PathBuf::from(&file).with_file_name("node_modules");
        std::os::unix::fs::symlink(modules(version), place).unwrap();
        works.push((format!("{version} profile"), json!({ "script": file })));
    }
    let file = bench.python_file("py/script.py", SYNC);
    works.push(("Python profile".to_owned(), json!({ "script": file })));
    works.push((
        "Python isolated".to_owned(),
        json!({ "script": file, "placement": "isolated" }),
    ));
    for (name, work) in works {
        net.asked.lock().unwrap().clear();
        let ran = bench.run(canary(&net, work)).await;
        assert_eq!(ran.log(Stream::Stdout), EXPECTED, "{name}: {}", ran.all());
        ran.succeeded();
        let said = ran.log(Stream::Stderr).join("\n");
        assert!(said.contains("`proxy` is not applied"), "{name}: {said}");
        let asked = net.asked.lock().unwrap().clone();
        let tls = format!("tls {}", net.canary);
        assert!(asked.contains(&tls), "{name}: {asked:?}");
        net.untouched(&ran.all());
    }
}

#[tokio::test]
async fn requests_of_tests_go_through_the_profiles_proxy() {
    let net = net().await;
    let bench = Bench::new().behind(net.upstream.clone());
    let config = bench.file("e2e/playwright.config.js", "module.exports = {};");
    bench.file(
        "e2e/a.spec.js",
        r"
        const { test, expect } = require('@playwright/test');
        test('asks', async ({ page, request, context }) => {
          for (const asking of [request, page.request, context.request]) {
            const answer = await asking.get(process.env.CANARY + '/suite');
            expect(await answer.text()).toBe('by proxy /suite');
          }
        });
        ",
    );
    let project = config.strip_suffix("/playwright.config.js").unwrap();
    for placement in ["profile", "isolated"] {
        let suite = json!({ "project": project, "placement": placement });
        let ran = bench.run(canary(&net, suite)).await;
        ran.succeeded();
        net.untouched(&ran.all());
    }
}

#[tokio::test]
async fn a_driver_without_the_guard_never_drives_the_profile() {
    let net = net().await;
    let bench = Bench::new().behind(net.upstream.clone());
    let script = r#"
import os
os.environ.pop("NODE_OPTIONS")
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    try:
        p.chromium.launch().contexts[0].request.get(os.environ["CANARY"])
    except Exception as error:
        print(error)
"#;
    let file = bench.python_file("py/unguarded.py", script);
    let ran = bench.run(canary(&net, json!({ "script": file }))).await;
    let said = ran.log(Stream::Stdout).join("\n");
    assert!(
        said.contains("started without Drover's NODE_OPTIONS"),
        "{}",
        ran.all()
    );
    net.untouched(&ran.all());
}

#[tokio::test]
async fn a_failure_says_what_the_proxy_had_to_do_with_it() {
    let strict = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = strict.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = strict.accept().await {
            tokio::spawn(async move {
                let mut client = BufReader::new(client);
                head(&mut client).await?;
                let no = b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                client.write_all(no).await.ok()
            });
        }
    });
    let bench = Bench::new().behind(Upstream {
        kind: UpstreamKind::Http,
        host: "127.0.0.1".to_owned(),
        port,
        login: None,
    });
    let script = r"
        import { chromium } from 'playwright';
        const page = await (await chromium.launch()).newPage();
        await page.goto('http://shop.example/');
        await page.getByText('Welcome').waitFor({ timeout: 200 });
    ";
    let ran = bench.run(task(&json!({ "inline": script }))).await;
    ran.ended("exit_code");
    let message = &ran.outcome.message;
    assert!(
        message.starts_with("it ended with exit code 1; proxy failed ")
            && message.ends_with("wants a login"),
        "{message}"
    );
}

fn canary(net: &Net, mut work: Value) -> Value {
    work["env"] = json!({ "CANARY": format!("http://{}", net.canary) });
    task(&work)
}

async fn net() -> Net {
    let canary = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = canary.local_addr().unwrap().to_string();
    let reached = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&reached);
    tokio::spawn(async move {
        while canary.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = proxy.local_addr().unwrap().port();
    let asked: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let remembered = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((client, _)) = proxy.accept().await {
            tokio::spawn(answer(client, Arc::clone(&remembered)));
        }
    });
    Net {
        upstream: Upstream {
            kind: UpstreamKind::Http,
            host: "127.0.0.1".to_owned(),
            port,
            login: None,
        },
        canary: address,
        reached,
        asked,
    }
}

/// The first line of a request and the length of its body.
async fn head(client: &mut BufReader<TcpStream>) -> Option<(String, usize)> {
    let (mut first, mut length) = (String::new(), 0);
    client.read_line(&mut first).await.ok()?;
    let mut line = String::new();
    while client.read_line(&mut line).await.ok()? > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        line.clear();
    }
    (!first.is_empty()).then_some((first, length))
}

/// Answers as if it were every site there is; of an encrypted one it only remembers that it was wanted.
async fn answer(client: TcpStream, asked: Arc<Mutex<BTreeSet<String>>>) -> Option<()> {
    let mut client = BufReader::new(client);
    let (mut first, mut length) = head(&mut client).await?;
    if let Some(host) = first.strip_prefix("CONNECT ") {
        let host = host.split(' ').next()?.to_owned();
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
        let begin = client.fill_buf().await.ok()?.first().copied()?;
        if begin == 0x16 {
            asked.lock().unwrap().insert(format!("tls {host}"));
            return None;
        }
        (first, length) = head(&mut client).await?;
    }
    let mut body = vec![0; length];
    client.read_exact(&mut body).await.ok()?;
    let target = first.split(' ').nth(1)?;
    let place = target.strip_prefix("http://").unwrap_or(target);
    let path = place.find('/').map_or("/", |at| &place[at..]);
    asked.lock().unwrap().insert(path.to_owned());
    let body = format!("by proxy {path}");
    let text = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    client.write_all(text.as_bytes()).await.ok()
}
