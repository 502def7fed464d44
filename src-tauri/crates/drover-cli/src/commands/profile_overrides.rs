//! What pages of a profile see instead of this machine's own, on the command line.

use clap::Args;
use drover_model::overrides::{ColourScheme, Degrees, Geolocation, Overrides, Viewport};

/// The overrides that are named; the others stay.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What pages see; `none` takes one off")]
pub(super) struct OverrideArgs {
    /// The language of pages, such as `de-DE`
    #[arg(long, value_name = "TAG", group = "change")]
    language: Option<String>,
    /// The time zone, such as `Europe/Berlin`
    #[arg(long, value_name = "ZONE", group = "change")]
    time_zone: Option<String>,
    /// The place, in degrees, such as `52.52,13.405`
    #[arg(
        long,
        value_name = "LAT,LON",
        group = "change",
        value_parser = geolocation,
        allow_hyphen_values = true
    )]
    geolocation: Option<Set<Geolocation>>,
    /// The user agent; the client hints are made from it
    #[arg(long, value_name = "TEXT", group = "change")]
    user_agent: Option<String>,
    /// The size of pages, such as `1280x800`, `390x844@3` or `390x844@3 mobile`
    #[arg(long, value_name = "SIZE", group = "change", value_parser = viewport)]
    viewport: Option<Set<Viewport>>,
    /// A header of every request; may be given several times and replaces those before
    #[arg(long = "header", value_name = "NAME=VALUE", group = "change", value_parser = header)]
    headers: Vec<Set<(String, String)>>,
    /// The colours that pages are asked for: `light` or `dark`
    #[arg(long, value_name = "SCHEME", group = "change", value_parser = colour_scheme)]
    colour_scheme: Option<Set<ColourScheme>>,
}

/// A value, or none from now on.
type Set<T> = OrNone<T>;

/// As [`Option`], which clap would read as "may be left out".
#[derive(Debug, Clone, PartialEq, Eq)]
enum OrNone<T> {
    Value(T),
    None,
}

impl<T> From<OrNone<T>> for Option<T> {
    fn from(given: OrNone<T>) -> Self {
        match given {
            OrNone::Value(value) => Some(value),
            OrNone::None => None,
        }
    }
}

impl OverrideArgs {
    /// `known` with what is named.
    pub(super) fn changed(self, known: Overrides) -> Overrides {
        let text = |given: Option<String>, known| match given {
            Some(none) if none == "none" => None,
            Some(text) => Some(text),
            None => known,
        };
        Overrides {
            language: text(self.language, known.language),
            time_zone: text(self.time_zone, known.time_zone),
            user_agent: text(self.user_agent, known.user_agent),
            geolocation: self.geolocation.map_or(known.geolocation, Into::into),
            viewport: self.viewport.map_or(known.viewport, Into::into),
            colour_scheme: self.colour_scheme.map_or(known.colour_scheme, Into::into),
            headers: if self.headers.is_empty() {
                known.headers
            } else {
                self.headers.into_iter().filter_map(Into::into).collect()
            },
        }
    }
}

fn or_none<T>(
    text: &str,
    read: impl FnOnce(&str) -> Option<T>,
    hint: &str,
) -> Result<Set<T>, String> {
    if text == "none" {
        return Ok(OrNone::None);
    }
    read(text).map(OrNone::Value).ok_or_else(|| hint.to_owned())
}

fn geolocation(text: &str) -> Result<Set<Geolocation>, String> {
    let read = |text: &str| {
        let (latitude, longitude) = text.split_once(',')?;
        Some(Geolocation {
            latitude: Degrees::new(latitude.trim().parse().ok()?)?,
            longitude: Degrees::new(longitude.trim().parse().ok()?)?,
            accuracy: 10,
        })
    };
    or_none(text, read, "write it as LATITUDE,LONGITUDE in degrees")
}

fn viewport(text: &str) -> Result<Set<Viewport>, String> {
    let read = |text: &str| {
        let (size, mobile) = match text.strip_suffix("mobile") {
            Some(size) => (size.trim_end(), true),
            None => (text, false),
        };
        let (size, scale) = size.split_once('@').unwrap_or((size, "1"));
        let (width, height) = size.split_once('x')?;
        let scale: f64 = scale.parse().ok()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a scale outside the allowed range is refused by the model"
        )]
        Some(Viewport {
            width: width.parse().ok()?,
            height: height.parse().ok()?,
            scale_percent: (scale * 100.0).round() as u32,
            mobile,
        })
    };
    or_none(
        text,
        read,
        "write it as WIDTHxHEIGHT, WIDTHxHEIGHT@SCALE, or with ` mobile` behind",
    )
}

fn header(text: &str) -> Result<Set<(String, String)>, String> {
    let read = |text: &str| {
        let (name, value) = text.split_once('=')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    or_none(text, read, "write it as NAME=VALUE")
}

fn colour_scheme(text: &str) -> Result<Set<ColourScheme>, String> {
    let read = |text: &str| match text {
        "light" => Some(ColourScheme::Light),
        "dark" => Some(ColourScheme::Dark),
        _ => None,
    };
    or_none(text, read, "use `light`, `dark` or `none`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        let check = |text: &str, wanted: Option<(u32, u32, u32, bool)>| {
            let read: Option<Set<Viewport>> = viewport(text).ok();
            let read = read
                .and_then(Option::from)
                .map(|view: Viewport| (view.width, view.height, view.scale_percent, view.mobile));
            assert_eq!(read, wanted, "{text}");
        };
        check("1280x800", Some((1280, 800, 100, false)));
        check("390x844@2.5 mobile", Some((390, 844, 250, true)));
        check("none", None);
        check("wide", None);
    }

    #[test]
    fn places_are_read() {
        assert!(geolocation("-33.86882,151.2093").is_ok());
        assert!(geolocation("91").is_err());
        assert!(geolocation("0,181").is_err());
        assert_eq!(geolocation("none"), Ok(OrNone::None));
    }

    #[test]
    fn none_takes_off_and_silence_keeps() {
        let known = Overrides {
            language: Some("de".to_owned()),
            time_zone: Some("Europe/Berlin".to_owned()),
            ..Overrides::default()
        };
        let args = OverrideArgs {
            language: Some("none".to_owned()),
            time_zone: None,
            geolocation: None,
            user_agent: Some("Agent".to_owned()),
            viewport: None,
            headers: vec![OrNone::Value(("X-A".to_owned(), "b".to_owned()))],
            colour_scheme: Some(OrNone::Value(ColourScheme::Dark)),
        };
        let changed = args.changed(known);
        assert_eq!(changed.language, None);
        assert_eq!(changed.time_zone.as_deref(), Some("Europe/Berlin"));
        assert_eq!(changed.user_agent.as_deref(), Some("Agent"));
        assert_eq!(changed.headers["X-A"], "b");
        assert_eq!(changed.colour_scheme, Some(ColourScheme::Dark));
    }
}
