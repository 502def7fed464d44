//! A peer of `cargo xtask bench browser`: the same work with chromiumoxide.
//!
//! `once SETUP` does one cold cycle, as a script that is run by hand does; `serve SETUP` answers orders line by line.

use std::error::Error;
use std::time::{Duration, Instant};

use chromiumoxide::cdp::browser_protocol::page::CaptureScreenshotFormat;
use chromiumoxide::handler::viewport::Viewport;
use chromiumoxide::page::ScreenshotParams;
use chromiumoxide::{Browser, BrowserConfig, Page};
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::task::JoinHandle;

type Done<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How often a text is looked for.
const LOOK: Duration = Duration::from_millis(5);
/// A text that is not there by then does not come.
const PATIENCE: Duration = Duration::from_secs(30);

struct Setup {
    program: String,
    arguments: Vec<String>,
    folder: String,
    site: String,
    pictures: String,
    size: (u32, u32),
}

struct Running {
    browser: Browser,
    handler: JoinHandle<()>,
}

#[tokio::main]
async fn main() -> Done<()> {
    let mut words = std::env::args().skip(1);
    let mode = words.next().ok_or("say `once` or `serve`")?;
    let setup = Setup::read(&words.next().ok_or("name the setup's file")?)?;
    if mode == "once" {
        let running = open(&setup).await?;
        work(&running.browser, &setup, "shot").await?;
        return close(running).await;
    }
    let mut kept = None;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = match answer(&setup, &mut kept, &serde_json::from_str(&line)?).await {
            Ok(series) => json!({ "series": series }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        println!("{answer}");
    }
    if let Some(running) = kept {
        close(running).await?;
    }
    Ok(())
}

impl Setup {
    fn read(file: &str) -> Done<Self> {
        let setup: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
        let text = |name: &str| setup[name].as_str().unwrap_or_default().to_owned();
        let number = |name: &str| setup[name].as_u64().unwrap_or_default() as u32;
        let arguments = setup["arguments"].as_array().cloned().unwrap_or_default();
        Ok(Self {
            program: text("program"),
            arguments: arguments
                .iter()
                .filter_map(|one| Some(one.as_str()?.trim_start_matches("--").to_owned()))
                .collect(),
            folder: text("folder"),
            site: text("site"),
            pictures: text("pictures"),
            size: (number("width"), number("height")),
        })
    }
}

async fn answer(setup: &Setup, kept: &mut Option<Running>, order: &Value) -> Done<Value> {
    let count = order["count"].as_u64().unwrap_or(1);
    let mut samples = Vec::new();
    match order["order"].as_str().unwrap_or_default() {
        "cold" => {
            for _ in 0..count {
                let started = Instant::now();
                let running = open(setup).await?;
                work(&running.browser, setup, "shot").await?;
                close(running).await?;
                samples.push(ms(started));
            }
        }
        "open" => *kept = Some(open(setup).await?),
        "warm" => {
            let running = kept.as_ref().ok_or("no browser is open")?;
            let what = order["work"].as_str().unwrap_or("shot");
            for _ in 0..count {
                let started = Instant::now();
                work(&running.browser, setup, what).await?;
                samples.push(ms(started));
            }
        }
        "version" => {
            let running = kept.as_ref().ok_or("no browser is open")?;
            for _ in 0..count {
                let started = Instant::now();
                running.browser.version().await?;
                samples.push(ms(started));
            }
        }
        "close" => {
            if let Some(running) = kept.take() {
                close(running).await?;
            }
        }
        other => return Err(format!("no order `{other}`").into()),
    }
    Ok(json!([{ "unit": "ms", "samples": samples }]))
}

fn ms(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1_000.0
}

/// With the given switches alone: chromiumoxide's own list is off, and its headless mode, which adds further ones.
async fn open(setup: &Setup) -> Done<Running> {
    let (width, height) = setup.size;
    let mut config = BrowserConfig::builder()
        .chrome_executable(&setup.program)
        .user_data_dir(&setup.folder)
        .disable_default_args()
        .with_head()
        .viewport(Viewport {
            width,
            height,
            ..Viewport::default()
        });
    for argument in &setup.arguments {
        config = match argument.split_once('=') {
            Some(pair) => config.arg(pair),
            None => config.arg(argument.as_str()),
        };
    }
    let (browser, mut handler) = Browser::launch(config.build()?).await?;
    let handler = tokio::spawn(async move { while handler.next().await.is_some() {} });
    Ok(Running { browser, handler })
}

async fn close(mut running: Running) -> Done<()> {
    running.browser.close().await?;
    running.browser.wait().await?;
    running.handler.await?;
    Ok(())
}

async fn work(browser: &Browser, setup: &Setup, what: &str) -> Done<()> {
    let page = browser.new_page("about:blank").await?;
    match what {
        "form" => form(&page, setup).await?,
        "table" => table(&page, setup).await?,
        _ => shot(&page, setup).await?,
    }
    page.close().await?;
    Ok(())
}

async fn shot(page: &Page, setup: &Setup) -> Done<()> {
    page.goto(format!("{}/paragraphs", setup.site)).await?;
    let format = ScreenshotParams::builder().format(CaptureScreenshotFormat::Png);
    let picture = page.screenshot(format.build()).await?;
    let number = |at: usize| {
        picture
            .get(at..at + 4)?
            .try_into()
            .ok()
            .map(u32::from_be_bytes)
    };
    if (number(16), number(20)) != (Some(setup.size.0), Some(setup.size.1)) {
        return Err(format!("the picture is {:?} x {:?}", number(16), number(20)).into());
    }
    std::fs::write(format!("{}/shot.png", setup.pictures), picture)?;
    Ok(())
}

async fn form(page: &Page, setup: &Setup) -> Done<()> {
    page.goto(format!("{}/form", setup.site)).await?;
    page.find_element("#name")
        .await?
        .click()
        .await?
        .type_str("Ada")
        .await?;
    page.find_element("button").await?.click().await?;
    let started = Instant::now();
    loop {
        let found = page
            .evaluate("document.body.innerText.includes('Welcome, Ada')")
            .await;
        if found.is_ok_and(|found| found.value() == Some(&Value::Bool(true))) {
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            return Err("the form did not answer `Welcome, Ada`".into());
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn table(page: &Page, setup: &Setup) -> Done<()> {
    page.goto(format!("{}/table", setup.site)).await?;
    let read = "[...document.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.innerText.trim()))";
    let rows: Vec<Vec<String>> = page.evaluate(read).await?.into_value()?;
    match rows.last() {
        Some(last) if rows.len() == 50 && last[0] == "50" => Ok(()),
        _ => Err(format!("{} rows instead of 50", rows.len()).into()),
    }
}
