//! The newest runs of a task as bars: height by time, colour by state.

use drover_model::request::LastRun;
use yew::prelude::*;

use crate::format;

/// Pixels of the tallest bar; the shortest is 4.
const TALL: u64 = 20;

#[derive(PartialEq, Properties)]
pub(super) struct BarsProps {
    /// Newest first.
    pub runs: Vec<LastRun>,
}

#[component]
pub(super) fn Bars(props: &BarsProps) -> Html {
    let longest = props
        .runs
        .iter()
        .filter_map(|run| run.ran_ms)
        .max()
        .unwrap_or(1);
    html! {
        <span class="bars" role="img" aria-label={summary(&props.runs)} title={summary(&props.runs)}>
            for run in props.runs.iter().rev() {
                <i key={run.run.to_string()} class={classes!("bars__bar", format!("bars__bar--{}", run.state.tone()))}
                    style={format!("--h: {}px", height(run.ran_ms, longest))} />
            }
        </span>
    }
}

fn height(ran_ms: Option<u64>, longest: u64) -> u64 {
    4 + ran_ms.unwrap_or(0).min(longest) * (TALL - 4) / longest.max(1)
}

/// The same for those who do not see the bars: "12 runs: 10 succeeded, 2 failed".
fn summary(runs: &[LastRun]) -> String {
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for run in runs {
        match counts
            .iter_mut()
            .find(|(label, _)| *label == run.state.label())
        {
            Some((_, count)) => *count += 1,
            None => counts.push((run.state.label(), 1)),
        }
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|(label, count)| format!("{count} {}", label.to_lowercase()))
        .collect();
    if parts.is_empty() {
        "never run".to_owned()
    } else {
        format!(
            "{}: {}",
            format::plural(runs.len() as u64, "run"),
            parts.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use drover_model::{RunId, RunState};

    use super::*;

    fn run(state: RunState) -> LastRun {
        LastRun {
            run: RunId::from_bits(1),
            state,
            ran_ms: Some(10),
        }
    }

    #[test]
    fn bars_have_a_text_twin() {
        assert_eq!(
            summary(&[
                run(RunState::Failed),
                run(RunState::Succeeded),
                run(RunState::Succeeded)
            ]),
            "3 runs: 1 failed, 2 succeeded"
        );
        assert_eq!(summary(&[]), "never run");
    }

    #[test]
    fn heights_stay_within_the_row() {
        assert_eq!(
            (height(None, 10), height(Some(10), 10), height(Some(99), 0)),
            (4, 20, 4)
        );
    }
}
