//! Mouse, keyboard and fields.

use std::fs;

use crate::support::{Profile, Site, fails, failure, page_of, run};

const FORM: &str = include_str!("pages/form.html");

#[tokio::test]
async fn the_keyboard_types_key_by_key_and_holds_modifiers() {
    let site = Site::start(&[("/form", FORM)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let lines = format!(
        r##"{{"do":"open","url":"{}"}}
{{"do":"type","at":{{"label":"City"}},"value":"Bä!n","delay":"5ms"}}
{{"do":"type","at":{{"label":"City"}},"value":"2"}}
{{"do":"extract","at":{{"label":"City"}},"as":"typed"}}
{{"do":"press","key":"Control+A"}}
{{"do":"press","key":"Delete"}}
{{"do":"extract","at":{{"label":"City"}},"as":"emptied"}}
{{"do":"type","at":{{"label":"City"}},"value":"Bern"}}
{{"do":"press","key":"Shift+ArrowLeft"}}
{{"do":"press","key":"Shift+x"}}
{{"do":"extract","at":{{"css":"#keys"}},"as":"keys"}}
{{"do":"press","at":{{"label":"City"}},"key":"Enter"}}"##,
        site.url("/form")
    );
    let outputs = run(&page, &lines).await.0.unwrap();
    assert_eq!(outputs["typed"], "Bä!n2");
    assert_eq!(outputs["emptied"], "", "Control+A did not select the text");
    assert_eq!(
        outputs["keys"],
        "B ! n 2 Control^ a^ Delete B e r n Shift ArrowLeft Shift X"
    );
    assert_eq!(page.title().await.unwrap(), "sent BerX");
}

#[tokio::test]
async fn the_mouse_hovers_clicks_twice_and_with_its_other_buttons() {
    let site = Site::start(&[("/form", FORM)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    for (steps, title) in [
        (
            r##"{"do":"hover","at":{"css":"#bar"}}
{"do":"click","at":{"role":"link","name":"Entry"}}"##,
            "menu",
        ),
        (
            r##"{"do":"double_click","at":{"css":"#target"}}"##,
            "double",
        ),
        (
            r##"{"do":"click","at":{"css":"#target"},"button":"right"}"##,
            "context",
        ),
        // In a box that scrolls by itself.
        (r#"{"do":"click","at":{"text":"Deep"}}"#, "deep"),
    ] {
        let open = format!("{{\"do\":\"open\",\"url\":\"{}\"}}", site.url("/form"));
        run(&page, &format!("{open}\n{steps}")).await.0.unwrap();
        assert_eq!(page.title().await.unwrap(), title);
    }
}

#[tokio::test]
async fn lists_boxes_and_switches_are_set_and_checked() {
    let site = Site::start(&[("/form", FORM)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let open = format!("{{\"do\":\"open\",\"url\":\"{}\"}}", site.url("/form"));
    let lines = format!(
        r#"{open}
{{"do":"select","at":{{"label":"Country"}},"label":"France"}}
{{"do":"assert","title":"chose fr"}}
{{"do":"select","at":{{"label":"Country"}},"index":0}}
{{"do":"assert","at":{{"label":"Country"}},"value":"de"}}
{{"do":"select","at":{{"label":"Country"}},"value":"fr"}}
{{"do":"check","at":{{"label":"Terms"}}}}
{{"do":"check","at":{{"label":"Terms"}}}}
{{"do":"assert","at":{{"label":"Terms"}},"state":"checked"}}
{{"do":"uncheck","at":{{"label":"News"}}}}
{{"do":"assert","at":{{"label":"News"}},"state":"unchecked"}}
{{"do":"check","at":{{"label":"Large"}}}}
{{"do":"assert","at":{{"label":"Small"}},"state":"unchecked"}}
{{"do":"check","at":{{"role":"switch","name":"Dark"}}}}
{{"do":"assert","at":{{"role":"switch"}},"state":"checked"}}"#
    );
    run(&page, &lines).await.0.unwrap();
    let says = async |step: &str, words: &str| {
        let text = fails(&page, &site.url("/form"), step).await;
        assert!(text.contains(words), "`{words}` is not in: {text}");
    };
    let spain = r#"{"do":"select","at":{"label":"Country"},"label":"Spain","timeout":"500ms"}"#;
    says(spain, "has only the entries Germany, France, Italy").await;
    let italy = r#"{"do":"select","at":{"label":"Country"},"value":"it","timeout":"500ms"}"#;
    says(italy, "<option> \"Italy\" is there and disabled").await;
    let city = r#"{"do":"select","at":{"label":"City"},"index":0}"#;
    says(city, "is no list of options").await;
    says(r#"{"do":"check","at":{"label":"City"}}"#, "is no checkbox").await;
    let radio = r#"{"do":"uncheck","at":{"label":"Small"}}"#;
    says(radio, "choose another instead").await;
    let stuck = r#"{"do":"check","at":{"role":"checkbox","name":"Stuck"},"timeout":"1s"}"#;
    says(stuck, "the click did not change it").await;
}

#[tokio::test]
async fn files_go_to_hidden_fields_and_through_file_dialogs() {
    let site = Site::start(&[("/form", FORM)]).await;
    let profile = Profile::new();
    let (one, two) = (
        profile.home.path().join("one.png"),
        profile.home.path().join("two.png"),
    );
    fs::write(&one, "1").unwrap();
    fs::write(&two, "2").unwrap();
    let (one, two) = (one.display(), two.display());
    let (_browser, page) = page_of(&profile).await;
    for (at, files, title) in [
        (r##"{"css":"#photo"}"##, format!("\"{one}\""), "one.png"),
        (
            r##"{"css":"#many"}"##,
            format!("\"{one}\",\"{two}\""),
            "one.png,two.png",
        ),
        (
            r#"{"role":"button","name":"Choose a photo"}"#,
            format!("\"{two}\""),
            "two.png",
        ),
    ] {
        let lines = format!(
            "{{\"do\":\"open\",\"url\":\"{}\"}}\n{{\"do\":\"upload\",\"at\":{at},\"files\":[{files}]}}",
            site.url("/form")
        );
        run(&page, &lines).await.0.unwrap();
        assert_eq!(page.title().await.unwrap(), title, "{at}");
    }
    let says = async |step: &str, words: &str| {
        let text = fails(&page, &site.url("/form"), step).await;
        assert!(text.contains(words), "`{words}` is not in: {text}");
    };
    let too_many =
        format!(r##"{{"do":"upload","at":{{"css":"#photo"}},"files":["{one}","{two}"]}}"##);
    says(&too_many, "takes one file, not 2").await;
    let absent = r##"{"do":"upload","at":{"css":"#photo"},"files":["/nowhere/x.png"]}"##;
    says(absent, "file `/nowhere/x.png`: No such file").await;
    let relative = r##"{"do":"upload","at":{"css":"#photo"},"files":["x.png"]}"##;
    says(relative, "the whole path is needed").await;
    let no_dialog =
        format!(r##"{{"do":"upload","at":{{"css":"#target"}},"files":["{one}"],"timeout":"1s"}}"##);
    says(&no_dialog, "opened no file dialog").await;
}

#[tokio::test]
async fn scrolling_goes_to_elements_by_pixels_and_to_the_end() {
    let site = Site::start(&[("/form", FORM)]).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let place = r#"{"do":"evaluate","script":"Math.round(scrollY)","as":"PLACE"}"#;
    let lines = format!(
        r##"{{"do":"open","url":"{}"}}
{{"do":"scroll","by":{{"y":300}}}}
{by}
{{"do":"scroll","to":"end"}}
{end}
{{"do":"scroll","to":"start"}}
{start}
{{"do":"scroll","at":{{"css":"#end"}}}}
{view}
{{"do":"scroll","at":{{"css":"#list"}},"to":"end"}}
{{"do":"evaluate","script":"list.scrollTop > 0","as":"list","type":"boolean"}}"##,
        site.url("/form"),
        by = place.replace("PLACE", "by"),
        end = place.replace("PLACE", "end"),
        start = place.replace("PLACE", "start"),
        view = place.replace("PLACE", "view"),
    );
    let outputs = run(&page, &lines).await.0.unwrap();
    assert_eq!(
        (&outputs["by"], &outputs["start"]),
        (&300.into(), &0.into())
    );
    for place in ["end", "view"] {
        assert!(
            outputs[place].as_i64().unwrap() > 1000,
            "{place}: {outputs:?}"
        );
    }
    assert_eq!(outputs["list"], true);
}

#[tokio::test]
async fn a_failure_names_what_is_similar_and_why_something_is_hidden() {
    let pages = [
        (
            "/near",
            "<title>Near</title><button>Sign up</button><a href=x>Sign in now</a><iframe></iframe>",
        ),
        (
            "/why",
            "<div class='panel big' style='display:none'><button>Inside</button></div>
             <button id=v style='visibility:hidden'>Veiled</button>
             <details><summary>More</summary><button id=d>Closed</button></details>",
        ),
        (
            "/over",
            "<button>Pay</button><div class='overlay dark' style='position:fixed;inset:0'></div>",
        ),
    ];
    let site = Site::start(&pages).await;
    let profile = Profile::new();
    let (_browser, page) = page_of(&profile).await;
    let says = async |path: &str, step: &str, words: &[&str]| {
        let failure = failure(&page, &site.url(path), step).await;
        let text = failure.to_string();
        for word in words {
            assert!(text.contains(word), "`{word}` is not in: {text}");
        }
        assert_eq!(failure.problem.code(), "not_ready");
    };
    says(
        "/near",
        r#"{"do":"click","at":{"role":"button","name":"Sign in"},"timeout":"500ms"}"#,
        &[
            "similar: link \"Sign in now\"",
            "button \"Sign up\"",
            "has a frame",
        ],
    )
    .await;
    says(
        "/why",
        r#"{"do":"click","at":{"text":"Inside"},"timeout":"500ms"}"#,
        &["<button> \"Inside\" is there and hidden by display:none of <div class=panel.big>"],
    )
    .await;
    says(
        "/why",
        r##"{"do":"click","at":{"css":"#v"},"timeout":"500ms"}"##,
        &["hidden by visibility:hidden"],
    )
    .await;
    says(
        "/why",
        r##"{"do":"click","at":{"css":"#d"},"timeout":"500ms"}"##,
        &["which is closed"],
    )
    .await;
    says(
        "/over",
        r#"{"do":"hover","at":{"text":"Pay"},"timeout":"500ms"}"#,
        &["covered by <div class=overlay.dark>"],
    )
    .await;
}
