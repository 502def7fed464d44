//! Schedules: the list, the calendar of the coming days, batches, and the editor with its preview.

mod batches;
mod calendar;
mod editor;
mod list;
mod list_row;
mod orders;
mod page;
mod parameters;
mod pause_dialog;
mod policies;
mod preview;
mod starts;
mod trash;
mod trigger;

pub use editor::ScheduleEditor;
pub use page::Schedules;
