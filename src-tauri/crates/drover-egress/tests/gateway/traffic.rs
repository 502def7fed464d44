//! Long and unusual traffic.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use drover_egress::{FailureKind, Gateway, Route, UpstreamKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{gateway, proxies};
use crate::support::client::{connect, end, get, get_through};
use crate::support::origin::{BIG, GREETING, Origin, head};
use crate::support::proxies::{Nobody, PASSWORD, Proxy, scripted, upstream, with_password};

/// Sends and reads back more than any buffer holds.
async fn echo(stream: TcpStream) {
    const SIZE: usize = 2 * 1024 * 1024;
    let (mut read, mut write) = stream.into_split();
    let sending = tokio::spawn(async move {
        write.write_all(&vec![7; SIZE]).await.unwrap();
        write // Kept, so that nothing is closed before all is back.
    });
    let mut back = vec![0; SIZE];
    read.read_exact(&mut back).await.unwrap();
    assert!(back.iter().all(|byte| *byte == 7));
    sending.await.unwrap();
}

#[tokio::test]
async fn web_sockets_pass_inside_tunnels_and_as_plain_requests() {
    for proxy in proxies() {
        let origin = Origin::start().await;
        let gateway = Gateway::open(with_password(proxy.upstream(), PASSWORD))
            .await
            .unwrap();
        let (_, inside) = connect(gateway.address(), &origin.address.to_string()).await;
        let plain = TcpStream::connect(gateway.address()).await.unwrap();
        for (mut stream, place) in [(inside, String::new()), (plain, origin.url(""))] {
            let request = format!(
                "GET {place}/socket HTTP/1.1\r\nHost: {}\r\nConnection: keep-alive, Upgrade\r\n\
                 Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n",
                origin.address
            );
            stream.write_all(request.as_bytes()).await.unwrap();
            let answer = head(&mut stream).await.unwrap().to_lowercase();
            assert!(
                answer.starts_with("http/1.1 101 ") && answer.contains("upgrade: websocket"),
                "{}: {answer}",
                proxy.kind
            );
            let mut early = [0; 8];
            stream.read_exact(&mut early).await.unwrap();
            assert_eq!(&early, b"welcome ", "what came with the answer is not lost");
            echo(stream).await;
        }
        let seen = origin.heads()[1].to_lowercase();
        assert!(
            seen.starts_with("get /socket http/1.1\r\n")
                && seen.contains("upgrade: websocket")
                && seen.contains("sec-websocket-key: x"),
            "{seen}"
        );
        assert_eq!(gateway.report().failures.len(), 0, "{}", proxy.kind);
    }
}

#[tokio::test]
async fn a_site_that_does_not_change_the_protocol_answers_as_usual() {
    let (proxy, origin) = (Proxy::tinyproxy(), Origin::start().await);
    let gateway = Gateway::open(with_password(proxy.upstream(), PASSWORD))
        .await
        .unwrap();
    let mut stream = TcpStream::connect(gateway.address()).await.unwrap();
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        origin.url("/")
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let answer = head(&mut stream).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let mut body = vec![0; GREETING.len()];
    stream.read_exact(&mut body).await.unwrap();
    assert_eq!(body, GREETING.as_bytes());
}

#[tokio::test]
async fn a_half_that_is_closed_leaves_the_other_open() {
    let site = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = site.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = site.accept().await.unwrap();
            let mut all = Vec::new();
            stream.read_to_end(&mut all).await.unwrap();
            all.reverse();
            stream.write_all(&all).await.unwrap();
        }
    });
    let proxy = scripted(move |mut stream| async move {
        head(&mut stream).await.unwrap();
        let mut onward = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        tokio::io::copy_bidirectional(&mut stream, &mut onward)
            .await
            .unwrap();
    })
    .await;
    let through = gateway(UpstreamKind::Http, proxy.port()).await;
    let nobody = Nobody::new();
    let mut past = Route::from(upstream(UpstreamKind::Http, nobody.port()));
    past.rules = "DIRECT *".parse().unwrap();
    let past = Gateway::open(past).await.unwrap();
    for gateway in [through, past] {
        let (_, mut stream) = connect(gateway.address(), &address.to_string()).await;
        stream.write_all(b"abc").await.unwrap();
        stream.shutdown().await.unwrap();
        assert_eq!(end(&mut stream).await, (b"cba".to_vec(), true));
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_the_sender_back() {
    /// More than the buffers of the kernel, which are a few megabytes for each of the two connections.
    const FAR_TOO_MUCH: u64 = 64 * 1024 * 1024;
    let written = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&written);
    let proxy = scripted(move |mut stream| {
        let counter = Arc::clone(&counter);
        async move {
            let asked = head(&mut stream).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let part = vec![1; 64 * 1024];
            let endless = asked.contains("endless");
            let mut left = 2 * FAR_TOO_MUCH;
            while left > 0 && stream.write_all(&part).await.is_ok() {
                left -= part.len() as u64;
                if endless {
                    counter.fetch_add(part.len() as u64, Ordering::Relaxed);
                }
            }
        }
    })
    .await;
    let gateway = gateway(UpstreamKind::Http, proxy.port()).await;
    let (_, unread) = connect(gateway.address(), "endless.invalid:443").await;
    // By the time that this one is through, the other could have been too.
    let (_, mut other) = connect(gateway.address(), "other.invalid:443").await;
    let mut sink = tokio::io::sink();
    let count = tokio::io::copy(&mut other, &mut sink).await.unwrap();
    assert_eq!(count, 2 * FAR_TOO_MUCH);
    let held = written.load(Ordering::Relaxed);
    assert!(held < FAR_TOO_MUCH, "{held} bytes were taken in");
    drop(unread);
}

#[tokio::test]
async fn a_proxy_that_dies_in_a_download_never_leaves_a_part_for_the_whole() {
    let head_of = |kind: &str| format!("HTTP/1.1 200 OK\r\n{kind}\r\n\r\n");
    for (kind, part) in [
        ("Content-Length: 1000", "part"),
        ("Transfer-Encoding: chunked", "4\r\npart\r\n"),
    ] {
        let answer = head_of(kind) + part;
        let proxy = scripted(move |mut stream| {
            let answer = answer.clone();
            async move {
                head(&mut stream).await.unwrap();
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        })
        .await;
        let gateway = gateway(UpstreamKind::Http, proxy.port()).await;
        let text = get(gateway.address(), "http://name.invalid/").await;
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            !body.ends_with("0\r\n\r\n") && body.len() < 100,
            "{kind}: {text}"
        );
        assert_eq!(gateway.report().failures[&FailureKind::Broken], 1, "{kind}");
    }
}

#[tokio::test]
async fn a_reset_stays_a_reset() {
    let proxy = scripted(|mut stream| async move {
        head(&mut stream).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\n\r\npart")
            .await
            .unwrap();
        // The client has it all before the end.
        stream.read_u8().await.unwrap();
        stream.set_zero_linger().unwrap();
    })
    .await;
    let gateway = gateway(UpstreamKind::Http, proxy.port()).await;
    let (_, mut tunnel) = connect(gateway.address(), "name.invalid:443").await;
    let mut part = [0; 4];
    tunnel.read_exact(&mut part).await.unwrap();
    tunnel.write_all(b"!").await.unwrap();
    assert_eq!(
        end(&mut tunnel).await,
        (Vec::new(), false),
        "an answer without a length would seem whole"
    );
}

#[tokio::test]
async fn bytes_are_counted_for_each_host() {
    let (proxy, origin) = (Proxy::tinyproxy(), Origin::start().await);
    let gateway = Gateway::open(with_password(proxy.upstream(), PASSWORD))
        .await
        .unwrap();
    get_through(gateway.address(), origin.address, "/big").await;
    let named = format!("http://LOCALHOST:{}/", origin.address.port());
    assert!(get(gateway.address(), &named).await.ends_with(GREETING));
    let nobody = Nobody::new();
    let target = format!("127.0.0.1:{}", nobody.port());
    let (answer, _) = connect(gateway.address(), &target).await;
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");

    let report = gateway.report();
    let hosts: Vec<&str> = report.hosts.iter().map(|host| host.host.as_str()).collect();
    assert_eq!(hosts, ["127.0.0.1", "localhost"], "the most bytes first");
    let [large, small] = [&report.hosts[0].traffic, &report.hosts[1].traffic];
    assert_eq!((large.connections, small.connections), (2, 1));
    assert!(large.bytes_down > BIG as u64 && small.bytes_down < 10_000);
    assert_eq!(large.failures[&FailureKind::Refused], 1);
    assert!(small.failures.is_empty());
    assert_eq!(large.bytes_up + small.bytes_up, report.bytes_up);
    assert_eq!(large.bytes_down + small.bytes_down, report.bytes_down);
    assert_eq!(report.others, drover_egress::Traffic::default());
}

/// Far more than is carried before the bytes stay in the kernel, and no multiple of any buffer.
pub(crate) const LONG: usize = 48 * 1024 * 1024 + 4_321;

/// A byte that differs from those around it, also a whole buffer away.
fn pattern(at: usize) -> u8 {
    u8::try_from((at ^ (at >> 9) ^ (at >> 17)) & 0xff).unwrap()
}

/// A site that sends the pattern, or takes it and says whether it was that.
pub(crate) async fn long_site() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let wish = stream.read_u8().await.unwrap();
                if wish == b'd' {
                    let all: Vec<u8> = (0..LONG).map(pattern).collect();
                    stream.write_all(&all).await.ok(); // The proxy may have been ended.
                } else {
                    let mut all = vec![0; LONG];
                    stream.read_exact(&mut all).await.unwrap();
                    let right = all
                        .iter()
                        .enumerate()
                        .all(|(at, byte)| *byte == pattern(at));
                    stream.write_u8(u8::from(right)).await.unwrap();
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn long_transfers_arrive_as_they_were_sent_and_are_counted() {
    let site = long_site().await;
    for proxy in proxies() {
        let gateway = Gateway::open(with_password(proxy.upstream(), PASSWORD))
            .await
            .unwrap();
        let (_, mut down) = connect(gateway.address(), &site.to_string()).await;
        down.write_u8(b'd').await.unwrap();
        let (bytes, regular) = end(&mut down).await;
        assert_eq!((bytes.len(), regular), (LONG, true), "{}", proxy.program);
        let wrong = bytes
            .iter()
            .enumerate()
            .find(|(at, byte)| **byte != pattern(*at));
        assert_eq!(wrong, None, "{}", proxy.program);

        let (_, mut up) = connect(gateway.address(), &site.to_string()).await;
        let all: Vec<u8> = std::iter::once(b'u')
            .chain((0..LONG).map(pattern))
            .collect();
        up.write_all(&all).await.unwrap();
        assert_eq!(end(&mut up).await, (vec![1], true), "{}", proxy.program);
        let report = gateway.report();
        assert!(report.bytes_down > LONG as u64 && report.bytes_up > LONG as u64);
        assert!(report.bytes_down < 2 * LONG as u64, "{report:?}");
        assert_eq!(report.failures.len(), 0, "{report:?}");
    }
}

#[tokio::test]
async fn a_real_proxy_that_dies_in_the_middle_leaves_a_part_and_no_way_out() {
    let site = long_site().await;
    for proxy in proxies() {
        let program = proxy.program;
        let gateway = Gateway::open(with_password(proxy.upstream(), PASSWORD))
            .await
            .unwrap();
        let (_, mut down) = connect(gateway.address(), &site.to_string()).await;
        down.write_u8(b'd').await.unwrap();
        let mut first = vec![0; 4 * 1024 * 1024];
        down.read_exact(&mut first).await.unwrap();
        drop(proxy);
        let (rest, _) = end(&mut down).await;
        assert!(first.len() + rest.len() < LONG, "{program}");
        let (answer, _) = connect(gateway.address(), &site.to_string()).await;
        assert!(answer.starts_with("HTTP/1.1 502 "), "{program}: {answer}");
    }
}
