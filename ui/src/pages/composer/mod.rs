//! Composes a task in three columns: what, with, and the plan of what will run.

mod arguments;
mod bound;
mod chosen_tests;
mod command;
mod editor;
mod examples;
mod limits;
mod page;
mod parameters;
mod plan_panel;
mod playwright;
mod profiles;
mod script_area;
mod section;
mod shelf;
mod sign_in;
mod step_fields;
mod steps;
mod tokens;
mod variables;
mod what;
mod with;

pub(super) use examples::example_lines;
pub use page::Composer;
pub(super) use section::Fold;
pub(super) use shelf::{begin_with_copy, begin_with_example};
