//! One connection from Chrome.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;

use crate::dial::{HEAD, Route};
use crate::forward::forward;
use crate::target::Target;
use crate::tunnel::{Tunnel, carry};

/// How long the head of a request may take, from the moment one may come.
const HEAD_DEADLINE: Duration = Duration::from_secs(30);

type Body = BoxBody<Bytes, hyper::Error>;

/// Answers the requests of one connection; after a `CONNECT` it carries bytes instead. Everything it started has ended
/// when it returns, or is dropped.
pub(crate) async fn serve(client: TcpStream, route: Arc<Route>) {
    let standing: Arc<Mutex<Option<Tunnel>>> = Arc::default();
    let service = service_fn(|request| {
        let (route, standing) = (Arc::clone(&route), Arc::clone(&standing));
        async move { Ok::<_, Infallible>(answer(request, &route, &standing).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .max_buf_size(HEAD)
        .preserve_header_case(true)
        .serve_connection(TokioIo::new(client), service)
        .with_upgrades();
    connection.await.ok(); // Chrome may go away at any point, or send something that is no request.
    let tunnel = standing
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    if let Some(tunnel) = tunnel {
        carry(tunnel, &route).await;
    }
}

async fn answer(
    request: Request<Incoming>,
    route: &Arc<Route>,
    standing: &Mutex<Option<Tunnel>>,
) -> Response<Body> {
    let result = if request.method() == Method::CONNECT {
        let Some(target) = Target::of_tunnel(request.uri()) else {
            return text(StatusCode::BAD_REQUEST, "a tunnel needs a host and a port");
        };
        route.tunnel(&target).await.map(|upstream| {
            let client = hyper::upgrade::on(request);
            *standing.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(Tunnel { client, upstream });
            Response::new(Empty::new().map_err(|never| match never {}).boxed())
        })
    } else {
        let Some(target) = Target::of_request(request.uri()) else {
            return text(
                StatusCode::BAD_REQUEST,
                "this is a proxy: it takes tunnels and whole `http://` addresses",
            );
        };
        forward(route, &target, request).await
    };
    result.unwrap_or_else(|error| {
        route.tally.failed(&error);
        text(StatusCode::BAD_GATEWAY, &error.chain())
    })
}

fn text(status: StatusCode, text: &str) -> Response<Body> {
    let body = Full::from(format!("Drover: {text}\n"))
        .map_err(|never| match never {})
        .boxed();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}
