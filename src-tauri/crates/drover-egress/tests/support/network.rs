//! A network of a test's own, in which every address leads to a watcher that sees each packet, so that whatever is sent
//! anywhere is seen: names that are looked up, UDP and connections.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

/// Set for the process that runs inside.
const INSIDE: &str = "DROVER_TEST_NETWORK";

/// Prepares the network, then runs the test in it. Name servers are asked as they would be outside.
const ENTER: &str = "ip link set lo up && ip route add default dev lo && ip -6 route add default dev lo; \
    printf 'nameserver 198.51.100.53\\n' > \"$1\" && mount --bind \"$1\" /etc/resolv.conf && exec \"$2\" --exact \"$3\" --nocapture";

/// Where the watcher is told that all that came before was seen (RFC 5737 keeps the block for documentation).
const MARK: (Ipv4Addr, u16) = (Ipv4Addr::new(203, 0, 113, 99), 9_999);

/// How often is looked whether the mark has come, and how long at most.
const LOOK: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_mins(1);

/// Whether this process is the one inside.
#[expect(clippy::disallowed_methods, reason = "the test starts itself again")]
pub(crate) fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Runs the test of this name again, in a network and with mounts of its own and with these variables.
#[expect(clippy::disallowed_methods, reason = "the test starts itself again")]
pub(crate) fn enter(name: &str, variables: &[(&str, &OsStr)]) {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["--net", "--mount"];
    if !rustix::process::geteuid().is_root() {
        arguments.push("--map-root-user");
    }
    let ended = std::process::Command::new("unshare")
        .args(arguments)
        .args(["sh", "-c", ENTER, "sh"])
        .arg(folder.path().join("resolv.conf"))
        .arg(std::env::current_exe().unwrap())
        .arg(name)
        .env(INSIDE, "1")
        .envs(variables.iter().copied())
        .output()
        .expect("`unshare` is missing: install the package `util-linux`");
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(
        ended.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

/// What is sent to anywhere but this machine's own addresses.
#[derive(Clone)]
pub(crate) struct Watched(Arc<Mutex<BTreeSet<String>>>);

impl Watched {
    /// From now on.
    pub(crate) fn start() -> Watched {
        // `ETH_P_ALL`, in the order of the network.
        let everything = Protocol::from(i32::from(3_u16.to_be()));
        let mut socket = Socket::new(Domain::PACKET, Type::DGRAM, Some(everything)).unwrap();
        let watched = Watched(Arc::default());
        let told = watched.clone();
        std::thread::spawn(move || {
            let mut packet = vec![0; 65_536];
            while let Ok(length) = socket.read(&mut packet) {
                if let Some(leak) = leak(&packet[..length]) {
                    told.0.lock().unwrap().insert(leak);
                }
            }
        });
        watched
    }

    /// What has been seen by now.
    pub(crate) fn so_far(&self) -> BTreeSet<String> {
        self.0.lock().unwrap().clone()
    }

    /// All that was sent before this call.
    pub(crate) async fn all(&self) -> BTreeSet<String> {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        socket.send_to(b"x", MARK).unwrap();
        let mark = format!("udp to {}:{}", MARK.0, MARK.1);
        let mut look = tokio::time::interval(LOOK);
        let seen = async {
            while !self.so_far().contains(&mark) {
                look.tick().await;
            }
        };
        tokio::time::timeout(PATIENCE, seen)
            .await
            .expect("the watcher sees nothing");
        let mut seen = self.so_far();
        seen.remove(&mark);
        seen
    }
}

/// Where a packet goes to, if that is past the proxy: all but TCP between this machine's own addresses.
fn leak(packet: &[u8]) -> Option<String> {
    let (from, to, protocol, rest) = match packet.first()? >> 4 {
        4 => {
            let ip = |at: usize| {
                let bytes: [u8; 4] = packet.get(at..at + 4)?.try_into().ok()?;
                Some(IpAddr::from(bytes))
            };
            let head = usize::from(packet[0] & 15) * 4;
            (ip(12)?, ip(16)?, *packet.get(9)?, packet.get(head..)?)
        }
        6 => {
            let ip = |at: usize| {
                let bytes: [u8; 16] = packet.get(at..at + 16)?.try_into().ok()?;
                Some(IpAddr::from(bytes))
            };
            (ip(8)?, ip(24)?, *packet.get(6)?, packet.get(40..)?)
        }
        _ => return None,
    };
    let name = match protocol {
        6 => "tcp",
        17 => "udp",
        // What the kernel says about packets, such as that nobody is there.
        _ => return None,
    };
    if protocol == 6 && from.is_loopback() && to.is_loopback() {
        return None;
    }
    let port = u16::from_be_bytes(rest.get(2..4)?.try_into().ok()?);
    Some(match to {
        IpAddr::V4(to) => format!("{name} to {to}:{port}"),
        IpAddr::V6(to) => format!("{name} to [{to}]:{port}"),
    })
}
