//! Built-in steps: what Drover does in a page by itself, with real input and honest failures.

mod actions;
mod assertions;
mod cookies;
mod downloads;
mod failure;
mod fields;
mod follow;
mod keyboard;
mod keys;
mod mouse;
mod pictures;
mod place;
mod prepare;
mod prepared;
mod probe;
mod question;
mod readings;
mod report;
mod run;
mod tabs;
mod typed;
mod uploads;
mod waits;

pub use failure::{Found, StepFailure, StepProblem};
pub use prepared::{
    Awaited, Check, Choice, CookieAction, FrameStep, FrameWay, PreparedAction, PreparedCookie,
    PreparedStep, Shown, TabChoice, Target, Way,
};
pub use report::{MOST_EVENTS_A_STEP, StepEvent};
pub use run::{Outputs, Surroundings, run_steps};
pub use tabs::Tabs;
