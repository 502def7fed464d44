//! What pages see, as it is typed: everything is a text until it is written.

use drover_model::overrides::{Degrees, Overrides};

/// The fields that this part of the form shows problems at, as `Overrides::check` names them.
pub(super) const FIELDS: [&str; 6] = [LANGUAGE, TIME_ZONE, PLACE, USER_AGENT, VIEW, HEADERS];
const LANGUAGE: &str = "overrides.language";
const TIME_ZONE: &str = "overrides.time_zone";
pub(super) const PLACE: &str = "overrides.geolocation";
const USER_AGENT: &str = "overrides.user_agent";
pub(super) const VIEW: &str = "overrides.viewport";
pub(super) const HEADERS: &str = "overrides.headers";

/// Empty texts leave Chrome as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverridesForm {
    pub language: String,
    pub time_zone: String,
    pub latitude: String,
    pub longitude: String,
    /// Metres.
    pub accuracy: String,
    pub user_agent: String,
    pub width: String,
    pub height: String,
    /// Percent.
    pub scale: String,
    pub mobile: bool,
    /// `light`, `dark` or nothing.
    pub colour_scheme: String,
    pub headers: Vec<HeaderRow>,
}

/// A header as it is typed. A map cannot hold two unfinished names, so rows are a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderRow {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverrideField {
    Language,
    TimeZone,
    Latitude,
    Longitude,
    Accuracy,
    UserAgent,
    Width,
    Height,
    Scale,
    ColourScheme,
}

impl OverrideField {
    /// Where its problems are told.
    pub fn key(self) -> &'static str {
        match self {
            Self::Language => LANGUAGE,
            Self::TimeZone => TIME_ZONE,
            Self::Latitude | Self::Longitude | Self::Accuracy => PLACE,
            Self::UserAgent => USER_AGENT,
            Self::Width | Self::Height | Self::Scale => VIEW,
            Self::ColourScheme => "overrides.colour_scheme",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OverrideEdit {
    Set(OverrideField, String),
    Mobile(bool),
    AddHeader,
    Header(usize, HeaderRow),
    RemoveHeader(usize),
}

impl OverridesForm {
    pub fn of(overrides: &Overrides) -> Self {
        let place = overrides.geolocation;
        let view = overrides.viewport;
        let text = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
        let degrees = |found: Option<Degrees>| {
            found
                .map(|degrees| degrees.get().to_string())
                .unwrap_or_default()
        };
        let header = |(name, value): (&String, &String)| HeaderRow {
            name: name.clone(),
            value: value.clone(),
        };
        Self {
            language: overrides.language.clone().unwrap_or_default(),
            time_zone: overrides.time_zone.clone().unwrap_or_default(),
            latitude: degrees(place.map(|place| place.latitude)),
            longitude: degrees(place.map(|place| place.longitude)),
            accuracy: text(place.map(|place| place.accuracy)),
            user_agent: overrides.user_agent.clone().unwrap_or_default(),
            width: text(view.map(|view| view.width)),
            height: text(view.map(|view| view.height)),
            scale: text(view.map(|view| view.scale_percent)),
            mobile: view.is_some_and(|view| view.mobile),
            colour_scheme: overrides
                .colour_scheme
                .map(|scheme| scheme.css().to_owned())
                .unwrap_or_default(),
            headers: overrides.headers.iter().map(header).collect(),
        }
    }

    pub fn edit(&mut self, edit: OverrideEdit) {
        match edit {
            OverrideEdit::Set(field, text) => *self.place_of(field) = text,
            OverrideEdit::Mobile(on) => self.mobile = on,
            OverrideEdit::AddHeader => self.headers.push(HeaderRow::default()),
            OverrideEdit::Header(index, row) => {
                if let Some(place) = self.headers.get_mut(index) {
                    *place = row;
                }
            }
            OverrideEdit::RemoveHeader(index) if index < self.headers.len() => {
                self.headers.remove(index);
            }
            OverrideEdit::RemoveHeader(_) => {}
        }
    }

    fn place_of(&mut self, field: OverrideField) -> &mut String {
        match field {
            OverrideField::Language => &mut self.language,
            OverrideField::TimeZone => &mut self.time_zone,
            OverrideField::Latitude => &mut self.latitude,
            OverrideField::Longitude => &mut self.longitude,
            OverrideField::Accuracy => &mut self.accuracy,
            OverrideField::UserAgent => &mut self.user_agent,
            OverrideField::Width => &mut self.width,
            OverrideField::Height => &mut self.height,
            OverrideField::Scale => &mut self.scale,
            OverrideField::ColourScheme => &mut self.colour_scheme,
        }
    }
}
