//! The seat of a profile: the state of its browser.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use drover_model::ExtensionStatus;
use serde::{Deserialize, Serialize};

use super::{held::Held, way_out::WayOut};
use crate::{Browser, Visibility};

/// Who may use a profile's browser at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatState {
    /// It is being launched.
    Starting,
    /// A run has it.
    Leased,
    /// It is kept warm, and nobody has it.
    Idle,
    /// A person has its window open.
    Window,
    /// It is being stopped.
    Draining,
}

/// One row of what runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatView {
    /// The profile's id.
    pub profile: String,
    pub state: SeatState,
    /// Who has it, in words.
    pub by: Option<String>,
    pub visible: bool,
    /// The browser's first process.
    pub pid: Option<u32>,
    /// What the browser says of itself, for instance `Chrome/156.0.8078.73`.
    pub product: Option<String>,
}

/// The state of one profile's browser. A profile without a seat has none.
pub(super) enum Seat {
    Taken(Taken),
    Idle {
        held: Held,
        /// Which seat this is; a timer that was set for an earlier one finds another number.
        turn: u64,
    },
    Window {
        held: Held,
        turn: u64,
    },
    Draining,
    /// These processes do not end, so nothing may start.
    Stuck(Vec<u32>),
}

/// Starting for somebody, or leased.
pub(super) struct Taken {
    /// Who has it, in words; nobody for a window that is opened by hand.
    pub(super) by: Option<String>,
    pub(super) visibility: Visibility,
    pub(super) browser: Option<Browser>,
    pub(super) extensions: Vec<ExtensionStatus>,
    /// Of the browser; whoever has that keeps it alive.
    pub(super) way_out: Weak<WayOut>,
    /// A person works in its window, too; it stays open after the run.
    pub(super) joined: bool,
}

pub(super) type Seats = HashMap<String, Seat>;

impl Seat {
    /// The way out of its browser, if that runs and has one.
    pub(super) fn way_out(&self) -> Option<Arc<WayOut>> {
        match self {
            Self::Taken(taken) => taken.way_out.upgrade(),
            Self::Idle { held, .. } | Self::Window { held, .. } => held.way_out.clone(),
            Self::Draining | Self::Stuck(_) => None,
        }
    }

    pub(super) fn view(&self, profile: &str) -> SeatView {
        let (state, by, visible, browser) = match self {
            Self::Taken(taken) => (
                if taken.browser.is_some() {
                    SeatState::Leased
                } else {
                    SeatState::Starting
                },
                taken.by.clone(),
                taken.visibility == Visibility::Visible,
                taken.browser.as_ref(),
            ),
            Self::Idle { held, .. } => (
                SeatState::Idle,
                None,
                held.is_visible(),
                Some(&held.browser),
            ),
            Self::Window { held, .. } => (SeatState::Window, None, true, Some(&held.browser)),
            Self::Draining | Self::Stuck(_) => (SeatState::Draining, None, false, None),
        };
        SeatView {
            profile: profile.to_owned(),
            state,
            by,
            visible,
            pid: browser.map(|browser| browser.identity().pid),
            product: browser.map(|browser| browser.version().product.clone()),
        }
    }
}
