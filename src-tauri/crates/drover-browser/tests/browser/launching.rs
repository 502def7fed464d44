//! Starting: what comes of a browser that answers, and of programs that do not.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use drover_browser::{Browser, Error, LaunchOptions, LockState, Rung, inspect};

use crate::support::{Door, Profile, Site, soon};

#[tokio::test]
async fn a_fresh_profile_starts_answers_and_shows_its_start_page() {
    let site = Site::start(&[
        ("/first", "<title>First</title>"),
        ("/second", "<title>Second</title>"),
    ])
    .await;
    let profile = Profile::new();
    let options = profile.real().await;
    let start_urls = vec![site.url("/first"), site.url("/second")];
    let options = LaunchOptions {
        start_urls,
        overrides: drover_model::overrides::Overrides {
            language: Some("de-DE".to_owned()),
            ..Default::default()
        },
        ..options
    };
    let browser = Browser::launch(&Door, options).await.unwrap();
    assert!(
        browser.version().product.contains("Chrome/"),
        "{:?}",
        browser.version()
    );
    assert_eq!(
        fs::metadata(profile.folder()).unwrap().permissions().mode() & 0o777,
        0o700
    );
    let pid = browser.identity().pid;
    assert_eq!(
        inspect(&profile.folder()).unwrap(),
        LockState::HeldHere { pid }
    );
    let ours = fs::read(format!("/proc/{pid}/cmdline")).unwrap();
    let line = String::from_utf8_lossy(&ours).into_owned();
    assert!(
        line.contains("--remote-debugging-pipe") && !line.contains("--remote-debugging-port"),
        "{line}"
    );
    assert!(
        !line.contains(&site.url("")),
        "a start page is on the command line"
    );

    let gateway = browser
        .gateway(drover_browser::GatewayOptions::default())
        .await
        .unwrap();
    let mut wire = crate::support::Wire::connect(&gateway.url()).await;
    let pages = wire.pages().await;
    assert_eq!(
        pages.len(),
        2,
        "the first start page belongs into the first tab"
    );
    let page = browser.new_page().await.unwrap();
    page.navigate(&site.url("/first"), crate::support::PATIENCE)
        .await
        .unwrap();
    assert_eq!(page.title().await.unwrap(), "First");
    let picture = browser.shot().await.unwrap();
    assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
    drop(wire);
    assert_eq!(
        soon("closing", browser.close()).await.unwrap(),
        Rung::Closed
    );
}

#[tokio::test]
async fn with_a_proxy_every_request_goes_through_it_loopback_too() {
    let unused = Site::start(&[("/", "<title>Direct</title>")]).await;
    let pages = [
        ("http://shop.test/", "<title>Shop</title>"),
        (&*unused.url("/"), "<title>Proxied</title>"),
    ];
    let proxy = Site::start(&pages).await;
    let profile = Profile::new();
    let options = LaunchOptions {
        proxy: Some(proxy.address()),
        ..profile.real().await
    };
    let browser = Browser::launch(&Door, options).await.unwrap();
    let page = browser.new_page().await.unwrap();
    for (url, title) in [
        ("http://shop.test/".to_owned(), "Shop"),
        (unused.url("/"), "Proxied"),
    ] {
        page.navigate(&url, crate::support::PATIENCE).await.unwrap();
        assert_eq!(page.title().await.unwrap(), title, "{url}");
    }
    proxy.stop().await;
    let after = page
        .navigate(&unused.url("/"), crate::support::PATIENCE)
        .await;
    assert!(
        matches!(&after, Err(Error::Navigation(_))),
        "it went around a proxy that is gone: {after:?}"
    );
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn a_profile_that_is_open_is_not_opened_again() {
    let profile = Profile::new();
    let browser = profile.launch().await;
    let again = Browser::launch(&Door, profile.real().await)
        .await
        .unwrap_err();
    let pid = browser.identity().pid;
    assert!(
        matches!(&again, Error::HeldHere { pid: holder, .. } if *holder == pid),
        "{again}"
    );
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn a_browsers_own_folder_is_refused() {
    let profile = Profile::new();
    let folder = profile.home.path().join(".config/chromium/Default");
    let options = LaunchOptions {
        folder: folder.clone(),
        ..profile.script("exit 0")
    };
    let error = Browser::launch(&Door, options).await.unwrap_err();
    assert!(matches!(&error, Error::DefaultRoot { .. }), "{error}");
    assert!(!folder.exists(), "the folder was made");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let profile = Profile::new();
    fs::write(profile.home.path().join("file"), "").unwrap();
    let folder = profile.home.path().join("file/chrome");
    let error = Browser::launch(
        &Door,
        LaunchOptions {
            folder,
            ..profile.script("exit 0")
        },
    )
    .await
    .unwrap_err();
    assert!(matches!(&error, Error::Folder { .. }), "{error}");
}

#[tokio::test]
async fn a_missing_program_is_named() {
    let profile = Profile::new();
    let error = Browser::launch(&Door, profile.options(PathBuf::from("/nowhere/chrome")))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Start { program, .. } if program.ends_with("chrome")),
        "{error}"
    );
}

#[tokio::test]
async fn a_browser_that_dies_at_start_is_quoted() {
    let profile = Profile::new();
    let error = Browser::launch(&Door, profile.script("echo 'no display here' >&2; exit 7"))
        .await
        .unwrap_err();
    assert!(matches!(&error, Error::EndedAtStart { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("exit code 7") && text.contains("no display here"),
        "{text}"
    );
}

#[tokio::test]
async fn a_silent_browser_is_stopped_at_the_limit() {
    let profile = Profile::new();
    let pid_file = profile.home.path().join("pid");
    let body = format!(
        "echo $$ >{}; echo waiting >&2; exec sleep 1000",
        pid_file.display()
    );
    let error = Browser::launch(&Door, profile.script(&body))
        .await
        .unwrap_err();
    assert!(matches!(&error, Error::StartLimit { .. }), "{error}");
    let pid = fs::read_to_string(pid_file).unwrap();
    assert!(
        !fs::exists(format!("/proc/{}", pid.trim())).unwrap(),
        "it still runs"
    );
}

#[tokio::test]
async fn garbage_on_the_pipe_is_no_answer() {
    let profile = Profile::new();
    let body = r#"printf 'rubbish\0{"id":77,"result":{}}\0{"method":"No.such","params":{}}\0' >&4; exec cat <&3 >/dev/null"#;
    let error = Browser::launch(&Door, profile.script(body))
        .await
        .unwrap_err();
    assert!(matches!(&error, Error::StartLimit { .. }), "{error}");
}
