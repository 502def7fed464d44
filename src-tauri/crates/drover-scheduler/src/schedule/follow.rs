//! Schedules that start after a run of another task.

use std::collections::{BTreeMap, BTreeSet};

use drover_model::{
    Name, ProfileId, RunId, RunState,
    schedule::{AfterScope, EndedAs},
};

/// How many runs may follow each other.
pub const MAX_DEPTH: u32 = 16;

/// A run of the other task that has ended.
#[derive(Debug, Clone, Copy)]
pub struct Upstream<'a> {
    pub run: RunId,
    pub state: RunState,
    pub profile: Option<ProfileId>,
    /// Its batch, and the states of all its runs, this one included.
    pub batch: Option<(&'a str, &'a [RunState])>,
    /// How many runs came before it in its chain.
    pub depth: u32,
}

/// What is to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Following {
    /// Names the start, so that it happens once.
    pub occurrence: String,
    /// The one profile; `None` means those that the task names itself.
    pub profile: Option<ProfileId>,
    pub depth: u32,
}

/// Why a run is not followed although it ended as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFollowed {
    #[error("the chain is {MAX_DEPTH} runs long")]
    TooDeep,
}

/// The occurrence of a run that follows another one.
#[must_use]
pub fn occurrence_of(run: RunId) -> String {
    format!("run:{run}")
}

/// What starts after a run has ended; `None` when it did not end as asked or when the rest
/// of its batch is not done.
pub fn follows(
    on: EndedAs,
    scope: AfterScope,
    upstream: &Upstream<'_>,
) -> Result<Option<Following>, NotFollowed> {
    let depth = upstream.depth + 1;
    let (is_met, occurrence, profile) = match (scope, upstream.batch) {
        (AfterScope::Batch, Some((batch, states))) => {
            (batch_ended(on, states), format!("batch:{batch}"), None)
        }
        // A run on its own is a batch of one.
        (AfterScope::Batch | AfterScope::Any, _) => {
            (on.counts(upstream.state), occurrence_of(upstream.run), None)
        }
        (AfterScope::SameProfile, _) => (
            on.counts(upstream.state),
            occurrence_of(upstream.run),
            upstream.profile,
        ),
    };
    if !is_met {
        return Ok(None);
    }
    if depth >= MAX_DEPTH {
        return Err(NotFollowed::TooDeep);
    }
    Ok(Some(Following {
        occurrence,
        profile,
        depth,
    }))
}

/// Whether a whole batch has ended as asked: all succeeded, at least one failed, or all
/// ended in any way.
fn batch_ended(on: EndedAs, states: &[RunState]) -> bool {
    states.iter().all(|state| state.is_terminal())
        && match on {
            EndedAs::Succeeded => states.iter().all(|state| on.counts(*state)),
            EndedAs::Failed => states.iter().any(|state| on.counts(*state)),
            EndedAs::Any => true,
        }
}

/// A circle among tasks that follow each other, as its path with the first task at both
/// ends. `edges` are pairs of a task and one that follows it.
#[must_use]
pub fn cycle(edges: &[(Name, Name)]) -> Option<Vec<Name>> {
    let mut next: BTreeMap<&Name, BTreeSet<&Name>> = BTreeMap::new();
    for (from, to) in edges {
        next.entry(from).or_default().insert(to);
    }
    let mut done = BTreeSet::new();
    for start in next.keys() {
        // Depth first, with the way from the start kept by hand: chains can be long.
        let mut path: Vec<&Name> = vec![start];
        let mut open: Vec<Vec<&Name>> = vec![followers(&next, start)];
        while let Some(candidates) = open.last_mut() {
            let Some(task) = candidates.pop() else {
                open.pop();
                done.extend(path.pop());
                continue;
            };
            if let Some(begin) = path.iter().position(|known| *known == task) {
                let circle = path[begin..].iter().chain([&task]);
                return Some(circle.map(|name| (*name).clone()).collect());
            }
            if !done.contains(task) {
                path.push(task);
                open.push(followers(&next, task));
            }
        }
    }
    None
}

fn followers<'a>(next: &BTreeMap<&'a Name, BTreeSet<&'a Name>>, task: &Name) -> Vec<&'a Name> {
    next.get(task)
        .into_iter()
        .flatten()
        .rev()
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(texts: &[(&str, &str)]) -> Vec<(Name, Name)> {
        let name = |text: &str| text.parse().unwrap();
        texts.iter().map(|(a, b)| (name(a), name(b))).collect()
    }

    #[track_caller]
    fn circle(edges: &[(&str, &str)], expected: Option<&str>) {
        let path = cycle(&names(edges)).map(|path| {
            let names: Vec<&str> = path.iter().map(Name::as_str).collect();
            names.join(" → ")
        });
        assert_eq!(path.as_deref(), expected);
    }

    #[test]
    fn a_circle_is_named_by_its_path() {
        circle(&[("a", "b"), ("b", "c"), ("a", "c")], None);
        circle(&[("a", "a")], Some("a → a"));
        circle(
            &[("x", "a"), ("a", "b"), ("b", "c"), ("c", "a")],
            Some("a → b → c → a"),
        );
        circle(&[("a", "b"), ("c", "d"), ("d", "c")], Some("c → d → c"));
    }

    fn upstream(state: RunState, batch: Option<&[RunState]>) -> Upstream<'_> {
        Upstream {
            run: RunId::from_bits(7),
            state,
            profile: Some(ProfileId::from_bits(3)),
            batch: batch.map(|states| ("B", states)),
            depth: 0,
        }
    }

    #[test]
    fn one_run_follows_one_in_its_profile() {
        let end = upstream(RunState::Succeeded, None);
        let next = follows(EndedAs::Succeeded, AfterScope::SameProfile, &end).unwrap();
        let next = next.unwrap();
        assert_eq!(next.occurrence, occurrence_of(end.run));
        assert_eq!(next.profile, end.profile);
        let failed = upstream(RunState::TimedOut, None);
        let none = follows(EndedAs::Succeeded, AfterScope::SameProfile, &failed);
        assert_eq!(none, Ok(None));
        let some = follows(EndedAs::Failed, AfterScope::SameProfile, &failed);
        assert!(some.unwrap().is_some());
    }

    #[test]
    fn a_batch_is_followed_once_when_all_of_it_is_done() {
        use RunState::{Failed, Running, Succeeded};
        for (on, states, is_met) in [
            (EndedAs::Succeeded, [Succeeded, Succeeded], true),
            (EndedAs::Succeeded, [Succeeded, Running], false),
            (EndedAs::Succeeded, [Succeeded, Failed], false),
            (EndedAs::Failed, [Succeeded, Failed], true),
            (EndedAs::Any, [Succeeded, Failed], true),
        ] {
            let end = upstream(Succeeded, Some(&states));
            let next = follows(on, AfterScope::Batch, &end).unwrap();
            assert_eq!(next.is_some(), is_met, "{on:?} {states:?}");
            if let Some(next) = next {
                assert_eq!(next.occurrence, "batch:B");
            }
        }
    }

    #[test]
    fn a_chain_ends() {
        let end = Upstream {
            depth: MAX_DEPTH - 1,
            ..upstream(RunState::Succeeded, None)
        };
        let next = follows(EndedAs::Any, AfterScope::Any, &end);
        assert_eq!(next, Err(NotFollowed::TooDeep));
    }
}
