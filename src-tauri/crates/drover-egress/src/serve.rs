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

use crate::body::BoxError;
use crate::dial::{Dialer, HEAD};
use crate::exit::Exit;
use crate::forward::forward;
use crate::hosts::HostTally;
use crate::target::Target;
use crate::tunnel::{Far, Tunnel, carry};
use crate::{Error, Result};

/// How long the head of a request may take, from the moment one may come.
const HEAD_DEADLINE: Duration = Duration::from_secs(30);

type Body = BoxBody<Bytes, BoxError>;

/// Answers the requests of one connection; after a `CONNECT` it carries bytes instead. Everything it started has ended
/// when it returns, or is dropped.
pub(crate) async fn serve(client: TcpStream, exit: Arc<Exit>) {
    let standing: Arc<Mutex<Option<Tunnel>>> = Arc::default();
    let service = service_fn(|request| {
        let (exit, standing) = (Arc::clone(&exit), Arc::clone(&standing));
        async move {
            let (response, tunnel) = answer(request, &exit).await;
            *standing.lock().unwrap_or_else(PoisonError::into_inner) = tunnel;
            Ok::<_, Infallible>(response)
        }
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
        carry(tunnel).await;
    }
}

async fn answer(request: Request<Incoming>, exit: &Exit) -> (Response<Body>, Option<Tunnel>) {
    let tunnel = request.method() == Method::CONNECT;
    let target = if tunnel {
        Target::of_tunnel(request.uri())
    } else {
        Target::of_request(request.uri())
    };
    let Some(target) = target else {
        let reason = if tunnel {
            "a tunnel needs a host and a port"
        } else {
            "this is a proxy: it takes tunnels and whole `http://` addresses"
        };
        return (text(StatusCode::BAD_REQUEST, reason), None);
    };
    // Asked for each request, so that a changed proxy is taken at once.
    let dialer = exit.current();
    let host = exit.tally.hosts.of(&target.host);
    let result = tokio::select! {
        biased;
        () = dialer.until_cut() => Err(Error::Cut),
        result = pass_on(request, &dialer, &target, &host) => result,
    };
    result.unwrap_or_else(|error| {
        exit.tally.failed(&error, &host);
        let status = match &error {
            Error::Blocked { .. } => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_GATEWAY,
        };
        (text(status, &error.chain()), None)
    })
}

async fn pass_on(
    request: Request<Incoming>,
    dialer: &Arc<Dialer>,
    target: &Target,
    host: &Arc<HostTally>,
) -> Result<(Response<Body>, Option<Tunnel>)> {
    if request.method() != Method::CONNECT {
        let (response, tunnel) = forward(dialer, target, host, request).await?;
        return Ok((response.map(BodyExt::boxed), tunnel));
    }
    let wire = dialer.open(target, host).await?;
    let tunnel = Tunnel {
        client: hyper::upgrade::on(request),
        far: Far::Wire(Box::new(wire)),
        dialer: Arc::clone(dialer),
    };
    let empty = Empty::new().map_err(|never| match never {}).boxed();
    Ok((Response::new(empty), Some(tunnel)))
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
