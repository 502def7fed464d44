//! The right to a profile's seat, given back by itself when its holder goes away.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use tokio::sync::watch;

use super::{
    held::Held,
    news::News,
    rules::Rules,
    seat::{Seat, Seats},
};

/// What all handles share.
pub(super) struct Room {
    pub(super) rules: Rules,
    seats: Mutex<Seats>,
    turn: AtomicU64,
    /// Changes of proxies.
    pub(super) news: News,
    /// Counts changes, for those who show or wait.
    pub(super) changed: watch::Sender<u64>,
}

impl Room {
    pub(super) fn new(rules: Rules) -> Self {
        Self {
            rules,
            seats: Mutex::default(),
            turn: AtomicU64::new(0),
            news: News::default(),
            changed: watch::Sender::new(0),
        }
    }

    pub(super) fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn next_turn(&self) -> u64 {
        self.turn.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn tell(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    /// Takes the browser out of a seat that `is_it` accepts, and leaves `Draining` there.
    pub(super) fn drain(
        self: &Arc<Self>,
        profile: &str,
        is_it: impl FnOnce(&Seat) -> bool,
    ) -> Option<(Place, Held)> {
        let mut seats = self.seats();
        let seat = seats.get_mut(profile)?;
        if !is_it(seat) {
            return None;
        }
        match std::mem::replace(seat, Seat::Draining) {
            Seat::Idle { held, .. } | Seat::Window { held, .. } => {
                drop(seats);
                self.tell();
                Some((Place::new(self.clone(), profile), held))
            }
            other => {
                *seat = other;
                None
            }
        }
    }
}

/// Holds the seat of a profile. Dropped, it leaves the seat empty.
pub(super) struct Place {
    pub(super) room: Arc<Room>,
    pub(super) profile: String,
    kept: bool,
}

impl Place {
    pub(super) fn new(room: Arc<Room>, profile: &str) -> Self {
        Self {
            room,
            profile: profile.to_owned(),
            kept: false,
        }
    }

    /// Changes the seat and goes on holding it.
    pub(super) fn update(&self, change: impl FnOnce(&mut Seat)) {
        if let Some(seat) = self.room.seats().get_mut(&self.profile) {
            change(seat);
        }
        self.room.tell();
    }

    /// Leaves `seat` behind instead of an empty one.
    pub(super) fn leave(mut self, seat: Seat) {
        self.kept = true;
        self.room.seats().insert(self.profile.clone(), seat);
        self.room.tell();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.kept {
            self.room.seats().remove(&self.profile);
            self.room.tell();
        }
    }
}
