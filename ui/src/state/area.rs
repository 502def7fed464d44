//! The reducer that all areas share: load, mark stale when a fact says so, load again.

use std::rc::Rc;

use drover_model::{CommandError, Fact};
use yew::Reducible;

use super::Remote;
use crate::bridge::Link;

/// Data of one area: how it is loaded, and which facts make it stale.
pub trait Load: Sized + 'static {
    fn load(link: Link) -> impl Future<Output = Result<Self, CommandError>>;

    fn stale_by(fact: &Fact) -> bool;
}

/// One area of the window's knowledge.
#[derive(Debug)]
pub struct Area<T> {
    pub data: Remote<T>,
    /// Grows with each fact that concerns this area. A load answers for the number it began with.
    wanted: u64,
    /// The number of the newest load that was answered.
    loaded: u64,
}

impl<T> Default for Area<T> {
    fn default() -> Self {
        Self {
            data: Remote::Loading,
            wanted: 1,
            loaded: 0,
        }
    }
}

impl<T> PartialEq for Area<T> {
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data && self.wanted == other.wanted && self.loaded == other.loaded
    }
}

pub enum AreaAction<T> {
    /// A fact changed something, or somebody pressed Retry.
    Stale,
    /// The answer to the load that began with this number.
    Loaded(u64, Result<T, CommandError>),
}

impl<T> Area<T> {
    /// The number of the load that is to be started, when what is here is older than it should be.
    pub fn to_load(&self) -> Option<u64> {
        (self.wanted > self.loaded).then_some(self.wanted)
    }
}

impl<T> Reducible for Area<T> {
    type Action = AreaAction<T>;

    fn reduce(self: Rc<Self>, action: AreaAction<T>) -> Rc<Self> {
        let next = match action {
            AreaAction::Stale => {
                let data = match &self.data {
                    Remote::Ready(data, _) => Remote::Ready(data.clone(), true),
                    Remote::Loading | Remote::Failed(_) => Remote::Loading,
                };
                Self {
                    data,
                    wanted: self.wanted + 1,
                    loaded: self.loaded,
                }
            }
            AreaAction::Loaded(number, _) if number <= self.loaded => return self,
            AreaAction::Loaded(number, Ok(data)) => Self {
                data: Remote::Ready(Rc::new(data), number < self.wanted),
                wanted: self.wanted,
                loaded: number,
            },
            AreaAction::Loaded(number, Err(error)) => Self {
                data: Remote::Failed(error),
                wanted: self.wanted,
                loaded: number,
            },
        };
        Rc::new(next)
    }
}

#[cfg(test)]
mod tests {
    use drover_model::Code;

    use super::*;

    fn apply(actions: impl IntoIterator<Item = AreaAction<u32>>) -> Rc<Area<u32>> {
        actions.into_iter().fold(Rc::default(), Reducible::reduce)
    }

    #[test]
    fn it_loads_once_and_then_rests() {
        let area = apply([AreaAction::Loaded(1, Ok(7))]);
        assert_eq!(
            area.data.data().map(|data| **data),
            Some(7),
            "the answer is there"
        );
        assert_eq!(area.to_load(), None, "and nothing more is wanted");
    }

    #[test]
    fn a_fact_during_a_load_asks_for_another() {
        let area = apply([AreaAction::Stale, AreaAction::Loaded(1, Ok(7))]);
        assert!(
            matches!(area.data, Remote::Ready(_, true)),
            "the answer is older than the fact"
        );
        assert_eq!(area.to_load(), Some(2), "so it is loaded again");
    }

    #[test]
    fn an_answer_that_was_overtaken_is_dropped() {
        let area = apply([
            AreaAction::Stale,
            AreaAction::Loaded(2, Ok(2)),
            AreaAction::Loaded(1, Ok(1)),
        ]);
        assert_eq!(
            area.data.data().map(|data| **data),
            Some(2),
            "the newer answer stays"
        );
    }

    #[test]
    fn a_failure_rests_until_somebody_asks_again() {
        let error = CommandError::new(Code::Storage, "the database cannot be read");
        let area = apply([AreaAction::Loaded(1, Err(error))]);
        assert_eq!(area.to_load(), None, "no loop of failures");
        assert_eq!(
            area.reduce(AreaAction::Stale).to_load(),
            Some(2),
            "Retry loads again"
        );
    }
}
