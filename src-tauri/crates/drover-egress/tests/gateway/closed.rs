//! Fail closed: whatever a proxy does, the destination is never reached from here.

use std::net::Ipv4Addr;
use std::time::Duration;

use drover_egress::{FailureKind, Gateway, Login, Report, Route, UpstreamKind};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

use crate::support::client::{connect, end};
use crate::support::origin::Origin;
use crate::support::proxies::{PASSWORD, USER, upstream};
use crate::support::script::{HELLO, Manner, proxy};

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

fn expected(kind: UpstreamKind, auth: Auth, manner: Option<Manner>) -> Expected {
    use Expected::{Fails, Part, Whole};
    match (manner, auth) {
        (None, _) => Fails(FailureKind::Unreachable),
        (Some(Manner::Stalls), _) => Fails(FailureKind::TimedOut),
        // None of them speaks TLS, so a login is never sent to them. Two wait for the end of a request.
        (Some(Manner::Works | Manner::DiesMidway), _) if kind == UpstreamKind::Https => {
            Fails(FailureKind::TimedOut)
        }
        (Some(_), _) if kind == UpstreamKind::Https => Fails(FailureKind::Unreachable),
        (Some(Manner::Resets), _) => Fails(FailureKind::Broken),
        (Some(Manner::Lies), _) => Fails(FailureKind::Garbled),
        (Some(_), Auth::Wrong | Auth::Absent) => Fails(FailureKind::Login),
        (Some(Manner::Works), _) => Whole,
        (Some(Manner::DiesMidway), _) => Part,
    }
}

/// The gateway, and the port that nobody listens on, if that is what it leads to.
async fn open(
    kind: UpstreamKind,
    auth: Auth,
    manner: Option<Manner>,
) -> (Gateway, Option<TcpSocket>) {
    let (port, dead) = if let Some(manner) = manner {
        let address = proxy(kind, auth != Auth::NotWanted, manner).await;
        (address.port(), None)
    } else {
        // Taken, so that none of the many others gets it.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        (socket.local_addr().unwrap().port(), Some(socket))
    };
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
    let mut route = Route::from(upstream);
    if expected(kind, auth, manner) == Expected::Fails(FailureKind::TimedOut) {
        route.patience.connect = Duration::from_millis(300);
        route.patience.answer = Duration::from_millis(300);
    }
    (Gateway::open(route).await.unwrap(), dead)
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
    let canary = Origin::start().await;
    // A name that this machine would resolve, to where the canary listens.
    let targets = [
        canary.address.to_string(),
        format!("localhost:{}", canary.address.port()),
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
                        let expected = expected(kind, auth, manner);
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
}
