//! One run: verdict, timeline, steps, log, pictures, files, plan and facts.

mod artifacts;
mod attempt_steps;
mod facts;
mod log_filter;
mod log_panel;
mod network;
mod page;
mod picture;
mod progress_bar;
mod run_actions;
mod run_log;
mod shots;
mod timeline;
mod verdict_panel;
mod waiting;
mod watch;

pub use page::RunPage;
