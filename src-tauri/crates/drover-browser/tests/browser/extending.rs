//! Extensions in a running browser.

use std::{fs, path::Path};

use drover_browser::{
    Browser, LaunchOptions,
    extensions::{FLAG, install, load, remove},
};
use drover_model::{Extension, ExtensionState};
use sha2::{Digest as _, Sha256};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{Door, PATIENCE, Profile, Site, soon};

/// Writes into every page that it runs.
const SCRIPT: &str = "document.title = 'extended ' + chrome.runtime.id";

fn manifest(name: &str) -> String {
    format!(
        r#"{{"manifest_version": 3, "name": "{name}", "version": "1.0", "default_locale": "en",
        "content_scripts": [{{"matches": ["http://127.0.0.1/*"], "js": ["page.js"]}}]}}"#
    )
}

fn zip(manifest: &str, script: &str) -> Vec<u8> {
    use std::io::Write as _;
    let mut out = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let messages = r#"{"appName": {"message": "Packed"}}"#;
    for (name, text) in [
        ("manifest.json", manifest),
        ("page.js", script),
        ("_locales/en/messages.json", messages),
    ] {
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn field(tag: &[u8], bytes: &[u8]) -> Vec<u8> {
    [tag, &[u8::try_from(bytes.len()).unwrap()], bytes].concat()
}

/// Version 3, with a proof and the signed id, as the store packs it.
fn crx3(key: &[u8], zip: &[u8]) -> Vec<u8> {
    let proof = field(
        &[0x12],
        &[field(&[0x0a], key), field(&[0x12], b"signature")].concat(),
    );
    let id = &Sha256::digest(key)[..16];
    let signed = field(&[0x82, 0xf1, 0x04], &field(&[0x0a], id));
    let head = [proof, signed].concat();
    let length = u32::try_from(head.len()).unwrap().to_le_bytes();
    [b"Cr24", &[3, 0, 0, 0][..], &length, &head, zip].concat()
}

async fn launch(profile: &Profile) -> Browser {
    let options = LaunchOptions {
        arguments: vec![FLAG.to_owned()],
        ..profile.real().await
    };
    Browser::launch(&Door, options).await.unwrap()
}

async fn states(browser: &Browser, home: &Path, extensions: &[Extension]) -> Vec<ExtensionState> {
    let statuses = load(browser, home, extensions).await.unwrap();
    statuses.into_iter().map(|status| status.state).collect()
}

#[tokio::test]
async fn a_crx_and_a_folder_work_and_a_wrong_one_says_why() {
    let site = Site::start(&[("/page", "<title>Plain</title>")]).await;
    let profile = Profile::new();
    let home = profile.home.path().join("profile/extensions");
    let package = profile.home.path().join("packed.crx");
    fs::write(
        &package,
        crx3(b"a public key", &zip(&manifest("__MSG_appName__"), SCRIPT)),
    )
    .unwrap();
    let packed = install(&package, &home).unwrap();
    assert_eq!(packed.name, "Packed");
    let wrong = profile.home.path().join("wrong");
    fs::create_dir_all(&wrong).unwrap();
    fs::write(
        wrong.join("manifest.json"),
        manifest("Wrong").replace("\"default_locale\": \"en\",", ""),
    )
    .unwrap();
    let wrong = install(&wrong, &home).unwrap();

    let browser = launch(&profile).await;
    let [first, second] = states(&browser, &home, &[packed.clone(), wrong.clone()])
        .await
        .try_into()
        .unwrap();
    let store_id = packed.store_id.clone().unwrap();
    assert_eq!(
        first,
        ExtensionState::Loaded {
            id: store_id.clone()
        },
        "the id of the store was lost"
    );
    assert!(
        matches!(&second, ExtensionState::NotLoaded { reason } if reason.contains("page.js")),
        "{second:?}"
    );
    let page = browser.new_page().await.unwrap();
    page.navigate(&site.url("/page"), PATIENCE).await.unwrap();
    assert_eq!(page.title().await.unwrap(), format!("extended {store_id}"));
    soon("closing", browser.close()).await.unwrap();

    // The next start, and then without it: the browser keeps its own list, which must follow the profile's.
    let browser = launch(&profile).await;
    let loaded = states(&browser, &home, std::slice::from_ref(&packed)).await;
    assert_eq!(loaded, [ExtensionState::Loaded { id: store_id }]);
    assert_eq!(states(&browser, &home, &[]).await, []);
    let page = browser.new_page().await.unwrap();
    page.navigate(&site.url("/page"), PATIENCE).await.unwrap();
    assert_eq!(
        page.title().await.unwrap(),
        "Plain",
        "an extension that was taken away still runs"
    );
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn one_whose_files_are_gone_is_not_called_loaded() {
    let profile = Profile::new();
    let home = profile.home.path().join("extensions");
    let package = profile.home.path().join("a.zip");
    fs::write(&package, zip(&manifest("A"), SCRIPT)).unwrap();
    let there = install(&package, &home).unwrap();
    fs::write(&package, zip(&manifest("B"), SCRIPT)).unwrap();
    let gone = install(&package, &home).unwrap();
    remove(&home, &gone.digest).unwrap();
    let browser = launch(&profile).await;
    let [there, gone] = states(&browser, &home, &[there, gone])
        .await
        .try_into()
        .unwrap();
    assert!(matches!(&there, ExtensionState::Loaded { .. }), "{there:?}");
    assert!(
        matches!(&gone, ExtensionState::NotLoaded { reason } if !reason.is_empty() && !reason.ends_with('.')),
        "{gone:?}"
    );
    soon("closing", browser.close()).await.unwrap();
}
