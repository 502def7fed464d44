use std::{fmt, str::FromStr};

use super::{
    BadProxy, ProxyAddress, ProxyScheme,
    address::{parse_place, parse_scheme},
    percent::decoded,
};

/// A proxy address as people paste it, perhaps with a login in it.
/// The login is taken apart at once, because only the address may be stored.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyUrl {
    /// Where the proxy listens.
    pub address: ProxyAddress,
    /// The user name, percent-decoded.
    pub user: Option<String>,
    /// The password, percent-decoded. It belongs into the keychain.
    pub password: Option<String>,
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = if self.user.is_some() {
            " with a login"
        } else {
            ""
        };
        write!(f, "ProxyUrl({}{login})", self.address)
    }
}

impl FromStr for ProxyUrl {
    type Err = BadProxy;

    fn from_str(text: &str) -> Result<Self, BadProxy> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadProxy::Empty);
        }
        let (scheme, rest) = split_scheme(text);
        let scheme = scheme.map_or(Ok(ProxyScheme::Http), parse_scheme)?;
        // The last `@` ends the login, since a password may hold one.
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (Some(login), place),
            None => (None, rest),
        };
        let place = place.strip_suffix('/').unwrap_or(place);
        let (user, password) = match login {
            None => (None, None),
            Some(login) => read_login(login)?,
        };
        if scheme == ProxyScheme::Socks4 && password.is_some() {
            return Err(BadProxy::Socks4Password);
        }
        Ok(Self {
            address: parse_place(place, scheme)?,
            user,
            password,
        })
    }
}

/// The word before `://`, if the text starts with one. A password may hold these characters as well.
pub(super) fn split_scheme(text: &str) -> (Option<&str>, &str) {
    let word = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    };
    match text.split_once("://") {
        Some((scheme, rest)) if word(scheme) => (Some(scheme), rest),
        _ => (None, text),
    }
}

/// `user` or `user:password`, percent-decoded.
pub(super) fn read_login(login: &str) -> Result<(Option<String>, Option<String>), BadProxy> {
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    if user.is_empty() {
        return Err(BadProxy::Login);
    }
    let password = (!password.is_empty()).then(|| decoded(password));
    Ok((Some(decoded(user)), password))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, address: &str, user: Option<&str>, password: Option<&str>) {
        let url: ProxyUrl = text
            .parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(url.address.to_string(), address, "{text}");
        assert_eq!(
            (url.user.as_deref(), url.password.as_deref()),
            (user, password),
            "{text}"
        );
    }

    #[test]
    fn usual_addresses_are_read() {
        check("http://host:8080", "http://host:8080", None, None);
        check("host:3128", "http://host:3128", None, None);
        check(
            "SOCKS5://Eu-1.Example:1080/",
            "socks5://eu-1.example:1080",
            None,
            None,
        );
        check(
            "http://user:p%40ss@10.0.0.1:80",
            "http://10.0.0.1:80",
            Some("user"),
            Some("p@ss"),
        );
        check(
            "http://user:p@ss@h:80",
            "http://h:80",
            Some("user"),
            Some("p@ss"),
        );
        check("https://[::1]:8443", "https://[::1]:8443", None, None);
        check("socks5://h", "socks5://h:1080", None, None);
        check(
            "socks4a://anna@h:1081",
            "socks4://h:1081",
            Some("anna"),
            None,
        );
        check("http://[0:0::1]:80", "http://[::1]:80", None, None);
    }

    #[test]
    fn bad_addresses_say_what_is_wrong() {
        let say = |text: &str| text.parse::<ProxyUrl>().unwrap_err().to_string();
        assert_eq!(
            say("ftp://h:1"),
            "`ftp://` is not supported; use `http://`, `https://`, `socks5://` or `socks4://`"
        );
        assert_eq!(
            say("http://h:99999"),
            "`99999` is not a port; use a number from 1 to 65535"
        );
        assert_eq!(
            say("http://h:0"),
            "`0` is not a port; use a number from 1 to 65535"
        );
        assert_eq!(
            say("http://:80"),
            "the host is missing or holds characters that no host name has"
        );
        assert_eq!(
            say("http://:secret@h:80"),
            "a password needs a user name before it, as in `user:password@host`"
        );
        assert_eq!(
            say("socks4://anna:canary@h:80"),
            "SOCKS 4 knows user names but no passwords; use `socks5://` or leave it out"
        );
        for hidden in ["h:8080:anna:canary", "anna:canary", "anna:123456789"] {
            assert_eq!(
                say(hidden),
                "what follows the host is not a port; use a number from 1 to 65535",
                "it may be a password"
            );
        }
        assert_eq!(say("http://h:80/path"), "nothing may follow the port");
        assert_eq!(
            say("  "),
            "an address is needed, for example `http://proxy.example:8080`"
        );
    }

    #[test]
    fn a_login_is_never_printed() {
        let url: ProxyUrl = "http://anna:canary-1@h:80".parse().unwrap();
        assert_eq!(format!("{url:?}"), "ProxyUrl(http://h:80 with a login)");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,40}") {
            text.parse::<ProxyUrl>().ok();
        }

        #[test]
        fn an_address_survives_its_text(host in "[a-z][a-z0-9.-]{0,20}", port in 1_u16.., scheme in 0_usize..4) {
            let text = format!("{}://{host}:{port}", ProxyScheme::ALL[scheme].as_str());
            let address: ProxyAddress = text.parse().unwrap();
            prop_assert_eq!(address.to_string(), text);
        }
    }
}
