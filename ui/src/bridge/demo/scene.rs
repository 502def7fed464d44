//! What the address asks for: `?scene=empty|small|large|busy|error|locked|full&theme=dark|light&density=comfortable&motion=off`.

use drover_model::Settings;
use drover_model::settings::{Density, Theme};

use crate::bridge::dom;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scene {
    /// Nothing has been made yet.
    Empty,
    #[default]
    Small,
    /// Thousands of profiles and runs.
    Large,
    /// More waits than can run.
    Busy,
    /// Every list fails.
    Error,
    /// The keychain is locked.
    Locked,
    /// There is no keychain.
    Absent,
    /// The database cannot be written.
    Full,
    /// The engine did not start, because another Drover owns the data folder.
    Owned,
}

impl Scene {
    pub(super) fn named(name: &str) -> Self {
        match name {
            "empty" => Self::Empty,
            "large" => Self::Large,
            "busy" => Self::Busy,
            "error" => Self::Error,
            "locked" => Self::Locked,
            "absent" => Self::Absent,
            "full" => Self::Full,
            "owned" => Self::Owned,
            _ => Self::Small,
        }
    }

    pub(super) fn from_query() -> Self {
        dom::query("scene")
            .map(|name| Self::named(&name))
            .unwrap_or_default()
    }
}

pub(super) fn settings_from_query(scene: Scene) -> Settings {
    let is = |name: &str, value: &str| dom::query(name).as_deref() == Some(value);
    Settings {
        theme: if is("theme", "light") {
            Theme::Light
        } else if is("theme", "system") {
            Theme::System
        } else {
            Theme::Dark
        },
        density: if is("density", "comfortable") {
            Density::Comfortable
        } else {
            Density::Compact
        },
        reduced_motion: is("motion", "off"),
        high_contrast: is("contrast", "more"),
        welcomed: scene != Scene::Empty,
        // So that a retention of the many old runs has something to remove.
        keep_files_days: if scene == Scene::Large { 7 } else { 30 },
        ..Settings::default()
    }
}
