//! Runs steps one after the other.

use std::{collections::BTreeMap, future::pending, path::PathBuf, time::Duration};

use serde_json::Value;
use tokio::{sync::watch, time::Instant};

use super::{
    Awaited, PreparedAction, PreparedStep, StepEvent, StepFailure, StepProblem, Tabs,
    actions::{Scene, act},
    probe::Limit,
};

/// A limit for what has none.
const NO_LIMIT: Duration = Duration::from_hours(24 * 365);

/// What was read, by name.
pub type Outputs = BTreeMap<String, Value>;

/// What steps need besides a page.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// Where downloads and documents are kept; without it such steps fail.
    pub artifacts: Option<PathBuf>,
    /// Counts how often a person has said that the run goes on. A pause waits for the next change; without it a pause
    /// fails.
    pub resumed: Option<watch::Receiver<u64>>,
}

/// Runs the steps until one fails or `cancel` becomes true. A dropped sender of `cancel` cancels nothing.
pub async fn run_steps(
    tabs: &Tabs,
    steps: &[PreparedStep],
    around: &Surroundings,
    mut report: impl FnMut(StepEvent) + Send,
    mut cancel: watch::Receiver<bool>,
) -> Result<Outputs, StepFailure> {
    let mut outputs = Outputs::new();
    if steps.iter().any(waits_for_network) {
        tabs.follow_traffic().await;
    }
    for (index, step) in steps.iter().enumerate() {
        report(StepEvent::Started {
            index,
            title: step.title.clone(),
        });
        let started = Instant::now();
        let whole = step.limit.unwrap_or(NO_LIMIT);
        let mut scene = Scene {
            tabs,
            page: tabs.current(),
            limit: Limit {
                whole,
                deadline: started + whole,
            },
            around,
            index,
            report: &mut report,
            outputs: &mut outputs,
        };
        let done = tokio::select! {
            biased;
            () = cancelled(&mut cancel) => Err(StepProblem::Cancelled),
            done = act(&mut scene, &step.action) => done,
        };
        for text in tabs.current().dialogs().take_notes() {
            report(StepEvent::Note { index, text });
        }
        let took = started.elapsed();
        match done {
            Ok(()) => report(StepEvent::Passed { index, took }),
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

fn waits_for_network(step: &PreparedStep) -> bool {
    matches!(step.action, PreparedAction::Wait(Awaited::Network))
}

async fn cancelled(cancel: &mut watch::Receiver<bool>) {
    if cancel.wait_for(|cancel| *cancel).await.is_err() {
        pending::<()>().await;
    }
}
