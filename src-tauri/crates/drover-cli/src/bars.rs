//! Progress bars, a line for each run, where a person watches a terminal.

use std::{collections::HashMap, time::Duration};

use drover_model::{RunId, RunRow, run::Progress};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// More lines than a terminal has do not help.
const MOST: usize = 12;
/// How often the time on a line goes on by itself.
const TICK: Duration = Duration::from_millis(200);

/// The bars of the runs that are watched. Hidden, they do nothing.
pub(crate) struct Bars {
    all: MultiProgress,
    of: HashMap<RunId, ProgressBar>,
}

impl Bars {
    /// Bars on standard error, or none.
    pub(crate) fn new(rows: &[RunRow], shown: bool) -> Self {
        let target = if shown && rows.len() <= MOST {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let all = MultiProgress::with_draw_target(target);
        let of = rows.iter().map(|row| (row.id, all.add(bar(row)))).collect();
        Self { all, of }
    }

    /// What the run is doing now.
    pub(crate) fn says(&self, run: RunId, text: &str) {
        if let Some(bar) = self.of.get(&run) {
            bar.set_message(text.to_owned());
            bar.enable_steady_tick(TICK);
        }
    }

    /// How far it is.
    pub(crate) fn at(&self, run: RunId, progress: &Progress) {
        if let Some(bar) = self.of.get(&run) {
            bar.set_style(measured());
            bar.set_length(whole(progress.total));
            bar.set_position(whole(progress.done));
            bar.set_message(progress.label.clone());
        }
    }

    /// It has ended; its line goes.
    pub(crate) fn ended(&mut self, run: RunId) {
        if let Some(bar) = self.of.remove(&run) {
            bar.finish_and_clear();
        }
    }

    /// Prints something above the bars.
    pub(crate) fn above<T>(&self, print: impl FnOnce() -> T) -> T {
        self.all.suspend(print)
    }
}

fn bar(row: &RunRow) -> ProgressBar {
    let name = match &row.profile {
        Some(profile) => format!("{} ({profile})", row.task),
        None => row.task.to_string(),
    };
    ProgressBar::new_spinner()
        .with_style(style("{prefix} {spinner} {elapsed} {wide_msg}"))
        .with_prefix(name)
        .with_message("queued")
}

fn measured() -> ProgressStyle {
    style("{prefix} {bar:24} {pos}/{len} {elapsed} {wide_msg}")
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("BUG: the templates above are good")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is below zero or beyond all bounds is a bar that is empty or full"
)]
fn whole(number: f64) -> u64 {
    number as u64
}
