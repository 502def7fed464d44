//! The list of tasks.

mod bars;
mod cards;
mod cells;
mod page;

pub use page::Tasks;
