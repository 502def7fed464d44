use std::fmt;

use hyper::Uri;

/// A destination as Chrome names it. It is never resolved here.
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

    fn new(host: &str, port: u16) -> Option<Target> {
        let host = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        (!host.is_empty()).then(|| Target {
            host: host.to_owned(),
            port,
        })
    }
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
            Target::of_request,
            "http://example.org/path?query",
            Some("example.org:80"),
        );
        check(Target::of_request, "http://[::1]:8080/", Some("[::1]:8080"));
        check(Target::of_request, "https://example.org/", None);
        check(Target::of_request, "/path", None);
        check(Target::of_request, "example.org:80", None);
    }
}
