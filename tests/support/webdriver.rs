//! The few `WebDriver` commands (W3C, level 2) that a journey needs, each with a time limit.

use std::time::Duration;

use serde_json::{Value, json};

use super::patience::{until, within};

/// The key under which the protocol names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// No single call takes longer; a driver that hangs fails the journey instead of stopping it.
const CALL: Duration = Duration::from_secs(30);

/// A session with one window.
pub(crate) struct WebDriver {
    agent: ureq::Agent,
    session: String,
}

/// An element of the page.
#[derive(Clone)]
pub(crate) struct Element {
    id: String,
}

impl WebDriver {
    /// Opens a session; tries until the driver listens.
    pub(crate) fn open(port: u16, capabilities: &Value) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(CALL))
            .http_status_as_error(false)
            .build();
        let agent: ureq::Agent = config.into();
        let base = format!("http://127.0.0.1:{port}");
        until("the WebDriver to listen", || {
            agent.get(format!("{base}/status")).call().ok()
        });
        let reply = call(
            &agent,
            &format!("{base}/session"),
            &json!({ "capabilities": { "alwaysMatch": capabilities } }),
        )
        .unwrap_or_else(|error| panic!("no session: {error}"));
        let id = reply["sessionId"]
            .as_str()
            .unwrap_or_else(|| panic!("no session in {reply}"));
        Self {
            session: format!("{base}/session/{id}"),
            agent,
        }
    }

    fn post(&self, command: &str, body: &Value) -> Result<Value, String> {
        call(&self.agent, &format!("{}/{command}", self.session), body)
    }

    /// Runs a script in the page and answers what it returns.
    pub(crate) fn script(&self, script: &str, arguments: &[Value]) -> Value {
        let body = json!({ "script": script, "args": arguments });
        self.post("execute/sync", &body)
            .unwrap_or_else(|error| panic!("the script failed: {error}\n{script}"))
    }

    /// Loads the page anew; it has been loaded when this returns, so that the old one cannot answer any more.
    pub(crate) fn reload(&self) {
        self.post("refresh", &json!({}))
            .unwrap_or_else(|error| panic!("the page did not load anew: {error}"));
    }

    /// The element with that CSS selector, once it is there and visible.
    pub(crate) fn find(&self, css: &str) -> Element {
        until(&format!("`{css}` in\n{}", self.text_or_nothing()), || {
            self.visible(css)
        })
    }

    /// The element with that test id, once it is there and visible.
    pub(crate) fn by_id(&self, test_id: &str) -> Element {
        self.find(&format!("[data-testid=\"{test_id}\"]"))
    }

    fn visible(&self, css: &str) -> Option<Element> {
        let found = self
            .post(
                "elements",
                &json!({ "using": "css selector", "value": css }),
            )
            .ok()?;
        let ids = found
            .as_array()?
            .iter()
            .filter_map(|element| element[ELEMENT].as_str());
        ids.map(|id| Element { id: id.to_owned() })
            .find(|element| self.is_displayed(element))
    }

    fn is_displayed(&self, element: &Element) -> bool {
        let seen = "const box = arguments[0].getBoundingClientRect(); return box.width > 0 && box.height > 0";
        self.post(
            "execute/sync",
            &json!({ "script": seen, "args": [{ ELEMENT: element.id }] }),
        )
        .is_ok_and(|seen| seen == true)
    }

    /// Clicks as a mouse does, once nothing is in the way.
    pub(crate) fn click(&self, element: &Element) {
        let command = format!("element/{}/click", element.id);
        let mut last = String::new();
        let clicked = within(super::patience::PATIENCE, || {
            self.post(&command, &json!({}))
                .map_err(|error| last = error)
                .ok()
        });
        assert!(clicked.is_some(), "failed to click: {last}");
    }

    pub(crate) fn click_id(&self, test_id: &str) {
        let element = self.by_id(test_id);
        self.click(&element);
    }

    /// Clicks what ends the app or hides its window: there may be nobody left to answer.
    pub(crate) fn click_to_leave(&self, test_id: &str) {
        let element = self.by_id(test_id);
        self.post(&format!("element/{}/click", element.id), &json!({}))
            .ok();
    }

    /// Goes to a screen by its entry in the navigation: one click, also while the window still loads.
    pub(crate) fn go(&self, test_id: &str, hash: &str) {
        self.click_id(test_id);
        until(&format!("`{hash}`"), || {
            (self.script("return location.hash", &[]) == hash).then_some(())
        });
    }

    /// Replaces the content of a field by typing.
    pub(crate) fn fill(&self, test_id: &str, text: &str) {
        let element = self.by_id(test_id);
        self.post(&format!("element/{}/clear", element.id), &json!({}))
            .unwrap_or_else(|error| panic!("failed to clear `{test_id}`: {error}"));
        self.type_into(&element, text);
    }

    /// Types a text; a line feed is the key Return, as for a person.
    pub(crate) fn type_into(&self, element: &Element, text: &str) {
        let text = text.replace('\n', "\u{e006}");
        self.post(
            &format!("element/{}/value", element.id),
            &json!({ "text": text }),
        )
        .unwrap_or_else(|error| panic!("failed to type: {error}"));
    }

    /// Presses keys wherever the focus is, one after the other; `+` joins keys pressed together.
    pub(crate) fn press(&self, keys: &[&str]) {
        for chord in keys {
            let parts: Vec<&str> = if *chord == "+" {
                vec!["+"]
            } else {
                chord.split('+').collect()
            };
            let downs = parts
                .iter()
                .map(|key| json!({ "type": "keyDown", "value": key_code(key) }));
            let ups = parts
                .iter()
                .rev()
                .map(|key| json!({ "type": "keyUp", "value": key_code(key) }));
            let actions: Vec<Value> = downs.chain(ups).collect();
            let body =
                json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
            self.post("actions", &body)
                .unwrap_or_else(|error| panic!("failed to press `{chord}`: {error}"));
        }
    }

    /// Types a text wherever the focus is.
    pub(crate) fn type_text(&self, text: &str) {
        let actions: Vec<Value> = text
            .chars()
            .flat_map(|key| {
                [
                    json!({ "type": "keyDown", "value": key.to_string() }),
                    json!({ "type": "keyUp", "value": key.to_string() }),
                ]
            })
            .collect();
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.post("actions", &body)
            .unwrap_or_else(|error| panic!("failed to type: {error}"));
    }

    /// The visible text of an element.
    pub(crate) fn text(&self, css: &str) -> String {
        let text = self.script(
            "return document.querySelector(arguments[0])?.innerText ?? ''",
            &[json!(css)],
        );
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The visible text of the page, or nothing when it cannot be had.
    fn text_or_nothing(&self) -> String {
        let body = json!({ "script": "return document.body.innerText", "args": [] });
        self.post("execute/sync", &body)
            .ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Waits until the page shows a text.
    pub(crate) fn sees(&self, text: &str) {
        let seen = within(super::patience::PATIENCE, || {
            self.text_or_nothing().contains(text).then_some(())
        });
        assert!(
            seen.is_some(),
            "the page does not show `{text}`:\n{}",
            self.text_or_nothing()
        );
    }

    /// Ends the session and with it the app.
    pub(crate) fn close(&self) {
        self.agent.delete(&self.session).call().ok(); // the app may be gone already
    }
}

fn call(agent: &ureq::Agent, url: &str, body: &Value) -> Result<Value, String> {
    let mut reply = agent
        .post(url)
        .send_json(body)
        .map_err(|error| error.to_string())?;
    let mut reply: Value = reply
        .body_mut()
        .read_json()
        .map_err(|error| error.to_string())?;
    let value = reply["value"].take();
    match value["error"].as_str() {
        Some(error) => Err(format!(
            "{error}: {}",
            value["message"].as_str().unwrap_or_default()
        )),
        None => Ok(value),
    }
}

/// Names of keys that have no letter (`WebDriver`, section 17.4.2).
fn key_code(key: &str) -> String {
    let code = match key {
        "Tab" => '\u{E004}',
        "Enter" => '\u{E007}',
        "Shift" => '\u{E008}',
        "Ctrl" => '\u{E009}',
        "Alt" => '\u{E00A}',
        "Escape" => '\u{E00C}',
        "Space" => ' ',
        "End" => '\u{E010}',
        "Home" => '\u{E011}',
        "Left" => '\u{E012}',
        "Up" => '\u{E013}',
        "Right" => '\u{E014}',
        "Down" => '\u{E015}',
        "Delete" => '\u{E017}',
        letter => return letter.to_owned(),
    };
    code.to_string()
}
