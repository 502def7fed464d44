//! The text of each field of a schedule file, where problems have their places.

use std::borrow::Cow;

use super::ScheduleFile;

impl ScheduleFile {
    /// What stands in the field of that key, as it was written; none for a key that has no text.
    #[must_use]
    pub fn written(&self, field: &str) -> Option<Cow<'_, str>> {
        let text = |text: &Option<String>| text.clone().map(Cow::Owned);
        let number = |number: Option<u32>| number.map(|number| number.to_string().into());
        match field {
            "name" => Some(Cow::Borrowed(&self.name)),
            "task" => Some(Cow::Borrowed(&self.task)),
            "when.cron" => text(&self.when.cron),
            "when.every" => text(&self.when.every),
            "when.at" => text(&self.when.at),
            "when.after" => text(&self.when.after),
            "when.tz" => text(&self.when.tz),
            "when.anchor" => text(&self.when.anchor),
            "from" => text(&self.from),
            "until" => text(&self.until),
            "jitter" => text(&self.jitter),
            "catch_up" => text(&self.catch_up),
            "start_deadline" => text(&self.start_deadline),
            "overlap_max" => number(self.overlap_max),
            "missed_max" => number(self.missed_max),
            "batch.max_parallel" => number(self.batch.max_parallel),
            "batch.spread" => text(&self.batch.spread),
            "batch.stop_after" => text(&self.batch.stop_after),
            _ => self.listed(field).or_else(|| self.parameter(field)),
        }
    }

    /// The text of `windows[1]` and the like.
    fn listed(&self, field: &str) -> Option<Cow<'_, str>> {
        let (name, rest) = field.split_once('[')?;
        let place: usize = rest.strip_suffix(']')?.parse().ok()?;
        let list = match name {
            "windows" => &self.windows,
            "blackouts" => &self.blackouts,
            _ => return None,
        };
        list.get(place).map(|text| Cow::Borrowed(&**text))
    }

    fn parameter(&self, field: &str) -> Option<Cow<'_, str>> {
        let value = self.parameters.get(field.strip_prefix("parameters.")?)?;
        Some(match value.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(value.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Place, Problem};
    use super::*;

    #[test]
    fn every_field_has_its_text() {
        let file = r#"{"name":"n","task":"t","when":{"cron":"61 2 * * *","tz":"UTC"},"windows":["MON 09:00-10:00","x"],
            "missed_max":7,"jitter":"5x","batch":{"spread":"soon","max_parallel":3},"parameters":{"n":12,"who":"me"}}"#;
        let file = ScheduleFile::from_json(file).unwrap();
        for (field, expected) in [
            ("name", Some("n")),
            ("when.cron", Some("61 2 * * *")),
            ("when.at", None),
            ("windows[1]", Some("x")),
            ("windows[2]", None),
            ("missed_max", Some("7")),
            ("batch.spread", Some("soon")),
            ("batch.max_parallel", Some("3")),
            ("parameters.n", Some("12")),
            ("parameters.who", Some("me")),
            ("parameters.none", None),
            ("colour", None),
        ] {
            assert_eq!(file.written(field).as_deref(), expected, "{field}");
        }
    }

    #[test]
    fn a_problem_without_a_place_is_where_its_value_stands() {
        let text = "9,25 * * *";
        let whole = Problem::new("when.cron", "no");
        assert_eq!(whole.place_in(text), Some(Place::new(0, text.len())));
        let value = whole.clone().value("25");
        assert_eq!(value.place_in(text), Some(Place::new(2, 2)));
        assert_eq!(value.underlined(text).unwrap(), "9,25 * * *\n  ^^");
        let placed = value.at(Place::new(0, 1));
        assert_eq!(placed.place_in(text), Some(Place::new(0, 1)));
        assert_eq!(
            placed.at(Place::new(8, 9)).place_in(text),
            None,
            "beyond its end"
        );
        assert_eq!(whole.place_in(""), None);
    }
}
