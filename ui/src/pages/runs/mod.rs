//! The list of runs.

mod filter;
mod grid;
mod page;

pub(super) use grid::RunsGrid;
pub use page::Runs;
