//! `cookies.txt`: seven fields between tabs, one cookie a line.

use drover_model::{CookieFormat, CookieKey, CookieSkip};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Cookie, CookieFile, CookieFileError, check::host, cookie::instant, file::Entry};

/// Before the domain of a cookie that scripts cannot see. To older readers the line is a comment.
const HTTP_ONLY: &str = "#HttpOnly_";

pub(super) fn read(text: &str, at: Timestamp) -> Result<CookieFile, CookieFileError> {
    let mut entries = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_end_matches('\r');
        let hidden = line.strip_prefix(HTTP_ONLY);
        let comment = line.starts_with('#') && hidden.is_none();
        if comment || line.trim().is_empty() {
            continue;
        }
        entries.push(Entry {
            at: index + 1,
            cookie: entry(hidden.unwrap_or(line), hidden.is_some()),
        });
    }
    let known = text.trim_start().starts_with("# Netscape HTTP Cookie File")
        || text.trim_start().starts_with("# HTTP Cookie File");
    let unreadable =
        |entry: &Entry| matches!(entry.cookie, Err((_, CookieSkip::Unreadable { .. })));
    if entries.iter().all(unreadable) && !known {
        return Err(CookieFileError::Unknown);
    }
    Ok(CookieFile {
        format: CookieFormat::Netscape,
        entries,
        at,
        notes: Vec::new(),
    })
}

fn entry(line: &str, http_only: bool) -> Result<Cookie, (Option<CookieKey>, CookieSkip)> {
    let unreadable = |problem: String| (None, CookieSkip::Unreadable { problem });
    let mut fields: Vec<&str> = line.split('\t').collect();
    if fields.len() == 6 {
        fields.push(""); // editors cut the tab before an empty value
    }
    let [domain, subdomains, path, secure, expires, name, value] = fields[..] else {
        let problem = format!("{} fields between tabs instead of 7", fields.len());
        return Err(unreadable(problem));
    };
    let switch = |text: &str, what: &str| match text.to_ascii_uppercase().as_str() {
        "TRUE" => Ok(true),
        "FALSE" => Ok(false),
        _ => Err(unreadable(format!("{what} is neither TRUE nor FALSE"))),
    };
    let subdomains = switch(subdomains, "the field for subdomains")?;
    let secure = switch(secure, "the field for secure")?;
    let expires: f64 = expires
        .trim()
        .parse()
        .map_err(|_| unreadable("the expiry is not a number".to_owned()))?;
    let (domain, host_only) = host(domain, !subdomains).map_err(|reason| {
        let key = CookieKey {
            domain: domain.to_owned(),
            path: path.to_owned(),
            name: name.to_owned(),
            partition: None,
        };
        (Some(key), reason)
    })?;
    Ok(Cookie {
        name: name.to_owned(),
        value: SecretString::from(value),
        domain,
        host_only,
        path: path.to_owned(),
        expires: instant(expires),
        secure,
        http_only,
        same_site: None,
        priority: None,
        source_scheme: None,
        source_port: None,
        partition: None,
    })
}

/// The lines of the cookies, and how many of them the format cannot hold.
pub(super) fn write(cookies: &[Cookie]) -> (String, usize) {
    let mut text = "# Netscape HTTP Cookie File\n\n".to_owned();
    let mut left = 0;
    for cookie in cookies {
        let value = cookie.value.expose_secret();
        // A partition would be lost, and the cookie would be sent where it never was.
        if cookie.partition.is_some()
            || [value, &cookie.name, &cookie.path]
                .iter()
                .any(|part| part.contains(['\t', '\n', '\r']))
        {
            left += 1;
            continue;
        }
        let word = |on: bool| if on { "TRUE" } else { "FALSE" };
        let fields = [
            &cookie.dotted_domain(),
            word(!cookie.host_only),
            &cookie.path,
            word(cookie.secure),
            &cookie.expires.map_or(0, Timestamp::as_second).to_string(),
            &cookie.name,
            value,
        ];
        if cookie.http_only {
            text.push_str(HTTP_ONLY);
        }
        text.push_str(&fields.join("\t"));
        text.push('\n');
    }
    (text, left)
}
