//! Drafts that were left with changes in them, for as long as the window lives.

use std::cell::RefCell;
use std::collections::BTreeMap;

use drover_model::TaskFile;
use drover_model::task::Kind;

use super::examples::example;
use crate::state::copy_name;
use crate::state::draft::Draft;

/// The place of the task that has no id yet.
pub(super) const NEW: &str = "new";

thread_local! {
    // Pages come and go; what was typed must outlive them.
    static SHELF: RefCell<BTreeMap<String, Kept>> = const { RefCell::new(BTreeMap::new()) };
}

/// A draft on the shelf.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kept {
    pub(super) draft: Draft,
    /// It was left with changes, and is not an example or a copy that begins now.
    pub(super) left: bool,
}

pub(super) fn take(key: &str) -> Option<Kept> {
    SHELF.with_borrow_mut(|shelf| shelf.remove(key))
}

/// Keeps a draft that has changes; one without them is not worth keeping.
pub(super) fn keep(key: &str, draft: &Draft) {
    SHELF.with_borrow_mut(|shelf| {
        if draft.changed() {
            shelf.insert(
                key.to_owned(),
                Kept {
                    draft: draft.clone(),
                    left: true,
                },
            );
        } else {
            shelf.remove(key);
        }
    });
}

pub(super) fn discard(key: &str) {
    SHELF.with_borrow_mut(|shelf| shelf.remove(key));
}

/// The next new task begins with a working example.
pub(crate) fn begin_with_example(kind: Kind) {
    begin_with(example(kind));
}

/// The next new task begins as a copy of this one.
pub(crate) fn begin_with_copy(file: TaskFile) {
    let copy = TaskFile {
        name: copy_name(&file.name),
        ..file
    };
    begin_with(copy);
}

fn begin_with(file: TaskFile) {
    let kept = Kept {
        draft: Draft::example(file),
        left: false,
    };
    SHELF.with_borrow_mut(|shelf| shelf.insert(NEW.to_owned(), kept));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_kept_while_it_has_changes() {
        begin_with_example(Kind::Steps);
        let Kept { draft, left } = take(NEW).unwrap();
        assert!(!left, "it begins now");
        assert!(
            draft.changed() && draft.spec().is_some(),
            "an example is complete and worth keeping"
        );
        keep("a", &draft);
        assert_eq!(take("a"), Some(Kept { draft, left: true }));
        keep("a", &Draft::new(Kind::Steps));
        assert_eq!(take("a"), None, "an empty one is not");
    }
}
