//! The kernel knows the user of each socket.

use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};

mod diag;

/// Whether the socket `peer`, which is connected to `own`, belongs to the user of this process. A connection that is
/// not there (any more) does not.
pub(crate) fn is_owner(peer: SocketAddr, own: SocketAddr) -> io::Result<bool> {
    let owner = rustix::process::geteuid().as_raw();
    if let (SocketAddr::V4(peer), SocketAddr::V4(own)) = (peer, own)
        && let Ok(Some(user)) = diag::user(peer, own)
    {
        return Ok(user == owner);
    }
    // A kernel without the module answers like one that knows no such socket, and some sandboxes do not answer; the
    // table of all connections they have.
    let table = fs::read_to_string("/proc/net/tcp")?;
    Ok(user(&table, peer, own) == Some(owner))
}

/// The user of the connection from `local` to `remote`.
fn user(table: &str, local: SocketAddr, remote: SocketAddr) -> Option<u32> {
    let (local, remote) = (kernel_form(local)?, kernel_form(remote)?);
    table.lines().skip(1).find_map(|line| {
        let mut columns = line.split_ascii_whitespace().skip(1);
        let found = columns.next()? == local && columns.next()? == remote;
        // Between the addresses and the user: state, queues, timer, retransmits.
        if found {
            columns.nth(4)?.parse().ok()
        } else {
            None
        }
    })
}

/// The address in the byte order of the machine and the port, in hexadecimal.
fn kernel_form(address: SocketAddr) -> Option<String> {
    let IpAddr::V4(ip) = address.ip() else {
        return None;
    };
    Some(format!(
        "{:08X}:{:04X}",
        u32::from_ne_bytes(ip.octets()),
        address.port()
    ))
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 222 1
   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 333 1
";

    fn check(local: &str, remote: &str, expected: Option<u32>) {
        assert_eq!(
            user(TABLE, local.parse().unwrap(), remote.parse().unwrap()),
            expected,
            "{local} to {remote}"
        );
    }

    #[test]
    fn the_user_of_a_connection_is_found() {
        check("127.0.0.1:50000", "127.0.0.1:8080", Some(1001));
        check("127.0.0.1:8080", "127.0.0.1:50000", Some(1000));
        check("127.0.0.1:50001", "127.0.0.1:8080", None);
        check("127.0.0.1:8080", "127.0.0.1:1", None);
        check("[::1]:50000", "127.0.0.1:8080", None);
    }

    #[test]
    fn a_connection_of_this_process_belongs_to_its_user() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (own, peer) = (client.peer_addr().unwrap(), client.local_addr().unwrap());
        assert!(is_owner(peer, own).unwrap());
        assert!(
            !is_owner("127.0.0.1:1".parse().unwrap(), own).unwrap(),
            "an unknown one is a stranger"
        );
    }
}
