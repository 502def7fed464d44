//! Sample data: profiles, a token and tasks that work offline against a bundled page.

mod data;
pub(crate) mod site;

pub(crate) use data::{PORT_KEY, PROFILES, TOKEN, profile, tasks};
