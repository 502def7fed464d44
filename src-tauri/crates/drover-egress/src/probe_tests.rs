//! What needs a certificate of the test: an address echo inside TLS, and links that lead out of it.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;

/// An HTTP proxy that plays the echo service inside its tunnels.
async fn echo_behind_a_proxy() -> (u16, Arc<ClientConfig>) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["echo.invalid".to_owned()]).unwrap();
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
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut tcp, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(tcp.read_u8().await.unwrap());
                }
                assert!(head.starts_with(b"CONNECT echo.invalid:443 "));
                tcp.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                let Ok(mut tls) = acceptor.accept(tcp).await else {
                    return; // A client that does not trust the certificate.
                };
                head.clear();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(tls.read_u8().await.unwrap());
                }
                assert!(head.starts_with(b"GET /ip HTTP/1.1\r\n"));
                tls.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n203.0.113.7")
                    .await
                    .unwrap();
                tls.read_u8().await.ok(); // Until the client has it.
            });
        }
    });
    (port, tls::with_roots(roots))
}

fn dialer(port: u16) -> Dialer {
    let upstream = Upstream {
        kind: UpstreamKind::Http,
        host: "127.0.0.1".into(),
        port,
        login: None,
    };
    Dialer::with_tls(upstream.into(), Arc::default(), None)
}

#[tokio::test]
async fn an_echo_inside_tls_is_asked_through_a_tunnel() {
    let (port, config) = echo_behind_a_proxy().await;
    let url = Url::new("https://echo.invalid/ip").unwrap();
    let health = probe_with(&dialer(port), &url, Some(config)).await.unwrap();
    assert_eq!(health.exit.to_string(), "203.0.113.7");
}

#[tokio::test]
async fn a_proxy_that_puts_itself_into_tls_is_noticed() {
    let (port, _) = echo_behind_a_proxy().await;
    let (_, others) = echo_behind_a_proxy().await;
    let url = Url::new("https://echo.invalid/ip").unwrap();
    let error = probe_with(&dialer(port), &url, Some(others))
        .await
        .unwrap_err();
    assert!(
        matches!(error, ProbeError::Echo(FetchError::Tls(_))),
        "{error:?}"
    );
    assert!(error.hint().contains("must not be used"));
}

#[test]
fn addresses_are_found_in_the_usual_answers() {
    for (text, expected) in [
        (" 203.0.113.7\n", Some("203.0.113.7")),
        ("2001:db8::7", Some("2001:db8::7")),
        (r#"{"ip":"203.0.113.7","city":"x"}"#, Some("203.0.113.7")),
        (r#"{"origin":"10.0.0.1, 203.0.113.7"}"#, Some("203.0.113.7")),
        (r#"{"query":"2001:db8::7"}"#, Some("2001:db8::7")),
        (r#"{"ip":7}"#, None),
        (r#"{"address":"203.0.113.7"}"#, None),
        ("<html>203.0.113.7</html>", None),
        ("", None),
    ] {
        let found = address(text).map(|ip| ip.to_string());
        assert_eq!(found.as_deref(), expected, "{text}");
    }
}

#[test]
fn links_lead_on_but_never_out_of_tls() {
    let check = |from: &str, to: &str, expected: Option<&str>| {
        let next = Url::new(from).unwrap().join(to);
        let next = next.map(|url| url.uri.to_string()).ok();
        assert_eq!(next.as_deref(), expected, "{from} to {to}");
    };
    check("http://a.test/b/c?d", "/e", Some("http://a.test/e"));
    check("http://a.test/b/c?d", "e?f", Some("http://a.test/b/e?f"));
    check("http://a.test:81/", "//b.test/x", Some("http://b.test/x"));
    check("http://a.test/", "https://b.test/", Some("https://b.test/"));
    check("https://a.test/", "http://a.test/", None);
    check("http://a.test/", "ftp://a.test/", None);
    check("http://a.test/", "file:///etc/passwd", None);
}
