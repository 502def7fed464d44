//! The end: asked, by hand, by a crash; and what is left.

use drover_browser::{Browser, Closed, Error, LockState, Rung, cdp::CdpError, inspect};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Crash, Door, PATIENCE, Profile, Site, soon};

/// Processes that carry the profile's marker.
fn left(profile: &Profile) -> Vec<String> {
    let marker = format!(
        "DROVER_MARKER={}#",
        profile.home.path().file_name().unwrap().to_str().unwrap()
    );
    let processes = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()));
    processes
        .filter(|path| {
            let env = std::fs::read(path.join("environ")).unwrap_or_default();
            env.split(|byte| *byte == 0)
                .any(|entry| entry.starts_with(marker.as_bytes()))
        })
        .map(|path| path.display().to_string())
        .collect()
}

#[tokio::test]
async fn closing_leaves_no_process_and_no_lock_and_keeps_cookies() {
    let site = Site::start(&[(
        "/set",
        "<script>document.cookie = 'session=1; max-age=86400'</script>",
    )])
    .await;
    let profile = Profile::new();
    let browser = profile.launch().await;
    let page = browser.new_page().await.unwrap();
    page.navigate(&site.url("/set"), PATIENCE).await.unwrap();
    assert!(
        !left(&profile).is_empty(),
        "the marker does not reach the browser"
    );
    assert_eq!(
        soon("closing", browser.close()).await.unwrap(),
        Rung::Closed
    );
    assert_eq!(left(&profile), Vec::<String>::new());
    assert_eq!(inspect(&profile.folder()).unwrap(), LockState::Free);
    assert_eq!(browser.closed().await, Closed::Asked);
    assert!(
        matches!(browser.new_page().await, Err(Error::Cdp { .. })),
        "a closed browser opened a page"
    );

    let browser = profile.launch().await;
    let page = browser.new_page().await.unwrap();
    page.navigate(&site.url("/home"), PATIENCE).await.unwrap();
    let script = "document.body.innerText";
    let evaluate = drover_browser::cdp::protocol::Evaluate {
        expression: script,
        context_id: None,
        await_promise: false,
        return_by_value: true,
    };
    let text = page.session().call(&evaluate).await.unwrap().result.value;
    assert!(
        text.as_str().unwrap().contains("Welcome, ada"),
        "the cookie was lost: {text}"
    );
    assert_eq!(soon("killing", browser.kill()).await.unwrap(), Rung::Killed);
    assert_eq!(left(&profile), Vec::<String>::new());
    assert_eq!(inspect(&profile.folder()).unwrap(), LockState::Free);
}

#[tokio::test]
async fn a_killed_browser_is_reported_as_a_crash() {
    let profile = Profile::new();
    let browser = profile.launch().await;
    let page = browser.new_page().await.unwrap();
    let pid = Pid::from_raw(browser.identity().pid.cast_signed()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
    let closed = soon("the end", browser.closed()).await;
    assert!(
        matches!(&closed, Closed::Crashed { exit, .. } if exit == "signal 9"),
        "{closed:?}"
    );
    assert_eq!(left(&profile), Vec::<String>::new());
    assert_eq!(
        inspect(&profile.folder()).unwrap(),
        LockState::Free,
        "the lock of the dead was kept"
    );
    assert!(page.url().await.is_err());
    assert_eq!(browser.close().await.unwrap(), Rung::Gone);
}

#[tokio::test]
async fn a_page_crash_is_not_a_browser_crash() {
    let site = Site::start(&[]).await;
    let profile = Profile::new();
    let browser = profile.launch().await;
    let page = browser.new_page().await.unwrap();
    let forever = site.url("/forever");
    let (crash, load) = tokio::join!(
        soon("the crash", page.session().call(&Crash {})),
        soon("the end of the load", page.navigate(&forever, PATIENCE)),
    );
    assert!(matches!(&crash, Err(CdpError::Crashed)), "{crash:?}");
    assert!(matches!(&load, Err(Error::PageCrashed)), "{load:?}");
    let error = page.url().await.unwrap_err();
    assert!(matches!(&error, Error::PageCrashed), "{error:?}");
    let other = browser.new_page().await.unwrap();
    assert_eq!(
        other.url().await.unwrap(),
        "about:blank",
        "the browser lives"
    );
    assert_eq!(
        soon("closing", browser.close()).await.unwrap(),
        Rung::Closed
    );
}

#[tokio::test]
async fn a_window_closed_by_hand_is_told_apart() {
    let profile = Profile::new();
    let browser = profile.launch().await;
    let pages = browser.new_page().await.unwrap();
    // What a person's click on the cross does, as far as headless mode has it: the browser ends in good order.
    let close = drover_browser::cdp::protocol::BrowserClose {};
    pages.session().call(&close).await.ok(); // the answer may be lost with the browser
    assert_eq!(soon("the end", browser.closed()).await, Closed::ByHand);
}

#[tokio::test]
async fn a_browser_that_ignores_everything_is_killed() {
    let profile = Profile::new();
    // Answers the three questions of a start in their order, then hangs, deaf to SIGTERM.
    let body = r#"trap '' TERM
stdbuf -oL tr '\0' '\n' <&3 | while read -r _; do
  count=$((count + 1))
  case $count in
    1) printf '{"id":1,"result":{"product":"Fake/1"}}\0' >&4 ;;
    2) printf '{"id":2,"result":{}}\0' >&4 ;;
    3) printf '{"id":3,"result":{"targetInfos":[{"targetId":"T","type":"page"}]}}\0' >&4 ;;
  esac
done
while :; do sleep 1000; done"#;
    let options = drover_browser::LaunchOptions {
        start_limit: PATIENCE,
        ..profile.script(body)
    };
    let browser = Browser::launch(&Door, options).await.unwrap();
    assert_eq!(browser.version().product, "Fake/1");
    assert_eq!(
        soon("killing", browser.close()).await.unwrap(),
        Rung::Killed
    );
    assert_eq!(left(&profile), Vec::<String>::new());
}

#[tokio::test]
async fn dropping_the_browser_ends_it() {
    let profile = Profile::new();
    let browser = profile.launch().await;
    drop(browser);
    let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
    soon("the end", async {
        while !left(&profile).is_empty() {
            look.tick().await;
        }
    })
    .await;
}
