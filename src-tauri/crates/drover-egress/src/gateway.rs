use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

use crate::dial::Dialer;
use crate::exit::Exit;
use crate::serve::serve;
use crate::{Error, Old, Report, Result, Route, peer};

/// Connections from Chrome at the same time. Chrome keeps to 32 for a proxy by itself; scripts may open more. Further
/// ones wait in the queue of the listener.
const CONNECTIONS: usize = 1_024;

/// The pause after a connection could not be taken, which happens when the process has no file handles left.
const BREATHER: Duration = Duration::from_millis(100);

/// The way out of one profile. Dropping it closes the listener and cuts every connection.
pub struct Gateway {
    address: SocketAddr,
    exit: Arc<Exit>,
    listening: AbortHandle,
}

impl Gateway {
    /// Listens on a free port of 127.0.0.1. The proxy is not contacted before the first request; see [`crate::check`].
    pub async fn open(route: impl Into<Route>) -> Result<Gateway> {
        Gateway::with_dialer(Dialer::new(route.into(), Arc::default())?).await
    }

    pub(crate) async fn with_dialer(dialer: Dialer) -> Result<Gateway> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(Error::Listen)?;
        let address = listener.local_addr().map_err(Error::Listen)?;
        let exit = Arc::new(Exit::new(dialer));
        let listening = tokio::spawn(listen(listener, Arc::clone(&exit))).abort_handle();
        Ok(Gateway {
            address,
            exit,
            listening,
        })
    }

    /// Sends new connections and requests another way from now on, without Chrome noticing. What stands goes on or is
    /// cut; a cut also ends what an earlier change let go on. On an error everything stays as it was.
    pub fn switch(&self, route: impl Into<Route>, old: Old) -> Result<()> {
        self.exit.switch(route.into(), old)
    }

    /// Where Chrome finds it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn report(&self) -> Report {
        self.exit.tally.report()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("address", &self.address)
            .field("upstream", &self.exit.current().name())
            .finish_non_exhaustive()
    }
}

/// Takes connections for as long as it is not aborted. The connections are tasks of its own set, so they end with it.
async fn listen(listener: TcpListener, exit: Arc<Exit>) {
    let mut connections = JoinSet::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&places)
            .acquire_owned()
            .await
            .expect("BUG: the semaphore is never closed");
        while connections.try_join_next().is_some() {}
        let client = match listener.accept().await {
            Ok((client, _)) => client,
            Err(error) => {
                tracing::warn!("failed to take a connection: {error}");
                sleep(BREATHER).await;
                continue;
            }
        };
        match admit(&client) {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!("a process of another user was refused");
                exit.tally.stranger();
                continue;
            }
            Err(error) => {
                tracing::debug!("a connection ended before it was admitted: {error}");
                continue;
            }
        }
        exit.tally.connected();
        let exit = Arc::clone(&exit);
        connections.spawn(async move {
            serve(client, exit).await;
            drop(place);
        });
    }
}

/// Whether the process at the other end belongs to the owner of this one.
fn admit(client: &TcpStream) -> io::Result<bool> {
    client.set_nodelay(true)?;
    peer::is_owner(client.peer_addr()?, client.local_addr()?)
}
