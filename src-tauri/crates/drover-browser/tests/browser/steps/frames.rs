//! Frames, in the same process and in one of their own, and shadow trees.

use crate::support::{Profile, Site, fails, page_of, run};

const INNER: &str = "<title>Inner</title><body style='margin:0'><label>Card <input id=card></label>
    <div style='height:600px'></div><button onclick='this.textContent = \"Paid \" + card.value'>Pay</button>
    <input type=checkbox aria-label=Save><a id=far href='#x'>link</a>";

fn outer(inner: &str) -> String {
    format!(
        "<title>Outer</title><div style='height:900px'></div>
         <iframe id=pay name=cardframe src='{inner}' style='border:7px solid; padding:11px; width:300px; height:150px'></iframe>
         <iframe name=other src='/empty'></iframe>"
    )
}

#[tokio::test]
async fn steps_reach_into_frames_of_the_same_and_of_another_site() {
    let site = Site::start(&[("/inner", INNER), ("/empty", "<p>empty")]).await;
    let elsewhere = site.url("/inner").replace("127.0.0.1", "localhost");
    let near = outer(&site.url("/inner"));
    let far = outer(&elsewhere);
    let nested = "<iframe id=outer src='/far' style='width:500px;height:400px'></iframe>";
    let pages = [
        ("/inner", INNER),
        ("/empty", "<p>empty"),
        ("/near", near.as_str()),
        ("/far", far.as_str()),
        ("/nested", nested),
    ];
    // The frame of the other site comes from the first server, the pages from the second.
    let outer_site = Site::start(&pages).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    for (path, frame) in [
        ("/near", r##"{"css":"#pay"}"##),
        ("/near", r#"{"name":"cardframe"}"#),
        ("/far", r##"{"css":"#pay"}"##),
        ("/far", r#"{"name":"cardframe"}"#),
        ("/far", r#"{"url":"/inner"}"#),
        ("/nested", r##"{"css":"#pay","frame":{"css":"#outer"}}"##),
    ] {
        let lines = r#"{"do":"open","url":"URL"}
{"do":"fill","at":{"label":"Card","frame":FRAME},"value":"42"}
{"do":"type","at":{"label":"Card","frame":FRAME},"value":"17"}
{"do":"check","at":{"role":"checkbox","frame":FRAME}}
{"do":"click","at":{"role":"button","name":"Pay","frame":FRAME}}
{"do":"extract","at":{"role":"button","frame":FRAME},"as":"paid"}
{"do":"assert","at":{"role":"checkbox","frame":FRAME},"state":"checked"}
{"do":"screenshot","name":"field","at":{"label":"Card","frame":FRAME}}"#;
        let lines = lines
            .replace("URL", &outer_site.url(path))
            .replace("FRAME", frame);
        let (result, _) = run(&page, &lines).await;
        let outputs = result.unwrap_or_else(|failure| panic!("{path} {frame}: {failure}"));
        assert_eq!(outputs["paid"], "Paid 4217", "{path} {frame}");
    }
}

#[tokio::test]
async fn a_frame_that_is_missing_ambiguous_or_covered_is_named() {
    let pages = [
        ("/inner", "<button>Pay</button>"),
        (
            "/two",
            "<iframe src='/inner'></iframe><iframe src='/inner'></iframe><p id=p>text</p>",
        ),
        (
            "/covered",
            "<iframe src='/inner'></iframe><div id=veil style='position:fixed;inset:0'></div>",
        ),
        (
            "/late",
            "<script>setTimeout(() => document.body.innerHTML = '<iframe id=f src=/inner></iframe>', 300)</script><body>",
        ),
    ];
    let site = Site::start(&pages).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let says = async |path: &str, frame: &str, words: &[&str]| {
        let step =
            format!(r#"{{"do":"click","at":{{"text":"Pay","frame":{frame}}},"timeout":"800ms"}}"#);
        let text = fails(&page, &site.url(path), &step).await;
        for word in words {
            assert!(text.contains(word), "`{word}` is not in: {text}");
        }
    };
    says("/two", r#"{"css":"iframe"}"#, &["frame `iframe` matches 2"]).await;
    says(
        "/two",
        r#"{"url":"/inner"}"#,
        &["frame at `/inner` matches 2"],
    )
    .await;
    let none = ["frame named `x` was not ready", "no such frame"];
    says("/two", r#"{"name":"x"}"#, &none).await;
    says("/two", r##"{"css":"#p"}"##, &["it is no frame"]).await;
    says(
        "/covered",
        r#"{"css":"iframe"}"#,
        &["covered by <div#veil>"],
    )
    .await;
    let lines = format!(
        "{{\"do\":\"open\",\"url\":\"{}\"}}\n{{\"do\":\"click\",\"at\":{{\"text\":\"Pay\",\"frame\":{{\"css\":\"#f\"}}}}}}",
        site.url("/late")
    );
    run(&page, &lines).await.0.unwrap();
}

#[tokio::test]
async fn shadow_trees_are_looked_into_and_labels_in_them_work() {
    let html = "<div id=host></div><script>
        const root = host.attachShadow({ mode: 'open' });
        root.innerHTML = '<label for=n>Name</label><input id=n><div id=inner></div>';
        root.getElementById('inner').attachShadow({ mode: 'open' }).innerHTML = '<button>Deep</button>';
        root.getElementById('inner').shadowRoot.firstChild.onclick = () => document.title = root.getElementById('n').value;
        </script>";
    let site = Site::start(&[("/", html)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let lines = format!(
        r#"{{"do":"open","url":"{}"}}
{{"do":"fill","at":{{"label":"Name"}},"value":"Ada"}}
{{"do":"click","at":{{"role":"button","name":"Deep"}}}}
{{"do":"assert","title":"Ada"}}"#,
        site.url("/")
    );
    run(&page, &lines).await.0.unwrap();
}
