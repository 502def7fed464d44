//! Past the proxy. The only place that resolves or reaches a destination, and only for a rule that says `DIRECT`.

use std::io;
use std::sync::Arc;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::dial::Dialer;
use crate::hosts::HostTally;
use crate::target::Target;
use crate::wire::{Counted, Wire};
use crate::{Error, Result};

/// A connection to the destination from this machine's own address. An address that a rule blocks is never used, under
/// whatever name it is found.
pub(crate) async fn open(dialer: &Dialer, target: &Target, host: &Arc<HostTally>) -> Result<Wire> {
    host.connected(true);
    let tcp = timeout(dialer.route.patience.connect, reach(dialer, target))
        .await
        .unwrap_or_else(|_| Err(Error::Direct(io::ErrorKind::TimedOut.into())))?;
    let line = Counted::new(tcp, Arc::clone(&dialer.tally), Arc::clone(host));
    Ok(Wire::plain(line.map_err(Error::Direct)?))
}

async fn reach(dialer: &Dialer, target: &Target) -> Result<TcpStream> {
    let addresses = lookup_host((target.host.as_str(), target.port))
        .await
        .map_err(Error::Direct)?;
    let mut end = Error::Direct(io::Error::new(
        io::ErrorKind::NotFound,
        "the name has no address",
    ));
    for address in addresses {
        if let Some(rule) = dialer.route.rules.blocked(address.ip(), address.port()) {
            end = Error::Blocked {
                rule: rule.to_string(),
            };
            continue;
        }
        match TcpStream::connect(address).await {
            Ok(tcp) => return Ok(tcp),
            Err(error) => end = Error::Direct(error),
        }
    }
    Err(end)
}
