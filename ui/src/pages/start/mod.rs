//! Starting a task, and what will run then. Several screens use it.

mod dialog;
mod focused_row;
mod launch;
mod many;
mod needs;
mod overrides_text;
mod plan_facts;
mod plan_report;
mod plan_text;

pub(super) use dialog::StartDialog;
pub(super) use focused_row::{focused_row, use_landing};
pub(super) use launch::{show_run, use_launch};
pub(super) use needs::{asks_at_start, wants_profile};
pub(super) use overrides_text::overrides_line;
pub(super) use plan_facts::PlanFacts;
pub(super) use plan_report::PlanReportView;
pub(super) use plan_text::{plan_text, report_text};
