//! The keys of a step as plain texts, for an editor that has a line for each of them.

use super::{PixelsFile, StepFile};

impl StepFile {
    /// What a key holds as one line of text; empty when it is not set. `at`, `for` and `set` are no lines.
    #[must_use]
    pub fn line(&self, key: &str) -> String {
        let number = |number: Option<u32>| number.map(|number| number.to_string());
        let text = match key {
            "index" => number(self.index),
            "count" => number(self.count),
            "all" => self.all.then(|| "yes".to_owned()),
            "files" => self.files.as_ref().map(|files| files.join(", ")),
            "by" => self.by.map(|PixelsFile { x, y }| match x {
                0 => y.to_string(),
                x => format!("{x}, {y}"),
            }),
            _ => self.text_of(key).cloned(),
        };
        text.unwrap_or_default()
    }

    /// Sets a key from one line of text; an empty one takes it away. False when the key cannot hold this text, and then
    /// nothing is changed.
    pub fn set_line(&mut self, key: &str, text: &str) -> bool {
        let said = Some(text.to_owned()).filter(|text| !text.is_empty());
        let number = text.trim().parse::<u32>().ok();
        if said.is_some() && number.is_none() && matches!(key, "index" | "count") {
            return false;
        }
        match key {
            "index" => self.index = number,
            "count" => self.count = number,
            "all" => self.all = matches!(text.trim(), "yes" | "true"),
            "files" => {
                self.files = said.map(|text| {
                    let files = text.split(',').map(|file| file.trim().to_owned());
                    files.collect()
                });
            }
            "by" => {
                let parts = text.split(',').map(|part| part.trim().parse::<i32>());
                self.by = match parts.collect::<Result<Vec<_>, _>>().as_deref() {
                    Ok([y]) => Some(PixelsFile { x: 0, y: *y }),
                    Ok([x, y]) => Some(PixelsFile { x: *x, y: *y }),
                    _ if text.is_empty() => None,
                    _ => return false,
                };
            }
            _ => match self.text_of_mut(key) {
                Some(place) => *place = said,
                None => return false,
            },
        }
        true
    }

    fn text_of(&self, key: &str) -> Option<&String> {
        let place = match key {
            "url" => &self.url,
            "value" => &self.value,
            "as" => &self.into,
            "name" => &self.name,
            "button" => &self.button,
            "delay" => &self.delay,
            "key" => &self.key,
            "label" => &self.label,
            "state" => &self.state,
            "to" => &self.to,
            "what" => &self.what,
            "attribute" => &self.attribute,
            "type" => &self.kind,
            "equals" => &self.equals,
            "contains" => &self.contains,
            "title" => &self.title,
            "of" => &self.of,
            "script" => &self.script,
            "clear" => &self.clear,
            "answer" => &self.answer,
            "reason" => &self.reason,
            "timeout" => &self.timeout,
            _ => return None,
        };
        place.as_ref()
    }

    fn text_of_mut(&mut self, key: &str) -> Option<&mut Option<String>> {
        Some(match key {
            "url" => &mut self.url,
            "value" => &mut self.value,
            "as" => &mut self.into,
            "name" => &mut self.name,
            "button" => &mut self.button,
            "delay" => &mut self.delay,
            "key" => &mut self.key,
            "label" => &mut self.label,
            "state" => &mut self.state,
            "to" => &mut self.to,
            "what" => &mut self.what,
            "attribute" => &mut self.attribute,
            "type" => &mut self.kind,
            "equals" => &mut self.equals,
            "contains" => &mut self.contains,
            "title" => &mut self.title,
            "of" => &mut self.of,
            "script" => &mut self.script,
            "clear" => &mut self.clear,
            "answer" => &mut self.answer,
            "reason" => &mut self.reason,
            "timeout" => &mut self.timeout,
            _ => return None,
        })
    }
}
