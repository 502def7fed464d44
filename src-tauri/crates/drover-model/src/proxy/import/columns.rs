//! Parts that stand apart, without a header that says what they are.

use super::word::{by_parts, candidate, is_address, likeliest, read_word};
use super::{BadLine, Candidate, Notation};
use crate::proxy::ProxyScheme;
use crate::proxy::address::{parse_port, parse_scheme};
use crate::token::SecretText;

/// How the parts are kept apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    Blanks,
    /// A mark such as a comma, which is not written before a remark.
    Mark,
}

/// Every possible meaning of the parts, never none.
pub(super) fn read_columns(
    parts: &[&str],
    between: Between,
    default: ProxyScheme,
) -> Result<Vec<Candidate>, BadLine> {
    let (scheme, parts) = take_scheme(parts, default);
    match parts.as_slice() {
        [] => Err(BadLine::Unknown),
        [host, port, rest @ ..] if parse_port(port).is_ok() => {
            host_and_port(host, port, rest, between, scheme)
        }
        [user, password, host, port] if parse_port(port).is_ok() => {
            let entry = by_parts(host, port, user, password, scheme)?;
            Ok(vec![candidate(Notation::LoginFirst, entry)])
        }
        [word, rest @ ..] => place_and_more(word, rest, scheme),
    }
}

/// A protocol may stand first or last.
fn take_scheme<'a>(parts: &[&'a str], default: ProxyScheme) -> (ProxyScheme, Vec<&'a str>) {
    if let [first, rest @ ..] = parts
        && let Ok(scheme) = parse_scheme(first)
    {
        return (scheme, rest.to_vec());
    }
    if let [rest @ .., last] = parts
        && rest.len() != 1
        && let Ok(scheme) = parse_scheme(last)
    {
        return (scheme, rest.to_vec());
    }
    (default, parts.to_vec())
}

/// `host port`, perhaps with `user password` behind.
fn host_and_port(
    host: &str,
    port: &str,
    rest: &[&str],
    between: Between,
    scheme: ProxyScheme,
) -> Result<Vec<Candidate>, BadLine> {
    let alone =
        || by_parts(host, port, "", "", scheme).map(|entry| candidate(Notation::Remark, entry));
    let [user, password, remark @ ..] = rest else {
        return match rest {
            [user, ..] => {
                let named = by_parts(host, port, user, "", scheme)?;
                likeliest(Ok(candidate(Notation::HostFirst, named)), alone())
            }
            [] => Ok(vec![candidate(
                Notation::HostFirst,
                by_parts(host, port, "", "", scheme)?,
            )]),
        };
    };
    let first = by_parts(host, port, user, password, scheme)
        .map(|entry| candidate(Notation::HostFirst, entry));
    match (remark, between) {
        // A login that cannot be used is not passed over in silence.
        _ if first == Err(BadLine::Socks4Password) => Err(BadLine::Socks4Password),
        ([], Between::Mark) => {
            let last = by_parts(user, password, host, port, scheme)
                .map(|entry| candidate(Notation::LoginFirst, entry));
            likeliest(first, last)
        }
        _ => likeliest(first, alone()),
    }
}

/// `host:port` as one part, then a login or a remark.
fn place_and_more(
    word: &str,
    rest: &[&str],
    scheme: ProxyScheme,
) -> Result<Vec<Candidate>, BadLine> {
    let meanings = read_word(word, scheme)?;
    let mut others = rest.iter().filter_map(|part| read_word(part, scheme).ok());
    if others.any(|other| other.iter().any(|one| is_address(&one.entry))) {
        return Err(BadLine::TwoProxies);
    }
    let [only] = meanings.as_slice() else {
        return Ok(meanings);
    };
    if rest.is_empty() {
        return Ok(meanings);
    }
    if only.entry.user.is_some() {
        return Ok(vec![candidate(Notation::Remark, only.entry.clone())]);
    }
    let login = match rest {
        [login] => login.split_once(':'),
        [user, password] => Some((*user, *password)),
        _ => None,
    };
    let remark = candidate(Notation::Remark, only.entry.clone());
    match login {
        Some((user, password)) if !user.is_empty() && !password.is_empty() => {
            let mut entry = only.entry.clone();
            entry.user = Some(user.to_owned());
            entry.password = Some(SecretText::new(password.to_owned()));
            if entry.address.scheme() == ProxyScheme::Socks4 {
                return Err(BadLine::Socks4Password);
            }
            Ok(vec![candidate(Notation::HostFirst, entry), remark])
        }
        _ => Ok(vec![remark]),
    }
}
