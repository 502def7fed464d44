use super::*;

#[track_caller]
fn check(json: &str, title: &str) {
    let file: StepFile = serde_json::from_str(json).unwrap();
    let step = file
        .checked(0)
        .unwrap_or_else(|error| panic!("{json}: {error}"));
    assert_eq!(step.action.title(), title);
    let written = StepFile::from(&step);
    assert_eq!(written, file, "what was written is what was read");
    assert_eq!(
        step.action.templates().len(),
        step.clone().action.templates_mut().len()
    );
}

#[track_caller]
fn refuse(json: &str, problem: &str) {
    let file: StepFile = serde_json::from_str(json).unwrap();
    assert_eq!(file.checked(2).unwrap_err().to_string(), problem);
}

#[test]
fn steps_are_read() {
    check(
        r#"{"do":"open","url":"{{ params.url }}"}"#,
        "Open {{ params.url }}",
    );
    check(
        r#"{"do":"fill","at":{"label":"Password"},"value":"{{ secret.shop }}"}"#,
        "Fill field `Password`",
    );
    check(
        r#"{"do":"click","at":{"role":"button","name":"Sign in"}}"#,
        "Click button `Sign in`",
    );
    check(
        r#"{"do":"wait","for":{"text":"Welcome"},"timeout":"10s"}"#,
        "Wait for text `Welcome`",
    );
    check(
        r#"{"do":"extract","at":{"css":".price"},"as":"price"}"#,
        "Extract `.price` as `price`",
    );
    check(r#"{"do":"screenshot","name":"home"}"#, "Screenshot `home`");
}

#[test]
fn the_mouse_and_the_keyboard_are_read() {
    check(
        r#"{"do":"click","at":{"text":"Row"},"button":"right"}"#,
        "Click text `Row`",
    );
    check(
        r#"{"do":"double_click","at":{"text":"Row","nth":2}}"#,
        "Double-click text `Row` number 2",
    );
    check(
        r#"{"do":"hover","at":{"role":"menuitem"}}"#,
        "Hover over menuitem",
    );
    check(
        r#"{"do":"type","at":{"label":"City"},"value":"Bern","delay":"50ms"}"#,
        "Type into field `City`",
    );
    check(r#"{"do":"press","key":"Control+A"}"#, "Press Control+A");
    check(
        r#"{"do":"press","at":{"label":"City"},"key":"Enter"}"#,
        "Press Enter in field `City`",
    );
    check(
        r#"{"do":"select","at":{"label":"Country"},"label":"France"}"#,
        "Select `France` in field `Country`",
    );
    check(
        r#"{"do":"select","at":{"label":"Country"},"index":1}"#,
        "Select entry 1 in field `Country`",
    );
    check(
        r#"{"do":"check","at":{"label":"Terms"}}"#,
        "Check field `Terms`",
    );
    check(
        r#"{"do":"uncheck","at":{"label":"News"}}"#,
        "Uncheck field `News`",
    );
    check(
        r#"{"do":"upload","at":{"label":"Photo"},"files":["/tmp/{{ profile.name }}.png"]}"#,
        "Upload `/tmp/{{ profile.name }}.png` to field `Photo`",
    );
    check(
        r#"{"do":"scroll","by":{"y":600}}"#,
        "Scroll the page by 600 px",
    );
    check(
        r#"{"do":"scroll","at":{"css":"ul"},"to":"end"}"#,
        "Scroll `ul` to the end",
    );
}

#[test]
fn frames_are_read() {
    check(
        r##"{"do":"click","at":{"text":"Pay","frame":{"css":"#card","frame":{"name":"shop"}}}}"##,
        "Click text `Pay` in frame `#card` in frame named `shop`",
    );
    check(
        r#"{"do":"wait","for":{"text":"Done","frame":{"url":"/pay"}}}"#,
        "Wait for text `Done` in frame at `/pay`",
    );
    let file: StepFile = serde_json::from_str(
        r#"{"do":"click","at":{"css":"b","frame":{"css":"i","frame":{"css":"o"}}}}"#,
    )
    .unwrap();
    let Action::Click { at, .. } = file.checked(0).unwrap().action else {
        panic!("a click was read")
    };
    let order: Vec<String> = at.frames().iter().map(ToString::to_string).collect();
    assert_eq!(
        order,
        ["frame `o`", "frame `i`"],
        "the outermost comes first"
    );
}

#[test]
fn waits_readings_and_assertions_are_read() {
    check(
        r#"{"do":"wait","for":{"css":".spin"},"state":"detached"}"#,
        "Wait until `.spin` is detached",
    );
    check(
        r#"{"do":"wait","for":{"text":"Loading"},"state":"hidden"}"#,
        "Wait until text `Loading` is gone",
    );
    check(
        r#"{"do":"wait","for":{"network":"idle"}}"#,
        "Wait until the network is idle",
    );
    check(
        r#"{"do":"extract","at":{"css":"a"},"as":"links","attribute":"href","all":true}"#,
        "Extract all `href` of `a` as `links`",
    );
    check(
        r#"{"do":"extract","at":{"css":".price"},"as":"price","type":"number"}"#,
        "Extract `.price` as `price`",
    );
    check(
        r#"{"do":"extract","at":{"role":"table"},"as":"rows","what":"table"}"#,
        "Extract the table table as `rows`",
    );
    check(
        r#"{"do":"assert","at":{"css":"li"},"count":3}"#,
        "Assert that there are 3 of `li`",
    );
    check(
        r#"{"do":"assert","at":{"css":"h1"},"equals":"Home"}"#,
        "Assert that `h1` says `Home`",
    );
    check(
        r#"{"do":"assert","at":{"label":"City"},"value":"Bern"}"#,
        "Assert that field `City` has the value `Bern`",
    );
    check(
        r#"{"do":"assert","url":"/home"}"#,
        "Assert that the address contains `/home`",
    );
}

#[test]
fn files_scripts_cookies_tabs_and_people_are_read() {
    check(
        r#"{"do":"screenshot","name":"all","of":"full"}"#,
        "Screenshot `all` of the whole page",
    );
    check(
        r#"{"do":"screenshot","name":"logo","at":{"css":"img"}}"#,
        "Screenshot `logo` of `img`",
    );
    check(
        r#"{"do":"pdf","name":"bill"}"#,
        "Save the page as PDF `bill`",
    );
    check(
        r#"{"do":"download","at":{"text":"Report"},"as":"file"}"#,
        "Download by text `Report`",
    );
    check(
        r#"{"do":"evaluate","script":"1 + 1","as":"two","type":"integer"}"#,
        "Evaluate a script as `two`",
    );
    check(
        r#"{"do":"cookies","set":{"name":"a","value":"{{ secret.s }}","expires":"2030-01-01T00:00:00Z","same_site":"lax"}}"#,
        "Set cookie `a`",
    );
    check(
        r#"{"do":"cookies","clear":"page","url":"https://a.example/"}"#,
        "Clear the cookies of https://a.example/",
    );
    check(
        r#"{"do":"cookies","as":"jar"}"#,
        "Read the cookies as `jar`",
    );
    check(r#"{"do":"new_tab"}"#, "Open a new tab");
    check(
        r#"{"do":"switch_tab","title":"Pay"}"#,
        "Switch to the tab titled `Pay`",
    );
    check(r#"{"do":"close_tab"}"#, "Close the tab");
    check(
        r#"{"do":"dialog","answer":"accept","value":"Ada"}"#,
        "Accept the next dialog",
    );
    check(
        r#"{"do":"pause","reason":"Enter the code"}"#,
        "Pause: Enter the code",
    );
}

#[test]
fn mistakes_are_named() {
    refuse(r#"{"do":"open"}"#, "`steps[2].url`: an address is needed");
    refuse(
        r#"{"do":"jump"}"#,
        &format!(
            "`steps[2].do`: `jump` is not a step; use one of {}",
            StepFile::ACTIONS.join(", ")
        ),
    );
    refuse(
        r#"{"do":"click","at":{"css":"a","text":"b"}}"#,
        "`steps[2].at`: give one way to find it, not several",
    );
    refuse(
        r#"{"do":"click","at":{"css":"a"},"value":"x"}"#,
        "`steps[2].value`: `click` does not use `value`",
    );
    refuse(
        r#"{"do":"wait","for":{"time":"soon"}}"#,
        "`steps[2].for`: `soon` is not a length of time between 1 ms and 30 days; write it like `500ms`, `30s`, `5m` or `2h`",
    );
    refuse(
        r#"{"do":"press","key":"Entr"}"#,
        "`steps[2].key`: `Entr` is not a key; write it like `Enter`, `ArrowDown`, `a`, `Control+A` or `Shift+Tab`",
    );
    refuse(
        r#"{"do":"select","at":{"css":"a"},"label":"x","index":1}"#,
        "`steps[2].label`: give one of `label`, `value` and `index`",
    );
    refuse(
        r#"{"do":"assert","at":{"css":"a"}}"#,
        "`steps[2].state`: expect one thing: `state`, `equals`, `contains`, `value`, `count`, `url` or `title`",
    );
    refuse(
        r#"{"do":"extract","at":{"css":"a"},"as":"x","type":"date"}"#,
        "`steps[2].type`: `date` is unknown; use one of `text`, `number`, `integer`, `boolean`, `json`",
    );
    refuse(
        r#"{"do":"click","at":{"css":"a","frame":{}}}"#,
        "`steps[2].at`: `frame`: say which frame: `css`, `name`, `url` or another way to find its element",
    );
    refuse(
        r#"{"do":"wait","for":{"url":"/x"},"state":"hidden"}"#,
        "`steps[2].for`: `nth`, `frame` and `state` do not go with `url`",
    );
    refuse(
        r#"{"do":"dialog","answer":"dismiss","value":"x"}"#,
        "`steps[2].value`: a dialog that is dismissed takes no text",
    );
    refuse(
        r#"{"do":"pause"}"#,
        "`steps[2].reason`: say what the person does",
    );
    refuse(
        r#"{"do":"scroll"}"#,
        "`steps[2].at`: say where to: `at = { … }`, `by = { y = 600 }` or `to = \"end\"`",
    );
    refuse(
        r#"{"do":"cookies","clear":"some"}"#,
        "`steps[2].clear`: `some` is unknown; use `page` or `all`",
    );
    let unknown = serde_json::from_str::<StepFile>(r#"{"do":"click","wherever":1}"#);
    assert!(unknown.unwrap_err().to_string().contains("unknown field"));
}

#[test]
fn every_action_has_keys_that_are_lines_or_parts() {
    for action in StepFile::ACTIONS {
        for key in StepFile::reads(action) {
            let mut file = StepFile::default();
            let text = if matches!(*key, "index" | "count" | "by") {
                "7"
            } else {
                "yes"
            };
            if matches!(*key, "at" | "for" | "set") {
                continue;
            }
            assert!(file.set_line(key, text), "{action}: {key}");
            assert_eq!(file.line(key), text, "{action}: {key}");
            assert_eq!(file.keys().collect::<Vec<_>>(), [*key]);
            assert!(file.set_line(key, ""));
            assert_eq!(file, StepFile::default(), "{action}: {key}");
        }
    }
    let mut file = StepFile::default();
    assert!(!file.set_line("index", "two") && !file.set_line("nothing", "x"));
}
