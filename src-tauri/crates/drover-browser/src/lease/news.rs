//! Changes of proxies, for browsers that are just being started.
//!
//! A proxy is read first and its browser is seen by others later. A change in between would be missed, so it is kept
//! here for as long as somebody holds a notice that is older.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use drover_egress::Route;
use drover_model::ProxyId;

/// Says what was known when a proxy was read. While it lives, later changes are kept.
#[derive(Clone, Debug)]
pub struct Notice {
    number: u64,
    _reader: Arc<()>,
}

impl Notice {
    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

/// The changes, newest last.
#[derive(Default)]
pub(super) struct News(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// Of the newest change.
    number: u64,
    /// One a proxy, each with its number. They hold logins, so they are dropped as soon as nobody may need them.
    changes: Vec<(u64, ProxyId, Route)>,
    readers: Arc<()>,
}

impl News {
    pub(super) fn notice(&self) -> Notice {
        let known = self.known();
        Notice {
            number: known.number,
            _reader: Arc::clone(&known.readers),
        }
    }

    /// Notes a change and gives its number.
    pub(super) fn tell(&self, proxy: ProxyId, to: &Route) -> u64 {
        let mut known = self.known();
        known.number += 1;
        let number = known.number;
        known.changes.retain(|(_, other, _)| *other != proxy);
        if Arc::strong_count(&known.readers) == 1 {
            known.changes.clear();
        } else {
            known.changes.push((number, proxy, to.clone()));
        }
        number
    }

    /// The newest change of a proxy since the notice.
    pub(super) fn since(&self, notice: &Notice, proxy: ProxyId) -> Option<(u64, Route)> {
        let known = self.known();
        let mut changes = known.changes.iter();
        let (number, _, route) = changes.find(|(_, changed, _)| *changed == proxy)?;
        (*number > notice.number).then(|| (*number, route.clone()))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use drover_egress::{Upstream, UpstreamKind};

    use super::*;

    fn route(port: u16) -> Route {
        Route::from(Upstream {
            kind: UpstreamKind::Http,
            host: "127.0.0.1".to_owned(),
            port,
            login: None,
        })
    }

    #[test]
    fn what_changed_since_a_notice_is_known_and_no_longer_than_needed() {
        let news = News::default();
        let (one, two) = (ProxyId::from_bits(1), ProxyId::from_bits(2));
        news.tell(one, &route(1));
        let notice = news.notice();
        assert_eq!(news.since(&notice, one), None, "that was known");
        news.tell(one, &route(2));
        let number = news.tell(one, &route(3));
        assert_eq!(news.since(&notice, one), Some((number, route(3))));
        assert_eq!(news.since(&notice, two), None);
        let later = news.notice();
        assert_eq!(news.since(&later, one), None);
        drop((notice, later));
        news.tell(two, &route(4));
        assert!(news.known().changes.is_empty(), "nobody may need them");
    }
}
