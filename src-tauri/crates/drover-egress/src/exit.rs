//! The way that new connections take, which can be changed while others stand.

use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use crate::dial::Dialer;
use crate::report::Tally;
use crate::{Old, Result, Route};

/// Where a gateway leads to at the moment.
pub(crate) struct Exit {
    pub(crate) tally: Arc<Tally>,
    current: RwLock<Arc<Dialer>>,
    /// Former ways, for as long as something goes there.
    former: Mutex<Vec<Weak<Dialer>>>,
}

impl Exit {
    pub(crate) fn new(dialer: Dialer) -> Exit {
        Exit {
            tally: Arc::clone(&dialer.tally),
            current: RwLock::new(Arc::new(dialer)),
            former: Mutex::default(),
        }
    }

    /// To be asked for each request anew.
    pub(crate) fn current(&self) -> Arc<Dialer> {
        let current = self.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    /// From here on new requests take the new way. When it cannot be made, the old one stays.
    pub(crate) fn switch(&self, route: Route, old: Old) -> Result<()> {
        let new = Arc::new(Dialer::new(route, Arc::clone(&self.tally))?);
        let before = {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *current, new)
        };
        self.tally.switched();
        let mut former = self.former.lock().unwrap_or_else(PoisonError::into_inner);
        former.retain(|dialer| dialer.strong_count() > 0);
        former.push(Arc::downgrade(&before));
        if old == Old::Cut {
            for dialer in former.drain(..).filter_map(|dialer| dialer.upgrade()) {
                dialer.cut();
            }
        }
        Ok(())
    }
}
