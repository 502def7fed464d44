//! What a profile shows to pages instead of this machine's own: language, place, window, and so on.
//!
//! They are settings that Chrome itself offers, not a disguise: a page can find out that they are set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::FieldErrors;

/// The overrides of a profile. Each that is not set leaves Chrome as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overrides {
    /// BCP 47, such as `de-DE`: the language of pages and of `Accept-Language`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// IANA, such as `Europe/Berlin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Where pages are told that the device is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geolocation: Option<Geolocation>,
    /// The user agent; the client hints are made from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The size of pages, in CSS pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewport: Option<Viewport>,
    /// Sent with every request.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// What pages are told that the person prefers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour_scheme: Option<ColourScheme>,
}

/// A place on Earth, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geolocation {
    /// From -90 to 90.
    pub latitude: Degrees,
    /// From -180 to 180.
    pub longitude: Degrees,
    /// In metres.
    #[serde(default = "ten_metres")]
    pub accuracy: u32,
}

const fn ten_metres() -> u32 {
    10
}

/// Degrees in millionths, which is a tenth of a metre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Degrees(i32);

impl Degrees {
    const PER_DEGREE: f64 = 1_000_000.0;

    /// From a number of degrees; `None` outside ±180.
    #[must_use]
    pub fn new(degrees: f64) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "180 million fits, and fractions of a millionth do not matter"
        )]
        (degrees.abs() <= 180.0).then(|| Self((degrees * Self::PER_DEGREE).round() as i32))
    }

    /// As a number of degrees.
    #[must_use]
    pub fn get(self) -> f64 {
        f64::from(self.0) / Self::PER_DEGREE
    }
}

impl TryFrom<f64> for Degrees {
    type Error = String;

    fn try_from(degrees: f64) -> Result<Self, String> {
        Self::new(degrees).ok_or_else(|| format!("{degrees} is not between -180 and 180 degrees"))
    }
}

impl From<Degrees> for f64 {
    fn from(degrees: Degrees) -> Self {
        degrees.get()
    }
}

/// The size of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Viewport {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// Device pixels for 100 CSS pixels.
    #[serde(default = "hundred")]
    pub scale_percent: u32,
    /// A touch screen, and pages that follow `<meta name=viewport>`.
    #[serde(default)]
    pub mobile: bool,
}

const fn hundred() -> u32 {
    100
}

/// A preference for colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColourScheme {
    Light,
    Dark,
}

impl ColourScheme {
    /// As CSS writes it (Media Queries Level 5, `prefers-color-scheme`).
    #[must_use]
    pub const fn css(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Headers that Chrome makes itself, or that would break requests.
const OWNED_HEADERS: [&str; 8] = [
    "host",
    "connection",
    "content-length",
    "cookie",
    "proxy-authorization",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

impl Overrides {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds every problem to `errors`, under `overrides.…`.
    pub fn check(&self, errors: &mut FieldErrors) {
        if let Some(language) = self.language.as_deref().filter(|text| !is_language(text)) {
            errors.add(
                "overrides.language",
                format!("`{language}` is not a language such as `de` or `de-DE`"),
            );
        }
        if let Some(zone) = self.time_zone.as_deref().filter(|text| !is_zone(text)) {
            errors.add(
                "overrides.time_zone",
                format!("`{zone}` is not a time zone such as `Europe/Berlin`"),
            );
        }
        if let Some(place) = self.geolocation
            && place.latitude.get().abs() > 90.0
        {
            errors.add(
                "overrides.geolocation",
                "the latitude is from -90 to 90 degrees",
            );
        }
        if let Some(agent) = &self.user_agent
            && !(agent.len() <= 512 && is_header_value(agent) && !agent.trim().is_empty())
        {
            errors.add(
                "overrides.user_agent",
                "a user agent is one line of at most 512 plain characters",
            );
        }
        if let Some(view) = self.viewport {
            let sides = [view.width, view.height];
            if sides.iter().any(|side| !(50..=10_000).contains(side)) {
                errors.add("overrides.viewport", "a side is from 50 to 10,000 pixels");
            }
            if !(25..=500).contains(&view.scale_percent) {
                errors.add("overrides.viewport", "the scale is from 25 to 500 percent");
            }
        }
        for (name, value) in &self.headers {
            check_header(name, value, errors);
        }
    }
}

fn check_header(name: &str, value: &str, errors: &mut FieldErrors) {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || name.len() > 100 || !name.chars().all(token) {
        errors.add(
            "overrides.headers",
            format!("`{name}` cannot be the name of a header"),
        );
    } else if OWNED_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        errors.add(
            "overrides.headers",
            format!("the header `{name}` is Chrome's own"),
        );
    }
    if value.len() > 4_000 || !is_header_value(value) {
        errors.add(
            "overrides.headers",
            format!("the value of the header `{name}` is not one line of plain characters"),
        );
    }
}

fn is_header_value(text: &str) -> bool {
    text.chars().all(|c| c == ' ' || c.is_ascii_graphic())
}

/// A language and optional subtags (RFC 5646), by shape.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.chars().all(|c| c.is_ascii_alphabetic())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
        })
}

/// A name of the IANA database, by shape.
fn is_zone(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .split('/')
            .all(|part| !part.is_empty() && part.chars().all(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(json: &str) -> Vec<String> {
        let overrides: Overrides = serde_json::from_str(json).unwrap();
        let mut errors = FieldErrors::default();
        overrides.check(&mut errors);
        errors.0.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn good_values_pass() {
        let all = r#"{"language":"de-DE","time_zone":"America/Argentina/Buenos_Aires",
            "geolocation":{"latitude":52.52,"longitude":13.405},"user_agent":"Mozilla/5.0 (X11)",
            "viewport":{"width":390,"height":844,"scale_percent":300,"mobile":true},
            "headers":{"X-Team":"eu"},"colour_scheme":"dark"}"#;
        assert_eq!(problems(all), Vec::<String>::new());
        assert_eq!(problems("{}"), Vec::<String>::new());
    }

    #[test]
    fn each_bad_value_is_named() {
        let check = |json: &str, field: &str| assert_eq!(problems(json), [field], "{json}");
        check(r#"{"language":"german"}"#, "overrides.language");
        check(r#"{"time_zone":"../etc/passwd"}"#, "overrides.time_zone");
        check(
            r#"{"geolocation":{"latitude":91,"longitude":0}}"#,
            "overrides.geolocation",
        );
        check(r#"{"user_agent":"a\nb"}"#, "overrides.user_agent");
        check(
            r#"{"viewport":{"width":10,"height":800}}"#,
            "overrides.viewport",
        );
        check(r#"{"headers":{"Cookie":"a=b"}}"#, "overrides.headers");
        check(r#"{"headers":{"X A":"b"}}"#, "overrides.headers");
        check(r#"{"headers":{"X-A":"b\r\nHost: c"}}"#, "overrides.headers");
    }

    #[test]
    fn degrees_come_back_as_written() {
        let json = r#"{"latitude":-33.868820,"longitude":151.2093,"accuracy":10}"#;
        let place: Geolocation = serde_json::from_str(json).unwrap();
        assert_eq!(
            serde_json::to_string(&place).unwrap(),
            r#"{"latitude":-33.86882,"longitude":151.2093,"accuracy":10}"#
        );
        assert!(serde_json::from_str::<Geolocation>(r#"{"latitude":0,"longitude":181}"#).is_err());
    }
}
