//! The hand-over between a stream and the log view that shows it.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Line, Ring};

type Wake = Rc<dyn Fn()>;

/// A shared ring. Clones are the same feed; it compares by identity, so it can be a prop.
#[derive(Clone, Default)]
pub struct LogFeed {
    ring: Rc<RefCell<Ring>>,
    wake: Rc<RefCell<Option<Wake>>>,
}

impl PartialEq for LogFeed {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.ring, &other.ring)
    }
}

impl LogFeed {
    pub fn append(&self, lines: impl IntoIterator<Item = Line>) {
        let fresh = self.ring.borrow_mut().append(lines);
        if fresh > 0 {
            self.wake();
        }
    }

    /// Starts over, for another run or attempt.
    pub fn clear(&self) {
        *self.ring.borrow_mut() = Ring::default();
        self.wake();
    }

    /// The newest sequence number held, to ask a stream for what comes after it.
    pub fn last_seq(&self) -> Option<u64> {
        let ring = self.ring.borrow();
        ring.len()
            .checked_sub(1)
            .and_then(|last| ring.get(last))
            .map(|line| line.seq)
    }

    pub fn read<T>(&self, look: impl FnOnce(&Ring) -> T) -> T {
        look(&self.ring.borrow())
    }

    /// The view that is to be told about new lines; the last one wins.
    pub(super) fn on_change(&self, wake: Option<Wake>) {
        *self.wake.borrow_mut() = wake;
    }

    fn wake(&self) {
        let wake = self.wake.borrow().clone();
        if let Some(wake) = wake {
            wake();
        }
    }
}
