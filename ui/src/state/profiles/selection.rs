//! Which rows of a list are selected.

use std::collections::BTreeSet;
use std::rc::Rc;

use yew::Reducible;

/// The selected ids, and the row from which Shift extends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection<I: Ord> {
    pub ids: BTreeSet<I>,
    anchor: Option<usize>,
}

impl<I: Ord> Default for Selection<I> {
    fn default() -> Self {
        Self {
            ids: BTreeSet::new(),
            anchor: None,
        }
    }
}

pub enum Select<I> {
    /// Row `index` was picked; with Shift everything between it and the row picked before.
    Row {
        index: usize,
        extend: bool,
        rows: Rc<[I]>,
    },
    All(Rc<[I]>),
    Clear,
    /// The rows that are left; what is gone is not selected any more.
    Keep(Rc<[I]>),
}

impl<I: Ord + Copy + 'static> Reducible for Selection<I> {
    type Action = Select<I>;

    fn reduce(self: Rc<Self>, action: Select<I>) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Select::Row {
                index,
                extend,
                rows,
            } => {
                let Some(id) = rows.get(index).copied() else {
                    return self;
                };
                match next.anchor.filter(|_| extend) {
                    Some(anchor) => next.ids.extend(
                        rows.iter()
                            .copied()
                            .take(anchor.max(index) + 1)
                            .skip(anchor.min(index)),
                    ),
                    None if !next.ids.remove(&id) => {
                        next.ids.insert(id);
                    }
                    None => {}
                }
                next.anchor = Some(index);
            }
            Select::All(rows) => next.ids.extend(rows.iter().copied()),
            Select::Clear => next = Self::default(),
            Select::Keep(rows) => next.ids.retain(|id| rows.contains(id)),
        }
        if next == *self { self } else { Rc::new(next) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Rc<[u32]> {
        Rc::from([10, 20, 30, 40])
    }

    fn pick(index: usize, extend: bool) -> Select<u32> {
        Select::Row {
            index,
            extend,
            rows: rows(),
        }
    }

    fn apply(actions: impl IntoIterator<Item = Select<u32>>) -> Vec<u32> {
        let selection = actions
            .into_iter()
            .fold(Rc::new(Selection::default()), Selection::reduce);
        selection.ids.iter().copied().collect()
    }

    #[test]
    fn shift_extends_and_a_second_pick_takes_back() {
        assert_eq!(apply([pick(1, false), pick(3, true)]), [20, 30, 40]);
        assert_eq!(
            apply([pick(3, false), pick(1, true)]),
            [20, 30, 40],
            "upwards too"
        );
        assert_eq!(apply([pick(1, false), pick(1, false)]), Vec::<u32>::new());
    }

    #[test]
    fn what_is_gone_is_not_selected() {
        assert_eq!(
            apply([Select::All(rows()), Select::Keep(Rc::from([20, 50]))]),
            [20]
        );
        assert_eq!(
            apply([Select::All(rows()), Select::Clear]),
            Vec::<u32>::new()
        );
    }
}
