//! What is done with every run that matches the filter: which states it concerns, and the request.

use drover_model::RunState;
use drover_model::request::{CancelRuns, ListRuns, RerunRuns};

use super::filter::{batch, states};
use crate::route::RunsQuery;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bulk {
    Stop,
    /// Started once more, with the newest version of their tasks instead of the one that ran.
    Again {
        latest: bool,
    },
}

/// How runs end that are worth another try, when the filter does not say.
const WENT_WRONG: [RunState; 3] = [RunState::Failed, RunState::TimedOut, RunState::Lost];

impl Bulk {
    pub(super) const ALL: [Self; 3] = [
        Self::Stop,
        Self::Again { latest: false },
        Self::Again { latest: true },
    ];

    /// The states that it concerns within that filter; none when there is nothing to do.
    pub(super) fn states(self, query: &RunsQuery) -> Vec<RunState> {
        if query.missed.is_some() {
            return Vec::new(); // no order knows what was missed, so it would reach other runs as well
        }
        let group = query.state.as_deref();
        let fits = |state: &RunState| match self {
            Self::Stop => state.is_live() && *state != RunState::Stopping,
            Self::Again { .. } => state.is_terminal(),
        };
        let wanted = match (group, self) {
            // Of those that need a person, the lost ones are answered one by one.
            (Some("parked"), Self::Stop) => vec![RunState::Parked],
            (Some("parked"), Self::Again { .. }) => Vec::new(),
            (Some(group), _) => states(Some(group)),
            (None, Self::Stop) => RunState::ALL.to_vec(),
            (None, Self::Again { .. }) => WENT_WRONG.to_vec(),
        };
        wanted.into_iter().filter(fits).collect()
    }

    /// How many there are.
    pub(super) fn count(self, query: &RunsQuery) -> ListRuns {
        ListRuns {
            states: self.states(query),
            task: query.task.clone(),
            profile: query.profile.clone(),
            batch: batch(query),
            limit: 1,
            ..ListRuns::default()
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Stop => "Stop all that match…",
            Self::Again { latest: false } => "Run all that match again…",
            Self::Again { latest: true } => "Run all again with the latest version…",
        }
    }

    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Again { latest: false } => "again",
            Self::Again { latest: true } => "again-latest",
        }
    }
}

pub(super) fn cancel(query: &RunsQuery) -> CancelRuns {
    CancelRuns {
        states: Bulk::Stop.states(query),
        task: query.task.clone(),
        profile: query.profile.clone(),
        batch: batch(query),
        ..CancelRuns::default()
    }
}

pub(super) fn rerun(query: &RunsQuery, latest: bool) -> RerunRuns {
    RerunRuns {
        states: Bulk::Again { latest }.states(query),
        task: query.task.clone(),
        profile: query.profile.clone(),
        batch: batch(query),
        latest,
        ..RerunRuns::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RunState::{
        Failed, Lost, Parked, Queued, Running, Starting, Stopping, Succeeded, TimedOut,
    };
    use drover_model::BatchId;

    const AGAIN: Bulk = Bulk::Again { latest: false };

    fn check(group: Option<&str>, stops: &[RunState], repeats: &[RunState]) {
        let query = RunsQuery {
            state: group.map(str::to_owned),
            ..RunsQuery::default()
        };
        assert_eq!(Bulk::Stop.states(&query), stops, "{group:?} stops");
        assert_eq!(AGAIN.states(&query), repeats, "{group:?} repeats");
    }

    #[test]
    fn the_filter_says_which_runs() {
        check(
            None,
            &[Queued, Starting, Running, Parked],
            &[Failed, TimedOut, Lost],
        );
        check(Some("live"), &[Starting, Running, Parked], &[]);
        check(Some("queued"), &[Queued], &[]);
        check(Some("parked"), &[Parked], &[]);
        check(Some("failed"), &[], &[Failed, TimedOut, Lost]);
        check(Some("done"), &[], &[Succeeded]);
    }

    #[test]
    fn what_was_missed_has_no_order_for_all() {
        for bulk in Bulk::ALL {
            assert_eq!(bulk.states(&RunsQuery::missed(7)), [], "{bulk:?}");
        }
    }

    #[test]
    fn what_is_asked_before_is_what_is_done() {
        let query = RunsQuery {
            state: Some("queued".into()),
            task: Some("Price check".into()),
            profile: Some("anna".into()),
            batch: Some(BatchId::from_bits(7).to_string()),
            ..RunsQuery::default()
        };
        let (count, order) = (Bulk::Stop.count(&query), cancel(&query));
        assert!(!order.waiting && !count.states.contains(&Stopping));
        assert_eq!(
            (count.states, count.task, count.profile, count.batch),
            (order.states, order.task, order.profile, order.batch)
        );
        assert!(rerun(&RunsQuery::default(), true).latest);
        assert_eq!(order.batch, Some(BatchId::from_bits(7)));
        let wrong = RunsQuery {
            batch: Some("nonsense".into()),
            ..RunsQuery::default()
        };
        assert!(
            cancel(&wrong).batch.is_some(),
            "what is no id is nobody's, and never everybody's"
        );
    }
}
