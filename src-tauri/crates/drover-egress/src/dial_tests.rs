//! What needs a route of its own making: a certificate of the test, and a deadline that passes soon.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use std::time::Duration;

use super::*;
use crate::{FailureKind, Gateway};

fn route(kind: UpstreamKind, port: u16) -> Route {
    let login = Login {
        user: "user".into(),
        password: "canary-4f1c".into(),
    };
    let upstream = Upstream {
        kind,
        host: "localhost".into(),
        port,
        login: Some(login),
    };
    Route::from(upstream)
}

fn dialer(route: Route, tls: Option<Arc<ClientConfig>>) -> Dialer {
    Dialer::with_tls(route, Arc::default(), tls)
}

async fn tunnel(dialer: &Dialer) -> Result<Wire> {
    dialer.tunnel(&target(), &Arc::default()).await
}

/// A proxy inside TLS that checks the login and then plays the destination itself: it echoes.
async fn tls_proxy() -> (u16, Arc<ClientConfig>) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("localhost:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (tcp, _) = listener.accept().await.unwrap();
            let Ok(mut tls) = acceptor.accept(tcp).await else {
                continue; // A client that does not trust the certificate.
            };
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(tls.read_u8().await.unwrap());
            }
            let head = String::from_utf8(head).unwrap();
            // `user:canary-4f1c`
            let known = head.contains("Basic dXNlcjpjYW5hcnktNGYxYw==")
                && head.starts_with("CONNECT name.invalid:443 ");
            let answer: &[u8] = if known {
                b"HTTP/1.1 200 OK\r\n\r\nearly "
            } else {
                b"HTTP/1.1 407 No\r\n\r\n"
            };
            tls.write_all(answer).await.unwrap();
            let (mut read, mut write) = tokio::io::split(tls);
            tokio::io::copy(&mut read, &mut write).await.ok();
        }
    });
    (port, config_with(roots))
}

fn config_with(roots: RootCertStore) -> Arc<ClientConfig> {
    tls::with_roots(roots)
}

fn target() -> Target {
    Target {
        host: "name.invalid".into(),
        port: 443,
    }
}

#[tokio::test]
async fn a_proxy_inside_tls_gets_the_login_and_carries_bytes() {
    let (port, tls) = tls_proxy().await;
    let dialer = dialer(route(UpstreamKind::Https, port), Some(tls));
    let mut wire = tunnel(&dialer).await.unwrap();
    wire.write_all(b"ping").await.unwrap();
    let mut answer = [0; 10];
    wire.read_exact(&mut answer).await.unwrap();
    assert_eq!(
        &answer, b"early ping",
        "bytes that came with the answer are not lost"
    );
}

#[tokio::test]
async fn a_proxy_inside_tls_may_hang_up_without_a_farewell() {
    let (port, tls) = tls_proxy().await;
    let dialer = dialer(route(UpstreamKind::Https, port), Some(tls));
    let mut wire = tunnel(&dialer).await.unwrap();
    wire.write_all(b"ping").await.unwrap();
    wire.shutdown().await.unwrap();
    let mut all = Vec::new();
    wire.read_to_end(&mut all).await.unwrap();
    assert_eq!(all, b"early ping", "the end is regular");
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_ends_it_before_the_login_is_sent() {
    let (port, _) = tls_proxy().await;
    let CertifiedKey { cert, .. } = generate_simple_self_signed(["another".to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let dialer = dialer(route(UpstreamKind::Https, port), Some(config_with(roots)));
    let error = tunnel(&dialer).await.err().unwrap();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
}

#[tokio::test]
async fn a_proxy_that_is_slow_is_given_up() {
    for kind in [
        UpstreamKind::Http,
        UpstreamKind::Socks4,
        UpstreamKind::Socks5,
    ] {
        // The queue of the listener takes the connection, and nobody ever answers.
        let silent = TcpListener::bind("localhost:0").await.unwrap();
        let port = silent.local_addr().unwrap().port();
        let mut route = route(kind, port);
        route.patience.connect = Duration::from_millis(300);
        let dialer = dialer(route, None);
        let error = tunnel(&dialer).await.err().unwrap();
        assert_eq!(error.kind(), FailureKind::TimedOut, "{kind}: {error:?}");

        let gateway = Gateway::with_dialer(dialer).await.unwrap();
        let mut client = TcpStream::connect(gateway.address()).await.unwrap();
        client
            .write_all(b"CONNECT name.invalid:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 502 ") && answer.contains("did not answer in time"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_login_is_shown_nowhere() {
    let dialer = dialer(route(UpstreamKind::Http, 1), None);
    let shown = format!(
        "{:?} {} {:?}",
        dialer.route,
        dialer.route.upstream,
        dialer.authorization()
    );
    assert!(
        !shown.contains("canary") && !shown.contains("dXNlcjp"),
        "{shown}"
    );
}
