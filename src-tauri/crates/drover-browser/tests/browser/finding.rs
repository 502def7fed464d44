//! The installed browser is found and says its version.

use std::path::Path;

use drover_browser::{Error, find};

use crate::support::{Door, Profile, env};

#[tokio::test]
async fn an_installed_browser_is_found_once_with_its_version() {
    let profile = Profile::new();
    let found = find(None, &env(&profile.home), &Door).await.unwrap();
    let first = found
        .first()
        .expect("a browser is installed on a machine that runs these tests");
    assert!(first.version.major() > 100, "{first:?}");
    let explicit = find(Some(&first.path), &[], &Door).await.unwrap();
    assert_eq!(explicit.len(), 1);
    assert_eq!(explicit[0].version, first.version);
}

#[tokio::test]
async fn a_path_without_a_browser_is_an_error_that_names_it() {
    let missing = Path::new("/nowhere/chrome");
    let error = find(Some(missing), &[], &Door).await.unwrap_err();
    assert!(
        matches!(&error, Error::NoBrowser(path) if path == missing),
        "{error}"
    );

    let error = find(Some(Path::new("/bin/ls")), &[], &Door)
        .await
        .unwrap_err();
    assert!(matches!(&error, Error::Version { .. }), "{error}");
    assert!(error.to_string().contains("/bin/ls"), "{error}");
}
