//! Fail closed: whatever a proxy does, the destination is never reached from here, and its name is never looked up.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use drover_egress::{FailureKind, Gateway, Login, Report, Route, UpstreamKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::client::{connect, end};
use crate::support::network::{Watched, enter, is_inside};
use crate::support::origin::Origin;
use crate::support::proxies::{Nobody, PASSWORD, USER, scripted, upstream};
use crate::support::script::{HELLO, Manner, proxy};
use crate::support::tls::Certificate;

const MATRIX: &str = "closed::no_kind_with_any_login_in_any_manner_lets_anything_out";

const KINDS: [UpstreamKind; 4] = [
    UpstreamKind::Http,
    UpstreamKind::Https,
    UpstreamKind::Socks4,
    UpstreamKind::Socks5,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Auth {
    NotWanted,
    Right,
    Wrong,
    Absent,
}

const AUTHS: [Auth; 4] = [Auth::NotWanted, Auth::Right, Auth::Wrong, Auth::Absent];

/// `None` for a proxy that is not there at all.
const MANNERS: [Option<Manner>; 6] = [
    None,
    Some(Manner::Works),
    Some(Manner::Resets),
    Some(Manner::Stalls),
    Some(Manner::Lies),
    Some(Manner::DiesMidway),
];

/// What has to come out: an answer of the proxy, whole or cut, or a failure of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Whole,
    Part,
    Fails(FailureKind),
}

fn expected(auth: Auth, manner: Option<Manner>) -> Expected {
    use Expected::{Fails, Part, Whole};
    match (manner, auth) {
        (None, _) => Fails(FailureKind::Unreachable),
        (Some(Manner::Stalls), _) => Fails(FailureKind::TimedOut),
        (Some(Manner::Resets), _) => Fails(FailureKind::Broken),
        (Some(Manner::Lies), _) => Fails(FailureKind::Garbled),
        (Some(_), Auth::Wrong | Auth::Absent) => Fails(FailureKind::Login),
        (Some(Manner::Works), _) => Whole,
        (Some(Manner::DiesMidway), _) => Part,
    }
}

/// The gateway, and the port that nobody listens on, if that is what it leads to.
async fn open(kind: UpstreamKind, auth: Auth, manner: Option<Manner>) -> (Gateway, Option<Nobody>) {
    let (port, dead) = if let Some(manner) = manner {
        let address = proxy(kind, auth != Auth::NotWanted, manner).await;
        (address.port(), None)
    } else {
        let nobody = Nobody::new();
        (nobody.port(), Some(nobody))
    };
    let mut route = route(kind, auth, port);
    if expected(auth, manner) == Expected::Fails(FailureKind::TimedOut) {
        soon_over(&mut route);
    }
    (Gateway::open(route).await.unwrap(), dead)
}

/// Nobody answers, so it may be given up soon.
fn soon_over(route: &mut Route) {
    route.patience.connect = Duration::from_millis(300);
    route.patience.answer = Duration::from_millis(300);
}

fn route(kind: UpstreamKind, auth: Auth, port: u16) -> Route {
    let mut upstream = upstream(kind, port);
    let login = |user: &str, password: &str| Login {
        user: user.into(),
        password: password.into(),
    };
    upstream.login = match auth {
        Auth::NotWanted | Auth::Absent => None,
        Auth::Right => Some(login(USER, PASSWORD)),
        // SOCKS 4 has only the user to get wrong.
        Auth::Wrong if kind == UpstreamKind::Socks4 => Some(login("canary-user", "")),
        Auth::Wrong => Some(login(USER, "canary-wrong")),
    };
    Route::from(upstream)
}

/// One request for a whole address; everything that came, and whether it ended regularly.
async fn plain(gateway: &Gateway, target: &str) -> (String, bool) {
    let mut stream = TcpStream::connect(gateway.address()).await.unwrap();
    let request =
        format!("GET http://{target}/ HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let (bytes, regular) = end(&mut stream).await;
    (String::from_utf8(bytes).unwrap(), regular)
}

async fn tunnelled(gateway: &Gateway, target: &str) -> (String, bool) {
    let (mut head, mut stream) = connect(gateway.address(), target).await;
    if head.starts_with("HTTP/1.1 200 ") {
        head.clear();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .ok();
    } else {
        // The connection stays open for another request.
        stream.shutdown().await.ok();
    }
    let (bytes, regular) = end(&mut stream).await;
    (head + &String::from_utf8(bytes).unwrap(), regular)
}

fn judge(cell: &str, expected: Expected, answer: &str, tunnel: Option<bool>) {
    match expected {
        Expected::Whole => assert!(answer.ends_with(HELLO), "{cell}: {answer}"),
        Expected::Part => {
            let lower = answer.to_lowercase();
            let promised = lower.contains("content-length: 1000");
            // A reset may take along what was on its way.
            let cut = answer.is_empty() || (promised && answer.len() < 1000);
            assert!(
                cut || answer.starts_with("HTTP/1.1 502 "),
                "{cell}: {answer}"
            );
            assert_ne!(
                tunnel,
                Some(true),
                "{cell}: the tunnel ended as if it were whole"
            );
        }
        Expected::Fails(_) => assert!(
            answer.starts_with("HTTP/1.1 502 ") && answer.contains("Drover: "),
            "{cell}: {answer}"
        ),
    }
    assert!(
        !answer.contains("canary"),
        "{cell}: a login is shown: {answer}"
    );
}

fn count(cell: &str, expected: Expected, report: &Report) {
    match expected {
        Expected::Whole => assert!(report.failures.is_empty(), "{cell}: {report:?}"),
        // The tunnel may count nothing: who cut it cannot be told apart.
        Expected::Part => assert!(report.failures.len() <= 1, "{cell}: {report:?}"),
        Expected::Fails(kind) => {
            let found: Vec<_> = report
                .failures
                .iter()
                .map(|(kind, n)| (*kind, *n))
                .collect();
            assert_eq!(found, [(kind, 2)], "{cell}: {report:?}");
        }
    }
    assert!(
        !format!("{report:?}").contains("canary"),
        "{cell}: {report:?}"
    );
}

#[tokio::test]
async fn no_kind_with_any_login_in_any_manner_lets_anything_out() {
    if is_inside() {
        return matrix().await;
    }
    let folder = tempfile::tempdir().unwrap();
    let certificate = Certificate::make(folder.path());
    enter(MATRIX, &[certificate.variable()]);
}

/// In a network in which every packet is seen, with a system that trusts the proxies' certificate.
async fn matrix() {
    let watched = Watched::start();
    let canary = Origin::start().await;
    let port = canary.address.port();
    let targets = [
        canary.address.to_string(),
        // A name that this machine would resolve by itself, to where the canary listens.
        format!("localhost:{port}"),
        // One that it would ask a name server for, and an address that is far away.
        format!("watched.example:{port}"),
        format!("198.51.100.7:{port}"),
    ];
    let mut cells = Vec::new();
    for kind in KINDS {
        for auth in AUTHS {
            for manner in MANNERS {
                let targets = targets.clone();
                cells.push(tokio::spawn(async move {
                    for target in targets {
                        let cell = format!("{kind}, {auth:?}, {manner:?}, {target}");
                        let (gateway, _dead) = open(kind, auth, manner).await;
                        let expected = expected(auth, manner);
                        let (answer, _) = plain(&gateway, &target).await;
                        judge(&format!("{cell}, plain"), expected, &answer, None);
                        let (answer, regular) = tunnelled(&gateway, &target).await;
                        judge(&format!("{cell}, tunnel"), expected, &answer, Some(regular));
                        count(&cell, expected, &gateway.report());
                    }
                }));
            }
        }
    }
    assert_eq!(cells.len(), 96);
    for cell in cells {
        cell.await.unwrap();
    }
    assert_eq!(
        canary.heads(),
        Vec::<String>::new(),
        "something went around the proxy"
    );
    assert_eq!(
        watched.all().await,
        BTreeSet::new(),
        "a name was looked up, or something was sent far away"
    );
}

#[tokio::test]
async fn the_watcher_sees_who_looks_up_a_name_or_goes_far_away() {
    if !is_inside() {
        return enter(
            "closed::the_watcher_sees_who_looks_up_a_name_or_goes_far_away",
            &[],
        );
    }
    let watched = Watched::start();
    let mut past = route(UpstreamKind::Http, Auth::NotWanted, Nobody::new().port());
    past.rules = "DIRECT *".parse().unwrap();
    soon_over(&mut past);
    let gateway = Gateway::open(past).await.unwrap();
    for target in ["watched.example:80", "198.51.100.7:80"] {
        let (answer, _) = plain(&gateway, target).await;
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    }
    let seen = watched.all().await;
    let expected = ["tcp to 198.51.100.7:80", "udp to 198.51.100.53:53"];
    assert!(expected.iter().all(|one| seen.contains(*one)), "{seen:?}");
}

#[tokio::test]
async fn what_is_meant_to_speak_tls_and_does_not_never_gets_the_login() {
    let canary = Origin::start().await;
    for (manner, kind) in [
        // Two wait for the end of a request, which never comes.
        (Manner::Works, FailureKind::TimedOut),
        (Manner::DiesMidway, FailureKind::TimedOut),
        (Manner::Stalls, FailureKind::TimedOut),
        (Manner::Resets, FailureKind::Unreachable),
        (Manner::Lies, FailureKind::Unreachable),
    ] {
        for auth in AUTHS {
            let cell = format!("{auth:?}, {manner:?}");
            let without = proxy(UpstreamKind::Http, auth != Auth::NotWanted, manner).await;
            let (address, taken) = listened_to(without).await;
            let mut route = route(UpstreamKind::Https, auth, address.port());
            if kind == FailureKind::TimedOut {
                soon_over(&mut route);
            }
            let gateway = Gateway::open(route).await.unwrap();
            let target = canary.address.to_string();
            let (answer, _) = plain(&gateway, &target).await;
            judge(&cell, Expected::Fails(kind), &answer, None);
            let (answer, regular) = tunnelled(&gateway, &target).await;
            judge(&cell, Expected::Fails(kind), &answer, Some(regular));
            count(&cell, Expected::Fails(kind), &gateway.report());
            let taken = taken.lock().unwrap().clone();
            // A record of TLS with a greeting (RFC 8446, section 5.1).
            assert!(taken.starts_with(&[22, 3]), "{cell}: {taken:?}");
            let text = String::from_utf8_lossy(&taken);
            assert!(
                !text.contains("canary") && !text.contains("Basic "),
                "{cell}: {text}"
            );
        }
    }
    assert_eq!(canary.heads(), Vec::<String>::new());
}

/// A way to the proxy on which everything that is sent there is kept.
async fn listened_to(proxy: std::net::SocketAddr) -> (std::net::SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let taken: Arc<Mutex<Vec<u8>>> = Arc::default();
    let kept = Arc::clone(&taken);
    let address = scripted(move |mut client| {
        let kept = Arc::clone(&kept);
        async move {
            let mut proxy = TcpStream::connect(proxy).await.unwrap();
            let (mut from_client, mut to_client) = client.split();
            let (mut from_proxy, mut to_proxy) = proxy.split();
            let up = async {
                let mut part = vec![0; 4096];
                while let Ok(length @ 1..) = from_client.read(&mut part).await {
                    kept.lock().unwrap().extend(&part[..length]);
                    if to_proxy.write_all(&part[..length]).await.is_err() {
                        break;
                    }
                }
            };
            let down = tokio::io::copy(&mut from_proxy, &mut to_client);
            tokio::select! {
                () = up => {}
                _ = down => {}
            }
        }
    })
    .await;
    (address, taken)
}
