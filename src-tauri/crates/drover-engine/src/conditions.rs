//! What keeps runs from starting that no row says: a locked keychain, a full disk, a database that cannot be written.

use std::{sync::Arc, time::Duration};

use drover_model::{Caller, Fact};
use drover_store::{Conditions, Health};
use drover_vault::State;

use crate::{Engine, engine::Rooms, machine::Space};

/// How often the disk is looked at, and the keychain while a run waits for it.
const LOOK: Duration = Duration::from_secs(10);

impl Engine {
    /// Looks after the conditions of the queue as long as the engine lives.
    pub(crate) fn watch_conditions(&self) {
        let weak = Arc::downgrade(self.rooms());
        let mut health = self.rooms().store.health();
        let mut capacity = self.rooms().capacity.subscribe();
        tokio::spawn(async move {
            loop {
                let Some(rooms) = weak.upgrade() else { return };
                let now = look(&rooms).await;
                keep(&rooms, now);
                let mut vault = rooms.vault().watch();
                drop(rooms);
                vault.mark_unchanged();
                tokio::select! {
                    open = health.changed() => if open.is_err() { return },
                    open = capacity.changed() => if open.is_err() { return },
                    _ = vault.changed() => {}
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
        });
    }
}

/// The conditions as they are.
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
            && (
                &conditions.storage_error,
                conditions.vault_locked,
                conditions.draining,
            ) == (&now.storage_error, now.vault_locked, now.draining);
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
