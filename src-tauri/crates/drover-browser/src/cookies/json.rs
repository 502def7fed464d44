//! The three JSON formats. They differ in little, so one lenient reader reads the entries of all.

use drover_model::{CookieFormat, CookieKey, CookieSkip};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;

use super::{
    Cookie, CookieFile, CookieFileError,
    check::host,
    cookie::{instant, same_site},
    file::Entry,
};
use crate::cdp::protocol::PartitionKey;

pub(super) fn read(json: &Value, at: Timestamp) -> Result<CookieFile, CookieFileError> {
    let mut notes = Vec::new();
    let (format, list) = match json {
        Value::Array(list) => (list_format(list), list),
        Value::Object(state) => {
            let list = state.get("cookies").and_then(Value::as_array);
            let origins = state.get("origins").and_then(Value::as_array);
            if let Some(count @ 1..) = origins.map(Vec::len) {
                notes.push(format!(
                    "Local storage of {count} sites in the file was left aside."
                ));
            }
            (
                CookieFormat::StorageState,
                list.ok_or(CookieFileError::Unknown)?,
            )
        }
        _ => return Err(CookieFileError::Unknown),
    };
    if !list.is_empty() && !list.iter().any(|entry| entry.get("name").is_some()) {
        return Err(CookieFileError::Unknown);
    }
    let entries = list.iter().enumerate().map(|(index, value)| Entry {
        at: index + 1,
        cookie: entry(value),
    });
    Ok(CookieFile {
        format,
        entries: entries.collect(),
        at,
        notes,
    })
}

/// `EditThisCookie` numbers its entries and names the store `0`; Cookie-Editor does neither.
fn list_format(list: &[Value]) -> CookieFormat {
    let numbered = |entry: &Value| {
        entry.get("id").is_some_and(Value::is_number)
            || entry.get("storeId").is_some_and(Value::is_string)
    };
    if list.iter().any(numbered) {
        CookieFormat::EditThisCookie
    } else {
        CookieFormat::CookieEditor
    }
}

fn entry(value: &Value) -> Result<Cookie, (Option<CookieKey>, CookieSkip)> {
    let unreadable = |problem: &str| {
        let problem = problem.to_owned();
        (None, CookieSkip::Unreadable { problem })
    };
    if !value.is_object() {
        return Err(unreadable("not an object"));
    }
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let flag = |name: &str| value.get(name).and_then(Value::as_bool);
    let name = text("name").ok_or_else(|| unreadable("no `name`"))?;
    let secret = text("value").ok_or_else(|| unreadable("no `value`"))?;
    let domain = text("domain").ok_or_else(|| unreadable("no `domain`"))?;
    let path = text("path").unwrap_or("/");
    let host_only = flag("hostOnly").unwrap_or(!domain.starts_with('.'));
    let (domain, host_only) = host(domain, host_only).map_err(|reason| {
        let key = CookieKey {
            domain: domain.to_owned(),
            path: path.to_owned(),
            name: name.to_owned(),
            partition: None,
        };
        (Some(key), reason)
    })?;
    let expires = ["expirationDate", "expires"]
        .iter()
        .find_map(|field| value.get(field))
        .and_then(number);
    let session = flag("session").unwrap_or(false);
    let partition = partition(value, &domain);
    Ok(Cookie {
        name: name.to_owned(),
        value: SecretString::from(secret),
        domain,
        host_only,
        path: path.to_owned(),
        expires: expires.filter(|_| !session).and_then(instant),
        secure: flag("secure").unwrap_or(false),
        http_only: flag("httpOnly").unwrap_or(false),
        same_site: text("sameSite").and_then(same_site),
        priority: text("priority").map(ToOwned::to_owned),
        source_scheme: text("sourceScheme").map(ToOwned::to_owned),
        source_port: value
            .get("sourcePort")
            .and_then(Value::as_i64)
            .and_then(|port| port.try_into().ok()),
        partition,
    })
}

/// A number, also one that was written as text.
fn number(value: &Value) -> Option<f64> {
    value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

/// Playwright writes the site as text, the extensions and Chrome as an object.
fn partition(value: &Value, domain: &str) -> Option<PartitionKey> {
    let key = value.get("partitionKey")?;
    let site = key.as_str().or_else(|| key.get("topLevelSite")?.as_str())?;
    let site = site.trim_end_matches('/');
    if site.is_empty() {
        return None;
    }
    let said = value
        .get("_crHasCrossSiteAncestor")
        .or_else(|| key.get("hasCrossSiteAncestor"));
    let top = site.split_once("://").map_or(site, |(_, host)| host);
    let below_itself = domain == top
        || domain
            .strip_suffix(top)
            .is_some_and(|rest| rest.ends_with('.'));
    Some(PartitionKey {
        top_level_site: site.to_owned(),
        // A partition is there for frames of other sites, unless the file says otherwise.
        has_cross_site_ancestor: said.and_then(Value::as_bool).unwrap_or(!below_itself),
    })
}
