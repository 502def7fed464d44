//! The language in which schedules are told.

use drover_model::Settings;
use drover_model::schedule::{Language, Words};
use yew::prelude::*;

use super::use_area;
use crate::bridge::dom;

/// The words of the chosen language, or of the system's.
#[hook]
pub fn use_words() -> &'static Words {
    let settings = use_area::<Settings>();
    let system = Language::of_tag(&dom::language());
    let chosen = settings.data().map(|settings| settings.language);
    chosen.unwrap_or_default().or_system(system).words()
}
