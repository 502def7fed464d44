//! B5: the same question directly on the pipe, through the mux, and through a run's gateway.

use std::time::{Duration, Instant};

use drover_browser::{
    Browser, GatewayOptions, Page,
    cdp::{
        Mux,
        protocol::{BrowserClose, CaptureScreenshot, GetVersion},
    },
};
use futures_util::{SinkExt as _, StreamExt as _};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use crate::Done;
use crate::place::Place;
use crate::series::Series;
use crate::wire::{Wire, ended, start};

/// Questions before it is the next one's turn.
const TURN: u64 = 100;
/// A picture of noise takes Chrome seconds on a slow machine.
const LIMIT: Duration = Duration::from_mins(1);

/// A bare client of a gateway.
struct Socket {
    socket: WebSocketStream<TcpStream>,
    last_id: u64,
}

/// The outer shape of an answer, the same for all three.
#[derive(Deserialize)]
struct Answer {
    result: Picture,
}

#[derive(Deserialize)]
struct Picture {
    data: String,
}

/// `Browser.getVersion`, so many times on each way.
pub(crate) async fn talk(place: &Place, count: u64) -> Done<Vec<Series>> {
    let mut wire = Wire::launch(place, place.profile(3)).await?;
    let alone = start(place, place.profile(5)).await?;
    let root = Mux::start(alone.answers, alone.commands).root();
    let browser = Browser::launch(&place.door, place.options(place.profile(4))).await?;
    let gateway = browser.gateway(GatewayOptions::default()).await?;
    let mut socket = Socket::connect(gateway.url().expose_secret()).await?;
    let (mut direct, mut mux, mut through) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..count.div_ceil(TURN) {
        for _ in 0..TURN {
            let started = Instant::now();
            wire.ask_value("Browser.getVersion", json!({}), None)
                .await?;
            direct.push(started.elapsed());
        }
        for _ in 0..TURN {
            let started = Instant::now();
            root.call(&GetVersion {}).await?;
            mux.push(started.elapsed());
        }
        for _ in 0..TURN {
            let started = Instant::now();
            let answer = socket.ask("Browser.getVersion", json!({}), None).await?;
            let answer: Value = serde_json::from_str(&answer)?;
            through.push(started.elapsed());
            if answer["result"]["product"].as_str().is_none() {
                return Err(format!("no version: {answer}").into());
            }
        }
    }
    gateway.close().await;
    browser.close().await?;
    root.call(&BrowserClose {}).await?;
    ended(alone.process.as_ref()).await;
    wire.close().await?;
    Ok(vec![
        Series::times("directly on the pipe", &direct),
        Series::times("through the mux", &mux),
        Series::times("through the gateway", &through),
    ])
}

/// A picture of noise, which no compression makes small, on each way.
pub(crate) async fn pictures(place: &Place, count: u64) -> Done<Vec<Series>> {
    let noise = place.setup.page("noise");
    let capture = json!({ "format": "png", "captureBeyondViewport": true });
    let mut wire = Wire::launch(place, place.profile(3)).await?;
    let opened = wire
        .ask_value("Target.createTarget", json!({ "url": noise }), None)
        .await?;
    let attach = json!({ "targetId": opened["targetId"], "flatten": true });
    let attached = wire
        .ask_value("Target.attachToTarget", attach, None)
        .await?;
    let session = text(&attached["sessionId"])?;
    let browser = Browser::launch(&place.door, place.options(place.profile(4))).await?;
    let page = browser.new_page().await?;
    page.navigate(&noise, LIMIT).await?;
    let gateway = browser.gateway(GatewayOptions::default()).await?;
    let mut socket = Socket::connect(gateway.url().expose_secret()).await?;
    let attach = json!({ "targetId": page.target(), "flatten": true });
    let attached = socket.ask("Target.attachToTarget", attach, None).await?;
    let attached: Value = serde_json::from_str(&attached)?;
    let through_session = text(&attached["result"]["sessionId"])?;
    ready(&mut wire, &session).await?;

    let (mut direct, mut mux, mut through) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..count {
        let started = Instant::now();
        let params = beyond(&capture);
        let answer = wire
            .ask("Page.captureScreenshot", params, Some(&session))
            .await?;
        let answer: Answer = serde_json::from_slice(&answer)?;
        direct.push(started.elapsed());
        is_large(&answer.result.data)?;

        let started = Instant::now();
        let picture = capture_through(&page).await?;
        mux.push(started.elapsed());
        is_large(&picture)?;

        let started = Instant::now();
        let params = beyond(&capture);
        let answer = socket
            .ask("Page.captureScreenshot", params, Some(&through_session))
            .await?;
        let answer: Answer = serde_json::from_str(&answer)?;
        through.push(started.elapsed());
        is_large(&answer.result.data)?;
    }
    gateway.close().await;
    browser.close().await?;
    wire.close().await?;
    Ok(vec![
        Series::times("20 MB picture, directly on the pipe", &direct),
        Series::times("20 MB picture, through the mux", &mux),
        Series::times("20 MB picture, through the gateway", &through),
    ])
}

fn clip() -> (f64, f64) {
    (2_700.0, 2_600.0)
}

fn beyond(capture: &Value) -> Value {
    let (width, height) = clip();
    let mut params = capture.clone();
    params["clip"] = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
    params
}

async fn capture_through(page: &Page) -> Done<String> {
    let (width, height) = clip();
    let capture = CaptureScreenshot {
        format: "png",
        clip: Some(drover_browser::cdp::protocol::Clip {
            x: 0.0,
            y: 0.0,
            width,
            height,
            scale: 1.0,
        }),
        capture_beyond_viewport: true,
    };
    Ok(page.session().call_within(&capture, LIMIT).await?.data)
}

/// Waits until the noise is drawn.
async fn ready(wire: &mut Wire, session: &str) -> Done<()> {
    loop {
        let look = json!({ "expression": "document.readyState === 'complete'" });
        let seen = wire
            .ask_value("Runtime.evaluate", look, Some(session))
            .await?;
        if seen["result"]["value"] == true {
            return Ok(());
        }
    }
}

fn text(value: &Value) -> Done<String> {
    let text = value.as_str().ok_or("the browser gave no session")?;
    Ok(text.to_owned())
}

fn is_large(base64: &str) -> Done<()> {
    let megabytes = base64.len() / 4 * 3 / 1_000_000;
    if megabytes >= 18 {
        return Ok(());
    }
    Err(format!("the picture has {megabytes} MB instead of about 20").into())
}

impl Socket {
    async fn connect(url: &str) -> Done<Self> {
        let address = url
            .strip_prefix("ws://")
            .and_then(|rest| rest.split('/').next());
        let stream = TcpStream::connect(address.ok_or("no address")?).await?;
        stream.set_nodelay(true)?;
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let (socket, _) = client_async_with_config(url, stream, Some(config)).await?;
        Ok(Self { socket, last_id: 0 })
    }

    /// Sends a command and gives its answer; events before it are left out.
    async fn ask(&mut self, method: &str, params: Value, session: Option<&str>) -> Done<String> {
        self.last_id += 1;
        let mut message = json!({ "id": self.last_id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        self.socket.send(Message::text(message.to_string())).await?;
        let wanted = format!("{{\"id\":{},", self.last_id);
        while let Some(message) = self.socket.next().await {
            if let Message::Text(text) = message?
                && text.starts_with(&wanted)
            {
                return Ok(text.as_str().to_owned());
            }
        }
        Err("the gateway closed the connection".into())
    }
}
