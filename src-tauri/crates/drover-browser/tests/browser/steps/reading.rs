//! Reading, asserting, scripts and cookies.

use serde_json::json;

use crate::support::{Profile, Site, fails, page_of, run};

const DATA: &str = include_str!("pages/data.html");

#[tokio::test]
async fn texts_become_the_values_that_were_asked_for() {
    let site = Site::start(&[("/data", DATA)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let lines = format!(
        r##"{{"do":"open","url":"{}"}}
{{"do":"extract","at":{{"css":".price"}},"as":"price","type":"number"}}
{{"do":"extract","at":{{"css":".count"}},"as":"count","type":"integer"}}
{{"do":"extract","at":{{"css":".paid"}},"as":"paid","type":"boolean"}}
{{"do":"extract","at":{{"css":".raw"}},"as":"raw","type":"json"}}
{{"do":"extract","at":{{"css":"li a"}},"as":"links","attribute":"href","all":true}}
{{"do":"extract","at":{{"css":"li"}},"as":"names","all":true}}
{{"do":"extract","at":{{"css":"li a","nth":1}},"as":"second"}}
{{"do":"extract","at":{{"label":"Name"}},"as":"name","what":"value"}}
{{"do":"extract","at":{{"label":"Sent"}},"as":"sent","what":"value","type":"boolean"}}
{{"do":"extract","at":{{"css":".hidden"}},"as":"key","attribute":"data-key"}}
{{"do":"extract","at":{{"css":"#orders"}},"as":"orders","what":"table"}}
{{"do":"extract","at":{{"css":"#plain"}},"as":"plain","what":"table"}}"##,
        site.url("/data")
    );
    let outputs = run(&page, &lines).await.0.unwrap();
    for (name, value) in [
        ("price", json!(1234.5)),
        ("count", json!(7)),
        ("paid", json!(true)),
        ("raw", json!({"a": [1, 2]})),
        ("links", json!(["/one?t=1", "/two"])),
        ("names", json!(["One", "Two"])),
        ("second", json!("Two")),
        ("name", json!("Ada")),
        ("sent", json!(true)),
        ("key", json!("k1")),
        ("plain", json!([["a", "b"], ["c", "d"]])),
    ] {
        assert_eq!(outputs[name], value, "{name}");
    }
    let orders = outputs["orders"].as_array().unwrap();
    assert_eq!(orders.len(), 50);
    assert_eq!(
        orders[49],
        json!({"Id": "50", "Item": "Item 50", "Item 3": "100"})
    );
    let says = async |step: &str, words: &str| {
        let text = fails(&page, &site.url("/data"), step).await;
        assert!(text.contains(words), "`{words}` is not in: {text}");
    };
    let word = r#"{"do":"extract","at":{"css":"h1"},"as":"x","type":"number"}"#;
    says(word, "`Orders` of `h1` is no number").await;
    let absent =
        r#"{"do":"extract","at":{"css":"h1"},"as":"x","attribute":"href","timeout":"400ms"}"#;
    says(absent, "without `href`").await;
    let heading = r#"{"do":"extract","at":{"css":"h1"},"as":"x","what":"value"}"#;
    says(heading, "has no value").await;
    let no_table = r#"{"do":"extract","at":{"css":"h1"},"as":"x","what":"table"}"#;
    says(no_table, "is no table").await;
    let none = r#"{"do":"extract","at":{"css":".no"},"as":"x","all":true,"timeout":"400ms"}"#;
    says(none, "nothing like it").await;
}

#[tokio::test]
async fn assertions_hold_become_true_in_time_or_say_what_is_there() {
    let late = "<title>Soon</title><ul><li>a</ul><input aria-label=N value=1><button disabled>Go</button><script>
        setTimeout(() => { document.title = 'Ready'; document.querySelector('ul').innerHTML += '<li>b'; }, 200);
        setTimeout(() => { document.querySelector('button').disabled = false; history.pushState({}, '', '/routed') }, 300);
        </script>";
    let site = Site::start(&[("/late", late), ("/data", DATA)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let lines = format!(
        r#"{{"do":"open","url":"{}"}}
{{"do":"assert","at":{{"css":"li"}},"count":2}}
{{"do":"assert","title":"Ready"}}
{{"do":"assert","url":"/routed"}}
{{"do":"assert","at":{{"role":"button"}},"state":"enabled"}}
{{"do":"assert","at":{{"label":"N"}},"value":"1"}}
{{"do":"assert","at":{{"css":"ul"}},"contains":"a b"}}
{{"do":"assert","at":{{"css":".no"}},"state":"detached"}}
{{"do":"assert","at":{{"css":".no"}},"state":"hidden"}}
{{"do":"assert","at":{{"css":".no"}},"count":0}}"#,
        site.url("/late")
    );
    run(&page, &lines).await.0.unwrap();
    let says = async |check: &str, words: &str| {
        let step = format!(r#"{{"do":"assert",{check},"timeout":"400ms"}}"#);
        let text = fails(&page, &site.url("/data"), &step).await;
        assert!(text.contains(words), "`{words}` is not in: {text}");
    };
    says(
        r#""at":{"css":"h1"},"equals":"Home""#,
        "<h1> \"Orders\" says `Orders`",
    )
    .await;
    says(
        r#""at":{"css":"li"},"count":3"#,
        "there are 2 (<li> \"One\"",
    )
    .await;
    says(
        r#""at":{"css":".hidden"},"state":"visible""#,
        "is hidden by display:none",
    )
    .await;
    says(
        r#""at":{"css":"h1"},"state":"hidden""#,
        "there is still <h1>",
    )
    .await;
    says(
        r#""at":{"css":"h1"},"state":"detached""#,
        "there is still <h1>",
    )
    .await;
    says(r#""at":{"label":"Sent"},"state":"unchecked""#, "is ticked").await;
    says(
        r#""at":{"label":"Name"},"value":"Bob""#,
        "has the value `Ada`",
    )
    .await;
    says(r#""at":{"css":"li"},"equals":"One""#, "matches 2 elements").await;
    says(r#""title":"Home""#, "the title was still `Data`").await;
    says(
        r#""url":"/home""#,
        "the address was still `http://127.0.0.1",
    )
    .await;
}

#[tokio::test]
async fn scripts_give_values_and_say_what_they_threw() {
    let site = Site::start(&[("/data", DATA)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let lines = format!(
        r#"{{"do":"open","url":"{}"}}
{{"do":"evaluate","script":"new Promise((done) => setTimeout(() => done({{ a: [1, null] }}), 50))","as":"object"}}
{{"do":"evaluate","script":"document.title = 'changed'"}}
{{"do":"evaluate","script":"'41' * 1 + 1","as":"number","type":"integer"}}
{{"do":"evaluate","script":"undefined","as":"nothing"}}"#,
        site.url("/data")
    );
    let outputs = run(&page, &lines).await.0.unwrap();
    assert_eq!(outputs["object"], json!({"a": [1, null]}));
    assert_eq!(outputs["number"], 42);
    assert_eq!(outputs["nothing"], json!(null));
    assert_eq!(page.title().await.unwrap(), "changed");
    let step = r#"{"do":"evaluate","script":"missing.call()"}"#;
    let text = fails(&page, &site.url("/data"), step).await;
    assert!(
        text.contains("the script failed: ReferenceError: missing is not defined"),
        "{text}"
    );
    let hangs = r#"{"do":"evaluate","script":"new Promise(() => {})","timeout":"400ms"}"#;
    let text = fails(&page, &site.url("/data"), hangs).await;
    assert!(text.contains("within 0.4 s"), "{text}");
}

#[tokio::test]
async fn cookies_are_set_read_and_cleared() {
    let site = Site::start(&[("/data", DATA)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let lines = r#"{"do":"open","url":"URL"}
{"do":"cookies","set":{"name":"token","value":"{{ secret.shop }}","http_only":true,"same_site":"lax","expires":"2100-01-01T00:00:00Z"}}
{"do":"cookies","set":{"name":"other","value":"2","domain":"example.test"}}
{"do":"cookies","as":"jar"}
{"do":"cookies","as":"value","name":"token"}
{"do":"cookies","as":"far","url":"http://example.test/"}
{"do":"cookies","as":"none","name":"absent"}
{"do":"cookies","clear":"page"}
{"do":"cookies","as":"after"}
{"do":"cookies","as":"far_after","url":"http://example.test/","name":"other"}
{"do":"cookies","clear":"all"}
{"do":"cookies","as":"far_end","url":"http://example.test/"}"#;
    let lines = lines.replace("URL", &site.url("/data"));
    let outputs = run(&page, &lines).await.0.unwrap();
    let jar = outputs["jar"].as_array().unwrap();
    assert_eq!(jar.len(), 1, "{jar:?}");
    assert_eq!(
        (&jar[0]["name"], &jar[0]["http_only"], &jar[0]["same_site"]),
        (&json!("token"), &json!(true), &json!("lax"))
    );
    assert!(jar[0]["expires"].as_f64().unwrap() > 0.0);
    assert_eq!(outputs["value"], "right");
    assert_eq!(outputs["far"][0]["name"], "other");
    assert_eq!(outputs["none"], json!(null));
    assert_eq!(outputs["after"], json!([]));
    assert_eq!(
        outputs["far_after"], "2",
        "another site's cookie was cleared"
    );
    assert_eq!(outputs["far_end"], json!([]));
    let refused = r#"{"do":"cookies","set":{"name":"a","value":"b","domain":"example.test","same_site":"none"}}"#;
    let result = run(&page, refused).await.0;
    assert!(
        result
            .as_ref()
            .is_err_and(|failure| failure.to_string().contains("cookie `a`")),
        "{result:?}"
    );
}
