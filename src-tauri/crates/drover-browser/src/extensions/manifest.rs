//! The manifest of an extension.

use std::{fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use super::{ExtensionError, crx::id_of_key};
use crate::keeping::at;

/// What of a manifest is shown and checked.
#[derive(Debug)]
pub(super) struct Manifest {
    pub name: String,
    pub version: String,
    /// `manifest_version`.
    pub format: u32,
    pub description: Option<String>,
    pub permissions: Vec<String>,
    pub store_id: Option<String>,
}

/// Reads and checks the manifest in `folder`.
pub(super) fn read(folder: &Path) -> Result<Manifest, ExtensionError> {
    let manifest = object(folder)?;
    let text = |field: &str| manifest.get(field).and_then(Value::as_str);
    let wrong = |why: &str| ExtensionError::Manifest(why.to_owned());
    match manifest.get("manifest_version").and_then(Value::as_u64) {
        Some(3) => {}
        Some(other) => return Err(ExtensionError::ManifestVersion(other)),
        None => return Err(wrong("it has no `manifest_version`")),
    }
    let messages = messages(folder, text("default_locale"));
    let name = localised(text("name").unwrap_or(""), &messages);
    if name.trim().is_empty() {
        return Err(wrong("it has no `name`"));
    }
    let version = text("version").ok_or_else(|| wrong("it has no `version`"))?;
    if !is_version(version) {
        return Err(wrong(
            "its `version` is not one to four numbers with dots between",
        ));
    }
    let lists = ["permissions", "host_permissions"].into_iter();
    let lists = lists.filter_map(|field| manifest.get(field)?.as_array());
    let permissions = lists
        .flatten()
        .filter_map(|one| Some(one.as_str()?.to_owned()));
    let key = text("key").map(|key| STANDARD.decode(key.replace(char::is_whitespace, "")));
    let key = key
        .transpose()
        .map_err(|_| wrong("its `key` is not base64"))?;
    Ok(Manifest {
        name,
        version: version.to_owned(),
        format: 3,
        description: text("description").map(|text| localised(text, &messages)),
        permissions: permissions.collect(),
        store_id: key.as_deref().map(id_of_key),
    })
}

/// Writes the key into the manifest, when it has none, so that the extension keeps its id in the store.
pub(super) fn add_key(folder: &Path, key: &[u8]) -> Result<(), ExtensionError> {
    let mut manifest = object(folder)?;
    if manifest.contains_key("key") {
        return Ok(());
    }
    manifest.insert("key".to_owned(), Value::String(STANDARD.encode(key)));
    let path = folder.join("manifest.json");
    let text = serde_json::to_vec_pretty(&manifest).expect("BUG: plain JSON");
    Ok(fs::write(&path, text).map_err(at("write", &path))?)
}

fn object(folder: &Path) -> Result<Map<String, Value>, ExtensionError> {
    let path = folder.join("manifest.json");
    let text = fs::read_to_string(&path).map_err(at("read", &path))?;
    serde_json::from_str(&without_comments(&text)).map_err(|error| {
        ExtensionError::Manifest(format!(
            "line {}, column {} cannot be read",
            error.line(),
            error.column()
        ))
    })
}

/// Browsers allow comments in manifests, and a byte order mark. Lines stay where they are.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.trim_start_matches('\u{feff}').chars().peekable();
    let mut in_text = false;
    while let Some(c) = rest.next() {
        match (in_text, c, rest.peek()) {
            (true, '\\', Some(_)) => {
                out.push(c);
                out.extend(rest.next());
                continue;
            }
            (false, '/', Some('/')) => {
                while rest.next_if(|c| *c != '\n').is_some() {}
                continue;
            }
            (false, '/', Some('*')) => {
                rest.next();
                let mut before = ' ';
                for c in rest.by_ref() {
                    if c == '\n' {
                        out.push(c);
                    }
                    if before == '*' && c == '/' {
                        break;
                    }
                    before = c;
                }
                continue;
            }
            (_, '"', _) => in_text = !in_text,
            _ => {}
        }
        out.push(c);
    }
    out
}

fn messages(folder: &Path, locale: Option<&str>) -> Map<String, Value> {
    let fine = |locale: &&str| {
        locale
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    };
    let text = locale.filter(fine).and_then(|locale| {
        let path = folder.join("_locales").join(locale).join("messages.json");
        fs::read_to_string(path).ok()
    });
    let text = text.map(|text| without_comments(&text));
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// The text with `__MSG_name__` replaced. The names of messages do not tell case apart.
fn localised(text: &str, messages: &Map<String, Value>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("__MSG_") {
        let Some((name, behind)) = after.split_once("__") else {
            break;
        };
        let found = messages
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        out.push_str(before);
        match found.and_then(|(_, message)| message.get("message")?.as_str()) {
            Some(message) => out.push_str(message),
            None => out.extend(["__MSG_", name, "__"]),
        }
        rest = behind;
    }
    out + rest
}

fn is_version(version: &str) -> bool {
    let parts: Vec<&str> = version.split('.').collect();
    let number = |part: &&str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u32>().is_ok()
    };
    parts.len() <= 4 && parts.iter().all(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(manifest: &str, messages: Option<&str>) -> Result<Manifest, ExtensionError> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("manifest.json"), manifest).unwrap();
        if let Some(messages) = messages {
            let locale = folder.path().join("_locales/en");
            fs::create_dir_all(&locale).unwrap();
            fs::write(locale.join("messages.json"), messages).unwrap();
        }
        read(folder.path())
    }

    #[test]
    fn names_are_localised_and_comments_read_over() {
        let manifest = "\u{feff}{ // the name\n \"name\": \"__MSG_appName__ // 2\", /* two\nlines */ \"version\": \"1.2\",
            \"manifest_version\": 3, \"default_locale\": \"en\", \"permissions\": [\"tabs\"],
            \"host_permissions\": [\"https://a.test/*\"], \"description\": \"__MSG_none__\"}";
        let read = with(manifest, Some(r#"{"APPNAME": {"message": "Shop"}}"#)).unwrap();
        assert_eq!(
            (read.name.as_str(), read.version.as_str()),
            ("Shop // 2", "1.2")
        );
        assert_eq!(read.permissions, ["tabs", "https://a.test/*"]);
        assert_eq!(read.description.as_deref(), Some("__MSG_none__"));
    }

    #[test]
    fn a_wrong_manifest_is_refused_with_the_reason() {
        let check = |manifest: &str, expected: &str| {
            let error = with(manifest, None).unwrap_err().to_string();
            assert!(error.contains(expected), "{manifest}: {error}");
        };
        check(
            r#"{"manifest_version": 2, "name": "a", "version": "1"}"#,
            "manifest version 2",
        );
        check(r#"{"name": "a", "version": "1"}"#, "no `manifest_version`");
        check(r#"{"manifest_version": 3, "version": "1"}"#, "no `name`");
        check(r#"{"manifest_version": 3, "name": "a"}"#, "no `version`");
        check(
            r#"{"manifest_version": 3, "name": "a", "version": "1.x"}"#,
            "`version`",
        );
        check(
            r#"{"manifest_version": 3, "name": "a", "version": "1.2.3.4.5"}"#,
            "`version`",
        );
        check("{\n\"manifest_version\": }", "line 2");
    }
}
