//! Waiting for elements, texts, addresses and the network.

use crate::support::{Profile, Site, fails, page_of, run};

#[tokio::test]
async fn waits_end_when_something_comes_goes_or_changes() {
    let html = "<title>Wait</title><p class=spin>Loading</p><div id=box></div><script>
        setTimeout(() => document.querySelector('.spin').style.display = 'none', 150);
        setTimeout(() => box.innerHTML = '<i class=flag hidden></i>', 200);
        setTimeout(() => document.querySelector('.spin').remove(), 250);
        setTimeout(() => history.pushState({}, '', '/orders?x=1'), 300);
        setTimeout(() => box.innerHTML = '<b>Welcome</b>', 350);
        </script>";
    let site = Site::start(&[("/", html)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let lines = format!(
        r#"{{"do":"open","url":"{}"}}
{{"do":"wait","for":{{"css":".spin"}},"state":"hidden"}}
{{"do":"wait","for":{{"css":".flag"}},"state":"attached"}}
{{"do":"wait","for":{{"text":"Loading"}},"state":"hidden"}}
{{"do":"wait","for":{{"css":".spin"}},"state":"detached"}}
{{"do":"wait","for":{{"url":"/orders"}}}}
{{"do":"wait","for":{{"text":"Welcome"}}}}
{{"do":"wait","for":{{"css":"b"}}}}
{{"do":"wait","for":{{"css":".flag"}},"state":"detached"}}
{{"do":"wait","for":{{"time":"10ms"}}}}"#,
        site.url("/")
    );
    run(&page, &lines).await.0.unwrap();
    let still = "<p class=spin>Loading</p>";
    let site = Site::start(&[("/", still)]).await;
    for (wait, words) in [
        (r#"{"text":"Loading"},"state":"hidden""#, "is still there"),
        (
            r#"{"css":".spin"},"state":"detached""#,
            "there is still <p class=spin>",
        ),
        (r#"{"css":".no"},"state":"attached""#, "nothing like it"),
        (r#"{"text":"Welcome"}"#, "nothing like it"),
    ] {
        let step = format!(r#"{{"do":"wait","for":{wait},"timeout":"400ms"}}"#);
        let text = fails(&page, &site.url("/"), &step).await;
        assert!(text.contains(words), "`{words}` is not in: {text}");
    }
}

#[tokio::test]
async fn the_network_is_idle_when_nothing_is_under_way() {
    let chain = "<title>Start</title><script>
        const next = (left) => fetch('/home').then((answer) => answer.text()).then(() => left ? setTimeout(next, 200, left - 1) : document.title = 'done');
        onload = () => next(3);
        </script>";
    let never = "<title>Never</title><script>onload = () => fetch('/forever?token=abc')</script>";
    let site = Site::start(&[("/chain", chain), ("/never", never)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let lines = format!(
        r#"{{"do":"open","url":"{}"}}
{{"do":"wait","for":{{"network":"idle"}}}}
{{"do":"assert","title":"done","timeout":"2s"}}"#,
        site.url("/chain")
    );
    run(&page, &lines).await.0.unwrap();
    let step = r#"{"do":"wait","for":{"network":"idle"},"timeout":"1500ms"}"#;
    let text = fails(&page, &site.url("/never"), step).await;
    assert!(
        text.contains("a request was under way: http://127.0.0.1") && text.contains("/forever"),
        "{text}"
    );
    assert!(!text.contains("abc"), "the query is shown: {text}");
}
