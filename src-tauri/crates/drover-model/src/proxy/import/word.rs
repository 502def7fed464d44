//! Notations without a blank: everything joined by `:` and `@`.

use std::net::{IpAddr, Ipv6Addr};

use super::{BadLine, Candidate, Notation, ProxyEntry};
use crate::proxy::address::{parse_place, parse_port, parse_scheme};
use crate::proxy::url::{read_login, split_scheme};
use crate::proxy::{ProxyAddress, ProxyScheme};
use crate::token::SecretText;

type Login = (Option<String>, Option<String>);

/// Every possible meaning, never none.
pub(super) fn read_word(text: &str, default: ProxyScheme) -> Result<Vec<Candidate>, BadLine> {
    let (word, rest) = split_scheme(text);
    let scheme = word.map_or(Ok(default), parse_scheme)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if !rest.contains('@') {
        return colons(rest, scheme, word.is_some());
    }
    let halves = at_sign(rest, scheme, word.is_some());
    // A password between colons may hold the sign.
    match (halves, colons(rest, scheme, false)) {
        (Ok(halves), Ok(_)) if word.is_some() => Ok(halves),
        (Ok(mut halves), Ok(colons)) => {
            halves.extend(colons);
            Ok(likeliest_of(halves))
        }
        (halves, colons) => halves.or_else(|error| colons.map_err(|_| error)),
    }
}

/// `user:password@host:port`, as in an URL, or the two halves the other way round.
fn at_sign(text: &str, scheme: ProxyScheme, url: bool) -> Result<Vec<Candidate>, BadLine> {
    // As in an URL the last one ends the login, since a password may hold some.
    let (login, host) = text.rsplit_once('@').unwrap_or(("", text));
    let usual = place(host, scheme, url)
        .and_then(|address| entry(address, read_login(login)?))
        .map(|entry| candidate(Notation::LoginFirst, entry));
    let (host, login) = text.split_once('@').unwrap_or((text, ""));
    let other = place(host, scheme, false)
        .and_then(|address| entry(address, read_login(login)?))
        .map(|entry| candidate(Notation::HostFirst, entry));
    match (usual, other) {
        // What starts with `scheme://` is an URL if it can be one.
        (Ok(usual), Ok(other)) if url && !surer(&other, &usual) => Ok(vec![usual]),
        (usual, other) => likeliest(usual, other),
    }
}

/// `host:port`, alone or before or after `user:password`.
fn colons(text: &str, scheme: ProxyScheme, url: bool) -> Result<Vec<Candidate>, BadLine> {
    let bare = |text: &str| text.parse::<Ipv6Addr>().is_ok();
    if bare(text) || text.rsplit_once(':').is_some_and(|(host, _)| bare(host)) {
        return Err(BadLine::Ipv6Brackets);
    }
    let fields = fields(text);
    match fields.as_slice() {
        [] | [_] | [_, _] => {
            let entry = entry(place(text, scheme, url)?, (None, None))?;
            Ok(vec![candidate(Notation::HostFirst, entry)])
        }
        [host, port, user, password @ ..] => {
            let first = by_parts(host, port, user, &password.join(":"), scheme)
                .map(|entry| candidate(Notation::HostFirst, entry));
            let last = match fields.as_slice() {
                [user, password @ .., host, port] if !user.is_empty() => {
                    by_parts(host, port, user, &password.join(":"), scheme)
                        .map(|entry| candidate(Notation::LoginFirst, entry))
                }
                _ => Err(BadLine::Login),
            };
            likeliest(first, last)
        }
    }
}

/// The entry of separate parts, as they are: nothing is decoded.
pub(super) fn by_parts(
    host: &str,
    port: &str,
    user: &str,
    password: &str,
    scheme: ProxyScheme,
) -> Result<ProxyEntry, BadLine> {
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    // The host first: of a line that is no proxy at all it is the better reason.
    let address = ProxyAddress::new(scheme, host, 1)?;
    let address = ProxyAddress::new(scheme, address.host(), parse_port(port)?)?;
    check_host(&address)?;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    entry(address, (some(user), some(password)))
}

fn place(text: &str, scheme: ProxyScheme, url: bool) -> Result<ProxyAddress, BadLine> {
    let address = parse_place(text, scheme)?;
    let has_port = if text.starts_with('[') {
        !text.ends_with(']')
    } else {
        text.contains(':')
    };
    check_host(&address)?;
    if has_port || url {
        Ok(address)
    } else {
        Err(BadLine::NoPort)
    }
}

/// A name that ends in a number can only be an IPv4 address, so `300.1.1.1` and `12345` are no hosts.
fn check_host(address: &ProxyAddress) -> Result<(), BadLine> {
    let last = address.host().rsplit('.').next().unwrap_or_default();
    let number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    if number && address.host().parse::<IpAddr>().is_err() {
        return Err(BadLine::Host);
    }
    Ok(())
}

fn entry(address: ProxyAddress, (user, password): Login) -> Result<ProxyEntry, BadLine> {
    if user.is_none() && password.is_some() {
        return Err(BadLine::Login);
    }
    if address.scheme() == ProxyScheme::Socks4 && password.is_some() {
        return Err(BadLine::Socks4Password);
    }
    Ok(ProxyEntry {
        name: None,
        address,
        user,
        password: password.map(SecretText::new),
    })
}

pub(super) fn candidate(notation: Notation, entry: ProxyEntry) -> Candidate {
    Candidate { notation, entry }
}

/// Both, unless one cannot be or is far less likely. The first one's error is the one to show.
pub(super) fn likeliest(
    first: Result<Candidate, BadLine>,
    second: Result<Candidate, BadLine>,
) -> Result<Vec<Candidate>, BadLine> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok(likeliest_of(vec![first, second])),
        (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(vec![one]),
        (Err(first), Err(_)) => Err(first),
    }
}

/// Without those that are far less likely than another, and without repeats.
fn likeliest_of(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let sure = candidates.iter().any(|one| is_address(&one.entry));
    let mut left: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let known = left.iter().any(|one| one.entry == candidate.entry);
        if !known && (!sure || is_address(&candidate.entry)) {
            left.push(candidate);
        }
    }
    left
}

/// Nobody is called like an IP address, so a host that is one wins over a host that is a name.
fn surer(one: &Candidate, other: &Candidate) -> bool {
    is_address(&one.entry) && !is_address(&other.entry)
}

/// Whether the host is an address, or the one name that only hosts have.
pub(super) fn is_address(entry: &ProxyEntry) -> bool {
    let host = entry.address.host();
    host == "localhost" || host.parse::<IpAddr>().is_ok()
}

/// The parts between colons; an IPv6 address in brackets is one part.
fn fields(text: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let skip = rest
            .strip_prefix('[')
            .and_then(|inner| inner.split_once(']'))
            .filter(|(host, _)| host.parse::<Ipv6Addr>().is_ok())
            .map_or(0, |(host, _)| host.len() + 2);
        let Some(at) = rest[skip..].find(':') else {
            fields.push(rest);
            return fields;
        };
        fields.push(&rest[..skip + at]);
        rest = &rest[skip + at + 1..];
    }
}
