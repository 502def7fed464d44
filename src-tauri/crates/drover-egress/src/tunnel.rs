use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional_with_sizes;

use crate::dial::Route;
use crate::wire::Wire;

/// Bytes read at once in each direction. Larger than the default of 8 KiB, for downloads.
const BUFFER: usize = 32 * 1024;

/// Both ends of a tunnel that stands.
pub(crate) struct Tunnel {
    pub(crate) client: OnUpgrade,
    pub(crate) upstream: Box<dyn Wire>,
}

/// Carries bytes both ways until both sides have ended, or one has failed.
pub(crate) async fn carry(tunnel: Tunnel, route: &Arc<Route>) {
    let Tunnel {
        client,
        mut upstream,
    } = tunnel;
    let Ok(client) = client.await else {
        return; // Chrome went away before it had the answer.
    };
    let mut client = TokioIo::new(client);
    let end = copy_bidirectional_with_sizes(&mut client, &mut upstream, BUFFER, BUFFER).await;
    if end.is_err() {
        // Which side it was cannot be told apart; Chrome resets tunnels that it no longer wants, so it is not counted.
        tracing::debug!("a tunnel through `{}` was cut", route.upstream);
    }
}
