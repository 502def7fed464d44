//! What a holder has: a browser, or a profile without one.

use drover_egress::Report;
use drover_model::{ExtensionStatus, NetworkUse};

use super::{
    held::{Held, Struck},
    leases::Leases,
    place::Place,
    rules::GiveBack,
    seat::{Seat, Taken},
};
use crate::Browser;

/// A profile that nobody can start a browser on while this lives.
pub struct Reservation {
    _place: Place,
}

impl Reservation {
    pub(super) fn of(place: Place) -> Self {
        Self { _place: place }
    }
}

/// A browser that one run has. Dropped without a word, it ends.
pub struct Lease {
    place: Place,
    held: Option<Held>,
    warm: bool,
    /// What had gone through its way out before.
    before: Option<Box<Report>>,
}

impl Lease {
    pub(super) fn of(place: Place, held: Held, warm: bool) -> Self {
        Self {
            // A fresh one counts from its very first request.
            before: held.report().filter(|_| warm).map(Box::new),
            place,
            held: Some(held),
            warm,
        }
    }

    /// What went through its proxy since it was taken; none without one.
    #[must_use]
    pub fn traffic(&self) -> Option<NetworkUse> {
        let now = self.held.as_ref()?.report()?;
        Some(now.since(self.before.as_deref()))
    }

    /// The browser.
    pub fn browser(&self) -> &Browser {
        let held = self.held.as_ref();
        &held.expect("BUG: it is taken out at the end only").browser
    }

    /// The profile's extensions, loaded or not.
    #[must_use]
    pub fn extensions(&self) -> &[ExtensionStatus] {
        self.held.as_ref().map_or(&[], |held| &held.extensions)
    }

    /// Whether it ran before.
    #[must_use]
    pub fn is_warm(&self) -> bool {
        self.warm
    }

    /// Gives it back. `told` hears of processes that do not end while they are killed again.
    pub async fn give_back(mut self, way: GiveBack, told: impl Fn(&[u32])) -> Struck {
        let mut held = self
            .held
            .take()
            .expect("BUG: it is taken out at the end only");
        held.uses += 1;
        let leases = Leases {
            room: self.place.room.clone(),
        };
        let rules = leases.room.rules;
        let joined = matches!(
            leases.room.seats().get(&self.place.profile),
            Some(Seat::Taken(Taken { joined: true, .. }))
        );
        let gone = held.browser.is_gone();
        if joined && !gone && way != GiveBack::Kill {
            leases.keep_window(self.place, held);
            return Struck::default();
        }
        let fresh = !gone && !rules.idle.is_zero() && held.uses < rules.uses;
        // One that does not even close its pages is not worth keeping.
        if way == GiveBack::Keep && fresh && held.browser.tidy().await.is_ok() {
            leases.keep_idle(self.place, held);
            return Struck::default();
        }
        self.place.update(|seat| *seat = Seat::Draining);
        let struck = held.strike(way == GiveBack::Kill, told).await;
        if !struck.survivors.is_empty() {
            // The profile is not free: nothing may start in it while they live.
            self.place.leave(Seat::Stuck(struck.survivors.clone()));
        }
        struck
    }
}
