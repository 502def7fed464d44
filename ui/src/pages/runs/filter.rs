//! What the list is narrowed to: the words of the address as a question for the engine.

use drover_model::request::ListRuns;
use drover_model::{BatchId, RunState};

use crate::route::RunsQuery;

/// Parked runs, and lost ones that wait for an answer. The tray leads here as well.
const NEEDS_YOU: &str = "parked";

/// The groups of states that are offered: key in the address, words.
pub(super) const GROUPS: [(&str, &str); 6] = [
    ("all", "All"),
    ("live", "Live"),
    ("queued", "Queued"),
    (NEEDS_YOU, "Needs you"),
    ("failed", "Failed"),
    ("done", "Succeeded"),
];

/// The states of a group; none means every state.
pub(super) fn states(group: Option<&str>) -> Vec<RunState> {
    match group {
        Some("live") => RunState::ALL
            .into_iter()
            .filter(|state| state.is_live() && *state != RunState::Queued)
            .collect(),
        Some("queued") => vec![RunState::Queued],
        Some("failed") => vec![RunState::Failed, RunState::TimedOut, RunState::Lost],
        Some("done") => vec![RunState::Succeeded],
        _ => Vec::new(),
    }
}

/// The start over many that is meant. Words that are no id name one that nobody has, rather than all runs.
pub(super) fn batch(query: &RunsQuery) -> Option<BatchId> {
    let id = query.batch.as_deref()?;
    Some(id.parse().unwrap_or_else(|_| BatchId::from_bits(0)))
}

pub(super) fn question(query: &RunsQuery, limit: u32) -> ListRuns {
    ListRuns {
        states: states(query.state.as_deref()),
        needs_you: query.state.as_deref() == Some(NEEDS_YOU),
        task: query.task.clone(),
        profile: query.profile.clone(),
        batch: batch(query),
        missed: query
            .missed
            .as_deref()
            .map(|look| look.parse().unwrap_or_default()),
        limit,
        ..ListRuns::default()
    }
}

/// What the list is of, where neither of the controls above it says so.
pub(super) fn of_one_start(query: &RunsQuery) -> Option<&'static str> {
    let batch = query.batch.as_ref().map(|_| "Runs of one batch");
    batch.or_else(|| query.missed.as_ref().map(|_| "What was missed"))
}

/// The filter in words, for "No run matches …".
pub(super) fn words(query: &RunsQuery) -> String {
    let parts = [
        ("state", &query.state),
        ("task", &query.task),
        ("profile", &query.profile),
        ("batch", &query.batch),
        ("missed", &query.missed),
    ];
    let words = parts
        .into_iter()
        .filter_map(|(key, value)| value.as_ref().map(|value| format!("{key}:{value}")));
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_but_all_narrows_the_list() {
        for (key, label) in GROUPS {
            let asked = question(&RunsQuery::state(key), 0);
            let narrow = asked.needs_you || !asked.states.is_empty();
            assert_eq!(!narrow, key == "all", "{label}");
        }
        assert!(states(None).is_empty());
        assert!(
            !states(Some("live")).contains(&RunState::Queued),
            "what only waits is not live work"
        );
    }

    #[test]
    fn the_filter_is_said_in_words() {
        let query = RunsQuery {
            state: Some("failed".into()),
            task: Some("Price check".into()),
            ..RunsQuery::default()
        };
        assert_eq!(words(&query), "state:failed, task:Price check");
        assert_eq!(question(&query, 500).task.as_deref(), Some("Price check"));
        assert_eq!(of_one_start(&query), None);
        let missed = RunsQuery::missed(7);
        assert_eq!(question(&missed, 500).missed, Some(7));
        assert_eq!(of_one_start(&missed), Some("What was missed"));
    }
}
