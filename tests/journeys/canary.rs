//! A token's value is in the keychain and nowhere else, whatever it went through.

use crate::support::{desktop::Desktop, scripts::sign_in_task, search, shop::Shop};

const CANARY: &str = "canary+7d1f/value=4e";

#[test]
fn a_canary_goes_through_every_flow_and_is_found_nowhere() {
    let desktop = Desktop::new();
    let shop = Shop::start();
    desktop
        .cli_with_input(&["token", "set", "canary"], Some(CANARY))
        .ok();
    desktop.cli(&["profile", "add", "anna"]).ok();
    let import = serde_json::json!({ "profile_name": "boris", "tokens": { "auth_token": CANARY } });
    std::fs::write(desktop.home().join("import.json"), import.to_string()).unwrap();
    desktop.cli(&["profile", "import", "import.json"]).ok();
    std::fs::remove_file(desktop.home().join("import.json")).unwrap();
    desktop.add_task(&sign_in_task("prints it", "anna", &shop.url(), "canary"));
    desktop.add_task(&serde_json::json!({
        "name": "by environment", "kind": "command", "shell": true,
        "program": "echo plain $CANARY; printf %s \"$CANARY\" | base64; printf %s \"$CANARY\" | od -An -tx1 | tr -d ' \\n'; exit 3",
        "tokens": [{ "name": "canary", "env": "CANARY" }]
    }));
    desktop.add_task(&serde_json::json!({
        "name": "by steps", "kind": "steps", "profiles": { "names": ["anna"] }, "tokens": [{ "name": "canary" }],
        "steps": [
            { "do": "open", "url": shop.url() },
            { "do": "fill", "at": { "label": "Password" }, "value": "{{ secret.canary }}" },
            { "do": "click", "at": { "text": "not on the page" }, "timeout": "1s" }
        ]
    }));
    assert_eq!(desktop.cli(&["run", "prints it", "--wait"]).code, 0);
    assert_eq!(desktop.cli(&["run", "by environment", "--wait"]).code, 1);
    assert_eq!(desktop.cli(&["run", "by steps", "--wait"]).code, 1);
    let export = desktop.cli(&["profile", "export"]).ok();
    assert!(!export.contains(CANARY), "{export}");

    let found: Vec<_> = search::files_with(&desktop.data(), &forms(CANARY));
    // Chrome itself keeps what was typed into a page's form for the time of a session; that is the
    // profile's own data, below `profiles`, and not Drover's.
    let drovers: Vec<_> = found
        .into_iter()
        .filter(|path| !path.starts_with(desktop.data().join("profiles")))
        .collect();
    assert!(drovers.is_empty(), "the value is in {drovers:?}");
    let arguments = search::with_argument(CANARY);
    assert!(
        arguments.is_empty(),
        "the value is in the arguments of {arguments:?}"
    );
    let open: Vec<_> = search::open_to_others(&desktop.data())
        .into_iter()
        .filter(|path| !path.starts_with(desktop.data().join("profiles")))
        .collect();
    assert!(open.is_empty(), "others than the owner may read {open:?}");
}

/// Raw, URL-encoded, base64 and hex.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let url: String = value.bytes().fold(String::new(), |all, byte| {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            format!("{all}{}", byte as char)
        } else {
            format!("{all}%{byte:02X}")
        }
    });
    let hex = value
        .bytes()
        .fold(String::new(), |all, byte| format!("{all}{byte:02x}"));
    [value.to_owned(), url, hex, base64(value.as_bytes())]
        .into_iter()
        .map(String::into_bytes)
        .collect()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks_exact(3) {
        let bits = u32::from(chunk[0]) << 16 | u32::from(chunk[1]) << 8 | u32::from(chunk[2]);
        for shift in [18, 12, 6, 0] {
            text.push(LETTERS[(bits >> shift & 63) as usize] as char);
        }
    }
    text
}
