//! What a process that waits is told when it is given its run.

use std::ffi::OsString;
use std::path::Path;

use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::process::Environment;

/// The text that goes through the pipe; `None` where a name is no text. It may hold secrets. `args` are the script and
/// its own arguments.
pub(crate) fn order(
    environment: &Environment,
    folder: &Path,
    args: &[OsString],
) -> Option<Zeroizing<Vec<u8>>> {
    let mut variables = Map::new();
    for (name, value) in environment {
        variables.insert(name.to_str()?.to_owned(), Value::from(value.to_str()?));
    }
    let args: Option<Vec<&str>> = args.iter().map(|arg| arg.to_str()).collect();
    let args = args?;
    let (script, args) = args.split_first()?;
    let order = json!({
        "environment": variables, "folder": folder.to_str()?, "script": script, "args": args,
    });
    Some(Zeroizing::new(order.to_string().into_bytes()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt as _;

    use super::*;

    #[test]
    fn a_name_that_is_no_text_cannot_be_told() {
        let variables = |value: OsString| Environment::from([("SITE".into(), value)]);
        let told = |value| {
            order(
                &variables(value),
                Path::new("/a"),
                &["/a/b.mjs".into(), "--slow".into()],
            )
        };
        let text = told("x".into()).unwrap();
        let read: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(
            read,
            json!({ "environment": { "SITE": "x" }, "folder": "/a", "script": "/a/b.mjs", "args": ["--slow"] })
        );
        assert!(told(OsString::from_vec(vec![0xff])).is_none());
    }
}
