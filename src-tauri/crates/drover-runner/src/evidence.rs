//! What a file that a run leaves is, and what must not stay in it.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::Value;
use tokio::sync::oneshot;

use crate::redact::Redactor;

/// A HAR over this size is not read into memory, so it cannot be cleaned and is not kept.
const LARGEST_HAR: u64 = 128 * 1024 * 1024;
/// Headers that sign somebody in.
const SECRET_HEADERS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];
const DROPPED: &str = "(dropped by Drover)";

/// The kind of a file nobody has named, by its name.
pub(crate) fn kind_of(file: &Path) -> &'static str {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_ascii_lowercase();
    let ends = |ending: &str| name.ends_with(ending);
    if ends(".har") || ends(".har.zip") {
        "har"
    } else if ends(".zip") && name.contains("trace") {
        "trace"
    } else if ends(".png") || ends(".jpg") || ends(".jpeg") || ends(".webp") {
        "screenshot"
    } else if ends(".webm") || ends(".mp4") {
        "video"
    } else {
        "file"
    }
}

/// The files below a folder with their sizes, sorted, relative to it. Links are not followed.
pub(crate) fn files_below(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(current) = open.pop() {
        for entry in fs::read_dir(&current).into_iter().flatten().flatten() {
            let (path, Ok(meta)) = (entry.path(), entry.metadata()) else {
                continue;
            };
            if meta.is_dir() {
                open.push(path);
            } else if meta.is_file()
                && let Ok(inside) = path.strip_prefix(folder)
            {
                files.push((inside.to_owned(), meta.len()));
            }
        }
    }
    files.sort();
    files
}

/// Takes out of a HAR what signs somebody in, and what the redactor knows. Gives the new size, or in words why the file
/// cannot be cleaned. It works on a thread of its own, because a large one takes seconds.
pub(crate) async fn clean_har(path: &Path, redactor: &Redactor) -> Result<u64, String> {
    let (path, redactor) = (path.to_owned(), redactor.clone());
    let (tell, told) = oneshot::channel();
    thread::Builder::new()
        .name("har".to_owned())
        .spawn(move || tell.send(clean(&path, &redactor)))
        .map_err(words)?;
    told.await
        .unwrap_or_else(|_| Err("the work on it broke off".to_owned()))
}

fn clean(path: &Path, redactor: &Redactor) -> Result<u64, String> {
    let size = fs::metadata(path).map_err(words)?.len();
    if size > LARGEST_HAR {
        return Err(format!("it is larger than {LARGEST_HAR} bytes"));
    }
    let bytes = fs::read(path).map_err(words)?;
    if bytes.starts_with(b"PK") {
        return Err("it is an archive; let the script write a plain `.har`".to_owned());
    }
    let mut har: Value =
        serde_json::from_slice(&bytes).map_err(|error| format!("it is not a HAR: {error}"))?;
    drop(bytes);
    let entries = har
        .pointer_mut("/log/entries")
        .and_then(Value::as_array_mut);
    for entry in entries.into_iter().flatten() {
        for side in ["request", "response"] {
            if let Some(message) = entry.get_mut(side) {
                clean_message(message);
            }
        }
    }
    let text = redactor.json(har).to_string();
    let fresh = path.with_extension("har.clean");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&fresh)
        .map_err(words)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| fs::rename(&fresh, path));
    if let Err(error) = written {
        fs::remove_file(&fresh).ok(); // the disk that is full may fail at this too
        return Err(words(error));
    }
    Ok(text.len() as u64)
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to `map_err`")]
fn words(error: io::Error) -> String {
    error.to_string()
}

fn clean_message(message: &mut Value) {
    if let Some(cookies) = message.get_mut("cookies").and_then(Value::as_array_mut) {
        for cookie in cookies {
            if let Some(value) = cookie.get_mut("value") {
                *value = DROPPED.into();
            }
        }
    }
    let headers = message.get_mut("headers").and_then(Value::as_array_mut);
    for header in headers.into_iter().flatten() {
        let name = header.get("name").and_then(Value::as_str).unwrap_or("");
        if SECRET_HEADERS
            .iter()
            .any(|secret| name.eq_ignore_ascii_case(secret))
        {
            header["value"] = DROPPED.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn a_har_keeps_its_shape_and_loses_its_logins() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.har");
        let har = json!({ "log": { "version": "1.2", "entries": [{
            "request": {
                "url": "https://shop.test/?key=hunter2-hunter2",
                "headers": [{ "name": "authorization", "value": "Bearer abc" }, { "name": "Accept", "value": "text/html" }],
                "cookies": [{ "name": "session", "value": "s1" }],
            },
            "response": {
                "headers": [{ "name": "Set-Cookie", "value": "session=s2" }, { "name": "Proxy-Authorization", "value": "x9" }],
                "cookies": [{ "name": "session", "value": "s2" }],
            },
        }] } });
        fs::write(&path, har.to_string()).unwrap();
        let redactor = Redactor::new();
        redactor.register("api", &SecretString::from("hunter2-hunter2"));
        let size = clean_har(&path, &redactor).await.unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.len() as u64, size);
        for gone in [
            "Bearer abc",
            "\"s1\"",
            "session=s2",
            "\"s2\"",
            "x9",
            "hunter2",
        ] {
            assert!(!text.contains(gone), "`{gone}` is in {text}");
        }
        let clean: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            clean.pointer("/log/entries/0/request/headers/1/value"),
            Some(&json!("text/html"))
        );
        fs::write(&path, b"PK\x03\x04").unwrap();
        assert!(
            clean_har(&path, &redactor)
                .await
                .unwrap_err()
                .contains("archive")
        );
        fs::write(&path, b"half {").unwrap();
        assert!(
            clean_har(&path, &redactor)
                .await
                .unwrap_err()
                .contains("not a HAR")
        );
    }

    #[test]
    fn names_tell_kinds_and_folders_are_looked_into() {
        let place = tempfile::tempdir().unwrap();
        let inside = place.path().join("results/login");
        fs::create_dir_all(&inside).unwrap();
        for name in [
            "my-trace.zip",
            "data.zip",
            "page.PNG",
            "v.webm",
            "net.har",
            "notes.txt",
        ] {
            fs::write(inside.join(name), "1").unwrap();
        }
        std::os::unix::fs::symlink("/etc", place.path().join("link")).unwrap();
        let found: Vec<(String, &str)> = files_below(place.path())
            .iter()
            .map(|(path, _)| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, kind_of(path))
            })
            .collect();
        let expected = [
            ("data.zip", "file"),
            ("my-trace.zip", "trace"),
            ("net.har", "har"),
            ("notes.txt", "file"),
            ("page.PNG", "screenshot"),
            ("v.webm", "video"),
        ];
        assert_eq!(found, expected.map(|(name, kind)| (name.to_owned(), kind)));
    }
}
