//! Which user is at the other end of a loopback connection.

use std::{fs, net::SocketAddr};

/// Whether the socket at `peer` that is connected to `here` belongs to this process's user.
pub(super) fn is_own(peer: SocketAddr, here: SocketAddr) -> bool {
    let me = rustix::process::geteuid().as_raw();
    // A client with a dual-stack socket stands in the second table, its address mapped into IPv6.
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .into_iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .any(|table| owner(&table, peer.port(), here.port()) == Some(me))
}

/// The uid of the row whose local end is `peer` and whose remote end is `here`, both on loopback.
fn owner(table: &str, peer: u16, here: u16) -> Option<u32> {
    table.lines().skip(1).find_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [_, local, remote, _, _, _, _, uid, ..] = columns.as_slice() else {
            return None;
        };
        (port_on_loopback(local)? == peer && port_on_loopback(remote)? == here)
            .then(|| uid.parse().ok())?
    })
}

/// `0100007F:1F90` is 127.0.0.1:8080: the address in the machine's byte order, the port as it is read.
fn port_on_loopback(end: &str) -> Option<u16> {
    let (address, port) = end.split_once(':')?;
    let v4 = u32::from_be_bytes([127, 0, 0, 1]).to_be();
    let loopback =
        address.len() >= 8 && u32::from_str_radix(&address[address.len() - 8..], 16).ok()? == v4;
    loopback.then(|| u16::from_str_radix(port, 16).ok())?
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    const TABLE: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 2 1
   2: 0200007F:C351 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 3 1
";

    #[test]
    #[cfg(target_endian = "little")]
    fn the_row_of_the_peer_is_found_and_not_the_row_of_this_end() {
        assert_eq!(owner(TABLE, 50_000, 8080), Some(1000));
        assert_eq!(owner(TABLE, 50_001, 8080), None, "another loopback address");
        assert_eq!(owner(TABLE, 50_000, 8081), None);
        assert_eq!(owner("", 1, 2), None);
    }

    #[test]
    fn a_connection_of_this_process_is_its_own() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        let client = TcpStream::connect(here).unwrap();
        let peer = client.local_addr().unwrap();
        assert!(is_own(peer, here));
        assert!(
            !is_own(here, peer) || is_own(peer, here),
            "the other direction is this process as well"
        );
        drop(listener);
        assert!(
            !is_own(SocketAddr::from(([127, 0, 0, 1], 1)), here),
            "nobody is there"
        );
    }
}
