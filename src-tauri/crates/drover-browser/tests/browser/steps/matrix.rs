//! The same five situations for every step that names an element.

use std::fs;

use crate::support::{Profile, Site, fails, page_of, run_with_folder};

/// A step, the element it wants, and whether it also takes one that cannot be seen.
struct Case {
    step: &'static str,
    html: &'static str,
    hidden_is_fine: bool,
}

const BUTTON: &str = "<button class=thing>Thing</button>";
const FIELD: &str = "<input class=thing aria-label=Thing>";
const BOX: &str = "<input type=checkbox class=thing aria-label=Thing>";

fn cases() -> Vec<Case> {
    let case = |step, html, hidden_is_fine| Case {
        step,
        html,
        hidden_is_fine,
    };
    vec![
        case(r#""do":"click""#, BUTTON, false),
        case(r#""do":"double_click""#, BUTTON, false),
        case(r#""do":"hover""#, BUTTON, false),
        case(r#""do":"fill","value":"x""#, FIELD, false),
        case(r#""do":"type","value":"x""#, FIELD, false),
        case(r#""do":"press","key":"a""#, FIELD, false),
        case(
            r#""do":"select","label":"A""#,
            "<select class=thing><option>B<option>A</select>",
            false,
        ),
        case(r#""do":"check""#, BOX, false),
        case(
            r#""do":"uncheck""#,
            "<input type=checkbox checked class=thing>",
            false,
        ),
        case(
            r#""do":"upload","files":["FILE"]"#,
            "<input type=file class=thing>",
            true,
        ),
        case(r#""do":"extract","as":"x""#, BUTTON, false),
        case(
            r#""do":"extract","as":"x","attribute":"class""#,
            BUTTON,
            true,
        ),
        case(r#""do":"scroll""#, BUTTON, false),
        case(r#""do":"screenshot","name":"x""#, BUTTON, false),
        case(r#""do":"assert","equals":"Thing""#, BUTTON, true),
        case(r#""do":"assert","state":"visible""#, BUTTON, false),
        case(
            r#""do":"download""#,
            "<a class=thing download=a.txt href='data:text/plain,hi'>Thing</a>",
            false,
        ),
    ]
}

#[tokio::test]
async fn every_step_meets_right_late_hidden_duplicate_and_missing_targets() {
    let profile = Profile::new();
    let file = profile.home.path().join("up.txt");
    fs::write(&file, "hi").unwrap();
    let (_browser, page) = page_of(&profile).await;
    for (number, case) in cases().into_iter().enumerate() {
        let html = case.html;
        let late = format!(
            "<title>Late</title><div id=box></div><script>setTimeout(() => box.innerHTML = `{html}`, 200)</script>"
        );
        let hidden =
            format!("<title>Hidden</title><div id=cover style='display:none'>{html}</div>");
        let pages = [
            ("/right", format!("<title>Right</title>{html}")),
            ("/late", late),
            ("/hidden", hidden),
            ("/two", format!("<title>Two</title>{html}{html}")),
            ("/none", "<title>None</title><h1>Nothing</h1>".to_owned()),
        ];
        let pages: Vec<(&str, &str)> = pages
            .iter()
            .map(|(path, html)| (*path, html.as_str()))
            .collect();
        let site = Site::start(&pages).await;
        let step = case.step.replace("FILE", file.to_str().unwrap());
        let with =
            |limit: &str| format!(r#"{{{step},"at":{{"css":".thing"}},"timeout":"{limit}"}}"#);
        for path in ["/right", "/late"] {
            let folder = profile.home.path().join(format!("kept-{number}"));
            let open = format!("{{\"do\":\"open\",\"url\":\"{}\"}}", site.url(path));
            let lines = format!("{open}\n{}", with("20s"));
            let (result, _) = run_with_folder(&page, &lines, folder).await;
            result.unwrap_or_else(|failure| panic!("{path}: {failure}"));
        }
        let is = |text: &str, words: &str| {
            assert!(text.contains(words), "{step}: `{words}` is not in: {text}");
        };
        if step.contains("download") {
            continue; // the words of a failure are in a test of their own, with a folder for files
        }
        if !case.hidden_is_fine {
            let text = fails(&page, &site.url("/hidden"), &with("800ms")).await;
            is(&text, "display:none of <div#cover>");
        }
        let text = fails(&page, &site.url("/two"), &with("20s")).await;
        is(&text, "`.thing` matches 2 elements (<");
        let text = fails(&page, &site.url("/none"), &with("800ms")).await;
        is(&text, "nothing like it is on http://127.0.0.1");
        is(&text, "(`None`)");
    }
}
