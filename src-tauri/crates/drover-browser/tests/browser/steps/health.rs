//! A page that crashes, a browser that is gone, one that hangs.

use drover_browser::Closed;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Crash, Profile, page_of, run, soon};

#[tokio::test]
async fn a_page_that_crashed_and_a_browser_that_is_gone_are_told_apart() {
    let profile = Profile::new();
    let (browser, page) = page_of(&profile).await;
    let other = browser.new_page().await.unwrap();
    let waits = r#"{"do":"click","at":{"text":"never"}}"#;
    let ((result, _), _) = tokio::join!(run(&page, waits), page.session().call(&Crash {}));
    let failure = result.unwrap_err();
    assert_eq!(failure.problem.code(), "page_crashed", "{failure}");
    // The browser goes on, and so do its other pages.
    run(&other, r#"{"do":"evaluate","script":"1"}"#)
        .await
        .0
        .unwrap();
    let ((result, _), _) = tokio::join!(run(&other, waits), browser.kill());
    let failure = result.unwrap_err();
    assert_eq!(failure.problem.code(), "browser_gone", "{failure}");
}

#[tokio::test]
async fn a_browser_that_does_not_answer_is_ended_and_called_hung() {
    let profile = Profile::new();
    let browser = profile.launch().await;
    let pid = Pid::from_raw(browser.identity().pid.cast_signed()).unwrap();
    kill_process(pid, Signal::STOP).unwrap();
    let closed = soon("the end", browser.closed()).await;
    assert_eq!(closed, Closed::Hung);
    assert_eq!(closed.code(), Some("browser_hung"));
}
