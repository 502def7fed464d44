//! A browser with a window, on a virtual display.

use std::{path::PathBuf, sync::Arc};

use drover_browser::{
    Browser, Closed, GatewayOptions, LaunchOptions, Process, Rung, Spawn as _, SpawnRequest,
    Visibility,
};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::support::{Door, Profile, Site, Wire, env, soon};

/// Starts a virtual display and gives its name.
pub(crate) async fn display(profile: &Profile) -> (Arc<dyn Process>, String) {
    let program = PathBuf::from("/usr/bin/Xvfb");
    assert!(program.is_file(), "this test needs Xvfb in `/usr/bin`");
    let (read, write) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).unwrap();
    let request = SpawnRequest {
        program,
        args: [
            "-displayfd",
            "3",
            "-screen",
            "0",
            "1280x800x24",
            "-nolisten",
            "tcp",
        ]
        .map(Into::into)
        .to_vec(),
        env: env(&profile.home),
        folder: profile.home.path().to_owned(),
        fds: vec![(3, write)],
        marker: format!("display-{}", profile.home.path().display()),
        stderr_tail: 4096,
    };
    let server = Door.spawn(request).await.unwrap();
    let mut number = String::new();
    let mut read = BufReader::new(tokio::net::unix::pipe::Receiver::from_owned_fd(read).unwrap());
    soon("the display", read.read_line(&mut number))
        .await
        .unwrap();
    assert!(!number.is_empty(), "no display: {}", server.stderr_tail());
    (server, format!(":{}", number.trim()))
}

#[tokio::test]
async fn a_window_shows_its_start_page_and_its_last_tab_ends_the_browser_by_hand() {
    let site = Site::start(&[("/start", "<title>Start</title>")]).await;
    let profile = Profile::new();
    let (_server, display) = display(&profile).await;
    let mut options = profile.real().await;
    options.env.push(("DISPLAY".into(), display.into()));
    let options = LaunchOptions {
        visibility: Visibility::Visible,
        start_urls: vec![site.url("/start")],
        ..options
    };

    let browser = Browser::launch(&Door, options.clone()).await.unwrap();
    let page = browser.new_page().await.unwrap();
    page.navigate(&site.url("/login"), crate::support::PATIENCE)
        .await
        .unwrap();
    assert_eq!(&page.screenshot().await.unwrap()[..4], b"\x89PNG");
    assert_eq!(
        soon("closing", browser.close()).await.unwrap(),
        Rung::Closed
    );

    let browser = Browser::launch(&Door, options).await.unwrap();
    let gateway = browser.gateway(GatewayOptions::default()).await.unwrap();
    let mut wire = Wire::connect(&gateway.url()).await;
    let pages = wire.pages().await;
    assert_eq!(pages.len(), 1, "the start page belongs into the first tab");
    wire.send("Target.closeTarget", json!({ "targetId": pages[0] }), None)
        .await;
    assert_eq!(soon("the end", browser.closed()).await, Closed::ByHand);
    soon("closing", gateway.close()).await;
}
