//! Runs steps one after the other.

use std::{collections::BTreeMap, future::pending, time::Duration};

use tokio::{sync::watch, time::Instant};

use super::{PreparedStep, StepFailure, StepProblem, actions::act, probe::Limit};
use crate::Page;

/// Extracted texts by name.
pub type Outputs = BTreeMap<String, String>;

/// What happens while steps run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepEvent {
    /// A step begins.
    Started {
        /// Counted from 0.
        index: usize,
        /// As the step list shows it.
        title: String,
    },
    /// A step read a text.
    Output {
        /// Counted from 0.
        index: usize,
        /// Its name.
        name: String,
        /// The text.
        value: String,
    },
    /// A step took a picture.
    Picture {
        /// Counted from 0.
        index: usize,
        /// Its name.
        name: String,
        /// PNG.
        png: Vec<u8>,
    },
    /// A step is done.
    Passed {
        /// Counted from 0.
        index: usize,
        /// How long it took.
        took: Duration,
    },
    /// A step failed; the failure itself is the result of the run.
    Failed {
        /// Counted from 0.
        index: usize,
        /// How long it took.
        took: Duration,
    },
}

/// Runs the steps until one fails or `cancel` becomes true. A dropped sender of `cancel` cancels nothing.
pub async fn run_steps(
    page: &Page,
    steps: &[PreparedStep],
    mut report: impl FnMut(StepEvent) + Send,
    mut cancel: watch::Receiver<bool>,
) -> Result<Outputs, StepFailure> {
    let mut outputs = Outputs::new();
    for (index, step) in steps.iter().enumerate() {
        report(StepEvent::Started {
            index,
            title: step.title.clone(),
        });
        let started = Instant::now();
        let limit = Limit {
            whole: step.limit,
            deadline: started + step.limit,
        };
        let done = tokio::select! {
            biased;
            () = cancelled(&mut cancel) => Err(StepProblem::Cancelled),
            done = act(page, &step.action, limit) => done,
        };
        let took = started.elapsed();
        match done {
            Ok(effect) => {
                if let Some(event) = effect.event(index) {
                    if let StepEvent::Output { name, value, .. } = &event {
                        outputs.insert(name.clone(), value.clone());
                    }
                    report(event);
                }
                report(StepEvent::Passed { index, took });
            }
            Err(problem) => {
                report(StepEvent::Failed { index, took });
                return Err(StepFailure {
                    index,
                    title: step.title.clone(),
                    problem,
                });
            }
        }
    }
    Ok(outputs)
}

async fn cancelled(cancel: &mut watch::Receiver<bool>) {
    if cancel.wait_for(|cancel| *cancel).await.is_err() {
        pending::<()>().await;
    }
}
