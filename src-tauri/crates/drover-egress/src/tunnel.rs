use std::sync::Arc;

use hyper::body::Bytes;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::dial::Dialer;
use crate::wire::Wire;

/// Both ends of a tunnel that stands.
pub(crate) struct Tunnel {
    pub(crate) client: OnUpgrade,
    pub(crate) far: Far,
    pub(crate) dialer: Arc<Dialer>,
}

/// The end towards the destination.
pub(crate) enum Far {
    Wire(Box<Wire>),
    /// After a request on it was answered with a change of protocol.
    Upgrade(OnUpgrade),
}

/// Carries bytes both ways until both sides have ended, one has failed, or the way is cut. What does not end regularly
/// on one side ends with a reset on the other, so that nobody takes a part for the whole.
pub(crate) async fn carry(tunnel: Tunnel) {
    let Tunnel {
        client,
        far,
        dialer,
    } = tunnel;
    let Ok((mut client, sent)) = client.await.map(plain::<TcpStream>) else {
        return; // Chrome went away before it had the answer.
    };
    let mut wire = match far {
        Far::Wire(wire) => *wire,
        Far::Upgrade(far) => match far.await.map(plain::<Wire>) {
            Ok((wire, early)) => wire.with_early(early),
            Err(_) => return,
        },
    };
    let both = async {
        wire.write_all(&sent).await?;
        crate::carry::carry(&mut client, &mut wire).await
    };
    let whole = tokio::select! {
        biased;
        end = both => end.is_ok(),
        () = dialer.until_cut() => false,
    };
    if !whole {
        // Which side it was cannot be told apart; Chrome resets tunnels that it no longer wants, so it is not counted.
        tracing::debug!("a tunnel through `{}` was cut", dialer.route.upstream);
        client.set_zero_linger().ok(); // It is about to end either way.
        wire.reset();
    }
}

/// The connection below HTTP, and what was read from it and not yet used.
fn plain<T: AsyncRead + AsyncWrite + Unpin + Send + 'static>(upgraded: Upgraded) -> (T, Bytes) {
    let parts = upgraded
        .downcast::<TokioIo<T>>()
        .unwrap_or_else(|_| unreachable!("BUG: this end of a tunnel is of another type"));
    (parts.io.into_inner(), parts.read_buf)
}
