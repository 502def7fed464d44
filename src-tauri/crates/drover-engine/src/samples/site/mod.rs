//! The bundled page: a small shop on loopback with a sign-in form, for samples and first steps.
//! It keeps nothing, knows no real account and accepts any password of eight characters.

use std::{convert::Infallible, net::SocketAddr};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinHandle};

/// The longest form that is read, in bytes.
const FORM: usize = 4_096;

/// The running page. Dropping it ends it.
pub(crate) struct Site {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Site {
    /// Serves on the port that was used before, or on a free one.
    pub(crate) async fn open(port: Option<u16>) -> std::io::Result<Self> {
        let wanted = TcpListener::bind(("127.0.0.1", port.unwrap_or(0))).await;
        let listener = match wanted {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind(("127.0.0.1", 0)).await?,
        };
        let address = listener.local_addr()?;
        let server = tokio::spawn(async move {
            // An error here is one connection's (too many open files, say); the next may work.
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    continue;
                };
                tokio::spawn(async move {
                    // A browser that hangs up early is none of our business.
                    http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service_fn(answer))
                        .await
                        .ok();
                });
            }
        });
        Ok(Self { address, server })
    }

    /// The port it is served on.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let user = signed_in(&request);
    let response = match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => page(include_str!("sign-in.html").replace("{{problem}}", "")),
        (&Method::GET, "/shop") => match user {
            Some(user) => page(include_str!("shop.html").replace("{{user}}", &user)),
            None => redirect("/"),
        },
        (&Method::GET, "/style.css") => text("text/css", include_str!("style.css").to_owned()),
        (&Method::POST, "/sign-in") => sign_in(request).await,
        _ => with_status(
            StatusCode::NOT_FOUND,
            page("<!doctype html><title>Not here</title><p>There is no such page.".to_owned()),
        ),
    };
    Ok(response)
}

async fn sign_in(request: Request<Incoming>) -> Response<Full<Bytes>> {
    let Ok(body) = Limited::new(request.into_body(), FORM).collect().await else {
        return with_status(
            StatusCode::PAYLOAD_TOO_LARGE,
            page("<!doctype html><title>Too long</title><p>The form is too long.".to_owned()),
        );
    };
    let form = body.to_bytes();
    let field = |name: &str| {
        form_urlencoded::parse(&form)
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    let user: String = field("user")
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        .take(40)
        .collect();
    if user.is_empty() || field("password").chars().count() < 8 {
        return page(include_str!("sign-in.html").replace(
            "{{problem}}",
            "<p role=\"alert\">Wrong user or password.</p>",
        ));
    }
    let mut response = redirect("/shop");
    let cookie = format!("sample_user={user}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");
    response.headers_mut().insert(
        SET_COOKIE,
        cookie
            .parse()
            .expect("BUG: the user's letters fit into a header"),
    );
    response
}

fn signed_in(request: &Request<Incoming>) -> Option<String> {
    let cookies = request.headers().get(COOKIE)?.to_str().ok()?;
    let user = cookies
        .split(';')
        .find_map(|cookie| cookie.trim().strip_prefix("sample_user="))?;
    // It comes back from the browser, so it is looked at again before it is shown.
    user.chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        .then(|| user.to_owned())
}

fn page(html: String) -> Response<Full<Bytes>> {
    let mut response = text("text/html; charset=utf-8", html);
    let policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'";
    response.headers_mut().insert(
        CONTENT_SECURITY_POLICY,
        policy.parse().expect("BUG: the policy is a header value"),
    );
    response
}

fn text(kind: &'static str, body: String) -> Response<Full<Bytes>> {
    Response::builder()
        .header(CONTENT_TYPE, kind)
        .body(Full::from(body))
        .expect("BUG: the parts of a page are valid")
}

fn redirect(to: &'static str) -> Response<Full<Bytes>> {
    Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(LOCATION, to)
        .body(Full::default())
        .expect("BUG: the parts of a redirect are valid")
}

fn with_status(status: StatusCode, mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
    };

    use super::Site;

    async fn ask(site: &Site, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", site.port()))
            .await
            .unwrap();
        stream
            .write_all(request.replace('\n', "\r\n").as_bytes())
            .await
            .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        reply
    }

    async fn sign_in(site: &Site, form: &str) -> String {
        ask(
            site,
            &format!(
                "POST /sign-in HTTP/1.1\nHost: x\nConnection: close\nContent-Length: {}\n\n{form}",
                form.len()
            ),
        )
        .await
    }

    #[tokio::test]
    async fn a_visitor_signs_in_and_sees_the_price() {
        let site = Site::open(None).await.unwrap();
        assert!(
            sign_in(&site, "user=anna&password=short")
                .await
                .contains("Wrong user or password")
        );
        let reply = sign_in(&site, "user=anna&password=long-enough").await;
        assert!(
            reply.contains("location: /shop") && reply.contains("sample_user=anna"),
            "{reply}"
        );
        let shop = ask(
            &site,
            "GET /shop HTTP/1.1\nHost: x\nConnection: close\nCookie: sample_user=anna\n\n",
        )
        .await;
        assert!(
            shop.contains("Welcome, anna") && shop.contains("12.50"),
            "{shop}"
        );
        let stranger = ask(
            &site,
            "GET /shop HTTP/1.1\nHost: x\nConnection: close\nCookie: sample_user=<b>\n\n",
        )
        .await;
        assert!(stranger.contains("location: /"), "{stranger}");
    }

    #[tokio::test]
    async fn a_taken_port_gives_another_one() {
        let first = Site::open(None).await.unwrap();
        let second = Site::open(Some(first.port())).await.unwrap();
        assert_ne!(first.port(), second.port());
    }
}
