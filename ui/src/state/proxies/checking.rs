//! Checks of proxies that are under way, and how many of them are done.

use std::rc::Rc;

use drover_model::ProxyId;
use yew::Reducible;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checking {
    /// How many were asked for since nothing was under way.
    pub total: usize,
    pub works: usize,
    pub fails: usize,
    /// Asked for and not answered yet.
    pub open: Vec<ProxyId>,
}

impl Checking {
    pub fn done(&self) -> usize {
        self.works + self.fails
    }

    pub fn is_checking(&self, proxy: ProxyId) -> bool {
        self.open.contains(&proxy)
    }
}

pub enum CheckAction {
    Asked(Vec<ProxyId>),
    /// One is answered, and whether it works.
    Answered(ProxyId, bool),
    /// The rest is given up.
    Stopped,
}

impl Reducible for Checking {
    type Action = CheckAction;

    fn reduce(self: Rc<Self>, action: CheckAction) -> Rc<Self> {
        let mut next = if self.open.is_empty() {
            Self::default()
        } else {
            (*self).clone()
        };
        match action {
            CheckAction::Asked(proxies) => {
                let new = proxies
                    .into_iter()
                    .filter(|proxy| !self.open.contains(proxy));
                next.open.extend(new);
                next.total = next.done() + next.open.len();
            }
            CheckAction::Answered(proxy, works) => {
                let before = next.open.len();
                next.open.retain(|open| *open != proxy);
                if next.open.len() == before {
                    return self; // It was given up before the answer came.
                }
                if works {
                    next.works += 1;
                } else {
                    next.fails += 1;
                }
            }
            CheckAction::Stopped => next = Self::default(),
        }
        Rc::new(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(actions: impl IntoIterator<Item = CheckAction>) -> Rc<Checking> {
        actions.into_iter().fold(Rc::default(), Reducible::reduce)
    }

    #[test]
    fn checks_are_counted_until_the_last_is_answered() {
        let (a, b) = (ProxyId::from_bits(1), ProxyId::from_bits(2));
        let half = apply([
            CheckAction::Asked(vec![a, b]),
            CheckAction::Answered(a, true),
        ]);
        assert_eq!((half.done(), half.total), (1, 2));
        assert!(half.is_checking(b) && !half.is_checking(a));
        let more = half.clone().reduce(CheckAction::Asked(vec![a, b]));
        assert_eq!(more.total, 3, "one is checked again, the other still is");
        let whole = half.reduce(CheckAction::Answered(b, false));
        assert_eq!((whole.works, whole.fails, whole.open.len()), (1, 1, 0));
    }

    #[test]
    fn what_was_given_up_is_not_counted() {
        let a = ProxyId::from_bits(1);
        let stopped = apply([
            CheckAction::Asked(vec![a]),
            CheckAction::Stopped,
            CheckAction::Answered(a, true),
        ]);
        assert_eq!(*stopped, Checking::default());
    }
}
