//! Tabs, popups, dialogs and people.

use std::sync::Mutex;

use drover_browser::{StepEvent, Surroundings, Tabs, run_steps};
use serde_json::json;
use tokio::sync::watch;

use crate::support::{Profile, Site, page_of, run, run_in, soon, steps};

#[tokio::test]
async fn popups_and_new_tabs_are_followed_switched_and_closed() {
    let pages = [
        (
            "/one",
            "<title>One</title><a href='/two' target=_blank>Link</a><button onclick='window.open(\"/three\")'>Popup</button>",
        ),
        (
            "/two",
            "<title>Two</title><button onclick='window.close()'>Done</button>",
        ),
        ("/three", "<title>Three</title><h1>Popup</h1>"),
    ];
    let site = Site::start(&pages).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let tabs = Tabs::of(&page).unwrap();
    let lines = r#"{"do":"open","url":"URL/one"}
{"do":"click","at":{"text":"Link"}}
{"do":"switch_tab","title":"Two"}
{"do":"evaluate","script":"document.title","as":"second"}
{"do":"switch_tab","index":0}
{"do":"click","at":{"text":"Popup"}}
{"do":"switch_tab","url":"/three"}
{"do":"extract","at":{"css":"h1"},"as":"third"}
{"do":"new_tab","url":"URL/one"}
{"do":"evaluate","script":"document.title","as":"fourth"}
{"do":"close_tab"}
{"do":"evaluate","script":"document.title","as":"back"}
{"do":"close_tab"}
{"do":"click","at":{"text":"Done"}}"#;
    let lines = lines.replace("URL", &site.url(""));
    let none = Surroundings::default();
    let outputs = run_in(&tabs, &lines, &none).await.0.unwrap();
    for (name, title) in [
        ("second", "Two"),
        ("third", "Popup"),
        ("fourth", "One"),
        ("back", "Three"),
    ] {
        assert_eq!(outputs[name], title, "{name}");
    }
    let back = r#"{"do":"switch_tab","index":0}
{"do":"assert","title":"One"}"#;
    run_in(&tabs, back, &none).await.0.unwrap();
    let absent = r#"{"do":"switch_tab","title":"Nine","timeout":"400ms"}"#;
    let text = run_in(&tabs, absent, &none)
        .await
        .0
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("the run has only 0: http://127.0.0.1") && text.contains("(`One`)"),
        "{text}"
    );
    let two = format!(
        "{{\"do\":\"new_tab\",\"url\":\"{}\"}}\n{{\"do\":\"switch_tab\",\"title\":\"One\"}}",
        site.url("/one")
    );
    let text = run_in(&tabs, &two, &none).await.0.unwrap_err().to_string();
    assert!(text.contains("the tab matches 2 elements"), "{text}");
    let last = "{\"do\":\"close_tab\"}\n{\"do\":\"close_tab\"}\n{\"do\":\"evaluate\",\"script\":\"location.href\",\"as\":\"at\"}";
    let outputs = run_in(&tabs, last, &none).await.0.unwrap();
    assert_eq!(
        outputs["at"], "about:blank",
        "Chrome ends with its last tab"
    );
    assert_eq!(tabs.all().len(), 1);
}

#[tokio::test]
async fn dialogs_are_answered_as_planned_and_otherwise_dismissed_and_told() {
    let html = "<title>Ask</title><button onclick='document.title = [confirm(\"Sure?\"), prompt(\"Name?\", \"x\"), alert(\"Hi\")].join()'>Ask</button>";
    let popup = "<title>Opener</title><button onclick='window.open(\"/alert\")'>Open</button>";
    let alert =
        "<title>Alert</title><script>alert('from the popup'); document.title = 'past'</script>";
    let leave = "<title>Leave</title><button onclick='x = 1'>Touch</button><script>onbeforeunload = (event) => event.preventDefault()</script>";
    let site = Site::start(&[
        ("/ask", html),
        ("/popup", popup),
        ("/alert", alert),
        ("/leave", leave),
    ])
    .await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let open = |path: &str| format!("{{\"do\":\"open\",\"url\":\"{}\"}}", site.url(path));
    let lines = format!(
        r#"{}
{{"do":"dialog","answer":"accept"}}
{{"do":"dialog","answer":"accept","value":"{{{{ secret.shop }}}}"}}
{{"do":"click","at":{{"text":"Ask"}}}}"#,
        open("/ask")
    );
    let (result, events) = run(&page, &lines).await;
    result.unwrap();
    assert_eq!(page.title().await.unwrap(), "true,right,");
    let notes: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            StepEvent::Note { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(
        notes,
        [
            "accepted a dialog (confirm): Sure?",
            "accepted a dialog (prompt): Name?",
            "dismissed a dialog (alert): Hi"
        ]
    );
    let again = format!(
        "{}\n{{\"do\":\"click\",\"at\":{{\"text\":\"Ask\"}}}}",
        open("/ask")
    );
    run(&page, &again).await.0.unwrap();
    assert_eq!(
        page.title().await.unwrap(),
        "false,,",
        "nothing was planned"
    );
    let in_popup = format!(
        r#"{}
{{"do":"click","at":{{"text":"Open"}}}}
{{"do":"switch_tab","url":"/alert"}}
{{"do":"assert","title":"past"}}"#,
        open("/popup")
    );
    run(&page, &in_popup).await.0.unwrap();
    let leaving = format!(
        "{}\n{{\"do\":\"click\",\"at\":{{\"text\":\"Touch\"}}}}\n{}",
        open("/leave"),
        open("/ask")
    );
    run(&page, &leaving).await.0.unwrap();
    assert_eq!(page.title().await.unwrap(), "Ask");
}

#[tokio::test]
async fn a_pause_waits_for_a_person_and_ends_without_one() {
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let tabs = Tabs::of(&page).unwrap();
    let (person, resumed) = watch::channel(0);
    // Said before the pause, so it does not end it.
    person.send_replace(1);
    let around = Surroundings {
        resumed: Some(resumed),
        ..Surroundings::default()
    };
    let lines = "{\"do\":\"pause\",\"reason\":\"Enter the code\"}\n{\"do\":\"evaluate\",\"script\":\"1\",\"as\":\"x\"}";
    let events = Mutex::new(Vec::new());
    let report = |event: StepEvent| {
        if let StepEvent::Paused { reason, .. } = &event {
            assert_eq!(reason, "Enter the code");
            person.send_modify(|times| *times += 1);
        }
        events.lock().unwrap().push(event);
    };
    let (_keep, cancel) = watch::channel(false);
    let steps = steps(lines);
    let outputs = soon("the run", run_steps(&tabs, &steps, &around, report, cancel)).await;
    assert_eq!(outputs.unwrap()["x"], json!(1));
    let events = events.into_inner().unwrap();
    assert!(
        events.contains(&StepEvent::Resumed { index: 0 }),
        "{events:?}"
    );

    let none = Surroundings::default();
    let failure = run_in(&tabs, lines, &none).await.0.unwrap_err();
    assert_eq!(failure.problem.code(), "nobody_came");
    let limited = r#"{"do":"pause","reason":"Look","timeout":"200ms"}"#;
    let failure = run_in(&tabs, limited, &around).await.0.unwrap_err();
    assert!(
        failure.to_string().contains("nobody came within 0.2 s"),
        "{failure}"
    );
}
