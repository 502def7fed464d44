//! A tunnel through a SOCKS proxy.

use std::net::IpAddr;

use secrecy::ExposeSecret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_socks::TargetAddr;
use tokio_socks::tcp::Socks5Stream;

use crate::dial::Dialer;
use crate::target::Target;
use crate::wire::Wire;
use crate::{Error, Login, Result};

/// The place of the address in a request of version 4 that has a name instead.
const SEE_NAME: [u8; 4] = [0, 0, 0, 1];

/// What the request for a destination is in version 4, with a name as 4a has it. The password is not in it: there is no
/// place for one.
pub(crate) fn four_request(dialer: &Dialer, target: &Target) -> Result<Vec<u8>> {
    let unsupported = |reason| Error::Unsupported {
        upstream: dialer.name(),
        reason,
    };
    let (address, name) = match target.host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => (ip.octets(), None),
        Ok(IpAddr::V6(_)) => {
            return Err(unsupported("SOCKS 4 has no IPv6 destinations"));
        }
        Err(_) => (SEE_NAME, Some(target.host.as_bytes())),
    };
    let login = dialer.route.upstream.login.as_ref();
    let user = login.map_or("", |login| login.user.as_str()).as_bytes();
    if user.contains(&0) || user.len() > 255 {
        return Err(unsupported("the user name does not fit into SOCKS 4"));
    }
    let mut request = vec![4, 1];
    request.extend_from_slice(&target.port.to_be_bytes());
    request.extend_from_slice(&address);
    request.extend_from_slice(user);
    request.push(0);
    if let Some(name) = name {
        request.extend_from_slice(name);
        request.push(0);
    }
    Ok(request)
}

/// Version 4.
pub(crate) async fn four(dialer: &Dialer, mut wire: Wire, request: &[u8]) -> Result<Wire> {
    let mut answer = [0; 8];
    let said = async {
        wire.write_all(request).await?;
        wire.read_exact(&mut answer).await
    };
    said.await.map_err(|_| dialer.broken())?;
    match answer[..2] {
        [0, 90] => Ok(wire),
        [0, 91] => Err(dialer.refused("request rejected or failed")),
        [0, 92 | 93] => Err(dialer.login_refused()),
        _ => Err(dialer.garbled()),
    }
}

/// Version 5.
pub(crate) async fn five(dialer: &Dialer, wire: Wire, target: &Target) -> Result<Wire> {
    let address = match target.host.parse::<IpAddr>() {
        Ok(ip) => TargetAddr::Ip((ip, target.port).into()),
        Err(_) => TargetAddr::Domain(target.host.as_str().into(), target.port),
    };
    let tunnel = match &dialer.route.upstream.login {
        None => Socks5Stream::connect_with_socket(wire, address).await,
        Some(Login { user, password }) => {
            let password = password.expose_secret();
            Socks5Stream::connect_with_password_and_socket(wire, address, user, password).await
        }
    };
    tunnel
        .map(Socks5Stream::into_inner)
        .map_err(|error| five_error(dialer, &error))
}

fn five_error(dialer: &Dialer, error: &tokio_socks::Error) -> Error {
    use tokio_socks::Error as Socks;
    match error {
        Socks::Io(_) => dialer.broken(),
        Socks::NoAcceptableAuthMethods
        | Socks::PasswordAuthFailure(_)
        | Socks::InvalidAuthValues(_) => dialer.login_refused(),
        Socks::InvalidResponseVersion
        | Socks::UnknownAuthMethod
        | Socks::UnknownError
        | Socks::InvalidReservedByte
        | Socks::UnknownAddressType => dialer.garbled(),
        // The texts of these are fixed.
        other => dialer.refused(other.to_string().to_lowercase()),
    }
}
