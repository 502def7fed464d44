//! Nothing of a proxied profile goes past its proxy. The test runs in a network of its own, in which every address leads
//! to a watcher that sees each packet, so that whatever is sent anywhere is seen: names that are looked up, UDP of
//! WebRTC and QUIC, and connections.

use std::{
    collections::BTreeSet,
    fs,
    sync::{Arc, Mutex},
};

use drover_browser::{
    GatewayOptions, GiveBack, Lead, Leases, Rules, Wanted,
    extensions::{Installed, install},
};
use drover_egress::{Route, Upstream, UpstreamKind};
use drover_model::ProxyId;
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::network::{Watched, enter, is_inside};
use crate::support::{Door, PATIENCE, Profile, Wire, soon};

const NAME: &str = "leaking::nothing_of_a_proxied_profile_goes_past_its_proxy";

/// Everything that a page can send on its way. Its own address is that of this machine, which makes it trustworthy
/// enough for workers, and goes through the proxy all the same.
const PAGE: &str = r#"<!doctype html><title>leaks</title>
<link rel="dns-prefetch" href="//dns-prefetch.example">
<link rel="preconnect" href="https://preconnect.example">
<link rel="prefetch" href="http://prefetch.example/">
<script type="speculationrules">{"prefetch":[{"source":"list","urls":["https://speculated.example/"]}],
"prerender":[{"source":"list","urls":["/prerendered"]}]}</script>
<img src="http://image.example/"><img src="http://198.51.100.7/"><img src="http://[2001:db8::7]/">
<script>
// Some never end, because nobody is there; all have been sent by then.
const late = () => new Promise((end) => setTimeout(end, 10000, 'late'));
const tried = (work) => Promise.race([Promise.resolve().then(work).catch((error) => String(error)), late()]);
const seen = [];
const ended = (socket) => new Promise((end) => { socket.onerror = socket.onclose = end; });
async function webrtc() {
  const peer = new RTCPeerConnection({ iceServers: [
    { urls: ['stun:198.51.100.8:3478', 'stun:stun.example:3478'] },
    { urls: ['turn:198.51.100.9:3478', 'turn:turn.example:3478'], username: 'a', credential: 'b' }] });
  peer.onicecandidate = (event) => { if (event.candidate) seen.push(event.candidate.candidate); };
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
  await new Promise((end) => {
    peer.onicegatheringstatechange = () => { if (peer.iceGatheringState === 'complete') end(); };
    if (peer.iceGatheringState === 'complete') end();
  });
}
async function worker() {
  const registration = await navigator.serviceWorker.register('/worker.js');
  await navigator.serviceWorker.ready;
  return registration.active.state;
}
async function all() {
  const results = await Promise.all([
    tried(webrtc),
    tried(worker),
    tried(() => fetch('http://fetched.example/', { mode: 'no-cors' }).then(() => 'fetched')),
    tried(() => ended(new WebSocket('ws://socket.example/'))),
    tried(() => ended(new WebSocket('wss://198.51.100.10/'))),
    tried(() => new WebTransport('https://quic.example:4433/').ready),
    tried(() => new WebTransport('https://198.51.100.11:4433/').ready),
    tried(() => navigator.sendBeacon('http://beacon.example/', 'x')),
    tried(() => new Promise((end) => {
      const shared = new Worker(URL.createObjectURL(new Blob(["fetch('http://dedicated.example/', { mode: 'no-cors' }).finally(() => postMessage(1))"])));
      shared.onmessage = end;
    })),
  ]);
  window.outcome = JSON.stringify({ candidates: seen, results });
}
all();
</script>"#;

const WORKER: &str = "self.addEventListener('install', (event) => event.waitUntil(
    fetch('http://serviceworker.example/', { mode: 'no-cors' }).catch(() => {})));";

const EXTENSION: &str = r#"{"manifest_version": 3, "name": "Leaks", "version": "1.0", "host_permissions": ["http://*/*"],
    "background": {"service_worker": "background.js"}}"#;

/// How often is looked whether something has come.
const LOOK: std::time::Duration = std::time::Duration::from_millis(50);

/// Hosts.
type Seen = Arc<Mutex<BTreeSet<String>>>;

/// What has to have been asked of the proxy, or the page did not do what this is about.
const EXPECTED: [&str; 11] = [
    "localhost",
    "image.example",
    "198.51.100.7",
    "[2001:db8::7]",
    "fetched.example",
    "socket.example",
    "198.51.100.10",
    "beacon.example",
    "dedicated.example",
    "serviceworker.example",
    "extension.example",
];

#[tokio::test]
async fn nothing_of_a_proxied_profile_goes_past_its_proxy() {
    if is_inside() {
        inside().await;
    } else {
        enter(NAME, &[]);
    }
}

async fn inside() {
    let watched = Watched::start();
    let (port, asked) = proxy().await;
    let profile = Profile::new();
    let home = profile.home.path().join("extensions");
    let unpacked = profile.home.path().join("unpacked");
    fs::create_dir_all(&unpacked).unwrap();
    fs::write(unpacked.join("manifest.json"), EXTENSION).unwrap();
    let background = "fetch('http://extension.example/').catch(() => {})";
    fs::write(unpacked.join("background.js"), background).unwrap();
    let extension = install(&unpacked, &home).unwrap();
    let leases = Leases::new(Rules {
        memory: 0,
        ..Rules::default()
    });
    let mut options = profile.real().await;
    // As it is for a person: with all that Chrome asks for by itself.
    options.quiet = false;
    let wanted = Wanted {
        profile: "anna".to_owned(),
        options,
        upstream: Some(Lead {
            proxy: ProxyId::from_bits(1),
            route: Route::from(Upstream {
                kind: UpstreamKind::Http,
                host: "127.0.0.1".to_owned(),
                port,
                login: None,
            }),
            notice: leases.notice(),
        }),
        extensions: Installed {
            extensions: vec![extension],
            ..Installed::default()
        },
        extensions_home: home,
    };
    let lease = leases.take(&Door, wanted, "a test").await.unwrap();
    let gateway = lease.browser().gateway(GatewayOptions::default()).await;
    let gateway = gateway.unwrap();
    let mut wire = Wire::connect(&gateway.url()).await;
    let (_, session) = wire.page("http://localhost/").await;
    tried_all(&mut wire, &session, &EXPECTED, &asked, &watched).await;
    asked.lock().unwrap().clear();
    let around = wire
        .ask(
            "Target.createBrowserContext",
            json!({ "proxyServer": "direct://" }),
            None,
        )
        .await;
    assert!(
        around["error"]["message"]
            .as_str()
            .is_some_and(|why| why.contains("the profile's proxy is the only way out")),
        "{around}"
    );
    let session = isolated(&mut wire).await;
    let (_, of_pages) = EXPECTED.split_last().unwrap();
    tried_all(&mut wire, &session, of_pages, &asked, &watched).await;
    soon("closing", gateway.close()).await;
    lease.give_back(GiveBack::Close, |_| {}).await;

    let seen = watched.all().await;
    assert!(seen.is_empty(), "went past the proxy: {seen:#?}");
}

/// Waits until the page has tried everything and the proxy was asked for all of it.
async fn tried_all(
    wire: &mut Wire,
    session: &str,
    expected: &[&str],
    asked: &Seen,
    watched: &Watched,
) {
    let mut look = tokio::time::interval(LOOK);
    let mut missing: Vec<&str> = Vec::new();
    let mut outcome = serde_json::Value::Null;
    let tried = async {
        loop {
            look.tick().await;
            outcome = wire.evaluate(session, "window.outcome").await;
            let asked = asked.lock().unwrap();
            missing = expected
                .iter()
                .copied()
                .filter(|host| !asked.contains(*host))
                .collect();
            if missing.is_empty() && outcome.is_string() {
                break;
            }
        }
    };
    let ended = tokio::time::timeout(PATIENCE, tried).await;
    assert!(
        ended.is_ok(),
        "the page did not try all of it: {outcome}, missing {missing:?}, asked {:?}, past the proxy {:?}",
        asked.lock().unwrap(),
        watched.so_far()
    );
    let outcome = outcome.as_str().unwrap();
    assert!(
        outcome.contains(r#""candidates":[]"#),
        "a page learns addresses of this machine: {outcome}"
    );
}

/// The same page in a context of its own.
async fn isolated(wire: &mut Wire) -> String {
    let made = wire
        .ask("Target.createBrowserContext", json!({}), None)
        .await;
    let made = wire
        .ask(
            "Target.createTarget",
            json!({ "url": "about:blank", "browserContextId": made["result"]["browserContextId"] }),
            None,
        )
        .await;
    let attached = wire
        .ask(
            "Target.attachToTarget",
            json!({ "targetId": made["result"]["targetId"], "flatten": true }),
            None,
        )
        .await;
    let session = attached["result"]["sessionId"].as_str().unwrap().to_owned();
    wire.ask(
        "Page.navigate",
        json!({ "url": "http://localhost/" }),
        Some(&session),
    )
    .await;
    session
}

/// A proxy that answers everything itself and remembers which hosts were asked for. It looks up nothing.
async fn proxy() -> (u16, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked: Seen = Arc::default();
    let remembered = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(answer(client, Arc::clone(&remembered)));
        }
    });
    (port, asked)
}

async fn answer(client: TcpStream, asked: Seen) -> Option<()> {
    let mut client = BufReader::new(client);
    let mut first = String::new();
    client.read_line(&mut first).await.ok()?;
    let mut line = String::new();
    while client.read_line(&mut line).await.ok()? > 2 {
        line.clear();
    }
    let mut words = first.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let place = target.strip_prefix("http://").unwrap_or(target);
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    let bare = host
        .rsplit_once(':')
        .filter(|(_, port)| !port.contains(']') && port.chars().all(|c| c.is_ascii_digit()));
    asked
        .lock()
        .unwrap()
        .insert(bare.map_or(host, |(bare, _)| bare).to_owned());
    if method == "CONNECT" {
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
        // Whatever it is, nobody is behind it.
        client.read_u8().await.ok()?;
        return None;
    }
    let (kind, body) = match (bare.map_or(host, |(bare, _)| bare), path) {
        ("localhost", "worker.js") => ("text/javascript", WORKER),
        ("localhost", "") => ("text/html", PAGE),
        _ => ("text/html", "<p>page</p>"),
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    client.write_all(head.as_bytes()).await.ok()?;
    client.write_all(body.as_bytes()).await.ok()
}
