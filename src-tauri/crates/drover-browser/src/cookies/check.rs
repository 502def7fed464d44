//! The rules that browsers keep to, checked before a cookie is sent, because Chrome drops a wrong one without a word.

use drover_model::{CookieSkip, SameSite};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use url::Host;

use super::Cookie;

/// Name and value together, in bytes; RFC 6265bis, section 5.6.
const LONGEST: usize = 4096;

/// Why a browser would not keep this cookie, when that can be told beforehand.
pub(super) fn check(cookie: &Cookie, now: Timestamp) -> Result<(), CookieSkip> {
    let value = cookie.value.expose_secret();
    if cookie.name.is_empty() || has(&cookie.name, &[';', '=']) {
        return Err(CookieSkip::InvalidName);
    }
    if has(value, &[';']) {
        return Err(CookieSkip::InvalidValue);
    }
    if cookie.name.len() + value.len() > LONGEST {
        return Err(CookieSkip::TooLong);
    }
    if !cookie.path.starts_with('/') || has(&cookie.path, &[';']) {
        return Err(CookieSkip::InvalidPath);
    }
    if cookie.expires.is_some_and(|expires| expires <= now) {
        return Err(CookieSkip::Expired);
    }
    let begins = |prefix: &str| {
        let start = cookie.name.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    if begins("__Secure-") && !cookie.secure {
        return Err(CookieSkip::SecurePrefix);
    }
    if begins("__Host-") && !(cookie.secure && cookie.host_only && cookie.path == "/") {
        return Err(CookieSkip::HostPrefix);
    }
    if cookie.same_site == Some(SameSite::None) && !cookie.secure {
        return Err(CookieSkip::SameSiteNone);
    }
    if cookie.partition.is_some() && !cookie.secure {
        return Err(CookieSkip::PartitionNotSecure);
    }
    Ok(())
}

/// The host as browsers write it and whether it is for that host alone, from a domain with or without a leading dot.
pub(super) fn host(domain: &str, host_only: bool) -> Result<(String, bool), CookieSkip> {
    let bare = domain.strip_prefix('.').unwrap_or(domain);
    match Host::parse(bare) {
        Ok(Host::Domain(name)) if name.split('.').all(|label| !label.is_empty()) => {
            Ok((name, host_only))
        }
        // An address has no subdomains.
        Ok(address @ (Host::Ipv4(_) | Host::Ipv6(_))) => Ok((address.to_string(), true)),
        _ => Err(CookieSkip::InvalidDomain),
    }
}

fn has(text: &str, wrong: &[char]) -> bool {
    text.chars().any(|c| c.is_control() || wrong.contains(&c))
}
