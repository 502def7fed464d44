//! Finding an element, as the step editor shows it: one way and one text.

use drover_model::step::{LocatorFile, StepFile};

/// The ways to find an element, in the order in which they are offered, with their words.
pub const LOCATOR_WAYS: [(&str, &str); 6] = [
    ("role", "Role"),
    ("label", "Label"),
    ("text", "Text"),
    ("placeholder", "Placeholder"),
    ("test_id", "Test id"),
    ("css", "CSS"),
];

/// What a `wait` can also wait for.
pub const WAIT_WAYS: [(&str, &str); 3] =
    [("url", "Address"), ("time", "Time"), ("network", "Network")];

/// The way that is set, its text, and the name that belongs to a role.
pub fn shown_locator(locator: &LocatorFile) -> (&'static str, &str, &str) {
    let all = [
        ("role", &locator.role),
        ("label", &locator.label),
        ("text", &locator.text),
        ("placeholder", &locator.placeholder),
        ("test_id", &locator.test_id),
        ("css", &locator.css),
        ("url", &locator.url),
        ("time", &locator.time),
        ("network", &locator.network),
    ];
    let name = locator.name.as_deref().unwrap_or_default();
    all.into_iter()
        .find_map(|(way, text)| text.as_deref().map(|text| (way, text, name)))
        .unwrap_or(("label", "", name))
}

/// A locator with this one way.
pub(super) fn locator(way: &str, text: &str, name: &str) -> LocatorFile {
    let text = Some(text.to_owned());
    let mut file = LocatorFile::default();
    match way {
        "role" => {
            file.role = text;
            file.name = (!name.is_empty()).then(|| name.to_owned());
        }
        "text" => file.text = text,
        "placeholder" => file.placeholder = text,
        "test_id" => file.test_id = text,
        "css" => file.css = text,
        "url" => file.url = text,
        "time" => file.time = text,
        // There is one thing to wait for, so the text is given.
        "network" => file.network = Some("idle".to_owned()),
        _ => file.label = text,
    }
    file
}

/// A step with another action, keeping what both of them read.
pub(super) fn with_action(step: &StepFile, action: &str) -> StepFile {
    let target = step.at.clone().or_else(|| step.until.clone());
    let at = target
        .filter(|at| at.url.is_none() && at.time.is_none() && at.network.is_none())
        .unwrap_or_else(|| locator("label", "", ""));
    let mut next = StepFile {
        action: action.to_owned(),
        timeout: step.timeout.clone(),
        ..StepFile::default()
    };
    match action {
        "open" => next.url = Some(step.url.clone().unwrap_or_default()),
        "click" => next.at = Some(at),
        "fill" => {
            next.at = Some(at);
            next.value = Some(step.value.clone().unwrap_or_default());
        }
        "wait" => {
            next.until = Some(
                step.until
                    .clone()
                    .or_else(|| step.at.clone())
                    .unwrap_or_else(|| locator("text", "", "")),
            );
        }
        "extract" => {
            next.at = Some(at);
            next.into = Some(
                step.into
                    .clone()
                    .or_else(|| step.name.clone())
                    .unwrap_or_default(),
            );
        }
        "screenshot" => {
            next.name = Some(
                step.name
                    .clone()
                    .or_else(|| step.into.clone())
                    .unwrap_or_default(),
            );
        }
        _ => {
            if MUST_FIND.contains(&action) {
                next.at = Some(at);
            } else if StepFile::reads(action).contains(&"at") {
                next.at.clone_from(&step.at);
            }
            for key in lines(action) {
                next.set_line(key, &step.line(key));
            }
        }
    }
    next
}

/// The actions of which each needs an element; others can do without.
const MUST_FIND: [&str; 9] = [
    "double_click",
    "hover",
    "type",
    "select",
    "check",
    "uncheck",
    "upload",
    "assert",
    "download",
];

/// The keys of an action that are edited as a line of text each.
pub fn lines(action: &str) -> impl Iterator<Item = &'static str> {
    StepFile::reads(action)
        .iter()
        .copied()
        .filter(|key| !matches!(*key, "at" | "for" | "set"))
}
