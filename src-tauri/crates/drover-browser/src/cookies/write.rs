//! Cookies into files. Such a file holds live sessions: it is a secret, and on disk it is for its owner alone.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use drover_model::{CookieFormat, SameSite};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

use super::{
    Cookie,
    cookie::{same_site_word, seconds},
    netscape,
};

/// The text of a cookie file.
#[derive(Debug)]
pub struct CookieText {
    /// Live sessions.
    pub text: SecretString,
    /// Sentences on what the format could not hold.
    pub notes: Vec<String>,
}

/// The cookies in a format.
pub fn write(cookies: &[Cookie], format: CookieFormat) -> CookieText {
    let mut notes = Vec::new();
    let numbered = cookies.iter().zip(1_u64..);
    let text = match format {
        CookieFormat::EditThisCookie => {
            let list = numbered.map(|(cookie, id)| for_extension(cookie, Some(id)));
            pretty(&list.collect())
        }
        CookieFormat::CookieEditor => pretty(
            &cookies
                .iter()
                .map(|cookie| for_extension(cookie, None))
                .collect(),
        ),
        CookieFormat::StorageState => {
            let list: Value = cookies.iter().map(for_playwright).collect();
            pretty(&json!({ "cookies": list, "origins": [] }))
        }
        CookieFormat::Netscape => {
            let (text, left) = netscape::write(cookies);
            if left > 0 {
                notes.push(format!(
                    "{left} cookies were left out: the format cannot hold them."
                ));
            }
            text
        }
    };
    if let Some(lost) = format.loses() {
        notes.push(format!("The format cannot say {lost}."));
    }
    CookieText {
        text: SecretString::from(text),
        notes,
    }
}

/// Writes the text to a file that only its owner can read, all of it or nothing.
pub fn save(text: &CookieText, path: &Path) -> io::Result<()> {
    let missing = || io::Error::new(io::ErrorKind::InvalidInput, "the path names no file");
    let name = path.file_name().ok_or_else(missing)?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut partial = name.to_owned();
    partial.push(".partial");
    let partial = folder.join(partial);
    let written = write_new(&partial, text.text.expose_secret().as_bytes())
        .and_then(|()| fs::rename(&partial, path))
        .and_then(|()| File::open(folder)?.sync_all());
    if written.is_err() {
        fs::remove_file(&partial).ok(); // it may not have come to be
    }
    written
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // What an interrupted save left could be readable by others.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// `EditThisCookie` when there is a number, otherwise Cookie-Editor.
fn for_extension(cookie: &Cookie, id: Option<u64>) -> Value {
    let same_site = match cookie.same_site {
        Some(SameSite::Strict) => json!("strict"),
        Some(SameSite::Lax) => json!("lax"),
        Some(SameSite::None) => json!("no_restriction"),
        None if id.is_some() => json!("unspecified"),
        None => Value::Null,
    };
    let mut entry = json!({
        "domain": cookie.dotted_domain(),
        "hostOnly": cookie.host_only,
        "httpOnly": cookie.http_only,
        "name": cookie.name,
        "path": cookie.path,
        "sameSite": same_site,
        "secure": cookie.secure,
        "session": cookie.expires.is_none(),
        "storeId": id.map(|_| "0"),
        "value": cookie.value.expose_secret(),
    });
    let fields = entry.as_object_mut().expect("BUG: an object was just made");
    if let Some(expires) = cookie.expires {
        fields.insert("expirationDate".to_owned(), json!(seconds(expires)));
    }
    if let Some(id) = id {
        fields.insert("id".to_owned(), json!(id));
    }
    if let Some(partition) = &cookie.partition {
        fields.insert("partitionKey".to_owned(), json!(partition));
    }
    add_unusual(fields, cookie);
    entry
}

/// What follows from the other fields is not written, so that files look as other tools expect them.
fn add_unusual(fields: &mut Map<String, Value>, cookie: &Cookie) {
    let (scheme, port) = if cookie.secure {
        ("Secure", 443)
    } else {
        ("NonSecure", 80)
    };
    if let Some(priority) = cookie
        .priority
        .as_deref()
        .filter(|priority| *priority != "Medium")
    {
        fields.insert("priority".to_owned(), json!(priority));
    }
    if let Some(other) = cookie
        .source_scheme
        .as_deref()
        .filter(|other| *other != scheme)
    {
        fields.insert("sourceScheme".to_owned(), json!(other));
    }
    if let Some(other) = cookie.source_port.filter(|other| *other != port) {
        fields.insert("sourcePort".to_owned(), json!(other));
    }
}

fn for_playwright(cookie: &Cookie) -> Value {
    let mut entry = json!({
        "name": cookie.name,
        "value": cookie.value.expose_secret(),
        "domain": cookie.dotted_domain(),
        "path": cookie.path,
        "expires": cookie.expires.map_or(-1.0, seconds),
        "httpOnly": cookie.http_only,
        "secure": cookie.secure,
        // Playwright knows no unset value; Chrome treats one as `Lax`.
        "sameSite": same_site_word(cookie.same_site.unwrap_or(SameSite::Lax)),
    });
    if let Some(partition) = &cookie.partition {
        entry["partitionKey"] = json!(partition.top_level_site);
        entry["_crHasCrossSiteAncestor"] = json!(partition.has_cross_site_ancestor);
    }
    entry
}
