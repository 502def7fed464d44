//! Built-in steps on real pages: what passes, and what a failure says.

use drover_browser::{StepEvent, StepProblem, Surroundings, Tabs, run_steps};
use tokio::sync::watch;

use crate::support::{Crash, PATIENCE, Profile, Site, fails, page_of, run, soon, steps};

#[tokio::test]
async fn a_login_by_steps_reads_what_is_behind_it() {
    let site = Site::start(&[]).await;
    let profile = Profile::new();
    let (browser, page) = page_of(&profile).await;
    let lines = format!(
        r#"
{{"do":"open","url":"{}"}}
{{"do":"fill","at":{{"label":"User name"}},"value":"ada"}}
{{"do":"fill","at":{{"label":"Password"}},"value":"{{{{ secret.shop }}}}"}}
{{"do":"click","at":{{"role":"button","name":"Sign in"}}}}
{{"do":"extract","at":{{"css":"h1"}},"as":"greeting"}}
{{"do":"extract","at":{{"test_id":"balance"}},"as":"balance"}}
{{"do":"wait","for":{{"url":"/home"}}}}
{{"do":"wait","for":{{"text":"welcome"}}}}
{{"do":"screenshot","name":"home"}}"#,
        site.url("/login")
    );
    let (result, events) = run(&page, &lines).await;
    let outputs = result.unwrap();
    assert_eq!(
        outputs["greeting"], "Welcome, ada",
        "the click did not wait for the new page"
    );
    assert_eq!(outputs["balance"], "42.50");
    let picture = events.iter().find_map(|event| match event {
        StepEvent::Picture { name, png, .. } => Some((name.as_str(), &png[..8])),
        _ => None,
    });
    assert_eq!(picture, Some(("home", &b"\x89PNG\r\n\x1a\n"[..])));
    let passed = events
        .iter()
        .filter(|event| matches!(event, StepEvent::Passed { .. }))
        .count();
    assert_eq!(passed, 9);
    let printed = format!("{events:?}");
    assert!(!printed.contains("right"), "an event holds the secret");
    soon("closing", browser.close()).await.unwrap();
}

#[tokio::test]
async fn steps_wait_for_what_comes_late() {
    let late = "<title>Late</title><div id=box></div><script>
        setTimeout(() => { box.innerHTML = '<button id=go hidden disabled>Go</button>'; }, 150);
        setTimeout(() => { go.hidden = false; }, 300);
        setTimeout(() => { go.disabled = false; }, 450);
        document.addEventListener('click', (event) => { if (event.isTrusted) box.innerHTML += '<p>done</p>'; });
        </script>";
    let cover = "<button onclick='document.title = \"hit\"'>Pay</button>
        <div id=veil style='position:fixed;inset:0;background:#0008'>Loading</div>
        <script>setTimeout(() => veil.remove(), 300)</script>";
    let moving = "<style>@keyframes m { from { margin-left: 0 } to { margin-left: 400px } }
        button { animation: m 0.4s linear 1 forwards }</style>
        <button onclick='document.title = \"caught\"'>Catch</button>";
    let far =
        "<div style='height:5000px'></div><button onclick='document.title = \"far\"'>Down</button>";
    let shadow = "<div id=host></div><script>host.attachShadow({mode:'open'}).innerHTML =
        '<button>Inner</button>'; host.shadowRoot.firstChild.onclick = () => document.title = 'shadow';</script>";
    let site = Site::start(&[
        ("/late", late),
        ("/cover", cover),
        ("/moving", moving),
        ("/far", far),
        ("/shadow", shadow),
    ])
    .await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let lines = format!(
        r#"{{"do":"open","url":"{}"}}
{{"do":"click","at":{{"role":"button","name":"Go"}}}}
{{"do":"extract","at":{{"text":"done"}},"as":"late"}}"#,
        site.url("/late")
    );
    assert_eq!(run(&page, &lines).await.0.unwrap()["late"], "done");
    for (path, button, title) in [
        ("/cover", "Pay", "hit"),
        ("/moving", "Catch", "caught"),
        ("/far", "Down", "far"),
        ("/shadow", "Inner", "shadow"),
    ] {
        let lines = format!(
            "{{\"do\":\"open\",\"url\":\"{}\"}}\n{{\"do\":\"click\",\"at\":{{\"text\":\"{button}\"}}}}",
            site.url(path)
        );
        run(&page, &lines).await.0.unwrap();
        assert_eq!(page.title().await.unwrap(), title, "{path}");
    }
}

#[tokio::test]
async fn fields_of_every_kind_are_filled() {
    let form = r#"<input placeholder="Find" value="old"><input type=date aria-label="Day">
        <label for=c>Country</label><select id=c><option value=de>Germany</option><option value=fr>France</option></select>
        <div contenteditable aria-label="Note" style="width:200px;height:20px">old</div>
        <textarea aria-label="Long" oninput="document.title = this.value"></textarea>"#;
    let site = Site::start(&[("/form", form)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let lines = format!(
        r#"{{"do":"open","url":"{}"}}
{{"do":"fill","at":{{"placeholder":"Find"}},"value":"néw 漢"}}
{{"do":"fill","at":{{"label":"Day"}},"value":"2024-02-29"}}
{{"do":"fill","at":{{"label":"Country"}},"value":"France"}}
{{"do":"fill","at":{{"label":"Note"}},"value":"new note"}}
{{"do":"fill","at":{{"label":"Long"}},"value":"typed"}}
{{"do":"extract","at":{{"placeholder":"Find"}},"as":"find"}}
{{"do":"extract","at":{{"label":"Day"}},"as":"day"}}
{{"do":"extract","at":{{"label":"Country"}},"as":"country"}}
{{"do":"extract","at":{{"label":"Note"}},"as":"note"}}
{{"do":"fill","at":{{"placeholder":"Find"}},"value":""}}
{{"do":"extract","at":{{"placeholder":"Find"}},"as":"empty"}}"#,
        site.url("/form")
    );
    let (result, _) = run(&page, &lines).await;
    let outputs: Vec<(String, serde_json::Value)> = result.unwrap().into_iter().collect();
    let expected = [
        ("country", "fr"),
        ("day", "2024-02-29"),
        ("empty", ""),
        ("find", "néw 漢"),
        ("note", "new note"),
    ];
    assert_eq!(
        outputs,
        expected.map(|(name, value)| (name.to_owned(), value.into()))
    );
    assert_eq!(
        page.title().await.unwrap(),
        "typed",
        "no input event reached the page"
    );
    let wrong = r#"{"do":"fill","at":{"label":"Country"},"value":"{{ secret.shop }}"}"#;
    let text = fails(&page, &site.url("/form"), wrong).await;
    assert!(
        text.contains("without such an option") && !text.contains("right"),
        "{text}"
    );
}

#[tokio::test]
async fn a_failure_says_which_step_which_element_and_what_was_there() {
    let pages = [
        (
            "/two",
            "<title>Two</title><button>Save</button><button id=b>Save</button>",
        ),
        ("/hidden", "<button hidden id=h>Save</button>"),
        (
            "/off",
            "<button disabled>Save</button><input readonly aria-label=Name><h1>Save all</h1>",
        ),
        (
            "/veil",
            "<button>Pay</button><div id=veil style='position:fixed;inset:0'>Please wait</div>",
        ),
    ];
    let site = Site::start(&pages).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let check = async |path: &str, step: &str, words: &[&str]| {
        let text = fails(&page, &format!("{}?token=abc", site.url(path)), step).await;
        for word in words {
            assert!(text.contains(word), "`{word}` is not in: {text}");
        }
        assert!(
            !text.contains("abc"),
            "the query of the address is shown: {text}"
        );
    };
    let two = [
        "step 2 `Click button `Save``",
        "matches 2 elements",
        "<button#b> \"Save\"",
    ];
    check(
        "/two",
        r#"{"do":"click","at":{"role":"button","name":"Save"}}"#,
        &two,
    )
    .await;
    let missing = [
        "field `E-mail` was not ready within 2 s",
        "nothing like it is on http://127.0.0.1",
        "(`Two`)",
    ];
    check(
        "/two",
        r#"{"do":"fill","at":{"label":"E-mail"},"value":"x","timeout":"2s"}"#,
        &missing,
    )
    .await;
    let hidden = [
        "`#h` was not ready",
        "<button#h> \"Save\" is there and hidden by display:none",
    ];
    check(
        "/hidden",
        r##"{"do":"click","at":{"css":"#h"},"timeout":"2s"}"##,
        &hidden,
    )
    .await;
    check(
        "/off",
        r#"{"do":"click","at":{"role":"button"},"timeout":"2s"}"#,
        &["is there and disabled"],
    )
    .await;
    let fill = r#"{"do":"fill","at":{"label":"Name"},"value":"x","timeout":"2s"}"#;
    check("/off", fill, &["is there and read-only"]).await;
    check(
        "/off",
        r#"{"do":"fill","at":{"css":"h1"},"value":"x"}"#,
        &["<h1> \"Save all\", which cannot be filled"],
    )
    .await;
    let covered = ["covered by <div#veil> \"Please wait\""];
    check(
        "/veil",
        r#"{"do":"click","at":{"text":"Pay"},"timeout":"2s"}"#,
        &covered,
    )
    .await;
    check(
        "/veil",
        r#"{"do":"click","at":{"css":"a[["}}"#,
        &["not a valid selector"],
    )
    .await;
    let url = r#"{"do":"wait","for":{"url":"/elsewhere"},"timeout":"2s"}"#;
    check(
        "/veil",
        url,
        &["the address was still `http://127.0.0.1", "/veil`"],
    )
    .await;
    let closed = r#"{"do":"open","url":"http://127.0.0.1:1/"}"#;
    check("/veil", closed, &["failed to open the page: net::ERR_"]).await;
}

#[tokio::test]
async fn a_page_that_hangs_and_a_cancel_end_a_step() {
    let site = Site::start(&[(
        "/hang",
        "<button>x</button><script>onload = () => setTimeout(() => { for (;;); }, 0)</script>",
    )])
    .await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let text = fails(
        &page,
        &site.url("/hang"),
        r#"{"do":"click","at":{"text":"x"},"timeout":"500ms"}"#,
    )
    .await;
    assert!(text.contains("was not ready within 0.5 s"), "{text}");

    let tabs = Tabs::of(&page).unwrap();
    let (sender, cancel) = watch::channel(false);
    let waiting = steps(r#"{"do":"wait","for":{"time":"1h"},"timeout":"2h"}"#);
    let report = |event| {
        if matches!(event, StepEvent::Started { .. }) {
            sender.send_replace(true);
        }
    };
    let failure = soon(
        "the cancel",
        run_steps(&tabs, &waiting, &Surroundings::default(), report, cancel),
    )
    .await
    .unwrap_err();
    assert!(
        matches!(failure.problem, StepProblem::Cancelled),
        "{failure}"
    );
}

#[tokio::test]
async fn a_dialog_does_not_stop_the_steps_and_a_crash_is_named() {
    let page_html = "<button onclick='alert(1); document.title = String(confirm(2))'>Ask</button>";
    let site = Site::start(&[("/dialog", page_html)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    page.navigate(&site.url("/dialog"), PATIENCE).await.unwrap();
    run(&page, r#"{"do":"click","at":{"text":"Ask"}}"#)
        .await
        .0
        .unwrap();
    assert_eq!(page.title().await.unwrap(), "false");
    let ((result, _), _) = tokio::join!(
        run(&page, r#"{"do":"click","at":{"text":"not there"}}"#),
        soon("the crash", page.session().call(&Crash {})),
    );
    let failure = result.unwrap_err();
    assert!(
        failure.to_string().contains("the page crashed"),
        "{failure}"
    );
}
