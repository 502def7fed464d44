use std::fmt;
use std::net::IpAddr;

use hyper::Uri;

/// A destination as Chrome names it. It is resolved nowhere but in `direct.rs`, for those that a rule sends past the
/// proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// A name or an address, an IPv6 one without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Target {
    /// Of a `CONNECT` request, whose target is `host:port`.
    pub(crate) fn of_tunnel(uri: &Uri) -> Option<Target> {
        let port = uri.port_u16().filter(|port| *port != 0)?;
        if uri.scheme().is_some() || uri.path_and_query().is_some() {
            return None;
        }
        Target::new(uri.host()?, port)
    }

    /// Of a request for a whole `http://` address. Anything else has to come as a tunnel.
    pub(crate) fn of_request(uri: &Uri) -> Option<Target> {
        if uri.scheme_str() != Some("http") {
            return None;
        }
        Target::new(uri.host()?, uri.port_u16().unwrap_or(80))
    }

    /// `None` for what is no host. Numbers that only some systems take for an address, such as `127.1`, are none
    /// either: no rule about addresses would see them.
    pub(crate) fn new(host: &str, port: u16) -> Option<Target> {
        let host = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        let known = match host.parse::<IpAddr>() {
            Ok(_) => true,
            Err(_) => !host.contains(':') && !ends_in_number(host),
        };
        let fits = |byte: u8| {
            byte.is_ascii_graphic() && !matches!(byte, b'/' | b'@' | b'?' | b'#' | b'\\')
        };
        (known && (1..=255).contains(&host.len()) && host.bytes().all(fits)).then(|| Target {
            host: host.to_ascii_lowercase(),
            port,
        })
    }
}

/// Whether a name would be taken for an address by the rules of URLs: its last label is a number.
fn ends_in_number(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    let digits = |text: &str, radix: u32| text.chars().all(|c| c.is_digit(radix));
    let hex = last.strip_prefix("0x").or(last.strip_prefix("0X"));
    last.is_empty() || digits(last, 10) || hex.is_some_and(|rest| digits(rest, 16))
}

/// As it stands in a `CONNECT` request.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parse: impl Fn(&Uri) -> Option<Target>, text: &str, expected: Option<&str>) {
        let target = parse(&text.parse().unwrap());
        assert_eq!(
            target.map(|target| target.to_string()).as_deref(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn targets_are_read_and_written() {
        check(
            Target::of_tunnel,
            "example.org:443",
            Some("example.org:443"),
        );
        check(Target::of_tunnel, "[::1]:443", Some("[::1]:443"));
        check(Target::of_tunnel, "example.org", None);
        check(Target::of_tunnel, "example.org:0", None);
        check(Target::of_tunnel, "http://example.org:80/", None);
        check(Target::of_tunnel, "/path", None);
        check(
            Target::of_tunnel,
            "EXAMPLE.org:443",
            Some("example.org:443"),
        );
        for host in ["127.1", "2130706433", "0x7f.0.0.0x1", "1.2.3.4.5", "a.300."] {
            check(Target::of_tunnel, &format!("{host}:443"), None);
        }
        check(
            Target::of_request,
            "http://example.org/path?query",
            Some("example.org:80"),
        );
        check(Target::of_request, "http://[::1]:8080/", Some("[::1]:8080"));
        check(Target::of_request, "https://example.org/", None);
        check(Target::of_request, "/path", None);
        check(Target::of_request, "example.org:80", None);
    }

    #[test]
    fn a_host_has_no_characters_that_end_a_request() {
        for host in [
            "a b",
            "a\r\nX: y",
            "a/b",
            "a@b",
            "",
            "[::1",
            "b\u{fc}cher.test",
        ] {
            assert_eq!(Target::new(host, 80), None, "{host:?}");
        }
    }
}
