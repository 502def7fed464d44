//! A gateway's life: opened for one run, closed with it.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use secrecy::SecretString;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::protocol::{Role, WebSocketConfig},
};

use super::{
    counts::{Counter, MethodCounts},
    handshake::shake_hands,
    peer,
    relay::relay,
    token::Token,
};
use crate::{Error, Result, cdp::Mux};

/// A run has one client, sometimes a second for a tool; more are a leak.
const MAX_CONNECTIONS: usize = 8;
/// What a client may send at once: a script with its data, or a file for an upload.
const MAX_MESSAGE: usize = 128 * 1024 * 1024;
/// The request comes with the connection; who is silent is no client.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(5);

/// What a gateway allows.
#[derive(Clone, Debug, Default)]
pub struct GatewayOptions {
    /// Folders into which a client may let pages download: the run's own.
    pub downloads: Vec<PathBuf>,
}

/// An open gateway. When it is dropped, its token is worthless and its connections end.
pub struct Gateway {
    address: SocketAddr,
    door: Arc<Door>,
    stop: watch::Sender<bool>,
    /// Ends when every connection has ended and what its client made is closed.
    accepting: Option<tokio::task::JoinHandle<()>>,
}

/// What the connections of one gateway share.
pub(super) struct Door {
    address: SocketAddr,
    token: Token,
    pub(super) downloads: Vec<PathBuf>,
    /// The browser's only way out, if it has one.
    pub(super) proxy: Option<SocketAddr>,
    pub(super) counter: Counter,
    /// Whether what moves the mouse and types is held back, because a person has the page.
    pub(super) hold: watch::Sender<bool>,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Opens a gateway to the browser behind `mux`, whose way out is `proxy`.
pub(crate) async fn open(
    mux: Mux,
    proxy: Option<SocketAddr>,
    options: GatewayOptions,
) -> Result<Gateway> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .map_err(Error::Gateway)?;
    let address = listener.local_addr().map_err(Error::Gateway)?;
    let token = Token::random().map_err(Error::Gateway)?;
    let door = Arc::new(Door {
        address,
        token,
        downloads: options.downloads,
        proxy,
        counter: Counter::default(),
        hold: watch::Sender::new(false),
    });
    let (stop, stopped) = watch::channel(false);
    let accepting = Some(tokio::spawn(accept(listener, mux, door.clone(), stopped)));
    Ok(Gateway {
        address,
        door,
        stop,
        accepting,
    })
}

impl Gateway {
    /// `ws://127.0.0.1:<port>/cdp/<token>`: whoever has it drives the profile while the run lives.
    pub fn url(&self) -> SecretString {
        format!("ws://{}/cdp/{}", self.address, self.door.token.expose()).into()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Holds back the `Input.*` of its clients while a person works in the page, or lets what was held go on in its
    /// order. Everything else passes.
    pub fn hold_input(&self, hold: bool) {
        self.door.hold.send_replace(hold);
    }

    /// Which methods were used until now.
    pub fn counts(&self) -> MethodCounts {
        self.door.counter.read()
    }

    /// Ends its connections, waits until the pages their clients made are closed, and says what was used.
    pub async fn close(mut self) -> MethodCounts {
        self.stop.send_replace(true);
        if let Some(accepting) = self.accepting.take()
            && let Err(error) = accepting.await
        {
            tracing::error!(%error, "the gateway of a run failed");
        }
        self.counts()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

async fn accept(
    listener: TcpListener,
    mux: Mux,
    door: Arc<Door>,
    mut stopped: watch::Receiver<bool>,
) {
    let free = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
            () = mux.gone() => break,
        };
        while connections.try_join_next().is_some() {}
        match stream {
            Ok((stream, peer)) => {
                let Ok(permit) = free.clone().try_acquire_owned() else {
                    tracing::warn!(
                        "refused a connection: the gateway has {MAX_CONNECTIONS} already"
                    );
                    continue;
                };
                let (mux, door, stop) = (mux.clone(), door.clone(), stopped.clone());
                connections.spawn(async move {
                    serve(stream, peer, mux, &door, stop).await;
                    drop(permit);
                });
            }
            // Out of file descriptors, or the peer has gone: neither is the end of the gateway.
            Err(error) => {
                tracing::warn!(%error, "a gateway connection could not be accepted");
                tokio::task::yield_now().await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn serve(
    mut stream: TcpStream,
    peer: SocketAddr,
    mux: Mux,
    door: &Door,
    mut stop: watch::Receiver<bool>,
) {
    if !peer::is_own(peer, door.address) {
        tracing::warn!("refused a gateway connection of another user");
        return;
    }
    let rest = match timeout(
        HANDSHAKE_LIMIT,
        shake_hands(&mut stream, door.address, &door.token),
    )
    .await
    {
        Ok(Ok(Ok(rest))) => rest,
        Ok(Ok(Err(refusal))) => {
            tracing::warn!(?refusal, "refused a gateway connection");
            return;
        }
        Ok(Err(_)) | Err(_) => return,
    };
    stream.set_nodelay(true).ok(); // only slower without it
    let Ok(client) = mux.join().await else { return };
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE));
    let socket =
        WebSocketStream::from_partially_read(stream, rest, Role::Server, Some(limits)).await;
    relay(socket, client, door, &mut stop).await;
}
