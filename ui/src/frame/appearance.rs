//! Theme, contrast, density and motion, as attributes of the root element that the style sheets read.

use drover_model::Settings;
use drover_model::settings::{Density, Theme};

use crate::bridge::dom;

/// Where the last theme is kept, so that the first picture has the right colours before settings are loaded.
const KEPT: &str = "drover-theme";

fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "system",
        Theme::Dark => "dark",
        Theme::Light => "light",
    }
}

pub fn restore() {
    if let Some(theme) = dom::storage().and_then(|kept| kept.get_item(KEPT).ok().flatten()) {
        dom::set_root_data("theme", &theme);
    }
}

pub fn apply(settings: &Settings) {
    let theme = theme_name(settings.theme);
    dom::set_root_data("theme", theme);
    dom::set_root_data(
        "contrast",
        if settings.high_contrast {
            "more"
        } else {
            "system"
        },
    );
    dom::set_root_data(
        "density",
        if settings.density == Density::Comfortable {
            "comfortable"
        } else {
            "compact"
        },
    );
    dom::set_root_data(
        "motion",
        if settings.reduced_motion {
            "off"
        } else {
            "system"
        },
    );
    if let Some(kept) = dom::storage() {
        kept.set_item(KEPT, theme).ok(); // without storage the first picture follows the system
    }
}

/// The other of dark and light, seen from what is shown now.
pub fn other_theme(theme: Theme, system_is_dark: bool) -> Theme {
    match (theme, system_is_dark) {
        (Theme::Dark, _) | (Theme::System, true) => Theme::Light,
        (Theme::Light, _) | (Theme::System, false) => Theme::Dark,
    }
}

pub fn system_is_dark() -> bool {
    dom::window()
        .match_media("(prefers-color-scheme: dark)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_leads_away_from_what_is_shown() {
        assert_eq!(other_theme(Theme::Dark, true), Theme::Light);
        assert_eq!(other_theme(Theme::Light, true), Theme::Dark);
        assert_eq!(other_theme(Theme::System, true), Theme::Light);
        assert_eq!(other_theme(Theme::System, false), Theme::Dark);
    }
}
