//! The kernel's answer about one TCP connection, by `sock_diag(7)`. The whole table takes milliseconds on a busy
//! machine, and a page opens connections by the dozen.

use std::io;
use std::net::SocketAddrV4;

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with,
};

/// `SOCK_DIAG_BY_FAMILY`
const BY_FAMILY: u16 = 20;
/// `NLMSG_ERROR`
const ERROR: u16 = 2;
/// `NLM_F_REQUEST`
const REQUEST: u16 = 1;
const AF_INET: u8 = 2;
const IPPROTO_TCP: u8 = 6;
/// Where the user stands in an answer: after the header of 16 bytes, state and timers (4), the addresses (48), and
/// three numbers (12).
const USER: usize = 80;

/// The user of the socket `local`, which is connected to `remote`. `None` when there is no such socket; an error when
/// the kernel does not say.
pub(super) fn user(local: SocketAddrV4, remote: SocketAddrV4) -> io::Result<Option<u32>> {
    let socket = socket_with(
        AddressFamily::NETLINK,
        SocketType::DGRAM,
        SocketFlags::CLOEXEC,
        Some(netlink::SOCK_DIAG),
    )?;
    send(&socket, &request(local, remote), SendFlags::empty())?;
    let mut answer = [0; 1024];
    // It is there once the request is sent.
    let (length, _) = recv(&socket, &mut answer[..], RecvFlags::DONTWAIT)?;
    read(&answer[..length])
}

/// `struct nlmsghdr`, then `struct inet_diag_req_v2`.
fn request(local: SocketAddrV4, remote: SocketAddrV4) -> Vec<u8> {
    let mut body = vec![AF_INET, IPPROTO_TCP, 0, 0];
    body.extend(u32::MAX.to_ne_bytes()); // In any state.
    body.extend(local.port().to_be_bytes());
    body.extend(remote.port().to_be_bytes());
    for address in [local, remote] {
        body.extend(address.ip().octets());
        body.extend([0; 12]);
    }
    body.extend(0_u32.to_ne_bytes()); // On any interface.
    body.extend([0xff; 8]); // Without a cookie.
    let mut request = Vec::with_capacity(16 + body.len());
    let length = u32::try_from(16 + body.len()).expect("BUG: the request has a fixed length");
    request.extend(length.to_ne_bytes());
    request.extend(BY_FAMILY.to_ne_bytes());
    request.extend(REQUEST.to_ne_bytes());
    request.extend([0; 8]); // Neither a number nor a port of ours is needed for one question.
    request.extend(body);
    request
}

fn read(answer: &[u8]) -> io::Result<Option<u32>> {
    let word = |at: usize| {
        let bytes = answer.get(at..at + 4)?;
        <[u8; 4]>::try_from(bytes).ok()
    };
    let kind = answer.get(4..6).map(|kind| [kind[0], kind[1]]);
    let odd = || io::Error::from(io::ErrorKind::InvalidData);
    match kind.map(u16::from_ne_bytes) {
        Some(BY_FAMILY) => word(USER)
            .map(|user| Some(u32::from_ne_bytes(user)))
            .ok_or_else(odd),
        Some(ERROR) => match word(16).map(i32::from_ne_bytes) {
            Some(code) if code == -Errno::NOENT.raw_os_error() => Ok(None),
            Some(code) => Err(io::Error::from_raw_os_error(-code)),
            None => Err(odd()),
        },
        _ => Err(odd()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpListener, TcpStream};

    use super::*;

    fn v4(address: SocketAddr) -> SocketAddrV4 {
        match address {
            SocketAddr::V4(address) => address,
            SocketAddr::V6(_) => panic!("an address of version 4 is expected"),
        }
    }

    #[test]
    fn the_user_of_each_end_is_found_and_nobody_for_what_is_not_there() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (own, peer) = (
            v4(client.peer_addr().unwrap()),
            v4(client.local_addr().unwrap()),
        );
        let me = rustix::process::geteuid().as_raw();
        assert_eq!(user(peer, own).unwrap(), Some(me));
        assert_eq!(user("127.0.0.1:1".parse().unwrap(), own).unwrap(), None);
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        for answer in [&[][..], &[0; 16], &[20; 20]] {
            assert!(read(answer).is_err(), "{answer:?}");
        }
    }
}
