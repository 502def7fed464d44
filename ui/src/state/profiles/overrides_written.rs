//! What is sent of what pages see: texts become numbers, or a problem at their field.

use std::collections::BTreeMap;
use std::str::FromStr;

use drover_model::FieldErrors;
use drover_model::overrides::{ColourScheme, Degrees, Geolocation, Overrides, Viewport};

use super::overrides::{HEADERS, OverridesForm, PLACE, VIEW};

/// Metres, when only a place is given.
const USUAL_ACCURACY: u32 = 10;
/// Percent, when only a size is given.
const USUAL_SCALE: u32 = 100;

impl OverridesForm {
    /// What is sent, and what of the typed texts could not become a part of it.
    /// Whether the rest makes sense is for `Overrides::check`.
    pub fn written(&self) -> (Overrides, FieldErrors) {
        let mut errors = FieldErrors::default();
        let overrides = Overrides {
            language: filled(&self.language),
            time_zone: filled(&self.time_zone),
            geolocation: self.geolocation(&mut errors),
            user_agent: filled(&self.user_agent),
            viewport: self.viewport(&mut errors),
            headers: self.named_headers(&mut errors),
            colour_scheme: match self.colour_scheme.as_str() {
                "light" => Some(ColourScheme::Light),
                "dark" => Some(ColourScheme::Dark),
                _ => None,
            },
        };
        (overrides, errors)
    }

    fn geolocation(&self, errors: &mut FieldErrors) -> Option<Geolocation> {
        let degrees = |text: &str| text.parse().ok().and_then(Degrees::new);
        let latitude = read(
            &self.latitude,
            PLACE,
            "degrees from -90 to 90",
            errors,
            degrees,
        );
        let longitude = read(
            &self.longitude,
            PLACE,
            "degrees from -180 to 180",
            errors,
            degrees,
        );
        let accuracy = read(&self.accuracy, PLACE, "whole metres", errors, whole);
        match (latitude, longitude) {
            (Some(latitude), Some(longitude)) => Some(Geolocation {
                latitude,
                longitude,
                accuracy: accuracy.unwrap_or(USUAL_ACCURACY),
            }),
            (None, None) if is_empty(&[&self.latitude, &self.longitude, &self.accuracy]) => None,
            _ => {
                if errors.of(PLACE).is_none() {
                    errors.add(PLACE, "a place needs its latitude and its longitude");
                }
                None
            }
        }
    }

    fn viewport(&self, errors: &mut FieldErrors) -> Option<Viewport> {
        let width = read(&self.width, VIEW, "whole pixels", errors, whole);
        let height = read(&self.height, VIEW, "whole pixels", errors, whole);
        let scale = read(&self.scale, VIEW, "whole percent", errors, whole);
        match (width, height) {
            (Some(width), Some(height)) => Some(Viewport {
                width,
                height,
                scale_percent: scale.unwrap_or(USUAL_SCALE),
                mobile: self.mobile,
            }),
            (None, None) if is_empty(&[&self.width, &self.height, &self.scale]) && !self.mobile => {
                None
            }
            _ => {
                if errors.of(VIEW).is_none() {
                    errors.add(VIEW, "a page size needs its width and its height");
                }
                None
            }
        }
    }

    fn named_headers(&self, errors: &mut FieldErrors) -> BTreeMap<String, String> {
        let mut headers = BTreeMap::new();
        let mut taken: Vec<String> = Vec::new();
        for row in &self.headers {
            let (name, value) = (row.name.trim(), row.value.trim());
            match (name, value) {
                ("", "") => {}
                ("", _) => errors.add(HEADERS, "a header has a value and no name"),
                _ if taken.contains(&name.to_ascii_lowercase()) => {
                    errors.add(HEADERS, format!("the header `{name}` is there twice"));
                }
                _ => {
                    taken.push(name.to_ascii_lowercase());
                    headers.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        headers
    }
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim())
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn is_empty(texts: &[&String]) -> bool {
    texts.iter().all(|text| text.trim().is_empty())
}

fn whole<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// The number of a text; nothing for an empty one, and a problem for one that is no number.
fn read<T>(
    text: &str,
    field: &str,
    wanted: &str,
    errors: &mut FieldErrors,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let found = parse(text);
    if found.is_none() {
        errors.add(field, format!("`{text}` is not a number of {wanted}"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::overrides::{HeaderRow, OverrideEdit, OverrideField};
    use super::*;

    fn form(sets: &[(OverrideField, &str)]) -> OverridesForm {
        let mut form = OverridesForm::default();
        for (field, text) in sets {
            form.edit(OverrideEdit::Set(*field, (*text).to_owned()));
        }
        form
    }

    fn problem(form: &OverridesForm) -> Option<String> {
        let (_, errors) = form.written();
        errors
            .0
            .first()
            .map(|error| format!("{}: {}", error.field, error.message))
    }

    #[test]
    fn nothing_typed_is_nothing_set() {
        let mut form = form(&[(OverrideField::Language, "  ")]);
        form.edit(OverrideEdit::AddHeader);
        let (overrides, errors) = form.written();
        assert!(overrides.is_empty() && errors.0.is_empty());
    }

    #[test]
    fn what_is_stored_comes_back_as_it_was() {
        let json = r#"{"language":"de-DE","time_zone":"Europe/Berlin",
            "geolocation":{"latitude":-33.86882,"longitude":151.2093,"accuracy":25},"user_agent":"Mozilla/5.0",
            "viewport":{"width":390,"height":844,"scale_percent":300,"mobile":true},
            "headers":{"X-Team":"eu"},"colour_scheme":"dark"}"#;
        let stored: Overrides = serde_json::from_str(json).unwrap();
        let (written, errors) = OverridesForm::of(&stored).written();
        assert_eq!(written, stored);
        assert_eq!(errors.0, []);
    }

    #[test]
    fn half_a_place_and_half_a_size_are_told() {
        let check = |sets: &[(OverrideField, &str)], words: &str| {
            assert_eq!(problem(&form(sets)).as_deref(), Some(words));
        };
        check(
            &[(OverrideField::Latitude, "52.52")],
            "overrides.geolocation: a place needs its latitude and its longitude",
        );
        check(
            &[
                (OverrideField::Latitude, "52,52"),
                (OverrideField::Longitude, "13"),
            ],
            "overrides.geolocation: `52,52` is not a number of degrees from -90 to 90",
        );
        check(
            &[(OverrideField::Longitude, "NaN")],
            "overrides.geolocation: `NaN` is not a number of degrees from -180 to 180",
        );
        check(
            &[(OverrideField::Width, "390")],
            "overrides.viewport: a page size needs its width and its height",
        );
        check(
            &[(OverrideField::Scale, "1.5")],
            "overrides.viewport: `1.5` is not a number of whole percent",
        );
        let mut mobile = OverridesForm::default();
        mobile.edit(OverrideEdit::Mobile(true));
        assert!(problem(&mobile).is_some(), "a touch screen has a size");
    }

    #[test]
    fn usual_values_fill_what_is_left_empty() {
        let (overrides, _) = form(&[
            (OverrideField::Latitude, " 52.52 "),
            (OverrideField::Longitude, "13.405"),
            (OverrideField::Width, "1280"),
            (OverrideField::Height, "800"),
        ])
        .written();
        assert_eq!(overrides.geolocation.unwrap().accuracy, 10);
        assert_eq!(overrides.viewport.unwrap().scale_percent, 100);
    }

    #[test]
    fn headers_keep_unfinished_rows_apart() {
        let row = |name: &str, value: &str| HeaderRow {
            name: name.into(),
            value: value.into(),
        };
        let mut form = OverridesForm::default();
        for (index, row) in [row("X-Team", "eu"), row("x-team", "us"), row("", "lost")]
            .into_iter()
            .enumerate()
        {
            form.edit(OverrideEdit::AddHeader);
            form.edit(OverrideEdit::Header(index, row));
        }
        let (overrides, errors) = form.written();
        assert_eq!(overrides.headers.len(), 1);
        let words: Vec<&str> = errors
            .0
            .iter()
            .map(|error| error.message.as_str())
            .collect();
        assert_eq!(
            words,
            [
                "the header `x-team` is there twice",
                "a header has a value and no name"
            ]
        );
        form.edit(OverrideEdit::RemoveHeader(2));
        form.edit(OverrideEdit::RemoveHeader(1));
        form.edit(OverrideEdit::RemoveHeader(7));
        assert_eq!(problem(&form), None);
    }
}
