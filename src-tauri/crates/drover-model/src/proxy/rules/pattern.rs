use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::{fmt, str::FromStr};

use super::BadRule;

/// Which hosts, and perhaps which port of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostPattern {
    host: Host,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Host {
    /// `*`
    Any,
    /// `localhost`: that name, the names below it, and the addresses of this machine itself.
    Localhost,
    /// `example.com`: that name alone.
    Name(String),
    /// `*.example.com`: the names below it.
    Below(String),
    /// `.example.com`: that name and the names below it.
    From(String),
    /// One address, or all that begin with the same bits.
    Net { ip: IpAddr, bits: u8 },
}

impl HostPattern {
    /// Whether it fits the destination. The host is a name or an address, an IPv6 one without brackets.
    #[must_use]
    pub fn matches(&self, host: &str, port: u16) -> bool {
        if self.port.is_some_and(|wanted| wanted != port) {
            return false;
        }
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let ip: Option<IpAddr> = host.parse().ok().map(plain);
        let below = |parent: &str| {
            host.strip_suffix(parent)
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        };
        match (&self.host, ip) {
            (Host::Any, _) => true,
            (Host::Localhost, Some(ip)) => ip.is_loopback(),
            (Host::Localhost, None) => host == "localhost" || below("localhost"),
            (Host::Name(name), None) => host == *name,
            (Host::Below(name), None) => below(name),
            (Host::From(name), None) => host == *name || below(name),
            (Host::Net { ip: net, bits }, Some(ip)) => within(ip, *net, *bits),
            (Host::Name(_) | Host::Below(_) | Host::From(_), Some(_))
            | (Host::Net { .. }, None) => false,
        }
    }
}

/// IPv4 that is written as IPv6 is IPv4.
fn plain(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    }
}

fn within(ip: IpAddr, net: IpAddr, bits: u8) -> bool {
    match (masked(ip, bits), net) {
        (Some(one), net) if one == net => ip.is_ipv4() == net.is_ipv4(),
        _ => false,
    }
}

/// The address with all but its first bits cleared. `None` when it has not that many.
fn masked(ip: IpAddr, bits: u8) -> Option<IpAddr> {
    Some(match ip {
        IpAddr::V4(ip) => {
            let rest = 32_u32.checked_sub(bits.into())?;
            let mask = u32::MAX.checked_shl(rest).unwrap_or(0);
            Ipv4Addr::from_bits(ip.to_bits() & mask).into()
        }
        IpAddr::V6(ip) => {
            let rest = 128_u32.checked_sub(bits.into())?;
            let mask = u128::MAX.checked_shl(rest).unwrap_or(0);
            Ipv6Addr::from_bits(ip.to_bits() & mask).into()
        }
    })
}

impl FromStr for HostPattern {
    type Err = BadRule;

    fn from_str(text: &str) -> Result<Self, BadRule> {
        let (host, port) = split_port(text)?;
        let bad = || BadRule::Host(text.chars().take(300).collect());
        Ok(Self {
            host: read_host(host).ok_or_else(bad)?,
            port,
        })
    }
}

/// `host:port`, where an IPv6 address needs brackets.
fn split_port(text: &str) -> Result<(&str, Option<u16>), BadRule> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        match rest.split_once(']') {
            Some((host, "")) => (host, None),
            Some((host, after)) if after.starts_with(':') => (host, Some(&after[1..])),
            _ => return Err(BadRule::Host(text.chars().take(300).collect())),
        }
    } else if text.matches(':').count() == 1 && !text.contains("://") {
        text.split_once(':')
            .map_or((text, None), |(host, port)| (host, Some(port)))
    } else {
        (text, None)
    };
    let Some(port) = port else {
        return Ok((host, None));
    };
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse() {
        Ok(port @ 1..) if digits => Ok((host, Some(port))),
        _ => Err(BadRule::Port(port.chars().take(16).collect())),
    }
}

fn read_host(host: &str) -> Option<Host> {
    if host == "*" {
        return Some(Host::Any);
    }
    if let Some((ip, bits)) = host.split_once('/') {
        let digits = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
        let bits = bits.parse().ok().filter(|_| digits)?;
        // A net is written as its first address; `10.1.2.3/8` means that of `10.0.0.0/8`.
        let ip = masked(ip.parse().ok()?, bits)?;
        return Some(Host::Net { ip, bits });
    }
    if let Ok(ip) = host.parse() {
        let ip = plain(ip);
        let bits = if ip.is_ipv4() { 32 } else { 128 };
        return Some(Host::Net { ip, bits });
    }
    let host = host.to_ascii_lowercase();
    let name = |text: &str| is_name(text).then(|| text.to_owned());
    if host == "localhost" {
        Some(Host::Localhost)
    } else if let Some(rest) = host.strip_prefix("*.") {
        name(rest).map(Host::Below)
    } else if let Some(rest) = host.strip_prefix('.') {
        name(rest).map(Host::From)
    } else {
        name(&host).map(Host::Name)
    }
}

/// Labels of the usual characters. Names in other scripts reach a proxy as `xn--…`, so that is how a rule has them.
fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let label = |label: &str| !label.is_empty() && label.len() <= 63 && label.bytes().all(fits);
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 253
        && text.split('.').all(label)
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Any => f.write_str("*")?,
            Host::Localhost => f.write_str("localhost")?,
            Host::Name(name) => f.write_str(name)?,
            Host::Below(name) => write!(f, "*.{name}")?,
            Host::From(name) => write!(f, ".{name}")?,
            Host::Net { ip, bits } => {
                let (open, close) = match (ip.is_ipv6(), self.port) {
                    (true, Some(_)) => ("[", "]"),
                    _ => ("", ""),
                };
                let whole = if ip.is_ipv4() { 32 } else { 128 };
                if *bits == whole {
                    write!(f, "{open}{ip}{close}")?;
                } else {
                    write!(f, "{open}{ip}/{bits}{close}")?;
                }
            }
        }
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}
