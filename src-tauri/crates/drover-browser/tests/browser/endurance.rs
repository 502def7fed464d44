//! The same again and again: a few times in every test run, a hundred times in `cargo xtask nightly`.

use drover_browser::{Browser, LockState, Rung, cdp::protocol::Evaluate, inspect};

use crate::support::{Door, PATIENCE, Profile, Site, soon};

const SIGN_IN: &str = "<script>document.cookie = 'session=1; max-age=86400'</script>";

#[expect(
    clippy::disallowed_methods,
    reason = "how often is the caller's choice"
)]
fn rounds() -> u32 {
    std::env::var("DROVER_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(3)
}

async fn open(profile: &Profile) -> Browser {
    let options = profile.real().await;
    Browser::launch(&Door, options).await.unwrap()
}

/// Opens `path` in a page of its own and gives what it shows.
async fn see(browser: &Browser, site: &Site, path: &str) -> String {
    let page = browser.new_page().await.unwrap();
    page.navigate(&site.url(path), PATIENCE).await.unwrap();
    let look = Evaluate {
        expression: "document.body.innerText",
        context_id: None,
        await_promise: false,
        return_by_value: true,
    };
    let seen = page.session().call(&look).await.unwrap().result.value;
    seen.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_session_survives_every_stop() {
    let site = Site::start(&[("/set", SIGN_IN)]).await;
    let profile = Profile::new();
    let browser = open(&profile).await;
    see(&browser, &site, "/set").await;
    soon("closing", browser.close()).await.unwrap();
    for round in 0..rounds() {
        let browser = open(&profile).await;
        let text = see(&browser, &site, "/home").await;
        assert!(text.contains("Welcome, ada"), "round {round}: {text}");
        let rung = soon("closing", browser.close()).await.unwrap();
        assert_eq!(rung, Rung::Closed, "round {round}");
        assert_eq!(inspect(&profile.folder()).unwrap(), LockState::Free);
    }
}

#[tokio::test]
async fn a_session_survives_the_end_of_drover() {
    let site = Site::start(&[("/set", SIGN_IN)]).await;
    let profile = Profile::new();
    let browser = open(&profile).await;
    see(&browser, &site, "/set").await;
    soon("closing", browser.close()).await.unwrap();
    for round in 0..rounds() {
        let browser = open(&profile).await;
        let text = see(&browser, &site, "/home").await;
        assert!(text.contains("Welcome, ada"), "round {round}: {text}");
        // The pipe closes, as the kernel closes it for a Drover that was killed.
        drop(browser);
        soon("the end", async {
            while inspect(&profile.folder()).unwrap() != LockState::Free {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}
