//! The contexts that the frame provides.

use drover_model::Settings;
use drover_model::settings::Density;
use yew::prelude::*;

use super::use_area;
use crate::bridge::Link;
use crate::events::{Batch, FactBus};

/// The way to the engine, for the functions of `api.rs`.
#[hook]
pub fn use_link() -> Link {
    use_context().expect("BUG: the frame provides the link")
}

/// Calls back with each batch of committed facts while the component lives.
#[hook]
pub fn use_facts(on_batch: Callback<Batch>) {
    let bus = use_context::<FactBus>().expect("BUG: the frame provides the bus");
    use_effect_with((bus, on_batch), |(bus, on_batch)| {
        let guard = bus.subscribe(on_batch.clone());
        move || drop(guard)
    });
}

/// Heights in pixels, as the density says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowHeights {
    pub row: i32,
    pub log: i32,
}

impl From<Density> for RowHeights {
    /// The same numbers as `--row` and `--log-row` in the style sheet.
    fn from(density: Density) -> Self {
        match density {
            Density::Compact => Self { row: 32, log: 18 },
            Density::Comfortable => Self { row: 40, log: 20 },
        }
    }
}

#[hook]
pub fn use_row_heights() -> RowHeights {
    let settings = use_area::<Settings>();
    settings
        .data()
        .map_or(Density::default(), |settings| settings.density)
        .into()
}
