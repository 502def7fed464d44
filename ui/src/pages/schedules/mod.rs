//! Schedules: the list, the calendar of the coming days, batches, and the editor with its preview.

mod batches;
mod calendar;
mod editor;
mod list;
mod orders;
mod page;
mod parameters;
mod policies;
mod preview;
mod starts;
mod trigger;

pub use editor::ScheduleEditor;
pub use page::Schedules;
