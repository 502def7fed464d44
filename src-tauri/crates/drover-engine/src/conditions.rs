//! What keeps runs from starting that no row says: a locked keychain, a full disk, a database that cannot be written, a
//! profile that somebody else has open, too little memory for a browser.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use drover_browser::{LockState, Rules, SeatState, SeatView, available_memory, inspect};
use drover_model::{Caller, Fact, ProfileId};
use drover_store::{Conditions, Health, MemoryShort};
use drover_vault::State;

use crate::{Engine, engine::Rooms, machine::Space};

/// How often the disk is looked at, and the keychain while a run waits for it.
const LOOK: Duration = Duration::from_secs(10);

/// The same while a run waits for a browser of somebody else to leave its profile, or for memory: nobody tells of either.
const LOOK_SOON: Duration = Duration::from_secs(5);

impl Engine {
    /// Looks after the conditions of the queue as long as the engine lives.
    pub(crate) fn watch_conditions(&self) {
        let weak = Arc::downgrade(self.rooms());
        let mut health = self.rooms().store.health();
        let mut capacity = self.rooms().capacity.subscribe();
        let mut browsers = self.rooms().leases.changes();
        tokio::spawn(async move {
            loop {
                let Some(rooms) = weak.upgrade() else { return };
                let now = look_again(&rooms, None).await;
                let waits = !now.busy_profiles.is_empty() || now.memory_short.is_some();
                let mut vault = rooms.vault().watch();
                drop(rooms);
                vault.mark_unchanged();
                tokio::select! {
                    open = health.changed() => if open.is_err() { return },
                    open = capacity.changed() => if open.is_err() { return },
                    _ = vault.changed() => {}
                    open = browsers.changed() => if open.is_err() { return },
                    () = tokio::time::sleep(if waits { LOOK_SOON } else { LOOK }) => {}
                }
            }
        });
    }
}

/// What an attempt could not have.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lacks {
    Profile(ProfileId),
    Memory,
}

/// Looks at the conditions, and at what an attempt has just lacked; whoever waits for it is not tried again before it is
/// there. Answers them as they are now.
pub(crate) async fn look_again(rooms: &Rooms, lacks: Option<Lacks>) -> Conditions {
    // One look at a time, so that what was seen later is what is kept.
    let _turn = rooms.looks.lock().await;
    let (mut profiles, mut memory) = {
        let known = rooms.queue.conditions().borrow();
        let profiles: BTreeSet<ProfileId> = known.busy_profiles.keys().copied().collect();
        (profiles, known.memory_short.is_some())
    };
    match lacks {
        Some(Lacks::Profile(profile)) => {
            profiles.insert(profile);
        }
        Some(Lacks::Memory) => memory = true,
        None => {}
    }
    let now = Conditions {
        memory_short: memory_short(&rooms.leases.seats()).filter(|_| memory),
        busy_profiles: busy_profiles(rooms, profiles),
        ..look(rooms).await
    };
    keep(rooms, now.clone());
    now
}

/// Whether a further browser would be refused: one that is warm makes room for it.
fn memory_short(seats: &[SeatView]) -> Option<MemoryShort> {
    let (free, needed) = (available_memory()?, Rules::default().memory);
    let warm = seats.iter().any(|seat| seat.state == SeatState::Idle);
    (free < needed && !warm).then_some(MemoryShort {
        free: free / 1_000_000,
        needed: needed / 1_000_000,
    })
}

/// Who has those profiles, and every other that is open in a window, as far as it is no run.
fn busy_profiles(rooms: &Rooms, mut asked: BTreeSet<ProfileId>) -> BTreeMap<ProfileId, String> {
    let seats: BTreeMap<ProfileId, SeatView> = rooms
        .leases
        .seats()
        .into_iter()
        .filter_map(|seat| Some((seat.profile.parse().ok()?, seat)))
        .collect();
    let windows = seats.iter().filter(|(_, seat)| is_window(seat));
    asked.extend(windows.map(|(profile, _)| *profile));
    let who = |profile: &ProfileId| match seats.get(profile) {
        Some(seat) => seated(seat),
        None => stranger(&inspect(&rooms.paths.chrome(*profile)).ok()?),
    };
    asked
        .into_iter()
        .filter_map(|profile| Some((profile, who(&profile)?)))
        .collect()
}

/// Open in a window, or on its way there.
fn is_window(seat: &SeatView) -> bool {
    match seat.state {
        SeatState::Window => true,
        SeatState::Starting | SeatState::Leased => seat.by.is_none(),
        SeatState::Idle | SeatState::Draining => false,
    }
}

/// Who has the browser of Drover's own. A run is not said here: its row does.
fn seated(seat: &SeatView) -> Option<String> {
    match (&seat.by, seat.state) {
        _ if is_window(seat) => Some("its window is open".to_owned()),
        (_, SeatState::Idle) => None,
        (_, SeatState::Draining) => Some("its browser is being stopped".to_owned()),
        (Some(by), _) if by.starts_with("run ") => None,
        (by, _) => by.clone(),
    }
}

/// Who has the folder without Drover.
fn stranger(lock: &LockState) -> Option<String> {
    match lock {
        LockState::Free | LockState::Stale => None,
        LockState::HeldHere { pid } => Some(format!(
            "a browser that Drover did not start has its folder open, process {pid}"
        )),
        LockState::HeldElsewhere { host } => {
            Some(format!("a browser on `{host}` has its folder open"))
        }
    }
}

/// The conditions as they are, but for those that only attempts find.
async fn look(rooms: &Rooms) -> Conditions {
    let vault = rooms.vault();
    if vault.state() == State::Locked && waits_for_secrets(rooms).await {
        vault.probe().await;
    }
    Conditions {
        draining: rooms.capacity.borrow().draining,
        vault_locked: vault.state() == State::Locked,
        disk_low: Space::of(&rooms.paths.data)
            .filter(Space::is_low)
            .map(|space| space.free),
        storage_error: match &*rooms.store.health().borrow() {
            Health::Ok => None,
            Health::StorageError(problem) => Some(problem.clone()),
        },
        ..Conditions::default()
    }
}

async fn waits_for_secrets(rooms: &Rooms) -> bool {
    let asked = rooms.store.read(|db| db.waits_for_secrets()).await;
    asked.unwrap_or(false) // the store's health says more about its errors
}

/// Sets them where they have changed, and tells every face.
fn keep(rooms: &Rooms, now: Conditions) {
    let changed = rooms.queue.conditions().send_if_modified(|conditions| {
        // How much is free changes all the time; that it is too little does not.
        let same = conditions.disk_low.is_some() == now.disk_low.is_some()
            && conditions.memory_short.is_some() == now.memory_short.is_some()
            && (
                &conditions.storage_error,
                conditions.vault_locked,
                conditions.draining,
                &conditions.busy_profiles,
            ) == (
                &now.storage_error,
                now.vault_locked,
                now.draining,
                &now.busy_profiles,
            );
        *conditions = now;
        !same
    });
    if !changed {
        return;
    }
    // Not a row: a database that cannot be written could not take it.
    rooms
        .store
        .announce(rooms.now(), Caller::Drover, Fact::QueueChanged);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(state: SeatState, by: Option<&str>) -> SeatView {
        SeatView {
            profile: ProfileId::from_bits(1).to_string(),
            state,
            by: by.map(str::to_owned),
            visible: true,
            pid: None,
            product: None,
        }
    }

    #[test]
    fn a_window_and_a_tool_keep_a_profile_and_a_run_or_a_warm_browser_do_not() {
        let said = |state, by| seated(&seat(state, by));
        let window = Some("its window is open".to_owned());
        assert_eq!(said(SeatState::Window, None), window);
        assert_eq!(said(SeatState::Starting, None), window);
        assert_eq!(said(SeatState::Idle, None), None);
        assert_eq!(said(SeatState::Leased, Some("run 01J")), None);
        assert_eq!(
            said(SeatState::Starting, Some("a snapshot")),
            Some("a snapshot".to_owned())
        );
    }

    #[test]
    fn only_a_living_lock_is_somebody() {
        assert_eq!(stranger(&LockState::Free), None);
        assert_eq!(stranger(&LockState::Stale), None);
        let here = stranger(&LockState::HeldHere { pid: 71 }).unwrap();
        assert!(here.ends_with("process 71"), "{here}");
        let host = "attic".to_owned();
        let there = stranger(&LockState::HeldElsewhere { host }).unwrap();
        assert!(there.contains("`attic`"), "{there}");
    }
}
