//! The list of runs.

mod bulk;
mod bulk_dialog;
mod filter;
mod grid;
mod page;

pub(super) use grid::RunsGrid;
pub use page::Runs;
