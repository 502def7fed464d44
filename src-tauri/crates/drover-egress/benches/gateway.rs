//! What the gateway costs: throughput and latency directly, through a proxy alone, and through gateway and proxy, on
//! the loopback address. Prints a JSON line for each measure.
//!
//! `cargo bench -p drover-egress --bench gateway -- [--quick]`
#![expect(clippy::unwrap_used, reason = "a benchmark fails by it")]
#![expect(clippy::print_stdout, reason = "the results are its output")]

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/support/proxies.rs"]
mod proxies;

use std::net::SocketAddr;
use std::time::Instant;

use drover_egress::{Gateway, Route, UpstreamKind};
use proxies::{Nobody, PASSWORD, Proxy, USER, upstream, with_password};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_socks::tcp::Socks5Stream;

const MIB: u64 = 1024 * 1024;
const BUFFER: usize = 256 * 1024;

/// How much is done.
struct Load {
    bytes: u64,
    rounds: usize,
    pings: usize,
    connections: usize,
}

/// How the client reaches the site.
enum Way {
    Direct,
    /// The client speaks to the proxy itself.
    Proxy(Proxy),
    /// The client speaks to the gateway.
    Gateway(Gateway),
}

#[tokio::main]
async fn main() {
    // Cargo adds `--bench` of its own.
    let quick = std::env::args().any(|argument| argument == "--quick");
    let load = if quick {
        Load {
            bytes: 256 * MIB,
            rounds: 3,
            pings: 500,
            connections: 100,
        }
    } else {
        Load {
            bytes: 2048 * MIB,
            rounds: 5,
            pings: 5_000,
            connections: 1_000,
        }
    };
    let site = site().await;
    let nobody = Nobody::new();
    let mut past = Route::from(upstream(UpstreamKind::Http, nobody.port()));
    past.rules = "DIRECT *".parse().unwrap();
    let mut groups = vec![(
        "none",
        vec![
            ("direct", Way::Direct),
            ("gateway", Way::Gateway(Gateway::open(past).await.unwrap())),
        ],
    )];
    let mut behind_gateways = Vec::new();
    for start in [Proxy::tinyproxy, Proxy::squid, Proxy::microsocks] {
        let (alone, behind) = (start(), start());
        let gateway = Gateway::open(with_password(behind.upstream(), PASSWORD))
            .await
            .unwrap();
        let program = alone.program;
        groups.push((
            program,
            vec![
                ("proxy", Way::Proxy(alone)),
                ("gateway", Way::Gateway(gateway)),
            ],
        ));
        behind_gateways.push(behind);
    }
    for (proxy, ways) in &groups {
        compare(proxy, ways, site, &load).await;
    }
    drop(behind_gateways); // They have to live as long as their gateways.
}

/// Measures the ways of one group in turns, so that what else the machine does hits all of them.
async fn compare(proxy: &str, ways: &[(&str, Way)], site: SocketAddr, load: &Load) {
    for measure in ["download", "upload", "round_trip", "connection"] {
        let mut results: Vec<Vec<f64>> = vec![Vec::new(); ways.len()];
        for _ in 0..load.rounds {
            for ((_, way), results) in ways.iter().zip(&mut results) {
                results.push(match measure {
                    "download" => download(way, site, load.bytes).await,
                    "upload" => upload(way, site, load.bytes).await,
                    "round_trip" => round_trip(way, site, load.pings).await,
                    _ => connection(way, site, load.connections).await,
                });
            }
        }
        let medians: Vec<f64> = results.into_iter().map(median).collect();
        let rate = matches!(measure, "download" | "upload");
        for ((name, _), value) in ways.iter().zip(&medians) {
            let unit = if rate { "MiB/s" } else { "µs" };
            let line = json!({ "measure": measure, "proxy": proxy, "way": name, "value": value, "unit": unit });
            println!("{line}");
        }
        let (without, with) = (medians[0], medians[1]);
        let line = if rate {
            json!({ "measure": format!("{measure}_share"), "proxy": proxy, "value": 100.0 * with / without, "unit": "%" })
        } else {
            json!({ "measure": format!("{measure}_added"), "proxy": proxy, "value": with - without, "unit": "µs" })
        };
        println!("{line}");
    }
}

/// A site that sends, takes or echoes, as the first byte of a connection says.
async fn site() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream));
        }
    });
    address
}

async fn serve(mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let Ok(wish) = stream.read_u8().await else {
        return;
    };
    match wish {
        b'd' => {
            let mut left = stream.read_u64().await.unwrap();
            let part = vec![1; BUFFER];
            while left > 0 {
                let count = part.len().min(usize::try_from(left).unwrap());
                stream.write_all(&part[..count]).await.unwrap();
                left -= count as u64;
            }
        }
        b'u' => {
            let length = stream.read_u64().await.unwrap();
            take(&mut stream, length).await;
            stream.write_u8(1).await.unwrap();
        }
        _ => {
            let (mut read, mut write) = stream.split();
            tokio::io::copy(&mut read, &mut write).await.ok();
        }
    }
}

async fn take(stream: &mut TcpStream, length: u64) {
    let mut part = vec![0; BUFFER];
    let mut left = length;
    while left > 0 {
        let count = stream.read(&mut part).await.unwrap();
        assert_ne!(count, 0, "the connection ended early");
        left -= count as u64;
    }
}

/// A connection to the site.
async fn connect(way: &Way, site: SocketAddr) -> TcpStream {
    let stream = match way {
        Way::Direct => TcpStream::connect(site).await.unwrap(),
        Way::Proxy(proxy) if proxy.kind == UpstreamKind::Socks5 => {
            let address = ("127.0.0.1", proxy.port);
            Socks5Stream::connect_with_password(address, site, USER, PASSWORD)
                .await
                .unwrap()
                .into_inner()
        }
        Way::Proxy(proxy) => tunnel(([127, 0, 0, 1], proxy.port).into(), site).await,
        Way::Gateway(gateway) => tunnel(gateway.address(), site).await,
    };
    stream.set_nodelay(true).unwrap();
    stream
}

async fn tunnel(proxy: SocketAddr, site: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(proxy).await.unwrap();
    // `shop-a:canary-4f1c`; the gateway takes it away.
    let request = format!(
        "CONNECT {site} HTTP/1.1\r\nHost: {site}\r\nProxy-Authorization: Basic c2hvcC1hOmNhbmFyeS00ZjFj\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        assert_ne!(stream.read_buf(&mut head).await.unwrap(), 0);
    }
    assert_eq!(&head[9..12], b"200");
    stream
}

#[expect(clippy::cast_precision_loss, reason = "a rate needs no more digits")]
fn rate(bytes: u64, start: Instant) -> f64 {
    bytes as f64 / MIB as f64 / start.elapsed().as_secs_f64()
}

async fn download(way: &Way, site: SocketAddr, bytes: u64) -> f64 {
    let mut stream = connect(way, site).await;
    let start = Instant::now();
    stream.write_u8(b'd').await.unwrap();
    stream.write_u64(bytes).await.unwrap();
    take(&mut stream, bytes).await;
    rate(bytes, start)
}

async fn upload(way: &Way, site: SocketAddr, bytes: u64) -> f64 {
    let mut stream = connect(way, site).await;
    let start = Instant::now();
    stream.write_u8(b'u').await.unwrap();
    stream.write_u64(bytes).await.unwrap();
    let part = vec![1; BUFFER];
    for _ in 0..bytes / BUFFER as u64 {
        stream.write_all(&part).await.unwrap();
    }
    stream.read_u8().await.unwrap();
    rate(bytes, start)
}

/// The median time of a small message there and back on one connection, in µs.
async fn round_trip(way: &Way, site: SocketAddr, count: usize) -> f64 {
    let mut stream = connect(way, site).await;
    stream.write_u8(b'e').await.unwrap();
    let mut message = [7; 64];
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        stream.write_all(&message).await.unwrap();
        stream.read_exact(&mut message).await.unwrap();
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    median(times)
}

/// The median time until a new connection has brought a first byte there and back, in µs.
async fn connection(way: &Way, site: SocketAddr, count: usize) -> f64 {
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        let mut stream = connect(way, site).await;
        stream.write_all(b"e!").await.unwrap();
        stream.read_u8().await.unwrap();
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    median(times)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
